"""Keys mean the same on keyboards of any script."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.web.desk_page import DeskPage
from tests.web.interpolate_page import InterpolatePage
from tests.web.map_page import OpenMap
from tests.web.projection_page import OpenProjection
from tests.web.shown import TINY, Visit, query, settle

# What the keys of R, Z and 0 bear elsewhere.
SCRIPTS = {
    "Russian": {"KeyR": "к", "KeyZ": "я", "Digit0": "0"},
    "Greek": {"KeyR": "ρ", "KeyZ": "ζ", "Digit0": "0"},
    "Arabic": {"KeyR": "ق", "KeyZ": "ئ", "Digit0": "٠"},
    "Hebrew": {"KeyR": "ר", "KeyZ": "ז", "Digit0": "0"},
    "French": {"KeyR": "r", "KeyZ": "w", "Digit0": "à"},
}
PRESS = """([key, code, modifiers]) => {
  let node = document.activeElement ?? document.body;
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  const event = { key, code, bubbles: true, composed: true, cancelable: true, ...modifiers };
  node.dispatchEvent(new KeyboardEvent("keydown", event));
  node.dispatchEvent(new KeyboardEvent("keyup", event));
}"""


def press(page: Page, key: str, code: str, **modifiers: bool) -> None:
    page.evaluate(PRESS, [key, code, modifiers])
    settle(page)


def test_the_keys_of_the_desk_are_those_of_their_places(shared: Visit) -> None:
    desk = shared(DeskPage, TINY)
    for script in ("Russian", "Greek", "Arabic", "Hebrew"):
        keys, opening = SCRIPTS[script], desk.values()
        press(desk.page, keys["KeyR"], "KeyR")
        drawn = desk.values()
        assert drawn != opening, script
        press(desk.page, keys["KeyZ"], "KeyZ", ctrlKey=True)
        assert desk.values() == opening, script
        press(desk.page, keys["KeyZ"].upper(), "KeyZ", ctrlKey=True, shiftKey=True)
        assert desk.values() == drawn, script
        press(desk.page, keys["Digit0"], "Digit0")
        assert desk.values() == [0, 0, 0, 0], script


def test_a_latin_letter_is_what_it_says_wherever_it_lies(shared: Visit) -> None:
    desk = shared(DeskPage, TINY)
    desk.press("r")
    opening = desk.values()
    # On a Dvorak keyboard P lies where others have R, and R where others have O.
    press(desk.page, "q", "KeyR")
    press(desk.page, "*", "Digit0", shiftKey=True)
    assert desk.values() == opening
    press(desk.page, "r", "KeyO")
    assert desk.values() != opening
    press(desk.page, SCRIPTS["French"]["Digit0"], "Digit0")
    assert desk.values() == [0, 0, 0, 0]


def test_the_keys_of_a_map_and_of_a_plot(open_map: OpenMap, open_projection: OpenProjection) -> None:
    latent_map = open_map()
    latent_map.marks(0).focus()
    # Korean keyboards send no name for a key while a syllable is composed.
    press(latent_map.page, "Process", "Equal")
    latent_map.page.wait_for_url("**view=**")
    plots = open_projection()
    row = query(plots.page).get("row")
    plots.plot(0).focus()
    press(plots.page, "т", "KeyN")
    plots.page.wait_for_function("(row) => new URL(location.href).searchParams.get('row') !== row", arg=row)


def test_the_keys_of_the_player(visit: Visit) -> None:
    shown = visit(InterpolatePage, f"{TINY}&t=0")
    loop = shown.player.locator("[data-loop]")
    expect(loop).to_have_attribute("data-loop", "alternate")
    press(shown.page, "д", "KeyL")
    expect(loop).to_have_attribute("data-loop", "repeat")
    press(shown.page, "к", "KeyX", altKey=True)
    expect(loop).to_have_attribute("data-loop", "repeat")
