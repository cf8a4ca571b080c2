"""The page Interpolate between digits, as a visitor has it: what can be done, what can be read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.web.desk_page import READ_CANVAS, TWO_FRAMES

ROOT = "[data-component=interpolate]"
READ_PICTURES = f"""(root) => Object.fromEntries(
  [...root.querySelectorAll("canvas[data-model]")].map((canvas) => [canvas.dataset.model, ({READ_CANVAS})(canvas)])
)"""
READ_TABLE = """(root) => Object.fromEntries([...root.querySelectorAll("tr[data-path]")].map((row) => [
  row.dataset.path,
  [...row.querySelectorAll("td")].map((cell) => [...cell.querySelectorAll(".number-of")].map((one) => one.textContent)),
]))"""
SET_RANGE = """(input, value) => {
  input.value = value;
  for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
}"""


class InterpolatePage:
    """Wraps a page that goes between digits."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(ROOT)
        self.player = self.root.locator(".player")

    def wait(self) -> None:
        """Until it can be used."""
        expect(self.page.locator(f'{ROOT}[data-ready="true"]')).to_be_visible(timeout=30_000)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def settle(self) -> None:
        self.page.evaluate(TWO_FRAMES)

    def scrub(self, t: float) -> None:
        self.player.locator("input").evaluate(SET_RANGE, t)
        self.settle()

    def pictures(self) -> dict[str, NDArray[np.float64]]:
        """The large picture of each model, grey levels [28, 28] in [0, 1]."""
        found = self.root.evaluate(READ_PICTURES)
        return {name: np.reshape(grey, (28, 28)) / 255 for name, grey in found.items()}

    def stops(self) -> list[str]:
        """Their names, such as "digit 7, no. 17"; the one in hand ends in a star."""
        stops = self.root.locator(".stop:visible").all()
        return [
            str(stop.get_attribute("title"))[3:] + "*" * (stop.get_attribute("aria-pressed") == "true")
            for stop in stops
        ]

    def file_name(self) -> str:
        """The classes of the stops as a file has them, such as "7-to-3"."""
        return "-to-".join(name.removeprefix("digit ")[0] for name in self.stops())

    def row(self, path: str) -> Locator:
        return self.root.locator(f"tr[data-path={path}]")

    def expect_numbers(self, path: str) -> None:
        """Until all numbers of a path are here, and of the stops on show."""
        expect(self.row(path).locator(".number-of", has_text="…")).to_have_count(0)
        expect(self.row(path).locator("[data-stale]")).to_have_count(0)

    def number(self, path: str, column: int, side: int) -> Locator:
        return self.row(path).locator("td").nth(column).locator(".number-of").nth(side)

    def numbers(self, path: str) -> list[list[str]]:
        """Length, energy, jump and distance from real digits, each for both models, as they are shown."""
        found: list[list[str]] = self.root.evaluate(READ_TABLE)[path]
        return found
