"""Sigma or the logarithm of its square: two curves that one hand moves, and the trainings below."""

from __future__ import annotations

import math
import re

import pytest
from playwright.sync_api import Locator, expect

from tests.web.objective.block import Block
from tests.web.shown import Visit, await_query, box, drag, fits
from vae_core.objective import scale, scale_trial


class ScalePage(Block):
    component = "scale"

    def handle(self, name: str) -> Locator:
        return self.root.get_by_role("slider", name=f"{name}, on its curve")

    def numbers(self, i: int) -> list[float]:
        """Slope, curvature, and where a step leads; 0 is the curve in sigma."""
        text = self.root.locator("figure .numbers-line").nth(i).inner_text().replace("−", "-")
        return [float(one) for one in re.findall(r"(?:slope|curvature|down is) (-?[\d.]+)", text)]


def expect_numbers(shown: ScalePage, logvar: float) -> None:
    sigma = math.exp(logvar / 2)
    for i, (value, one) in enumerate(
        ((sigma, scale.in_sigma(sigma)), (logvar, scale.in_logvar(logvar))),
    ):
        expected = [float(one.slope), float(one.curvature), value - 0.5 * float(one.slope)]
        assert shown.numbers(i) == pytest.approx(expected, abs=6e-3), i


def test_both_curves_follow_one_hand(visit: Visit) -> None:
    shown = visit(ScalePage, "logvar=-1.5")
    expect_numbers(shown, -1.5)
    with shown.silence():
        shown.handle("ln σ²").press("ArrowRight")
        await_query(shown.page, logvar="-1.4")
        expect_numbers(shown, -1.4)
        shown.handle("ln σ²").scroll_into_view_if_needed()
        place = box(shown.handle("ln σ²").locator(".knob"))
        drag(shown.page, place.at(), (place.at()[0] + 40, place.at()[1]), steps=4)
        shown.settle()
        text = shown.root.locator(".both").inner_text().replace("−", "-")
        (moved,) = re.findall(r"ln σ² = (-?[\d.]+)", text)
        assert float(moved) > -1.2
        expect_numbers(shown, float(moved))
        place = box(shown.handle("σ").locator(".knob"))
        drag(shown.page, place.at(), (place.at()[0] - 200, place.at()[1]), steps=4)
        shown.settle()
        # Sigma stays above 0, and the plots end at ln sigma^2 = -8.
        await_query(shown.page, logvar="-8")
        expect_numbers(shown, -8)
    assert fits(shown.page)


def test_the_trainings_of_the_chosen_learning_rate_are_shown(visit: Visit) -> None:
    shown = visit(ScalePage, "rate=0.001", width=400, height=800)
    trainings = scale_trial.read()

    def expect_results(rates: dict[str, float]) -> None:
        for recipe, rate in rates.items():
            one = scale_trial.curve(trainings, recipe, rate)
            words = f"test loss {one.test_mean:.2f} ± {one.test_deviation:.2f} nats a picture at learning rate {rate:g}"
            expect(shown.root.locator(".trained p").filter(has_text=f"{recipe} learns")).to_contain_text(words)

    expect_results(dict.fromkeys(scale_trial.RECIPES, 1e-3))
    shown.root.get_by_text("each at its best").click()
    await_query(shown.page, rate=None)
    expect_results({recipe: scale_trial.best(trainings, recipe).learning_rate for recipe in scale_trial.RECIPES})
    assert fits(shown.page)
