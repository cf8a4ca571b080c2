"""The experiment of the page Manifold as a visitor has it."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.web.shown import Grey, Shown, grey


class TangentPage(Shown):
    component, path = "tangent", "manifold"

    def wait(self) -> None:
        """Until every tangent plane is here, too."""
        super().wait()
        self.wait_for_planes()

    def wait_for_planes(self) -> None:
        expect(self.root.locator(".half[aria-busy]")).to_have_count(0)
        self.settle()

    def go(self, a: float) -> None:
        """Moves the slider."""
        self.set(self.root.locator(".distance input"), a)

    def source(self, i: int) -> Locator:
        """0 is the digit in hand, 1 the code that is pinned."""
        return self.root.locator("input[name=source]").nth(i)

    def half(self, model: str) -> Locator:
        return self.root.locator(f'.half[aria-label="{model}"]')

    def trial(self, model: str, part: str) -> Grey:
        """A picture in [0, 1], such as "along shown" and "off back"."""
        return grey(self.half(model).locator(f'[data-trial="{part}"]'))

    def walk(self, model: str) -> Grey:
        """The pictures along it, [9, 28, 28]."""
        label = f"Decoded by {model} along the direction, both ways"
        return grey(self.root.get_by_label(label), 28, 9, 28).swapaxes(0, 1)

    def numbers(self, model: str, kind: str) -> list[float | None]:
        """How far it moves, and along the manifold how much of it is kept, in per cent; None where there is none."""
        text = self.half(model).locator(f"[data-numbers={kind}]").inner_text()
        found = re.findall(r"(–|−?\d+ %)", text)
        return [None if one == "–" else float(one.removesuffix(" %").replace("−", "-")) for one in found]

    def direction(self, model: str, number: int) -> Locator:
        """One of the directions to choose from, from 1."""
        label = f"Directions along the manifold of {model}, the strongest first"
        return self.root.get_by_role("group", name=label).locator("button").nth(number - 1)

    def bars(self, model: str) -> Any:
        """The heights of the singular values, over that of the chart."""
        chart = self.root.locator(f'[data-singular="{model}"]')
        return chart.evaluate("""(chart) => [...chart.querySelectorAll("i")].map(
          (bar) => parseFloat(getComputedStyle(bar, "::after").height) / chart.clientHeight)""")
