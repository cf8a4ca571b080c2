import numpy as np
import pytest
from numpy.typing import NDArray

from vae_core.errors import PathError
from vae_core.spaces.intrinsic_dimension import two_nn


def sheet(count: int, dim: int, seed: int = 0) -> NDArray[np.float64]:
    """A bent sheet of `dim` dimensions in thirty."""
    generator = np.random.default_rng(seed)
    flat = generator.random((count, dim))
    bend = np.sin(flat @ generator.normal(size=(dim, dim)))
    basis, _ = np.linalg.qr(generator.normal(size=(30, 2 * dim)))
    return np.concatenate([flat, 0.3 * bend], axis=1) @ basis.T


@pytest.mark.parametrize(("dim", "tolerance"), [(1, 0.1), (2, 0.2), (3, 0.3)])
def test_a_planted_sheet(dim: int, tolerance: float) -> None:
    found = two_nn(sheet(2000, dim))
    assert found.dimension == pytest.approx(dim, abs=tolerance)
    assert (found.points, found.duplicates) == (2000, 0)
    assert len(found.log_ratio) == len(found.tail) == 1800


def test_the_dimension_is_a_line_through_0() -> None:
    found = two_nn(sheet(300, 2), discard=0)
    (slope,), *_ = np.linalg.lstsq(found.log_ratio[:, None], found.tail)
    assert found.dimension == pytest.approx(slope)
    np.testing.assert_allclose(1 - np.exp(-found.tail), np.arange(1, 301) / 301)


def test_neither_scale_nor_place_matters() -> None:
    points = sheet(400, 2)
    assert two_nn(1e3 * points + 7).dimension == pytest.approx(two_nn(points).dimension, rel=1e-4)


def test_copies_count_once() -> None:
    points = sheet(400, 2)
    found = two_nn(np.concatenate([points, points[:100], points[:50]]))
    assert (found.points, found.duplicates) == (400, 150)
    assert found.dimension == pytest.approx(two_nn(points).dimension)


def test_of_many_points_some_are_drawn_by_the_seed() -> None:
    points = sheet(900, 3)
    first, again, other = (two_nn(points, seed=seed, samples=500) for seed in (0, 0, 1))
    assert first.points == 500
    assert first.dimension == again.dimension != other.dimension


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (np.ones((50, 4)), "three different points, not 1"),
        (np.array([[0.0], [1.0]]), "three different points, not 2"),
        (np.arange(3.0)[:, None][[0, 1, 2, 2]] * np.nan, "not finite"),
        (np.stack(np.meshgrid(np.arange(6.0), np.arange(6.0)), -1).reshape(-1, 2), "no dimension"),
    ],
    ids=["collapsed", "two", "nan", "lattice"],
)
def test_what_has_no_dimension_says_why(points: NDArray[np.float64], message: str) -> None:
    with pytest.raises(PathError, match=message):
        two_nn(points)
