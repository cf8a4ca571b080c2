"""The tray of a page: drawing on it, and the digit in hand."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tests.web.desk_page import DeskPage

READ = """async () => {
  const { own, rowInHand } = await load("state/chosen.js");
  return { ink: Array.from(own.ink), levels: own.levels && Array.from(own.levels), strokes: own.strokes.length,
    row: rowInHand("uci") };
}"""


class TrayPage(DeskPage):
    """The desk, for its tray."""

    def read(self) -> dict[str, Any]:
        """The visitor's own digit, and the row in hand."""
        found: dict[str, Any] = self.page.evaluate(READ)
        return found

    def own(self) -> NDArray[np.uint8] | None:
        levels = self.read()["levels"]
        return None if levels is None else np.array(levels, np.uint8).reshape(28, 28)

    def drawn(self) -> NDArray[np.uint8]:
        """`own`, where there is one."""
        own = self.own()
        assert own is not None
        return own

    def ink(self) -> NDArray[np.float32]:
        """What was drawn, as fine as the pad is."""
        return np.array(self.read()["ink"], np.float32).reshape(112, 112)


def png(*lines: list[tuple[int, int]], size: tuple[int, int] = (200, 300), ground: int = 240) -> bytes:
    """A drawing on paper."""
    image = Image.new("L", size, ground)
    for line in lines:
        ImageDraw.Draw(image).line(line, 20, 16)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


PNG_OF_SEVEN = png([(50, 60), (150, 60), (80, 250)])


def same_digit(levels: NDArray[np.uint8] | None, pixels: NDArray[Any]) -> bool:
    """Equal but for a level at a few pixels, where the last bit of a sum decides."""
    assert levels is not None
    difference = np.abs(levels - 15 * pixels)
    return bool(difference.max() < 1.01 and (difference > 0.01).mean() < 0.01)
