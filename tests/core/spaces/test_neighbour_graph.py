import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from vae_core.errors import DisconnectedError, PathError
from vae_core.spaces.neighbour_graph import (
    METRICS,
    NeighbourMetric,
    graph,
    graph_of,
    in_pixels,
    nearest_row,
    neighbours,
    shortest_path,
)

Array = NDArray[np.float32]


def ring(count: int) -> Array:
    angle = 2 * np.pi * np.arange(count) / count
    return np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)


def brute_force(codes: Array, k: int, metric: str, mutual: bool) -> NDArray[np.float64]:
    """[N, N] lengths of the arcs, infinite where there is none."""
    distances = cdist(codes.astype(np.float64), codes.astype(np.float64), metric)
    if metric == "cosine":
        distances = np.arccos(np.clip(1 - distances, -1, 1))
    np.fill_diagonal(distances, np.inf)
    near = np.zeros(distances.shape, bool)
    np.put_along_axis(near, np.argsort(distances, axis=1)[:, :k], True, axis=1)
    joined = near & near.T if mutual else near | near.T
    return np.where(joined, distances, np.inf)


def floyd_warshall(lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    shortest = lengths.copy()
    np.fill_diagonal(shortest, 0)
    for via in range(len(shortest)):
        shortest = np.minimum(shortest, shortest[:, via, None] + shortest[via])
    return shortest


@given(st.integers(0, 2**16), st.integers(1, 6), st.sampled_from(METRICS), st.booleans())
def test_arcs_and_paths_are_those_of_brute_force(seed: int, k: int, metric: NeighbourMetric, mutual: bool) -> None:
    codes = np.random.default_rng(seed).normal(size=(16, 3)).astype(np.float32)
    found = graph(codes, k, metric, mutual)
    arcs = brute_force(codes, k, metric, mutual)
    np.testing.assert_array_equal(found.arcs, np.argwhere(np.triu(np.isfinite(arcs))))
    np.testing.assert_allclose(found.matrix.toarray(), np.where(np.isfinite(arcs), arcs, 0), rtol=1e-4, atol=1e-6)
    shortest = floyd_warshall(arcs)
    assert found.components == len(np.unique(np.isfinite(shortest), axis=0))
    for target in range(16):
        assert (found.labels[target] == found.labels[0]) == np.isfinite(shortest[0, target])
        if np.isfinite(shortest[0, target]):
            path = shortest_path(found, 0, target)
            assert [path.rows[0], path.rows[-1]] == [0, target]
            along = sum(arcs[a, b] for a, b in itertools.pairwise(path.rows))
            assert [along, path.length] == pytest.approx([shortest[0, target]] * 2, rel=1e-4, abs=1e-6)


def test_by_angle_a_way_round_the_circle_is_as_long_as_its_angle() -> None:
    """Codes of any length; along the way angles add up, as 1 - cos does not."""
    codes = ring(40) * np.random.default_rng(0).uniform(0.1, 9, (40, 1)).astype(np.float32)
    found = graph(codes, 2, "cosine")
    np.testing.assert_allclose(found.lengths, 2 * np.pi / 40, rtol=1e-4)
    assert shortest_path(found, 3, 13).length == pytest.approx(10 * 2 * np.pi / 40, rel=1e-4)
    assert graph(np.array([[1.0, 0], [-2.0, 0]], np.float32), 1, "cosine").lengths[0] == pytest.approx(np.pi)


@pytest.mark.parametrize("metric", METRICS)
def test_graphs_of_fewer_neighbours_come_from_those_found_once(metric: NeighbourMetric) -> None:
    codes, strangers = np.split(np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32), [50])
    found = neighbours(codes, 9, metric)
    for k in (1, 4, 9):
        for mutual in (False, True):
            some, expected = graph_of(found, k, mutual), graph(codes, k, metric, mutual)
            np.testing.assert_array_equal(some.arcs, expected.arcs)
            np.testing.assert_array_equal(some.lengths, expected.lengths)
            assert some.k == k
    with pytest.raises(ValueError, match="9 neighbours were found, not 10"):
        graph_of(found, 10)
    nearest = [nearest_row(codes, stranger, metric) for stranger in strangers]
    np.testing.assert_array_equal(nearest, cdist(strangers.astype(float), codes.astype(float), metric).argmin(1))


