"""What holds on every page: terms are explained, axe-core finds nothing serious, no words are cut, the wheel scrolls.

Long names of models are shown, for which there is no room; a page is opened once and looked at in every way.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from tests.served import LONG_NAMES
from tests.web.shown import SCROLLED, OpenPage, settle
from ui.frame.glossary import TERMS
from ui.http.pages import NAMES

PAGES = sorted(NAMES)
# Its formulas stand beside its figures.
WITHOUT_WHY = ("objective",)
JS = Path(__file__).parents[1]
FIRST_TERMS = (JS / "first_terms.js").read_text()
MARKED_TERMS = """() => {
  const found = [];
  const look = (root) => {
    found.push(...[...root.querySelectorAll("a[href^='#term-']")].map((a) => a.hash.slice(6)));
    for (const node of root.querySelectorAll("*")) if (node.shadowRoot) look(node.shadowRoot);
  };
  look(document);
  return found;
}"""
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
# The colour of text, and the rules that are looked at: a second theme changes colours alone.
THEMES = {
    "light": ("rgb(27, 36, 51)", None),
    "dark": ("rgb(230, 234, 241)", ["color-contrast", "link-in-text-block"]),
}
# What no style or text of ours could change, each with the rule that it breaks.
STREAMLITS_OWN = {
    # The navigation puts the sections' boxes between the list and its items.
    "[data-testid=stSidebarNav]": ("list", "listitem"),
    # A table is drawn on a canvas, over one of elements that only screen readers see.
    "[data-testid=stDataFrame]": ("scrollable-region-focusable", "nested-interactive", "aria-required-children"),
}
AXE_RUN = """async ([own, rules]) => {
  const { violations } = await axe.run(document, {
    resultTypes: ["violations"],
    ...(rules && { runOnly: rules }),
    rules: { "label-content-name-mismatch": { enabled: true } },
  });
  const inner = (target) => {
    // A path through shadow roots: the last step is the element itself.
    let root = document;
    let found = null;
    for (const step of target.flat()) {
      found = (root.shadowRoot ?? root).querySelector(step);
      if (!found) return null;
      root = found;
    }
    return found;
  };
  const isOwn = (rule, node) =>
    Object.entries(own).some(([place, rules]) => rules.includes(rule) && node?.closest(place));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes
        .filter(({ target }) => !isOwn(id, inner(target)))
        .map(({ target, failureSummary }) => `${id}: ${JSON.stringify(target).slice(-120)}: ${failureSummary}`));
}"""
# Components hear of a theme one after the other.
IS_IN_THEME = """(text) => [...document.querySelectorAll("*")].every(({ shadowRoot }) =>
  [...(shadowRoot?.querySelectorAll("[data-component]") ?? [])].every(
    (root) => root.dataset.component === "copy-link" || getComputedStyle(root).color === text)) &&
  document.getAnimations().every(({ playState }) => playState !== "running")"""
SIZES = {1280: 800, 1920: 1080, 400: 800}
# Until boxes have been the same for a tenth of a second: what follows a window's size does so in several steps.
IS_STEADY = """async () => {
  const boxes = (root) => [...root.querySelectorAll("*")].flatMap((node) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    return [x, y, width, height, ...(node.shadowRoot ? boxes(node.shadowRoot) : [])];
  }).join();
  let before = "";
  for (let same = 0; same < 6; ) {
    await new Promise((done) => requestAnimationFrame(done));
    const now = boxes(document.body);
    same = now === before ? same + 1 : 0;
    before = now;
  }
}"""
CUT = (JS / "cut_words.js").read_text()
# Whatever may want the wheel for itself; one of each kind is enough.
WHEELED = (
    ".marks",
    ".plot",
    ".scroll",
    ".tray-grid",
    ".gallery",
    ".big",
    ".films",
    ".columns",
    ".field",
    ".js-plotly-plot",
    "[data-testid=stDataFrame]",
    "[data-testid=stTable]",
)
# Scrolls to the first that is seen; gives its middle, or null.
TO_MIDDLE = """(selector) => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((node) =>
    [node, ...(node.shadowRoot ? all(node.shadowRoot) : [])]);
  const place = all(document.querySelector("[data-testid=stMain]")).find((node) => {
    const { width, height } = node.getBoundingClientRect();
    return node.matches(selector) && width > 40 && height > 20 && node.checkVisibility();
  });
  if (!place) return null;
  place.scrollIntoView({ block: "center", behavior: "instant" });
  const { x, y, width, height } = place.getBoundingClientRect();
  return [Math.round(x + width / 2), Math.round(y + height / 2)];
}"""
# Twice in one way and twice back, each painted before the next; then twice within one frame: what a slider says of it.
TWO_KEYS = """async (slider) => {
  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const event = { bubbles: true, composed: true, cancelable: true };
  const press = (key) => slider.dispatchEvent(new KeyboardEvent("keydown", { key, code: key, ...event }));
  const says = () => `${slider.ariaValueNow} ${slider.ariaValueText}`;
  for (const [there, back] of [["ArrowLeft", "ArrowRight"], ["ArrowRight", "ArrowLeft"]]) {
    const said = [says()];
    for (const key of [there, there, back, back]) {
      press(key);
      await painted();
      said.push(says());
    }
    if (said[0] !== said[4] || said[0] === said[2] || said[1] === said[2]) continue;
    press(there);
    press(there);
    await painted();
    const both = says();
    press(back);
    press(back);
    await painted();
    return { name: slider.ariaLabel, said, both, home: says() };
  }
  return null;
}"""
ROOM = """(() => {
  const { scrollHeight, clientHeight, scrollTop } = document.querySelector("[data-testid=stMain]");
  return scrollHeight - clientHeight - scrollTop;
})()"""
NOTCHES = 40
SECONDS = 20


@pytest.mark.parametrize("name", PAGES)
def test_every_page(open_page: OpenPage, app: str, name: str) -> None:
    page = open_page()
    page.emulate_media(reduced_motion="reduce")
    scripts: list[str] = []
    page.on("request", lambda request: scripts.append(request.url.removeprefix(f"{app}assets/")))
    page.goto(f"{app}{'' if name == 'desk' else name}?left={LONG_NAMES[0]}&right={LONG_NAMES[1]}")
    expect(page.locator("[data-component=guide][data-ready=true]")).to_be_visible(timeout=60_000)
    if name not in WITHOUT_WHY:
        expect(page.get_by_test_id("stExpander").last).to_be_visible()
    expect(page.locator("[data-component][data-ready=true]").nth(1)).to_be_attached(timeout=60_000)
    expect(page.locator("[data-component][data-ready=false]")).to_have_count(0, timeout=60_000)
    assert scripts.count("web.js") == 1
    assert scripts.count("plotly.min.js") <= 1
    every_term_is_explained_where_it_first_stands(page)
    if name not in WITHOUT_WHY:
        why_opens_with_its_terms_and_leaves_the_rest_alone(page)
    keys_within_one_frame_all_count(page)
    axe_finds_nothing_serious_in_either_theme(page)
    nothing_is_cut_without_a_tooltip_and_nothing_scrolls_sideways(page)
    the_wheel_scrolls_the_page_whatever_is_under_it(page)


def becomes(page: Page, look: str, wanted: object, arg: object = None) -> None:
    """What a page says of itself follows within seconds what changed it."""
    found = None
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found = page.evaluate(look, arg)
        if found == wanted:
            return
        settle(page)
    assert found == wanted


def every_term_is_explained_where_it_first_stands(page: Page) -> None:
    becomes(page, FIRST_TERMS, {}, {key: term["pattern"] for key, term in TERMS.items()})
    assert set(page.evaluate(MARKED_TERMS)) <= set(TERMS)


def why_opens_with_its_terms_and_leaves_the_rest_alone(page: Page) -> None:
    fold = page.get_by_test_id("stExpander").last
    components = page.locator("[data-component]").element_handles()
    assert components
    assert fold.locator(".katex").count() == 0
    fold.locator("summary").press("Enter")
    expect(fold.locator("code").first).to_be_visible()
    every_term_is_explained_where_it_first_stands(page)
    assert all(component.evaluate("(root) => root.isConnected") for component in components)
    fold.locator("summary").press("Enter")
    expect(fold.locator("code")).to_have_count(0)


def keys_within_one_frame_all_count(page: Page) -> None:
    """What a slider goes on from is where the key before has brought it, painted or not."""
    sliders = page.locator("[data-component] [role=slider]:visible").all()
    # Of bars for each digit, one.
    kinds = {re.sub(r"\d", "", slider.get_attribute("aria-label") or ""): slider for slider in sliders}
    for slider in kinds.values():
        if told := slider.evaluate(TWO_KEYS):
            assert (told["both"], told["home"]) == (told["said"][2], told["said"][0]), told["name"]


def axe_finds_nothing_serious_in_either_theme(page: Page) -> None:
    """But for what is Streamlit's own."""
    page.evaluate(AXE.read_text())
    for theme, (text, rules) in THEMES.items():
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.wait_for_function(IS_IN_THEME, arg=text)
        assert page.evaluate(AXE_RUN, [STREAMLITS_OWN, rules]) == [], theme


def nothing_is_cut_without_a_tooltip_and_nothing_scrolls_sideways(page: Page) -> None:
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(IS_STEADY)
        becomes(page, CUT, {"found": [], "sideways": 0})


def the_wheel_scrolls_the_page_whatever_is_under_it(page: Page) -> None:
    page.set_viewport_size({"width": 1100, "height": 500})
    for table in page.get_by_text("Numbers of every coordinate").all():
        table.click()
    page.evaluate(IS_STEADY)
    for selector in WHEELED:
        place = page.evaluate(TO_MIDDLE, selector)
        for way in (1, -1) if place else ():
            page.mouse.move(*place)
            before, room = page.evaluate(f"[{SCROLLED}, {ROOM}]")
            if (room if way > 0 else before) < 1:
                continue
            for _ in range(NOTCHES):
                page.mouse.wheel(0, way * 120)
                settle(page)
                # A list that has come to its end lets go of the next turn of the wheel.
                if page.evaluate(SCROLLED) != before:
                    break
            assert (page.evaluate(SCROLLED) - before) * way > 0, f"{selector} keeps the wheel, {way}"
            place = page.evaluate(TO_MIDDLE, selector)
