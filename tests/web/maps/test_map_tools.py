"""Tools and layers of both pages with maps, against autograd, PyTorch and SciPy."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from tests.web.map_page import MapPage, OpenMap
from tests.web.oracle import GREY, Oracle
from tests.web.shown import await_query, drag, go_to, query
from vae_core import checkpoint

# Their decoders have no corners: what is known on a lattice of places is known between them.
NAMES = ("tiny-elu", "tiny-softplus")
PAIR = f"left={NAMES[0]}&right={NAMES[1]}"
ENDS = np.array([[-0.5, 0.2], [0.4, -0.3]])
STEPS = 64
# What the link says of the tool and of what lies behind: the Manifold page's own are those that it opens with.
GEODESIC = {"latent_map": "behind=magnification&tool=geodesic", "manifold_map": ""}
LAYERS = {
    "Density": "density",
    "Lattice": "lattice",
    "Votes": "votes",
    "Nothing": "nothing",
    "Neighbour graph": "graph",
    "Magnification": "magnification",
}
both_pages = pytest.mark.parametrize("component", ["latent_map", "manifold_map"])


def magnification(oracle: Oracle, name: str, code: list[float]) -> float:
    """sqrt(det G) of the decoder on its plane, by reverse mode in float64."""
    model = checkpoint.load(oracle.root / name).double()
    found = torch.autograd.functional.jacobian(lambda z: model.decode(z[None]).flatten(), torch.tensor(code).double())
    plane = found @ torch.tensor(oracle.plane(name).axes).double().T
    return float(torch.linalg.det(plane.T @ plane).sqrt())


@pytest.mark.parametrize(
    ("component", "link", "layer", "tool"),
    [
        ("latent_map", "", "Nothing", "Pin"),
        ("latent_map", "behind=votes&surface=graph", "Votes", "Pin"),
        ("manifold_map", "behind=votes", "Magnification", "Geodesic"),
        ("manifold_map", "surface=graph", "Neighbour graph", "Path"),
    ],
)
def test_links_from_before_there_was_one_map(
    open_map: OpenMap, component: str, link: str, layer: str, tool: str
) -> None:
    maps = open_map(f"{PAIR}&{link}", component)
    for name in (layer, tool):
        expect(maps.root.get_by_role("radio", name=name)).to_be_checked()


@both_pages
def test_every_layer_is_drawn_on_both_pages(open_map: OpenMap, component: str) -> None:
    maps = open_map(f"{PAIR}&seed=3", component)
    first, key = {"latent_map": ("Nothing", "behind"), "manifold_map": ("Magnification", "surface")}[component]
    base, seen = maps.root.locator(".base").first, []
    for name, said in LAYERS.items():
        maps.choose(name)
        await_query(maps.page, **{key: None if name == first else said})
        is_new = "([canvas, seen]) => !seen.includes(canvas.toDataURL())"
        maps.page.wait_for_function(is_new, arg=[base.element_handle(), seen])
        seen.append(base.evaluate("(canvas) => canvas.toDataURL()"))


@both_pages
def test_geodesics_are_no_longer_than_straight_lines(open_map: OpenMap, oracle: Oracle, component: str) -> None:
    maps = open_map(f"{PAIR}&ends={'_'.join(map(str, ENDS.flat))}&{GEODESIC[component]}", component)
    for side, name in enumerate(NAMES):
        first, last = (np.array(maps.codes(maps.pixel_of(end), (name,))[0]) for end in ENDS)
        straight = oracle.decode(name, np.linspace(first, last, STEPS))
        found = re.fullmatch(r"geodesic (\S+) · straight (\S+) \((\S+) %\)", maps.numbers(side))
        assert found
        length = np.linalg.norm(np.diff(straight, axis=0), axis=(1, 2)).sum()
        assert float(found[2]) == pytest.approx(length, abs=0.0051)
        assert float(found[1]) <= float(found[2])
        for row in (0, 1):
            film = maps.film(side, row)
            assert len(film) == 9
            np.testing.assert_allclose(film[[0, -1]], straight[[0, -1]], atol=GREY)
        np.testing.assert_allclose(maps.film(side, 1)[4], oracle.decode(name, (first + last) / 2), atol=GREY)

    # The pointer reads both maps at one place, and the scale says which colours stand for what.
    codes = maps.codes(maps.hover(0, 0.7, 0.4), NAMES)
    for side, (name, code) in enumerate(zip(NAMES, codes, strict=True)):
        expect(maps.root.locator(".heat-scale").nth(side)).to_have_text(re.compile("^× .*× "))
        mantissa, _, power = maps.where(side).rpartition("× ")[2].replace("−", "-").partition("e")
        # Two digits of it are shown.
        shown = float(mantissa) * 10 ** int(power or 0)
        assert shown == pytest.approx(magnification(oracle, name, code), rel=0.06)
    ends_are_set_and_held(maps)


def ends_are_set_and_held(maps: MapPage) -> None:
    """Clicks set the ends, on both maps; a third starts over; Escape clears; a held end goes along."""
    page, lengths = maps.page, maps.root.locator(".lengths").first
    maps.click_at(0, 0.25, 0.25)
    expect(lengths).to_have_text("Click the other end.")
    await_query(page, ends=None)
    maps.click_at(1, 0.75, 0.5)
    np.testing.assert_allclose(ends_of(maps), [-0.5, 0.5, 0.5, 0], atol=2.5 / maps.size)
    maps.answered()
    drag(page, maps.at(0, 0.75, 0.5), maps.at(0, 0.75, 0.75), steps=3)
    maps.answered()
    page.wait_for_function("() => new URL(location.href).searchParams.get('ends')?.split('_')[3] < -0.4")
    assert "view" not in query(page), "the map moved with the end"
    maps.marks(0).focus()
    maps.press("Escape")
    await_query(page, ends=None)
    expect(lengths).to_have_text("Click two places for the geodesic between them.")
    maps.leave()
    maps.press("Enter", "Shift+ArrowRight", "Shift+ArrowUp", "Enter")
    np.testing.assert_allclose(ends_of(maps), [0, 0, 0.25, 0.25], atol=2e-3)
    assert "z" not in query(page), "a click pinned"


def ends_of(maps: MapPage) -> list[float]:
    """The link's ends, once it has any."""
    maps.page.wait_for_function("() => new URL(location.href).searchParams.has('ends')")
    return [float(part) for part in query(maps.page)["ends"].split("_")]


