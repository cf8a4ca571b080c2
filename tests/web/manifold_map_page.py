"""The maps of the Manifold page as a visitor has them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.web.desk_page import TWO_FRAMES

ROOT = "[data-component=manifold_map]"
GREYS = """(canvas) => {
  const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return { width, height, greys: Array.from(data.filter((_, i) => i % 4 === 0)) };
}"""
CODES = """async ([model, places]) => {
  const { loadPlane } = await load("map/plane.js");
  const plane = await loadPlane(model, "uci");
  return places.map((place) => Array.from(plane.code(place)));
}"""
PIXELS = """async ([model, rows, view, size]) => {
  const { loadPlane } = await load("map/plane.js");
  const { Viewport } = await load("map/viewport.js");
  const { xs, ys } = await loadPlane(model, "uci");
  return rows.map((row) => Viewport.parse(view).pixel([xs[row], ys[row]], size));
}"""


class ManifoldMapPage:
    """Wraps a page that shows the maps of the Manifold page; `page` is it, `root` the component's root element."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(ROOT)

    def wait(self) -> None:
        """Until the maps answer, and nothing is on its way any more."""
        expect(self.page.locator(f'{ROOT}[data-ready="true"]:not([data-asking])')).to_be_visible(timeout=40_000)
        self.root.locator(".frame").first.scroll_into_view_if_needed()

    def settle(self) -> None:
        """Until what the last deed asked is answered."""
        self.page.evaluate(TWO_FRAMES)
        self.wait()

    def marks(self, side: int) -> Locator:
        """What takes the pointer and the focus on a map."""
        return self.root.locator(".marks").nth(side)

    def at(self, side: int, x: float, y: float) -> tuple[float, float]:
        """Pixels of a map, from its upper left, as pixels of the page."""
        box = self.marks(side).bounding_box()
        assert box
        return box["x"] + x, box["y"] + y

    @property
    def size(self) -> float:
        """Of a map, in pixels."""
        size: float = self.root.locator(".frame").first.evaluate("(frame) => frame.clientWidth")
        return size

    def click(self, side: int, x: float, y: float) -> None:
        self.page.mouse.click(*self.at(side, x, y))

    def where(self, side: int) -> str:
        self.page.evaluate(TWO_FRAMES)
        return self.root.locator(".where").nth(side).inner_text()

    def numbers(self, side: int) -> str:
        """The line that says how long the path is, or what to do for one."""
        return self.root.locator(".lengths").nth(side).inner_text().replace("−", "-")

    def facts(self, side: int) -> str:
        return self.root.locator(".facts").nth(side).inner_text()

    def film(self, side: int, row: int) -> NDArray[np.float64]:
        """The pictures of a row, [N, 28, 28] in [0, 1]."""
        found: dict[str, Any] = self.root.locator(".below").nth(side).locator("canvas").nth(row).evaluate(GREYS)
        strip = np.reshape(found["greys"], (28, found["width"] // 28, 28)).swapaxes(0, 1)
        return strip / 255

    def codes(self, model: str, places: list[list[float]]) -> list[list[float]]:
        """What a model's plane has at normalised places."""
        codes: list[list[float]] = self.page.evaluate(CODES, [model, places])
        return codes

    def pixels(self, model: str, rows: list[int]) -> list[list[float]]:
        """Where digits are on the map, as long as it shows all."""
        pixels: list[list[float]] = self.page.evaluate(PIXELS, [model, rows, "", self.size])
        return pixels

    def query(self) -> dict[str, str]:
        """The address's parameters."""
        query: dict[str, str] = self.page.evaluate("Object.fromEntries(new URL(location.href).searchParams)")
        return query

    def await_query(self, **parts: str | None) -> None:
        """Until the address says so; None where it is to say nothing."""
        self.page.wait_for_function(
            """(parts) => Object.entries(parts).every(
              ([key, value]) => new URL(location.href).searchParams.get(key) === value)""",
            arg=parts,
        )
