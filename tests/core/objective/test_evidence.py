from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import logsumexp
from torch import Tensor
from torch.distributions import Bernoulli, Normal

from tests.core.objective.linear import PIXELS, SHAPE, linear_vae, log_evidence
from tests.tiny import CONFIGS
from vae_core import losses
from vae_core.checkpoint import load
from vae_core.errors import ObjectiveError
from vae_core.models import VariationalAutoencoder
from vae_core.noise.seeded_noise import normals
from vae_core.objective.evidence import COUNTS, Evidence, bounds, evidence, running
from vae_core.training.fit import new_model

some_weights = hnp.arrays(np.float64, st.integers(1, 12), elements=st.floats(-900, 900))


def draws(count: int, codes: int, seed: int = 0) -> np.ndarray:
    return normals(seed, 0, count, (codes,))


def picture(seed: int = 0) -> Tensor:
    return torch.rand(1, *SHAPE, generator=torch.Generator().manual_seed(seed))


def closed_form(model: VariationalAutoencoder, x: Tensor) -> float:
    """ln p(x) as the product says it: with `gaussian_constant`."""
    return float(log_evidence(model, x.flatten(1).double().numpy())[()]) + losses.gaussian_constant(PIXELS)


@pytest.mark.parametrize("codes", [1, 2, 5])
def test_with_the_true_posterior_every_draw_says_ln_p_of_x(codes: int) -> None:
    model, x = linear_vae(codes, seed=codes), picture()
    found = evidence(model, x, draws(200, codes))
    np.testing.assert_allclose(found.log_weights, closed_form(model, x), atol=2e-4)
    assert abs(found.gap) < 5 * found.elbo_error
    assert found.constant == pytest.approx(32 * math.log(math.pi))


@pytest.mark.parametrize("seed", range(3))
def test_with_a_posterior_that_is_off_it_climbs_to_ln_p_of_x(seed: int) -> None:
    model, x = linear_vae(3, seed, off=0.3, spread=1.3), picture(seed)
    found = evidence(model, x, draws(5000, 3, seed))
    expected = closed_form(model, x)
    path = running(found.log_weights)
    assert found.elbo < expected - 0.2
    assert abs(path.estimate[-1] - expected) < 4 * path.standard_error[-1] < 0.2
    climbed = bounds(found.log_weights)
    assert climbed.counts.tolist() == list(COUNTS)
    assert (np.diff(climbed.bound) >= 0).all()
    assert climbed.bound[0] == pytest.approx(found.elbo, abs=5 * found.elbo_error)
    assert found.gap == pytest.approx(expected - found.elbo, abs=4 * path.standard_error[-1])


def test_the_gap_is_the_divergence_of_the_two_posteriors() -> None:
    """That of a code whose mean is off by m and whose sigma is s times too large: 1/2 (s^2 + m^2 / v - 1) - ln s."""
    exact = linear_vae(2)
    off, x = linear_vae(2, off=0.2, spread=1.2), picture()
    _, logvar = exact.posterior(x)
    expected = 0.5 * (1.2**2 - 1 + 0.2**2 / logvar.exp()).sum().item() - 2 * math.log(1.2)
    found = evidence(off, x, draws(20_000, 2))
    assert found.gap == pytest.approx(expected, abs=0.05)


def test_the_standard_errors_are_those_of_many_repetitions() -> None:
    model, x = linear_vae(2, off=0.3), picture()
    found = [running(evidence(model, x, draws(200, 2, seed)).log_weights) for seed in range(150)]
    spread = np.std([path.estimate[-1] for path in found])
    assert np.mean([path.standard_error[-1] for path in found]) == pytest.approx(spread, rel=0.2)
    first = [path.estimate[[0, 9, 99]] for path in found]
    assert (np.diff(np.mean(first, axis=0)) > 0).all()


def test_of_bernoulli_pixels_it_is_the_integral_over_codes() -> None:
    model = new_model(CONFIGS["bernoulli"], 0)
    assert isinstance(model, VariationalAutoencoder)
    x = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(0)).round()
    with torch.no_grad():
        # Random ones are too far from each other for any number of draws.
        model.decoder.get_parameter("out.weight").mul_(0.2)
        model.encoder.get_parameter("mu.weight").mul_(0.1)
        model.encoder.get_parameter("scale.weight").mul_(0.1)
        found = evidence(model, x, draws(5000, 2))
        side = torch.linspace(-6, 6, 61)
        z = torch.cartesian_prod(side, side)
        log_joint = Bernoulli(logits=model.decoder_output(z).double()).log_prob(x.double()).flatten(1).sum(1)
        log_joint += Normal(0.0, 1.0).log_prob(z).sum(1).double()
    expected = torch.logsumexp(log_joint, 0).item() + 2 * math.log(0.2)
    path = running(found.log_weights)
    assert abs(found.log_evidence - expected) < 4 * path.standard_error[-1] < 0.1
    assert found.constant == 0


