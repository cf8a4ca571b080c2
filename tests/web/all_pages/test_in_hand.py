"""The digit in hand on Encodings and Latent map: its mark, its neighbours, and the way back."""

from __future__ import annotations

import re

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import expect

from tests.web.desk_page import OpenDesk
from tests.web.map_page import MapPage, OpenMap
from tests.web.oracle import GREY, LEVEL, Oracle
from tests.web.projection_page import OpenProjection, ProjectionPage
from tests.web.shown import TINY, TINY_NAMES, box, drag, grey, saved
from tests.web.traffic import expect_draws_counted
from tests.web.tray_page import READ
from ui.choices import drawn
from ui.encodings.projections import choose_rows
from vae_core.spaces import projection
from vae_core.spaces.projection import ProjectionConfig

# A seven that nobody has in a set.
LEVELS = np.zeros((28, 28), np.uint8)
LEVELS[5:8, 6:21] = 12
for step in range(15):
    LEVELS[8 + step, 18 - step // 2 : 21 - step // 2] = 15
DRAWN = drawn.pack(LEVELS)
TEXT_RIGHT = """(node) => {
  const range = new Range();
  range.selectNodeContents(node);
  return range.getBoundingClientRect().right;
}"""


def test_the_digit_in_hand_is_marked_in_both_plots(open_projection: OpenProjection, oracle: Oracle) -> None:
    page = open_projection(f"{TINY}&count=500&seed=3&drawn={DRAWN}")
    root, rows = page.root, choose_rows(oracle.uci.labels, 500, 3)
    expect(page.subject).to_have_text("Your digit")
    np.testing.assert_allclose(page.original(), LEVELS / 15, atol=LEVEL)
    for side, name in enumerate(TINY_NAMES):
        found = projection.project(oracle.encodings(name).codes[rows], ProjectionConfig("pca", 2), 3)
        expect_ring_at(page, side, found.place(oracle.encode(name, LEVELS[None] / 15)))
        assert page.neighbours(side) == oracle.nearest(name, LEVELS / 15)
    expect(root.locator(".mark").first).to_have_text("your digit")

    # Out of view, the edge shows where.
    left, top, *_ = page.box(0)
    page.page.mouse.move(left + 50, top + 10)
    page.turn(-300, 12)
    expect(root.locator(".ring.pinned").first).to_have_attribute("data-away", "")
    page.page.keyboard.press("h")
    expect(root.locator(".ring.pinned").first).not_to_have_attribute("data-away", "")

    # A digit of the set takes its place, and Escape gives it back; the tray says the same.
    row = page.neighbours(0)[0]
    root.locator(".neighbours button").first.click()
    expect(page.subject).to_have_text(re.compile(f"no. {row}\\b"))
    expect(root.locator(".mark").first).to_have_text(f"digit {oracle.uci.labels[row]}, no. {row}")
    expect(root.get_by_label("Number in the set")).to_have_value(str(row))
    page.page.keyboard.press("Escape")
    expect(page.subject).to_have_text("Your digit")
    expect(root.locator(".own")).to_have_attribute("data-current", "")
    page.page.keyboard.press("Escape")
    expect(page.subject).to_have_text("Point at a digit, or click to keep it.")
    expect(root.locator(".mark").first).to_be_hidden()

    # Drawn on: the mark follows the pen, and the server hears nothing of it.
    pinned = root.locator(".rings .pinned").first
    before = pinned.get_attribute("transform")
    page.page.keyboard.press("d")
    paper = box(root.locator(".paper"))
    expect_draws_counted(page.page)
    sent = page.traffic.sent
    places = (paper.left + 20, paper.top + 20), (paper.left + 150, paper.top + 30)
    drag(page.page, *places, steps=4, lift=False)
    page.settle()
    levels = np.array(page.page.evaluate(READ)["levels"]).reshape(28, 28)
    assert pinned.get_attribute("transform") != before
    assert page.neighbours(1) == oracle.nearest(TINY_NAMES[1], levels / 15)
    assert page.traffic.sent == sent
    page.page.mouse.up()

    # A row that has no point is marked where its code is projected to.
    missing = min(set(range(1797)) - set(rows.tolist()))
    page.pick(missing)
    expect(page.subject).to_have_text(re.compile(f"no. {missing}, not among the points"))
    expect(pinned).not_to_have_attribute("hidden", "")


def expect_ring_at(page: ProjectionPage, side: int, point: NDArray[np.float32]) -> None:
    left, top, width, height = page.box(side)
    expected = page.places(side, point)[0][0]
    if np.all((expected > (left + 48, top + 8)) & (expected < (left + width - 10, top + height - 40))):
        np.testing.assert_allclose(page.ring(side, "pinned") or (0, 0), expected, atol=0.05)
    else:
        expect(page.root.locator(".ring.pinned").nth(side)).to_have_attribute("data-away", "")


def expect_pinned_at(latent_map: MapPage, oracle: Oracle, pixels: NDArray[np.float64]) -> None:
    """Both pins are where the codes of a picture are."""
    for side, name in enumerate(TINY_NAMES):
        plane = oracle.plane(name)
        place = plane.axes @ (oracle.encode(name, pixels) - plane.origin)
        np.testing.assert_allclose(latent_map.coordinates(side), place, atol=6e-3)


def test_the_digit_in_hand_is_marked_on_both_maps(open_map: OpenMap, oracle: Oracle) -> None:
    latent_map = open_map(f"{TINY}&drawn={DRAWN}")
    subject = latent_map.root.locator(".subject")
    expect(subject).to_have_text("Your digit")
    # The pin is there, too, until it is moved.
    expect_pinned_at(latent_map, oracle, LEVELS / 15)
    for side, name in enumerate(TINY_NAMES):
        assert latent_map.neighbours(side) == oracle.nearest(name, LEVELS / 15)
        np.testing.assert_allclose(latent_map.picture(side), oracle.reconstruct(name, LEVELS / 15), atol=GREY)

    # The pin moves away, the digit stays where it is; another one takes the pin along.
    latent_map.pin(0, 0.2, 0.3)
    expect(subject).to_have_text("Your digit")
    latent_map.pick(17)
    expect(subject).to_have_text(re.compile("no. 17$"))
    latent_map.page.wait_for_url("**row=17*")
    expect_pinned_at(latent_map, oracle, oracle.pixels(17))
    for side in (0, 1):
        assert 17 not in latent_map.neighbours(side)

    latent_map.marks(0).focus()
    latent_map.press("Escape")
    expect(subject).to_contain_text("Draw, upload or pick a digit to see")
    expect(latent_map.root.locator(".tray .cell[data-current]")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 400])
