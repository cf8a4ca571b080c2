import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from scipy.spatial import geometric_slerp
from scipy.spatial.distance import cdist
from scipy.stats import kstest

from tests import tiny
from vae_core.data import Digits
from vae_core.errors import PathError
from vae_core.spaces import paths

Array = NDArray[np.float32]
PATHS = (paths.straight, paths.slerp, lambda a, b, steps: paths.through(np.stack([a, b]), steps))
COORDINATE = st.floats(-1e3, 1e3, width=32)
ENDS = st.integers(1, 5).flatmap(lambda dim: hnp.arrays(np.float32, (2, dim), elements=COORDINATE))


@given(ENDS, st.integers(2, 9))
def test_every_path_is_finite_and_has_its_ends_exactly(ends: Array, steps: int) -> None:
    a, b = ends
    for path in PATHS:
        curve = path(a, b, steps)
        assert curve.shape == (steps, len(a))
        assert curve.dtype == np.float32
        assert np.isfinite(curve).all()
        np.testing.assert_array_equal(curve[[0, -1]], ends)


@given(hnp.arrays(np.float32, (2, 4), elements=st.floats(-5, 5, width=32)), st.integers(2, 9))
def test_slerp_follows_the_great_circle_and_its_norm_goes_evenly(ends: Array, steps: int) -> None:
    wide = ends.astype(np.float64)
    norms = np.linalg.norm(wide, axis=1)
    assume(norms.min() >= 0.1)
    directions = wide / norms[:, None]
    assume(abs(directions[0] @ directions[1]) <= 0.999)
    t = np.linspace(0, 1, steps)
    expected = geometric_slerp(*directions, t) * ((1 - t) * norms[0] + t * norms[1])[:, None]
    np.testing.assert_allclose(paths.slerp(*ends, steps), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("a", "b"),
    [([1.0, 2.0], [-2.0, -4.0]), ([0.0, 0.0], [3.0, 1.0]), ([2.0, 1.0], [2.0, 1.0]), ([0.5], [3.0]), ([0.5], [-3.0])],
    ids=["opposite", "from 0", "equal", "one dimension", "one dimension through 0"],
)
def test_slerp_goes_straight_where_the_circle_is_not_unique(a: list[float], b: list[float]) -> None:
    ends = np.array(a, np.float32), np.array(b, np.float32)
    np.testing.assert_array_equal(paths.slerp(*ends, 7), paths.straight(*ends, 7))


def test_a_tour_keeps_its_speed_round_every_corner() -> None:
    corners = np.array([[0, 0], [3, 0], [3, 0], [3, 1], [3, 5]], np.float32)
    expected = np.array([[0, 0], [1, 0], [2, 0], [3, 0], [3, 1], [3, 2], [3, 3], [3, 4], [3, 5]], np.float32)
    np.testing.assert_allclose(paths.through(corners, 9), expected, atol=1e-6)
    there_and_back = paths.through(corners[[0, 1, 0]], 7)
    np.testing.assert_allclose(there_and_back[:, 0], [0, 1, 2, 3, 2, 1, 0], atol=1e-6)
    for rows in ([1], [1] * 4):
        np.testing.assert_array_equal(paths.through(corners[rows], 5), corners[[1] * 5])


def test_time_follows_the_moves_it_is_given() -> None:
    places = np.array([[0, 0], [1, 0], [2, 2], [9, 9], [5, 5]], np.float32)
    found = paths.resample(places, 9, np.array([3.0, 1.0, 0.0, 4.0]))
    np.testing.assert_allclose(found[[0, 3, 4, 6]], [[0, 0], [1, 0], [2, 2], [3.5, 3.5]], atol=1e-6)
    np.testing.assert_array_equal(found[-1], [5, 5])


def test_each_leg_of_a_tour_keeps_its_speed_and_takes_time_by_its_length() -> None:
    a, b, c = np.array([[2, 0], [0, 2], [0, 5]], np.float32)
    arc, line, nowhere = paths.slerp(a, b, 64), paths.straight(b, c, 64), paths.straight(b, b, 64)
    np.testing.assert_array_equal(paths.joined([arc], 64), arc)
    # A quarter of a circle of radius 2, of length pi, then 3.
    half_way = math.pi / (math.pi + 3)
    for legs in ([arc, line], [arc, nowhere, line]):
        found = paths.joined(legs, 101)
        time = np.linspace(0, 1, 101)
        angles, on_arc = np.arctan2(found[:, 1], found[:, 0]), time < half_way - 0.01
        np.testing.assert_allclose(angles[on_arc], time[on_arc] / half_way * math.pi / 2, atol=1e-3)
        on_line = time > half_way + 0.01
        expected = 2 + 3 * (time[on_line] - half_way) / (1 - half_way)
        np.testing.assert_allclose(found[on_line, 1], expected, atol=1e-3)
    by_other_lengths = paths.joined([arc, line], 101, [1.0, 4.0])
    np.testing.assert_allclose(by_other_lengths[20], b, atol=1e-5)
    np.testing.assert_allclose(by_other_lengths[60], [0, 3.5], atol=1e-5)


def test_a_path_takes_two_steps_and_two_pictures() -> None:
    with pytest.raises(ValueError, match="two steps, not 1"):
        paths.straight(np.zeros(2, np.float32), np.ones(2, np.float32), 1)
    with pytest.raises(ValueError, match="two pictures, not 1"):
        paths.measure_pictures(np.zeros((1, 28, 28), np.float32))


