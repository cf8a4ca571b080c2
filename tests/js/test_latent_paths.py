"""Paths through latent space, and what they cost in pictures, as Python has them."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.js.node import Node
from vae_core.spaces import paths

RNG = np.random.default_rng(5)
STEPS = 64


def codes(*rows: list[float]) -> NDArray[np.float32]:
    return np.array(rows, np.float32)


TOURS = {
    "two": RNG.normal(size=(2, 30)).astype(np.float32),
    "six": RNG.normal(size=(6, 16)).astype(np.float32),
    "twice the same": codes([1, 2], [1, 2], [-3, 1], [-3, 1]),
    "nowhere": codes([1, 2], [1, 2], [1, 2]),
    "from the origin": codes([0, 0], [1, 2], [2, 4]),
    "opposite": codes([1, 0], [-2, 0], [0, 1]),
    "one code": codes([0.5], [-1], [2]),
    "near and far": codes([1, 0, 0], [1, 1e-3, 0], [0, 0, 9]),
}


def as_python(path: str, stops: NDArray[np.float32]) -> NDArray[np.float32]:
    if path == "straight":
        return paths.through(stops, STEPS)
    return paths.joined([paths.slerp(a, b, STEPS) for a, b in pairwise(stops)], STEPS)


def test_tours_and_blends_as_in_python(node: Node) -> None:
    corners = RNG.normal(size=(4, 7)).astype(np.float32)
    pictures = RNG.random((3, 784)).astype(np.float32)
    found = node.evaluate(
        """async ([tours, corners, pictures]) => {
          const paths = await load("maths/paths.js");
          const { straight, slerp, crossFade, fourCorners, blend, pointAt } = paths;
          const curve = straight(tours[1]);
          return {
            tours: tours.map((stops) => [straight, slerp].map((path) => path(stops))),
            fade: crossFade(pictures, 5),
            grid: fourCorners(...corners, 9),
            inside: blend(...corners, 0.75, 0.125, new Float32Array(7)),
            between: [-1, 0, 2.25 / 63, 1, 2].map((t) => pointAt(curve, 16, t, new Float32Array(16))),
          };
        }""",
        [list(TOURS.values()), corners, pictures],
    )
    for (name, stops), curves in zip(TOURS.items(), found["tours"], strict=True):
        for path, curve in zip(("straight", "slerp"), curves, strict=True):
            expected = as_python(path, stops).ravel()
            np.testing.assert_allclose(curve, expected, atol=1e-5, err_msg=f"{name}, {path}")
            np.testing.assert_array_equal(np.reshape(curve, (-1, stops.shape[1]))[[0, -1]], stops[[0, -1]])
    np.testing.assert_allclose(found["fade"], paths.through(pictures, 5).ravel(), atol=1e-6)
    upper_left, upper_right, lower_left, lower_right = corners
    grid = paths.four_corners(upper_left, upper_right, lower_left, lower_right, 9)
    np.testing.assert_allclose(found["grid"], grid.ravel(), atol=1e-5)
    np.testing.assert_allclose(found["inside"], grid[1, 6], atol=1e-5)
    curve = paths.through(TOURS["six"], STEPS)
    places = [curve[0], curve[0], 0.75 * curve[2] + 0.25 * curve[3], curve[-1], curve[-1]]
    np.testing.assert_allclose(found["between"], places, atol=1e-5)


@pytest.mark.parametrize("seed", [3, 2**32 - 1])
def test_the_walk_as_in_python(node: Node, seed: int) -> None:
    """Asked in any order, and far on."""
    times = [0.0, 0.25, 7.5, 1.25, 900.0, 0.25]
    found = node.evaluate(
        """async ([seed, times]) => {
          const { RandomWalk } = await load("maths/paths.js");
          const walk = new RandomWalk(seed, 9);
          return times.map((t) => walk.at(t, new Float32Array(9)));
        }""",
        [seed, times],
    )
    expected = [paths.random_walk(9, 1, seed, 0.25, start=round(4 * t))[0] for t in times]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_measures_as_in_python(node: Node) -> None:
    jerky = RNG.random((9, 28, 28)).astype(np.float32)
    films: list[NDArray[np.float32]] = [jerky, np.repeat(jerky[:1], 3, axis=0)]
    answers: list[dict[str, Any]] = node.evaluate(
        """async (films) => {
          const { measure } = await load("maths/paths.js");
          return films.map((film) => measure(film, 784));
        }""",
        [film.ravel() for film in films],
    )
    for film, found in zip(films, answers, strict=True):
        expected = paths.measure_pictures(film)
        assert found["length"] == pytest.approx(expected.length, rel=1e-6)
        assert found["energy"] == pytest.approx(expected.energy, rel=1e-6)
        assert found["jump"] == (None if expected.jump is None else pytest.approx(expected.jump, rel=1e-6))
        np.testing.assert_allclose(found["speed"], expected.speed, rtol=1e-5)
    assert answers[1]["jump"] is None
