"""Mouse, fingers and keys on the latent map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from playwright.sync_api import Page

from tests.web.all_pages.test_wheel import SCROLLED, Fingers
from tests.web.map_page import MapPage
from tests.web.traffic import Traffic

OpenPage = Callable[..., tuple[Page, Any]]
OpenMap = Callable[..., MapPage]
NAMES = ("tiny-ae", "tiny-vae-logvar")
SETTLED_MS = 500
AT_HOME = "() => !new URL(location.href).searchParams.has('view')"


def test_wheel_drag_and_double_click_change_the_view_and_pin_nothing(open_map: OpenMap) -> None:
    latent_map = open_map()
    page = latent_map.page
    pinned, opening = latent_map.query().get("z"), latent_map.pictures()

    # A double click zooms in.
    page.mouse.dblclick(*latent_map.at(0, 0.75, 0.5))
    page.wait_for_url("**view=**")
    latent_map.leave()
    np.testing.assert_allclose(latent_map.pictures(), opening, atol=5e-3)
    assert latent_map.query()["view"].endswith("_2")
    assert latent_map.button("Undo").get_attribute("aria-disabled") == "true"
    latent_map.button("Home").click()
    page.wait_for_function(AT_HOME)

    # The wheel keeps what is under the pointer.
    latent_map.hover(0, 0.3, 0.2)
    shown, place = latent_map.pictures(), latent_map.where(0)
    page.keyboard.down("Control")
    for way in (-240, -240, -240, 120):
        page.mouse.wheel(0, way)
        latent_map.settle_frame()
    page.keyboard.up("Control")
    np.testing.assert_allclose(latent_map.pictures(), shown, atol=5e-3)
    assert latent_map.where(0) == place
    # The address follows the last turn of the wheel, not each of them.
    page.wait_for_function("() => Number(new URL(location.href).searchParams.get('view')?.split('_')[2]) > 1.5")
    # The same place elsewhere on the screen is another one now.
    latent_map.hover(0, 0.8, 0.8)
    zoomed = latent_map.coordinates(0)
    latent_map.button("Home").click()
    latent_map.hover(0, 0.8, 0.8)
    assert latent_map.coordinates(0) != zoomed
    page.wait_for_function(AT_HOME)

    # A drag pans both maps.
    latent_map.hover(1, 0.5, 0.5)
    shown = latent_map.pictures()
    page.mouse.down()
    for x in (0.45, 0.35, 0.25):
        page.mouse.move(*latent_map.at(1, x, 0.6))
    latent_map.settle_frame()
    np.testing.assert_allclose(latent_map.pictures(), shown, atol=5e-3)
    page.mouse.up()
    # On a slow machine the link follows the first move too.
    page.wait_for_function(
        "() => Math.abs(new URL(location.href).searchParams.get('view')?.split('_')[0] - 0.5) < 0.01"
    )
    cx, cy, scale = map(float, latent_map.query()["view"].split("_"))
    np.testing.assert_allclose([cx, cy, scale], [0.5, 0.2, 1], atol=0.01)
    # What was at the middle is a quarter of the width away on the other map, too.
    latent_map.hover(0, 0.25, 0.6)
    np.testing.assert_allclose(latent_map.pictures(), shown, atol=0.02)
    page.wait_for_timeout(SETTLED_MS)
    assert latent_map.query().get("z") == pinned


def test_keys(open_page: OpenPage, app: str) -> None:
    page, watch = open_page()
    traffic = Traffic(page)
    page.goto(f"{app}latent_map?left={NAMES[0]}&right={NAMES[1]}")
    latent_map = MapPage(page, watch.trouble)
    latent_map.wait()
    latent_map.pin(0, 0.5, 0.5)
    latent_map.marks(0).focus()
    half = [edge - middle for edge, middle in zip(edges(latent_map), latent_map.coordinates(0), strict=True)]
    start = latent_map.coordinates(0)
    steps = {
        "ArrowRight": (1 / 20, 0),
        "ArrowUp": (1 / 20, 1 / 20),
        "Shift+ArrowLeft": (1 / 20 - 1 / 4, 1 / 20),
        "Shift+ArrowDown": (1 / 20 - 1 / 4, 1 / 20 - 1 / 4),
    }
    for key, way in steps.items():
        latent_map.press(key)
        wanted = [s + w * h for s, w, h in zip(start, way, half, strict=True)]
        np.testing.assert_allclose(latent_map.coordinates(0), wanted, atol=0.03, err_msg=key)
    latent_map.press("+", "+", "-")
    latent_map.page.wait_for_url("**view=**")
    assert latent_map.query()["view"].endswith("_1.25")
    latent_map.press("Home")
    latent_map.page.wait_for_function(AT_HOME)
    # All of that is one step.
    latent_map.press("Control+z")
    np.testing.assert_allclose(latent_map.coordinates(0), start, atol=0.011)

    latent_map.page.wait_for_timeout(SETTLED_MS)
    sent = traffic.sent
    latent_map.press("r", "c")
    latent_map.page.wait_for_timeout(SETTLED_MS)
    assert traffic.sent == sent, "Streamlit took a key that belongs to the map"


def edges(latent_map: MapPage) -> list[float]:
    """The coordinates of the upper right corner of the left map at home."""
    found: list[float] = latent_map.page.evaluate(
        """async () => {
          const { loadPlane } = await load("map/plane.js");
          return (await loadPlane("tiny-ae", "uci")).unit([1, 1]);
        }"""
    )
    return found


def test_two_fingers_zoom_and_one_explores_and_a_tap_pins(open_map: OpenMap) -> None:
    latent_map = open_map(width=400)
    page = latent_map.page
    # A finger reaches no more of the map than the screen shows.
    latent_map.marks(0).scroll_into_view_if_needed()
    before, z = latent_map.pictures(), latent_map.query().get("z")
    fingers = Fingers(page, latent_map.marks(0))

    # Two zoom and pan.
    fingers("touchStart", (0.4, 0.5))
    fingers("touchStart", (0.4, 0.5), (0.6, 0.5))
    np.testing.assert_array_equal(latent_map.pictures(), before)
    fingers("touchMove", (0.35, 0.5), (0.65, 0.5))
    fingers("touchMove", (0.3, 0.5), (0.7, 0.5))
    fingers("touchEnd")
    # On a slow machine the link follows the first move too.
    page.wait_for_function("() => Math.abs(new URL(location.href).searchParams.get('view')?.split('_')[2] - 2) < 0.03")
    cx, cy, _ = map(float, latent_map.query()["view"].split("_"))
    np.testing.assert_allclose([cx, cy], [0, 0], atol=0.03)
    np.testing.assert_array_equal(latent_map.pictures(), before)
    latent_map.button("Home").click()
    page.wait_for_function(AT_HOME)
    np.testing.assert_array_equal(latent_map.pictures(), before)

    # One explores, and neither it nor the two have pinned anything or scrolled the page.
    scrolled = page.evaluate(SCROLLED)
    # From here on sideways: up and down it would scroll.
    fingers("touchStart", (0.2, 0.3))
    assert not np.array_equal(latent_map.pictures(), before)
    fingers("touchMove", (0.5, 0.5))
    fingers("touchMove", (0.8, 0.6))
    explored = latent_map.pictures()
    fingers("touchEnd")
    np.testing.assert_array_equal(latent_map.pictures(), before)
    page.wait_for_timeout(SETTLED_MS)
    assert latent_map.query().get("z") == z
    assert page.evaluate(SCROLLED) == scrolled

    # A tap pins.
    fingers("touchStart", (0.8, 0.6))
    fingers("touchEnd")
    np.testing.assert_allclose(latent_map.pictures(), explored, atol=5e-3)
    page.wait_for_function("(z) => new URL(location.href).searchParams.get('z') !== z", arg=z)
