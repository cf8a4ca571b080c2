import math
from collections.abc import Iterator

import numpy as np
import pytest

from vae_core.config import CorruptionKind
from vae_core.errors import ConfigError
from vae_core.noise.seeded_noise import KINDS, corrupt, normals, uniforms

SEED = 4_000_000_000
WORD = 0xFFFFFFFF


def mulberry32(seed: int) -> Iterator[float]:
    """As the generator is published, one number at a time."""
    state = seed & WORD
    while True:
        state = (state + 0x6D2B79F5) & WORD
        t = ((state ^ state >> 15) * (state | 1)) & WORD
        t ^= (t + ((t ^ t >> 7) * (t | 61) & WORD)) & WORD
        yield ((t ^ t >> 14) + 0.5) / 2**32


def box_muller(uniform: Iterator[float]) -> Iterator[float]:
    while True:
        radius, angle = math.sqrt(-2 * math.log(next(uniform))), 2 * math.pi * next(uniform)
        yield radius * math.cos(angle)
        yield radius * math.sin(angle)


SHAPES = [(28, 28), (20, 16), (3, 32, 32), (3, 9, 11)]


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).random((3, 28, 28), np.float32)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_field_is_its_stretch_of_the_generator(shape: tuple[int, ...]) -> None:
    pixels = math.prod(shape)
    size = pixels + pixels % 2

    def fields(draws: Iterator[float]) -> np.ndarray:
        return np.array([next(draws) for _ in range(3 * size)]).reshape(3, size)[:, :pixels].reshape(3, *shape)

    expected, gaussian = fields(mulberry32(SEED)), fields(box_muller(mulberry32(SEED)))
    np.testing.assert_array_equal(uniforms(SEED, count=3, shape=shape), expected)
    np.testing.assert_array_equal(uniforms(SEED + 2**32, 2, shape=shape)[0], expected[2])
    np.testing.assert_allclose(normals(SEED, 1, 2, shape), gaussian[1:], rtol=1e-13)


def expected_pixel(kind: CorruptionKind, level: float, x: float, u: float, n: float) -> float:
    if kind == "gaussian":
        return min(1, max(0, x + level * n))
    if kind == "masking":
        return 0 if u < level else x
    return 0 if u < level / 2 else 1 if u < level else x


@pytest.mark.parametrize("kind", ["gaussian", "masking", "salt_and_pepper"])
def test_each_image_gets_its_own_field_unless_all_get_the_first(kind: CorruptionKind, images: np.ndarray) -> None:
    for same in (False, True):
        found = corrupt(images, kind, 0.3, SEED, same=same)
        assert found.dtype == np.float32
        for i, image in enumerate(images):
            u, n = (field(SEED, 0 if same else i)[0].ravel() for field in (uniforms, normals))
            wanted = [expected_pixel(kind, 0.3, *values) for values in zip(image.ravel(), u, n, strict=True)]
            np.testing.assert_allclose(found[i].ravel(), wanted, atol=1e-6)


def test_what_is_not_clipped_keeps_all_of_the_noise(images: np.ndarray) -> None:
    found = corrupt(images, "gaussian", 0.5, SEED, clip=False)
    np.testing.assert_allclose(found - images, 0.5 * normals(SEED, count=3), atol=1e-6)


def blackened(found: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero((found == 0).any(1)), np.flatnonzero((found == 0).any(0))
    x, y, width, height = int(columns[0]), int(rows[0]), len(columns), len(rows)
    assert (found == 0).sum() == width * height
    return x, y, width, height


def test_a_box_lies_where_it_is_told_or_where_the_field_says() -> None:
    grey = np.full((40, 28, 28), 0.5, np.float32)
    assert {blackened(found) for found in corrupt(grey, "box", 0.9, SEED, box=(3, 5, 7, 2))} == {(3, 5, 7, 2)}
    for i, found in enumerate(corrupt(grey, "box", 0.375, SEED)):
        u = uniforms(SEED, i)[0, 0]
        assert blackened(found) == (math.floor(u[1] * 18), math.floor(u[0] * 18), 11, 11), "10.5 is rounded up"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_box_is_a_square_of_the_shorter_side_over_all_channels(shape: tuple[int, ...]) -> None:
    grey = np.full((20, *shape), 0.5, np.float32)
    side = math.floor(min(shape[-2:]) * 0.5 + 0.5)
    for found in corrupt(grey, "box", 0.5, SEED):
        planes = found.reshape(-1, *shape[-2:])
        assert (planes == planes[0]).all()
        assert blackened(planes[0])[2:] == (side, side)


@pytest.mark.parametrize("kind", KINDS)
def test_no_level_leaves_the_digit_as_it_is(kind: CorruptionKind, images: np.ndarray) -> None:
    np.testing.assert_array_equal(corrupt(images, kind, 0, SEED), images)


def test_an_unknown_corruption_is_refused(images: np.ndarray) -> None:
    with pytest.raises(ConfigError, match="'blur' is not known; there are gaussian, masking, salt_and_pepper, box"):
        corrupt(images, "blur", 0.5, SEED)  # type: ignore[arg-type]
