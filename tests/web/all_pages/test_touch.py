"""A finger that scrolls the page moves no slider; one that slides does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from tests.web.desk_page import DeskPage
from tests.web.fingers import Fingers
from tests.web.shown import TINY, Visit, box, scroll_to

SETTLED_MS = 450
# What is seen for one frame only is seen, too.
WATCH_NUMBERS = """(root) => {
  window.numbers = 0;
  new MutationObserver((all) => (window.numbers += all.length)).observe(
    root.querySelector(".list"), { subtree: true, characterData: true, childList: true });
}"""


@pytest.fixture
def desk(shared: Visit) -> DeskPage:
    desk: DeskPage = shared(DeskPage, TINY, width=400)
    desk.unfold()
    desk.root.evaluate(WATCH_NUMBERS)
    return desk


class Finger:
    """One finger on a slider, from a fifth of its width; it moves by pixels."""

    def __init__(self, desk: DeskPage, slider: Locator) -> None:
        scroll_to(slider)
        self.place = box(slider)
        self.fingers = Fingers(desk.page, slider)
        self.start = (0.2, 1 - 15 / self.place.height)
        self.up, self.cancel = self.fingers.up, self.fingers.cancel

    def down(self) -> None:
        self.fingers.down(self.start)

    def move(self, x: float, y: float) -> None:
        self.fingers.move(self.start, (self.start[0] + x / self.place.width, self.start[1] + y / self.place.height))


def test_a_swipe_and_what_the_browser_takes_away_move_nothing(desk: DeskPage) -> None:
    before, url = desk.values(), desk.page.url
    finger = Finger(desk, desk.slider(1))
    # It scrolls the page.
    finger.down()
    finger.move(3, -140)
    finger.up()
    assert box(desk.slider(1)) != finger.place, "the page has not scrolled"
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
    assert desk.values() == before
    assert desk.button("Undo").get_attribute("aria-disabled") == "true"
    desk.page.wait_for_timeout(SETTLED_MS)
    assert desk.page.url == url


def test_a_slide_and_a_tap_are_one_step_each_and_the_temperature_stays_where_a_scroll_begins(desk: DeskPage) -> None:
    before = desk.values()
    finger = Finger(desk, desk.slider(1))
    finger.down()
    finger.move(0.5 * finger.place.width, 4)
    finger.up()
    slid = desk.values()
    # From a fifth to seven tenths of the track, which is shorter than the input by a thumb.
    assert abs(slid[1] - 1.6) < 0.5
    finger.down()
    finger.up()
    desk.page.wait_for_timeout(100)
    assert abs(desk.values()[1] + 2.4) < 0.5
    desk.press("Control+z")
    assert desk.values() == slid
    desk.press("Control+z")
    assert desk.values() == before

    temperature = desk.root.get_by_label("Temperature")
    finger = Finger(desk, temperature)
    finger.down()
    assert temperature.input_value() == "1"
    finger.cancel()
    finger.down()
    finger.move(60, 0)
    finger.up()
    assert temperature.input_value() != "1"
