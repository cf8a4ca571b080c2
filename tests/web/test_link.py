"""The link restores what was on the desk, and nothing but the visitor moves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import numpy as np
from playwright.sync_api import Page, expect

from tests.web.desk_page import DeskPage

OpenDesk = Callable[..., DeskPage]
OpenPage = Callable[..., tuple[Page, Any]]


def test_link_restores_z_to_three_decimals(open_desk: OpenDesk) -> None:
    desk = open_desk("left=ae-30&right=vae-30&seed=7")
    desk.press("d")
    desk.slider(4).focus()
    desk.press("Shift+ArrowRight")
    z, pictures = desk.values(), [desk.picture(side) for side in (0, 1)]
    desk.page.wait_for_url("**z2=**")
    # At once: Python may not have heard of the last step yet.
    again = open_desk(copied_link(desk).partition("?")[2])
    assert again.values() == z
    for side, picture in enumerate(pictures):
        np.testing.assert_allclose(again.picture(side), picture, atol=0.02)


def copied_link(desk: DeskPage) -> str:
    """What the button puts into the clipboard."""
    desk.page.evaluate("() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }")
    desk.page.get_by_role("button", name="Copy link").click()
    desk.page.wait_for_function("() => window.copied")
    link: str = desk.page.evaluate("() => window.copied")
    return link


def test_a_copied_link_drops_a_second_z_that_is_gone(open_desk: OpenDesk) -> None:
    desk = open_desk("left=ae-30&right=vae-30&z=" + "_".join(["1"] * 30) + "&z2=" + "_".join(["2"] * 30))
    assert "z2=" in copied_link(desk)
    desk.press("0")
    assert parse_qs(copied_link(desk).partition("?")[2])["z"] == ["_".join(["0"] * 30)]
    assert "z2=" not in copied_link(desk)


def test_a_deep_link_to_another_page_opens_without_trouble(open_page: OpenPage, app: str) -> None:
    page, _ = open_page()
    page.goto(f"{app}models?left=vae-30&right=ae-30&seed=5")
    expect(page.locator("h1")).to_contain_text("Which checkpoint")
    page.wait_for_url("**/models?left=vae-30&right=ae-30&digits=uci&seed=5")


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
