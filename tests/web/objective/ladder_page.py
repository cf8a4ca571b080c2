"""The ladder of beta, on the page Objective, as a visitor has it."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.web.objective.block import Block
from tests.web.shown import Box, Grey, box, grey


class LadderPage(Block):
    component = "ladder"

    def wait(self) -> None:
        """Until every decoder is here, and every number."""
        super().wait()
        expect(self.slider).not_to_have_attribute("aria-busy", "true", timeout=60_000)
        expect(self.root.locator("figure:not([hidden]) dd", has_text="…")).to_have_count(0, timeout=60_000)

    @property
    def slider(self) -> Locator:
        return self.root.get_by_role("slider", name="beta")

    @property
    def at(self) -> float:
        """Where the slider is, in rungs."""
        return float(self.slider.input_value())

    def rung(self, side: int) -> Locator:
        """A map, 0 to 2, with what is below it."""
        return self.root.locator("figure.rung").nth(side)

    def names(self) -> list[str]:
        """Of the models whose pictures are shown."""
        return [picture.get_attribute("data-model") or "" for picture in self.models.all()]

    def square(self, side: int) -> Box:
        return box(self.rung(side).locator(".codes"))

    def hover(self, side: int, x: float, y: float) -> None:
        """Points at a place, in [0, 1] from the upper left of a map."""
        left, top = self.square(side).at(x, y)
        self.page.mouse.move(round(left), round(top))
        self.settle()

    def colours(self, side: int) -> NDArray[np.uint8]:
        """Of the pixels of a map, [H, W, 4]."""
        address = self.rung(side).locator(".codes").evaluate("(canvas) => canvas.toDataURL()")
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("RGBA"))

    def samples(self, side: int) -> Grey:
        """The decoded draws, [16, 28, 28]."""
        return grey(self.rung(side).locator(".samples"), 2, 28, 8, 28).swapaxes(1, 2).reshape(16, 28, 28)

    def where(self, side: int) -> list[float]:
        """The code that is decoded, as the words below a map have it."""
        words = self.rung(side).locator(".where").inner_text().replace("−", "-").split(" · ")
        return [float(word.split(" ")[1]) for word in words]

    def bill(self, side: int) -> dict[str, str]:
        rows = self.rung(side).locator("dl")
        names: list[Any] = rows.locator("dt").all_inner_texts()
        return dict(zip(names, rows.locator("dd").all_inner_texts(), strict=True))

    def await_rung(self, at: int) -> None:
        """Until it has come to rest there."""
        expect(self.slider).to_have_value(str(at))
        self.settle()
