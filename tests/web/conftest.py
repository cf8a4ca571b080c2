"""The real app in a process of its own, and system Chromium; every page is watched for errors while a test uses it."""

from __future__ import annotations

import functools
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, Request, Response, expect, sync_playwright

from tests.web.desk_page import DeskPage
from tests.web.map_page import PATHS, MapPage
from tests.web.projection_page import QUERY, ProjectionPage

START_SECONDS = 240
# What a page shows it shows sooner; this is for a machine that runs the other tests beside it.
expect.set_options(timeout=20_000)
# As one who has been here before: the welcome of a first visit would stand before everything. A blank page keeps
# nothing, and refuses to be asked.
WELCOMED = "try { localStorage.setItem('latent-spaces.welcomed', '1'); } catch {}"
# A module of ui/web, the one that the page itself has: `await load("nn/nn.js")`.
LOAD = "window.load = async (path) => (await import(new URL('assets/web.js', document.baseURI))).load(path);"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of this folder come first, for they take long, and what counts frames last: a worker has file by file."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("needs_chromium")
    items.sort(
        key=lambda item: 2 if item.path == here / "all_pages" / "test_frames.py" else here not in item.path.parents
    )


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
def server(repository: Path, checkpoints: Path, log: Path, port: int, base: str = "") -> Iterator[str]:
    """The app in a process of its own, below a base path such as "a/b"; gives its address."""
    options = ["--server.headless=true", f"--server.port={port}", f"--server.baseUrlPath={base}"]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *options]
    environment = {**os.environ, "CHECKPOINTS_DIR": str(checkpoints)}
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
        self.app = app
        page.on("console", lambda message: message.type == "error" and self.trouble.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.trouble.append(f"uncaught: {error}"))
        page.on("response", self._on_response)
        page.on("request", self._on_request)

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.trouble.append(f"{response.status}: {response.url}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.app, "data:", "blob:")):
            self.trouble.append(f"asks another server: {request.url}")


@pytest.fixture(scope="package")
def new_page(browser: Browser, app: str) -> Callable[..., Page]:
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


@pytest.fixture
def open_page(new_page: Callable[..., Page], app: str) -> Iterator[Callable[..., tuple[Page, Watch]]]:
    """Opens a blank page of a size and theme; fails the test in the end where the page ran into trouble."""
    pages: list[Page] = []
    watches: list[Watch] = []

    def open_page(
        width: int = 1280, height: int = 800, theme: Literal["light", "dark"] = "light"
    ) -> tuple[Page, Watch]:
        page = new_page(has_touch=width < 600)
        page.set_default_timeout(20_000)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        pages.append(page)
        watches.append(Watch(page, app))
        return page, watches[-1]

    yield open_page
    for page in pages:
        page.close()
    trouble = [line for watch in watches for line in watch.trouble]
    assert not trouble, trouble


def go_blank(page: Page, app: str) -> None:
    """To an empty page, as if it stood where those of the app are."""
    page.goto(f"{app}_stcore/health")
    page.evaluate("(href) => document.head.append(Object.assign(document.createElement('base'), { href }))", app)


@pytest.fixture
def open_desk(open_page: Callable[..., tuple[Page, Watch]], app: str) -> Callable[..., DeskPage]:
    """Opens the latent desk by a link and waits until it is ready: `open_desk("left=ae-2", width=400)`."""

    def open_desk(query: str = "", **options: Any) -> DeskPage:
        page, watch = open_page(**options)
        page.goto(f"{app}?{query}")
        desk = DeskPage(page, watch.trouble)
        desk.wait()
        return desk

    return open_desk


@pytest.fixture
def open_map(open_page: Callable[..., tuple[Page, Watch]], app: str) -> Callable[..., MapPage]:
    """Opens a page with maps by a link and waits until they are ready, of two tiny models where it says nothing."""

    def open_map(
        query: str = "left=tiny-ae&right=tiny-vae-logvar", component: str = "latent_map", **options: Any
    ) -> MapPage:
        page, watch = open_page(**options)
        page.goto(f"{app}{PATHS[component]}?{query}")
        latent_map = MapPage(page, watch.trouble, component)
        latent_map.wait()
        return latent_map

    return open_map


@pytest.fixture
def open_projection(open_page: Callable[..., tuple[Page, Watch]], app: str) -> Callable[..., ProjectionPage]:
    """Opens the page Encodings by a link and waits until its projections are ready, of the first pair where the link
    says nothing; `prepare` gets the page first.
    """

    def open_projection(
        query: str = QUERY,
        prepare: Callable[[Page], object] | None = None,
        **options: Any,
    ) -> ProjectionPage:
        page, watch = open_page(**options)
        if prepare:
            prepare(page)
        projection = ProjectionPage(page, app, watch.trouble)
        page.goto(f"{app}encodings?{query}")
        projection.wait()
        return projection

    return open_projection


@pytest.fixture
def modules(open_page: Callable[..., tuple[Page, Watch]], app: str) -> Page:
    """A page without the app where the modules of ui/web can be imported: `load("nn/nn.js")`."""
    page, _ = open_page()
    go_blank(page, app)
    return page
