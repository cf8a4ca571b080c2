"""The latent desk as a visitor has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from playwright.sync_api import Locator, expect

from tests.web.oracle import LINK_GREY, Oracle
from tests.web.shown import Shown, choose_model

PAIR = ("ae-30", "vae-30")
READ_SLIDERS = """(root) => Object.fromEntries(
  [...root.querySelectorAll("input[data-dim]")].map((input) => [input.dataset.dim, input.valueAsNumber])
)"""


class DeskPage(Shown):
    component = "desk"

    def settle(self) -> None:
        # A digit that was taken may wait for the encoders.
        expect(self.page.locator('[data-component=desk][aria-busy="true"]')).to_have_count(0)
        super().settle()

    def slider(self, i: int) -> Locator:
        return self.root.locator(f'input[data-dim="{i}"]')

    def nudge(self, i: int, *keys: str) -> None:
        """By keys on a slider."""
        self.slider(i).focus()
        self.press(*keys)

    def unfold(self) -> None:
        """Shows the inactive coordinates, where there are any."""
        self.root.locator("details").evaluate_all("(all) => all.forEach((details) => (details.open = true))")

    def values(self) -> list[float]:
        """What the sliders show, by coordinate."""
        found: dict[str, float] = self.root.evaluate(READ_SLIDERS)
        return [found[str(i)] for i in range(len(found))]

    def choose(self, side: str, name: str) -> None:
        """Another model, "Left" or "Right"."""
        choose_model(self.page, side, name)
        self.expect_model(["Left", "Right"].index(side), name)

    def expect_model(self, side: int, name: str) -> None:
        expect(self.models.nth(side)).to_have_attribute("data-model", name)
        self.wait()

    def place(self, side: int) -> str:
        """The line that tells where z lies, as soon as it is known."""
        place = self.root.locator(".place").nth(side)
        expect(place).to_have_text(re.compile(r"\S"))
        return place.inner_text()

    def expect_decoded(self, oracle: Oracle, names: Sequence[str], left: ArrayLike, right: ArrayLike) -> None:
        """The large pictures are those of PyTorch."""
        for side, (name, z) in enumerate(zip(names, (left, right), strict=True)):
            np.testing.assert_allclose(self.picture(side), oracle.decode(name, z), atol=LINK_GREY, err_msg=name)


OpenDesk = Callable[..., DeskPage]
