"""Digits on photos of every kind are found."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from tests.core.pictures.test_picture import encoded
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


def in_png(grey: np.ndarray) -> bytes:
    return encoded(Image.fromarray(grey))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("digits", "row"), [("uci", 21), pytest.param("mnist_test", 40, marks=pytest.mark.needs_mnist)]
)
def test_digits_on_every_kind_of_picture(kind: str, digits: str, row: int, request: pytest.FixtureRequest) -> None:
    """Nearly the clean strokes in the same format, and what the picture is is said."""
    drawn = scene(request.getfixturevalue(digits).images[row], 100 + row)
    found = read_picture(KINDS[kind](drawn))
    got, clean = to_digit(found), mnist_format(drawn.ink)
    if kind in PENS:
        clean = to_digit(read_picture(in_png((255 * drawn.ink).astype(np.uint8))))
    np.testing.assert_allclose(ndimage.center_of_mass(got), (CENTRE_OF_MASS, CENTRE_OF_MASS), atol=0.15)
    assert np.corrcoef(got.ravel(), clean.ravel())[0, 1] >= 0.9
    assert kind not in SAID or SAID[kind] in found.notes + found.doubts


@pytest.mark.parametrize("side", [1, 2, 9, 70, 200])
def test_a_speck_is_no_digit_and_no_accident(side: int) -> None:
    for thick in (1, 2):
        grey = np.full((side, side + 3), 240, np.uint8)
        grey[side // 2 : side // 2 + thick, side // 3 : side // 3 + thick] = 10
        with pytest.raises(ImageError, match="nothing is drawn"):
            read_picture(in_png(grey))


@pytest.mark.needs_mnist
def test_a_digit_of_mnist_keeps_its_place_and_its_strokes(mnist_test: Digits) -> None:
    """As a file of 28 x 28 at its pixels, but for what is too faint to be told from noise; large on
    paper within the half pixel that MNIST's whole pixels leave."""
    for image in mnist_test.images[:5]:
        got = to_digit(read_picture(in_png(image)))
        np.testing.assert_allclose(got, image / 255, atol=0.2)
        assert np.corrcoef(got.ravel(), image.ravel())[0, 1] > 0.99
        s = scene(image, 5)
        got = to_digit(read_picture(photographed(0.9 - 0.7 * s.ink, s.rng)))
        apart = np.subtract(ndimage.center_of_mass(got), ndimage.center_of_mass(image))
        assert np.abs(apart).max() <= 0.6
