"""Corruptions from a generator that the browser has, too: the same seed is the same noise in Python and on the page.

The generator is mulberry32 (Tommy Ettinger, public domain) as in `ui/web/maths/random.js`, the corruptions are those of
`ui/web/maths/noise.js`. A field is 28 x 28 draws; field `index` of a seed are its draws 784 index to 784 index + 783.
The level only scales a field or moves a threshold through it, so a slider adds to the same noise.
`vae_core.corruption` is what models are trained with; it draws from torch's generator.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vae_core.config import IMAGE_SIZE, PIXELS, CorruptionKind
from vae_core.errors import ConfigError

KINDS: tuple[CorruptionKind, ...] = ("gaussian", "masking", "salt_and_pepper", "box")

_INCREMENT = 0x6D2B79F5

Images = NDArray[np.float32]


def uniforms(seed: int, index: int = 0, count: int = 1) -> NDArray[np.float64]:
    """Fields `index` to `index + count - 1` of `seed`: [count, 28, 28], uniform strictly inside (0, 1).

    Args:
        seed: taken modulo 2^32.
        index: of the first field, at least 0.
        count: how many fields.
    """
    first = index * PIXELS + 1
    draws = np.arange(first, first + count * PIXELS, dtype=np.uint64)
    state = (np.uint64(seed % 2**32) + draws * np.uint64(_INCREMENT)).astype(np.uint32)
    t = (state ^ (state >> np.uint32(15))) * (state | np.uint32(1))
    t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
    t ^= t >> np.uint32(14)
    return np.asarray((t + 0.5) / 2**32).reshape(count, IMAGE_SIZE, IMAGE_SIZE)


def normals(seed: int, index: int = 0, count: int = 1) -> NDArray[np.float64]:
    """The same fields as independent N(0, 1), by Box and Muller (1958): [count, 28, 28].

    Two uniforms u, v in this order give sqrt(-2 ln u) cos(2 pi v) and then sqrt(-2 ln u) sin(2 pi v).
    """
    u = uniforms(seed, index, count).reshape(-1, 2)
    radius, angle = np.sqrt(-2 * np.log(u[:, 0])), 2 * np.pi * u[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(count, IMAGE_SIZE, IMAGE_SIZE)


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
    """C(x_tilde | x) (Vincent et al., 2008) from seeded fields: float32 [N, 28, 28] in [0, 1] -> the same shape.

    Args:
        images: clean digits.
        kind: "gaussian" adds `level` times a field of normals; "masking" sets pixels to 0 where the field of uniforms
            is below `level`; "salt_and_pepper" to 0 below level / 2 and to 1 from there to `level`; "box" sets a
            rectangle to 0.
        level: sigma, the share of the pixels, or the side of the box in units of the image's, 0 to 1.
        seed: of the fields, taken modulo 2^32.
        clip: "gaussian" only: brought back into [0, 1].
        box: x, y, width and height in pixels; without it a square of side round(28 level), half up, whose corner comes
            from the first two numbers of the field.
        same: field 0 for every image, instead of field i for image i.

    Raises:
        ConfigError: `kind` is not one of the four.
    """
    count = 1 if same else len(images)
    if kind == "gaussian":
        noisy = images + np.float32(level) * normals(seed, count=count).astype(np.float32)
        return np.clip(noisy, 0, 1) if clip else noisy
    if kind not in KINDS:
        raise ConfigError(f"the corruption '{kind}' is not known; there are {', '.join(KINDS)}")
    u = uniforms(seed, count=count)
    if kind == "box":
        return np.where(_inside(u, level, box), np.float32(0), images)
    if kind == "masking":
        return np.where(u < level, np.float32(0), images)
    return np.where(u < level / 2, np.float32(0), np.where(u < level, np.float32(1), images))


def _inside(u: NDArray[np.float64], level: float, box: tuple[int, int, int, int] | None) -> NDArray[np.bool_]:
    """[count, 28, 28]: where the box is."""
    if box is None:
        side = int(np.floor(level * IMAGE_SIZE + 0.5))
        places = IMAGE_SIZE - side + 1
        top, left = ((u[:, 0, draw] * places).astype(np.intp) for draw in (0, 1))
        width = height = side
    else:
        x, y, width, height = box
        left, top = np.array([x]), np.array([y])
    pixels = np.arange(IMAGE_SIZE)
    rows = (pixels >= top[:, None]) & (pixels < top[:, None] + height)
    columns = (pixels >= left[:, None]) & (pixels < left[:, None] + width)
    return rows[:, :, None] & columns[:, None, :]
