"""The projections: which button or finger moves the points, which picks one, and which scrolls the page."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.web.fingers import Fingers
from tests.web.projection_page import QUERY, OpenProjection, ProjectionPage
from tests.web.shown import SCROLLED, box, drag, fits, scroll_to

Button = Literal["left", "middle", "right"]


def pull(page: ProjectionPage, button: Button) -> None:
    left, top, *_ = page.box(0)
    drag(page.page, (left + 200, top + 150), (left + 240, top + 180), steps=4, button=button)
    page.settle()


def test_other_buttons_pick_nothing_and_move_points_only_in_space(open_projection: OpenProjection) -> None:
    page = open_projection(f"{QUERY}&row=7")

    def press(button: Button) -> None:
        pull(page, button)
        page.page.mouse.click(*page.pixels(0)[page.lonely(0)], button=button)
        page.page.mouse.move(5, 5)
        page.settle()
        assert page.row == 7

    for _ in range(4):
        page.click("Zoom in")
    before = page.seen(0)
    press("right")
    press("middle")
    page.page.keyboard.down("Control")
    press("left")
    page.page.keyboard.up("Control")
    np.testing.assert_array_equal(page.seen(0), before)
    # The points go along with the hand.
    unit = page.span(0) / (page.box(0).width - 58)
    pull(page, "left")
    np.testing.assert_allclose(page.seen(0), before + np.array([-40, -40, 30, 30]) * unit)

    # In space the right button moves the points, and picks none.
    page.choose_axes("3D")
    eye, target = page.seen(0).reshape(2, 3)
    press("right")
    moved, other = page.seen(0).reshape(2, 3)
    np.testing.assert_allclose(moved - eye, other - target, atol=1e-9)
    assert np.linalg.norm(moved - eye) > 0.1


def test_ctrl_and_the_wheel_zoom_a_plot_and_end_at_the_data(open_projection: OpenProjection) -> None:
    page = open_projection()
    page.page.mouse.move(*box(page.plot(0)).at())
    home, span = page.seen(0), page.span(0)
    page.turn(-120, 4)
    page.wait_for_span(0, 0.6 * span)
    page.turn(120, 20)
    page.page.wait_for_timeout(200)
    assert page.seen(0) == pytest.approx(home)


def test_on_a_phone_a_finger_scrolls_the_page_two_zoom_and_a_tap_picks(open_projection: OpenProjection) -> None:
    page = open_projection(width=400, theme="dark")
    assert fits(page.page)
    assert page.box(1).top > page.box(0).bottom
    assert page.box(0).height == 320
    assert page.shown_digits(0) == list(range(10))
    a_finger_scrolls_and_a_tap_picks(page)
    two_zoom(page)
    one_that_has_the_tool_moves_the_points(page, "Pan")
    page.choose_axes("3D")
    a_finger_scrolls_and_a_tap_picks(page)
    one_that_has_the_tool_moves_the_points(page, "Turn")


def swipe(page: ProjectionPage, up: float) -> None:
    x, y = 150 / page.box(0).width, 200 / page.box(0).height
    Fingers(page.page, page.plot(0).locator(".points")).swipe((x, y), (x, y - up / page.box(0).height))


def a_finger_scrolls_and_a_tap_picks(page: ProjectionPage) -> None:
    scroll_to(page.plot(0))
    opening, top = page.row, page.box(0).top
    swipe(page, 120)
    assert page.box(0).top < top - 50
    assert page.row == opening
    index = page.lonely(0)
    row = int(page.cloud(0).rows[index])
    assert row != opening
    page.page.touchscreen.tap(*page.pixels(0)[index])
    expect(page.subject).to_contain_text(f"no. {row}")
    expect(page.root.locator(".thumbnail").nth(0)).to_be_visible()


def two_zoom(page: ProjectionPage) -> None:
    scroll_to(page.plot(0))
    before, home = page.page.evaluate(SCROLLED), page.span(0)
    Fingers(page.page, page.plot(0)).spread()
    page.wait_for_span(0, 0.6 * home)
    assert page.page.evaluate(SCROLLED) == before


def one_that_has_the_tool_moves_the_points(page: ProjectionPage, tool: str) -> None:
    """And not the page."""
    page.tool(tool)
    if tool == "Pan":
        page.click("Zoom in")
    page.settle()
    before, place = page.seen(0), page.box(0)
    swipe(page, 40)
    assert page.box(0) == place
    assert np.any(page.seen(0) != before)
