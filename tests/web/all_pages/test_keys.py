"""Keys mean the same on keyboards of any script."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.web.desk_page import DeskPage
from tests.web.map_page import MapPage
from tests.web.projection_page import ProjectionPage

# What the keys of R, Z, N, minus and 1 bear elsewhere.
SCRIPTS = {
    "Russian": {"KeyR": "к", "KeyZ": "я", "KeyN": "т", "KeyG": "п", "KeyL": "д", "Digit0": "0"},
    "Greek": {"KeyR": "ρ", "KeyZ": "ζ", "KeyN": "ν", "KeyG": "γ", "KeyL": "λ", "Digit0": "0"},
    "Arabic": {"KeyR": "ق", "KeyZ": "ئ", "KeyN": "ى", "KeyG": "ل", "KeyL": "م", "Digit0": "٠"},
    "Hebrew": {"KeyR": "ר", "KeyZ": "ז", "KeyN": "מ", "KeyG": "ע", "KeyL": "ך", "Digit0": "0"},
    "French": {"KeyR": "r", "KeyZ": "w", "KeyN": "n", "KeyG": "g", "KeyL": "l", "Digit0": "à"},
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


def test_the_keys_of_the_desk(open_desk: Callable[..., DeskPage]) -> None:
    desk = open_desk("left=tiny-ae&right=tiny-vae-logvar")
    for script in ("Russian", "Greek", "Arabic", "Hebrew"):
        keys, opening = SCRIPTS[script], desk.values()
        press(desk.page, keys["KeyR"], "KeyR")
        desk.settle_frame()
        drawn = desk.values()
        assert drawn != opening, script
        press(desk.page, keys["KeyZ"], "KeyZ", ctrlKey=True)
        desk.settle_frame()
        assert desk.values() == opening, script
        press(desk.page, keys["KeyZ"].upper(), "KeyZ", ctrlKey=True, shiftKey=True)
        desk.settle_frame()
        assert desk.values() == drawn, script
        press(desk.page, keys["Digit0"], "Digit0")
        desk.settle_frame()
        assert desk.values() == [0, 0, 0, 0], script


def test_a_latin_letter_is_what_it_says_wherever_it_lies(open_desk: Callable[..., DeskPage]) -> None:
    desk = open_desk("left=tiny-ae&right=tiny-vae-logvar")
    opening = desk.values()
    # On a Dvorak keyboard P lies where others have R, and R where others have O.
    press(desk.page, "q", "KeyR")
    press(desk.page, "*", "Digit0", shiftKey=True)
    desk.settle_frame()
    assert desk.values() == opening
    press(desk.page, "r", "KeyO")
    desk.settle_frame()
    assert desk.values() != opening
    press(desk.page, SCRIPTS["French"]["Digit0"], "Digit0")
    desk.settle_frame()
    assert desk.values() == [0, 0, 0, 0]


def test_the_keys_of_a_map_and_of_a_plot(
    open_map: Callable[..., MapPage], open_projection: Callable[..., ProjectionPage]
) -> None:
    latent_map = open_map()
    latent_map.marks(0).focus()
    # Korean keyboards send no name for a key while a syllable is composed.
    press(latent_map.page, "Process", "Equal")
    latent_map.page.wait_for_url("**view=**")
    projection = open_projection()
    page = projection.page
    before = dict(item.split("=") for item in page.url.partition("?")[2].split("&"))
    page.locator(
        "[data-component=projection] [tabindex='0'][role=application], [data-component=projection] .plot"
    ).first.focus()
    press(page, "т", "KeyN")
    page.wait_for_function("(row) => new URL(location.href).searchParams.get('row') !== row", arg=before.get("row"))


def test_the_keys_of_the_player(open_page: Callable[..., tuple[Page, object]], app: str) -> None:
    page, _ = open_page()
    page.goto(f"{app}interpolate?left=tiny-ae&right=tiny-vae-logvar&t=0")
    player = page.get_by_role("group", name="Player")
    loop = player.locator("[data-loop]")
    expect(loop).to_have_attribute("data-loop", "alternate")
    expect(page.locator("[data-component=interpolate][data-ready=true]")).to_be_visible()
    press(page, "д", "KeyL")
    expect(loop).to_have_attribute("data-loop", "repeat")
    press(page, "к", "KeyX", altKey=True)
    expect(loop).to_have_attribute("data-loop", "repeat")
