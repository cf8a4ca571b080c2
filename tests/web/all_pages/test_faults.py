"""What does not arrive is said in words, with a button that tries again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.web.desk_page import DeskPage, OpenDesk
from tests.web.shown import TINY, Held, OpenPage, choose_model, keep_away

TRAY, CODES = "digits/uci/tray.safetensors", "encodings/ae-30/uci.safetensors"
WEIGHTS = "checkpoints/vae-30/decoder.safetensors"
SENTENCE = "The checkpoint vae-30 cannot be used: it is being written."
# In this order, for once a tray is here it stays.
FAULTS: tuple[tuple[str, Callable[[Route], None], str], ...] = (
    (TRAY, lambda route: route.abort(), f"{TRAY} did not arrive"),
    (WEIGHTS, lambda route: route.abort(), f"{WEIGHTS} did not arrive"),
    (WEIGHTS, lambda route: route.fulfill(status=404, body=SENTENCE), SENTENCE),
    (
        WEIGHTS,
        lambda route: route.fulfill(status=200, body=route.fetch().body()[:100_000]),
        "decoder.safetensors: truncated inside tensor",
    ),
    (CODES, lambda route: route.abort(), f"{CODES} did not arrive"),
)


def test_a_browser_side_that_does_not_arrive(open_page: OpenPage, app: str, forgiven: list[str]) -> None:
    page = open_page()
    alert = page.get_by_role("alert").filter(has_text="This part of the page did not arrive")
    keep_away(page, "**/assets/web.js")
    page.goto(app)
    expect(alert).to_be_visible()
    page.unroute_all()
    with page.expect_navigation():
        page.get_by_role("button", name="Try again").click()
    DeskPage(page).wait()
    expect(page.get_by_role("alert")).not_to_be_visible()
    forgiven.append("ERR_FAILED")


def test_missing_and_broken_files(open_page: OpenPage, app: str, forgiven: list[str]) -> None:
    page = open_page()
    for i, (path, fault, words) in enumerate(FAULTS):
        page.route(f"**/{path}", fault)
        if i == 0:
            page.goto(app)
        else:
            page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
        page.unroute(f"**/{path}")
    page.get_by_role("button", name="Try again").click()
    desk = DeskPage(page)
    desk.wait()
    expect(page.get_by_role("alert")).not_to_be_visible()
    desk.press("0")
    assert desk.values() == [0] * 30
    forgiven += ["ERR_FAILED", "404"]


def test_a_model_that_fails_later_leaves_the_desk_as_it_was(open_desk: OpenDesk, forgiven: list[str]) -> None:
    desk = open_desk(TINY)
    keep_away(desk.page, "**/checkpoints/tiny-vae-sigma/*")
    choose_model(desk.page, "Right", "tiny-vae-sigma")
    alert = desk.page.get_by_role("alert").filter(has_text="did not arrive")
    expect(alert).to_contain_text("The desk still shows tiny-ae and tiny-vae-logvar")
    desk.click("Zero")
    assert desk.values() == [0] * 4
    desk.page.unroute_all()
    desk.click("Try again")
    desk.expect_model(1, "tiny-vae-sigma")
    forgiven.append("ERR_FAILED")


def test_what_is_slow_says_so_in_its_place_and_what_is_fast_does_not(open_page: OpenPage, app: str) -> None:
    page = open_page()
    held = Held(page, "**/assets/web.js")
    page.goto(f"{app}?{TINY}")
    loading = page.get_by_role("status").filter(has_text="loading")
    # Nothing else on the page waits for it.
    expect(loading).to_have_count(1)
    expect(loading).to_be_visible()
    held.release()
    desk = DeskPage(page)
    desk.wait()
    expect(loading).to_have_count(0)
    page.unroute("**/assets/web.js")
    # Here it comes from the cache.
    page.add_init_script(
        """new MutationObserver(() => {
          for (const host of document.querySelectorAll("*")) {
            if (host.shadowRoot?.querySelector("[data-loading]")) window.flashed = true;
          }
        }).observe(document, { childList: true, subtree: true });"""
    )
    page.reload()
    desk.wait()
    assert not page.evaluate("window.flashed")
