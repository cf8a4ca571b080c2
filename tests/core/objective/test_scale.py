from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from torch import Tensor

from vae_core import losses
from vae_core.errors import ObjectiveError
from vae_core.objective import scale

MU = 0.7


def derivatives(of: Tensor, value: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """First and second, by autograd."""
    (first,) = torch.autograd.grad(value.sum(), of, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), of)
    return first.detach().numpy(), second.numpy()


def compare(found: scale.Curve, variable: Tensor, logvar: Tensor) -> None:
    value = losses.kl_per_coordinate(torch.full_like(logvar, MU), logvar)
    np.testing.assert_allclose(found.value, value.detach().numpy(), rtol=1e-9, atol=1e-12)
    slope, curvature = derivatives(variable, value)
    np.testing.assert_allclose(found.slope, slope, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.curvature, curvature, rtol=1e-7, atol=1e-12)


@given(hnp.arrays(np.float64, 7, elements=st.floats(0.01, 5)), st.sampled_from([-1, 1]))
def test_in_sigma_it_is_what_autograd_says(sigma: np.ndarray, sign: int) -> None:
    variable = torch.from_numpy(sign * sigma).requires_grad_()
    compare(scale.in_sigma(sign * sigma, MU), variable, variable.square().log())


@given(hnp.arrays(np.float64, 7, elements=st.floats(-9, 4)))
def test_in_the_logarithm_it_is_what_autograd_says(logvar: np.ndarray) -> None:
    variable = torch.from_numpy(logvar).requires_grad_()
    compare(scale.in_logvar(logvar, MU), variable, variable)


@given(st.floats(0.001, 30))
def test_the_two_are_the_same_divergence(sigma: float) -> None:
    first, second = scale.in_sigma(sigma, MU), scale.in_logvar(2 * np.log(sigma), MU)
    assert first.value == pytest.approx(float(second.value))
    # d gamma / d sigma = 2 / sigma.
    assert first.slope == pytest.approx(float(second.slope) * 2 / sigma, abs=1e-9)


def test_at_the_minimum_sigma_is_four_times_as_curved() -> None:
    first, second = scale.in_sigma(1.0), scale.in_logvar(0.0)
    assert (first.value, first.slope, first.curvature) == (0, 0, 2)
    assert (second.value, second.slope, second.curvature) == (0, 0, 0.5)


def test_the_pole_is_said() -> None:
    with pytest.raises(ObjectiveError, match="sigma is 0; the KL divergence has a pole there"):
        scale.in_sigma([1, 0])
