"""The page Reconstruct as a visitor has it."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.web.shown import Grey, Shown, grey

READ_LABELS = """(all) => all.map((button) => button.getAttribute("aria-label"))"""
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


class ReconstructPage(Shown):
    component = path = "reconstruct"

    def wait(self) -> None:
        """Until the errors of the set are here, too."""
        super().wait()
        expect(self.root.locator('[data-group="worst"] .range')).not_to_be_empty()

    @property
    def models(self) -> Locator:
        return self.root.locator(".column > canvas[data-model]")

    def original(self) -> Grey:
        return grey(self.root.locator(".original .big"))

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
        labels = self.root.locator(f'[data-group="{title}"] button:not([hidden])').evaluate_all(READ_LABELS)
        matches = [re.fullmatch(r"Number (\d+) of the set, squared error (\d+\.\d+)", label) for label in labels]
        assert all(matches), labels
        return [{"row": int(match[1]), "error": float(match[2])} for match in matches if match]
