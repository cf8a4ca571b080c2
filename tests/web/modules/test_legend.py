"""The legend of digits on its own, and what it has in common with the next one."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

MOUNT = """async (hide) => {
  const { Legend } = await load("kit/legend.js");
  window.legend?.element.remove();
  if (hide !== null) (await load("state/parameters.js")).put("hide", hide);
  window.changes = [];
  window.legend = new Legend({ colours: Array(10).fill("red"), onChange: (hidden) => changes.push([...hidden]) });
  document.body.append(window.legend.element);
}"""
LINK = 'async () => (await load("state/parameters.js")).query().hide ?? null'
ANNOUNCED = """async () => {
  window.announced = 0;
  (await load("state/live_link.js")).onAnnounce(() => (window.announced += 1));
}"""


def mount(page: Page, hide: str | None = "") -> None:
    page.evaluate(MOUNT, hide)


def chip(page: Page, digit: int) -> Locator:
    return page.get_by_role("button", name=f"Digit {digit}", exact=True)


def off(page: Page) -> str:
    """The digits that are switched off, as the chips show it."""
    pressed = page.locator(".chip").evaluate_all("(all) => all.map((chip) => chip.getAttribute('aria-pressed'))")
    return "".join(str(digit) for digit, state in enumerate(pressed) if state == "false")


def test_clicks(modules: Page) -> None:
    mount(modules)
    modules.evaluate(ANNOUNCED)
    chip(modules, 8).click()
    chip(modules, 3).click()
    assert off(modules) == "38"
    assert modules.evaluate("changes") == [[8], [3, 8]]
    assert modules.evaluate(LINK) == "38"
    assert modules.evaluate("announced") == 2
    chip(modules, 8).click()
    assert off(modules) == "3"
    chip(modules, 5).click(modifiers=["Shift"])
    assert off(modules) == "012346789"
    chip(modules, 7).dblclick()
    assert off(modules) == "012345689"
    chip(modules, 7).dblclick()
    assert off(modules) == ""
    assert modules.evaluate(LINK) is None
    assert modules.evaluate("announced") == modules.evaluate("changes.length")


def test_keys(modules: Page) -> None:
    mount(modules)
    modules.keyboard.press("Tab")
    expect(chip(modules, 0)).to_be_focused()
    modules.keyboard.press("ArrowLeft")
    expect(chip(modules, 0)).to_be_focused()
    modules.keyboard.press("ArrowRight")
    modules.keyboard.press("Enter")
    assert off(modules) == "1"
    modules.keyboard.press("End")
    modules.keyboard.press("Space")
    assert off(modules) == "19"
    modules.keyboard.press("Home")
    modules.keyboard.press("Shift+Enter")
    assert off(modules) == "123456789"
    # One stop of the tab key in all.
    assert modules.locator(".chip[tabindex='0']").count() == 1
    assert off(modules) == "123456789"


def test_the_next_page_shows_the_same(modules: Page) -> None:
    mount(modules, "27")
    assert off(modules) == "27"
    assert modules.evaluate("changes") == []
    chip(modules, 2).click()
    mount(modules, None)
    assert off(modules) == "7"
    assert modules.evaluate(LINK) == "7"


def test_programs_may_set_and_colour_it(modules: Page) -> None:
    mount(modules)
    modules.evaluate(
        "legend.setHidden([9, 0]); legend.recolour(Array.from({ length: 10 }, (_, i) => `rgb(${i}, 0, 0)`))"
    )
    assert off(modules) == "09"
    assert modules.evaluate("[...legend.hidden]") == [0, 9]
    assert modules.evaluate("changes") == []
    assert (
        modules.locator(".chip").nth(4).evaluate("(chip) => chip.style.getPropertyValue('--digit')") == "rgb(4, 0, 0)"
    )