def test_reconstruction_and_kl_are_the_products(checkpoints_root: Path) -> None:
    model = load(checkpoints_root / "vae-30")
    assert isinstance(model, VariationalAutoencoder)
    x = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    eps = draws(60, 30)
    found = evidence(model, x, eps)
    mu, logvar = model.posterior(x)
    z = mu + (0.5 * logvar).exp() * torch.from_numpy(eps).float()
    error = losses.squared_error(model.decode(z), x.expand(60, -1, -1, -1))
    assert found.reconstruction == pytest.approx(error.mean().item(), rel=1e-5)
    assert found.elbo_error == pytest.approx(error.std().item() / math.sqrt(60), rel=1e-4)
    assert found.kl == pytest.approx(losses.kl_divergence(mu, logvar).item(), rel=1e-5)
    assert found.elbo == -(found.reconstruction + found.kl)
    assert found.constant == pytest.approx(392 * math.log(math.pi))


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_chunks_leave_no_trace(chunk: int) -> None:
    model, x, eps = linear_vae(2, off=0.3), picture(), draws(50, 2)
    expected = evidence(model, x, eps)
    found = evidence(model, x, eps, chunk)
    np.testing.assert_allclose(found.log_weights, expected.log_weights, atol=1e-4)
    assert found.reconstruction == pytest.approx(expected.reconstruction, abs=1e-4)


def test_a_posterior_too_narrow_for_any_number_keeps_its_draws() -> None:
    """sigma is about 1e-30 beside a mean of 10, as without the KL term: z is mu, and yet its density varies."""
    model, x = linear_vae(1, off=10.0, spread=1e-30), picture()
    mu, logvar = (value.double() for value in model.posterior(x))
    eps = draws(2000, 1)
    found = evidence(model, x, eps)
    prior = Normal(0.0, 1.0).log_prob(mu).item()
    posterior = Normal(0.0, 1.0).log_prob(torch.from_numpy(eps[:, 0])).numpy() - 0.5 * logvar.item()
    np.testing.assert_allclose(found.log_weights, prior - posterior - found.reconstruction, atol=1e-3)
    assert found.log_weights.mean() == pytest.approx(found.elbo, abs=0.1)
    assert running(found.log_weights).effective[-1] < 400


@given(some_weights)
def test_every_estimate_is_the_logsumexp_of_the_draws_so_far(log_weights: np.ndarray) -> None:
    path = running(log_weights)
    for k in range(1, len(log_weights) + 1):
        first = log_weights[:k]
        assert path.estimate[k - 1] == pytest.approx(logsumexp(first) - math.log(k), abs=1e-9)
        shares = np.exp(first - logsumexp(first))
        assert path.effective[k - 1] == pytest.approx(1 / np.square(shares).sum(), rel=1e-6)
        if k > 1:
            assert path.standard_error[k - 1] == pytest.approx(shares.std(ddof=1) * math.sqrt(k), abs=1e-6)
    assert math.isnan(path.standard_error[0])


@given(hnp.arrays(np.float64, 24, elements=st.floats(-900, 900)))
def test_where_counts_divide_each_other_no_bound_falls(log_weights: np.ndarray) -> None:
    found = bounds(log_weights, (24, 1, 2, 4, 12, 48, 12))
    assert found.counts.tolist() == [1, 2, 4, 12, 24]
    assert (np.diff(found.bound) >= -1e-9).all()
    assert found.bound[0] == pytest.approx(log_weights.mean(), abs=1e-9)
    assert found.bound[-1] == pytest.approx(logsumexp(log_weights) - math.log(24), abs=1e-9)
    assert math.isnan(found.standard_error[-1])
    assert found.standard_error[0] == pytest.approx(log_weights.std(ddof=1) / math.sqrt(24))


def test_one_draw_is_an_estimate_without_an_error() -> None:
    found = evidence(linear_vae(1), picture(), draws(1, 1))
    assert found.log_evidence == found.log_weights[0]
    assert math.isnan(found.elbo_error)
    assert isinstance(found, Evidence)


@pytest.mark.parametrize("shape", [(0, 2), (5, 3), (5,)])
def test_draws_that_do_not_fit(shape: tuple[int, ...]) -> None:
    with pytest.raises(ObjectiveError, match=r"it must be \[N, 2\], N above 0"):
        evidence(linear_vae(2), picture(), np.zeros(shape))
