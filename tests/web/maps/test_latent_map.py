"""Two planes under one pointer: what is decoded, what is pinned, what the link keeps."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.web.desk_page import DeskPage
from tests.web.map_page import MapPage, OpenMap
from tests.web.oracle import GREY, LINK_GREY, STEP, Oracle
from tests.web.shown import (
    TINY,
    TINY_NAMES,
    OpenPage,
    Visit,
    box,
    choose_model,
    fits,
    keep_away,
    query,
)
from tests.web.traffic import LEAVE_AT_ONCE
from vae_core.spaces import latent, projection

TO_DESK = "Open this z on the latent desk"


@pytest.mark.parametrize(
    ("names", "digits"),
    [
        # A plane that is all of z, and one through thirty dimensions.
        (("ae-2", "vae-30"), "uci"),
        pytest.param(("ae-30", "vae-30"), "mnist", marks=pytest.mark.needs_mnist),
    ],
)
def test_the_digit_under_the_pointer_is_decoded(
    open_map: OpenMap, oracle: Oracle, names: tuple[str, str], digits: str, request: pytest.FixtureRequest
) -> None:
    oracle.need(*names)
    latent_map = open_map(f"left={names[0]}&right={names[1]}&digits={digits}")
    pinned = latent_map.both()
    images = request.getfixturevalue("uci" if digits == "uci" else "mnist_test").images
    planes = [projection.plane(latent.encodings(oracle.model(name), images).codes) for name in names]
    for side, x, y in ((0, 0.5, 0.5), (1, 0.2, 0.7), (0, 0.9, 0.1)):
        codes = latent_map.codes(latent_map.hover(side, x, y), names, digits)
        for other, (name, z, plane) in enumerate(zip(names, codes, planes, strict=True)):
            np.testing.assert_allclose(latent_map.picture(other), oracle.decode(name, z), atol=GREY, err_msg=name)
            offset = np.array(z) - plane.origin
            across, up = plane.axes @ offset
            np.testing.assert_allclose(across * plane.axes[0] + up * plane.axes[1], offset, atol=1e-4)
            np.testing.assert_allclose(latent_map.coordinates(other), [across, up], atol=6e-3)
    latent_map.leave()
    np.testing.assert_array_equal(latent_map.both(), pinned)


def test_pin_view_and_background_are_in_the_link_and_the_desk_has_the_pin(open_map: OpenMap, oracle: Oracle) -> None:
    latent_map = open_map()
    page = latent_map.page
    codes = latent_map.codes(latent_map.pin(0, 0.3, 0.6), TINY_NAMES)
    for key, z in zip(("z", "z2"), codes, strict=True):
        np.testing.assert_allclose([float(part) for part in query(page)[key].split("_")], z, atol=STEP)
    pinned = latent_map.both()
    for name, z, picture in zip(TINY_NAMES, codes, pinned, strict=True):
        np.testing.assert_allclose(picture, oracle.decode(name, z), atol=GREY)
    expect(latent_map.root.get_by_role("status").filter(has_text="Pinned")).to_contain_text("tiny-ae: PC 1")

    latent_map.hover(0, 0.25, 0.25)
    latent_map.turn(-300)
    latent_map.choose("Density")
    page.wait_for_url("**behind=density**")
    view = query(page)["view"]
    latent_map.hover(1, 0.6, 0.4)
    shown = latent_map.both()
    latent_map.leave()

    # Another visitor opens the link.
    page.reload()
    latent_map.wait()
    np.testing.assert_allclose(latent_map.both(), pinned, atol=LINK_GREY)
    expect(latent_map.root.get_by_role("radio", name="Density")).to_be_checked()
    latent_map.hover(1, 0.6, 0.4)
    np.testing.assert_allclose(latent_map.both(), shown, atol=LINK_GREY)

    # They outlive a change of page.
    latent_map.come_back("Latent map")
    expect(latent_map.root.get_by_role("radio", name="Density")).to_be_checked()
    page.wait_for_url(f"**view={view}**")

    page.get_by_role("link", name=TO_DESK).click()
    desk = DeskPage(page)
    desk.wait()
    np.testing.assert_allclose(desk.values(), codes[0], atol=STEP)
    np.testing.assert_allclose([desk.picture(side) for side in (0, 1)], pinned, atol=LINK_GREY)


@pytest.mark.parametrize("by", ["pointer", "keys"])
def test_who_leaves_at_once_takes_the_pin_along(open_map: OpenMap, by: str) -> None:
    latent_map = open_map()
    page = latent_map.page
    link = page.get_by_role("link", name=TO_DESK)
    codes = latent_map.codes(latent_map.hover(0, 0.5, 0.2), TINY_NAMES)
    page.evaluate(LEAVE_AT_ONCE)
    place = box(link).at()
    latent_map.click_at(0, 0.5, 0.2)
    # As long as fingers take from Tab to Enter, and a hand from down to up.
    if by == "keys":
        link.focus()
        page.wait_for_timeout(60)
        link.press("Enter")
    else:
        page.mouse.click(*place, delay=60)
    desk = DeskPage(page)
    desk.wait()
    np.testing.assert_allclose(desk.values(), codes[0], atol=STEP)
    assert page.evaluate("window.early"), "the timer has not been slower than the hand"


def test_a_collapsed_decoder_and_a_linear_one(open_map: OpenMap, oracle: Oracle) -> None:
    names = ("vae-2-kl-only", "ae-linear-30")
    oracle.need(*names)
    latent_map = open_map(f"left={names[0]}&right={names[1]}")
    motions: list[tuple[float, Any]] = [(0.2, "no-preference"), (0.6, "reduce")]
    for kind in ("Nothing", "Density", "Lattice", "Votes"):
        latent_map.choose(kind)
        for x, reduced in motions:
            latent_map.page.emulate_media(reduced_motion=reduced)
            codes = latent_map.codes(latent_map.hover(0, x, 0.7), names)
            for side, (name, z) in enumerate(zip(names, codes, strict=True)):
                np.testing.assert_allclose(latent_map.picture(side), oracle.decode(name, z), atol=GREY)


def test_a_z_off_the_plane_is_decoded_as_it_is(open_map: OpenMap, oracle: Oracle) -> None:
    latent_map = open_map(f"{TINY}&z=3_-2_1_4")
    for side, name in enumerate(TINY_NAMES):
        z, plane = np.array([3.0, -2.0, 1.0, 4.0]), oracle.plane(name)
        np.testing.assert_allclose(latent_map.picture(side), oracle.decode(name, z), atol=GREY)
        offset = z - plane.origin
        off = np.sqrt((offset**2).sum() - ((plane.axes @ offset) ** 2).sum())
        shown = re.search(r" · (\d+\.\d+) off this plane$", latent_map.where(side))
        assert shown
        # As many decimals as the scale of the plane gives.
        assert float(shown[1]) == pytest.approx(off, abs=10.0 ** -len(shown[1].partition(".")[2]))


def test_undo_and_escape_and_a_map_that_is_hidden_for_a_moment(open_map: OpenMap) -> None:
    latent_map = open_map()
    shown = latent_map.hover(0, 0.3, 0.3)
    latent_map.root.evaluate("(root) => (root.style.display = 'none')")
    latent_map.settle()
    # Something to paint meanwhile, too.
    latent_map.page.evaluate("window.dispatchEvent(new Event('resize'))")
    latent_map.press("Control+z")
    latent_map.root.evaluate("(root) => (root.style.display = '')")
    latent_map.settle()
    assert latent_map.hover(0, 0.3, 0.3) == shown
    painted = latent_map.root.locator(".base").first.evaluate(
        "(canvas) => new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size"
    )
    assert painted > 50

    latent_map.leave()
    opening = latent_map.both()
    seen = []
    for x in (0.2, 0.8):
        latent_map.pin(0, x, 0.5)
        seen.append(latent_map.both())
    assert not np.array_equal(seen[0], seen[1])
    for key, pictures in {"Control+z": seen[0], "Control+Shift+z": seen[1], "Escape": opening}.items():
        latent_map.press(key)
        np.testing.assert_array_equal(latent_map.both(), pictures)
    latent_map.button("Undo").click()
    latent_map.leave()
    np.testing.assert_array_equal(latent_map.both(), seen[1])


def test_a_plane_that_does_not_arrive_and_a_model_that_has_none(
    open_page: OpenPage, app: str, oracle: Oracle, forgiven: list[str]
) -> None:
    page = open_page()
    keep_away(page, "**/planes/tiny-ae/uci.safetensors")
    page.goto(f"{app}latent_map?left=tiny-one-code&right=tiny-ae")
    alert = page.get_by_role("alert").filter(has_text="planes/tiny-ae/uci.safetensors did not arrive.")
    expect(alert).to_be_visible()
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    latent_map = MapPage(page)
    latent_map.wait()
    expect(alert).not_to_be_visible()
    forgiven.append("ERR_FAILED")

    # The left model has no plane: it says so, and the other works.
    expect(latent_map.root.get_by_role("alert").filter(has_text="tiny-one-code: ")).to_be_visible()
    expect(latent_map.marks(0)).not_to_be_visible()
    kept, before = latent_map.both()
    z = latent_map.codes(latent_map.hover(1, 0.7, 0.3), ("tiny-ae", "tiny-ae"))[0]
    left, right = latent_map.both()
    np.testing.assert_array_equal(left, kept)
    assert not np.array_equal(right, before)
    np.testing.assert_allclose(right, oracle.decode("tiny-ae", z), atol=GREY)


def test_a_change_of_model_keeps_the_other_pin(open_map: OpenMap) -> None:
    latent_map = open_map("left=tiny-ae&right=tiny-tanh")
    latent_map.pin(0, 0.3, 0.6)
    right = latent_map.picture(1)
    choose_model(latent_map.page, "Left", "tiny-linear")
    expect(latent_map.models.first).to_have_attribute("data-model", "tiny-linear")
    latent_map.wait()
    np.testing.assert_allclose(latent_map.picture(1), right, atol=LINK_GREY)
    # The new model is pinned at the same place of its own plane.
    pin = latent_map.coordinates(0)
    latent_map.hover(0, 0.3, 0.6)
    np.testing.assert_allclose(latent_map.coordinates(0), pin, atol=0.03)


def test_it_fits_on_the_screen_and_the_seed_draws_the_digit_it_opens_with(open_map: OpenMap) -> None:
    phone = open_map(f"{TINY}&seed=3", width=400, theme="dark")
    opening = phone.both()
    expect_fits(phone)
    # Both pictures stay in sight beside the second map.
    phone.marks(1).scroll_into_view_if_needed()
    for side in (0, 1):
        expect(phone.models.nth(side)).to_be_in_viewport(ratio=0.99)

    desktop = open_map(f"{TINY}&seed=3")
    expect_fits(desktop)
    for part in (".atlas", ".tray"):
        assert box(desktop.root.locator(part)).bottom <= 800, part
    np.testing.assert_array_equal(desktop.both(), opening)
    assert not np.array_equal(open_map(f"{TINY}&seed=4").both(), opening)


def expect_fits(latent_map: MapPage) -> None:
    assert fits(latent_map.page)
    assert latent_map.models.evaluate_all("(all) => all.every(({ width, height }) => width === 28 && height === 28)")
    for side in (0, 1):
        _, _, width, height = box(latent_map.marks(side))
        assert abs(width - height) < 1


def test_a_digit_lies_where_digits_lie_and_what_does_not_arrive_is_said(visit: Visit) -> None:
    pair = "left=ae-30&right=vae-30"
    desk = visit(DeskPage, pair)
    desk.click("A 0, ")
    assert [desk.place(side) for side in (0, 1)] == ["where digits lie"] * 2

    def empty(page: Any) -> None:
        page.route("**/whereabouts/*.safetensors", lambda route: route.fulfill(body=b"", status=200))

    desk = visit(DeskPage, pair, empty)
    expect(desk.root.locator(".place").first).to_contain_text("whereabouts/uci.safetensors: too short")
    assert len(desk.values()) == 30
