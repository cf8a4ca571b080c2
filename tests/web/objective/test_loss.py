"""The block about the loss against Python: beta, code, forecast, errors, whichever hand changes what is written."""

from __future__ import annotations

import functools
import re
from fractions import Fraction

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, expect

from tests.web.objective.block import Block
from tests.web.oracle import Oracle
from tests.web.shown import Visit, await_query, box, drag, fits, scroll_to
from vae_core import checkpoint
from vae_core.data import Digits, as_input
from vae_core.objective import grey, linear
from vae_core.objective.beta import WrittenLoss, exact, pytorch, translate, translated

OURS = WrittenLoss()
PIXEL_MEAN = WrittenLoss(over_pixels="mean")


class LossPage(Block):
    component = "loss"

    @property
    def answer(self) -> str:
        return self.root.locator(".answer").inner_text()

    @property
    def forecast(self) -> Locator:
        return self.root.locator(".forecast")

    def code(self, i: int) -> str:
        """Of yours, 0, or of ours."""
        return "\n".join(self.root.locator(".code").nth(i).locator("code span").all_inner_texts())

    def field(self, label: str) -> Locator:
        return self.root.get_by_label(label, exact=True)

    def fill(self, label: str, text: str) -> None:
        self.field(label).fill(text)
        self.settle()

    def handle(self, label: str) -> Locator:
        return self.root.get_by_role("slider", name=label, exact=True)

    @property
    def threshold(self) -> Locator:
        return self.handle("Threshold of survival")

    @property
    def survives_above(self) -> float:
        return float((self.threshold.get_attribute("aria-valuetext") or "").removeprefix("β/2 = "))

    def expect_loss(self, loss: WrittenLoss, variances: np.ndarray) -> None:
        """Everything follows from what is written."""
        found = translate(loss)
        beta, text = float(found.beta), f"{float(f'{float(found.beta):.4g}'):,.12g}"
        assert self.answer == f"That is β {'=' if Fraction(text.replace(',', '')) == found.beta else '≈'} {text}"
        assert [self.code(0), self.code(1)] == [pytorch(loss), pytorch(translated(loss))]
        ladder = self.root.locator(".ladder [data-mark=beta]")
        expect(ladder).to_have_text(re.compile(re.escape(f"β = {text}")))
        if loss.error == "cross_entropy":
            expect(self.forecast).to_contain_text("No forecast for cross-entropy")
            expect(self.threshold).to_have_count(0)
            return
        active = linear.predict(variances, beta, loss.latent_dim).active
        expect(self.forecast).to_contain_text(f"{active} of {loss.latent_dim} codes survive")
        np.testing.assert_allclose(self.survives_above, beta / 2, rtol=1e-3)
        np.testing.assert_allclose(self.line(), np.clip(beta / 2, 1e-3, 1e3), rtol=0.03)

    def line(self) -> float:
        """Where the threshold is on its axis of six decades."""
        place, knob = box(self.root.locator(".spectrum .plot-area")), box(self.threshold.locator(".knob"))
        top, bottom = place.top + 10, place.bottom - 36
        return float(10 ** (3 - 6 * (knob.at()[1] - top) / (bottom - top)))


@pytest.fixture(scope="module")
def variances(uci: Digits) -> np.ndarray:
    return linear.spectrum(uci.images).variances


