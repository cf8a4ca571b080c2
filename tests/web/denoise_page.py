"""The page Denoise as a visitor has it: what can be done, what can be read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.web.desk_page import READ_CANVAS, TWO_FRAMES

ROOT = "[data-component=denoise]"
READ_ROWS = f"""(root) => [...root.querySelectorAll("section.row")].map((row) => ({{
  name: row.querySelector("b").textContent,
  models: [...row.querySelectorAll("canvas[data-model]")].map((canvas) => canvas.dataset.model),
  pictures: [...row.querySelectorAll("figure:not([hidden]) canvas")].map({READ_CANVAS}),
  numbers: [...row.querySelectorAll("figure:not([hidden]) .numbers, .mean")].map(
    (line) => [...line.querySelectorAll("span")].map((span) => span.textContent.replace("−", "-"))),
  better: [...row.querySelectorAll("figure:not([hidden]) .numbers, .mean")].map(
    (line) => [...line.querySelectorAll("span")].map((span) => "better" in span.dataset)),
}}))"""


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


class DenoisePage:
    """Wraps a page that shows denoised digits."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(ROOT)

    def wait(self) -> None:
        """Until it can be used."""
        expect(self.page.locator(f'{ROOT}[data-ready="true"]')).to_be_visible(timeout=30_000)

    def rows(self) -> dict[str, Row]:
        """By name, when the numbers are those of the pictures."""
        self.page.evaluate(TWO_FRAMES)
        expect(self.page.locator(f'{ROOT}[data-measured="true"]')).to_be_attached()
        found = self.root.evaluate(READ_ROWS)
        for row in found:
            assert set(row["models"]) <= {row["name"]}
        return {row["name"]: Row(row["pictures"], row["numbers"], row["better"]) for row in found}

    def frame(self, i: int) -> Locator:
        """What takes the pointer on a corrupted digit."""
        return self.root.locator(".corrupted .frame").nth(i)

    def drag(self, i: int, places: list[tuple[float, float]]) -> None:
        """On the corrupted digit i, along places in pixels of the digit."""
        box = self.frame(i).bounding_box()
        assert box
        mouse = self.page.mouse
        for k, (x, y) in enumerate(places):
            mouse.move(box["x"] + x * box["width"] / 28, box["y"] + y * box["height"] / 28)
            if k == 0:
                mouse.down()
        mouse.up()

    def slide(self, shares: list[float]) -> float:
        """Drags the level with a held pointer to places in [0, 1] of its slider; the level at the end."""
        slider, mouse = self.root.locator("input.level"), self.page.mouse
        box = slider.bounding_box()
        assert box
        mouse.move(box["x"] + box["width"] * slider.evaluate("(input) => input.valueAsNumber"), box["y"] + 17)
        mouse.down()
        for share in shares:
            mouse.move(box["x"] + box["width"] * share, box["y"] + 17, steps=4)
        mouse.up()
        level: float = slider.evaluate("(input) => input.valueAsNumber")
        return level

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.page.evaluate(TWO_FRAMES)

    def until_link(self, **parts: str | None) -> None:
        """Waits until the address says this; None where it is to say nothing."""
        self.page.wait_for_function(
            """(parts) => {
              const query = new URL(location.href).searchParams;
              return Object.entries(parts).every(([key, text]) => query.get(key) === text);
            }""",
            arg=parts,
        )
