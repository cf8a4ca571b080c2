"""The real app in a process of its own, and system Chromium; every page is watched for errors while a test uses it."""

from __future__ import annotations

import functools
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.web.desk_page import DeskPage, OpenDesk
from tests.web.map_page import MAPS, MapPage, OpenMap
from tests.web.oracle import Oracle
from tests.web.projection_page import QUERY, OpenProjection, ProjectionPage
from tests.web.shown import TINY, OpenPage, Shown, Visit
from vae_core.data import Digits
from vae_core.training.folder import holder

AnyShown = TypeVar("AnyShown", bound=Shown)

START_SECONDS = 240
# What a page shows it shows sooner; this is for a machine that runs the other tests beside it.
expect.set_options(timeout=20_000)
# As one who has been here before: the welcome of a first visit would stand before everything. A blank page keeps
# nothing, and refuses to be asked.
WELCOMED = "try { localStorage.setItem('latent-spaces.welcomed', '1'); } catch {}"
# A module of ui/web, the one that the page itself has: `await load("nn/nn.js")`.
LOAD = "window.load = async (path) => (await import(new URL('assets/web.js', document.baseURI))).load(path);"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of this folder come first, for they take long: a worker has file by file."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("needs_chromium")
    items.sort(key=lambda item: here not in item.path.parents)


@pytest.fixture(scope="package")
def app(served_checkpoints: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running app, such as http://127.0.0.1:34567/."""
    with server(repository, served_checkpoints, tmp_path_factory.mktemp("app") / "log.txt", free_port()) as address:
        yield address


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(repository: Path, checkpoints: Path, log: Path, port: int, base: str = "", **around: str) -> Iterator[str]:
    """The app in a process of its own, below a base path such as "a/b", with more around it; gives its address."""
    options = ["--server.headless=true", f"--server.port={port}", f"--server.baseUrlPath={base}"]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *options]
    environment = {**os.environ, "CHECKPOINTS_DIR": str(checkpoints), **around}
    with (
        log.open("w") as output,
        subprocess.Popen(command, cwd=repository, env=environment, stdout=output, stderr=output) as process,
    ):
        address = f"http://127.0.0.1:{port}/{base}/" if base else f"http://127.0.0.1:{port}/"
        try:
            _wait_until_healthy(address, process, log)
            yield address
        finally:
            process.terminate()
            _end_trainings(Path(environment["RUNS_DIR"]))


def _end_trainings(runs: Path) -> None:
    """They would outlive the app, and a test that has failed leaves its own."""
    for folder in runs.glob("*/"):
        if pid := holder(folder):
            os.kill(pid, signal.SIGKILL)


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the app did not start:\n{log.read_text()[-3000:]}", pytrace=False)


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