def test_a_loss_is_changed_by_every_hand(visit: Visit, variances: np.ndarray) -> None:
    shown: LossPage = visit(LossPage)
    shown.expect_loss(PIXEL_MEAN, variances)
    expect(shown.root.locator(".meaning")).to_contain_text("variance β/2 = 392")
    shown.click("This product's")
    shown.expect_loss(OURS, variances)
    shown.click("PyTorch's example")
    sums = WrittenLoss(error="cross_entropy", over_batch="sum", kl_over_batch="sum")
    shown.expect_loss(sums, variances)
    shown.fill("Batch size", "128")
    shown.fill("Number of codes", "20")
    shown.fill("Height", "32")
    sizes = {"shape": (1, 32, 28), "batch_size": 128, "latent_dim": 20}
    shown.root.get_by_role("radiogroup", name="Error of a pixel").get_by_text("squared error").click()
    shown.root.get_by_role("radiogroup", name="KL over codes").get_by_text("mean").click()
    shown.fill("Weight of the KL term", "2.5e-1")
    written = WrittenLoss(over_batch="sum", kl_over_batch="sum", kl_over_codes="mean", kl_weight=exact("0.25"), **sizes)  # type: ignore[arg-type]
    shown.expect_loss(written, variances)
    await_query(shown.page, loss="sssms", batch="128", latent="20", picturesize="28_32_1", klweight="2.5e-1")


def test_the_threshold_is_dragged_and_everything_follows_without_a_word_to_the_server(
    shared: Visit, variances: np.ndarray
) -> None:
    shown: LossPage = shared(LossPage, "loss=smmsm&latent=24")
    expect(shown.root.locator(".survivors")).not_to_contain_text("…", timeout=60_000)
    scroll_to(shown.threshold)
    place, start = box(shown.root.locator(".spectrum .plot-area")), box(shown.threshold.locator(".knob")).at()
    at = place.top + 10 + (place.height - 46) * 0.6
    with shown.silence():
        drag(shown.page, start, (start[0], at - 40), (start[0], at), steps=4, lift=False)
        shown.settle()
        weight = exact(shown.field("Weight of the KL term").input_value())
        loss = WrittenLoss(over_pixels="mean", latent_dim=24, kl_weight=weight)
        shown.expect_loss(loss, variances)
        np.testing.assert_allclose(shown.survives_above, 10 ** (3 - 6 * 0.6), rtol=0.05)
        assert 0 < linear.predict(variances, float(translate(loss).beta), 24).active < 24
        shown.page.mouse.up()

    # By a key to the next of fifty steps to ten times as much, of three digits.
    shown.threshold.focus()
    before = float(translate(loss).beta)
    shown.press("ArrowUp")
    after = exact(shown.field("Weight of the KL term").input_value()) * 784
    assert float(after) == float(f"{before * 10**0.02:.3g}")
    shown.handle("Beta").focus()
    shown.press("Shift+ArrowLeft")
    further = exact(shown.field("Weight of the KL term").input_value())
    assert float(further * 784) == float(f"{float(after) * 10**-0.2:.3g}")
    shown.expect_loss(WrittenLoss(over_pixels="mean", latent_dim=24, kl_weight=further), variances)
    expect(shown.root.locator("> .heard")).to_contain_text("of 24 codes survive")

    shown.set(shown.field("Weight of the KL term, its power of ten"), -2)
    assert shown.field("Weight of the KL term").input_value() == "0.01"
    shown.expect_loss(WrittenLoss(over_pixels="mean", latent_dim=24, kl_weight=exact("0.01")), variances)


def test_the_forecast_stands_beside_what_models_have(shared: Visit, oracle: Oracle, variances: np.ndarray) -> None:
    shown: LossPage = shared(LossPage, "loss=smmsm&latent=24")
    body = shown.root.locator(".survivors tbody")
    expect(body).not_to_contain_text("…", timeout=60_000)
    rows = body.locator("tr").evaluate_all("(all) => all.map((row) => [...row.cells].map((cell) => cell.textContent))")
    for name, beta, codes, forecast, active in rows:
        about = checkpoint.load_training(oracle.root / name)
        config = oracle.model(name).config
        assert [codes, active] == [str(config.latent_dim), str(oracle.encodings(name).active.sum())]
        weight = about["reconstruction_weight"]
        assert beta == (f"{about['beta'] / weight:g}" if weight else "KL only")
        wanted = linear.predict(variances, about["beta"] / weight or 1e-300, config.latent_dim).active if weight else 0
        assert forecast == ("–" if config.likelihood == "bernoulli" else str(wanted))
    assert {"vae-30", "vae-2"} <= {row[0] for row in rows}