def test_a_pin_of_the_manifold_page_is_decoded_there_and_goes_along(open_map: OpenMap, oracle: Oracle) -> None:
    maps = open_map("seed=3", "manifold_map")
    names = ("ae-30", "vae-30")
    maps.choose("Pin")
    opening = maps.where(0)
    assert "z" not in query(maps.page), "nobody has chosen z"
    seen = []
    for x in (0.3, 0.6):
        codes = maps.codes(maps.pin(0, x, 0.4), names)
        for side, name in enumerate(names):
            np.testing.assert_allclose(maps.film(side, 0)[0], oracle.decode(name, codes[side]), atol=GREY)
        seen.append(maps.where(0))
    maps.press("Control+z")
    assert maps.where(0) == seen[0] != opening
    maps.marks(0).focus()
    maps.press("ArrowRight")
    assert maps.where(0) != seen[0]
    maps.press("Escape")
    assert maps.where(0) == opening
    maps.click("Undo")
    maps.click("Undo")
    assert maps.where(0) == seen[0]
    expect(maps.root.get_by_role("status").filter(has_text="Pinned")).to_contain_text("ae-30: PC 1")

    # With the models that it was pinned in, and not those that the Latent map opens with.
    go_to(maps.page, "Latent map")
    latent_map = MapPage(maps.page)
    latent_map.wait()
    assert latent_map.where(0) == seen[0]


@both_pages
def test_with_another_tool_in_hand_control_and_z_leave_the_pins(open_map: OpenMap, component: str) -> None:
    maps = open_map(f"{PAIR}&z=1_1_1&tool=geodesic", component)
    undo = maps.button("Undo")
    expect(undo).to_have_attribute("aria-disabled", "true")
    maps.choose("Pin")
    maps.pin(0, 0.3, 0.3)
    expect(undo).to_have_attribute("aria-disabled", "false")
    maps.choose("Path")
    # The Latent map shows z whatever tool is in hand, and so what it was before.
    expect(undo).to_have_attribute("aria-disabled", str(component == "manifold_map").lower())