class Watch:
    """What must not happen in any scenario."""

    def __init__(self, page: Page, app: str) -> None:
        self.trouble: list[str] = []
        self.forgiven: list[str] = []
        page.on("console", lambda message: message.type == "error" and self.note(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.note(f"uncaught: {error}"))
        page.on("response", lambda response: response.status < 400 or self.note(f"{response.status}: {response.url}"))
        own = (app, "data:", "blob:")
        page.on("request", lambda request: request.url.startswith(own) or self.note(f"elsewhere: {request.url}"))

    def note(self, line: str) -> None:
        self.trouble.append(line)

    def check(self) -> None:
        trouble = [line for line in self.trouble if not any(re.search(words, line) for words in self.forgiven)]
        assert not trouble, trouble


@pytest.fixture
def forgiven() -> list[str]:
    """What the browser's own lines may say of what a test keeps away, such as "ERR_FAILED": a test adds to it."""
    return []


@pytest.fixture(scope="package")
def new_page(browser: Browser, app: str) -> OpenPage:
    """A blank page, with or without touch. One page of each kind stays, and opens the others: they share its process,
    and with it the app's scripts as they were parsed and compiled, which takes half of the time that a page takes.
    """

    @functools.cache
    def opener(has_touch: bool) -> Page:
        context = browser.new_context(has_touch=has_touch)
        context.add_init_script(WELCOMED + LOAD)
        page = context.new_page()
        page.goto(f"{app}_stcore/health")
        return page

    def new_page(has_touch: bool = False) -> Page:
        with opener(has_touch).expect_popup() as opened:
            opener(has_touch).evaluate("void window.open('about:blank')")
        return opened.value

    return new_page


@contextmanager
def watched_pages(new_page: OpenPage, app: str, forgiven: list[str]) -> Iterator[OpenPage]:
    """Opens blank pages of a size and theme; in the end they are closed, and fail where they ran into trouble."""
    pages: list[Page] = []
    watches: list[Watch] = []

    def open_page(width: int = 1280, height: int = 800, theme: Literal["light", "dark"] = "light") -> Page:
        page = new_page(has_touch=width < 600)
        page.set_default_timeout(20_000)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        pages.append(page)
        watches.append(Watch(page, app))
        watches[-1].forgiven = forgiven
        return page

    yield open_page
    for page in pages:
        page.close()
    for watch in watches:
        watch.check()


@pytest.fixture
def open_page(new_page: OpenPage, app: str, forgiven: list[str]) -> Iterator[OpenPage]:
    """Opens a blank page: `open_page(width=400, theme="dark")`."""
    with watched_pages(new_page, app, forgiven) as open_page:
        yield open_page


def visitor(open_page: OpenPage, app: str) -> Visit:
    """Opens a page by a link and waits until it is ready: `visit(DeskPage, "left=ae-2", width=400)`; `prepare` gets the
    blank page first.
    """

    def visit(
        kind: type[AnyShown], query: str = "", prepare: Callable[[Page], object] | None = None, **options: Any
    ) -> AnyShown:
        page = open_page(**options)
        if prepare:
            prepare(page)
        shown = kind(page)
        page.goto(f"{app}{kind.path}?{query}")
        shown.wait()
        return shown

    return visit


@pytest.fixture
def visit(open_page: OpenPage, app: str) -> Visit:
    """See `visitor`."""
    return visitor(open_page, app)


@pytest.fixture(scope="module")
def shared(new_page: OpenPage, app: str) -> Iterator[Visit]:
    """As `visit`, but the same page for all tests of a file that ask for the same: they do not mind what it was left
    at.
    """
    with watched_pages(new_page, app, []) as open_page:
        yield functools.cache(visitor(open_page, app))


@pytest.fixture
def open_desk(visit: Visit) -> OpenDesk:
    return functools.partial(visit, DeskPage)


@pytest.fixture
def open_map(visit: Visit) -> OpenMap:
    """Opens a page with maps, of two tiny models where the link says nothing."""

    def open_map(query: str = TINY, component: str = "latent_map", **options: Any) -> MapPage:
        found: MapPage = visit(MAPS[component], query, **options)
        return found

    return open_map


@pytest.fixture
def open_projection(visit: Visit) -> OpenProjection:
    """Opens the page Encodings, of the first pair where the link says nothing."""

    def open_projection(query: str = QUERY, **options: Any) -> ProjectionPage:
        found: ProjectionPage = visit(ProjectionPage, query, **options)
        return found

    return open_projection


def go_blank(page: Page, app: str) -> Page:
    """To an empty page, as if it stood where those of the app are."""
    page.goto(f"{app}_stcore/health")
    page.evaluate(
        """(href) => {
          document.head.append(Object.assign(document.createElement("base"), { href }));
          document.body.replaceChildren();
          document.body.style.margin = "12px";
        }""",
        app,
    )
    return page


@pytest.fixture
def modules(open_page: OpenPage, app: str) -> Page:
    """A page without the app where the modules of ui/web can be imported: `load("nn/nn.js")`."""
    return go_blank(open_page(), app)


@pytest.fixture(scope="session")
def oracle(served_checkpoints: Path, uci: Digits) -> Oracle:
    """What PyTorch and the core make of the checkpoints that the app serves."""
    return Oracle(served_checkpoints, uci)
