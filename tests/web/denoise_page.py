"""The page Denoise as a visitor has it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, expect

from tests.web.shown import READ_CANVAS, Place, Shown, box, drag

READ_ROWS = f"""(root) => [...root.querySelectorAll("section.row")].map((row) => {{
  const lines = [...row.querySelectorAll("figure:not([hidden]) .numbers, .mean")];
  const read = (of) => lines.map((line) => [...line.querySelectorAll("span")].map(of));
  return {{
    name: row.querySelector("b").textContent,
    models: [...row.querySelectorAll("canvas[data-model]")].map((canvas) => canvas.dataset.model),
    pictures: [...row.querySelectorAll("figure:not([hidden]) canvas")].map({READ_CANVAS}),
    numbers: read((span) => span.textContent.replace("−", "-")),
    better: read((span) => "better" in span.dataset),
  }};
}})"""
# A finger comes down on a slider, which follows it before the browser knows that it scrolls.
SCROLL_OVER = """(input) => {
  const finger = { pointerType: "touch", pointerId: 7, bubbles: true };
  input.dispatchEvent(new PointerEvent("pointerdown", finger));
  input.value = "0.1";
  input.dispatchEvent(new Event("input"));
  input.dispatchEvent(new PointerEvent("pointercancel", finger));
  return input.valueAsNumber;
}"""


class Row:
    """A row as it is on the screen.

    Attributes:
        pictures: grey levels [N, 28, 28] in [0, 1].
        numbers: PSNR and SSIM as they are written, [N, 2], and at the end the means.
        better: [N, 2], whether each is marked as above the corrupted digit's own, and at the end the means.
    """

    def __init__(self, pictures: list[list[int]], numbers: list[list[str]], better: list[list[bool]]) -> None:
        self.pictures: NDArray[np.float64] = np.reshape(pictures, (-1, 28, 28)) / 255
        self.numbers = numbers
        self.better = better


class DenoisePage(Shown):
    component = path = "denoise"

    def rows(self) -> dict[str, Row]:
        """By name, when the numbers are those of the pictures."""
        self.settle()
        expect(self.page.locator('[data-component=denoise][data-measured="true"]')).to_be_attached()
        found = self.root.evaluate(READ_ROWS)
        for row in found:
            assert set(row["models"]) <= {row["name"]}
        return {row["name"]: Row(row["pictures"], row["numbers"], row["better"]) for row in found}

    @property
    def level(self) -> Locator:
        return self.root.locator("input.level")

    def frame(self, i: int) -> Locator:
        """What takes the pointer on a corrupted digit."""
        return self.root.locator(".corrupted .frame").nth(i)

    def drag(self, i: int, *places: Place) -> None:
        """On the corrupted digit i, along places in pixels of the digit."""
        frame = box(self.frame(i))
        drag(self.page, *(frame.at(x / 28, y / 28) for x, y in places))

    def slide(self, *shares: float) -> float:
        """Drags the level with a held pointer to places in [0, 1] of its slider; the level at the end."""
        slider, read = box(self.level), "(input) => input.valueAsNumber"
        places = [(slider.at(share)[0], slider.top + 17) for share in (self.level.evaluate(read), *shares)]
        drag(self.page, *places, steps=4)
        level: float = self.level.evaluate(read)
        return level
