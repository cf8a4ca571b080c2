"""The latent desk as a visitor has it: what can be done, what can be read."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from vae_core import checkpoint

# A picture is rounded to 256 grey levels, a slider's value to three decimals.
GREY = 0.02
ROOT = "[data-component=desk]"
READ_SLIDERS = """(root) => Object.fromEntries(
  [...root.querySelectorAll("input[data-dim]")].map((input) => [input.dataset.dim, input.valueAsNumber])
)"""
READ_CANVAS = """(canvas) => Array.from(
  canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.filter((_, i) => i % 4 === 0)
)"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


class DeskPage:
    """Wraps a page that shows the desk.

    Attributes:
        page: the page.
        root: the component's root element.
        trouble: what went wrong so far; the test fails in the end where it is not empty.
    """

    def __init__(self, page: Page, trouble: list[str]) -> None:
        self.page = page
        self.root = page.locator(ROOT)
        self.trouble = trouble

    def wait(self) -> None:
        """Until it can be used."""
        expect(self.page.locator(f'{ROOT}[data-ready="true"]')).to_be_visible(timeout=30_000)

    def press(self, *keys: str) -> None:
        """Presses keys where the focus is, and lets the frame be painted."""
        for key in keys:
            self.page.keyboard.press(key)
        self.settle_frame()

    def settle_frame(self) -> None:
        # A digit that was taken may wait for the encoders.
        expect(self.page.locator(f'{ROOT}[aria-busy="true"]')).to_have_count(0)
        self.page.evaluate(TWO_FRAMES)

    def slider(self, i: int) -> Locator:
        return self.root.locator(f'input[data-dim="{i}"]')

    def unfold(self) -> None:
        """Shows the inactive coordinates, where there are any."""
        self.root.locator("details").evaluate_all("(all) => all.forEach((details) => (details.open = true))")

    def values(self) -> list[float]:
        """What the sliders show, by coordinate."""
        found: dict[str, float] = self.root.evaluate(READ_SLIDERS)
        return [found[str(i)] for i in range(len(found))]

    def picture(self, side: int) -> NDArray[np.float64]:
        """The large picture, grey levels [28, 28] in [0, 1]."""
        return self.grey(self.root.locator("canvas[data-model]").nth(side))

    def grey(self, canvas: Locator) -> NDArray[np.float64]:
        """A canvas of 28 x 28, grey levels in [0, 1]."""
        return np.reshape(canvas.evaluate(READ_CANVAS), (28, 28)) / 255

    def choose(self, side: str, name: str) -> None:
        """Another model, "Left" or "Right", by its list."""
        self.page.get_by_role("combobox", name=f"{side} model").fill(name)
        self.page.get_by_role("option", name=f"{name} ·").click()
        canvas = self.root.locator("canvas[data-model]").nth(["Left", "Right"].index(side))
        expect(canvas).to_have_attribute("data-model", name)
        self.wait()

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name)

    def place(self, side: int) -> str:
        """The line that tells where z lies, as soon as it is known."""
        place = self.root.locator(".place").nth(side)
        expect(place).to_have_text(re.compile(r"\S"))
        return place.inner_text()


def decode(root: Path, name: str, z: list[float]) -> NDArray[np.float64]:
    return checkpoint.load(root / name).decode(torch.tensor([z], dtype=torch.float32))[0, 0].double().numpy()


def assert_decoded(desk: DeskPage, root: Path, left: list[float], right: list[float], names: tuple[str, str]) -> None:
    for side, (name, z) in enumerate(zip(names, (left, right), strict=True)):
        np.testing.assert_allclose(desk.picture(side), decode(root, name, z), atol=GREY, err_msg=name)
