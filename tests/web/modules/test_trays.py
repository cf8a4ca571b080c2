"""Two trays on one page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.web.shown import box, drag, upload
from tests.web.tray_page import PNG_OF_SEVEN

OPEN = """async () => {
  const [{ Tray }, { onAnnounce }, { sheetOf }] = await Promise.all(
    ["hand/tray.js", "state/live_link.js", "kit/mount.js"].map(load));
  window.heard = [[], []];
  window.trays = [true, false].map((listens, i) => {
    const tray = new Tray({ listens, label: `Tray ${i}`, onDigit: ({ name }) => window.heard[i].push(name) });
    onAnnounce(() => void tray.keepUp());
    return tray;
  });
  for (const path of ["kit/styles/base.css", "hand/tray.css", "hand/pad.css"]) {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheetOf((await load(path)).default)];
  }
  document.body.append(...window.trays.map(({ element }) => element));
  await Promise.all(window.trays.map((tray) => tray.open({ digits: "uci", seed: 1 })));
}"""
SAME = """() => {
  const [a, b] = window.trays.map(({ chosen }) => chosen);
  return a.name === b.name && a.pixels.every((pixel, i) => pixel === b.pixels[i]);
}"""


def last(page: Page) -> list[list[str]]:
    """What each tray has said, and what it says from now on is new."""
    page.wait_for_function(SAME)
    found: list[list[str]] = page.evaluate("() => window.heard.map((names) => names.splice(0))")
    return found


def test_what_one_takes_in_hand_the_other_has_too_and_says_so_once(modules: Page) -> None:
    modules.evaluate(OPEN)
    first, second = trays = [modules.get_by_role("region", name=f"Tray {i}") for i in range(2)]
    for tray, row in ((first, 17), (second, 1203), (first, 20), (second, 1700)):
        number = tray.get_by_label("Number in the set")
        number.fill(str(row))
        number.press("Enter")
        for one in trays:
            expect(one.get_by_label("Number in the set")).to_have_value(str(row))
        said = last(modules)
        assert said[0] == said[1] == [said[0][0]]
        assert said[0][0].endswith(f"no. {row}")

    # A key opens the pad of the first alone, and the button of the second does not name the key.
    modules.evaluate("document.activeElement.blur()")
    modules.keyboard.press("d")
    expect(first.locator(".pad")).to_be_visible()
    expect(second.locator(".pad")).to_be_hidden()
    assert "D" not in second.get_by_role("button", name="Draw", exact=True).inner_text().removeprefix("Draw")
    second.get_by_role("button", name="Draw", exact=True).click()
    draw(modules, second)
    expect(first.get_by_role("button", name="Your digit")).to_have_attribute("data-current", "")
    assert set(last(modules)[0]) == {"your digit"}

    # What is picked as a file is shown where it was picked, and in hand everywhere.
    upload(second, PNG_OF_SEVEN)
    expect(second.get_by_label("In the format of MNIST")).to_be_visible()
    expect(first.get_by_label("In the format of MNIST")).to_be_hidden()
    modules.wait_for_function(SAME)


def draw(page: Page, tray: Locator) -> None:
    paper = box(tray.locator(".paper"))
    drag(page, paper.at(0.3, 0.3), paper.at(0.6, 0.7), steps=4)
