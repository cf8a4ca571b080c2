"""What does not arrive is said in words, with a button that tries again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.web.conftest import Watch
from tests.web.desk_page import DeskPage

OpenPage = Callable[..., tuple[Page, Watch]]


def test_a_browser_side_that_does_not_arrive(open_page: OpenPage, app: str) -> None:
    page, watch = open_page()
    alert = page.get_by_role("alert").filter(has_text="This part of the page did not arrive")
    page.route("**/assets/web.js", lambda route: route.abort())
    page.goto(app)
    expect(alert).to_be_visible()
    page.unroute_all()
    with page.expect_navigation():
        page.get_by_role("button", name="Try again").click()
    DeskPage(page, watch.trouble).wait()
    expect(page.get_by_role("alert")).not_to_be_visible()
    _forgive(watch, "ERR_FAILED")


def test_missing_and_broken_files(open_page: OpenPage, app: str) -> None:
    tray, weights, codes = (
        "digits/uci/tray.safetensors",
        "checkpoints/vae-30/decoder.safetensors",
        "encodings/ae-30/uci.safetensors",
    )
    sentence = "The checkpoint vae-30 cannot be used: it is being written."

    def truncate(route: Route) -> None:
        route.fulfill(status=200, body=route.fetch().body()[:100_000])

    faults: list[tuple[str, Callable[[Route], None], str]] = [
        # First, for once it is here it stays.
        (tray, lambda route: route.abort(), f"{tray} did not arrive"),
        (weights, lambda route: route.abort(), f"{weights} did not arrive"),
        (weights, lambda route: route.fulfill(status=404, body=sentence), sentence),
        (weights, truncate, "decoder.safetensors: truncated inside tensor"),
        (codes, lambda route: route.abort(), f"{codes} did not arrive"),
    ]
    page, watch = open_page()
    for i, (path, fault, words) in enumerate(faults):
        page.route(f"**/{path}", fault)
        if i == 0:
            page.goto(app)
        else:
            page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
        page.unroute(f"**/{path}")
    page.get_by_role("button", name="Try again").click()
    desk = DeskPage(page, watch.trouble)
    desk.wait()
    expect(page.get_by_role("alert")).not_to_be_visible()
    desk.press("0")
    assert desk.values() == [0] * 30
    _forgive(watch, "ERR_FAILED")
    _forgive(watch, "404")


def test_a_model_that_fails_later_leaves_the_desk_as_it_was(open_desk: Callable[..., DeskPage]) -> None:
    desk = open_desk("left=tiny-ae&right=tiny-vae-logvar")
    desk.page.route("**/checkpoints/tiny-vae-sigma/*", lambda route: route.abort())
    desk.page.get_by_role("combobox", name="Right model").fill("tiny-vae-sigma")
    desk.page.get_by_role("option", name="tiny-vae-sigma").click()
    alert = desk.page.get_by_role("alert").filter(has_text="did not arrive")
    expect(alert).to_contain_text("The desk still shows tiny-ae and tiny-vae-logvar")
    desk.button("Zero").click()
    desk.settle_frame()
    assert desk.values() == [0] * 4
    desk.page.unroute_all()
    desk.button("Try again").click()
    expect(desk.root.locator("canvas[data-model]").nth(1)).to_have_attribute("data-model", "tiny-vae-sigma")
    desk.trouble[:] = [line for line in desk.trouble if "ERR_FAILED" not in line]


def _forgive(watch: Watch, words: str) -> None:
    """The browser's own line about what this test kept away."""
    watch.trouble[:] = [line for line in watch.trouble if words not in line]


def test_what_is_slow_says_so_in_its_place_and_what_is_fast_does_not(open_page: OpenPage, app: str) -> None:
    page, watch = open_page()
    held: list[Route] = []
    page.route("**/assets/web.js", lambda route: held.append(route))
    page.goto(f"{app}?left=tiny-ae&right=tiny-vae-logvar")
    loading = page.get_by_role("status").filter(has_text="loading")
    # Nothing else on the page waits for it.
    expect(loading).to_have_count(1)
    expect(loading).to_be_visible()
    held.pop().continue_()
    DeskPage(page, watch.trouble).wait()
    expect(loading).to_have_count(0)
    page.unroute("**/assets/web.js")
    # Here it comes from the cache.
    page.add_init_script(
        """new MutationObserver((records, observer) => {
          for (const host of document.querySelectorAll("*")) {
            if (host.shadowRoot?.querySelector("[data-loading]")) window.flashed = true;
          }
        }).observe(document, { childList: true, subtree: true });"""
    )
    page.reload()
    DeskPage(page, watch.trouble).wait()
    assert not page.evaluate("window.flashed")
