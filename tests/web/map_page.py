"""The latent map as a visitor has it: what can be done, what can be read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.web.desk_page import READ_CANVAS, TWO_FRAMES

ROOT = "[data-component=latent_map]"
# What the pointer's event says it is on the map, and not what the test meant.
LISTEN = """(marks) => marks.addEventListener("pointermove", (event) => {
  window.pixel = [event.offsetX, event.offsetY];
})"""
CODES = """async ([models, digits, view, pixel, size]) => {
  const { loadPlane } = await load("map/plane.js");
  const { Viewport } = await load("map/viewport.js");
  const planes = await Promise.all(models.map((model) => loadPlane(model, digits)));
  return planes.map((plane) => Array.from(plane.code(Viewport.parse(view).at(pixel, size))));
}"""


class MapPage:
    """Wraps a page that shows the latent map.

    Attributes:
        page: the page.
        root: the component's root element.
        trouble: what went wrong so far; the test fails in the end where it is not empty.
    """

    def __init__(self, page: Page, trouble: list[str]) -> None:
        self.page = page
        self.root = page.locator(ROOT)
        self.trouble = trouble

    def wait(self) -> None:
        """Until the maps answer the pointer."""
        expect(self.page.locator(f'{ROOT}[data-ready="true"]')).to_be_visible(timeout=30_000)
        for side in (0, 1):
            self.marks(side).evaluate(LISTEN)

    def marks(self, side: int) -> Locator:
        """What takes the pointer and the focus on a map."""
        return self.root.locator(".marks").nth(side)

    def picture(self, side: int) -> NDArray[np.float64]:
        """The large picture, grey levels [28, 28] in [0, 1]."""
        return np.reshape(self.root.locator("canvas[data-model]").nth(side).evaluate(READ_CANVAS), (28, 28)) / 255

    def pictures(self) -> list[NDArray[np.float64]]:
        return [self.picture(side) for side in (0, 1)]

    def where(self, side: int) -> str:
        """The line that says where on the plane."""
        return self.root.locator(".where").nth(side).inner_text()

    def coordinates(self, side: int) -> list[float]:
        """The numbers of that line."""
        parts = self.where(side).replace("−", "-").split(" · ")[:2]
        return [float(part.split()[-1]) for part in parts]

    def at(self, side: int, x: float, y: float) -> tuple[float, float]:
        """A place on a map, in [0, 1] from its upper left, in whole pixels of the page."""
        box = self.marks(side).bounding_box()
        assert box
        return round(box["x"] + x * box["width"]), round(box["y"] + y * box["height"])

    def hover(self, side: int, x: float, y: float) -> list[float]:
        """Moves the pointer there; what the map then takes for the pointer's pixel."""
        self.page.mouse.move(*self.at(side, x, y))
        self.settle_frame()
        pixel: list[float] = self.page.evaluate("window.pixel")
        return pixel

    def pin(self, side: int, x: float, y: float) -> list[float]:
        """Clicks there, waits until the link has it, and leaves the map; the pixel."""
        pixel = self.hover(side, x, y)
        before = self.query().get("z")
        self.page.mouse.click(*self.at(side, x, y))
        self.page.wait_for_function("(z) => new URL(location.href).searchParams.get('z') !== z", arg=before)
        self.leave()
        return pixel

    def leave(self) -> None:
        self.page.mouse.move(5, 5)
        self.settle_frame()

    def press(self, *keys: str) -> None:
        """Presses keys where the focus is, and lets the frame be painted."""
        for key in keys:
            self.page.keyboard.press(key)
        self.settle_frame()

    def settle_frame(self) -> None:
        self.page.evaluate(TWO_FRAMES)

    def codes(
        self, pixel: list[float], models: tuple[str, str], view: str = "", digits: str = "uci"
    ) -> list[list[float]]:
        """The codes of both models at a pixel, as the map has them."""
        size = self.root.locator(".frame").first.evaluate("(frame) => frame.clientWidth")
        codes: list[list[float]] = self.page.evaluate(CODES, [models, digits, view, pixel, size])
        return codes

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name)

    def choose_behind(self, kind: str) -> None:
        self.root.get_by_text(kind, exact=True).click()
        expect(self.root.get_by_role("radio", name=kind)).to_be_checked()

    def query(self) -> dict[str, str]:
        """The address's parameters."""
        query: dict[str, Any] = self.page.evaluate("Object.fromEntries(new URL(location.href).searchParams)")
        return query
