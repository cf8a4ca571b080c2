"""Ink of any size brought into MNIST's format; `ui/web/maths/mnist_format.js` does the same while one draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vae_core.config import DIGIT

LONGER_SIDE = 20
# Row and column, the first pixel's middle being 0: half a pixel below and right of the field's middle. MNIST's test
# digits have it at 13.99 and 14.01 on average, and none farther from 14 than the half pixel of rounding.
CENTRE_OF_MASS = 14
INK_THRESHOLD = 0.1
# A digit of one's own has 4 bits a pixel wherever it goes, so that a link holds exactly what was measured.
LEVELS = 15

Image = NDArray[np.float32]


def mnist_format(ink: NDArray[np.floating]) -> Image:
    """The digit in a 28 x 28 field as LeCun et al. (1998), section III.A, made MNIST of NIST's scans.

    What lies in the bounding box of ink > 0.1 is scaled until the longer side is 20 pixels, with its centre of mass at
    pixel (14, 14). Each pixel is the mean of the input under it, with zeros from outside.

    Args:
        ink: [H, W] in [0, 1], the digit white on black.

    Returns:
        float32 [28, 28] in [0, 1]; blank where no ink exceeds 0.1.
    """
    ink = ink.astype(np.float32)
    inked = ink > INK_THRESHOLD
    rows, columns = np.flatnonzero(inked.any(1)), np.flatnonzero(inked.any(0))
    if not len(rows):
        return np.zeros(DIGIT[1:], np.float32)
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float64)
    pitch = max(digit.shape) / LONGER_SIDE
    down, across = _means(digit.sum(1), pitch), _means(digit.sum(0), pitch)
    return np.clip(down @ digit @ across.T, 0, 1).astype(np.float32)


def _means(mass: NDArray[np.float64], pitch: float) -> NDArray[np.float64]:
    """[28, inputs]: each row takes the mean of the inputs under one pixel, with exact fractional overlap.

    Args:
        mass: [inputs], the ink along this axis.
        pitch: inputs a pixel.
    """
    places = np.arange(len(mass))
    middle = mass @ (places + 0.5) / mass.sum()
    edges = middle + pitch * (np.arange(DIGIT[2] + 1) - CENTRE_OF_MASS - 0.5)
    overlap = np.minimum(edges[1:, None], places + 1) - np.maximum(edges[:-1, None], places)
    return np.asarray(np.maximum(overlap, 0) / pitch)


def quantise(pixels: NDArray[np.floating]) -> Image:
    """Pixels in [0, 1] rounded half up to multiples of 1/15: the same shape, float32."""
    return np.asarray(np.floor(pixels * LEVELS + 0.5) / LEVELS, np.float32)
