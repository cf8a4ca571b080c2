"""The link restores what was on the desk, and nothing but the visitor moves it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from playwright.sync_api import expect

from tests.web.desk_page import DeskPage

OpenDesk = Callable[..., DeskPage]


def test_link_restores_z_to_three_decimals(open_desk: OpenDesk) -> None:
    desk = open_desk("left=ae-30&right=vae-30&seed=7")
    desk.press("d")
    desk.slider(4).focus()
    desk.press("Shift+ArrowRight")
    z, pictures = desk.values(), [desk.picture(side) for side in (0, 1)]
    desk.page.wait_for_url("**z2=**")
    # The first report may have been of the digit alone.
    desk.page.wait_for_timeout(600)
    again = open_desk(desk.page.url.partition("?")[2])
    assert again.values() == z
    for side, picture in enumerate(pictures):
        np.testing.assert_allclose(again.picture(side), picture, atol=0.02)


def test_the_same_seed_opens_with_the_same_z(open_desk: OpenDesk) -> None:
    first, second = open_desk("seed=3"), open_desk("seed=3&left=tiny-ae&right=tiny-vae-logvar")
    assert first.values()[:4] == second.values()
    assert first.values() != open_desk("seed=4").values()


def test_reruns_leave_the_desk_alone(open_desk: OpenDesk) -> None:
    desk = open_desk("seed=1")
    desk.root.evaluate("(root) => { root.firstElementChild.mark = 'same'; }")
    desk.press("r")
    z = desk.values()
    desk.page.wait_for_url("**z=**")
    # A rerun after the visitor has gone on must not bring back what was reported before.
    desk.press("r", "r", "r")
    later = desk.values()
    desk.page.wait_for_timeout(700)
    assert desk.values() == later != z
    assert desk.root.evaluate("(root) => root.firstElementChild.mark") == "same"


def test_z_survives_a_page_change(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.press("r")
    z = desk.values()
    desk.page.wait_for_url("**z=**")
    desk.page.get_by_role("link", name="Models").click()
    expect(desk.page.locator("h1")).to_contain_text("Which checkpoint")
    desk.page.get_by_role("link", name="Latent desk").click()
    desk.wait()
    assert desk.values() == z