@pytest.mark.parametrize("mutual", [False, True])
def test_the_path_goes_round_the_ring(mutual: bool) -> None:
    found = graph(ring(40), 2, mutual=mutual)
    assert found.components == 1
    assert len(found.arcs) == 40
    path = shortest_path(found, 3, 13)
    assert path.rows == list(range(3, 14))
    assert path.length == pytest.approx(10 * 2 * np.sin(np.pi / 40), rel=1e-5)
    assert shortest_path(found, 38, 2).rows == [38, 39, 0, 1, 2]
    assert shortest_path(found, 7, 7).rows == [7]
    assert shortest_path(found, 7, 7).length == 0


def test_separate_parts_are_counted_and_say_what_to_do() -> None:
    codes = np.concatenate([ring(5) + 100, ring(9)])
    found = graph(codes, 2)
    assert found.components == 2
    assert set(found.labels[:5]) == {1}
    assert set(found.labels[5:]) == {0}, "the larger part is the first"
    with pytest.raises(DisconnectedError, match=r"parts of the graph \(2 in all\); take more than k = 2 neighbours$"):
        shortest_path(found, 0, 8)
    with pytest.raises(DisconnectedError, match=r"k = 1 neighbours, or not only mutual ones$"):
        shortest_path(graph(codes, 1, mutual=True), 0, 8)


def test_twins_are_joined_by_arcs_of_no_length() -> None:
    twins = np.repeat(np.array([[0.0], [1.0], [2.5]], np.float32), 3, axis=0)
    found = graph(twins, 3)
    path = shortest_path(found, 0, 8)
    assert found.components == 1
    assert path.length == pytest.approx(2.5)
    everyone = graph(np.ones((6, 2), np.float32), 5)
    assert everyone.components == 1
    assert shortest_path(everyone, 0, 5).length == 0


@pytest.mark.parametrize(
    ("metric", "lengths"), [("euclidean", [1, 2, 3, 1, 2, 1]), ("cosine", [np.pi / 3] * 3 + [0] * 3)]
)
def test_one_coordinate_and_a_code_at_0(metric: NeighbourMetric, lengths: list[float]) -> None:
    found = graph(np.array([[0.0], [1.0], [2.0], [3.0]], np.float32), 3, metric)
    assert found.components == 1
    np.testing.assert_allclose(found.lengths, lengths, atol=1e-7)


def test_in_pixels_an_arc_is_as_long_as_its_pictures_are_apart() -> None:
    codes, pictures = ring(12), np.random.default_rng(0).random((12, 28, 28), np.float32)
    found = in_pixels(graph(codes, 2), pictures)
    for (a, b), length in zip(found.arcs, found.lengths, strict=True):
        assert length == pytest.approx(np.linalg.norm(pictures[a] - pictures[b]), rel=1e-5)
    assert found.weight == "pixels"
    assert shortest_path(found, 0, 1).length <= np.linalg.norm(pictures[0] - pictures[1]) * (1 + 1e-5)
    collapsed = in_pixels(graph(codes, 2), np.zeros((12, 28, 28), np.float32))
    assert shortest_path(collapsed, 0, 6).length == 0
    nobody = graph(np.array([[0.0], [1.0], [1.5]], np.float32), 1, mutual=True)
    assert len(in_pixels(nobody, pictures[:3]).arcs) == 1


@pytest.mark.parametrize(
    ("codes", "k", "message"),
    [
        (ring(4), 0, "k is 0; with 4 digits it must be 1 to 3"),
        (ring(4), 4, "k is 4; with 4 digits it must be 1 to 3"),
        (ring(1), 1, "at least two digits, not 1"),
        (np.array([[np.nan], [1.0], [2.0]], np.float32), 1, "not finite"),
    ],
)
def test_what_cannot_be_joined_says_why(codes: Array, k: int, message: str) -> None:
    with pytest.raises(PathError, match=message):
        graph(codes, k)
