"""Mouse, fingers and keys on the latent map."""

from __future__ import annotations

import numpy as np

from tests.web.fingers import Fingers
from tests.web.map_page import MapPage, OpenMap
from tests.web.shown import SCROLLED, TINY, TINY_NAMES, Visit, await_query, drag, query

SETTLED_MS = 500


def test_wheel_drag_and_double_click_change_the_view_and_pin_nothing(shared: Visit) -> None:
    latent_map = shared(MapPage, TINY)
    page = latent_map.page
    latent_map.go_home()
    pinned, opening = query(page).get("z"), latent_map.both()

    # A double click zooms in.
    page.mouse.dblclick(*latent_map.at(0, 0.75, 0.5))
    page.wait_for_url("**view=**")
    latent_map.leave()
    np.testing.assert_allclose(latent_map.both(), opening, atol=5e-3)
    assert query(page)["view"].endswith("_2")
    assert latent_map.button("Undo").get_attribute("aria-disabled") == "true"
    latent_map.go_home()

    # The wheel keeps what is under the pointer.
    latent_map.hover(0, 0.3, 0.2)
    shown, place = latent_map.both(), latent_map.where(0)
    latent_map.turn(-240, 3)
    latent_map.turn(120)
    np.testing.assert_allclose(latent_map.both(), shown, atol=5e-3)
    assert latent_map.where(0) == place
    # The address follows the last turn of the wheel, not each of them.
    latent_map.await_view("scale > 1.5")
    # The same place elsewhere on the screen is another one now.
    latent_map.hover(0, 0.8, 0.8)
    zoomed = latent_map.coordinates(0)
    latent_map.button("Home").click()
    latent_map.hover(0, 0.8, 0.8)
    assert latent_map.coordinates(0) != zoomed
    await_query(page, view=None)

    # A drag pans both maps.
    latent_map.hover(1, 0.5, 0.5)
    shown = latent_map.both()
    drag(page, latent_map.at(1, 0.5, 0.5), *(latent_map.at(1, x, 0.6) for x in (0.45, 0.35, 0.25)), lift=False)
    latent_map.settle()
    np.testing.assert_allclose(latent_map.both(), shown, atol=5e-3)
    page.mouse.up()
    # On a slow machine the link follows the first move too.
    latent_map.await_view("Math.abs(x - 0.5) < 0.01")
    np.testing.assert_allclose(latent_map.view, [0.5, 0.2, 1], atol=0.01)
    # What was at the middle is a quarter of the width away on the other map, too.
    latent_map.hover(0, 0.25, 0.6)
    np.testing.assert_allclose(latent_map.both(), shown, atol=0.02)
    page.wait_for_timeout(SETTLED_MS)
    assert query(page).get("z") == pinned


def test_keys_move_the_pin_and_the_view_and_are_not_streamlits(open_map: OpenMap) -> None:
    latent_map = open_map()
    latent_map.pin(0, 0.5, 0.5)
    latent_map.marks(0).focus()
    corner = latent_map.page.evaluate(
        "async () => (await (await load('map/plane.js')).loadPlane('tiny-ae', 'uci')).unit([1, 1])"
    )
    start = np.array(latent_map.coordinates(0))
    for key, way in {
        "ArrowRight": (1 / 20, 0),
        "ArrowUp": (1 / 20, 1 / 20),
        "Shift+ArrowLeft": (1 / 20 - 1 / 4, 1 / 20),
        "Shift+ArrowDown": (1 / 20 - 1 / 4, 1 / 20 - 1 / 4),
    }.items():
        latent_map.press(key)
        wanted = start + way * (np.array(corner) - start)
        np.testing.assert_allclose(latent_map.coordinates(0), wanted, atol=0.03, err_msg=key)
    latent_map.press("+", "+", "-")
    latent_map.page.wait_for_url("**view=**")
    assert query(latent_map.page)["view"].endswith("_1.25")
    latent_map.press("Home")
    await_query(latent_map.page, view=None)
    # All of that is one step.
    latent_map.press("Control+z")
    np.testing.assert_allclose(latent_map.coordinates(0), start, atol=0.011)

    latent_map.page.wait_for_timeout(SETTLED_MS)
    sent = latent_map.traffic.sent
    latent_map.press("r", "c")
    latent_map.page.wait_for_timeout(SETTLED_MS)
    assert latent_map.traffic.sent == sent, "Streamlit took a key that belongs to the map"


def test_two_fingers_zoom_and_one_explores_and_a_tap_pins(open_map: OpenMap) -> None:
    latent_map = open_map(width=400)
    page = latent_map.page
    # A finger reaches no more of the map than the screen shows; up and down it scrolls the page.
    latent_map.marks(0).scroll_into_view_if_needed()
    assert latent_map.marks(0).evaluate("(node) => getComputedStyle(node).touchAction") == "pan-y"
    before, z, scrolled = latent_map.both(), query(page).get("z"), page.evaluate(SCROLLED)
    fingers = Fingers(page, latent_map.marks(0))

    # Two zoom and pan.
    fingers.down((0.4, 0.5))
    fingers.down((0.4, 0.5), (0.6, 0.5))
    np.testing.assert_array_equal(latent_map.both(), before)
    fingers("Move", (0.35, 0.5), (0.65, 0.5))
    fingers("Move", (0.3, 0.5), (0.7, 0.5))
    fingers.up()
    # On a slow machine the link follows the first move too.
    latent_map.await_view("Math.abs(scale - 2) < 0.03")
    np.testing.assert_allclose(latent_map.view[:2], [0, 0], atol=0.03)
    np.testing.assert_array_equal(latent_map.both(), before)
    latent_map.go_home()
    np.testing.assert_array_equal(latent_map.both(), before)

    # One explores, and neither it nor the two have pinned anything or scrolled the page.
    fingers.down((0.2, 0.3))
    assert not np.array_equal(latent_map.both(), before)
    fingers("Move", (0.5, 0.5))
    fingers("Move", (0.8, 0.6))
    explored = latent_map.both()
    fingers.up()
    np.testing.assert_array_equal(latent_map.both(), before)
    page.wait_for_timeout(SETTLED_MS)
    assert query(page).get("z") == z
    assert page.evaluate(SCROLLED) == scrolled

    # A tap pins.
    fingers.down((0.8, 0.6))
    fingers.up()
    np.testing.assert_allclose(latent_map.both(), explored, atol=5e-3)
    page.wait_for_function("(z) => new URL(location.href).searchParams.get('z') !== z", arg=z)


def test_ctrl_and_the_wheel_zoom_a_map_and_end_at_the_data(shared: Visit) -> None:
    latent_map = shared(MapPage, TINY)
    page = latent_map.page
    latent_map.go_home()
    before = page.evaluate(SCROLLED)
    latent_map.hover(0, 0.3, 0.2)
    latent_map.turn(-120, 5)
    latent_map.await_view("scale > 3")
    latent_map.turn(120, 60)
    reach = max(np.abs(2 * latent_map.places(name) - 1).max() for name in TINY_NAMES)
    latent_map.await_view("scale <= 1")
    # All codes are in view, and little else.
    x, y, scale = latent_map.view
    np.testing.assert_allclose(1 / scale, max(1, 1.06 * reach), rtol=0.01)
    np.testing.assert_allclose([x, y], [0, 0], atol=0.01)
    for name in ("Zoom in", "Zoom out"):
        shown = latent_map.where(0)
        latent_map.button(name).click()
        latent_map.hover(0, 0.9, 0.9)
        assert latent_map.where(0) != shown, name
    assert page.evaluate(SCROLLED) == before
