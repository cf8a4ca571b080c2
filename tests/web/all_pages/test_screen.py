"""What the frame around the pages leaves them: at 1280 x 800, on a projector, and without the frame."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web.desk_page import DeskPage, OpenDesk
from tests.web.shown import TINY, OpenPage, Visit, await_query, box

PROJECTOR = {"width": 1920, "height": 1080}
# The largest pictures of each page, and the tray's digits.
SIDES = """(name) => {
  const { shadowRoot: root } = [...document.querySelectorAll("*")].find(
    (node) => node.shadowRoot?.querySelector(`[data-component=${name}]`));
  const widths = (selector) => [...root.querySelectorAll(selector)].map((node) => node.getBoundingClientRect().width);
  return [Math.max(...widths(".big")), Math.max(0, ...widths(".tray-grid .cell"))];
}"""


def test_name_seed_and_link_are_above_the_fold_and_the_title_at_the_top(shared: Visit) -> None:
    page = shared(DeskPage, TINY).page
    expect(page.get_by_test_id("stSidebar").get_by_role("img", name="Logo")).to_be_visible()
    for place in (page.get_by_test_id("stNumberInputField"), page.get_by_role("button", name="Copy link")):
        assert box(place).bottom <= 800
    assert box(page.locator("[data-component=guide]")).top < 40
    assert box(page.get_by_role("heading", level=1)).top < 100
    # The title stands under the header, which must not take the pointer away.
    assert page.evaluate("document.elementFromPoint(600, 30).closest('[data-testid=stHeader]') === null")
    link = page.get_by_test_id("stSidebarNavLink").first
    page.keyboard.press("Tab")
    link.focus()
    width = link.evaluate("(node) => getComputedStyle(node).outlineStyle + getComputedStyle(node).outlineWidth")
    assert width == "solid2px"


@pytest.mark.parametrize("name", ["desk", "interpolate", "reconstruct"])
def test_pictures_grow_with_the_window_and_the_tray_does_not(open_page: OpenPage, app: str, name: str) -> None:
    page = open_page()
    page.goto(f"{app}{'' if name == 'desk' else name}?{TINY}")
    expect(page.locator(f'[data-component={name}][data-ready="true"]')).to_be_visible(timeout=40_000)
    before, _ = page.evaluate(SIDES, name)
    page.set_viewport_size(PROJECTOR)
    page.wait_for_function(f"([name, before]) => ({SIDES})(name)[0] > 1.4 * before", arg=[name, before])
    after, digit = page.evaluate(SIDES, name)
    assert after <= 481
    assert 0 < digit <= 44.5
    if name == "desk":
        assert (round(before), round(after)) == (280, 480)


def test_presenting_hides_the_frame_on_every_page_until_p_or_escape(open_desk: OpenDesk, app: str) -> None:
    desk = open_desk(TINY)
    page = desk.page
    frame = [page.get_by_test_id("stSidebar"), page.get_by_test_id("stHeader")]

    def expect_frame(shown: bool) -> None:
        for part in frame:
            expect(part).to_be_visible() if shown else expect(part).to_be_hidden()

    sides = desk.values()
    page.keyboard.press("p")
    expect_frame(False)
    await_query(page, present="1")
    page.keyboard.press("Escape")
    expect_frame(True)
    await_query(page, present=None)
    # A pad that is open is closed first.
    page.get_by_role("button", name="Present").click()
    page.keyboard.press("d")
    expect(desk.root.locator(".pad")).to_be_visible()
    page.keyboard.press("Escape")
    expect(desk.root.locator(".pad")).to_be_hidden()
    expect_frame(False)
    page.get_by_role("button", name="Leave").click()
    expect_frame(True)
    assert desk.values() == sides

    # By a link, on another page; a rerun does not end it.
    page.goto(f"{app}models?{TINY}&present=1")
    expect(page.locator('[data-component=learning][data-ready="true"]')).to_be_visible(timeout=40_000)
    expect_frame(False)
    page.emulate_media(color_scheme="dark")
    await_query(page, present="1")
    expect_frame(False)
    page.keyboard.press("p")
    expect_frame(True)


def test_more_digits_move_nothing_and_close_by_escape_a_press_elsewhere_and_a_pick(
    shared: Visit,
) -> None:
    desk = shared(DeskPage, TINY)
    cells, samples = desk.root.locator(".tray-grid .cell"), desk.root.locator(".samples")
    top = box(samples).top

    def unfold() -> None:
        desk.button("More digits").click()
        expect(cells).to_have_count(100)
        assert box(samples).top == top

    unfold()
    desk.page.keyboard.press("Escape")
    expect(cells).to_have_count(20)
    unfold()
    desk.root.locator(".picture").first.click()
    expect(cells).to_have_count(20)
    unfold()
    cells.nth(57).click()
    expect(cells).to_have_count(20)
    # The picked one is among those that are left, and is marked.
    expect(desk.root.locator(".tray-grid .cell[data-current]")).to_have_count(1)


def test_no_style_rests_on_has_which_webkit_does_not_follow_when_things_change(repository: Path) -> None:
    sheets = list((repository / "ui" / "web").glob("**/*.css"))
    assert sheets
    assert [sheet.name for sheet in sheets if ":has(" in sheet.read_text()] == []
