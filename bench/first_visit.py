"""The longest tasks of the browser's main thread at the first visit of each page: `python -m bench.first_visit [URL]`.

Each page in a browser of its own, with nothing in its cache; WebGL is drawn by the processor, as on a machine without a
graphics card. What takes above half a second holds up the hand. Times are of the clock: the machine must be quiet.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from contextlib import nullcontext

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from bench.load import PAGES, ROOT, served

WATCH = """
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) longTasks.push([Math.round(entry.startTime), Math.round(entry.duration)]);
}).observe({ type: "longtask", buffered: true });
"""
READY = "() => [...document.querySelectorAll('[data-component]')].every((part) => part.dataset.ready === 'true')"
SETTLE_MS = 4000


def long_tasks(browser: Browser, url: str) -> list[tuple[int, int]]:
    """Start and length in ms of every task above 50 ms until some seconds after all components are ready."""
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    tab.add_init_script(WATCH)
    tab.goto(url)
    tab.wait_for_selector("[data-component][data-ready='true']", timeout=60_000)
    tab.wait_for_function(READY, timeout=60_000)
    tab.wait_for_timeout(SETTLE_MS)
    found: list[tuple[int, int]] = tab.evaluate("longTasks")
    tab.close()
    return found


def main(arguments: Sequence[str]) -> None:
    """Measures and prints; starts the app where no address is given."""
    chromium = shutil.which("chromium")
    table = Table("page", title="Tasks of the main thread at a first visit, ms", title_justify="left")
    for head in ("longest", "next", "all above 50"):
        table.add_column(head, justify="right")
    with nullcontext(None) if arguments else served(ROOT, {}) as server, sync_playwright() as playwright:
        url = server.url if server else arguments[0]
        for page in PAGES:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            lengths = sorted((length for _, length in long_tasks(browser, f"{url}{page}")), reverse=True)
            browser.close()
            longest, second = [*lengths, 0, 0][:2]
            table.add_row(page or "(first)", str(longest), str(second), str(sum(lengths)))
    Console().print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
