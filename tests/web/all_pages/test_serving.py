"""The app below a path, known to it or not; a server that has forgotten its visitors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as LateError

from tests.web.conftest import WELCOMED, Watch, free_port, server
from tests.web.proxy import stripping_proxy
from tests.web.shown import go_to, query, query_of, saved, upload
from tests.web.tray_page import PNG_OF_SEVEN

BASE = "school/latent"
PAGES = {
    "Latent desk": ["desk"],
    "Latent map": ["latent_map"],
    "Encodings": ["projection", "coordinates"],
    "Reconstruct": ["reconstruct"],
    "Denoise": ["denoise"],
    "Interpolate": ["interpolate"],
    "Objective": ["ladder", "loss", "divergence", "surprise", "reparameterisation", "scale", "evidence"],
    "Manifold": ["tangent", "manifold_map"],
    "Train": ["train"],
    "Models": ["imports", "learning"],
}
QUERY = "left=tiny-ae&right=vae-2"
OpenAt = Callable[[str], Page]


class Server:
    """An app that can be ended and started again at the same address."""

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments
        self.running = ExitStack()
        self.address = ""
        self.start()

    def start(self) -> None:
        self.address = self.running.enter_context(server(*self.arguments))

    def stop(self) -> None:
        self.running.close()


@pytest.fixture(scope="module")
def based(repository: Path, served_checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An app that was told the path it is shown at."""
    own = Server(repository, served_checkpoints, tmp_path_factory.mktemp("based") / "log.txt", free_port(), BASE)
    yield own
    own.stop()


@pytest.fixture
def proxied(app: str) -> Iterator[str]:
    """The address of an app that does not know the path it is shown at."""
    with stripping_proxy(urlsplit(app).port or 0, "/" + BASE) as proxy:
        yield proxy.address


@pytest.fixture
def open_at(browser: Browser, forgiven: list[str]) -> Iterator[OpenAt]:
    """Opens an address in a browser that has never seen it; fails the test in the end where there was trouble."""
    watches = []
    with ExitStack() as contexts:

        def open_at(address: str) -> Page:
            context = contexts.enter_context(browser.new_context())
            context.add_init_script(WELCOMED)
            page = context.new_page()
            watches.append(Watch(page, address.partition("?")[0]))
            watches[-1].forgiven = forgiven
            page.goto(address)
            return page

        yield open_at
        for watch in watches:
            watch.check()


def wait_for(page: Page, name: str) -> None:
    """Until a page of the navigation can be used."""
    for component in PAGES[name]:
        expect(page.locator(f"[data-component={component}][data-ready=true]").first).to_be_visible()


def visit(page: Page, name: str) -> None:
    go_to(page, name)
    wait_for(page, name)


def test_every_page_and_file_behind_a_proxy_that_strips_the_path(open_at: OpenAt, proxied: str) -> None:
    walk(open_at(proxied), proxied, list(PAGES))


def test_pages_and_files_below_a_path_told_by_a_flag(open_at: OpenAt, based: Server) -> None:
    walk(open_at(based.address), based.address, ["Encodings", "Interpolate"])


def walk(page: Page, address: str, names: list[str]) -> None:
    """Every module, upload, film and table of these pages is asked for below the address."""
    wait_for(page, "Latent desk")
    links = page.get_by_test_id("stSidebarNavLink")
    expect(links).to_have_count(len(PAGES))
    page.goto(f"{address}desk?{QUERY}")
    wait_for(page, "Latent desk")
    assert page.url.startswith(f"{address}?left=tiny-ae&right=vae-2&")

    upload(page, PNG_OF_SEVEN)
    expect(page.get_by_label("In the format of MNIST")).to_be_visible()
    for name in names:
        visit(page, name)
        assert page.url.startswith(address)
        # Opened by its own address, a page asks for everything from one level below.
        if name in ("Encodings", "Interpolate"):
            page.reload()
            wait_for(page, name)
        if name == "Encodings":
            assert saved(page, page.get_by_role("link", name="CSV").first)[1].read_bytes().count(b"\n") > 500
        elif name == "Interpolate":
            film = saved(page, page.get_by_role("button", name="GIF", exact=True))[1]
            assert film.read_bytes().startswith(b"GIF89a")


EVERYTHING = query_of(
    "?left=ae-2&right=vae-2&digits=uci&seed=11&z=0.5_-1.25&z2=1_0.25&method=kernel-pca&axes=3&count=500&kernel=poly"
    "&gamma=0.25&degree=4&coef0=0.5&also=vae-2-beta-10,tiny-ae&corruption=masking&hide=38&row=17&level=0.25"
    "&stops=1.55.9&path=slerp&noise=5"
)
# A browser says itself that nobody is there.
ABSENCE = "ERR_|404|WebSocket|DoInitPings|Cannot send rerun|reaching server endpoint|not responding|timed out"


def wait_for_query(page: Page, expected: dict[str, str]) -> None:
    """Until the address says this and nothing else; its order is free."""
    try:
        page.wait_for_url(lambda address: query_of(address) == expected)
    except LateError:
        assert query(page) == expected


def wait_for_return(page: Page) -> None:
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED")


def test_a_server_that_starts_anew_takes_everything_from_the_browser(
    open_at: OpenAt, based: Server, forgiven: list[str]
) -> None:
    page = open_at(based.address)
    page.goto(f"{based.address}reconstruct?{urlencode(EVERYTHING)}")
    wait_for(page, "Reconstruct")
    upload(page, PNG_OF_SEVEN)
    page.wait_for_url(lambda address: "drawn=" in address)
    everything = EVERYTHING | {"drawn": query(page)["drawn"]}
    # The digit in hand is one's own now.
    del everything["row"]
    wait_for_query(page, everything)
    based.stop()
    expect(page.get_by_test_id("stApp")).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    based.start()
    wait_for_return(page)
    # Those that add something of their own to the address, one that has nothing; then one that takes a stop in hand.
    for name in ("Latent desk", "Encodings", "Denoise", "Models"):
        visit(page, name)
        wait_for_query(page, everything)
    visit(page, "Interpolate")
    wait_for_query(page, everything | {"row": "1"})
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("11")
    expect(page.get_by_label("Left model")).to_have_value(re.compile("ae-2"))
    forgiven.append(ABSENCE)


@pytest.mark.parametrize("forgets", [True, False])
def test_what_was_chosen_without_a_connection_is_kept(
    open_at: OpenAt, app: str, forgiven: list[str], forgets: bool
) -> None:
    with stripping_proxy(urlsplit(app).port or 0, "/" + BASE) as proxy:
        page = open_at(proxy.address)
        page.goto(f"{proxy.address}?{QUERY}&seed=9&z=1_1_1_1&z2=1_1")
        wait_for(page, "Latent desk")
        proxy.break_off()
        expect(page.get_by_test_id("stApp")).not_to_have_attribute("data-test-connection-state", "CONNECTED")
        page.get_by_role("button", name="Zero", exact=True).click()
        page.wait_for_url(lambda address: "z=0_0_0_0" in address)
        proxy.forgets, proxy.is_down = forgets, False
        wait_for_return(page)
        expected = {"left": "tiny-ae", "right": "vae-2", "digits": "uci", "seed": "9", "z": "0_0_0_0", "z2": "0_0"}
        for name in ("Models", "Latent desk", "Latent map"):
            visit(page, name)
            wait_for_query(page, expected)
        forgiven.append(ABSENCE)
