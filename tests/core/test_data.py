from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

from vae_core.data import Digits, as_input, center_of_mass, uci_digits


def test_the_uci_digits_come_in_the_format_of_mnist(uci: Digits) -> None:
    assert uci.name == "uci"
    assert len(uci) == 1797
    assert uci.images.shape == (1797, 28, 28)
    assert uci.images.dtype == np.uint8
    assert uci.labels.shape == (1797,)
    assert uci.labels.dtype == np.int64
    assert uci.images.min() == 0
    assert (uci.images.max((1, 2)) > 200).all()


def test_the_uci_labels_are_those_of_scikit_learn(uci: Digits) -> None:
    np.testing.assert_array_equal(uci.labels, load_digits().target)


def test_every_uci_digit_stands_in_the_middle(uci: Digits) -> None:
    centres = np.array([ndimage.center_of_mass(image.astype(float)) for image in uci.images])
    assert np.abs(centres - 13.5).max() < 0.5


def test_the_uci_digits_fill_a_box_of_about_twenty_pixels(uci: Digits) -> None:
    ink = uci.images > 25
    heights = np.array([np.ptp(np.nonzero(image.any(1))[0]) + 1 for image in ink])
    assert 18 <= np.median(heights) <= 21
    assert not ink[:, [0, -1]].any()
    assert np.mean(uci.images == 0) > 0.5, "the background is black"


def test_the_rendering_shows_the_scan_it_was_made_from(uci: Digits) -> None:
    """Blocks of 2.5 pixels of the picture, moved back to its scan's place, follow the scan."""
    scans = load_digits().images
    for index in range(0, 1797, 60):
        wide = ndimage.zoom(scans[index], 2.5, order=1, mode="grid-constant", grid_mode=True)
        expected = np.zeros((28, 28))
        expected[4:24, 4:24] = wide
        shift = np.subtract(13.5, ndimage.center_of_mass(expected))
        expected = ndimage.shift(expected, shift, order=1)
        assert np.corrcoef(expected.ravel(), uci.images[index].ravel())[0, 1] > 0.9


def test_the_rendered_digits_are_still_the_digits_of_their_labels(uci: Digits) -> None:
    flat = uci.images.reshape(1797, -1) / np.float32(255)
    neighbours = KNeighborsClassifier(3).fit(flat[:1200], uci.labels[:1200])
    assert neighbours.score(flat[1200:], uci.labels[1200:]) > 0.94


def test_the_uci_digits_are_made_once_and_cannot_be_changed() -> None:
    digits = uci_digits()
    assert uci_digits() is digits
    for array in (digits.images, digits.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@given(st.integers(0, 22), st.integers(0, 22), st.integers(1, 6), st.integers(1, 6))
def test_a_planted_block_lands_in_the_middle_with_its_mass(top: int, left: int, height: int, width: int) -> None:
    image = np.zeros((28, 28))
    image[top : top + height, left : left + width] = 0.75
    centred = center_of_mass(image)
    assert centred.dtype == np.float32
    assert centred.shape == (28, 28)
    np.testing.assert_allclose(ndimage.center_of_mass(centred), (13.5, 13.5), atol=1e-4)
    assert centred.sum() == pytest.approx(image.sum(), rel=1e-4)


def test_a_block_that_moves_by_whole_pixels_stays_sharp() -> None:
    image = np.zeros((20, 12))
    image[0:4, 0:2] = 1
    expected = np.zeros((28, 28), np.float32)
    expected[12:16, 13:15] = 1
    np.testing.assert_allclose(center_of_mass(image), expected, atol=1e-6)


@pytest.mark.parametrize("shape", [(28, 28), (20, 20), (1, 1), (7, 28)])
def test_a_blank_image_stays_blank(shape: tuple[int, int]) -> None:
    centred = center_of_mass(np.zeros(shape))
    assert centred.shape == (28, 28)
    assert not centred.any()


def test_as_input_scales_to_one_and_adds_the_channel() -> None:
    images = np.arange(2 * 784, dtype=np.uint16).reshape(2, 28, 28).astype(np.uint8)
    x = as_input(images)
    assert x.shape == (2, 1, 28, 28)
    assert x.dtype == torch.float32
    np.testing.assert_allclose(x[:, 0].numpy(), images / 255, rtol=1e-6)
    assert x.max() == 1


def test_as_input_leaves_read_only_digits_alone(uci: Digits) -> None:
    x = as_input(uci.images[:2])
    before = uci.images[:2].copy()
    x.zero_()
    np.testing.assert_array_equal(uci.images[:2], before)