def test_the_desk_shows_the_original_while_z_is_its_code(open_desk: OpenDesk, oracle: Oracle, width: int) -> None:
    desk = open_desk(f"{TINY}&row=17", width=width)
    original, root, pixels = desk.root.locator(".original"), desk.root, oracle.pixels(17)
    parts = root.locator(":is(.big, .place, .strip, .sliders, .tray, .samples)")

    def expect_original() -> None:
        expect(original).to_be_visible()
        np.testing.assert_allclose(grey(original.locator("canvas")), pixels, atol=LEVEL)

    expect_original()
    expect(original).to_be_in_viewport(ratio=1)
    mine = box(original)
    for words in root.locator(".place, .pictures .name").all():
        there = box(words)
        apart = there.bottom <= mine.top + 1 or there.top >= mine.bottom - 1
        assert apart or words.evaluate(TEXT_RIGHT) <= mine.left or there.left >= mine.right
    if width > 1000:
        shown = np.asarray(Image.open(saved(desk.page, "s")[1]).convert("L")) / 255
        # Doubled: 24 beside, 280 a picture, 16 between, 24 above; the original is 96 wide, over the seam.
        tile = shown[2 * (24 + 24 + 280 - 96) : 2 * (24 + 24 + 280), 2 * (24 + 280 - 40) : 2 * (24 + 280 + 56)]
        cells = tile[3::7, 3::7][:27, :27]
        assert np.corrcoef(cells.ravel(), pixels[:27, :27].ravel())[0, 1] > 0.9
    before = [box(part) for part in parts.all()]
    desk.press("0")
    expect(original).to_be_hidden()
    expect(root.locator(".tray .cell[data-current]")).to_have_count(0)
    assert [box(part) for part in parts.all()] == before
    # Back to its code by another way: the original is back, too.
    desk.press("Control+z")
    expect_original()
    expect(root.get_by_label("Number in the set")).to_have_value("17")


def test_the_original_of_the_desk_is_the_digit_in_hand_and_not_what_the_seed_has_chosen(open_desk: OpenDesk) -> None:
    desk = open_desk(f"{TINY}&drawn={DRAWN}")
    np.testing.assert_allclose(grey(desk.root.locator(".original canvas")), LEVELS / 15, atol=LEVEL)
    expect(open_desk(TINY).root.locator(".original")).to_be_hidden()
