from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.distributions import Normal

from tests.core.objective.linear import linear_vae, weights
from tests.tiny import CONFIGS
from vae_core import losses
from vae_core.errors import ObjectiveError
from vae_core.models import VariationalAutoencoder
from vae_core.noise.seeded_noise import normals
from vae_core.objective.gradients import Gradients, leave_one_out, of_picture, reparameterised, score_function
from vae_core.training.fit import new_model

MU = np.array([0.8, -1.5, 0.0])
SIGMA = np.array([0.5, 1.2, 2.0])
EPS = normals(0, 0, 40_000, (3,))
# f(z) = c + b z + 1/2 z A z.
A = torch.tensor([[1.5, 0.2, 0.0], [0.2, -0.7, 0.4], [0.0, 0.4, 0.9]], dtype=torch.float64)
B = torch.tensor([0.3, -1.0, 0.5], dtype=torch.float64)


def quadratic(z: Tensor) -> Tensor:
    return 2.0 + z @ B + 0.5 * ((z @ A) * z).sum(1)


def estimators(cost: Callable[[Tensor], Tensor]) -> dict[str, Gradients]:
    values, pathwise = reparameterised(cost, MU, SIGMA, EPS)
    return {
        "reparameterised": pathwise,
        "score": score_function(values, SIGMA, EPS),
        "baseline": score_function(leave_one_out(values), SIGMA, EPS),
    }


@pytest.mark.parametrize("name", ["reparameterised", "score", "baseline"])
def test_of_a_quadratic_each_tends_to_the_closed_form(name: str) -> None:
    """E f = c + b mu + 1/2 mu A mu + 1/2 sum of A_ii sigma_i^2."""
    found = estimators(quadratic)[name]
    expected = np.stack([B.numpy() + A.numpy() @ MU, np.diag(A.numpy()) * SIGMA])
    assert (np.abs(found.mean() - expected) < 4.5 * found.standard_error()).all()


def test_the_variances_of_a_square_are_those_of_its_moments() -> None:
    """f(z) = z^2: 4 sigma^2 by reparameterisation, and mu^4 / sigma^2 + 14 mu^2 + 15 sigma^2 by the score function."""
    mu, sigma = np.array([0.8]), np.array([0.5])
    eps = EPS.reshape(-1, 1)
    values, pathwise = reparameterised(lambda z: z.square().sum(1), mu, sigma, eps)
    assert pathwise.variance()[0] == pytest.approx(4 * sigma**2, rel=0.03)
    expected = mu**4 / sigma**2 + 14 * mu**2 + 15 * sigma**2
    assert score_function(values, sigma, eps).variance()[0] == pytest.approx(expected, rel=0.05)


def test_each_draw_is_what_autograd_says_of_it() -> None:
    mu, sigma = (torch.from_numpy(value).requires_grad_() for value in (MU, SIGMA))
    found = estimators(quadratic)
    for n in range(5):
        z = mu + sigma * torch.from_numpy(EPS[n])
        expected = torch.autograd.grad(quadratic(z[None]).sum(), (mu, sigma))
        np.testing.assert_allclose(found["reparameterised"].mu[n], expected[0])
        np.testing.assert_allclose(found["reparameterised"].sigma[n], expected[1])
        log_density = Normal(mu, sigma).log_prob(z.detach()).sum()
        score = torch.autograd.grad(log_density * quadratic(z.detach()[None]).sum(), (mu, sigma))
        np.testing.assert_allclose(found["score"].mu[n], score[0], rtol=1e-9)
        np.testing.assert_allclose(found["score"].sigma[n], score[1], rtol=1e-9)


@given(st.integers(2, 30), st.floats(-1e6, 1e6))
def test_a_baseline_is_the_mean_of_the_others(count: int, shift: float) -> None:
    values = EPS[:count, 0] + shift
    expected = [values[n] - np.delete(values, n).mean() for n in range(count)]
    np.testing.assert_allclose(leave_one_out(values), expected, atol=1e-8)


def test_a_constant_costs_the_score_function_dear_and_the_others_nothing() -> None:
    plain, raised = estimators(quadratic), estimators(lambda z: quadratic(z) + 1000)
    assert raised["reparameterised"].variance() == pytest.approx(plain["reparameterised"].variance())
    assert raised["baseline"].variance() == pytest.approx(plain["baseline"].variance(), rel=0.01)
    assert (raised["score"].variance() > 1000 * plain["score"].variance()).all()


