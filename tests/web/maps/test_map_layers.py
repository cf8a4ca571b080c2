"""What lies behind the points, against PyTorch and scikit-learn; and the points themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from tests.web.map_page import MapPage
from ui.figures.palette import DIGITS
from vae_core import checkpoint
from vae_core.data import Digits
from vae_core.spaces import latent, projection

OpenMap = Callable[..., MapPage]
GREY = 2.5e-3
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


def test_the_lattice_is_decoded_where_its_cells_are(open_map: OpenMap, served_checkpoints: Path) -> None:
    latent_map = open_map()
    latent_map.page.evaluate(RECORD)
    latent_map.choose_behind("Lattice")
    latent_map.page.wait_for_function(f"() => window.put.length >= {2 * CELLS * CELLS}")
    put = latent_map.page.evaluate("window.put.map(({ x, y }) => ({ x, y }))")
    assert len(put) == 2 * CELLS * CELLS
    # From the middle outwards.
    assert max(abs(cell["x"] / SIZE - 9.5) for cell in put[:8]) <= 0.5
    size = latent_map.root.locator(".frame").first.evaluate("(frame) => frame.clientWidth")
    models = [checkpoint.load(served_checkpoints / name) for name in ("tiny-ae", "tiny-vae-logvar")]
    for column, row in ((0, 0), (19, 0), (7, 12)):
        pixel = [(column + 0.5) / CELLS * size, (row + 0.5) / CELLS * size]
        codes = latent_map.codes(pixel, ("tiny-ae", "tiny-vae-logvar"))
        shown = latent_map.page.evaluate(READ_PUT, [column * SIZE, row * SIZE])
        wanted = [
            model.decode(torch.tensor([z], dtype=torch.float32))[0, 0] for model, z in zip(models, codes, strict=True)
        ]
        assert len(shown) == 2
        # The two maps take turns, and either may be first.
        errors = [
            max(np.abs(np.reshape(s, (SIZE, SIZE)) / 255 - w.numpy()).max() for s, w in zip(order, wanted, strict=True))
            for order in (shown, shown[::-1])
        ]
        assert min(errors) < GREY


def votes(page: Page, model: str, cells: list[list[float]], hidden: list[int]) -> list[dict[str, float]]:
    """The winner and its share at places u, v of a plane."""
    found: list[dict[str, float]] = page.evaluate(
        """async ([model, cells, hidden]) => {
          const { loadPlane } = await load("map/plane.js");
          const { Ballot } = await load("map/layers/votes.js");
          const ballot = new Ballot(await loadPlane(model, "uci"), new Set(hidden));
          for (const _ of ballot.tree.build());
          return cells.map((cell) => ballot.vote(cell));
        }""",
        [model, cells, hidden],
    )
    return found


def test_votes_are_those_of_the_nearest_codes_in_the_full_space(
    modules: Page, served_checkpoints: Path, uci: Digits
) -> None:
    rng = np.random.default_rng(0)
    for name, hidden in (("ae-30", []), ("tiny-vae-sigma", []), ("tiny-tanh", [3, 8])):
        codes = latent.encodings(checkpoint.load(served_checkpoints / name), uci.images).codes
        plane = projection.plane(codes)
        spread = plane.points.std(0)
        cells = rng.normal(plane.points.mean(0), 1.5 * spread, (150, 2))
        votes_here = votes(modules, name, cells.tolist(), hidden)
        seen = ~np.isin(uci.labels, hidden)
        oracle = KNeighborsClassifier(15).fit(codes[seen], uci.labels[seen])
        shares = oracle.predict_proba(plane.origin + cells @ plane.axes)
        winners = oracle.classes_[shares.argmax(1)]
        # Where the fifteenth and the sixteenth are equally far, float32 decides.
        same = [
            vote["winner"] == winner and abs(vote["share"] - share) < 1e-6
            for vote, winner, share in zip(votes_here, winners, shares.max(1), strict=True)
        ]
        assert np.mean(same) > 0.97, name
        clear = np.sort(shares, 1)[:, -1] - np.sort(shares, 1)[:, -2] > 0.15
        assert clear.any(), name
        assert all(vote["winner"] == winner for vote, winner, c in zip(votes_here, winners, clear, strict=True) if c)


def test_the_tree_finds_the_nearest_of_points_that_coincide(modules: Page) -> None:
    rng = np.random.default_rng(1)
    points = rng.integers(0, 5, (400, 3)).astype(float)
    points[:, 2] = 0
    queries = rng.uniform(-2, 7, (60, 3))
    found = modules.evaluate(
        """async ([points, queries, k]) => {
          const { Tree } = await load("map/layers/tree.js");
          const tree = new Tree([0, 1, 2].map((axis) => Float64Array.from(points, (point) => point[axis])), k);
          for (const _ of tree.build());
          return queries.map((query) => Array.from(tree.nearest(query)));
        }""",
        [points.tolist(), queries.tolist(), 15],
    )
    distances, _ = NearestNeighbors(n_neighbors=15).fit(points).kneighbors(queries)
    for query, rows, wanted in zip(queries, found, distances, strict=True):
        assert len(set(rows)) == 15
        np.testing.assert_allclose(np.linalg.norm(points[rows] - query, axis=1), wanted, atol=1e-12)


def test_votes_fill_the_view_with_the_winners_colours(modules: Page) -> None:
    cells = modules.evaluate(
        """async (colours) => {
          const { loadPlane } = await load("map/plane.js");
          const { votes, Ballot, CELLS } = await load("map/layers/votes.js");
          const { Viewport } = await load("map/viewport.js");
          const plane = await loadPlane("tiny-tanh", "uci");
          const viewport = new Viewport(0.1, -0.2, 1.5);
          const canvas = document.createElement("canvas");
          for (const _ of votes(canvas, plane, viewport, new Set([1]), colours));
          const { data } = canvas.getContext("2d").getImageData(0, 0, CELLS, CELLS);
          const ballot = new Ballot(plane, new Set([1]));
          for (const _ of ballot.tree.build());
          return Array.from({ length: CELLS * CELLS }, (_, k) => {
            const place = viewport.at([(k % CELLS) + 0.5, Math.floor(k / CELLS) + 0.5], CELLS);
            return { rgba: Array.from(data.subarray(4 * k, 4 * k + 4)), ...ballot.vote(plane.unit(place)) };
          });
        }""",
        list(DIGITS["dark"]),
    )
    assert len(cells) == 96 * 96
    for cell in cells[::37]:
        colour = DIGITS["dark"][cell["winner"]]
        wanted = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
        red, green, blue, alpha = cell["rgba"]
        assert cell["winner"] != 1
        assert 40 < alpha <= 150
        # A canvas keeps colours multiplied by alpha, and so less exactly.
        np.testing.assert_allclose([red, green, blue], wanted, atol=3)


def test_the_legend_takes_digits_off_the_maps(open_map: OpenMap) -> None:
    def colours(latent_map: MapPage) -> set[str]:
        found: dict[str, int] = latent_map.root.locator(".base").first.evaluate(READ_BASE)
        return {colour for colour in DIGITS["dark"] if found.get(colour.upper(), 0) > 5}

    latent_map = open_map("left=tiny-tanh&right=tiny-ae&hide=123456789")
    assert colours(latent_map) == {DIGITS["dark"][0]}
    latent_map.button("Digit 7").click()
    latent_map.settle_frame()
    assert colours(latent_map) == {DIGITS["dark"][0], DIGITS["dark"][7]}
    latent_map.page.wait_for_url("**hide=12345689**")


def test_density_follows_the_codes(modules: Page, served_checkpoints: Path, uci: Digits) -> None:
    alpha = modules.evaluate(
        """async () => {
          const { loadPlane } = await load("map/plane.js");
          const { drawDensity } = await load("map/layers/density.js");
          const { Viewport } = await load("map/viewport.js");
          const plane = await loadPlane("tiny-tanh", "uci");
          const canvas = document.createElement("canvas");
          drawDensity(canvas, plane, new Viewport(), new Set([0]), "#82AEFF");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.width);
          const counts = new Array(canvas.width ** 2).fill(0);
          plane.xs.forEach((x, n) => {
            const cell = [(x + 1) / 2, (1 - plane.ys[n]) / 2].map((at) => Math.floor(at * canvas.width));
            const inside = Math.min(...cell) >= 0 && Math.max(...cell) < canvas.width;
            if (inside && plane.labels[n]) counts[cell[1] * canvas.width + cell[0]] += 1;
          });
          return { shown: Array.from(data.filter((_, k) => k % 4 === 3)), counts };
        }"""
    )
    shown: NDArray[Any] = np.reshape(alpha["shown"], (160, 160)) / 255
    counts = Image.fromarray(np.reshape(alpha["counts"], (160, 160)).astype(np.float32))
    smooth = blurred(np.asarray(counts))
    inner = (slice(15, -15), slice(15, -15))
    top = 2 * (smooth**2).sum() / smooth.sum()
    wanted = 0.9 * np.minimum(1, smooth / top) ** 0.6
    np.testing.assert_allclose(shown[inner], wanted[inner], atol=0.06)


def blurred(counts: NDArray[Any]) -> NDArray[np.float64]:
    """By a Gaussian of 3.46 cells: three boxes of seven."""
    axis = np.arange(-14, 15)
    kernel = np.exp(-0.5 * (axis / np.sqrt(12)) ** 2)
    kernel /= kernel.sum()
    rows = np.apply_along_axis(np.convolve, 0, counts, kernel, "same")
    return np.asarray(np.apply_along_axis(np.convolve, 1, rows, kernel, "same"))


def test_slices_take_turns_and_can_be_dropped(modules: Page) -> None:
    record = modules.evaluate(
        """async () => {
          const { Slices } = await load("kit/slices.js");
          const slices = new Slices(3);
          const ran = { a: 0, b: 0, old: 0, dropped: 0 };
          const ends = [];
          function* steps(name, count) {
            for (let k = 0; k < count; k++) {
              const until = performance.now() + 1;
              while (performance.now() < until);
              ran[name] += 1;
              yield;
            }
          }
          let frames = 0;
          await new Promise((done) => {
            slices.start("a", steps("old", 50), () => ends.push("old"));
            slices.start("a", steps("a", 30), (end) => end && ends.push("a"));
            slices.start("dropped", steps("dropped", 1000), () => ends.push("dropped"));
            slices.cancel("dropped");
            slices.start("b", steps("b", 30), (end) => {
              frames += 1;
              if (end) { ends.push("b"); done(); }
            });
          });
          const stopped = new Slices(3);
          stopped.start("c", steps("dropped", 10), () => ends.push("stopped"));
          stopped.stop();
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          return { ran, ends, frames };
        }"""
    )
    assert record["ran"] == {"a": 30, "b": 30, "old": 0, "dropped": 0}
    assert sorted(record["ends"]) == ["a", "b"]
    # 60 ms of work, at most 3 and the rest of one step a frame.
    assert record["frames"] >= 15
