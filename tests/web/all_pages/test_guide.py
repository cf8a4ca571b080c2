"""The first minute: the welcome of a first visit, things to see, and what the terms mean."""

from __future__ import annotations

from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.conftest import Watch
from tests.web.desk_page import DeskPage
from tests.web.shown import OpenPage, box, settle


def guide(page: Page) -> Locator:
    found = page.locator('[data-component=guide][data-ready="true"]')
    found.wait_for()
    return found


def test_the_welcome_fits_comes_once_and_comes_back_when_asked_for(browser: Browser, app: str) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    watch = Watch(page, app)
    page.goto(app)
    card = guide(page).get_by_role("dialog", name="Pictures from a handful of numbers")
    expect(card).to_be_visible()
    expect(card.get_by_role("button", name="Start")).to_be_focused()
    fits_in_both_themes(page, card)
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.reload()
    guide(page)
    expect(card).to_be_hidden()
    # Keys go to the page again, and this one to the card.
    page.keyboard.press("?")
    expect(card).to_be_visible()
    page.mouse.click(10, 10)
    expect(card).to_be_hidden()
    guide(page).get_by_role("button", name="? Help").click()
    card.get_by_role("button", name="Start").click()
    expect(card).to_be_hidden()
    page.goto(f"{app}models")
    guide(page).get_by_role("button", name="? Help").click()
    card.get_by_role("link", name="Open the latent desk").click()
    DeskPage(page).wait()
    watch.check()
    page.context.close()


def fits_in_both_themes(page: Page, card: Locator) -> None:
    for width in (400, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            settle(page)
            place = box(card)
            assert 0 <= place.left < place.right <= width
            assert 0 <= place.top < place.bottom <= 800
            assert card.evaluate("(node) => node.scrollWidth <= node.clientWidth")


def test_a_thing_to_see_is_one_click_away_and_says_what_to_look_at(open_page: OpenPage, app: str) -> None:
    page = open_page()
    desk = DeskPage(page)
    page.goto(app)
    guide(page).get_by_role("link", name="Collapse").click()
    expect(guide(page).get_by_role("status")).to_contain_text("whatever z is")
    desk.expect_model(1, "vae-2-beta-10")
    expect(guide(page).get_by_role("link", name="Collapse")).to_have_attribute("aria-current", "true")
    page.go_back()
    desk.expect_model(1, "vae-30")
    expect(guide(page).locator(".look")).to_be_hidden()


def test_a_term_says_what_it_means_by_pointer_by_focus_and_by_tap(open_page: OpenPage, app: str) -> None:
    page = open_page()
    page.goto(app)
    bubble = guide(page).locator(".gloss")
    word = page.get_by_role("heading", level=1).get_by_role("link", name="latent coordinate")
    expect(bubble).to_be_hidden()
    word.hover()
    expect(bubble).to_contain_text("Each slider moves one")
    page.mouse.move(5, 700)
    expect(bubble).to_be_hidden()
    word.focus()
    expect(bubble).to_be_visible()
    page.keyboard.press("Escape")
    expect(bubble).to_be_hidden()
    address = page.url
    word.click()
    expect(bubble).to_be_visible()
    assert 0 <= box(bubble).left < box(bubble).right <= 1280
    assert page.url == address, "a tap leads nowhere"
