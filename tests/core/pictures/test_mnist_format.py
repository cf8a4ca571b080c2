import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from vae_core.pictures.mnist_format import CENTRE_OF_MASS, mnist_format, quantise


@pytest.mark.parametrize("blank", [np.zeros((9, 5)), np.full((50, 50), 0.1, np.float32)])
def test_where_there_is_no_ink_the_digit_is_blank(blank: np.ndarray) -> None:
    assert not mnist_format(blank).any()


@pytest.mark.parametrize("side", [3, 20, 33, 140])
def test_the_bounding_box_comes_to_twenty_pixels_by_means_of_what_lies_under_them(side: int) -> None:
    """Enlarged fortyfold, each half of a pixel is a block of whole inputs; symmetric ink lies from 4.5 to 24.5."""
    quarter = np.random.default_rng(side).random(((side + 1) // 2, (side + 1) // 2)) * 0.8 + 0.2
    half = np.concatenate([quarter, quarter[side // 2 - 1 :: -1]])
    ink = np.concatenate([half, half[:, side // 2 - 1 :: -1]], axis=1).astype(np.float32)
    dots = np.pad(np.kron(ink, np.ones((40, 40), np.float32)), ((9 * side, 7 * side), (9 * side, 7 * side)))
    means = dots.reshape(28, 2 * side, 28, 2 * side).mean((1, 3), dtype=np.float64)
    found = mnist_format(np.pad(ink, ((3, 40), (17, 0))))
    np.testing.assert_allclose(found, means, atol=1e-5)
    assert found.dtype == np.float32


@pytest.mark.parametrize("shape", [(40, 15), (16, 2), (2, 16), (300, 1), (28, 28)])
def test_the_proportion_is_kept(shape: tuple[int, int]) -> None:
    field = mnist_format(np.ones(shape, np.float32))
    assert field.sum() == pytest.approx(20 * 20 * min(shape) / max(shape), rel=1e-5)
    assert np.count_nonzero(field.sum(int(shape[0] >= shape[1])) > 1e-5) == 21


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 2**32 - 1), st.floats(0, 6))
def test_the_centre_of_mass_comes_to_where_mnist_has_it(height: int, width: int, seed: int, lean: float) -> None:
    ink = np.random.default_rng(seed).random((height, width), np.float32) * np.linspace(0.3, 1, width) ** lean
    field = mnist_format(ink)
    if field.any() and not field[[0, -1]].any() and not field[:, [0, -1]].any():
        np.testing.assert_allclose(ndimage.center_of_mass(field), (CENTRE_OF_MASS, CENTRE_OF_MASS), atol=0.06)


def test_levels_are_multiples_of_a_fifteenth_rounded_half_up() -> None:
    found = quantise(np.array([0, 0.49 / 15, 0.5 / 15, 7.5 / 15, 1]))
    np.testing.assert_allclose(found * 15, [0, 0, 1, 8, 15], atol=1e-5)
