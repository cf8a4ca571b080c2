"""Corruptions from a generator that the browser has, too: the same seed is the same noise in Python and on the page.

The generator is mulberry32 (Tommy Ettinger, public domain), generator and corruptions as in
`ui/web/maths/seeded_noise.js`. A field is as many draws as a picture has numbers, or one more where that is odd; field
`index` of a seed are draws n index to n index + n - 1, where n is that many.
The level only scales a field or moves a threshold through it, so a slider adds to the same noise.
`vae_core.noise.corruption` is what models are trained with; it draws from torch's generator.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vae_core.config import DIGIT, CorruptionKind
from vae_core.errors import ConfigError

KINDS: tuple[CorruptionKind, ...] = ("gaussian", "masking", "salt_and_pepper", "box")

_INCREMENT = 0x6D2B79F5

Images = NDArray[np.float32]


def uniforms(seed: int, index: int = 0, count: int = 1, shape: tuple[int, ...] = DIGIT[1:]) -> NDArray[np.float64]:
    """Fields `index` to `index + count - 1` of `seed`: [count, *shape], uniform strictly inside (0, 1).

    >>> uniforms(7, shape=(1, 3)).round(3)
    array([[[0.012, 0.062, 0.977]]])

    Args:
        seed: taken modulo 2^32.
        index: of the first field, at least 0.
        count: how many fields.
        shape: of a field.
    """
    return _cut(_draws(seed, index, count, shape), shape)


def _draws(seed: int, index: int, count: int, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """All of a field: [count, n], n even."""
    size = 2 * math.ceil(math.prod(shape) / 2)
    first = index * size + 1
    draws = np.arange(first, first + count * size, dtype=np.uint64)
    state = (np.uint64(seed % 2**32) + draws * np.uint64(_INCREMENT)).astype(np.uint32)
    t = (state ^ (state >> np.uint32(15))) * (state | np.uint32(1))
    t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
    t ^= t >> np.uint32(14)
    return np.asarray((t + 0.5) / 2**32).reshape(count, size)


def _cut(numbers: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
    return numbers[:, : math.prod(shape)].reshape(-1, *shape)


def normals(seed: int, index: int = 0, count: int = 1, shape: tuple[int, ...] = DIGIT[1:]) -> NDArray[np.float64]:
    """The same fields as independent N(0, 1), by Box and Muller (1958): [count, *shape].

    Two uniforms u, v in this order give sqrt(-2 ln u) cos(2 pi v) and then sqrt(-2 ln u) sin(2 pi v).
    """
    u = _draws(seed, index, count, shape).reshape(count, -1, 2)
    radius, angle = np.sqrt(-2 * np.log(u[..., 0])), 2 * np.pi * u[..., 1]
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return _cut(pairs.reshape(count, -1), shape)


def corrupt(
    images: Images,
    kind: CorruptionKind,
    level: float,
    seed: int,
    *,
    clip: bool = True,
    box: tuple[int, int, int, int] | None = None,
    same: bool = False,
) -> Images:
    """C(x_tilde | x) (Vincent et al., 2008) from seeded fields: float32 [N, ..., H, W] in [0, 1] -> the same.

    Args:
        images: clean pictures.
        kind: "gaussian" adds `level` times a field of normals; "masking" sets pixels to 0 where the field of uniforms
            is below `level`; "salt_and_pepper" to 0 below level / 2 and to 1 from there to `level`; "box" sets a
            rectangle to 0.
        level: sigma, the share of the pixels, or the side of the box in units of the image's, 0 to 1.
        seed: of the fields, taken modulo 2^32.
        clip: "gaussian" only: brought back into [0, 1].
        box: x, y, width and height in pixels; without it a square, `level` times the picture's shorter side, half up,
            whose corner comes from the first two numbers of the field.
        same: field 0 for every image, instead of field i for image i.

    Raises:
        ConfigError: `kind` is not one of the four.
    """
    count, shape = 1 if same else len(images), images.shape[1:]
    if kind == "gaussian":
        noisy = images + np.float32(level) * normals(seed, count=count, shape=shape).astype(np.float32)
        return np.clip(noisy, 0, 1) if clip else noisy
    if kind not in KINDS:
        raise ConfigError(f"the corruption '{kind}' is not known; there are {', '.join(KINDS)}")
    u = uniforms(seed, count=count, shape=shape)
    if kind == "box":
        return np.where(_inside(u, level, box), np.float32(0), images)
    if kind == "masking":
        return np.where(u < level, np.float32(0), images)
    return np.where(u < level / 2, np.float32(0), np.where(u < level, np.float32(1), images))


def _inside(u: NDArray[np.float64], level: float, box: tuple[int, int, int, int] | None) -> NDArray[np.bool_]:
    """Of fields [count, ..., H, W]: where the box is, [count, ..., H, W] with 1 for the channels."""
    rows, columns = np.arange(u.shape[-2]), np.arange(u.shape[-1])
    if box is None:
        width = height = int(np.floor(level * min(u.shape[-2:]) + 0.5))
        corner = u.reshape(len(u), -1)
        top = (corner[:, 0] * (len(rows) - height + 1)).astype(np.intp)
        left = (corner[:, 1] * (len(columns) - width + 1)).astype(np.intp)
    else:
        x, y, width, height = box
        left, top = np.array([x]), np.array([y])
    inside_rows = (rows >= top[:, None]) & (rows < top[:, None] + height)
    inside_columns = (columns >= left[:, None]) & (columns < left[:, None] + width)
    inside = inside_rows[:, :, None] & inside_columns[:, None, :]
    return inside.reshape(-1, *[1] * (u.ndim - 3), len(rows), len(columns))
