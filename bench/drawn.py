"""From click to drawn plot on the page Encodings, 10,000 MNIST digits: `python -m bench.drawn [ADDRESS]`.

Prints the seconds until the left and until the right plot has told of its drawing and a frame has passed.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable

from playwright.sync_api import Page, expect, sync_playwright

from bench.screenshot import ADDRESS

COUNT = 10_000
PAIR = "left=ae-30&right=vae-30&digits=mnist"
# The time of the click is the browser's own; a plot is drawn once all its points are in it and a frame has passed.
WATCH = """([count, isSolid]) => {
  const plots = [...document.querySelectorAll("*")].flatMap((node) => [...(node.shadowRoot?.querySelectorAll(
    ".plotly-place") ?? [])]);
  window.drawn = [];
  window.addEventListener("click", (event) => (window.clicked ??= event.timeStamp), { capture: true });
  window.clicked = undefined;
  plots.forEach((gd, side) => gd.on("plotly_afterplot", () => {
    const digits = gd.data.slice(0, 10);
    const points = digits.reduce((sum, { x }) => sum + x.length, 0);
    if (drawn[side] || points !== count || Boolean(digits[0].z) !== isSolid) return;
    requestAnimationFrame(() => setTimeout(() => (drawn[side] ??= performance.now() - clicked)));
  }));
}"""


def measure(page: Page, is_solid: bool, click: Callable[[], None], before: Callable[[], None]) -> list[float]:
    """Seconds of the left and of the right plot, from the last click of `click`."""
    before()
    page.evaluate(WATCH, [COUNT, is_solid])
    click()
    page.wait_for_function("() => drawn.filter(Boolean).length === 2", timeout=60_000)
    seconds: list[float] = page.evaluate("drawn.map((time) => time / 1000)")
    return seconds


def main(address: str) -> None:
    """Prints a line for each change of the plots."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{address}encodings?{PAIR}&count=500")
        ready = page.locator('[data-component="projection"][data-ready="true"]')
        expect(ready).to_be_visible(timeout=60_000)

        def choose(role: str, name: str) -> Callable[[], None]:
            return lambda: page.get_by_role(role, name=name).click()  # type: ignore[arg-type]

        def unfold() -> None:
            page.get_by_role("combobox", name="Digits").click()

        rounds = [
            ("500 to 10,000 digits, 2D", False, choose("option", "10,000"), unfold),
            ("2D to 3D, the first time", True, choose("radio", "3D"), lambda: None),
            ("3D to 2D", False, choose("radio", "2D"), lambda: None),
            ("2D to 3D, again", True, choose("radio", "3D"), lambda: None),
        ]
        for name, is_solid, click, before in rounds:
            left, right = measure(page, is_solid, click, before)
            print(f"{name}: {left:.2f} s left, {right:.2f} s right; load {os.getloadavg()[0]:.1f}")
            expect(ready).to_be_visible(timeout=60_000)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ADDRESS)
