"""The PNG shows what is on the maps, between them and below."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.web.map_page import OpenMap
from tests.web.shown import RECORD_TEXT, saved

# Doubled: margin, title, map, gap, and the place of the pictures between the maps.
PAD, TITLE, MAP, GAP, BETWEEN, PICTURE = 48, 48, 840, 40, 392, 336


@pytest.mark.parametrize(
    ("component", "query", "key", "prefix"),
    [("latent_map", "behind=lattice", "s", "map-lattice"), ("manifold_map", "surface=graph", "m", "map-graph")],
)
def test_png_of_both_maps(open_map: OpenMap, component: str, query: str, key: str, prefix: str) -> None:
    maps = open_map(f"left=tiny-tanh&right=tiny-ae&hide=9&{query}", component)
    maps.page.evaluate(RECORD_TEXT)
    name, file = saved(maps.page, key)
    assert name == f"{prefix}-tiny-tanh-tiny-ae.png"
    pixels = np.asarray(Image.open(file).convert("RGB"))
    pictures = maps.both() if component == "latent_map" else []
    apart = BETWEEN + 2 * GAP if pictures else GAP
    assert pixels.shape[1] == 2 * (PAD + MAP) + apart
    left = PAD + MAP + GAP
    for side, picture in enumerate(pictures):
        top = PAD + TITLE + side * MAP // 2
        shown = pixels[top : top + PICTURE, left : left + PICTURE, 0] / 255
        np.testing.assert_allclose(shown, np.kron(picture, np.ones((12, 12))), atol=0.01)
    written = maps.page.evaluate("window.written")
    for side in (0, 1):
        x = PAD + side * (MAP + apart)
        ground = pixels[PAD + TITLE : PAD + TITLE + MAP, x : x + MAP]
        coloured = np.ptp(ground.astype(int), axis=2) > 60
        assert 0.001 < coloured.mean() < 0.9, "the codes are coloured points"
        lines = {maps.where(side)} if pictures else {maps.facts(side), maps.numbers(side)}
        assert lines <= set(written)
    assert any(words.startswith("decoded") for words in written) != bool(pictures)
    for words in ("tiny-tanh", "UCI digits", "8"):
        assert words in written
    assert written.count("9") == 0
