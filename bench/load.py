"""How much work a visitor is for the server, and how long many visitors wait: `python -m bench.load`.

It starts the app in a process of its own on loopback, and beside it an app of one empty page as the yardstick; visitors
come over real websockets from this process. It stops by itself. CPU time is the server's, in all its threads, so that
it can be believed on a machine with other things to do; seconds of waiting can not.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.visitors import Shown, VisitError, Visitor, recorded_assets

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
# The desk is the default page, at the root.
PAGES = ("", *sorted({page.stem for page in (ROOT / "pages").glob("*.py")} - {"desk"}))
EMPTY_PAGE = 'import streamlit as st\n\nst.title("Empty")\n'
START_SECONDS = 120
MOST_VISITORS, MOST_SECONDS = 200, 300
# Of a second: what a server takes that does nothing.
IDLE = 0.03
RUNS, SESSIONS = 20, 8

console = Console()


@dataclass(frozen=True)
class Server:
    """An app that runs."""

    url: str
    pid: int

    def cpu(self) -> float:
        """Seconds of CPU time so far, of all threads, those that have ended too."""
        # As clock_getcpuclockid(3) makes the clock of another process.
        return time.clock_gettime((~self.pid << 3) | 2)

    def settle(self, most: float = 90) -> None:
        """Returns when it has nothing to do, or after so many seconds."""
        end = time.monotonic() + most
        quiet = 0
        while quiet < 2 and time.monotonic() < end:
            before = self.cpu()
            time.sleep(0.5)
            quiet = quiet + 1 if self.cpu() - before < 0.5 * IDLE else 0


@dataclass
class Waits:
    """What visitors met."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """Seconds that this share of the pages took at most."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


