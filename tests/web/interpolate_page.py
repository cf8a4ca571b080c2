"""The page Interpolate as a visitor has it, in whichever mode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from playwright.sync_api import Locator, Page, expect

from tests.web.oracle import LEVEL, Oracle
from tests.web.shown import Shown, grey
from vae_core.spaces.paths import four_corners

CELLS = 9
READ_TABLE = """(root) => Object.fromEntries([...root.querySelectorAll("tr[data-path]")].map((row) => [
  row.dataset.path,
  [...row.querySelectorAll("td")].map((cell) => [...cell.querySelectorAll(".number-of")].map((one) => one.textContent)),
]))"""


class InterpolatePage(Shown):
    component = path = "interpolate"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.player = self.root.locator(".player")

    def expect_pictures(self, expected: Mapping[str, ArrayLike]) -> None:
        """The large pictures, [28, 28] each."""
        found = self.pictures()
        assert list(found) == list(expected)
        for name, picture in found.items():
            np.testing.assert_allclose(picture, expected[name], atol=0.7 * LEVEL, err_msg=name)

    def expect_codes(self, oracle: Oracle, expected: Mapping[str, ArrayLike]) -> None:
        """The large pictures are these codes [D], decoded."""
        self.expect_pictures({name: oracle.decode(name, z) for name, z in expected.items()})

    def scrub(self, t: float) -> None:
        self.set(self.player.locator("input"), t)

    def stops(self) -> list[str]:
        """Their names, such as "digit 7, no. 17"; the one in hand ends in a star."""
        stops = self.root.locator(".stop:visible").all()
        return [
            str(stop.get_attribute("title"))[3:] + "*" * (stop.get_attribute("aria-pressed") == "true")
            for stop in stops
        ]

    def row(self, path: str) -> Locator:
        return self.root.locator(f"tr[data-path={path}]")

    def expect_numbers(self, path: str) -> None:
        """Until all numbers of a path are here, and of the stops on show."""
        expect(self.row(path).locator(".number-of", has_text="…")).to_have_count(0)
        expect(self.row(path).locator("[data-stale]")).to_have_count(0)

    def numbers(self, path: str) -> list[list[str]]:
        """Length, energy, jump and distance from real digits, each for both models, as they are shown."""
        found: list[list[str]] = self.root.evaluate(READ_TABLE)[path]
        return found


class ModesPage(InterpolatePage):
    """In a mode of its own; its keys are the page's, and not those of what has the focus."""

    def wait_for(self, mode: str) -> None:
        """Until the mode can be used; then time stands still at its start."""
        expect(self.page.locator(f"[data-component=interpolate][data-ready=true][data-mode={mode}]")).to_be_visible()
        self.press("Home")

    def choose(self, mode: str, words: str) -> None:
        self.root.get_by_role("radiogroup", name="Mode").get_by_text(words).click()
        self.wait_for(mode)

    def press(self, *keys: str) -> None:
        self.page.locator("h1").click()
        super().press(*keys)

    def expect_grids(self, oracle: Oracle, names: tuple[str, ...], rows: list[int]) -> dict[str, NDArray[Any]]:
        """All cells lie between these digits; what they are to be, [81, 28, 28] by model."""
        self.settle()
        expect(self.root.locator(".corners[data-drawn=true]")).to_be_visible()
        expected = {name: oracle.decode(name, four_corners(*oracle.codes(name, rows), CELLS)) for name in names}
        for name, pictures in expected.items():
            grid = grey(self.root.locator(f"canvas[data-grid={name}]"), CELLS, 28, CELLS, 28)
            np.testing.assert_allclose(grid.swapaxes(1, 2), pictures, atol=1.01 * LEVEL)
        return {name: pictures.reshape(-1, 28, 28) for name, pictures in expected.items()}
