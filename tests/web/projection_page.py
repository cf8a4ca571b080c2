"""The projections as a visitor has them, and what is drawn, read from Plotly's own data."""

from __future__ import annotations

import re
import urllib.request
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.web.traffic import Traffic

ROOT = "[data-component=projection]"
NAMES = ("ae-30", "vae-30")
QUERY = "left=ae-30&right=vae-30&count=500&seed=3"
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
READ_CANVAS = """(canvas) => Array.from(
  canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.filter((_, i) => i % 4 === 0)
)"""
# Of the visible points: digit, index among the digit's points, coordinates.
READ_POINTS = """(gd) => gd.data.slice(0, 10).flatMap(({ x, y, z, visible }, digit) => visible === false ? [] :
  Array.from(x, (_, i) => [digit, i, x[i], y[i], ...(z ? [z[i]] : [])]))"""
READ_SELECTED = """(gd) => gd.data.slice(0, 10).map(({ x, selectedpoints }) =>
  selectedpoints ? Array.from(selectedpoints) : null)"""
READ_AXES = """({ _fullLayout: { xaxis, yaxis } }) => [xaxis, yaxis].map(
  ({ range, _offset, _length }) => [...range, _offset, _length])"""
READ_SCENE = """({ _fullLayout: { width, height, scene: { _scene } } }) => {
  const { model, view, projection } = _scene.glplot.cameraParams;
  return { width, height, scale: _scene.dataScale, matrices: [projection, view, model].map((m) => Array.from(m)) };
}"""
READ_CAMERA = "({ _fullLayout: { scene } }) => scene._scene.getCamera()"


