"""The PNG shows what is on the maps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from tests.web.map_page import MapPage
from tests.web.modules.test_png import RECORD_TEXT

# Doubled: margin, title, map, gap, and the place of the pictures between the maps.
PAD, TITLE, MAP, GAP, BETWEEN, PICTURE = 48, 48, 840, 40, 392, 336


def test_png_of_both_maps(open_map: Callable[..., MapPage], tmp_path: Path) -> None:
    latent_map = open_map("left=tiny-tanh&right=tiny-ae&hide=9&behind=lattice")
    latent_map.page.evaluate(RECORD_TEXT)
    pictures = latent_map.pictures()
    with latent_map.page.expect_download() as download:
        latent_map.press("s")
    assert download.value.suggested_filename == "map-tiny-tanh-tiny-ae.png"
    download.value.save_as(tmp_path / "map.png")
    pixels = np.asarray(Image.open(tmp_path / "map.png").convert("RGB"))
    assert pixels.shape[1] == 2 * (PAD + MAP + GAP) + BETWEEN
    left = PAD + MAP + GAP + (BETWEEN - PICTURE) // 2
    for side, picture in enumerate(pictures):
        top = PAD + TITLE + side * MAP // 2
        shown = pixels[top : top + PICTURE, left : left + PICTURE, 0] / 255
        np.testing.assert_allclose(shown, np.kron(picture, np.ones((12, 12))), atol=0.01)
        x = PAD + side * (MAP + BETWEEN + 2 * GAP)
        ground = pixels[PAD + TITLE : PAD + TITLE + MAP, x : x + MAP]
        coloured = np.ptp(ground.astype(int), axis=2) > 60
        assert 0.001 < coloured.mean() < 0.9, "the codes are coloured points"
    written = latent_map.page.evaluate("window.written")
    for words in ("tiny-tanh", latent_map.where(0), latent_map.where(1), "UCI digits", "8"):
        assert words in written
    assert written.count("9") == 0
