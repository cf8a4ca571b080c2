"""Two planes under one pointer: what is decoded, what is pinned, what the link keeps."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.web.desk_page import DeskPage
from tests.web.map_page import MapPage
from tests.web.traffic import LEAVE_AT_ONCE
from vae_core import checkpoint
from vae_core.data import Digits
from vae_core.spaces import latent, projection

OpenPage = Callable[..., tuple[Page, Any]]
OpenMap = Callable[..., MapPage]
# A picture has 256 grey levels: half of one, and the rounding of float32.
GREY = 2.5e-3
# The link keeps three decimals of z.
LINK_GREY = 0.02
TINY = "left=tiny-ae&right=tiny-vae-logvar"


def box_middle(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def decode(root: Path, name: str, z: list[float]) -> NDArray[np.float64]:
    return checkpoint.load(root / name).decode(torch.tensor([z], dtype=torch.float32))[0, 0].double().numpy()


@pytest.mark.parametrize(
    ("names", "digits"),
    [
        # A plane that is all of z, and one through thirty dimensions.
        (("ae-2", "vae-30"), "uci"),
        pytest.param(("ae-30", "vae-30"), "mnist", marks=pytest.mark.needs_mnist),
    ],
)
def test_the_digit_under_the_pointer_is_decoded(
    open_map: OpenMap, served_checkpoints: Path, names: tuple[str, str], digits: str, request: pytest.FixtureRequest
) -> None:
    for name in names:
        if not (served_checkpoints / name).exists():
            pytest.skip(f"{name} is not shipped")
    latent_map = open_map(f"left={names[0]}&right={names[1]}&digits={digits}")
    pinned = latent_map.pictures()
    images = request.getfixturevalue("uci" if digits == "uci" else "mnist_test").images
    models = [checkpoint.load(served_checkpoints / name) for name in names]
    planes = [projection.plane(latent.encodings(model, images).codes) for model in models]
    for side, x, y in ((0, 0.5, 0.5), (1, 0.2, 0.7), (0, 0.9, 0.1)):
        pixel = latent_map.hover(side, x, y)
        codes = latent_map.codes(pixel, names, digits=digits)
        for other, (name, z, plane) in enumerate(zip(names, codes, planes, strict=True)):
            np.testing.assert_allclose(
                latent_map.picture(other), decode(served_checkpoints, name, z), atol=GREY, err_msg=name
            )
            offset = np.array(z) - plane.origin
            across, up = plane.axes @ offset
            np.testing.assert_allclose(across * plane.axes[0] + up * plane.axes[1], offset, atol=1e-4)
            np.testing.assert_allclose(latent_map.coordinates(other), [across, up], atol=6e-3)
    latent_map.leave()
    np.testing.assert_array_equal(latent_map.pictures(), pinned)


def test_pin_view_and_background_are_in_the_link_and_the_desk_has_the_pin(
    open_map: OpenMap, served_checkpoints: Path
) -> None:
    latent_map = open_map()
    page, names = latent_map.page, ("tiny-ae", "tiny-vae-logvar")
    pixel = latent_map.pin(0, 0.3, 0.6)
    codes = latent_map.codes(pixel, names)
    for key, z in zip(("z", "z2"), codes, strict=True):
        kept = [float(part) for part in latent_map.query()[key].split("_")]
        np.testing.assert_allclose(kept, z, atol=6e-4)
    pinned = latent_map.pictures()
    for name, z, picture in zip(names, codes, pinned, strict=True):
        np.testing.assert_allclose(picture, decode(served_checkpoints, name, z), atol=GREY)
    expect(latent_map.root.get_by_role("status").filter(has_text="Pinned")).to_contain_text("tiny-ae: PC 1")

    latent_map.hover(0, 0.25, 0.25)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    latent_map.choose("Density")
    page.wait_for_url("**behind=density**")
    view = latent_map.query()["view"]
    latent_map.hover(1, 0.6, 0.4)
    shown = latent_map.pictures()
    latent_map.leave()

    # Another visitor opens the link.
    page.reload()
    latent_map.wait()
    np.testing.assert_allclose(latent_map.pictures(), pinned, atol=LINK_GREY)
    expect(latent_map.root.get_by_role("radio", name="Density")).to_be_checked()
    latent_map.hover(1, 0.6, 0.4)
    np.testing.assert_allclose(latent_map.pictures(), shown, atol=LINK_GREY)

    # They outlive a change of page.
    page.get_by_role("link", name="Models").click()
    expect(page.locator("h1")).to_contain_text("Which checkpoint")
    page.get_by_role("link", name="Latent map").click()
    latent_map.wait()
    expect(latent_map.root.get_by_role("radio", name="Density")).to_be_checked()
    page.wait_for_url(f"**view={view}**")

    page.get_by_role("link", name="Open this z on the latent desk").click()
    desk = DeskPage(page, latent_map.trouble)
    desk.wait()
    np.testing.assert_allclose(desk.values(), codes[0], atol=6e-4)
    np.testing.assert_allclose([desk.picture(side) for side in (0, 1)], pinned, atol=LINK_GREY)


@pytest.mark.parametrize("by", ["pointer", "keys"])
def test_who_leaves_at_once_takes_the_pin_along(open_map: OpenMap, by: str) -> None:
    latent_map = open_map()
    page, names = latent_map.page, ("tiny-ae", "tiny-vae-logvar")
    link = page.get_by_role("link", name="Open this z on the latent desk")
    pixel = latent_map.hover(0, 0.5, 0.2)
    codes = latent_map.codes(pixel, names)
    page.evaluate(LEAVE_AT_ONCE)
    x, y = box_middle(link)
    page.mouse.click(*latent_map.at(0, 0.5, 0.2))
    if by == "keys":
        link.focus()
        # As long as fingers take from Tab to Enter.
        page.wait_for_timeout(60)
        link.press("Enter")
    else:
        # As long as a hand takes from down to up.
        page.mouse.move(x, y)
        page.mouse.down()
        page.wait_for_timeout(60)
        page.mouse.up()
    desk = DeskPage(page, latent_map.trouble)
    desk.wait()
    np.testing.assert_allclose(desk.values(), codes[0], atol=6e-4)
    assert page.evaluate("window.early"), "the timer has not been slower than the hand"


def test_a_collapsed_decoder_and_a_linear_one(open_map: OpenMap, served_checkpoints: Path) -> None:
    names = ("vae-2-kl-only", "ae-linear-30")
    for name in names:
        if not (served_checkpoints / name).exists():
            pytest.skip(f"{name} is not shipped")
    latent_map = open_map(f"left={names[0]}&right={names[1]}")
    motions: list[tuple[float, Any]] = [(0.2, "no-preference"), (0.6, "reduce")]
    for kind in ("Nothing", "Density", "Lattice", "Votes"):
        latent_map.choose(kind)
        for x, reduced in motions:
            latent_map.page.emulate_media(reduced_motion=reduced)
            pixel = latent_map.hover(0, x, 0.7)
            for side, (name, z) in enumerate(zip(names, latent_map.codes(pixel, names), strict=True)):
                np.testing.assert_allclose(latent_map.picture(side), decode(served_checkpoints, name, z), atol=GREY)


def test_a_z_off_the_plane_is_decoded_as_it_is(open_map: OpenMap, served_checkpoints: Path, uci: Digits) -> None:
    z = [3.0, -2.0, 1.0, 4.0]
    latent_map = open_map(f"{TINY}&z={'_'.join(map(str, z))}")
    for side, name in enumerate(("tiny-ae", "tiny-vae-logvar")):
        np.testing.assert_allclose(latent_map.picture(side), decode(served_checkpoints, name, z), atol=GREY)
        model = checkpoint.load(served_checkpoints / name)
        plane = projection.plane(latent.encodings(model, uci.images).codes)
        offset = np.array(z) - plane.origin
        off = np.sqrt((offset**2).sum() - ((plane.axes @ offset) ** 2).sum())
        shown = re.search(r" · (\d+\.\d+) off this plane$", latent_map.where(side))
        assert shown
        # As many decimals as the scale of the plane gives.
        assert float(shown[1]) == pytest.approx(off, abs=10.0 ** -len(shown[1].partition(".")[2]))


def test_undo_and_escape_and_a_map_that_is_hidden_for_a_moment(open_map: OpenMap) -> None:
    latent_map = open_map()
    shown = latent_map.hover(0, 0.3, 0.3)
    latent_map.root.evaluate("(root) => (root.style.display = 'none')")
    latent_map.settle_frame()
    # Something to paint meanwhile, too.
    latent_map.page.evaluate("window.dispatchEvent(new Event('resize'))")
    latent_map.press("Control+z")
    latent_map.root.evaluate("(root) => (root.style.display = '')")
    latent_map.settle_frame()
    assert latent_map.hover(0, 0.3, 0.3) == shown
    painted = latent_map.root.locator(".base").first.evaluate(
        "(canvas) => new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size"
    )
    assert painted > 50

    latent_map.leave()
    opening = latent_map.pictures()
    seen = []
    for x in (0.2, 0.8):
        latent_map.pin(0, x, 0.5)
        seen.append(latent_map.pictures())
    assert not np.array_equal(seen[0], seen[1])
    latent_map.press("Control+z")
    np.testing.assert_array_equal(latent_map.pictures(), seen[0])
    latent_map.press("Control+Shift+z")
    np.testing.assert_array_equal(latent_map.pictures(), seen[1])
    latent_map.press("Escape")
    np.testing.assert_array_equal(latent_map.pictures(), opening)
    latent_map.button("Undo").click()
    latent_map.leave()
    np.testing.assert_array_equal(latent_map.pictures(), seen[1])


def test_a_plane_that_does_not_arrive_and_a_model_that_has_none(
    open_page: OpenPage, app: str, served_checkpoints: Path
) -> None:
    page, watch = open_page()
    missing = "**/planes/tiny-ae/uci.safetensors"
    page.route(missing, lambda route: route.abort())
    page.goto(f"{app}latent_map?left=tiny-one-code&right=tiny-ae")
    alert = page.get_by_role("alert").filter(has_text="planes/tiny-ae/uci.safetensors did not arrive.")
    expect(alert).to_be_visible()
    page.unroute(missing)
    page.get_by_role("button", name="Try again").click()
    latent_map = MapPage(page, watch.trouble)
    latent_map.wait()
    expect(alert).not_to_be_visible()
    watch.trouble[:] = [line for line in watch.trouble if "ERR_FAILED" not in line]

    # The left model has no plane: it says so, and the other works.
    expect(latent_map.root.get_by_role("alert").filter(has_text="tiny-one-code: ")).to_be_visible()
    expect(latent_map.marks(0)).not_to_be_visible()
    kept, before = latent_map.pictures()
    pixel = latent_map.hover(1, 0.7, 0.3)
    z = latent_map.codes(pixel, ("tiny-ae", "tiny-ae"))[0]
    left, right = latent_map.pictures()
    np.testing.assert_array_equal(left, kept)
    assert not np.array_equal(right, before)
    np.testing.assert_allclose(right, decode(served_checkpoints, "tiny-ae", z), atol=GREY)


def test_a_change_of_model_keeps_the_other_pin(open_map: OpenMap) -> None:
    latent_map = open_map("left=tiny-ae&right=tiny-tanh")
    latent_map.pin(0, 0.3, 0.6)
    right = latent_map.picture(1)
    latent_map.page.get_by_role("combobox", name="Left model").fill("tiny-linear")
    latent_map.page.get_by_role("option", name="tiny-linear").click()
    expect(latent_map.root.locator("canvas[data-model]").first).to_have_attribute("data-model", "tiny-linear")
    latent_map.wait()
    np.testing.assert_allclose(latent_map.picture(1), right, atol=LINK_GREY)
    # The new model is pinned at the same place of its own plane.
    pin = latent_map.coordinates(0)
    latent_map.hover(0, 0.3, 0.6)
    np.testing.assert_allclose(latent_map.coordinates(0), pin, atol=0.03)


def test_it_fits_on_the_screen_and_the_seed_draws_the_digit_it_opens_with(open_map: OpenMap) -> None:
    phone = open_map(f"{TINY}&seed=3", width=400, theme="dark")
    opening = phone.pictures()
    assert_fits(phone)
    # Both pictures stay in sight beside the second map.
    phone.marks(1).scroll_into_view_if_needed()
    for side in (0, 1):
        expect(phone.root.locator("canvas[data-model]").nth(side)).to_be_in_viewport(ratio=0.99)

    desktop = open_map(f"{TINY}&seed=3")
    assert_fits(desktop)
    for part in (".atlas", ".tray"):
        assert desktop.root.locator(part).evaluate("(node) => node.getBoundingClientRect().bottom") <= 800, part
    np.testing.assert_array_equal(desktop.pictures(), opening)
    assert not np.array_equal(open_map(f"{TINY}&seed=4").pictures(), opening)


def assert_fits(latent_map: MapPage) -> None:
    assert latent_map.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    canvases = latent_map.root.locator("canvas[data-model]")
    assert canvases.evaluate_all("(all) => all.every((canvas) => canvas.width === 28 && canvas.height === 28)")
    boxes = [latent_map.marks(side).bounding_box() for side in (0, 1)]
    assert all(box and abs(box["width"] - box["height"]) < 1 for box in boxes)
