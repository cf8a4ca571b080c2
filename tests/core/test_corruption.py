import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from tests.tiny import generator
from vae_core.config import CorruptionKind
from vae_core.errors import ConfigError
from vae_core.noise.corruption import box, corrupt, gaussian, masking, salt_and_pepper

KINDS: tuple[CorruptionKind, ...] = ("gaussian", "masking", "salt_and_pepper", "box")
COUNT = 500
PIXELS = COUNT * 784


def grey(value: float = 0.5, count: int = COUNT) -> Tensor:
    return torch.full((count, 1, 28, 28), value)


@pytest.mark.parametrize("sigma", [0.2, 0.5, 1.0])
def test_gaussian_noise_has_the_moments_of_a_gaussian(sigma: float) -> None:
    noisy = gaussian(grey(), sigma, generator())
    assert noisy.min() < 0 < 1 < noisy.max(), "it is not clipped"
    noise = ((noisy - 0.5) / sigma).double()
    assert abs(noise.mean()) < 4 / math.sqrt(PIXELS)
    assert abs(noise.square().mean() - 1) < 4 * math.sqrt(2 / PIXELS)
    assert abs(noise.pow(4).mean() - 3) < 4 * math.sqrt(96 / PIXELS)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
def test_masking_blackens_its_share_and_salt_and_pepper_come_at_equal_odds(share: float) -> None:
    for noisy, odds in ((masking, {0.0: share}), (salt_and_pepper, {0.0: share / 2, 1.0: share / 2})):
        found = noisy(grey(), share, generator())
        assert set(found.unique().tolist()) == set(odds) | ({0.5} if share < 1 else set())
        for value, expected in odds.items():
            tolerance = 4 * math.sqrt(expected * (1 - expected) / PIXELS)
            assert abs((found == value).double().mean() - expected) <= tolerance


@given(st.floats(0.04, 1.0), st.integers(0, 2**16))
def test_the_box_is_one_whole_square_of_the_right_size_in_each_image(side: float, seed: int) -> None:
    blackened = box(grey(count=8), side, generator(seed)) == 0
    for image in blackened[:, 0]:
        rows, columns = image.any(1).nonzero().flatten(), image.any(0).nonzero().flatten()
        assert len(rows) == len(columns) == round(side * 28)
        assert rows[-1] - rows[0] + 1 == len(rows)
        assert columns[-1] - columns[0] + 1 == len(columns)
        assert image.sum() == len(rows) ** 2


def test_the_box_reaches_every_place_about_equally_often() -> None:
    blackened = box(grey(count=6000), 0.9, generator()) == 0
    size = round(0.9 * 28)
    corners = [(image.nonzero().min(0).values).tolist() for image in blackened[:, 0]]
    places = 28 - size + 1
    assert set(map(tuple, corners)) == set(itertools.product(range(places), repeat=2))
    counts = torch.tensor([corner[0] for corner in corners]).bincount()
    expected = 6000 / places
    assert (counts - expected).abs().max() < 4 * math.sqrt(expected)


@pytest.mark.parametrize("kind", KINDS)
def test_the_generator_alone_decides_and_each_image_gets_its_own_draw(kind: CorruptionKind) -> None:
    x = torch.rand(20, 1, 28, 28, generator=generator(9))
    kept = x.clone()
    first = corrupt(x, kind, 0.5, generator(1))
    torch.manual_seed(77)
    assert torch.equal(first, corrupt(x, kind, 0.5, generator(1)))
    assert not torch.equal(first, corrupt(x, kind, 0.5, generator(2)))
    assert torch.equal(x, kept)
    assert first.shape == x.shape
    assert first.dtype == x.dtype
    corrupted = corrupt(grey(count=50), kind, 0.3, generator())
    assert len(corrupted.flatten(1).unique(dim=0)) > 25


def test_an_unknown_corruption_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="'blur' is not known; there are gaussian, masking, salt_and_pepper, box"):
        corrupt(grey(count=1), "blur", 0.5)  # type: ignore[arg-type]
