"""From a click to a drawn plot of 10,000 digits on the page Encodings: `python -m bench.drawn [ADDRESS]`.

The address is that of the running app, with MNIST. Each round opens the page with a seed of its own, so that nothing of
it has been computed before, and clicks from projection to projection; a plot counts as drawn two frames after its
points are new ones, when both of the pair are.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys

from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table

ADDRESS = "http://127.0.0.1:8501/"
LINK = "encodings?left={model}&right={model}&digits=mnist&count=10000&method=raw&seed={seed}"
MODEL = "ae-30"
ROUNDS = 5
FIRST_SEED = 1000
CLICKS = {"PCA, 2D": "PCA", "kernel PCA, 2D": "Kernel PCA", "kernel PCA, 3D": "3D", "PCA, 3D": "PCA"}
READY = '[data-component="projection"][data-ready="true"]'
# From the press on, in milliseconds: when the first and when both plots stand with other points than before.
WATCH = """(root) => {
  const plots = [...root.querySelectorAll(".plot")];
  const before = plots.map((plot) => plot.dataset.points);
  const isNew = (plot, i) => plot.dataset.points !== before[i];
  window.drawn = new Promise((done) => {
    window.addEventListener("pointerdown", () => {
      const start = performance.now();
      let first = 0;
      const look = () => requestAnimationFrame(() => {
        if (!first && plots.some(isNew)) requestAnimationFrame(() => (first ||= performance.now() - start));
        if (plots.every(isNew)) requestAnimationFrame(() => requestAnimationFrame(
          () => done([first, performance.now() - start])));
        else look();
      });
      look();
    }, { capture: true, once: true });
  });
}"""


def click_and_wait(page: Page, name: str) -> tuple[float, float]:
    """Milliseconds from the press until the first and until both plots are drawn."""
    page.locator(READY).evaluate(WATCH)
    page.locator(".st-key-cloud-controls").get_by_text(name, exact=True).click()
    first, both = page.evaluate("window.drawn")
    return first, both


def measure(address: str) -> dict[str, list[tuple[float, float]]]:
    """Of each click, for each round."""
    found: dict[str, list[tuple[float, float]]] = {click: [] for click in CLICKS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        for round_ in range(ROUNDS):
            page.goto(address + LINK.format(model=MODEL, seed=FIRST_SEED + round_))
            page.locator(READY).wait_for(timeout=60_000)
            for click, name in CLICKS.items():
                found[click].append(click_and_wait(page, name))
        browser.close()
    return found


def main(address: str) -> None:
    """Prints the table; seconds, median and largest of all rounds but the first, which pays for shaders, beside it."""
    table = Table("click", "one plot", "both plots", "largest", "first of the browser", title="seconds to drawn")
    for click, times in measure(address).items():
        ones, pairs = zip(*times[1:], strict=True)
        row = (statistics.median(ones), statistics.median(pairs), max(pairs), times[0][1])
        table.add_row(click, *(f"{milliseconds / 1000:.2f}" for milliseconds in row))
    console = Console()
    console.print(table)
    console.print(f"load over the last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ADDRESS)
