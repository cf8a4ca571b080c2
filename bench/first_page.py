"""What the first page costs a browser beyond an empty Streamlit page: `python -m bench.first_page [--visits N]`.

It starts the app and an app of one empty page. Each is opened in a browser context of its own, where nothing is cached,
and then again in the same context; the two take turns, so that what else the machine does slows both alike. Requests
and bytes are exact: bytes are those that come over the wire, headers included. Times are medians, from the request for
the page to the first heading of the empty one and to the desk that can be used.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright
from rich.console import Console
from rich.table import Table

from bench.load import EMPTY_PAGE, ROOT, served

DESK = "[data-component=desk][data-ready=true]"
EMPTY = "h1"
# What is fetched after the page can be used belongs to it, too.
SETTLE_MS = 3000


@dataclass(frozen=True)
class Visit:
    """One opening of a page.

    Attributes:
        sizes: bytes over the wire of each path below the server's root, in the order in which they were asked for.
        milliseconds: until the page can be used.
    """

    sizes: dict[str, int]
    milliseconds: float

    @property
    def size(self) -> int:
        return sum(self.sizes.values())


def visit(context: BrowserContext, address: str, ready: str) -> Visit:
    """Opens the page in a tab of its own, until it has come to rest.

    Args:
        context: what it has cached is used.
        address: of the page.
        ready: CSS selector of what is there once the page can be used.
    """
    tab = context.new_page()
    # As one who has been here before: no welcome stands before the desk.
    tab.add_init_script("try { localStorage.setItem('latent-spaces.welcomed', '1'); } catch {}")
    session = context.new_cdp_session(tab)
    session.send("Network.enable")
    sizes: dict[str, int] = {}
    asked: dict[str, str] = {}

    def on_request(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith(address):
            asked[event["requestId"]] = event["request"]["url"].removeprefix(address)

    def on_finished(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", on_request)
    session.on("Network.loadingFinished", on_finished)
    start = time.perf_counter()
    tab.goto(address, wait_until="commit")
    tab.locator(ready).first.wait_for(state="attached", timeout=120_000)
    milliseconds = 1000 * (time.perf_counter() - start)
    tab.wait_for_timeout(SETTLE_MS)
    tab.close()
    return Visit({path: sizes.get(each, 0) for each, path in asked.items()}, milliseconds)


def visits(browser: Browser, pages: dict[str, tuple[str, str]], count: int) -> dict[tuple[str, str], list[Visit]]:
    """By page, and "cold" or "warm". The first visit of all is not counted: the server compresses after it."""
    found: dict[tuple[str, str], list[Visit]] = {}
    for turn in range(count + 1):
        for name, (address, ready) in pages.items():
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            for cache in ("cold", "warm"):
                made = visit(context, address, ready)
                if turn:
                    found.setdefault((name, cache), []).append(made)
            context.close()
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=5, help="of each page, cold and warm")
    parser.add_argument("--addresses", action="store_true", help="print what only the desk asks for")
    chosen = parser.parse_args(arguments)
    table = Table("page", title="The first page, and an empty one", title_justify="left")
    for head in ("requests", "beyond", "kB", "beyond", "ms", "times"):
        table.add_column(head, justify="right")
    with tempfile.TemporaryDirectory() as temporary:
        (Path(temporary) / "app.py").write_text(EMPTY_PAGE)
        # With the settings of the app, but for its own: nothing may be asked of other servers.
        shutil.copytree(ROOT / ".streamlit", Path(temporary) / ".streamlit")
        with (
            served(Path(temporary), {}) as yardstick,
            served(ROOT, {}) as app,
            sync_playwright() as playwright,
            playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"]) as browser,
        ):
            app.settle()
            found = visits(browser, {"empty": (yardstick.url, EMPTY), "desk": (app.url, DESK)}, chosen.visits)
    for cache in ("cold", "warm"):
        empty, desk = found["empty", cache], found["desk", cache]
        base = _middle(empty)
        for name, made in (("empty", empty), ("desk", desk)):
            requests, size, milliseconds = _middle(made)
            table.add_row(
                f"{name}, {cache}",
                f"{requests:.0f}",
                f"{requests - base[0]:.0f}",
                f"{size / 1e3:.0f}",
                f"{(size - base[1]) / 1e3:.0f}",
                f"{milliseconds:.0f}",
                f"{milliseconds / base[2]:.2f}",
            )
    console = Console()
    console.print(table)
    if chosen.addresses:
        known = found["empty", "cold"][-1].sizes
        for path, size in found["desk", "cold"][-1].sizes.items():
            if path not in known:
                console.print(f"{size:9,d} {path}")


def _middle(made: Sequence[Visit]) -> tuple[float, float, float]:
    return (
        median(len(one.sizes) for one in made),
        median(one.size for one in made),
        median(one.milliseconds for one in made),
    )


if __name__ == "__main__":
    main()
