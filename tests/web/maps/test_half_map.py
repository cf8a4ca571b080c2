"""A decoder alone on the latent map: its pictures all over the plane, and no digit's place on it."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.web.map_page import MapPage, OpenMap
from tests.web.oracle import GREY, Oracle
from tests.web.shown import query, settle

# The home square of a map without digits.
HALF = 3 * 1.06
ALONE, REFUSED = "A decoder alone gives no digit a code", "It is a decoder alone: it has no encoder."
NAME, OTHER = "tiny-decoder", "tiny-ae"


def code(latent_map: MapPage, pixel: list[float]) -> list[float]:
    x, y = (2 * part / latent_map.size - 1 for part in pixel)
    return [HALF * x, -HALF * y]


@pytest.mark.parametrize("side", [0, 1])
def test_every_place_is_decoded_and_no_digit_has_one(open_map: OpenMap, oracle: Oracle, side: int) -> None:
    names = (NAME, OTHER) if side == 0 else (OTHER, NAME)
    latent_map = open_map(f"left={names[0]}&right={names[1]}")
    for at in ((0.5, 0.5), (0.1, 0.8), (0.9, 0.3)):
        z = code(latent_map, latent_map.hover(1 - side, *at))
        np.testing.assert_allclose(latent_map.both()[side], oracle.decode(NAME, z), atol=GREY)
        np.testing.assert_allclose(latent_map.coordinates(side), z, atol=0.02)
    z = code(latent_map, latent_map.pin(side, 0.2, 0.4))
    said = query(latent_map.page)["z2" if side else "z"]
    np.testing.assert_allclose([float(part) for part in said.split("_")], z, atol=1e-3)
    assert latent_map.facts(side).startswith(ALONE)
    assert "decoder alone" not in latent_map.facts(1 - side)
    for layer in ("Density", "Votes", "Lattice", "Magnification", "Neighbour graph"):
        latent_map.choose(layer)
        latent_map.answered()
        expected = (
            "It is a decoder alone: it has no encoder." if layer == "Neighbour graph" else "A decoder alone gives"
        )
        assert latent_map.facts(side).startswith(expected), layer


def test_tools_do_what_a_decoder_can(open_map: OpenMap, oracle: Oracle) -> None:
    latent_map = open_map(f"left={NAME}&right={OTHER}")
    latent_map.choose("Geodesic")
    latent_map.press("Escape")
    latent_map.hover(0, 0.5, 0.5)
    latent_map.press("Escape")
    ends = []
    for at in ((0.25, 0.5), (0.75, 0.25)):
        ends.append(code(latent_map, latent_map.hover(0, *at)))
        latent_map.click_at(0, *at)
    latent_map.answered()
    assert latent_map.numbers(0).startswith("geodesic")
    film = latent_map.film(0, 1)
    np.testing.assert_allclose(film[[0, -1]], oracle.decode(NAME, ends), atol=0.02)
    latent_map.choose("Path")
    latent_map.answered()
    assert latent_map.numbers(0) == REFUSED
    assert latent_map.numbers(1).startswith("path of")
    latent_map.click_at(0, 0.5, 0.5)
    latent_map.hover(1, 0.5, 0.5)


def test_a_digit_in_hand_is_at_its_place_where_there_is_an_encoder(open_map: OpenMap, oracle: Oracle) -> None:
    latent_map = open_map(f"left={NAME}&right={OTHER}&row=7")
    before, other = latent_map.both()
    panel = latent_map.root.get_by_role("region", name="Digit", exact=True)
    expect(panel).to_contain_text("no code")
    expect(panel.locator(".reading.left .gallery")).to_be_hidden()
    expect(panel.locator(".reading.right .gallery")).to_be_visible()
    np.testing.assert_allclose(other, oracle.reconstruct(OTHER, oracle.pixels(7)), atol=GREY)
    latent_map.pick(1500)
    latent_map.answered()
    np.testing.assert_array_equal(latent_map.both()[0], before)
    assert not np.array_equal(latent_map.both()[1], other)


def test_two_decoders_alone_keep_what_was_chosen_elsewhere(open_map: OpenMap) -> None:
    latent_map = open_map(f"left={NAME}&right={NAME}&row=7&stops=3.5")
    assert query(latent_map.page)["stops"] == "3.5"
    expect(latent_map.root.get_by_role("region", name="Digit", exact=True)).to_contain_text(f"{ALONE}.")
    for tool in ("Geodesic", "Path"):
        latent_map.choose(tool)
        latent_map.answered()
        latent_map.click_at(0, 0.4, 0.4)
        settle(latent_map.page)
    latent_map.choose("Pin")
    latent_map.pin(0, 0.3, 0.3)
