"""A finger that scrolls the page moves no slider; one that slides does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Locator

from tests.web.desk_page import DeskPage

OpenDesk = Callable[..., DeskPage]
PAIR = "left=tiny-ae&right=tiny-vae-logvar"
SETTLED_MS = 450


class Finger:
    """One finger on a slider, from a fifth of its width."""

    def __init__(self, desk: DeskPage, slider: Locator) -> None:
        self.desk = desk
        self.session: CDPSession = desk.page.context.new_cdp_session(desk.page)
        slider.evaluate("(input) => input.scrollIntoView({ block: 'center', behavior: 'instant' })")
        box = slider.bounding_box()
        assert box
        self.x, self.y, self.width = box["x"] + 0.2 * box["width"], box["y"] + box["height"] - 15, box["width"]

    def down(self) -> None:
        self._send("touchStart", [{"x": self.x, "y": self.y}])

    def move(self, x: float, y: float, steps: int = 8) -> None:
        for k in range(1, steps + 1):
            self._send("touchMove", [{"x": self.x + x * k / steps, "y": self.y + y * k / steps}])

    def up(self) -> None:
        self._send("touchEnd", [])

    def cancel(self) -> None:
        self._send("touchCancel", [])

    def _send(self, kind: str, points: list[dict[str, float]]) -> None:
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        self.desk.settle_frame()


@pytest.fixture
def desk(open_desk: OpenDesk) -> DeskPage:
    desk = open_desk(PAIR, width=400)
    desk.unfold()
    desk.root.evaluate(WATCH_NUMBERS)
    return desk


# What is seen for one frame only is seen, too.
WATCH_NUMBERS = """(root) => {
  window.numbers = 0;
  new MutationObserver((all) => (window.numbers += all.length)).observe(
    root.querySelector(".list"), { subtree: true, characterData: true, childList: true });
}"""


def test_a_swipe_and_what_the_browser_takes_away_move_nothing(desk: DeskPage) -> None:
    before, url = desk.values(), desk.page.url
    finger = Finger(desk, desk.slider(1))
    top = desk.slider(1).bounding_box()
    # It scrolls the page.
    finger.down()
    finger.move(3, -140)
    finger.up()
    assert desk.slider(1).bounding_box() != top, "the page has not scrolled"
    assert desk.values() == before

    # It comes down and is taken away.
    finger = Finger(desk, desk.slider(1))
    finger.down()
    assert desk.values() == before
    finger.cancel()
    assert desk.values() == before
    assert desk.page.evaluate("window.numbers") == 0

    # It slides, and what it did is put back.
    finger.down()
    finger.move(80, 0)
    assert desk.values() != before
    finger.cancel()
    desk.settle_frame()
    assert desk.values() == before
    assert desk.button("Undo").get_attribute("aria-disabled") == "true"
    desk.page.wait_for_timeout(SETTLED_MS)
    assert desk.page.url == url


def test_a_slide_and_a_tap_are_one_step_each_and_the_temperature_stays_where_a_scroll_begins(desk: DeskPage) -> None:
    before = desk.values()
    finger = Finger(desk, desk.slider(1))
    finger.down()
    finger.move(0.5 * finger.width, 4)
    finger.up()
    slid = desk.values()
    # From a fifth to seven tenths of the track, which is shorter than the input by a thumb.
    assert abs(slid[1] - 1.6) < 0.5
    finger.down()
    finger.up()
    desk.page.wait_for_timeout(100)
    tapped = desk.values()
    assert abs(tapped[1] + 2.4) < 0.5
    desk.press("Control+z")
    assert desk.values() == slid
    desk.press("Control+z")
    assert desk.values() == before

    # The temperature stays where a scroll begins.
    temperature = desk.root.get_by_label("Temperature")
    finger = Finger(desk, temperature)
    finger.down()
    assert temperature.input_value() == "1"
    finger.cancel()
    finger.down()
    finger.move(60, 0)
    finger.up()
    assert temperature.input_value() != "1"