class ProjectionPage:
    """Wraps a page that shows the projections.

    Attributes:
        page: the page.
        root: the component's root element.
        trouble: what went wrong so far; the test fails in the end where it is not empty.
        traffic: what the page has told the server.
    """

    def __init__(self, page: Page, app: str, trouble: list[str]) -> None:
        self.page = page
        self.app = app
        self.root = page.locator(ROOT)
        self.trouble = trouble
        self.traffic = Traffic(page)

    def wait(self) -> None:
        """Until it can be used."""
        expect(self.page.locator(f'{ROOT}[data-ready="true"]')).to_be_visible(timeout=60_000)

    def settle_frame(self) -> None:
        self.page.evaluate(TWO_FRAMES)

    def choose_axes(self, name: str) -> None:
        """`2D` or `3D`."""
        self.page.get_by_role("radio", name=name).click()
        for side in (0, 1):
            self.page.wait_for_function(
                "([gd, dims]) => gd.data && Boolean(gd.data[0].z) === (dims === 3)",
                arg=[self.plotly(side).element_handle(), int(name[0])],
            )
        self.wait()

    def choose_count(self, words: str) -> None:
        self.page.get_by_role("combobox", name="Digits").click()
        self.page.get_by_role("option", name=words).click()

    def plotly(self, side: int) -> Locator:
        """The element that Plotly calls gd."""
        return self.root.locator(".plotly-place").nth(side)

    def chip(self, digit: int) -> Locator:
        return self.root.get_by_role("button", name=f"Digit {digit}", exact=True)

    def shown_digits(self, side: int) -> list[int]:
        visible: list[bool] = self.plotly(side).evaluate("(gd) => gd.data.slice(0, 10).map((t) => t.visible !== false)")
        return [digit for digit, is_visible in enumerate(visible) if is_visible]

    @property
    def line(self) -> str:
        """What the panel is about."""
        return self.root.locator(".subject").inner_text()

    @property
    def row(self) -> int:
        """Of the digit in the panel."""
        found = re.search(r"no\. (\d+)", self.line)
        assert found, self.line
        return int(found[1])

    def grey(self, canvas: Locator) -> NDArray[np.float64]:
        """A canvas of 28 x 28, grey levels in [0, 1]."""
        return np.reshape(canvas.evaluate(READ_CANVAS), (28, 28)) / 255

    def original(self) -> NDArray[np.float64]:
        return self.grey(self.root.locator("canvas.original"))

    def decoded(self, side: int) -> NDArray[np.float64]:
        return self.grey(self.root.locator("canvas[data-model]").nth(side))

    def neighbours(self, side: int) -> list[int]:
        """Rows of the pictures beside the decoded one."""
        labels = (
            self.root.locator(".neighbours")
            .nth(side)
            .locator("button")
            .evaluate_all("(all) => all.map((button) => button.getAttribute('aria-label'))")
        )
        return [int(label.rpartition(" ")[2]) for label in labels]

    def points(self, side: int) -> NDArray[np.float64]:
        """Of the visible ones: digit, index among those of the digit, coordinates: [n, 2 + k]."""
        return np.array(self.plotly(side).evaluate(READ_POINTS))

    def pixels(self, side: int) -> NDArray[np.float64]:
        """Where they are in the window, [n, 2]."""
        points = self.points(side)[:, 2:]
        box = self.plotly(side).bounding_box()
        assert box
        corner = np.array([box["x"], box["y"]])
        if points.shape[1] == 2:
            (x0, x1, left, width), (y0, y1, top, height) = self.plotly(side).evaluate(READ_AXES)
            right = left + (points[:, 0] - x0) / (x1 - x0) * width
            down = top + (y1 - points[:, 1]) / (y1 - y0) * height
            return corner + np.stack([right, down], axis=1)
        scene = self.plotly(side).evaluate(READ_SCENE)
        seen = np.column_stack([points * scene["scale"], np.ones(len(points))]).T
        projection, view, model = (np.reshape(matrix, (4, 4)).T for matrix in scene["matrices"])
        x, y, _, w = projection @ view @ model @ seen
        size = np.array([scene["width"], scene["height"]])
        return corner + size * 0.5 * (1 + np.stack([x / w, -y / w], axis=1))

    def rows(self, side: int, tensors: dict[str, NDArray[Any]]) -> NDArray[np.int32]:
        """Of the visible points, in the set of digits."""
        starts = np.searchsorted(tensors["labels"], np.arange(10))
        points = self.points(side)[:, :2].astype(int)
        return tensors["rows"][starts[points[:, 0]] + points[:, 1]]

    def selected(self, side: int, tensors: dict[str, NDArray[Any]]) -> set[int] | None:
        """Rows that are highlighted, among the hidden digits too; None where none is dimmed."""
        found = self.plotly(side).evaluate(READ_SELECTED)
        if all(indices is None for indices in found):
            return None
        starts = np.searchsorted(tensors["labels"], np.arange(10))
        return {int(tensors["rows"][starts[digit] + i]) for digit, indices in enumerate(found) for i in indices or []}

    def lonely(self, side: int) -> int:
        """Index of the point whose nearest other one is farthest in the window, away from the border."""
        pixels = self.pixels(side)
        distances = np.linalg.norm(pixels[:, None] - pixels[None], axis=2) + 1e9 * np.eye(len(pixels))
        box = self.plotly(side).bounding_box()
        assert box
        low = (box["x"] + 60, box["y"] + 20)
        high = (box["x"] + box["width"] - 60, box["y"] + box["height"] - 60)
        inside = np.all((pixels > low) & (pixels < high), axis=1)
        return int(np.argmax(np.where(inside, distances.min(axis=1), -1)))

    def point_at(self, x: float, y: float) -> None:
        """Comes from aside, as a hand does; Plotly looks at most every 50 ms."""
        self.page.mouse.move(x - 3, y - 2)
        self.page.wait_for_timeout(80)
        self.page.mouse.move(x, y)
        self.settle_frame()

    def camera(self, side: int) -> dict[str, Any]:
        found: dict[str, Any] = self.plotly(side).evaluate(READ_CAMERA)
        return found

    def ring(self, side: int, which: str) -> tuple[float, float] | None:
        """Where it is in the window."""
        ring = self.root.locator(".rings").nth(side).locator(f".{which}")
        if ring.get_attribute("hidden") is not None:
            return None
        box, moved = self.plotly(side).bounding_box(), ring.get_attribute("transform")
        assert box
        assert moved
        x, y = map(float, re.findall(r"-?[\d.]+", moved))
        return box["x"] + x, box["y"] + y

    def tool(self, name: str) -> None:
        self.root.locator(".controls .units label", has_text=name).click()

    def served(self, address: str) -> dict[str, NDArray[Any]]:
        """The tensors at an address below the app's root."""
        with urllib.request.urlopen(self.app + address) as answer:
            return safetensors.numpy.load(answer.read())

    def projected(self, name: str, components: int = 2) -> dict[str, NDArray[Any]]:
        """The tensors behind a plot that `QUERY` asks for."""
        return self.served(f"projections/{name}/uci.safetensors?method=pca&components={components}&count=500&seed=3")
