"""The experiment of the page Manifold as a visitor has it: what can be done, what can be read."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.web.desk_page import READ_CANVAS, TWO_FRAMES

ROOT = "[data-component=tangent]"
Grey = NDArray[np.float64]
SET = """(input, value) => {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}"""


class TangentPage:
    """Wraps a page that shows the experiment."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(ROOT)

    def wait(self) -> None:
        """Until it can be used, and every tangent plane is here."""
        expect(self.page.locator(f'{ROOT}[data-ready="true"]')).to_be_visible(timeout=30_000)
        self.wait_for_planes()

    def wait_for_planes(self) -> None:
        expect(self.root.locator(".half[aria-busy]")).to_have_count(0)
        self.settle_frame()

    def settle_frame(self) -> None:
        self.page.evaluate(TWO_FRAMES)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.settle_frame()

    def go(self, a: float) -> None:
        """Moves the slider."""
        self.root.locator(".distance input").evaluate(SET, a)
        self.settle_frame()

    def half(self, model: str) -> Locator:
        return self.root.locator(f'.half[aria-label="{model}"]')

    def picture(self, model: str, part: str) -> Grey:
        """A picture in [0, 1], such as "along shown" and "off back"."""
        return self.grey(self.half(model).locator(f'[data-trial="{part}"]'))

    def walk(self, model: str) -> Grey:
        """The pictures along it, [9, 28, 28]."""
        label = f"Decoded by {model} along the direction, both ways"
        strip = self.root.get_by_label(label).evaluate(READ_CANVAS)
        return np.reshape(strip, (28, 9, 28)).swapaxes(0, 1) / 255

    def grey(self, canvas: Locator) -> Grey:
        return np.reshape(canvas.evaluate(READ_CANVAS), (28, 28)) / 255

    def numbers(self, model: str, kind: str) -> list[float | None]:
        """How far it moves, and along the manifold how much of it is kept, in per cent; None where there is none."""
        text = self.half(model).locator(f"[data-numbers={kind}]").inner_text()
        found = re.findall(r"(–|−?\d+ %)", text)
        return [None if one == "–" else float(one.removesuffix(" %").replace("−", "-")) for one in found]

    def direction(self, model: str, number: int) -> Locator:
        """One of the directions to choose from, from 1."""
        label = f"Directions along the manifold of {model}, the strongest first"
        return self.root.get_by_role("group", name=label).locator("button").nth(number - 1)

    def bars(self, model: str) -> Any:
        """The heights of the singular values, over that of the chart."""
        chart = self.root.locator(f'[data-singular="{model}"]')
        return chart.evaluate("""(chart) => [...chart.querySelectorAll("i")].map(
          (bar) => parseFloat(getComputedStyle(bar, "::after").height) / chart.clientHeight)""")

    def draw(self, places: list[tuple[float, float]]) -> None:
        """One stroke on the open pad, through places in [0, 1] of it."""
        box = self.root.locator(".paper").bounding_box()
        assert box
        mouse = self.page.mouse
        for i, (x, y) in enumerate(places):
            mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=3)
            if i == 0:
                mouse.down()
        mouse.up()
        self.settle_frame()
