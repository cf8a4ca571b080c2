"""The ELBO of one picture, ln p(x) above it and both errors, against PyTorch with the same draws."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, expect

from tests.web.objective.block import Block
from tests.web.oracle import Oracle
from tests.web.shown import Visit, await_query, box, drag, fits, grey, query, scroll_to
from ui.choices import drawn
from ui.choices.link import DEFAULT_SEED
from vae_core.models import VariationalAutoencoder
from vae_core.noise.seeded_noise import normals, uniforms
from vae_core.objective.evidence import evidence, running
from vae_core.objective.grey import errors

DRAWS = 5000
AMONG = 8
BERNOULLI, GAUSSIAN = "tiny-bernoulli", "vae-30"
PAIR = f"left={BERNOULLI}&right={GAUSSIAN}"
TINY = "left=tiny-bernoulli&right=tiny-vae-sigma"
ROW = 17
# Every ELBO that has been painted.
WATCH = """(number) => {
  window.elbos = [];
  new MutationObserver(() => window.elbos.push(number.textContent))
    .observe(number, { childList: true, characterData: true, subtree: true });
}"""

TOO_WIDE = """async () => {
  const { Model } = await load("nn/nn.js");
  const { posterior } = Model.prototype;
  Model.prototype.posterior = function (x) {
    return { ...posterior.call(this, x), logvar: new Float32Array(this.latentDim).fill(2000) };
  };
}"""

Pixels = NDArray[np.float32]


class EvidencePage(Block):
    component = "evidence"

    def wait(self) -> None:
        """Until it can be used, and is seen: it draws nothing before."""
        super().wait()
        scroll_to(self.root, "start")

    def wait_for_draws(self) -> None:
        for side in self.root.locator(".side").all():
            expect(side.locator(".trust")).to_contain_text("5,000 draws", timeout=60_000)
        self.settle()

    def side(self, model: str) -> Locator:
        return self.root.locator(f'[data-side="{model}"]')

    def numbers(self, model: str) -> dict[str, float]:
        """All that is on screen."""
        found = self.side(model).locator("[data-number]")
        texts = found.evaluate_all("(all) => all.map((one) => [one.dataset.number, one.textContent])")
        read = {name: [float(part) for part in re.findall(r"-?[\d.]+", text.replace("−", "-"))] for name, text in texts}
        estimate, error = read.pop("likelihood")
        worth = re.findall(r"worth (?:at most )?([\d.]+)", self.side(model).locator(".trust").inner_text())
        parts = {name: numbers[0] for name, numbers in read.items()}
        return parts | {"likelihood": estimate, "error": error, "effective": float(worth[0])}

    def dots(self, model: str) -> list[float]:
        """The ELBO that each digit of the set has by its words."""
        titles = self.side(model).locator(".among title").all_text_contents()
        return [float(title.rpartition(" ")[2].replace("−", "-")) for title in titles]


def expect_numbers(shown: EvidencePage, oracle: Oracle, name: str, pixels: Pixels) -> None:
    model = oracle.model(name)
    assert isinstance(model, VariationalAutoencoder)
    x = oracle.as_tensor(pixels).reshape(1, 1, 28, 28)
    wanted = evidence(model, x, normals(DEFAULT_SEED, 0, DRAWS, (model.config.latent_dim,)))
    path, both = running(wanted.log_weights), errors(model, model.posterior(x)[0], x)
    found = shown.numbers(name)
    rounded = {
        "elbo": -wanted.elbo,
        "elbo reconstruction": wanted.reconstruction,
        "elbo KL": wanted.kl,
        "squared": both.squared_error[0],
        "cross": both.cross_entropy[0],
        "cross floor": both.floor[0],
        "cross above": both.cross_entropy[0] - both.floor[0],
    }
    for key, value in rounded.items():
        assert found[key] == pytest.approx(value, abs=0.051, rel=1e-5), key
    finer = {"likelihood": path.estimate[-1], "error": path.standard_error[-1], "gap": wanted.gap}
    for key, value in finer.items():
        assert found[key] == pytest.approx(value, abs=0.0052, rel=1e-5), key
    assert found["effective"] == pytest.approx(path.effective[-1], abs=0.51, rel=1e-3)
    expect(shown.side(name).locator(".plot .under")).to_have_text(f"ELBO {wanted.elbo:.2f}".replace("-", "−"))
    is_poor = shown.side(name).locator(".trust[data-poor]").count() == 1
    assert is_poor == (path.effective[-1] < 10)
    assert ("only a lower bound" in shown.side(name).locator(".trust").inner_text()) == is_poor


def test_all_numbers_of_a_digit_and_where_it_stands(visit: Visit, oracle: Oracle) -> None:
    shown = visit(EvidencePage, f"{PAIR}&row={ROW}")
    shown.wait_for_draws()
    x = oracle.pixels(ROW)
    for name in (BERNOULLI, GAUSSIAN):
        expect_numbers(shown, oracle, name, x)
        ends = shown.side(name).locator('[data-mark="estimate"]').get_attribute("d")
        assert ends
        # Where the axis ends, at 5,000.
        right = float(shown.side(name).locator(".climbs svg").get_attribute("width") or 0) - 10
        assert float(ends.rpartition("L")[2].split()[0]) == pytest.approx(right, abs=0.5)
    np.testing.assert_allclose(shown.pictures()[GAUSSIAN], oracle.reconstruct(GAUSSIAN, x), atol=0.01)
    expect(shown.root.get_by_text("compare each with its own digits only")).to_be_visible()
    expect(shown.side(BERNOULLI).get_by_text("Grey pixels have no probability here")).to_be_visible()
    expect(shown.side(GAUSSIAN).locator(".value")).to_have_attribute("title", re.compile("448.7 nats less: 392 ln π"))

    # The first ten of each class, as their words say; a click takes one in hand.
    dots = shown.side(GAUSSIAN).locator(".among circle")
    expect(dots).to_have_count(100)
    rows = [row for digit in range(10) for row in np.flatnonzero(oracle.uci.labels == digit)[:10]]
    model = oracle.model(GAUSSIAN)
    assert isinstance(model, VariationalAutoencoder)
    eps = normals(DEFAULT_SEED, 0, AMONG, (30,))
    wanted = [evidence(model, oracle.as_tensor(oracle.pixels(row))[None, None], eps).elbo for row in rows]
    assert shown.dots(GAUSSIAN) == pytest.approx(wanted, abs=0.051)
    dots.nth(40).click(force=True)
    shown.settle()
    shown.page.wait_for_function("(row) => new URL(location.href).searchParams.get('row') !== row", arg=str(ROW))
    # Near its row there may be others.
    assert oracle.uci.labels[int(query(shown.page)["row"])] in (3, 4, 5)


def test_drawing_moves_the_elbo_in_the_hands_frame_and_tells_nobody(visit: Visit, oracle: Oracle) -> None:
    shown = visit(EvidencePage, f"{TINY}&row={ROW}")
    shown.wait_for_draws()
    shown.button("Draw").first.click()
    scroll_to(shown.root.locator(".paper"))
    number = shown.side(BERNOULLI).locator('[data-number="elbo"]')
    number.evaluate(WATCH)
    paper = box(shown.root.locator(".paper"))
    before = number.inner_text()
    with shown.silence():
        drag(shown.page, paper.at(0.3, 0.25), lift=False)
        for i in range(8):
            shown.page.mouse.move(*paper.at(0.3 + 0.05 * i, 0.25 + 0.06 * i))
            shown.page.wait_for_function(
                "([node, before]) => node.innerText !== before", arg=[number.element_handle(), before], timeout=5000
            )
            before = number.inner_text()
    shown.page.mouse.up()
    await_query(shown.page, row=None)
    shown.page.wait_for_url("**drawn=*")
    shown.press("Escape")
    shown.wait_for_draws()
    levels = drawn.unpack(query(shown.page)["drawn"])
    assert levels is not None
    mine = (levels / 15).astype(np.float32)
    for name in (BERNOULLI, "tiny-vae-sigma"):
        expect_numbers(shown, oracle, name, mine)
    expect(shown.root.locator("> .heard")).to_contain_text(f"{BERNOULLI}: ELBO −")


def test_noise_letters_and_black_and_white_by_keys_and_by_link(visit: Visit, oracle: Oracle) -> None:
    shown = visit(EvidencePage, f"{TINY}&likelihoodof=noise")
    shown.root.get_by_role("radio", name="Noise").focus()
    shown.button("Another noise").focus()
    shown.press("Enter")
    await_query(shown.page, likelihooddraw="2")
    shown.wait_for_draws()
    noise = uniforms(DEFAULT_SEED + 2)[0].astype(np.float32)
    for name in (BERNOULLI, "tiny-vae-sigma"):
        expect_numbers(shown, oracle, name, noise)

    # Another block switches, too.
    shown.page.evaluate("async () => (await load('state/parameters.js')).put('pixels', 'binary')")
    expect(shown.root.get_by_role("radio", name="black and white")).to_be_checked()
    shown.wait_for_draws()
    for name in (BERNOULLI, "tiny-vae-sigma"):
        expect_numbers(shown, oracle, name, noise.round())
        assert shown.numbers(name)["cross floor"] == 0
    expect(shown.side(BERNOULLI).get_by_text("Grey pixels have no probability here")).to_be_hidden()

    shown.root.get_by_role("radio", name="Noise").focus()
    shown.press("ArrowRight")
    await_query(shown.page, likelihoodof="letter", likelihooddraw="2", pixels="binary")
    shown.wait_for_draws()
    letter = canvas(shown, BERNOULLI)
    # A stroke at the left, and two bows: a B, with ink in the box of 20 x 20.
    assert 40 < letter.sum() < 250
    assert set(np.unique(letter)) == {0, 1}
    assert letter[:2].sum() == letter[-2:].sum() == 0
    for name in (BERNOULLI, "tiny-vae-sigma"):
        expect_numbers(shown, oracle, name, letter)

    numbers = shown.numbers(BERNOULLI)
    again = visit(EvidencePage, shown.page.evaluate("location.search").removeprefix("?"), width=400, height=800)
    again.wait_for_draws()
    assert again.numbers(BERNOULLI) == numbers
    expect(again.root.get_by_role("radio", name="Letter")).to_be_checked()
    assert fits(again.page)
    # What is picked is what is shown.
    again.pick(ROW)
    await_query(again.page, likelihoodof=None, row=str(ROW))
    again.wait_for_draws()
    expect_numbers(again, oracle, BERNOULLI, oracle.pixels(ROW).round())

    # A sigma beyond all numbers is a sentence, and the page goes on.
    again.page.evaluate(TOO_WIDE)
    again.pick(ROW + 1)
    expect(again.side(BERNOULLI)).to_contain_text("too large a number to be shown")
    expect(again.side(BERNOULLI).locator(".climbs")).to_be_hidden()
    assert "Infinity" not in again.root.inner_text()
    assert "NaN" not in again.root.inner_text()


def canvas(shown: EvidencePage, model: str) -> Any:
    return grey(shown.side(model).get_by_label("The picture, x")).astype(np.float32)
