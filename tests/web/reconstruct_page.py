"""The page Reconstruct as a visitor has it: what can be done, what can be read."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.web.desk_page import READ_CANVAS, TWO_FRAMES

ROOT = "[data-component=reconstruct]"
Grey = NDArray[np.float64]
READ_PICTURES = f"""(root) => Object.fromEntries(
  [...root.querySelectorAll(".column > canvas[data-model]")].map(
    (canvas) => [canvas.dataset.model, ({READ_CANVAS})(canvas)])
)"""
READ_LABELS = """(root, selector) =>
  [...root.querySelectorAll(selector)].map((button) => button.getAttribute("aria-label"))"""
WALK = """(bars) => {
  const seen = [];
  for (let key = "Home"; ; key = "ArrowRight") {
    bars.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    const words = bars.getAttribute("aria-valuetext");
    if (words === seen.at(-1)) return seen;
    seen.push(words);
  }
}"""
# The rest of a hand's work comes in slices.
STEADY = """async (root, selector) => {
  const read = () => [...root.querySelectorAll(selector)].map((canvas) => canvas.toDataURL()).join();
  let before;
  for (let same = 0; same < 4; ) {
    await new Promise((done) => requestAnimationFrame(done));
    const now = read();
    same = now === before ? same + 1 : 0;
    before = now;
  }
}"""


class ReconstructPage:
    """Wraps a page that shows reconstructions."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(ROOT)

    def wait(self) -> None:
        """Until it can be used, and the errors of the set are here."""
        expect(self.page.locator(f'{ROOT}[data-ready="true"]')).to_be_visible(timeout=30_000)
        expect(self.root.locator('[data-group="worst"] .range')).not_to_be_empty()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.page.evaluate(TWO_FRAMES)

    def grey(self, canvas: Locator) -> Grey:
        """A canvas of 28 x 28, grey levels in [0, 1]."""
        return np.reshape(canvas.evaluate(READ_CANVAS), (28, 28)) / 255

    def original(self) -> Grey:
        return self.grey(self.root.locator(".original .big"))

    def pictures(self) -> dict[str, Grey]:
        """The large picture of each model."""
        found = self.root.evaluate(READ_PICTURES)
        return {name: np.reshape(grey, (28, 28)) / 255 for name, grey in found.items()}

    def numbers(self) -> dict[str, list[float]]:
        """Squared error, PSNR and SSIM of each model, as they are shown."""
        columns = self.root.locator(".column:not(.original)")
        names, lines = (columns.locator(part).all_inner_texts() for part in ("b", ".numbers"))
        return {
            name: [float(text.replace("−", "-")) for text in re.findall(r"−?\d+\.\d+", line)]
            for name, line in zip(names, lines, strict=True)
        }

    def digit(self) -> str:
        """The name of the digit in hand."""
        return self.root.locator(".original .name").inner_text()

    def steady(self, selector: str) -> None:
        """Until the canvases of a part change no more."""
        self.root.evaluate(STEADY, selector)

    def bars(self, model: str) -> Locator:
        return self.root.locator(f'[data-errors-of="{model}"]')

    def walk(self, model: str) -> list[str]:
        """What the bars of a model say, from the first to the last, by the arrow keys."""
        words: list[str] = self.bars(model).evaluate(WALK)
        return words

    def found(self, title: str) -> list[dict[str, Any]]:
        """The digits of a group: number in the set, and squared error."""
        labels = self.root.evaluate(READ_LABELS, f'[data-group="{title}"] button:not([hidden])')
        matches = [re.fullmatch(r"Number (\d+) of the set, squared error (\d+\.\d+)", label) for label in labels]
        assert all(matches), labels
        return [{"row": int(match[1]), "error": float(match[2])} for match in matches if match]

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
        self.page.evaluate(TWO_FRAMES)
