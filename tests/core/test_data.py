from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import ndimage
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

from vae_core.checkpoint import load
from vae_core.data import Digits, as_input, uci_digits
from vae_core.pictures.mnist_format import CENTRE_OF_MASS


def test_the_uci_digits_come_in_the_format_of_mnist(uci: Digits) -> None:
    assert uci.name == "uci"
    assert len(uci) == 1797
    assert uci.images.shape == (1797, 28, 28)
    assert uci.images.dtype == np.uint8
    assert uci.labels.shape == (1797,)
    assert uci.labels.dtype == np.int64
    np.testing.assert_array_equal(uci.labels, load_digits().target)
    assert uci.images.min() == 0
    assert (uci.images.max((1, 2)) > 200).all()


def test_every_uci_digit_stands_where_mnists_stand(uci: Digits) -> None:
    """MNIST's own place is measured in `test_mnist.py`."""
    centres = np.array([ndimage.center_of_mass(image.astype(float)) for image in uci.images])
    np.testing.assert_allclose(centres.mean(0), CENTRE_OF_MASS, atol=0.01)
    assert np.abs(centres - CENTRE_OF_MASS).max() < 0.1


def test_models_of_mnist_take_the_uci_digits_for_digits(uci: Digits, checkpoints_root: Path) -> None:
    """Half a pixel off, `vae-30` errs by 7 instead of 5.6; a rendering that is only pale or blurred fails the ink."""
    x = as_input(uci.images)
    errors = {}
    for name in ("vae-16", "vae-30"):
        model = load(checkpoints_root / name)
        errors[name] = float((model.decode(model.encode(x)) - x).square().sum((1, 2, 3)).mean())
    assert errors["vae-30"] < 5.7, errors
    assert errors["vae-16"] < 4.5, errors
    assert float(x.sum((1, 2, 3)).mean()) == pytest.approx(104, rel=0.1), "MNIST's digits have 103.9"


def test_the_uci_digits_fill_a_box_of_about_twenty_pixels(uci: Digits) -> None:
    ink = uci.images > 25
    heights = np.array([np.ptp(np.nonzero(image.any(1))[0]) + 1 for image in ink])
    assert 18 <= np.median(heights) <= 21
    assert ink[:, [0, -1]].any((1, 2)).mean() < 0.01, "of MNIST's test digits 0.9 % reach the edge"
    assert np.mean(uci.images == 0) > 0.5, "the background is black"


def test_the_rendering_shows_the_scan_it_was_made_from(uci: Digits) -> None:
    """Blocks of 2.5 pixels of the picture, moved back to its scan's place, follow the scan."""
    scans = load_digits().images
    for index in range(0, 1797, 60):
        wide = ndimage.zoom(scans[index], 2.5, order=1, mode="grid-constant", grid_mode=True)
        expected = np.zeros((28, 28))
        expected[4:24, 4:24] = wide
        shift = np.subtract(CENTRE_OF_MASS, ndimage.center_of_mass(expected))
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


def test_as_input_scales_to_one_adds_the_channel_and_leaves_the_digits_alone(uci: Digits) -> None:
    images = np.arange(2 * 784, dtype=np.uint16).reshape(2, 28, 28).astype(np.uint8)
    x = as_input(images)
    assert x.shape == (2, 1, 28, 28)
    assert x.dtype == torch.float32
    np.testing.assert_allclose(x[:, 0].numpy(), images / 255, rtol=1e-6)
    assert x.max() == 1
    x = as_input(uci.images[:2])
    before = uci.images[:2].copy()
    x.zero_()
    np.testing.assert_array_equal(uci.images[:2], before)
