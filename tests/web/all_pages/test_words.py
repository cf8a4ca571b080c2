"""What the desk says beside its pictures: to a screen reader, while it waits, and where a model has nothing to show."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Error, expect

from tests.web.desk_page import DeskPage, OpenDesk
from tests.web.shown import TINY, Held, OpenPage, box, choose_model, drag, settle

WATCH_STATUS = """(root) => {
  window.said = [];
  const status = root.querySelector("[role=status]");
  new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true });
}"""


def test_where_z_lies_is_announced_at_rest_only(open_desk: OpenDesk) -> None:
    desk = open_desk("left=ae-30&right=vae-30")
    live = desk.root.locator(":is(output, [aria-live], [role=status], [role=alert]):not(.tray *, .pad *)")
    expect(live).to_have_count(2)
    for side in (0, 1):
        described = desk.models.nth(side).get_attribute("aria-describedby")
        assert desk.place(side) == desk.root.locator(f"#{described}").inner_text()
    desk.root.evaluate(WATCH_STATUS)
    track = box(desk.slider(0))
    drag(desk.page, *((track.at()[0] + 5 * k, track.bottom - 12) for k in range(12)), lift=False)
    desk.page.wait_for_timeout(450)
    assert desk.page.evaluate("window.said") == []
    desk.page.mouse.up()
    desk.page.wait_for_function("window.said.length > 0")
    desk.page.wait_for_timeout(300)
    assert desk.page.evaluate("window.said") == [f"ae-30: {desk.place(0)}. vae-30: {desk.place(1)}."]


def test_a_slider_tells_the_right_models_value_where_it_differs(open_desk: OpenDesk) -> None:
    desk = open_desk("left=tiny-ae&right=tiny-elu&z=1.2_0_0_-2&z2=0.4_0_0")
    texts = [desk.slider(i).get_attribute("aria-valuetext") for i in (0, 1, 3)]
    for text, pattern in zip(texts, (r"1\.20+, tiny-elu 0\.40+", r"0\.0+", r"−2\.0+, tiny-ae only"), strict=True):
        assert re.fullmatch(pattern, text or "")


@pytest.mark.parametrize("pair", ["left=tiny-ae&right=tiny-tanh", "left=tiny-tanh&right=tiny-vae-sigma"])
def test_a_strip_begins_with_what_both_models_have(open_desk: OpenDesk, pair: str) -> None:
    desk = open_desk(pair)
    assert desk.root.locator(".strip h3").inner_text().startswith(("Along z₀,", "Along z₁,"))
    expect(desk.root.locator(".lack")).to_have_count(0)


def test_a_strip_says_what_a_model_has_not(open_desk: OpenDesk) -> None:
    desk = open_desk("left=tiny-tanh&right=tiny-ae")
    rows = desk.root.locator(".strip-row")
    places = [box(row) for row in rows.all()]
    desk.nudge(3, "ArrowRight")
    expect(rows.first).to_contain_text("tiny-tanh has no z₃")
    expect(rows.first.get_by_role("button")).to_have_count(0)
    expect(rows.nth(1).get_by_role("button")).to_have_count(11)
    assert [box(row) for row in rows.all()] == places
    desk.nudge(0, "ArrowRight")
    expect(desk.root.locator(".lack")).to_have_count(0)
    expect(rows.first.get_by_role("button")).to_have_count(11)


def test_slow_weights_are_announced_in_the_reserved_line(open_page: OpenPage, app: str) -> None:
    page = open_page()
    held = Held(page, "**/checkpoints/tiny-*/decoder.safetensors")
    page.goto(f"{app}?{TINY}")
    desk = DeskPage(page)
    places, loading = desk.root.locator(".place"), desk.root.locator(".place", has_text="loading")
    expect(places.nth(0)).to_have_text("loading tiny-ae …")
    expect(places.nth(1)).to_have_text("loading tiny-vae-logvar …")
    strip = box(desk.root.locator(".strip"))
    held.release()
    desk.wait()
    expect(loading).to_have_count(0)
    assert box(desk.root.locator(".strip")) == strip

    left = desk.place(0)
    choose_model(page, "Right", "tiny-vae-sigma")
    expect(places.nth(1)).to_have_text("loading tiny-vae-sigma …")
    assert desk.place(0) == left
    held.release()
    desk.expect_model(1, "tiny-vae-sigma")
    expect(loading).to_have_count(0)
    assert desk.place(1).strip()


# What a browser that translates a page does to it, in either of two orders.
TRANSLATE = """(inserts) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    if (!text.data.trim() || text.parentElement.closest("script, style, font")) continue;
    const font = document.createElement("font");
    font.append(document.createElement("font"));
    font.firstChild.append(`«${text.data}»`);
    if (inserts) text.before(font);
    if (inserts) text.remove();
    else text.replaceWith(font);
  }
}"""


@pytest.mark.parametrize("inserts", [False, True])
def test_what_react_does_with_a_translated_text_is_done_with_what_stands_for_it(
    open_desk: OpenDesk, inserts: bool
) -> None:
    page = open_desk(TINY).page
    page.evaluate(
        "document.body.append(window.p = Object.assign(document.createElement('p'), { id: 'own' }));"
        "window.texts = ['a', 'b', 'c'].map((text) => p.appendChild(document.createTextNode(text)))"
    )
    page.evaluate(TRANSLATE, inserts)
    settle(page)
    page.evaluate("p.removeChild(texts[0]), p.insertBefore(document.createTextNode('+'), texts[2])")
    assert page.locator("#own").text_content() == "«b»+«c»"
    with pytest.raises(Error, match="not a child"):
        page.evaluate("p.removeChild(document.createTextNode('of nobody'))")


@pytest.mark.parametrize("inserts", [False, True])
def test_a_translated_page_has_the_title_of_its_own(open_desk: OpenDesk, inserts: bool) -> None:
    page = open_desk(TINY).page
    title = page.locator("h1")
    expect(title).to_have_text("What does each latent coordinate do?")
    page.evaluate(TRANSLATE, inserts)
    for path, words in (
        ("latent_map", "Where do the digits live?"),
        ("models", "Which checkpoint, how good, against whom?"),
        ("reconstruct", "What does a code keep?"),
    ):
        expect(title).to_contain_text("«")
        page.locator(f"[data-testid=stSidebarNavLink][href$='/{path}']").click()
        expect(title).to_have_text(words)
        page.evaluate(TRANSLATE, inserts)