@contextmanager
def served(folder: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """`streamlit run app.py` in that folder, on a free port of loopback, for as long as the context lasts."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", f"--server.address={HOST}"]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://{HOST}:{port}/"
        _wait_until_healthy(url, process)
        yield Server(url, process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit("The app did not start; `streamlit run app.py` says why.")


async def measure_page(server: Server, page: str) -> tuple[float, float, Shown]:
    """CPU seconds of a session's first run and of a warm rerun, and what that rerun was, when all is computed.

    Args:
        server: nobody else visits it.
        page: its name in the address.
    """

    async def settle() -> None:
        await asyncio.to_thread(server.settle)

    async with Visitor(server.url) as visitor:
        shown = await visitor.show(page)
        end = time.monotonic() + 120
        while not visitor.is_settled and time.monotonic() < end:
            await asyncio.sleep(1)
            shown = await visitor.show(page)
        await settle()
        before = server.cpu()
        for _ in range(RUNS):
            shown = await visitor.show(page)
        await settle()
        warm = (server.cpu() - before) / RUNS
    before = server.cpu()
    for _ in range(SESSIONS):
        async with Visitor(server.url) as visitor:
            await visitor.show(page)
    await settle()
    return (server.cpu() - before) / SESSIONS, warm, shown


async def visit(
    server: Server,
    count: int,
    every: float,
    seconds: float,
    arrive: float,
    pages: Sequence[str],
    assets: Mapping[str, Sequence[str]],
) -> Waits:
    """Visitors who each look at one page after the other for a while.

    Args:
        server: the app.
        count: of visitors.
        every: seconds between two pages of one visitor, half as long to half as long again.
        seconds: so long after the first visitor's arrival, nobody asks for another page.
        arrive: seconds over which they arrive.
        pages: of which each visitor takes any.
        assets: see `Visitor`.
    """
    waits = Waits()
    dice = random.Random(0)
    started = time.monotonic()

    async def one(delay: float, dice: random.Random) -> None:
        await asyncio.sleep(delay)
        try:
            async with Visitor(server.url, assets) as visitor:
                while time.monotonic() - started < seconds:
                    asked = time.monotonic()
                    waits.seconds.append((await visitor.show(dice.choice(pages))).seconds)
                    pause = every * dice.uniform(0.5, 1.5) - (time.monotonic() - asked)
                    await asyncio.sleep(max(0.0, min(pause, started + seconds - time.monotonic())))
        except (VisitError, OSError, TimeoutError) as error:
            waits.errors.append(str(error) or type(error).__name__)

    await asyncio.gather(*(one(dice.uniform(0, arrive), random.Random(i)) for i in range(count)))
    return waits


def filled(folder: Path, most: int, into: Path) -> Path:
    """A folder of so many checkpoints: those of `folder`, and copies of them under other names."""
    originals = sorted(path for path in folder.iterdir() if path.is_dir())
    for i in range(most):
        original = originals[i % len(originals)]
        shutil.copytree(original, into / (original.name if i < len(originals) else f"{original.name}-{i}"))
    return into


def pages_table(rows: Mapping[str, tuple[float, float, Shown]], checkpoints: int) -> Table:
    """CPU time by page."""
    table = Table("page", title=f"CPU time of the server, {checkpoints} checkpoints", title_justify="left")
    for head in ("first run of a session, ms", "warm rerun, ms", "messages", "kB"):
        table.add_column(head, justify="right")
    for page, (first, warm, shown) in rows.items():
        table.add_row(page, f"{1000 * first:.0f}", f"{1000 * warm:.0f}", str(shown.messages), f"{shown.size / 1e3:.0f}")
    return table


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", type=Path, default=ROOT, help="the folder of app.py, of another commit too")
    parser.add_argument("--checkpoints", type=int, help="fill the folder with copies until there are so many")
    parser.add_argument("--no-pages", action="store_true", help="leave out the CPU time of each page")
    parser.add_argument(
        "--visitors", type=int, action="append", default=[], metavar="N", help="so many at a time; may be given again"
    )
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two pages of one visitor")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long they go on")
    parser.add_argument("--arrive", type=float, help="seconds over which they arrive; as long as `every` if not given")
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="asked what a page fetches; '' for none")
    chosen = parser.parse_args(arguments)
    if any(not 1 <= count <= MOST_VISITORS for count in chosen.visitors):
        parser.error(f"--visitors takes 1 to {MOST_VISITORS}")
    if not 0 < chosen.seconds <= MOST_SECONDS or chosen.every <= 0:
        parser.error(f"--seconds takes up to {MOST_SECONDS}, --every more than 0")
    return chosen


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    chosen = parse(arguments)
    own = Path(os.environ.get("CHECKPOINTS_DIR") or chosen.app / "checkpoints")
    with tempfile.TemporaryDirectory() as temporary:
        empty = Path(temporary) / "empty"
        empty.mkdir()
        (empty / "app.py").write_text(EMPTY_PAGE)
        if (settings := chosen.app / ".streamlit").is_dir():
            shutil.copytree(settings, empty / ".streamlit")
        checkpoints = filled(own, chosen.checkpoints, Path(temporary) / "checkpoints") if chosen.checkpoints else own
        count = sum(path.is_dir() for path in checkpoints.iterdir())
        with served(chosen.app, {"CHECKPOINTS_DIR": str(checkpoints)}) as app, served(empty, {}) as yardstick:
            if not chosen.no_pages:
                rows = {page or "(first)": asyncio.run(measure_page(app, page)) for page in PAGES}
                rows["an empty page"] = asyncio.run(measure_page(yardstick, ""))
                console.print(pages_table(rows, count))
            if chosen.visitors:
                assets: dict[str, list[str]] = {}
                if chosen.chromium:
                    assets = recorded_assets(app.url, PAGES, chosen.chromium, app.settle)
                _crowds(chosen, {"app": (app, PAGES, assets), "empty page": (yardstick, ("",), {})})


def _crowds(
    chosen: argparse.Namespace, apps: Mapping[str, tuple[Server, Sequence[str], Mapping[str, Sequence[str]]]]
) -> None:
    arrive = chosen.every if chosen.arrive is None else chosen.arrive
    table = Table("visitors", title=f"A page every {chosen.every:g} s, arriving in {arrive:g} s", title_justify="left")
    for head in ("pages", "errors", "median, s", "95 %, s", "CPU, ms a page"):
        table.add_column(head, justify="right")
    for count in chosen.visitors:
        for name, (server, pages, assets) in apps.items():
            server.settle()
            before = server.cpu()
            waits = asyncio.run(visit(server, count, chosen.every, chosen.seconds, arrive, pages, assets))
            spent = (server.cpu() - before) / max(1, len(waits.seconds))
            table.add_row(
                f"{count}, {name}",
                str(len(waits.seconds)),
                str(len(waits.errors)),
                f"{statistics.median(waits.seconds or [float('nan')]):.2f}",
                f"{waits.quantile(0.95):.2f}",
                f"{1000 * spent:.0f}",
            )
            for words in sorted(set(waits.errors)):
                console.print(f"{count} visitors, {name}: {waits.errors.count(words)} x {words}")
    console.print(table)


if __name__ == "__main__":
    main()
