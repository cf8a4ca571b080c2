"""The projections as a visitor has them, and where on the screen their points must be."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urljoin

import numpy as np
import safetensors.numpy
from numpy.typing import ArrayLike, NDArray
from playwright.sync_api import Locator, expect

from tests.web.shown import Box, Grey, Place, Shown, box, grey

NAMES = ("ae-30", "vae-30")
QUERY = "left=ae-30&right=vae-30&count=500&seed=3"
READ_PIXELS = """(canvas, places) => {
  const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const at = (length) => Math.floor(length * devicePixelRatio);
  const first = ([x, y]) => 4 * (at(y) * width + at(x));
  return places.map((place) => Array.from(data.subarray(first(place), first(place) + 4)));
}"""
# Beside the points of a plane: left, top, right, bottom.
ROOM = (48, 8, 10, 40)
FIELD = np.pi / 4
# Farther from each other than two discs reach, in pixels.
APART = 7


@dataclass(frozen=True)
class Cloud:
    """Points of a plot, of digits that are switched on."""

    rows: NDArray[np.int32]
    labels: NDArray[np.uint8]
    points: NDArray[np.float64]


class ProjectionPage(Shown):
    component, path = "projection", "encodings"

    def choose_axes(self, name: str) -> None:
        """`2D` or `3D`."""
        self.page.get_by_role("radio", name=name).click()
        for side in (0, 1):
            expect(self.plot(side)).to_have_attribute("data-points", re.compile(f"components={name[0]}"))
        self.wait()

    def choose_count(self, words: str) -> None:
        self.page.get_by_role("combobox", name="Digits").click()
        self.page.get_by_role("option", name=words).click()

    def slot(self, side: int) -> Locator:
        return self.root.locator(".slot").nth(side)

    def plot(self, side: int) -> Locator:
        return self.slot(side).locator(".plot")

    def box(self, side: int) -> Box:
        """Of what is drawn."""
        return box(self.plot(side).locator(".points"))

    def chip(self, digit: int) -> Locator:
        return self.root.get_by_role("button", name=f"Digit {digit}", exact=True)

    def tool(self, name: str) -> None:
        self.root.locator(".controls .units label", has_text=name).click()

    @property
    def subject(self) -> Locator:
        """What the panel is about."""
        return self.root.locator(".subject")

    @property
    def row(self) -> int:
        """Of the digit in the panel."""
        found = re.search(r"no\. (\d+)", self.subject.inner_text())
        assert found, self.subject.inner_text()
        return int(found[1])

    def original(self) -> Grey:
        return grey(self.root.locator("canvas.original"))

    def served(self, address: str) -> dict[str, NDArray[Any]]:
        """The tensors at an address below the app's root."""
        with urllib.request.urlopen(urljoin(self.page.url, address)) as answer:
            return safetensors.numpy.load(answer.read())

    def drawn(self, side: int) -> dict[str, NDArray[Any]]:
        """The tensors behind a plot."""
        return self.served(self.plot(side).get_attribute("data-points") or "")

    def cloud(self, side: int, hidden: bool = False) -> Cloud:
        """What is to be seen; with `hidden`, what is switched off, too."""
        tensors = self.drawn(side)
        off = [digit for digit in range(10) if self.chip(digit).get_attribute("aria-pressed") == "false"]
        on = hidden | ~np.isin(tensors["labels"], off)
        return Cloud(tensors["rows"][on], tensors["labels"][on], tensors["points"].T[on].astype(float))

    def seen(self, side: int) -> NDArray[np.float64]:
        """Of a plane, the ends of x and of y; of space, where the eye is and what it looks at; in the codes' unit."""
        return np.array((self.plot(side).get_attribute("data-seen") or "").split(), dtype=float)

    def span(self, side: int) -> float:
        """Of the horizontal axis."""
        low, high, *_ = self.seen(side)
        return float(high - low)

    def wait_for_span(self, side: int, below: float) -> None:
        self.page.wait_for_function(
            "([plot, below]) => { const [low, high] = plot.dataset.seen.split(' '); return high - low < below; }",
            arg=[self.plot(side).element_handle(), below],
        )

    def places(self, side: int, points: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where points [n, k] are in the window, [n, 2], and how far from the eye, [n]."""
        points = np.asarray(points, dtype=float)
        left, top, width, height = self.box(side)
        seen = self.seen(side)
        if points.shape[1] == 2:
            (x0, x1), (y0, y1) = seen.reshape(2, 2)
            right, down = width - ROOM[0] - ROOM[2], height - ROOM[1] - ROOM[3]
            x = left + ROOM[0] + (points[:, 0] - x0) / (x1 - x0) * right
            y = top + ROOM[1] + (y1 - points[:, 1]) / (y1 - y0) * down
            return np.stack([x, y], axis=1), np.zeros(len(points))
        eye, target = seen.reshape(2, 3)
        ahead = (target - eye) / np.linalg.norm(target - eye)
        across = np.cross(ahead, (0, 0, 1))
        across /= np.linalg.norm(across)
        from_eye = points - eye
        depth = from_eye @ ahead
        screen = np.stack([from_eye @ across, -(from_eye @ np.cross(across, ahead))], axis=1) / depth[:, None]
        return (left + width / 2, top + height / 2) + height / 2 / np.tan(FIELD / 2) * screen, depth

    def pixels(self, side: int) -> NDArray[np.float64]:
        """Where the points of `cloud` are in the window."""
        return self.places(side, self.cloud(side).points)[0]

    def colours(self, side: int, places: NDArray[np.float64]) -> NDArray[np.int64]:
        """What is drawn at places of the window: red, green, blue, opacity, each up to 255."""
        left, top, *_ = self.box(side)
        canvas = self.plot(side).locator(".points")
        return np.array(canvas.evaluate(READ_PIXELS, (places - (left, top)).tolist()))

    def digit_colours(self) -> NDArray[np.int64]:
        """Of the ten digits, as the legend has them."""
        read = "(chip) => getComputedStyle(chip).getPropertyValue('--digit')"
        return np.array([[*bytes.fromhex(self.chip(digit).evaluate(read).strip("# "))] for digit in range(10)])

    def apart(self, side: int) -> tuple[Cloud, NDArray[np.bool_]]:
        """Points that no other one covers, hidden ones among them, and whether each is seen in its digit's colour."""
        cloud = self.cloud(side, hidden=True)
        places, depth = self.places(side, cloud.points)
        left, top, width, height = self.box(side)
        inside = np.all((places > (left + 52, top + 12)) & (places < (left + width - 14, top + height - 44)), axis=1)
        alone = inside & (gaps(places, depth[None] <= depth[:, None]) > APART)
        cloud = Cloud(cloud.rows[alone], cloud.labels[alone], cloud.points[alone])
        found = self.colours(side, places[alone])
        wanted = self.digit_colours()[cloud.labels]
        return cloud, (np.abs(found[:, :3] - wanted).max(axis=1) < 40) & (found[:, 3] > 100)

    def shown_digits(self, side: int) -> list[int]:
        """Whose points are drawn, by their colours."""
        cloud, has_colour = self.apart(side)
        assert len(set(cloud.labels)) == 10
        shares = np.array([has_colour[cloud.labels == digit].mean() for digit in range(10)])
        # Where an outline passes, a point is not seen.
        assert np.all((shares < 0.2) | (shares > 0.4)), shares
        return [int(digit) for digit in np.flatnonzero(shares > 0.4)]

    def lonely(self, side: int) -> int:
        """Index in `cloud` of the point whose nearest other one is farthest in the window, away from the border."""
        places = self.pixels(side)
        left, top, width, height = self.box(side)
        inside = np.all((places > (left + 60, top + 20)) & (places < (left + width - 60, top + height - 60)), axis=1)
        return int(np.argmax(np.where(inside, gaps(places), -1)))

    def point_at(self, x: float, y: float) -> None:
        self.page.mouse.move(x, y)
        self.settle()

    def ring(self, side: int, which: str) -> Place | None:
        """Where it is in the window."""
        ring = self.slot(side).locator(f".rings .{which}")
        if ring.get_attribute("hidden") is not None:
            return None
        moved = ring.get_attribute("transform")
        assert moved
        x, y = map(float, re.findall(r"-?[\d.]+", moved))
        left, top, *_ = self.box(side)
        return left + x, top + y


def gaps(places: NDArray[np.float64], counts: NDArray[np.bool_] | Literal[True] = True) -> NDArray[np.float64]:
    """From each place to the nearest other one that counts for it, [n, n]."""
    distances = np.linalg.norm(places[:, None] - places[None], axis=2) + 1e9 * np.eye(len(places))
    return np.asarray(np.where(counts, distances, 1e9).min(axis=1))


OpenProjection = Callable[..., ProjectionPage]
