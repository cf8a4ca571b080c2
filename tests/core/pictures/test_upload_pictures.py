"""Digits on photos of every kind are found, or what is in doubt about them is said: never a wrong digit in silence."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from tests.core.pictures.upload_pictures import KINDS, photographed, scene
from vae_core.data import Digits
from vae_core.errors import ImageError
from vae_core.pictures.mnist_format import CENTRE_OF_MASS, mnist_format
from vae_core.pictures.picture import RULES, SHEET, read_picture, to_digit
from vae_core.pictures.picture_shapes import AROUND, TWO

PENS = ("thin_pen", "light_pencil", "broad_marker")
SAID = {
    "lined": RULES, "squared": RULES, "on_a_table": SHEET, "in_a_box": AROUND, "circled": AROUND, "two_digits": TWO,
}  # fmt: skip


def likeness(kind: str, digit: np.ndarray, seed: int) -> tuple[float, list[str], list[str]]:
    """Correlation with the clean strokes in the same format; notes and doubts."""
    s = scene(digit, seed)
    found = read_picture(KINDS[kind](s))
    got, clean = to_digit(found), mnist_format(s.ink)
    if kind in PENS:
        stream = io.BytesIO()
        Image.fromarray((255 * s.ink).astype(np.uint8)).save(stream, "PNG")
        clean = to_digit(read_picture(stream.getvalue()))
    np.testing.assert_allclose(ndimage.center_of_mass(got), (CENTRE_OF_MASS, CENTRE_OF_MASS), atol=0.15)
    return float(np.corrcoef(got.ravel(), clean.ravel())[0, 1]), found.notes, found.doubts


def check(kind: str, digits: Digits, rows: Iterator[int]) -> None:
    results = [likeness(kind, digits.images[row], 100 + row) for row in rows]
    alike = np.array([like for like, _, _ in results])
    assert np.median(alike) >= 0.9, alike
    assert all(like >= 0.8 or doubts for like, _, doubts in results), results
    if kind in SAID:
        assert any(SAID[kind] in notes + doubts for _, notes, doubts in results)


@pytest.mark.parametrize("kind", list(KINDS))
def test_uci_digits_on_every_kind_of_picture(kind: str, uci: Digits) -> None:
    check(kind, uci, iter(range(20, 22)))


@pytest.mark.needs_mnist
@pytest.mark.parametrize("kind", list(KINDS))
def test_mnist_digits_on_every_kind_of_picture(kind: str, mnist_test: Digits) -> None:
    check(kind, mnist_test, iter(range(40, 42)))


@pytest.mark.parametrize("side", [1, 2, 9, 70, 200])
def test_a_speck_is_no_digit_and_no_accident(side: int) -> None:
    for thick in (1, 2):
        grey = np.full((side, side + 3), 240, np.uint8)
        grey[side // 2 : side // 2 + thick, side // 3 : side // 3 + thick] = 10
        stream = io.BytesIO()
        Image.fromarray(grey).save(stream, "PNG")
        with pytest.raises(ImageError, match="nothing is drawn"):
            read_picture(stream.getvalue())


@pytest.mark.needs_mnist
def test_a_digit_of_mnist_keeps_its_place_and_its_strokes(mnist_test: Digits) -> None:
    """As a file of 28 x 28 at its pixels, but for what is too faint to be told from noise; large on
    paper within the half pixel that MNIST's whole pixels leave."""
    for image in mnist_test.images[:5]:
        stream = io.BytesIO()
        Image.fromarray(image).save(stream, "PNG")
        got = to_digit(read_picture(stream.getvalue()))
        np.testing.assert_allclose(got, image / 255, atol=0.2)
        assert np.corrcoef(got.ravel(), image.ravel())[0, 1] > 0.99
        s = scene(image, 5)
        got = to_digit(read_picture(photographed(0.9 - 0.7 * s.ink, s.rng)))
        apart = np.subtract(ndimage.center_of_mass(got), ndimage.center_of_mass(image))
        assert np.abs(apart).max() <= 0.6
