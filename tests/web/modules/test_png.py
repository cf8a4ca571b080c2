"""The PNG shows what is on the desk."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.web.desk_page import DeskPage, OpenDesk
from tests.web.shown import RECORD_TEXT, grey, saved

# Doubled: left edge, width of a strip, and where the first strip begins below names, pictures and their lines.
LEFT, WIDTH, STRIPS = 2 * 24, 2 * 576, 2 * (24 + 24 + 280 + 28 + 24)
ROW = WIDTH / 11


def png(desk: DeskPage, name: str) -> Image.Image:
    found, file = saved(desk.page, "s")
    assert found == name
    return Image.open(file).convert("RGB")


def reddish(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Neither grey nor blue: the colour of an AE."""
    return pixels[..., 0].astype(int) - pixels[..., 2] > 60


def test_png_of_what_is_on_the_desk(open_desk: OpenDesk) -> None:
    desk = open_desk("left=tiny-ae&right=tiny-bernoulli")
    picture = desk.picture(1)
    pixels = np.asarray(png(desk, "desk-tiny-ae-tiny-bernoulli.png").convert("L")) / 255
    # The right picture: 28 pixels of 20 each, unblurred, 48 pixels down and 24 + 280 + 16 across, all doubled.
    enlarged = pixels[96 : 96 + 560, 640 : 640 + 560]
    np.testing.assert_allclose(enlarged, np.kron(picture, np.ones((20, 20))), atol=0.01)
    # The samples: 35 pixels a cell, doubled, below both strips.
    cell = round(2 * 576 / 11)
    last = grey(desk.root.locator(".sample-grid").nth(1).locator("canvas").nth(47))
    shown = pixels[:, 640 : 640 + 560].reshape(len(pixels), 8, 70)
    rows = np.arange(2 * (24 + 24 + 280 + 28 + 24 + 32) + 2 * cell - 2, len(pixels) - 6 * 70)
    wanted = Image.fromarray((last * 255).astype(np.uint8)).resize((70, 70), Image.Resampling.NEAREST)
    errors = [np.abs(shown[row + 350 : row + 420, 7] - np.asarray(wanted) / 255).mean() for row in rows[:8]]
    assert min(errors) < 0.02


def test_png_marks_where_z_is_and_says_whence(open_desk: OpenDesk) -> None:
    desk = open_desk("left=tiny-tanh&right=tiny-ae&z=0.5_0&z2=-0.5_0_3_0&seed=5")
    desk.page.evaluate(RECORD_TEXT)
    desk.nudge(0, "PageUp")
    pixels = np.asarray(png(desk, "desk-tiny-tanh-tiny-ae.png"))
    # As far as the codes go, and the slider with them.
    end = float(desk.slider(0).get_attribute("max") or 0)
    moved = desk.values()[0]
    for side, value in enumerate((moved, moved - 1)):
        top = round(STRIPS + side * ROW)
        columns = np.flatnonzero(reddish(pixels[top : top + 80]).all(axis=0))
        wanted = LEFT + ((value / end + 1) / 2 * 10 + 0.5) * ROW
        assert len(columns)
        assert np.abs(columns - wanted).max() < 8, (side, columns)
    # The dots beside the names: the left one is filled, the right one a ring.
    assert reddish(pixels[58, 58])
    assert not reddish(pixels[58, 58 + 2 * 296])
    assert reddish(pixels[58, 58 + 2 * 296 + 8])
    assert "UCI digits, seed 5" in desk.page.evaluate("window.written")

    desk.nudge(2, "PageUp", "s")
    assert "tiny-tanh has no z₂" in desk.page.evaluate("window.written")
