"""The latent map as a visitor has it: what can be done, what can be read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.web.desk_page import READ_CANVAS, TWO_FRAMES

# Where each component with a map stands.
PATHS = {"latent_map": "latent_map", "manifold_map": "manifold"}
# What the pointer's event says it is on the map, and not what the test meant.
LISTEN = """(marks) => marks.addEventListener("pointermove", (event) => {
  window.pixel = [event.offsetX, event.offsetY];
})"""
PLANES = """async ([models, digits]) => {
  const { loadPlane } = await load("map/plane.js");
  window.planes = await Promise.all(models.map((model) => loadPlane(model, digits)));
}"""
CODES = """async ([view, pixel, size]) => {
  const { Viewport } = await load("map/viewport.js");
  return planes.map((plane) => Array.from(plane.code(Viewport.parse(view).at(pixel, size))));
}"""
GREYS = """(canvas) => {
  const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return { width, height, greys: Array.from(data.filter((_, i) => i % 4 === 0)) };
}"""


class MapPage:
    """Wraps a page that shows maps.

    Attributes:
        page: the page.
        component: a key of `PATHS`.
        root: the component's root element.
        trouble: what went wrong so far; the test fails in the end where it is not empty.
    """

    def __init__(self, page: Page, trouble: list[str], component: str = "latent_map") -> None:
        self.page = page
        self.component = component
        self.root = page.locator(f"[data-component={component}]")
        self.trouble = trouble

    def wait(self) -> None:
        """Until the maps answer the pointer, and nothing is on its way any more."""
        ready = f'[data-component={self.component}][data-ready="true"]:not([data-asking])'
        expect(self.page.locator(ready)).to_be_visible(timeout=40_000)
        for side in (0, 1):
            self.marks(side).evaluate(LISTEN)
        if self.component == "manifold_map":
            self.root.locator(".frame").first.scroll_into_view_if_needed()

    def settle(self) -> None:
        """Until what the last deed asked is answered."""
        self.settle_frame()
        self.wait()

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

    def click(self, side: int, x: float, y: float) -> None:
        self.page.mouse.click(*self.at(side, x, y))

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

    @property
    def size(self) -> float:
        """Of a map, in pixels."""
        size: float = self.root.locator(".frame").first.evaluate("(frame) => frame.clientWidth")
        return size

    def codes(
        self, pixel: list[float], models: tuple[str, ...], view: str = "", digits: str = "uci"
    ) -> list[list[float]]:
        """The codes of the models at a pixel, as the map has them."""
        self.page.evaluate(PLANES, [models, digits])
        codes: list[list[float]] = self.page.evaluate(CODES, [view, pixel, self.size])
        return codes

    def places(self, model: str) -> NDArray[np.float64]:
        """Where the digits' codes are on its map as long as it shows all, [N, 2] in [0, 1] from its upper left."""
        self.page.evaluate(PLANES, [[model], "uci"])
        x, y = self.page.evaluate("[Array.from(planes[0].xs), Array.from(planes[0].ys)]")
        return np.stack([1 + np.array(x), 1 - np.array(y)], axis=1) / 2

    def facts(self, side: int) -> str:
        """The line that says what the layer shows."""
        return self.root.locator(".facts").nth(side).inner_text()

    def numbers(self, side: int) -> str:
        """The line that says how long the path is, or what to do for one."""
        return self.root.locator(".lengths").nth(side).inner_text().replace("−", "-")

    def film(self, side: int, row: int) -> NDArray[np.float64]:
        """The pictures of a row, [N, 28, 28] in [0, 1]."""
        found: dict[str, Any] = self.root.locator(".below").nth(side).locator("canvas").nth(row).evaluate(GREYS)
        strip = np.reshape(found["greys"], (28, found["width"] // 28, 28)).swapaxes(0, 1)
        return strip / 255

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name)

    def choose(self, name: str) -> None:
        """A layer, or a tool."""
        self.root.get_by_text(name, exact=True).click()
        expect(self.root.get_by_role("radio", name=name)).to_be_checked()

    def query(self) -> dict[str, str]:
        """The address's parameters."""
        query: dict[str, Any] = self.page.evaluate("Object.fromEntries(new URL(location.href).searchParams)")
        return query

    def await_query(self, **parts: str | None) -> None:
        """Until the address says so; None where it is to say nothing."""
        self.page.wait_for_function(
            """(parts) => Object.entries(parts).every(
              ([key, value]) => new URL(location.href).searchParams.get(key) === value)""",
            arg=parts,
        )
