"""The tray of a page: drawing on it, and the digit in hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.web.desk_page import DeskPage
from vae_core import checkpoint
from vae_core.data import as_input

OpenDesk = Callable[..., DeskPage]
NAMES = ("tiny-ae", "tiny-vae-logvar")
PAIR = f"left={NAMES[0]}&right={NAMES[1]}"
# z is given to three decimals.
TOLERANCE = 6e-4
READ = """async () => {
  const { own, rowInHand } = await load("state/chosen.js");
  return { ink: Array.from(own.ink), levels: own.levels && Array.from(own.levels), strokes: own.strokes.length,
    row: rowInHand("uci") };
}"""
# What a picture that is dropped on the page, or pasted, does.
GIVE = """(root, { kind, bytes, size, type }) => {
  const data = new DataTransfer();
  data.items.add(new File([bytes ? Uint8Array.from(bytes) : new Uint8Array(size)], "picture", { type }));
  if (kind === "paste") window.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
  else root.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, composed: true }));
}"""


class Tray:
    """The tray of a desk."""

    def __init__(self, desk: DeskPage) -> None:
        self.desk, self.page, self.root = desk, desk.page, desk.root
        self.paper = desk.root.locator(".paper")

    def read(self) -> dict[str, Any]:
        """The visitor's own digit, and the row in hand."""
        found: dict[str, Any] = self.page.evaluate(READ)
        return found

    def own(self) -> NDArray[np.uint8] | None:
        levels = self.read()["levels"]
        return None if levels is None else np.array(levels, np.uint8).reshape(28, 28)

    def draw(self, *points: tuple[float, float]) -> None:
        """One stroke, in [0, 1] of the pad."""
        box = self.paper.bounding_box()
        assert box
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*place, steps=5)
        self.page.mouse.up()
        self.desk.settle_frame()

    def press(self, name: str) -> None:
        self.desk.button(name).click()
        self.desk.settle_frame()


def codes(root: Path, pixels: NDArray[Any]) -> list[list[float]]:
    images = as_input(np.zeros((1, 28, 28), np.uint8))
    images[0, 0] = images.new_tensor(pixels)
    return [checkpoint.load(root / name).encode(images)[0].tolist() for name in NAMES]


def same_digit(levels: NDArray[np.uint8] | None, pixels: NDArray[Any]) -> bool:
    """Equal but for a level at a few pixels, where the last bit of a sum decides."""
    assert levels is not None
    difference = np.abs(levels - 15 * pixels)
    return bool(difference.max() < 1.01 and (difference > 0.01).mean() < 0.01)
