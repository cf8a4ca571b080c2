"""Planes and plots of codes, what lies behind them, and where a code that has no point is put: as Python has them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from tests.js.node import Node
from ui.encodings.projections import choose_rows
from ui.figures.palette import DIGITS
from vae_core import checkpoint
from vae_core.data import Digits, as_input
from vae_core.spaces import latent, projection
from vae_core.spaces.projection import ProjectionConfig

NAMES = ("tiny-ae", "tiny-vae-logvar")
# A seven that nobody has in a set.
LEVELS = np.zeros((28, 28), np.uint8)
LEVELS[5:8, 6:21] = 12
for step in range(15):
    LEVELS[8 + step, 18 - step // 2 : 21 - step // 2] = 15
# Where the mark is in the plot, as the module has it.
PLACED = """async ([address, model, digits, levels]) => {
  const at = (name) => load(`${name}.js`);
  const [{ loadPoints, Placing }, { loadLatent }] = [await at("projection/points"), await at("server/models")];
  const [points, latent] = [await loadPoints(address), await loadLatent(model, digits)];
  const z = Float32Array.from(latent.model.encode(Float32Array.from(levels, (level) => level / 15)));
  return new Promise((done) => {
    const placing = new Placing(() => done(placing.at(points, address, latent, z)));
    const placed = placing.at(points, address, latent, z);
    if (!placed.isWaiting) done(placed);
  });
}"""
# The winner and its share at places u, v of a plane.
VOTE = """async ([model, cells, hidden]) => {
  const { loadPlane } = await load("map/plane.js");
  const { Ballot } = await load("map/layers/votes.js");
  const ballot = new Ballot(await loadPlane(model, "uci"), new Set(hidden));
  for (const _ of ballot.tree.build());
  return cells.map((cell) => ballot.vote(cell));
}"""


def code_of(root: Path, name: str, levels: NDArray[Any]) -> NDArray[np.float32]:
    images = as_input(np.zeros((1, 28, 28), np.uint8))
    images[0, 0] = images.new_tensor(levels / 15)
    return np.asarray(checkpoint.load(root / name).encode(images).numpy())


CONFIGS = [ProjectionConfig("kernel-pca", 3, kernel) for kernel in ("rbf", "poly", "cosine")]


@pytest.mark.parametrize("config", [*(ProjectionConfig("pca", components) for components in (2, 3)), *CONFIGS])
def test_a_code_is_placed_where_python_projects_it(
    served_node: Node, served_checkpoints: Path, uci: Digits, config: ProjectionConfig
) -> None:
    for name in NAMES:
        query = f"method={config.method}&components={config.components}&kernel={config.kernel}&count=500&seed=3"
        if config.method == "pca":
            query = query.replace(f"&kernel={config.kernel}", "")
        address = f"projections/{name}/uci.safetensors?{query}"
        placed = served_node.evaluate(PLACED, [address, name, "uci", LEVELS.ravel()])
        codes = latent.encodings(checkpoint.load(served_checkpoints / name), uci.images).codes
        found = projection.project(codes[choose_rows(uci.labels, 500, 3)], config, 3)
        point = found.place(code_of(served_checkpoints, name, LEVELS))[0]
        np.testing.assert_allclose(placed["point"], point, atol=1e-4 * max(1, np.abs(found.points).max()))
        assert placed["how"] == ""


def test_maps_place_a_code_where_python_projects_it(served_node: Node, served_checkpoints: Path, uci: Digits) -> None:
    for name in NAMES:
        unit = served_node.evaluate(
            """async ([model, levels]) => {
              const plane = await (await load("map/plane.js")).loadPlane(model, "uci");
              const net = await (await load("server/models.js")).loadModel(model);
              return plane.unit(plane.project(net.encode(Float32Array.from(levels, (level) => level / 15))).place);
            }""",
            [name, LEVELS.ravel()],
        )
        plane = projection.plane(latent.encodings(checkpoint.load(served_checkpoints / name), uci.images).codes)
        offset = code_of(served_checkpoints, name, LEVELS)[0] - plane.origin
        np.testing.assert_allclose(unit, plane.axes @ offset, atol=1e-4)


def test_home_holds_nearly_all_digits_of_each_model(served_node: Node) -> None:
    shares = served_node.evaluate(
        """async () => {
          const { loadPlane } = await load("map/plane.js");
          const planes = await Promise.all(["tiny-ae", "tiny-vae-logvar"].map((name) => loadPlane(name, "uci")));
          const isHome = (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= 1;
          return planes.map(({ xs, ys }) => xs.filter((x, n) => isHome(x, ys[n])).length / xs.length);
        }"""
    )
    assert min(shares) >= 0.99


def test_votes_are_of_the_nearest_codes_in_full_space(served_node: Node, served_checkpoints: Path, uci: Digits) -> None:
    rng = np.random.default_rng(0)
    for name, hidden in (("ae-30", []), ("tiny-vae-sigma", []), ("tiny-tanh", [3, 8])):
        codes = latent.encodings(checkpoint.load(served_checkpoints / name), uci.images).codes
        plane = projection.plane(codes)
        spread = plane.points.std(0)
        cells = rng.normal(plane.points.mean(0), 1.5 * spread, (150, 2))
        votes_here = served_node.evaluate(VOTE, [name, cells, hidden])
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


def test_the_tree_finds_the_nearest_of_points_that_coincide(node: Node) -> None:
    rng = np.random.default_rng(1)
    points = rng.integers(0, 5, (400, 3)).astype(float)
    points[:, 2] = 0
    queries = rng.uniform(-2, 7, (60, 3))
    found = node.evaluate(
        """async ([points, queries, k]) => {
          const { Tree } = await load("map/layers/votes.js");
          const tree = new Tree([0, 1, 2].map((axis) => Float64Array.from(points, (point) => point[axis])), k);
          for (const _ of tree.build());
          return queries.map((query) => tree.nearest(query).slice());
        }""",
        [points, queries, 15],
    )
    distances, _ = NearestNeighbors(n_neighbors=15).fit(points).kneighbors(queries)
    for query, rows, wanted in zip(queries, found, distances, strict=True):
        assert len(set(rows.tolist())) == 15
        np.testing.assert_allclose(np.linalg.norm(points[rows] - query, axis=1), wanted, atol=1e-12)


def test_votes_fill_the_view_with_the_winners_colours(served_node: Node) -> None:
    cells = served_node.evaluate(
        """async (colours) => {
          const { loadPlane } = await load("map/plane.js");
          const { votes, Ballot, CELLS } = await load("map/layers/votes.js");
          const { Viewport } = await load("map/viewport.js");
          const plane = await loadPlane("tiny-tanh", "uci");
          const viewport = new Viewport(0.1, -0.2, 1.5);
          const canvas = document.createElement("canvas");
          for (const _ of votes(canvas, plane, viewport, new Set([1]), colours));
          const { data } = canvas.image;
          const ballot = new Ballot(plane, new Set([1]));
          for (const _ of ballot.tree.build());
          return Array.from({ length: CELLS * CELLS }, (_, k) => {
            const place = viewport.at([(k % CELLS) + 0.5, Math.floor(k / CELLS) + 0.5], CELLS);
            return { rgba: data.subarray(4 * k, 4 * k + 4), ...ballot.vote(plane.unit(place)) };
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
        assert [red, green, blue] == wanted


def test_density_follows_the_codes(served_node: Node, served_checkpoints: Path, uci: Digits) -> None:
    alpha = served_node.evaluate(
        """async () => {
          const { loadPlane } = await load("map/plane.js");
          const { drawDensity } = await load("map/layers/density.js");
          const { Viewport } = await load("map/viewport.js");
          const plane = await loadPlane("tiny-tanh", "uci");
          const canvas = document.createElement("canvas");
          drawDensity(canvas, plane, new Viewport(), new Set([0]), "#82AEFF");
          const counts = new Array(canvas.width ** 2).fill(0);
          plane.xs.forEach((x, n) => {
            const cell = [(x + 1) / 2, (1 - plane.ys[n]) / 2].map((at) => Math.floor(at * canvas.width));
            const inside = Math.min(...cell) >= 0 && Math.max(...cell) < canvas.width;
            if (inside && plane.labels[n]) counts[cell[1] * canvas.width + cell[0]] += 1;
          });
          return { shown: canvas.image.data.filter((_, k) => k % 4 === 3), counts: Float32Array.from(counts) };
        }"""
    )
    shown: NDArray[Any] = np.reshape(alpha["shown"], (160, 160)) / 255
    smooth = blurred(np.reshape(alpha["counts"], (160, 160)))
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
