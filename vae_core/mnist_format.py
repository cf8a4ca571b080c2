"""Ink of any size brought into MNIST's format; `ui/web/mnist_format.js` does the same while one draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vae_core.config import IMAGE_SIZE
from vae_core.data import center_of_mass

LONGER_SIDE = 20
INK_THRESHOLD = 0.1
# A digit of one's own has 4 bits a pixel wherever it goes, so that a link holds exactly what was measured.
LEVELS = 15

Image = NDArray[np.float32]


def mnist_format(ink: NDArray[np.floating]) -> Image:
    """The digit in a 28 x 28 field as LeCun et al. (1998), section III.A, made MNIST of NIST's scans.

    What lies in the bounding box of ink > 0.1 is scaled until the longer side is 20 pixels, each the mean of the input
    under it, and its centre of mass is moved to (13.5, 13.5), bilinear, with zeros from outside.

    Args:
        ink: [H, W] in [0, 1], the digit white on black.

    Returns:
        float32 [28, 28] in [0, 1]; blank where no ink exceeds 0.1.
    """
    ink = ink.astype(np.float32)
    inked = ink > INK_THRESHOLD
    rows, columns = np.flatnonzero(inked.any(1)), np.flatnonzero(inked.any(0))
    if not len(rows):
        return np.zeros((IMAGE_SIZE, IMAGE_SIZE), np.float32)
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    longer = max(digit.shape)
    height, width = (max(1, int(np.floor(LONGER_SIDE * side / longer + 0.5))) for side in digit.shape)
    scaled = _means(digit.shape[0], height) @ digit.astype(np.float64) @ _means(digit.shape[1], width).T
    return np.clip(center_of_mass(scaled), 0, 1)


def _means(inputs: int, outputs: int) -> NDArray[np.float64]:
    """[outputs, inputs]: each row takes the mean of the inputs under one output, with exact fractional overlap."""
    edges = np.arange(outputs + 1) * (inputs / outputs)
    places = np.arange(inputs)
    overlap = np.minimum(edges[1:, None], places + 1) - np.maximum(edges[:-1, None], places)
    return np.asarray(np.maximum(overlap, 0) * (outputs / inputs))


def quantise(pixels: NDArray[np.floating]) -> Image:
    """Pixels in [0, 1] rounded half up to multiples of 1/15: the same shape, float32."""
    return np.asarray(np.floor(pixels * LEVELS + 0.5) / LEVELS, np.float32)
