"""The wheel and one finger scroll the page wherever they are; with Ctrl, or with two fingers, they zoom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.web.desk_page import TWO_FRAMES
from tests.web.map_page import MapPage
from tests.web.projection_page import ProjectionPage

OpenPage = Callable[..., tuple[Page, Any]]
PAIR = "left=tiny-ae&right=tiny-vae-logvar"
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
HAS_SCROLLED = f"(before) => {SCROLLED} > before + 20"


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)


def turn(page: Page, way: float, times: int = 1) -> None:
    """The wheel, with Ctrl."""
    page.keyboard.down("Control")
    for _ in range(times):
        page.mouse.wheel(0, way)
        page.evaluate(TWO_FRAMES)
    page.keyboard.up("Control")


def test_ctrl_and_the_wheel_zoom_a_map_and_end_at_the_data(open_map: Callable[..., MapPage]) -> None:
    latent_map = open_map()
    page = latent_map.page
    before = page.evaluate(SCROLLED)
    page.mouse.move(*latent_map.at(0, 0.3, 0.2))
    turn(page, -120, 5)
    page.wait_for_function("() => Number(new URL(location.href).searchParams.get('view')?.split('_')[2]) > 3")
    turn(page, 120, 60)
    reach = page.evaluate(
        """async () => {
          const { loadPlane } = await load("map/plane.js");
          const planes = await Promise.all(["tiny-ae", "tiny-vae-logvar"].map((name) => loadPlane(name, "uci")));
          return Math.max(...planes.flatMap(({ xs, ys }) => [...xs, ...ys].map(Math.abs)));
        }"""
    )
    page.wait_for_function("() => Number(new URL(location.href).searchParams.get('view')?.split('_')[2] ?? 1) <= 1")
    cx, cy, scale = map(float, latent_map.query().get("view", "0_0_1").split("_"))
    # All codes are in view, and little else.
    assert 1 / scale == pytest.approx(max(1, 1.06 * reach), rel=0.01)
    assert (cx, cy) == pytest.approx((0, 0), abs=0.01)
    for name, way in (("Zoom in", 1), ("Zoom out", -1)):
        shown = latent_map.where(0)
        latent_map.button(name).click()
        page.mouse.move(*latent_map.at(0, 0.9, 0.9))
        page.evaluate(TWO_FRAMES)
        assert latent_map.where(0) != shown, way
    assert page.evaluate(SCROLLED) == before


def test_ctrl_and_the_wheel_zoom_a_plot_and_end_at_the_data(open_projection: Callable[..., ProjectionPage]) -> None:
    projection = open_projection()
    page = projection.page
    page.mouse.move(*middle(projection.plot(0)))
    home = projection.seen(0)
    turn(page, -120, 4)
    projection.wait_for_span(0, 0.6 * (home[1] - home[0]))
    turn(page, 120, 20)
    page.wait_for_timeout(200)
    assert projection.seen(0) == pytest.approx(home)


class Fingers:
    """Fingers on a place, at parts of its width and height."""

    def __init__(self, page: Page, place: Locator) -> None:
        self.page = page
        box = place.bounding_box()
        assert box
        self.box = box
        self.session: CDPSession = page.context.new_cdp_session(page)

    def __call__(self, kind: str, *places: tuple[float, float]) -> None:
        x, y, width, height = (self.box[key] for key in ("x", "y", "width", "height"))
        points = [{"x": x + a * width, "y": y + b * height, "id": k} for k, (a, b) in enumerate(places)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        self.page.evaluate(TWO_FRAMES)

    def swipe_up(self) -> None:
        self("touchStart", (0.5, 0.8))
        for step in range(1, 9):
            self("touchMove", (0.5, 0.8 - 0.09 * step))
        self("touchEnd")

    def spread(self) -> None:
        self("touchStart", (0.4, 0.5), (0.6, 0.5))
        for step in range(1, 6):
            self("touchMove", (0.4 - 0.05 * step, 0.5), (0.6 + 0.05 * step, 0.5))
        self("touchEnd")


def test_one_finger_is_the_pages_over_a_map_and_two_zoom_it(open_map: Callable[..., MapPage]) -> None:
    latent_map = open_map(width=400)
    page = latent_map.page
    # Until the page below it is there, too.
    expect(page.get_by_test_id("stExpander").last).to_be_visible()
    marks = latent_map.marks(0)
    marks.evaluate("(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    before, pinned = page.evaluate(SCROLLED), latent_map.pictures()
    assert marks.evaluate("(node) => getComputedStyle(node).touchAction") == "pan-y"
    Fingers(page, marks).spread()
    page.wait_for_function("() => Number(new URL(location.href).searchParams.get('view')?.split('_')[2]) > 2")
    assert page.evaluate(SCROLLED) == before
    np.testing.assert_array_equal(latent_map.pictures(), pinned)
    assert "z" not in latent_map.query()


def test_one_finger_scrolls_over_a_plot_and_two_zoom_it(open_projection: Callable[..., ProjectionPage]) -> None:
    projection = open_projection(width=400)
    page = projection.page
    plot = projection.plot(0)
    plot.evaluate("(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    before = page.evaluate(SCROLLED)
    Fingers(page, plot).swipe_up()
    page.wait_for_function(HAS_SCROLLED, arg=before)
    plot.evaluate("(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    before, home = page.evaluate(SCROLLED), projection.span(0)
    Fingers(page, plot).spread()
    projection.wait_for_span(0, 0.6 * home)
    assert page.evaluate(SCROLLED) == before


def test_one_finger_scrolls_over_the_square_of_four_digits(open_page: OpenPage, app: str) -> None:
    page, _ = open_page(width=400)
    # Else the player moves the knob.
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{app}interpolate?{PAIR}&mode=corners")
    field = page.locator("[data-component=interpolate] .field").first
    expect(field).to_be_visible(timeout=40_000)
    expect(page.locator('[data-component=interpolate][data-ready="true"]')).to_be_visible()
    field.evaluate("(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    place = field.get_attribute("aria-valuetext")
    before = page.evaluate(SCROLLED)
    fingers = Fingers(page, field)
    fingers("touchStart", (0.85, 0.85))
    for step in range(1, 9):
        fingers("touchMove", (0.85, 0.85 - 0.09 * step))
    fingers("touchEnd")
    page.wait_for_function(HAS_SCROLLED, arg=before)
    assert field.get_attribute("aria-valuetext") == place
