"""Undo and redo: what is a step, and what they outlast."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import expect

from tests.web.desk_page import DeskPage, OpenDesk
from tests.web.map_page import MapPage
from tests.web.oracle import STEP
from tests.web.shown import TINY, await_query, box, drag, go_to
from tests.web.traffic import LEAVE_AT_ONCE


def enabled(desk: DeskPage) -> tuple[bool, bool]:
    """Whether Undo and Redo show that they can do something."""
    undo, redo = (desk.button(name).get_attribute("aria-disabled") == "false" for name in ("Undo", "Redo"))
    return undo, redo


def test_what_is_one_step_and_what_is_none_as_the_buttons_tell(open_desk: OpenDesk) -> None:
    desk = open_desk(TINY)
    desk.unfold()
    opening = desk.values()
    assert enabled(desk) == (False, False)
    desk.button("Undo").click(force=True)
    assert desk.values() == opening

    # What changes nothing is no step.
    desk.press("0", "0", "0")
    desk.press("Control+z")
    assert desk.values() == opening
    for key, can in {
        "0": (True, False),
        "Control+z": (False, True),
        "r": (True, False),
        "Control+z ": (False, True),
        "Control+Shift+z": (True, False),
    }.items():
        desk.press(key.strip())
        assert enabled(desk) == can, key

    # A double click is one step.
    before = desk.values()
    desk.slider(2).dblclick(position={"x": 40, "y": 30})
    desk.settle()
    assert desk.values() == [0 if i == 2 else value for i, value in enumerate(before)]
    desk.press("Control+z")
    assert desk.values() == before
    assert enabled(desk) == (True, True)


def test_z_and_undo_outlast_a_swap(open_desk: OpenDesk) -> None:
    desk = open_desk(f"{TINY}&z=1_2_-1_0&z2=0_-2_1_3")
    pictures = desk.pictures()
    swap = desk.page.get_by_role("button", name="Swap left and right")
    desk.press("0")
    await_query(desk.page, z="0_0_0_0")
    swap.click()
    desk.expect_model(0, "tiny-vae-logvar")
    desk.click("Undo")
    assert desk.values() == [0, -2, 1, 3]
    np.testing.assert_equal(desk.pictures(), pictures)

    await_query(desk.page, z="0_-2_1_3")
    swap.click()
    desk.expect_model(0, "tiny-ae")
    assert desk.values() == [1, 2, -1, 0]
    np.testing.assert_equal(desk.pictures(), pictures)


def test_undo_outlasts_a_change_of_model(open_desk: OpenDesk) -> None:
    desk = open_desk(TINY)
    opening = desk.values()
    desk.press("r")
    drawn = desk.values()
    desk.press("0")
    await_query(desk.page, z="0_0_0_0")
    desk.choose("Right", "tiny-vae-sigma")
    desk.click("Undo")
    assert desk.values() == drawn
    # Two coordinates are left of four.
    desk.choose("Left", "tiny-tanh")
    desk.choose("Right", "tiny-bernoulli")
    # A slider shows z to its own step, which is another where the codes go less far.
    np.testing.assert_allclose(desk.values(), drawn[:2], atol=STEP)
    desk.click("Undo")
    np.testing.assert_allclose(desk.values(), opening[:2], atol=STEP)
    assert enabled(desk) == (False, True)


def test_keys_work_after_a_model_was_chosen_by_pointer(open_desk: OpenDesk) -> None:
    desk = open_desk(TINY)
    for _ in range(2):
        desk.choose("Right", "tiny-vae-sigma")
        desk.page.wait_for_timeout(150)
        before = desk.values()
        desk.press("r")
        assert desk.values() != before
    # Who types in the list filters it, and keeps it.
    models = desk.page.get_by_role("combobox", name="Right model")
    before = desk.values()
    models.click()
    desk.page.keyboard.type("tiny-vae-log")
    desk.page.keyboard.press("Enter")
    desk.expect_model(1, "tiny-vae-logvar")
    expect(models).to_be_focused()
    assert desk.values() == before


def test_who_leaves_at_once_takes_z_along(open_desk: OpenDesk) -> None:
    desk = open_desk(f"{TINY}&z=0_0_0_0")
    link = box(desk.page.get_by_role("link", name="Models"))
    track = box(desk.slider(0))
    desk.page.evaluate(LEAVE_AT_ONCE)
    y = 1 - 12 / track.height
    drag(desk.page, track.at(0.5, y), track.at(0.8, y), lift=False)
    desk.settle()
    desk.page.mouse.up()
    desk.settle()
    dragged = desk.values()
    assert dragged != [0, 0, 0, 0]
    # As long as a hand takes from down to up.
    desk.page.mouse.click(*link.at(), delay=60)
    expect(desk.page.locator("h1")).to_contain_text("Which checkpoint")
    go_to(desk.page, "Latent desk")
    desk.wait()
    assert desk.values() == dragged
    assert desk.page.evaluate("window.early"), "the timer has not been slower than the hand"


def test_undo_outlasts_a_change_of_page_and_is_one_for_desk_and_map(open_desk: OpenDesk) -> None:
    desk = open_desk(TINY)
    page, opening = desk.page, desk.values()
    desk.press("r")
    drawn = desk.values()
    desk.press("0")
    await_query(page, z="0_0_0_0")
    desk.come_back("Latent desk")
    assert desk.values() == [0, 0, 0, 0]
    assert enabled(desk) == (True, False)
    desk.press("Control+z")
    np.testing.assert_allclose(desk.values(), drawn, atol=STEP)
    first_z = "(z) => Math.abs(parseFloat(new URL(location.href).searchParams.get('z')) - z) < 1e-3"
    page.wait_for_function(first_z, arg=drawn[0])

    go_to(page, "Latent map")
    MapPage(page).wait()
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)
    page.keyboard.press("Control+z")
    page.wait_for_function(first_z, arg=opening[0])
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+Shift+z")
    await_query(page, z="0_0_0_0")


def test_a_look_at_the_map_leaves_a_desk_alone_that_nobody_touched(open_desk: OpenDesk) -> None:
    desk = open_desk(TINY)
    page, opening, latent_map = desk.page, desk.values(), MapPage(desk.page)
    go_to(page, "Latent map")
    latent_map.wait()
    # Longer than a pin takes to be told.
    page.wait_for_timeout(700)
    assert "z=" not in page.url
    go_to(page, "Latent desk")
    desk.wait()
    assert desk.values() == opening
    assert enabled(desk) == (False, False)

    # Who wants the map's has it.
    go_to(page, "Latent map")
    latent_map.wait()
    go_to(page, "Open this z on the latent desk")
    desk.wait()
    page.wait_for_url("**z=**")
    assert desk.values() != opening


def test_every_page_shows_the_pair_for_which_somebody_has_chosen_z(open_desk: OpenDesk) -> None:
    desk = open_desk()
    page = desk.page
    first = page.locator("[data-component=latent_map][data-ready=true] canvas[data-model]").first
    go_to(page, "Latent map")
    expect(first).to_have_attribute("data-model", "ae-2")
    go_to(page, "Latent desk")
    desk.wait()
    desk.press("r")
    drawn = desk.values()
    # The click follows at once, as a hand does.
    go_to(page, "Latent map")
    expect(first).to_have_attribute("data-model", "ae-30")
    go_to(page, "Latent desk")
    desk.wait()
    np.testing.assert_allclose(desk.values(), drawn, atol=STEP)
