from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad
from torch.distributions import Normal, kl_divergence

from vae_core import losses
from vae_core.errors import ObjectiveError
from vae_core.noise.seeded_noise import normals
from vae_core.objective.gaussians import STANDARD, Gaussian, axis, curves, integrate, kl, monte_carlo

gaussians = st.builds(Gaussian, st.floats(-6, 6), st.floats(0.05, 6))
EPS = normals(0, count=1, shape=(4000,))[0]


def torch_kl(p: Gaussian, q: Gaussian) -> float:
    wide = [torch.tensor(value, dtype=torch.float64) for value in (p.mu, p.sigma, q.mu, q.sigma)]
    return kl_divergence(Normal(*wide[:2]), Normal(*wide[2:])).item()


def asked_of_quad(p: Gaussian, q: Gaussian, part: int = 0) -> float:
    """The area under p ln(p / q) by SciPy, or of what lies above the axis (1) or below it (-1)."""

    def log_density(x: float, of: Gaussian) -> float:
        return -0.5 * ((x - of.mu) / of.sigma) ** 2 - math.log(of.sigma * math.sqrt(2 * math.pi))

    def height(x: float) -> float:
        value = math.exp(log_density(x, p)) * (log_density(x, p) - log_density(x, q))
        return max(part * value, 0) if part else value

    edges = np.linspace(p.mu - 10 * p.sigma, p.mu + 10 * p.sigma, 41)
    return sum(quad(height, a, b)[0] for a, b in pairwise(edges))


@given(gaussians, gaussians)
def test_the_closed_form_is_that_of_torch_distributions(p: Gaussian, q: Gaussian) -> None:
    assert kl(p, q) == pytest.approx(torch_kl(p, q), rel=1e-9, abs=1e-9)


@given(gaussians)
def test_against_the_prior_it_is_the_kl_of_the_losses(p: Gaussian) -> None:
    mu, logvar = (torch.tensor([[value]], dtype=torch.float64) for value in (p.mu, 2 * math.log(p.sigma)))
    assert kl(p) == pytest.approx(losses.kl_divergence(mu, logvar).item(), rel=1e-9, abs=1e-12)


@given(gaussians, gaussians)
def test_it_is_zero_for_the_same_two_and_never_below(p: Gaussian, q: Gaussian) -> None:
    assert kl(p, p) == 0
    assert kl(p, q) >= 0


@given(gaussians, gaussians, st.floats(0.1, 9), st.floats(-20, 20))
def test_another_unit_on_the_line_leaves_it_as_it_is(p: Gaussian, q: Gaussian, unit: float, shift: float) -> None:
    moved = [Gaussian(unit * g.mu + shift, unit * g.sigma) for g in (p, q)]
    assert kl(*moved) == pytest.approx(kl(p, q), rel=1e-6, abs=1e-9)


@given(gaussians, gaussians)
def test_the_integral_is_the_closed_form(p: Gaussian, q: Gaussian) -> None:
    found = integrate(p, q)
    assert found.value == pytest.approx(kl(p, q), rel=1e-7, abs=1e-9)
    assert min(found.above, found.below) >= 0


@pytest.mark.parametrize(
    ("p", "q"), [(Gaussian(1, 1), STANDARD), (Gaussian(-2, 0.3), Gaussian(1, 2)), (Gaussian(0.5, 3), Gaussian(0, 0.8))]
)
def test_the_integral_and_its_parts_are_those_of_quad(p: Gaussian, q: Gaussian) -> None:
    found = integrate(p, q)
    assert found.value == pytest.approx(asked_of_quad(p, q), rel=1e-8)
    assert found.above == pytest.approx(asked_of_quad(p, q, 1), rel=1e-3)
    assert found.below == pytest.approx(asked_of_quad(p, q, -1), rel=1e-3, abs=1e-4)


def test_a_coarse_axis_is_enough_for_the_value() -> None:
    p, q = Gaussian(-2, 0.3), Gaussian(1, 2)
    assert integrate(p, q, points=41).value == pytest.approx(kl(p, q), rel=1e-6)


@given(gaussians, gaussians)
def test_the_curves_are_scipys_densities(p: Gaussian, q: Gaussian) -> None:
    x = axis(p, q, points=101)
    drawn = curves(x, p, q)
    np.testing.assert_allclose(drawn.p, stats.norm.pdf(x, p.mu, p.sigma), rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(drawn.q, stats.norm.pdf(x, q.mu, q.sigma), rtol=1e-9, atol=1e-300)
    difference = stats.norm.logpdf(x, p.mu, p.sigma) - stats.norm.logpdf(x, q.mu, q.sigma)
    np.testing.assert_allclose(drawn.integrand, drawn.p * difference, rtol=1e-6, atol=1e-12)
    assert x.flags.writeable
    assert not drawn.integrand.flags.writeable


def test_where_a_density_is_no_longer_a_number_the_integrand_is_zero() -> None:
    drawn = curves(np.array([-60.0, 60.0]), STANDARD, Gaussian(0, 0.1))
    assert drawn.p.tolist() == drawn.q.tolist() == drawn.integrand.tolist() == [0, 0]


def test_the_axis_holds_both() -> None:
    x = axis(Gaussian(-3, 0.5), Gaussian(1, 2), points=11, reach=4)
    assert (x[0], x[-1], len(x)) == (-7, 9, 11)
    np.testing.assert_allclose(np.diff(x), 1.6)


@given(gaussians, gaussians)
def test_the_estimate_lies_within_its_error(p: Gaussian, q: Gaussian) -> None:
    found = monte_carlo(EPS, p, q)
    assert abs(found.value - kl(p, q)) <= 5 * found.standard_error + 1e-12
    assert found.count == len(EPS)


def test_the_standard_error_is_that_of_the_quadratic() -> None:
    """ln p - ln q is a eps^2 + b eps + c, whose variance is 2 a^2 + b^2."""
    p, q = Gaussian(1.5, 0.6), Gaussian(0.2, 1.1)
    ratio, shift = p.sigma / q.sigma, (p.mu - q.mu) / q.sigma
    variance = (ratio**2 - 1) ** 2 / 2 + (ratio * shift) ** 2
    assert monte_carlo(EPS, p, q).standard_error == pytest.approx(math.sqrt(variance / len(EPS)), rel=0.05)


def test_the_estimate_is_smooth_in_what_a_hand_moves() -> None:
    values = np.array([monte_carlo(EPS[:20], Gaussian(mu, 0.5 + mu / 9)).value for mu in np.linspace(0, 3, 301)])
    bends = np.diff(values, 2)
    assert np.abs(bends).max() < 1e-3
    assert np.abs(np.diff(bends)).max() < 1e-5


@pytest.mark.parametrize("sigma", [0, -1, math.inf, math.nan])
def test_a_sigma_that_is_none(sigma: float) -> None:
    with pytest.raises(ObjectiveError, match=r"sigma is .*; it must be a number above 0"):
        Gaussian(0, sigma)


def test_a_mean_that_is_none() -> None:
    with pytest.raises(ObjectiveError, match="mu is nan; it must be a finite number"):
        Gaussian(math.nan, 1)


def test_one_draw_has_no_error() -> None:
    with pytest.raises(ObjectiveError, match="takes at least two draws, not 1"):
        monte_carlo(np.zeros(1), STANDARD)
