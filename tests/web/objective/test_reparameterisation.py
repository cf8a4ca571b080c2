"""The code of the picture in hand as each VAE has it, against PyTorch."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Locator, expect
from torch.distributions import Normal, kl_divergence

from tests.web.objective.block import Block
from tests.web.oracle import LEVEL, LINK_GREY, Oracle
from tests.web.shown import SEVEN, TINY, Grey, Visit, await_query, box, drag, fits, grey, query
from vae_core.models import VariationalAutoencoder
from vae_core.noise.seeded_noise import normals
from vae_core.objective.gradients import PictureGradients, of_picture

PAIR = "tiny-vae-logvar", "vae-30"
ROW, SEED, DRAW = 17, 5, 3
LINK = f"left={PAIR[0]}&right={PAIR[1]}&row={ROW}&seed={SEED}&epsdraw={DRAW}"
DRAWS = 200
Array = NDArray[np.float64]


class ReparameterisationPage(Block):
    component = "reparameterisation"

    def half(self, name: str) -> Locator:
        return self.root.locator(f'.half[aria-label="{name}"]')

    def decoded(self, name: str, at: str) -> Grey:
        """At "mu" or "z"."""
        return grey(self.half(name).locator(f"canvas[data-at={at}]"))

    def codes(self, name: str) -> dict[int, list[float]]:
        """KL, mu and sigma of each code, in the order of the columns."""
        columns = self.half(name).locator(".code")
        labels = columns.evaluate_all("(all) => all.map((one) => [one.dataset.code, one.ariaLabel])")
        return {int(code): numbers(label.partition(":")[2]) for code, label in labels}

    def in_hand(self, name: str) -> int:
        return int(self.half(name).locator(".code[aria-checked=true]").get_attribute("data-code") or -1)

    def sum(self, name: str) -> list[float]:
        """Mu, sigma, eps and z of the code in hand."""
        return numbers(self.half(name).locator("[data-sum]").inner_text().partition("ε =")[2])

    def handle(self, name: str) -> Locator:
        return self.root.get_by_role("slider", name=f"ε of the code in hand of {name}", exact=True)

    def variances(self, name: str) -> dict[str, list[float]]:
        """Of each estimator, mean and variance in the code in hand."""
        expect(self.half(name).locator(".gradients[aria-busy]")).to_have_count(0)
        places = self.half(name).locator("[data-estimator]").all()
        return {place.get_attribute("data-estimator") or "": numbers(place.inner_text()) for place in places}


def numbers(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", text.replace("−", "-"))]


def eps_of(codes: int, draw: int = DRAW) -> Array:
    """The draw of that number."""
    return normals(SEED, index=draw - 1, shape=(784,))[0][:codes]


def posterior(oracle: Oracle, name: str, pixels: NDArray[np.float32]) -> tuple[Array, Array]:
    model = oracle.model(name)
    assert isinstance(model, VariationalAutoencoder)
    mu, logvar = model.posterior(torch.from_numpy(pixels).reshape(1, 1, 28, 28))
    return mu[0].double().numpy(), np.exp(0.5 * logvar[0].double().numpy())


def expect_pictures(
    shown: ReparameterisationPage, oracle: Oracle, name: str, eps: Array, tolerance: float = LEVEL
) -> None:
    mu, sigma = posterior(oracle, name, oracle.pixels(ROW))
    np.testing.assert_allclose(shown.decoded(name, "mu"), oracle.decode(name, mu), atol=LEVEL)
    np.testing.assert_allclose(shown.decoded(name, "z"), oracle.decode(name, mu + sigma * eps), atol=tolerance)
    code = shown.in_hand(name)
    z = mu[code] + sigma[code] * eps[code]
    assert shown.sum(name) == pytest.approx([mu[code], sigma[code], eps[code], z], abs=6e-3)


def test_codes_draws_and_divergences_are_pytorchs(visit: Visit, oracle: Oracle) -> None:
    shown = visit(ReparameterisationPage, LINK)
    for name in PAIR:
        mu, sigma = posterior(oracle, name, oracle.pixels(ROW))
        divergences = kl_divergence(Normal(torch.from_numpy(mu), torch.from_numpy(sigma)), Normal(0.0, 1.0)).numpy()
        codes = shown.codes(name)
        assert len(codes) == len(mu)
        for code, found in codes.items():
            assert found == pytest.approx([divergences[code], mu[code], sigma[code]], abs=6e-3)
        order = [divergences[code] for code in codes]
        assert order == sorted(order, reverse=True)
        total = shown.half(name).locator("[data-kl]")
        assert numbers(total.inner_text())[0] == pytest.approx(divergences.sum(), abs=6e-3)
        bars = shown.half(name).locator(".bar i")
        heights = bars.evaluate_all("(all) => all.map((bar) => parseFloat(bar.style.height) / 100)")
        np.testing.assert_allclose(heights, np.array(order) / max(1, divergences.max()), atol=1e-3)
        active = shown.half(name).locator(".code[data-active]").evaluate_all("(all) => all.map((a) => +a.dataset.code)")
        assert sorted(active) == np.flatnonzero(oracle.encodings(name).active).tolist()
        assert shown.in_hand(name) == next(iter(codes))
        expect_pictures(shown, oracle, name, eps_of(len(mu)))
    expect(shown.half("vae-30").locator("[data-kl]")).to_contain_text("training reports 12.30")
    expect(shown.half(PAIR[0]).locator("[data-kl]")).not_to_contain_text("training")


def test_a_drag_of_eps_is_followed_without_a_message_and_a_link_restores_it(visit: Visit, oracle: Oracle) -> None:
    shown = visit(ReparameterisationPage, LINK)
    page, (tiny, large) = shown.page, PAIR
    eps = eps_of(30)
    code = shown.in_hand(large)
    shown.handle(large).scroll_into_view_if_needed()
    shown.settle()
    before = shown.decoded(large, "z")
    place = box(shown.handle(large).locator(".knob")).at()
    with shown.silence():
        drag(page, place, (place[0] + 40, place[1]), (place[0] + 90, place[1] + 5), steps=3, lift=False)
        shown.settle()
        assert np.abs(shown.decoded(large, "z") - before).max() > 0.02
        assert shown.sum(large)[2] > eps_of(30)[code] + 0.5
        # Which comes after all moves; a slow machine may have kept one.
        page.mouse.up()
        shown.settle()
        eps[code] = shown.sum(large)[2]
        # What is seen of eps has two decimals.
        expect_pictures(shown, oracle, large, eps, LINK_GREY)

    # Keys, from the handle and on the bars; a code that only one model has leaves the other with its own.
    shown.handle(large).press("ArrowLeft")
    shown.handle(large).press("Shift+ArrowLeft")
    shown.settle()
    assert shown.sum(large)[2] == pytest.approx(eps[code] - 1.1, abs=0.011)
    own = shown.in_hand(tiny)
    shown.half(large).locator(".code").nth(4).click()
    shown.press("ArrowRight")
    other = list(shown.codes(large))[5]
    assert other > 3
    assert (shown.in_hand(large), shown.in_hand(tiny)) == (other, own)
    await_query(page, epscode=str(other))
    link, held = page.url, [shown.decoded(name, "z") for name in PAIR]
    page.goto("about:blank")
    page.goto(link)
    shown.wait()
    for name, picture in zip(PAIR, held, strict=True):
        np.testing.assert_allclose(shown.decoded(name, "z"), picture, atol=LEVEL)
    assert shown.in_hand(large) == other

    shown.press("0")
    expect_pictures(shown, oracle, large, np.zeros(30))
    shown.press("e")
    await_query(page, epsdraw=str(DRAW + 1), eps=None)
    for name, codes in ((tiny, 4), (large, 30)):
        expect_pictures(shown, oracle, name, eps_of(codes, DRAW + 1))


def of(oracle: Oracle, name: str, pixels: NDArray[np.float32]) -> PictureGradients:
    model = oracle.model(name)
    assert isinstance(model, VariationalAutoencoder)
    eps = normals(SEED, shape=(DRAWS, model.config.latent_dim))[0]
    return of_picture(model, torch.from_numpy(pixels).reshape(1, 1, 28, 28), eps)


def expect_gradients(shown: ReparameterisationPage, name: str, found: PictureGradients) -> None:
    """What is said of the code in hand, and of all of them."""
    code = shown.in_hand(name)
    kinds = {"reparameterised": found.reparameterised, "score": found.score, "baseline": found.score_with_baseline}
    said = shown.variances(name)
    for kind, gradients in kinds.items():
        for part, mean, variance in zip(("mu", "sigma"), gradients.mean(), gradients.variance(), strict=True):
            assert said[f"{kind}-{part}"] == pytest.approx([mean[code], variance[code]], rel=6e-3, abs=6e-3), kind
    totals = {kind: gradients.variance().sum(1) for kind, gradients in kinds.items()}
    ratio = numbers(shown.half(name).locator("[data-ratio]").inner_text())
    through, score, baseline = (totals[kind] for kind in ("reparameterised", "score", "baseline"))
    expected = [score[0], through[0], score[0] / through[0], baseline[0] / through[0], score[1] / through[1]]
    assert ratio[-5:] == pytest.approx(expected, rel=1e-2, abs=0.5)


def test_gradients_come_with_the_switch_and_when_the_hand_rests(visit: Visit, oracle: Oracle) -> None:
    shown = visit(ReparameterisationPage, LINK)
    page = shown.page
    asked: list[str] = []
    page.on("request", lambda request: "/gradients/" in request.url and asked.append(request.url))
    expect(shown.root.locator(".gradients").first).to_be_hidden()
    shown.press("w")
    await_query(page, gradients="1")
    for name in PAIR:
        expect(shown.half(name).locator("[data-ratio]")).not_to_be_empty()
        found = of(oracle, name, oracle.pixels(ROW))
        expect_gradients(shown, name, found)
        total = [gradients.variance()[0].sum() for gradients in (found.score, found.reparameterised)]
        assert total[0] > 10 * total[1] or name != "vae-30"
    assert len(asked) == 2
    # Another code in hand is shown of what is here.
    shown.half("vae-30").locator(".code").nth(2).click()
    shown.settle()
    expect_gradients(shown, "vae-30", of(oracle, "vae-30", oracle.pixels(ROW)))
    assert len(asked) == 2

    # A drawn digit: where the hand rests, and not at every step.
    shown.press("d")
    paper = box(shown.root.locator(".paper"))
    drag(page, *(paper.at(*place) for place in SEVEN), steps=20)
    page.wait_for_function("() => new URL(location.href).searchParams.get('drawn')")
    pixels = grey(shown.half("vae-30").locator("canvas").first).astype(np.float32)
    page.wait_for_timeout(400)
    expect_gradients(shown, "vae-30", of(oracle, "vae-30", np.round(15 * pixels) / np.float32(15)))
    assert 4 <= len(asked) < 20


def test_what_has_no_answer_is_said_and_can_be_asked_again(visit: Visit, oracle: Oracle, forgiven: list[str]) -> None:
    del oracle
    late = re.compile("/gradients/vae-30/")
    shown = visit(
        ReparameterisationPage,
        f"{TINY}&right=vae-30&gradients=1",
        prepare=lambda page: page.route(late, lambda route: route.abort()),
        width=400,
        theme="dark",
    )
    assert fits(shown.page)
    alert = shown.half("vae-30").locator(".gradients .alert")
    expect(alert).to_be_visible()
    shown.page.unroute(late)
    alert.get_by_role("button", name="Try again").click()
    expect(shown.half("vae-30").locator("[data-ratio]")).to_contain_text("times")
    assert "right=vae-30" in shown.page.url
    assert query(shown.page)["gradients"] == "1"
    forgiven.append("ERR_FAILED")
