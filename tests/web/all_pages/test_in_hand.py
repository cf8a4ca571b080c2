"""The digit in hand on Encodings and Latent map: its mark, its neighbours, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.web.desk_page import DeskPage
from tests.web.map_page import MapPage
from tests.web.projection_page import ProjectionPage
from tests.web.traffic import expect_draws_counted
from tests.web.tray_page import READ
from ui.choices import drawn
from ui.encodings.projections import choose_rows
from vae_core import checkpoint
from vae_core.data import Digits, as_input
from vae_core.spaces import latent, projection
from vae_core.spaces.projection import ProjectionConfig

OpenProjection = Callable[..., ProjectionPage]
OpenMap = Callable[..., MapPage]
OpenDesk = Callable[..., DeskPage]
NAMES = ("tiny-ae", "tiny-vae-logvar")
PAIR = f"left={NAMES[0]}&right={NAMES[1]}"
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


def code_of(root: Path, name: str, levels: NDArray[Any]) -> NDArray[np.float32]:
    images = as_input(np.zeros((1, 28, 28), np.uint8))
    images[0, 0] = images.new_tensor(levels / 15)
    return np.asarray(checkpoint.load(root / name).encode(images).numpy())


def nearest_rows(root: Path, name: str, levels: NDArray[Any], uci: Digits) -> list[int]:
    means = latent.encodings(checkpoint.load(root / name), uci.images).means.astype(np.float64)
    distances = np.linalg.norm(means - code_of(root, name, levels), axis=1)
    return [int(row) for row in np.argsort(distances, kind="stable")[:10]]


def neighbours(root: Locator, side: int) -> list[int]:
    labels = root.locator(".neighbours").nth(side).locator("button")
    words = labels.evaluate_all("(all) => all.map((button) => button.getAttribute('aria-label'))")
    return [int(word.rpartition(" ")[2]) for word in words]


def test_the_digit_in_hand_is_marked_in_both_plots(
    open_projection: OpenProjection, served_checkpoints: Path, uci: Digits
) -> None:
    page = open_projection(f"{PAIR}&count=500&seed=3&drawn={DRAWN}")
    root = page.root
    expect(root.locator(".subject")).to_have_text("Your digit")
    np.testing.assert_allclose(page.original(), LEVELS / 15, atol=1 / 255)
    for side, name in enumerate(NAMES):
        codes = latent.encodings(checkpoint.load(served_checkpoints / name), uci.images).codes
        found = projection.project(codes[choose_rows(uci.labels, 500, 3)], ProjectionConfig("pca", 2), 3)
        x, y = found.place(code_of(served_checkpoints, name, LEVELS))[0]
        assert_ring_at(page, side, x, y)
        assert page.neighbours(side) == nearest_rows(served_checkpoints, name, LEVELS, uci)
    expect(root.locator(".mark").first).to_have_text("your digit")

    # Out of view, the edge shows where.
    left, top, *_ = page.box(0)
    page.page.mouse.move(left + 50, top + 10)
    page.page.keyboard.down("Control")
    for _ in range(12):
        page.page.mouse.wheel(0, -300)
    page.page.keyboard.up("Control")
    expect(root.locator(".ring.pinned").first).to_have_attribute("data-away", "")
    page.page.keyboard.press("h")
    expect(root.locator(".ring.pinned").first).not_to_have_attribute("data-away", "")

    # A digit of the set takes its place, and Escape gives it back; the tray says the same.
    row = page.neighbours(0)[0]
    root.locator(".neighbours button").first.click()
    expect(root.locator(".subject")).to_have_text(re.compile(f"no. {row}\\b"))
    expect(root.locator(".mark").first).to_have_text(f"digit {uci.labels[row]}, no. {row}")
    expect(root.get_by_label("Number in the set")).to_have_value(str(row))
    page.page.keyboard.press("Escape")
    expect(root.locator(".subject")).to_have_text("Your digit")
    expect(root.locator(".own")).to_have_attribute("data-current", "")
    page.page.keyboard.press("Escape")
    expect(root.locator(".subject")).to_have_text("Point at a digit, or click to keep it.")
    expect(root.locator(".mark").first).to_be_hidden()

    # Drawn on: the mark follows the pen, and the server hears nothing of it.
    before = root.locator(".rings .pinned").first.get_attribute("transform")
    page.page.keyboard.press("d")
    box = root.locator(".paper").bounding_box()
    assert box
    expect_draws_counted(page.page)
    sent = page.traffic.sent
    page.page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 150, box["y"] + 30, steps=4)
    page.settle_frame()
    levels = np.array(page.page.evaluate(READ)["levels"]).reshape(28, 28)
    assert root.locator(".rings .pinned").first.get_attribute("transform") != before
    assert page.neighbours(1) == nearest_rows(served_checkpoints, NAMES[1], levels, uci)
    assert page.traffic.sent == sent
    page.page.mouse.up()

    # A row that has no point is marked where its code is projected to.
    missing = min(set(range(1797)) - set(choose_rows(uci.labels, 500, 3).tolist()))
    root.get_by_label("Number in the set").fill(str(missing))
    page.page.keyboard.press("Enter")
    expect(root.locator(".subject")).to_have_text(re.compile(f"no. {missing}, not among the points"))
    expect(root.locator(".rings .pinned").first).not_to_have_attribute("hidden", "")


def assert_ring_at(page: ProjectionPage, side: int, x: float, y: float) -> None:
    left, top, width, height = page.box(side)
    expected = page.places(side, [[x, y]])[0][0]
    if np.all((expected > (left + 48, top + 8)) & (expected < (left + width - 10, top + height - 40))):
        np.testing.assert_allclose(page.ring(side, "pinned") or (0, 0), expected, atol=0.05)
    else:
        away = page.root.locator(".ring.pinned").nth(side)
        expect(away).to_have_attribute("data-away", "")


def test_the_digit_in_hand_is_marked_on_both_maps(open_map: OpenMap, served_checkpoints: Path, uci: Digits) -> None:
    latent_map = open_map(f"{PAIR}&drawn={DRAWN}")
    root = latent_map.root
    expect(root.locator(".subject")).to_have_text("Your digit")
    for side, name in enumerate(NAMES):
        model = checkpoint.load(served_checkpoints / name)
        plane = projection.plane(latent.encodings(model, uci.images).codes)
        place = plane.axes @ (code_of(served_checkpoints, name, LEVELS)[0] - plane.origin)
        # The pin is there, too, until it is moved.
        np.testing.assert_allclose(latent_map.coordinates(side), place, atol=6e-3)
        assert neighbours(root, side) == nearest_rows(served_checkpoints, name, LEVELS, uci)
        shown = model.decode(model.encode(as_input(np.zeros((1, 28, 28), np.uint8)) + as_tensor(LEVELS)))
        np.testing.assert_allclose(latent_map.picture(side), shown[0, 0].numpy(), atol=2.5e-3)

    # The pin moves away, the digit stays where it is; another one takes the pin along.
    latent_map.pin(0, 0.2, 0.3)
    expect(root.locator(".subject")).to_have_text("Your digit")
    root.get_by_label("Number in the set").fill("17")
    latent_map.page.keyboard.press("Enter")
    expect(root.locator(".subject")).to_have_text(re.compile("no. 17$"))
    latent_map.page.wait_for_url("**row=17*")
    for side, name in enumerate(NAMES):
        model = checkpoint.load(served_checkpoints / name)
        plane = projection.plane(latent.encodings(model, uci.images).codes)
        code = model.encode(as_input(uci.images[17:18])).numpy()[0]
        np.testing.assert_allclose(latent_map.coordinates(side), plane.axes @ (code - plane.origin), atol=6e-3)
        assert 17 not in neighbours(root, side)

    latent_map.marks(0).focus()
    latent_map.press("Escape")
    expect(root.locator(".subject")).to_contain_text("Draw, upload or pick a digit to see")
    expect(root.locator(".tray .cell[data-current]")).to_have_count(0)


def as_tensor(levels: NDArray[Any]) -> Any:
    return as_input(np.zeros((1, 28, 28), np.uint8)).new_tensor(levels / 15)


@pytest.mark.parametrize("width", [1280, 400])
def test_the_desk_shows_the_original_while_z_is_its_code(
    open_desk: OpenDesk, uci: Digits, tmp_path: Path, width: int
) -> None:
    desk = open_desk(f"{PAIR}&row=17", width=width)
    original, root = desk.root.locator(".original"), desk.root
    parts = root.locator(":is(.big, .place, .strip, .sliders, .tray, .samples)")

    def boxes() -> list[dict[str, float] | None]:
        return [part.bounding_box() for part in parts.all()]

    def is_original(pixels: NDArray[Any]) -> None:
        expect(original).to_be_visible()
        np.testing.assert_allclose(desk.grey(original.locator("canvas")), pixels, atol=1 / 255)

    is_original(uci.images[17] / 255)
    expect(original).to_be_in_viewport(ratio=1)
    mine = original.bounding_box()
    assert mine
    for words in root.locator(".place, .pictures .name").all():
        there = words.bounding_box()
        assert there
        text = words.evaluate(TEXT_RIGHT)
        apart = there["y"] + there["height"] <= mine["y"] + 1 or there["y"] >= mine["y"] + mine["height"] - 1
        assert apart or text <= mine["x"] or there["x"] >= mine["x"] + mine["width"]
    if width > 1000:
        with desk.page.expect_download() as download:
            desk.press("s")
        download.value.save_as(tmp_path / "desk.png")
        shown = np.asarray(Image.open(tmp_path / "desk.png").convert("L")) / 255
        # Doubled: 24 beside, 280 a picture, 16 between, 24 above; the original is 96 wide, over the seam.
        tile = shown[2 * (24 + 24 + 280 - 96) : 2 * (24 + 24 + 280), 2 * (24 + 280 - 40) : 2 * (24 + 280 + 56)]
        cells = tile[3::7, 3::7][:27, :27]
        assert np.corrcoef(cells.ravel(), uci.images[17][:27, :27].ravel())[0, 1] > 0.9
    before = boxes()
    desk.press("0")
    expect(original).to_be_hidden()
    expect(root.locator(".tray .cell[data-current]")).to_have_count(0)
    assert boxes() == before
    # Back to its code by another way: the original is back, too.
    desk.press("Control+z")
    is_original(uci.images[17] / 255)
    expect(root.get_by_label("Number in the set")).to_have_value("17")
    if width > 1000:
        again = open_desk(f"{PAIR}&drawn={DRAWN}")
        np.testing.assert_allclose(again.grey(again.root.locator(".original canvas")), LEVELS / 15, atol=1 / 255)
        # What the seed has chosen is nobody's digit.
        expect(open_desk(PAIR).root.locator(".original")).to_be_hidden()