def test_the_mean_of_more_draws_has_its_share_of_the_variance() -> None:
    found = estimators(quadratic)["score"]
    means = np.stack([part.reshape(400, 100, 3).mean(1) for part in (found.mu, found.sigma)])
    np.testing.assert_allclose(means.var(1, ddof=1), found.variance() / 100, rtol=0.3)
    few = found.first(7)
    assert few.mu.shape == few.sigma.shape == (7, 3)
    np.testing.assert_array_equal(few.mean()[0], found.mu[:7].mean(0))


@pytest.mark.parametrize("beta", [0.0, 1.0, 4.0])
def test_of_a_linear_vae_it_is_the_closed_form(beta: float) -> None:
    """E |x - W z - b|^2 of orthogonal columns w: gradient -2 w (x - W mu - b) in mu and 2 |w|^2 sigma in sigma."""
    model = linear_vae(3, off=0.4, spread=1.5)
    x = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    found = of_picture(model, x, EPS[:4000], beta)
    w, b = weights(model)
    missing = x.double().numpy().ravel() - w @ found.mu - b
    in_mu = -2 * w.T @ missing + beta * found.mu
    in_sigma = 2 * np.square(w).sum(0) * found.sigma + beta * (found.sigma - 1 / found.sigma)
    for each in (found.reparameterised, found.score, found.score_with_baseline):
        assert (np.abs(each.mean() - np.stack([in_mu, in_sigma])) < 4.5 * each.standard_error() + 1e-4).all()
    assert found.reparameterised.variance().sum() * 5 < found.score_with_baseline.variance().sum()
    assert found.score_with_baseline.variance().sum() * 3 < found.score.variance().sum()


def test_the_kl_term_moves_the_mean_and_not_the_variance() -> None:
    model = linear_vae(2)
    x = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    without, with_kl = (of_picture(model, x, EPS[:50, :2], beta) for beta in (0.0, 3.0))
    mu, sigma = (torch.from_numpy(value).requires_grad_() for value in (with_kl.mu.copy(), with_kl.sigma.copy()))
    kl = losses.kl_divergence(mu[None], 2 * sigma.log()[None]).sum()
    expected = 3 * np.stack([part.numpy() for part in torch.autograd.grad(kl, (mu, sigma))])
    for name in ("reparameterised", "score", "score_with_baseline"):
        before, after = getattr(without, name), getattr(with_kl, name)
        np.testing.assert_allclose(after.mean() - before.mean(), expected, atol=1e-6)
        np.testing.assert_allclose(after.variance(), before.variance(), rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("kind", ["vae-logvar", "vae-sigma", "bernoulli"])
def test_every_draw_is_what_training_would_get(kind: str) -> None:
    """Also for who asks in inference mode."""
    model = new_model(CONFIGS[kind], 0).requires_grad_(False)
    assert isinstance(model, VariationalAutoencoder)
    codes = model.config.latent_dim
    eps = normals(1, 0, 3, (codes,))
    with torch.inference_mode():
        x = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(0))
        found = of_picture(model, x, eps, beta=0.7)
    x = x.clone()
    mu, logvar = (value.double().detach() for value in model.posterior(x))
    sigma = (0.5 * logvar).exp().requires_grad_()
    mu.requires_grad_()
    for n in range(3):
        output = model.decoder_output((mu + sigma * torch.from_numpy(eps[n : n + 1])).float())
        loss = losses.reconstruction(output, x, model.config.likelihood) + 0.7 * losses.kl_divergence(
            mu, 2 * sigma.log()
        )
        in_mu, in_sigma = torch.autograd.grad(loss.sum(), (mu, sigma))
        np.testing.assert_allclose(found.reparameterised.mu[n], in_mu[0], rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(found.reparameterised.sigma[n], in_sigma[0], rtol=1e-4, atol=1e-5)


def test_what_has_no_gradient() -> None:
    with pytest.raises(ObjectiveError, match="sigma is 0; it must be a number above 0"):
        reparameterised(quadratic, MU, np.array([1.0, 0, 1]), EPS)
    with pytest.raises(ObjectiveError, match="the draws are of 2 codes; they must be of 3"):
        score_function(np.ones(4), SIGMA, EPS[:4, :2])
    with pytest.raises(ObjectiveError, match="takes at least two draws"):
        leave_one_out(np.ones(1))
    with pytest.raises(ObjectiveError, match="a variance takes at least two draws"):
        Gradients(np.ones((1, 2)), np.ones((1, 2))).variance()
