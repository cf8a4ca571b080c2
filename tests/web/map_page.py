"""Pages with two maps as a visitor has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, expect

from tests.web.shown import Grey, Shown, await_query, box, grey, query

# What the pointer's event says it is on the map, and not what the test meant.
LISTEN = """(all) => all.forEach((marks) => marks.addEventListener("pointermove", (event) => {
  window.pixel = [event.offsetX, event.offsetY];
}))"""
PLANES = """async ([models, digits]) => {
  const { loadPlane } = await load("map/plane.js");
  window.planes = await Promise.all(models.map((model) => loadPlane(model, digits)));
}"""
CODES = """async ([view, pixel, size]) => {
  const { Viewport } = await load("map/viewport.js");
  return planes.map((plane) => Array.from(plane.code(Viewport.parse(view).at(pixel, size))));
}"""


class MapPage(Shown):
    component = path = "latent_map"

    def wait(self) -> None:
        """Until the maps answer the pointer, and nothing is on its way any more."""
        ready = f'[data-component={self.component}][data-ready="true"]:not([data-asking])'
        expect(self.page.locator(ready)).to_be_visible(timeout=40_000)
        self.root.locator(".marks").evaluate_all(LISTEN)

    def answered(self) -> None:
        """Until what the last deed asked is answered."""
        self.settle()
        self.wait()

    def marks(self, side: int) -> Locator:
        """What takes the pointer and the focus on a map."""
        return self.root.locator(".marks").nth(side)

    def both(self) -> list[Grey]:
        """The large pictures, also of one model beside itself."""
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
        left, top = box(self.marks(side)).at(x, y)
        return round(left), round(top)

    def hover(self, side: int, x: float, y: float) -> list[float]:
        """Moves the pointer there; what the map then takes for the pointer's pixel."""
        self.page.mouse.move(*self.at(side, x, y))
        self.settle()
        pixel: list[float] = self.page.evaluate("window.pixel")
        return pixel

    def click_at(self, side: int, x: float, y: float) -> None:
        self.page.mouse.click(*self.at(side, x, y))

    def pin(self, side: int, x: float, y: float) -> list[float]:
        """Clicks there, waits until the link has it, and leaves the map; the pixel."""
        pixel = self.hover(side, x, y)
        before = query(self.page).get("z")
        self.click_at(side, x, y)
        self.page.wait_for_function("(z) => new URL(location.href).searchParams.get('z') !== z", arg=before)
        self.leave()
        return pixel

    def leave(self) -> None:
        self.page.mouse.move(5, 5)
        self.settle()

    @property
    def size(self) -> float:
        """Of a map, in pixels."""
        size: float = self.root.locator(".frame").first.evaluate("(frame) => frame.clientWidth")
        return size

    def pixel_of(self, place: Sequence[float]) -> list[float]:
        """Of a place in [-1, 1] of a map that shows all."""
        return [(1 + place[0]) / 2 * self.size, (1 - place[1]) / 2 * self.size]

    def codes(self, pixel: Sequence[float], models: Sequence[str], digits: str = "uci") -> list[list[float]]:
        """The codes of the models at a pixel of a map that shows all, as the map has them."""
        self.page.evaluate(PLANES, [models, digits])
        codes: list[list[float]] = self.page.evaluate(CODES, ["", pixel, self.size])
        return codes

    def places(self, model: str) -> NDArray[np.float64]:
        """Where the digits' codes are on its map as long as it shows all, [N, 2] in [0, 1] from its upper left."""
        self.page.evaluate(PLANES, [[model], "uci"])
        x, y = self.page.evaluate("[Array.from(planes[0].xs), Array.from(planes[0].ys)]")
        return np.stack([1 + np.array(x), 1 - np.array(y)], axis=1) / 2

    def await_view(self, holds: str) -> None:
        """Until the address says of `x`, `y` or `scale` what holds; at home they are 0, 0 and 1."""
        self.page.wait_for_function(
            f"""() => {{
              const [x, y, scale] = (new URL(location.href).searchParams.get("view") ?? "0_0_1").split("_").map(Number);
              return {holds};
            }}"""
        )

    @property
    def view(self) -> list[float]:
        """x, y and scale, as the address has them."""
        return [float(part) for part in query(self.page).get("view", "0_0_1").split("_")]

    def go_home(self) -> None:
        home = self.button("Home")
        if home.get_attribute("aria-disabled") != "true":
            home.click()
        await_query(self.page, view=None)

    def facts(self, side: int) -> str:
        """The line that says what the layer shows."""
        return self.root.locator(".facts").nth(side).inner_text()

    def numbers(self, side: int) -> str:
        """The line that says how long the path is, or what to do for one."""
        return self.root.locator(".lengths").nth(side).inner_text().replace("−", "-")

    def film(self, side: int, row: int) -> Grey:
        """The pictures of a row, [N, 28, 28] in [0, 1]."""
        strip = grey(self.root.locator(".below").nth(side).locator("canvas").nth(row), 28, -1)
        return strip.reshape(28, -1, 28).swapaxes(0, 1)

    def choose(self, name: str) -> None:
        """A layer, or a tool."""
        self.root.get_by_text(name, exact=True).click()
        expect(self.root.get_by_role("radio", name=name)).to_be_checked()


class ManifoldMap(MapPage):
    component, path = "manifold_map", "manifold"

    def wait(self) -> None:
        super().wait()
        self.root.locator(".frame").first.scroll_into_view_if_needed()


MAPS: dict[str, type[MapPage]] = {kind.component: kind for kind in (MapPage, ManifoldMap)}
OpenMap = Callable[..., MapPage]
