"""What lies behind the points, against PyTorch and scikit-learn; and the points themselves."""

from __future__ import annotations

import numpy as np

from tests.web.map_page import MapPage, OpenMap
from tests.web.oracle import GREY, Oracle
from tests.web.shown import TINY_NAMES
from ui.figures.palette import DIGITS

CELLS, SIZE = 20, 28
# Every picture that goes into a lattice, with where it goes.
RECORD = """() => {
  window.put = [];
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (image, x, y, ...rest) {
    if (this.canvas.width === 560) {
      window.put.push({ x, y, data: image.data.slice() });
    }
    return put.call(this, image, x, y, ...rest);
  };
}"""
# The grey levels of those that went to one place.
READ_PUT = """([x, y]) => window.put
  .filter((cell) => cell.x === x && cell.y === y)
  .map(({ data }) => Array.from(data.filter((_, i) => i % 4 === 0)))"""
READ_BASE = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const found = {};
  for (let k = 0; k < data.length; k += 4) {
    const colour = "#" + [0, 1, 2].map((c) => data[k + c].toString(16).padStart(2, "0")).join("").toUpperCase();
    found[colour] = (found[colour] ?? 0) + 1;
  }
  return found;
}"""


def test_the_lattice_is_decoded_where_its_cells_are(open_map: OpenMap, oracle: Oracle) -> None:
    latent_map = open_map()
    latent_map.page.evaluate(RECORD)
    latent_map.choose("Lattice")
    latent_map.page.wait_for_function(f"() => window.put.length >= {2 * CELLS * CELLS}")
    put = latent_map.page.evaluate("window.put.map(({ x, y }) => ({ x, y }))")
    assert len(put) == 2 * CELLS * CELLS
    # From the middle outwards.
    assert max(abs(cell["x"] / SIZE - 9.5) for cell in put[:8]) <= 0.5
    for column, row in ((0, 0), (19, 0), (7, 12)):
        pixel = [(place + 0.5) / CELLS * latent_map.size for place in (column, row)]
        codes = latent_map.codes(pixel, TINY_NAMES)
        wanted = np.array([oracle.decode(name, z) for name, z in zip(TINY_NAMES, codes, strict=True)])
        shown = np.reshape(latent_map.page.evaluate(READ_PUT, [column * SIZE, row * SIZE]), (2, SIZE, SIZE)) / 255
        # The two maps take turns, and either may be first.
        assert min(np.abs(order - wanted).max() for order in (shown, shown[::-1])) < GREY


def test_the_legend_takes_digits_off_the_maps(open_map: OpenMap) -> None:
    latent_map = open_map("left=tiny-tanh&right=tiny-ae&hide=123456789")
    assert colours(latent_map) == {DIGITS["dark"][0]}
    latent_map.click("Digit 7")
    assert colours(latent_map) == {DIGITS["dark"][0], DIGITS["dark"][7]}
    latent_map.page.wait_for_url("**hide=12345689**")


def colours(latent_map: MapPage) -> set[str]:
    """Of the digits that the left map shows."""
    found: dict[str, int] = latent_map.root.locator(".base").first.evaluate(READ_BASE)
    return {colour for colour in DIGITS["dark"] if found.get(colour.upper(), 0) > 5}
