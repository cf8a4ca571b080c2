"""Undo and redo: what is a step, and what they outlast."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from playwright.sync_api import expect

from tests.web.desk_page import DeskPage
from tests.web.traffic import LEAVE_AT_ONCE

OpenDesk = Callable[..., DeskPage]
PAIR = "left=tiny-ae&right=tiny-vae-logvar"


def enabled(desk: DeskPage) -> tuple[bool, bool]:
    """Whether Undo and Redo show that they can do something."""
    undo, redo = (desk.button(name).get_attribute("aria-disabled") == "false" for name in ("Undo", "Redo"))
    return undo, redo


def test_what_is_one_step_and_what_is_none_as_the_buttons_tell(open_desk: OpenDesk) -> None:
    desk = open_desk(PAIR)
    desk.unfold()
    opening = desk.values()
    assert enabled(desk) == (False, False)
    desk.button("Undo").click(force=True)
    assert desk.values() == opening

    # What changes nothing is no step.
    desk.press("0", "0", "0")
    desk.press("Control+z")
    assert desk.values() == opening
    desk.press("0")
    assert enabled(desk) == (True, False)
    desk.press("Control+z")
    assert enabled(desk) == (False, True)

    desk.press("r")
    assert enabled(desk) == (True, False)
    desk.press("Control+z")
    assert enabled(desk) == (False, True)
    desk.press("Control+Shift+z")
    assert enabled(desk) == (True, False)

    # A double click is one step.
    before = desk.values()
    desk.slider(2).dblclick(position={"x": 40, "y": 30})
    desk.settle_frame()
    assert desk.values() == [0 if i == 2 else value for i, value in enumerate(before)]
    desk.press("Control+z")
    assert desk.values() == before
    assert enabled(desk) == (True, True)


def test_z_and_undo_outlast_a_swap(open_desk: OpenDesk) -> None:
    desk = open_desk(f"{PAIR}&z=1_2_-1_0&z2=0_-2_1_3")
    pictures = [desk.picture(side) for side in (0, 1)]
    desk.press("0")
    desk.page.wait_for_url("**z=0_0_0_0**")
    swap = desk.page.get_by_role("button", name="Swap left and right")
    swap.click()
    expect(desk.root.locator("canvas[data-model]").first).to_have_attribute("data-model", "tiny-vae-logvar")
    desk.wait()
    desk.button("Undo").click()
    desk.settle_frame()
    assert desk.values() == [0, -2, 1, 3]
    for side in (0, 1):
        np.testing.assert_array_equal(desk.picture(side), pictures[1 - side])

    desk.page.wait_for_url("**z=0_-2_1_3**")
    swap.click()
    expect(desk.root.locator("canvas[data-model]").first).to_have_attribute("data-model", "tiny-ae")
    desk.wait()
    assert desk.values() == [1, 2, -1, 0]
    for side in (0, 1):
        np.testing.assert_array_equal(desk.picture(side), pictures[side])


def test_undo_outlasts_a_change_of_model(open_desk: OpenDesk) -> None:
    desk = open_desk(PAIR)
    opening = desk.values()
    desk.press("r")
    drawn = desk.values()
    desk.press("0")
    desk.page.wait_for_url("**z=0_0_0_0**")
    desk.choose("Right", "tiny-vae-sigma")
    desk.button("Undo").click()
    desk.settle_frame()
    assert desk.values() == drawn
    # Two coordinates are left of four.
    desk.choose("Left", "tiny-tanh")
    desk.choose("Right", "tiny-bernoulli")
    # A slider shows z to its own step, which is another where the codes go less far.
    np.testing.assert_allclose(desk.values(), drawn[:2], atol=6e-4)
    desk.button("Undo").click()
    desk.settle_frame()
    np.testing.assert_allclose(desk.values(), opening[:2], atol=6e-4)
    assert enabled(desk) == (False, True)


def test_keys_work_after_a_model_was_chosen_by_pointer(open_desk: OpenDesk) -> None:
    desk = open_desk(PAIR)
    for name in ("tiny-vae-sigma", "tiny-vae-sigma"):
        desk.choose("Right", name)
        desk.page.wait_for_timeout(150)
        before = desk.values()
        desk.press("r")
        assert desk.values() != before
    # Who types in the list filters it, and keeps it.
    box = desk.page.get_by_role("combobox", name="Right model")
    before = desk.values()
    box.click()
    desk.page.keyboard.type("tiny-vae-log")
    desk.page.keyboard.press("Enter")
    expect(desk.root.locator("canvas[data-model]").nth(1)).to_have_attribute("data-model", "tiny-vae-logvar")
    desk.wait()
    expect(box).to_be_focused()
    assert desk.values() == before


def test_who_leaves_at_once_takes_z_along(open_desk: OpenDesk) -> None:
    desk = open_desk(f"{PAIR}&z=0_0_0_0")
    page = desk.page
    link = page.get_by_role("link", name="Models")
    box, slider = link.bounding_box(), desk.root.locator("input[data-dim]").first
    track = slider.bounding_box()
    assert box
    assert track
    page.evaluate(LEAVE_AT_ONCE)
    y = track["y"] + track["height"] - 12
    page.mouse.move(track["x"] + track["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(track["x"] + 0.8 * track["width"], y)
    desk.settle_frame()
    page.mouse.up()
    desk.settle_frame()
    dragged = desk.values()
    assert dragged != [0, 0, 0, 0]
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    # As long as a hand takes from down to up.
    page.wait_for_timeout(60)
    page.mouse.up()
    expect(page.locator("h1")).to_contain_text("Which checkpoint")
    page.get_by_role("link", name="Latent desk").click()
    desk.wait()
    assert desk.values() == dragged
    assert page.evaluate("window.early"), "the timer has not been slower than the hand"


def test_undo_outlasts_a_change_of_page_and_is_one_for_desk_and_map(open_desk: OpenDesk) -> None:
    desk = open_desk(PAIR)
    page, opening = desk.page, desk.values()
    desk.press("r")
    drawn = desk.values()
    desk.press("0")
    page.wait_for_url("**z=0_0_0_0**")
    for name, title in (("Models", "Which checkpoint"), ("Latent desk", "What does each")):
        page.get_by_role("link", name=name, exact=True).click(delay=60)
        expect(page.locator("h1")).to_contain_text(title)
    desk.wait()
    assert desk.values() == [0, 0, 0, 0]
    assert enabled(desk) == (True, False)
    desk.press("Control+z")
    np.testing.assert_allclose(desk.values(), drawn, atol=6e-4)
    first_z = "(z) => Math.abs(parseFloat(new URL(location.href).searchParams.get('z')) - z) < 1e-3"
    page.wait_for_function(first_z, arg=drawn[0])

    page.get_by_role("link", name="Latent map").click(delay=60)
    expect(page.locator("[data-component=latent_map][data-ready=true]")).to_be_visible()
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)
    page.keyboard.press("Control+z")
    page.wait_for_function(first_z, arg=opening[0])
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+Shift+z")
    page.wait_for_url("**z=0_0_0_0**")


def test_a_look_at_the_map_leaves_a_desk_alone_that_nobody_touched(open_desk: OpenDesk) -> None:
    desk = open_desk(PAIR)
    page, opening = desk.page, desk.values()
    page.get_by_role("link", name="Latent map").click(delay=60)
    latent_map = page.locator("[data-component=latent_map][data-ready=true]")
    expect(latent_map).to_be_visible()
    # Longer than a pin takes to be told.
    page.wait_for_timeout(700)
    assert "z=" not in page.url
    page.get_by_role("link", name="Latent desk", exact=True).click(delay=60)
    desk.wait()
    assert desk.values() == opening
    assert enabled(desk) == (False, False)

    # Who wants the map's has it.
    page.get_by_role("link", name="Latent map").click(delay=60)
    expect(latent_map).to_be_visible()
    page.get_by_role("link", name="Open this z on the latent desk").click(delay=60)
    desk.wait()
    page.wait_for_url("**z=**")
    assert desk.values() != opening


def test_every_page_shows_the_pair_for_which_somebody_has_chosen_z(open_desk: OpenDesk) -> None:
    desk = open_desk()
    page = desk.page
    models = page.locator("[data-component=latent_map][data-ready=true] canvas[data-model]")
    page.get_by_role("link", name="Latent map").click(delay=60)
    expect(models.first).to_have_attribute("data-model", "ae-2")
    page.get_by_role("link", name="Latent desk", exact=True).click(delay=60)
    desk.wait()
    desk.press("r")
    drawn = desk.values()
    # The click follows at once, as a hand does.
    page.get_by_role("link", name="Latent map").click(delay=60)
    expect(models.first).to_have_attribute("data-model", "ae-30")
    page.get_by_role("link", name="Latent desk", exact=True).click(delay=60)
    desk.wait()
    np.testing.assert_allclose(desk.values(), drawn, atol=6e-4)