@functools.cache
def errors_of(oracle: Oracle, name: str, is_binary: bool) -> list[float]:
    x = as_input(oracle.uci.images)
    x = x.round() if is_binary else x
    with torch.inference_mode():
        found = grey.errors(oracle.model(name), oracle.model(name).encode(x), x)
    return [float(part.mean()) for part in (found.squared_error, found.cross_entropy, found.floor)]


def test_grey_pixels_have_a_floor_and_black_and_white_ones_none(shared: Visit, oracle: Oracle) -> None:
    oracle.need("vae-2")
    shown: LossPage = shared(LossPage, "loss=smmsm&latent=24")
    errors = shown.root.locator(".errors")
    expect(errors).not_to_contain_text("…", timeout=60_000)
    for pixels in ("black and white", "grey"):
        errors.get_by_text(pixels, exact=True).click()
        squared, entropy, floor = errors_of(oracle, "vae-2", pixels != "grey")
        values = [float(text.split()[0]) for text in errors.locator("b").all_inner_texts()]
        np.testing.assert_allclose(values, [squared, entropy], atol=0.06)
        words = f"Floor {floor:.1f} nats, which no net gets below, and {entropy - floor:.1f} above it."
        expect(errors.locator(".numbers-line")).to_have_text(words if pixels == "grey" else re.compile("^No floor"))
        await_query(shown.page, pixels=None if pixels == "grey" else "binary")


PROBLEMS = {
    ("Weight of the KL term", "-1"): "The weight of the KL term is -1; it must be at least 0.",
    ("Weight of the KL term", "1/0"): "The weight of the KL term: '1/0' divides by 0.",
    ("Weight of the KL term", ""): "The weight of the KL term: '' is not a number.",
    ("Weight of the KL term", "1e200"): "it must be a number of at least 0, or one over another.",
    ("Weight of the reconstruction term", "0"): "the KL term alone is the loss of no beta.",
    ("Width", "0"): "The width is 0; it must be at least 1.",
    ("Channels", ""): "The channels is ''; it must be a whole number.",
    ("Batch size", "2.5"): "The batch size is '2.5'; it must be a whole number.",
    ("Number of codes", "785"): "The number of codes is 785; it must be",
}


def test_a_link_restores_it_and_what_is_no_loss_is_said_in_a_sentence(visit: Visit, variances: np.ndarray) -> None:
    link = "loss=ssmsm&klweight=1.5/2&errorweight=2&picturesize=20_10_3&batch=8&latent=7&pixels=binary"
    shown: LossPage = visit(LossPage, link, width=400, theme="dark")
    weights = {"reconstruction_weight": exact("2"), "kl_weight": exact("0.75")}
    shown.expect_loss(WrittenLoss(shape=(3, 10, 20), batch_size=8, latent_dim=7, **weights), variances)  # type: ignore[arg-type]
    expect(shown.root.locator(".errors input[value=binary]")).to_be_checked()
    assert fits(shown.page)
    for (label, text), words in PROBLEMS.items():
        before = shown.field(label).input_value()
        shown.fill(label, text)
        expect(shown.root.locator(".answer")).to_contain_text(words)
        assert fits(shown.page)
        shown.fill(label, before)
        assert shown.answer == "That is β = 0.375"
    shown.fill("Weight of the reconstruction term", "0")
    shown.fill("Weight of the KL term", "0")
    assert shown.answer == "Both weights are 0; such a loss has nothing to learn."
    shown.fill("Weight of the reconstruction term", "1")
    assert shown.answer == "That is β = 0"
    expect(shown.forecast).to_contain_text("7 of 7 codes survive")
    assert not re.search("NaN|Infinity|undefined", shown.root.inner_text())
