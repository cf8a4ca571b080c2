"""Path length and largest step on generators whose answer is known."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.tiny import generator, model
from vae_core.data import Digits
from vae_core.metrics import continuity, continuity_between_digits

STARTS, ENDS = torch.randn(2, 7, 3, generator=generator())


def pictures(flat: Tensor) -> Tensor:
    return flat.reshape(-1, 1, 28, 28)


def test_a_perfect_generator_goes_straight_and_evenly() -> None:
    weight = torch.randn(3, 784, generator=generator(1))
    found = continuity(lambda z: pictures(z @ weight), STARTS, ENDS, steps=10)
    asked = ((ENDS - STARTS) @ weight).norm(dim=1)
    np.testing.assert_allclose(found.length, asked, rtol=1e-5)
    np.testing.assert_allclose(found.distance, asked, rtol=1e-5)
    np.testing.assert_allclose(found.detour, 1, rtol=1e-5)
    np.testing.assert_allclose(found.jump, 1, rtol=1e-4)


def test_a_constant_generator_goes_nowhere() -> None:
    found = continuity(lambda z: torch.full((len(z), 1, 28, 28), 0.3), STARTS, ENDS)
    assert (found.length == 0).all()
    assert np.isnan(found.detour).all()
    assert np.isnan(found.jump).all()


def test_a_noise_generator_wanders() -> None:
    """Every step is a fresh picture: n steps as long as the distance itself, sqrt(784 / 6) for uniform pixels."""
    noise = generator(2)
    found = continuity(lambda z: torch.rand(len(z), 1, 28, 28, generator=noise), STARTS, ENDS, steps=20)
    np.testing.assert_allclose(found.distance, math.sqrt(784 / 6), rtol=0.1)
    np.testing.assert_allclose(found.detour, 20, rtol=0.1)
    assert (found.jump < 1.2).all()


def test_a_generator_of_two_pictures_jumps_once() -> None:
    found = continuity(
        lambda z: pictures((z[:, :1] > 0).float().repeat(1, 784)), -torch.ones(2, 1), torch.ones(2, 1) * 0.9, steps=16
    )
    np.testing.assert_allclose(found.length, 28)
    np.testing.assert_allclose(found.detour, 1)
    np.testing.assert_allclose(found.jump, 16)


def test_a_quarter_of_a_circle() -> None:
    """In pictures of two pixels that move on a circle: an arc of pi / 2 over a chord of sqrt(2)."""

    def decode(z: Tensor) -> Tensor:
        flat = torch.zeros(len(z), 784)
        flat[:, 0], flat[:, 1] = torch.cos(z[:, 0]), torch.sin(z[:, 0])
        return pictures(flat)

    found = continuity(decode, torch.zeros(1, 1), torch.full((1, 1), math.pi / 2), steps=400)
    assert found.length == pytest.approx(math.pi / 2, rel=1e-4)
    assert found.detour == pytest.approx(math.pi / 2 / math.sqrt(2), rel=1e-4)


def test_lines_between_two_different_digits_are_drawn_by_the_seed(uci: Digits) -> None:
    first, again, other = (continuity_between_digits(model(), uci.images, 5, seed) for seed in (0, 0, 1))
    assert len(first.length) == 5
    np.testing.assert_array_equal(first.length, again.length)
    assert not np.array_equal(first.length, other.length)
    assert (first.detour >= 1 - 1e-6).all()
    assert (continuity_between_digits(model(), uci.images[:2], 40).distance > 0).all()
    with pytest.raises(ValueError, match="two digits, not 1"):
        continuity_between_digits(model(), uci.images[:1])
