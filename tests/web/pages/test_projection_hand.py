"""The projections: which button or finger moves the points, which picks one, and which scrolls the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from playwright.sync_api import expect

from tests.web.projection_page import QUERY, ProjectionPage

OpenProjection = Callable[..., ProjectionPage]


def drag(page: ProjectionPage, button: Literal["left", "middle", "right"]) -> None:
    left, top, *_ = page.box(0)
    page.page.mouse.move(left + 200, top + 150)
    page.page.mouse.down(button=button)
    page.page.mouse.move(left + 240, top + 180, steps=4)
    page.page.mouse.up(button=button)
    page.settle_frame()


def test_other_buttons_pick_nothing_and_move_points_only_in_space(open_projection: OpenProjection) -> None:
    page = open_projection(f"{QUERY}&row=7")

    def press(button: Literal["middle", "right", "left"]) -> None:
        drag(page, button)
        page.page.mouse.click(*page.pixels(0)[page.lonely(0)], button=button)
        page.page.mouse.move(5, 5)
        page.settle_frame()
        assert page.row == 7

    for _ in range(4):
        page.root.get_by_role("button", name="Zoom in").click()
    page.settle_frame()
    before = page.seen(0)
    press("right")
    press("middle")
    page.page.keyboard.down("Control")
    press("left")
    page.page.keyboard.up("Control")
    np.testing.assert_array_equal(page.seen(0), before)
    x0, x1, _y0, _y1 = before
    drag(page, "left")
    # The points go along with the hand.
    unit = (x1 - x0) / (page.box(0)[2] - 58)
    shift = np.array([-40, -40, 30, 30]) * unit
    np.testing.assert_allclose(page.seen(0), before + shift)

    # In space the right button moves the points, and picks none.
    page.choose_axes("3D")
    eye, target = page.seen(0).reshape(2, 3)
    press("right")
    moved, other = page.seen(0).reshape(2, 3)
    np.testing.assert_allclose(moved - eye, other - target, atol=1e-9)
    assert np.linalg.norm(moved - eye) > 0.1


def swipe(page: ProjectionPage, x: float, y: float, up: float) -> None:
    session = page.page.context.new_cdp_session(page.page)
    for kind, k in (("touchStart", 0), *(("touchMove", k) for k in range(1, 9)), ("touchEnd", 8)):
        points = [] if kind == "touchEnd" else [{"x": x, "y": y - up * k / 8}]
        if kind == "touchEnd":
            # A finger that lifts while it moves lets the page coast, and the next tap only stops it.
            for _ in range(3):
                page.settle_frame()
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.settle_frame()


def assert_a_finger_scrolls_and_a_tap_picks(page: ProjectionPage, axes: int) -> None:
    plot = page.plot(0)
    plot.evaluate("(plot) => plot.scrollIntoView({ block: 'center', behavior: 'instant' })")
    opening, (left, top, *_) = page.row, page.box(0)
    swipe(page, left + 150, top + 200, 120)
    assert page.box(0)[1] < top - 50
    assert page.row == opening
    index = page.lonely(0)
    row = int(page.cloud(0).rows[index])
    assert row != opening
    page.page.touchscreen.tap(*page.pixels(0)[index])
    expect(page.subject).to_contain_text(f"no. {row}")
    expect(page.root.locator(".thumbnail").nth(0)).to_be_visible()
    # A finger that is to move the points does not move the page.
    page.tool("Pan" if axes == 2 else "Turn")
    if axes == 2:
        page.root.get_by_role("button", name="Zoom in").click()
    page.settle_frame()
    before, box = page.seen(0), page.box(0)
    swipe(page, box[0] + 150, box[1] + 200, 40)
    assert page.box(0) == box
    assert np.any(page.seen(0) != before)


def test_on_a_phone_a_finger_scrolls_the_page_and_a_tap_picks(open_projection: OpenProjection) -> None:
    page = open_projection(width=400, theme="dark")
    assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    (_, top, _, height), (_, below, *_) = page.box(0), page.box(1)
    assert below > top + height
    assert height == 320
    assert page.shown_digits(0) == list(range(10))
    assert_a_finger_scrolls_and_a_tap_picks(page, 2)
    page.choose_axes("3D")
    assert_a_finger_scrolls_and_a_tap_picks(page, 3)