@given(st.integers(0, 2**16), st.integers(2, 12))
def test_the_energy_is_at_least_the_square_of_the_length(seed: int, count: int) -> None:
    pictures = np.random.default_rng(seed).random((count, 28, 28), np.float32)
    found = paths.measure_pictures(pictures)
    steps = np.array([np.sqrt(np.square(b.astype(float) - a).sum()) for a, b in itertools.pairwise(pictures)])
    assert found.length == pytest.approx(steps.sum())
    assert found.energy == pytest.approx((count - 1) * (steps**2).sum())
    assert found.jump == pytest.approx(steps.max() / steps.mean())
    assert found.length**2 <= found.energy * (1 + 1e-12)
    assert found.speed.mean() == pytest.approx(found.length, rel=1e-5)


def test_a_cross_fade_moves_at_constant_speed_and_a_still_picture_not_at_all(uci: Digits) -> None:
    a, b = uci.images[[0, 1]].astype(np.float32) / 255
    fade = paths.cross_fade(a, b, 11)
    np.testing.assert_array_equal(fade[[0, -1]], [a, b])
    found = paths.measure_pictures(fade, uci.images)
    distance = np.linalg.norm(b.astype(float) - a)
    assert found.length == pytest.approx(distance, rel=1e-6)
    assert found.energy == pytest.approx(found.length**2, rel=1e-9)
    assert found.jump == pytest.approx(1, rel=1e-5)
    assert found.nearest is not None
    assert found.nearest_row is not None
    assert found.nearest[5] == pytest.approx(cdist(fade[5].reshape(1, -1), uci.images.reshape(-1, 784) / 255).min())
    np.testing.assert_allclose(found.nearest[[0, -1]], 0, atol=1e-5)
    assert list(found.nearest_row[[0, -1]]) == [0, 1]
    still = paths.measure_pictures(np.full((5, 28, 28), 0.3, np.float32), uci.images[:0])
    assert (still.length, still.energy, still.jump, still.nearest) == (0, 0, None, None)
    assert not still.speed.any()


@pytest.mark.parametrize("kind", ["ae", "one-code", "bernoulli"])
def test_a_path_is_measured_in_the_pictures_of_its_model(kind: str) -> None:
    model = tiny.model(kind)
    curve = paths.straight(*np.random.default_rng(0).normal(size=(2, model.config.latent_dim)).astype(np.float32), 6)
    curve.setflags(write=False)
    expected = paths.measure_pictures(model.decode(torch.tensor(curve)).squeeze(1).numpy())
    assert paths.measure(model, curve).length == pytest.approx(expected.length)
    assert expected.length > 0


def test_the_nearest_digits_are_those_of_brute_force(uci: Digits) -> None:
    pictures = np.random.default_rng(0).random((5, 28, 28), np.float32)
    real = paths.RealDigits.of(uci.images[:300])
    distances = cdist(pictures.reshape(5, -1), uci.images[:300].reshape(300, -1) / 255)
    for images in (real, uci.images[:300]):
        found = paths.measure_pictures(pictures, images)
        np.testing.assert_array_equal(found.nearest_row, distances.argmin(1))
        np.testing.assert_allclose(np.asarray(found.nearest), distances.min(1), rtol=1e-6)


def test_four_corners_blend_bilinearly() -> None:
    z00, z01, z10, z11 = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    grid = paths.four_corners(z00, z01, z10, z11, 5)
    assert grid.shape == (5, 5, 3)
    for corner, place in ((z00, (0, 0)), (z01, (0, 4)), (z10, (4, 0)), (z11, (4, 4))):
        np.testing.assert_array_equal(grid[place], corner)
    blend = 0.75 * 0.5 * z00 + 0.75 * 0.5 * z01 + 0.25 * 0.5 * z10 + 0.25 * 0.5 * z11
    np.testing.assert_allclose(grid[1, 2], blend, rtol=1e-5, atol=1e-6)


def test_an_attribute_leads_from_the_mean_of_one_class_to_another() -> None:
    codes = np.array([[1, 0], [3, 0], [0, 5], [0, 7], [9, 9]], np.float32)
    labels = np.array([3, 3, 8, 8, 1])
    np.testing.assert_allclose(paths.attribute(codes, labels, 3, 8), [-2, 6])
    with pytest.raises(PathError, match="there is no 4 among these digits"):
        paths.attribute(codes, labels, 3, 4)


def test_a_random_walk_is_standard_normal_at_every_moment() -> None:
    walk = paths.random_walk(784, 400, seed=1, step=0.37)
    for moment in (0, 1, 2, 133, 399):
        assert kstest(walk[moment], "norm").pvalue > 1e-3, moment
    assert np.square(walk).mean() == pytest.approx(1, abs=0.02)
    after_four_knots = np.corrcoef(walk[0], walk[11])[0, 1]
    assert abs(after_four_knots) < 4 / np.sqrt(784)


def test_a_random_walk_is_smooth_and_goes_on_where_it_ended() -> None:
    step, dim = 1 / 20, 784
    walk = paths.random_walk(dim, 300, seed=5, step=step)
    moves = np.diff(walk.astype(np.float64), axis=0)
    assert np.square(moves).sum(1).mean() == pytest.approx(step**2 * dim * np.pi**2 / 12, rel=0.1)
    turns = np.linalg.norm(np.diff(moves, axis=0), axis=1)
    assert turns.max() < 0.3 * np.linalg.norm(moves, axis=1).mean()
    again = [paths.random_walk(dim, 100, 5, step, start) for start in (0, 100, 200)]
    np.testing.assert_allclose(np.concatenate(again), walk, atol=1e-6)
    assert np.abs(paths.random_walk(dim, 300, 6, step) - walk).max() > 1
