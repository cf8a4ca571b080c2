from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from vae_core.mnist_format import mnist_format, quantise


@pytest.mark.parametrize("blank", [np.zeros((9, 5)), np.full((50, 50), 0.1, np.float32)])
def test_where_there_is_no_ink_the_digit_is_blank(blank: np.ndarray) -> None:
    assert not mnist_format(blank).any()


@pytest.mark.parametrize("side", [3, 20, 33, 140])
def test_the_bounding_box_comes_to_twenty_pixels_by_means_of_what_lies_under_them(side: int) -> None:
    """Enlarged twentyfold, each output pixel is a block of whole input pixels; the symmetry leaves nothing to shift."""
    quarter = np.random.default_rng(side).random(((side + 1) // 2, (side + 1) // 2)) * 0.8 + 0.2
    half = np.concatenate([quarter, quarter[side // 2 - 1 :: -1]])
    ink = np.concatenate([half, half[:, side // 2 - 1 :: -1]], axis=1).astype(np.float32)
    means = np.kron(ink, np.ones((20, 20))).reshape(20, side, 20, side).mean((1, 3))
    found = mnist_format(np.pad(ink, ((3, 40), (17, 0))))
    np.testing.assert_allclose(found, np.pad(means, 4), atol=1e-5)
    assert found.dtype == np.float32


def test_the_shorter_side_keeps_the_proportion_rounded_half_up_but_never_vanishes() -> None:
    for (height, width), (rows, columns) in {(40, 15): (20, 8), (16, 2): (20, 3), (300, 1): (20, 1)}.items():
        field = mnist_format(np.ones((height, width), np.float32))
        assert field.sum() == pytest.approx(rows * columns, rel=1e-5)
        assert np.count_nonzero(field.sum(1) > 1e-5) == rows


def test_the_centre_of_mass_comes_to_the_middle() -> None:
    ink = np.random.default_rng(0).random((60, 50), np.float32) * np.linspace(0, 1, 50, dtype=np.float32) ** 2
    np.testing.assert_allclose(ndimage.center_of_mass(mnist_format(ink)), (13.5, 13.5), atol=0.02)


def test_levels_are_multiples_of_a_fifteenth_rounded_half_up() -> None:
    found = quantise(np.array([0, 0.49 / 15, 0.5 / 15, 7.5 / 15, 1]))
    np.testing.assert_allclose(found * 15, [0, 0, 1, 8, 15], atol=1e-5)
