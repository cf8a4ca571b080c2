import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import minimize_scalar
from torch import Tensor
from torch.autograd import gradcheck
from torch.distributions import Bernoulli, Normal
from torch.distributions import kl_divergence as torch_kl

from tests.tiny import generator
from vae_core import losses
from vae_core.data import Digits, as_input


def matrices(low: float, high: float) -> st.SearchStrategy[Tensor]:
    shapes = hnp.array_shapes(min_dims=2, max_dims=2, max_side=6)
    return hnp.arrays(np.float64, shapes, elements=st.floats(low, high)).map(torch.from_numpy)


def pair_of_matrices(low: float, high: float) -> st.SearchStrategy[tuple[Tensor, Tensor]]:
    return matrices(low, high).flatmap(
        lambda first: st.tuples(
            st.just(first),
            hnp.arrays(np.float64, tuple(first.shape), elements=st.floats(low, high)).map(torch.from_numpy),
        )
    )


@given(pair_of_matrices(-6, 6))
def test_kl_is_that_of_torch_distributions(gaussian: tuple[Tensor, Tensor]) -> None:
    mu, logvar = gaussian
    expected = torch_kl(Normal(mu, (0.5 * logvar).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(losses.kl_per_coordinate(mu, logvar), expected)
    torch.testing.assert_close(losses.kl_divergence(mu, logvar), expected.sum(1))


def test_kl_is_zero_at_the_prior() -> None:
    zeros = torch.zeros(1, 3)
    assert losses.kl_divergence(zeros, zeros).item() == 0


@given(matrices(-30, 30), st.integers(0, 2**16))
def test_cross_entropy_of_black_and_white_pixels_is_the_bernoulli_likelihood(logits: Tensor, seed: int) -> None:
    x = torch.empty_like(logits).bernoulli_(0.5, generator=generator(seed))
    expected = -Bernoulli(logits=logits).log_prob(x).sum(1)
    torch.testing.assert_close(losses.binary_cross_entropy(logits, x), expected)


def test_cross_entropy_does_not_saturate_and_has_the_entropy_of_grey_pixels_as_its_floor() -> None:
    logits, x = torch.tensor([[40.0, 0.0], [-40.0, 1.0], [1000.0, 0.0]])[:, :, None].unbind(1)
    torch.testing.assert_close(losses.binary_cross_entropy(logits, x), torch.tensor([40.0, 40.0, 1000.0]))
    x = torch.tensor([[0.2, 0.5, 0.9]], dtype=torch.float64)
    entropy = -(x * x.log() + (1 - x) * (1 - x).log()).sum().item()
    assert losses.binary_cross_entropy(torch.logit(x), x).item() == pytest.approx(entropy)
    assert losses.pixel_entropy(x).item() == pytest.approx(entropy)
    for shift in (-0.3, 0.3):
        assert losses.binary_cross_entropy(torch.logit(x) + shift, x).item() > entropy


def test_black_and_white_pixels_have_no_entropy() -> None:
    x = torch.tensor([[0.0, 1.0, 0.0], [0.5, 0.0, 1.0]])
    torch.testing.assert_close(losses.pixel_entropy(x), torch.tensor([0, math.log(2)]))


@pytest.mark.needs_mnist
def test_the_floor_of_grey_mnist(mnist_test: Digits) -> None:
    assert losses.pixel_entropy(as_input(mnist_test.images)).mean().item() == pytest.approx(45.5, abs=0.05)


@given(pair_of_matrices(-2, 2))
def test_squared_error_is_summed_over_pixels_of_each_image(pair: tuple[Tensor, Tensor]) -> None:
    x_hat, x = pair
    expected = ((x_hat.numpy() - x.numpy()) ** 2).sum(1)
    np.testing.assert_allclose(losses.squared_error(x_hat, x).numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_losses_of_images_are_one_number_an_image(likelihood: losses.Likelihood) -> None:
    output = torch.randn(3, 1, 28, 28, generator=generator())
    x = torch.rand(3, 1, 28, 28, generator=generator(1))
    together = losses.reconstruction(output, x, likelihood)
    assert together.shape == (3,)
    alone = torch.cat([losses.reconstruction(output[i : i + 1], x[i : i + 1], likelihood) for i in range(3)])
    torch.testing.assert_close(together, alone)


def test_log_weight_is_the_difference_of_log_densities() -> None:
    mu, logvar, z = (torch.randn(5, 3, dtype=torch.float64, generator=generator(seed)) for seed in range(3))
    logits = torch.randn(5, 7, dtype=torch.float64, generator=generator(3))
    x = torch.empty_like(logits).bernoulli_(0.5, generator=generator(4))
    prior = Normal(0.0, 1.0).log_prob(z).sum(1)
    posterior = Normal(mu, (0.5 * logvar).exp()).log_prob(z).sum(1)
    expected = Bernoulli(logits=logits).log_prob(x).sum(1) + prior - posterior
    torch.testing.assert_close(losses.log_weight(logits, x, z, mu, logvar, "bernoulli"), expected)
    eps = (z - mu) / (0.5 * logvar).exp()
    torch.testing.assert_close(losses.log_weight_of_draw(logits, x, z, eps, logvar, "bernoulli"), expected)


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_elbo_is_the_mean_log_weight(likelihood: losses.Likelihood) -> None:
    mu = torch.tensor([[0.7, -1.2]], dtype=torch.float64)
    logvar = torch.tensor([[-0.9, 0.4]], dtype=torch.float64)
    output = torch.tensor([[0.3, -2.0, 1.1]], dtype=torch.float64)
    x = torch.tensor([[1.0, 0.0, 0.25]], dtype=torch.float64)
    count = 200_000
    z = mu + (0.5 * logvar).exp() * torch.randn(count, 2, dtype=torch.float64, generator=generator())
    weights = losses.log_weight(output.expand(count, -1), x.expand(count, -1), z, mu, logvar, likelihood)
    standard_error = weights.std().item() / math.sqrt(count)
    expected = losses.elbo(output, x, mu, logvar, likelihood).item()
    assert abs(weights.mean().item() - expected) < 4 * standard_error


def linear_gaussian(w: float, x: float) -> tuple[float, float, float]:
    """Of p(z) = N(0, 1) and ln p(x|z) = -(x - w z)^2: ln p(x), and the mean and the log variance of p(z|x)."""
    precision = 1 + 2 * w * w
    return -0.5 * math.log(precision) - x * x / precision, 2 * w * x / precision, -math.log(precision)


@given(st.floats(-3, 3), st.floats(-2, 2), st.integers(0, 2**16))
def test_log_weight_under_the_true_posterior_is_the_evidence_whatever_z(w: float, x: float, seed: int) -> None:
    z = torch.randn(6, 1, dtype=torch.float64, generator=generator(seed))
    evidence, mu, logvar = linear_gaussian(w, x)
    given_x = (torch.full_like(z, value) for value in (x, mu, logvar))
    weights = losses.log_weight(w * z, next(given_x), z, *given_x, "gaussian")
    torch.testing.assert_close(weights, torch.full_like(weights, evidence))


def test_importance_weighted_bound_closes_on_the_evidence() -> None:
    """The same planted model with a posterior that is off: the ELBO stays below, many samples come near."""
    w, x, count = 1.3, 0.8, 200_000
    evidence = linear_gaussian(w, x)[0]
    zero, z = torch.zeros(1, 1, dtype=torch.float64), torch.randn(count, 1, dtype=torch.float64, generator=generator())
    weights = losses.log_weight(w * z, torch.full_like(z, x), z, zero, zero, "gaussian")
    assert weights.mean().item() < evidence - 0.5
    assert torch.logsumexp(weights, 0).item() - math.log(count) == pytest.approx(evidence, abs=0.01)


@pytest.mark.parametrize(
    "loss",
    [
        losses.kl_divergence,
        losses.squared_error,
        losses.psnr,
        lambda a, b: losses.binary_cross_entropy(a, b.sigmoid()),
        lambda a, b: losses.elbo(a, b.sigmoid(), a, b, "bernoulli"),
        lambda a, b: losses.log_weight(a, b, a + b, a, b, "gaussian"),
    ],
    ids=["kl", "squared_error", "psnr", "bce", "elbo", "log_weight"],
)
def test_gradients_against_finite_differences(loss: losses.Tensor) -> None:
    for seed in range(3):
        a, b = (
            torch.randn(2, 4, dtype=torch.float64, generator=generator(seed + shift), requires_grad=True)
            for shift in (0, 100)
        )
        assert gradcheck(loss, (a, b))


@given(pair_of_matrices(0, 1))
def test_psnr_is_the_formula_for_a_peak_of_one(pair: tuple[Tensor, Tensor]) -> None:
    x_hat, x = pair
    x_hat = x_hat + 0.01
    error = ((x_hat.numpy() - x.numpy()) ** 2).mean(1)
    with np.errstate(divide="ignore"):
        expected = 20 * np.log10(1 / np.sqrt(error))
    np.testing.assert_allclose(losses.psnr(x_hat, x).numpy(), expected, rtol=1e-9)


def test_the_squared_error_is_minus_the_log_likelihood_less_its_constant_and_no_other_variance_is_likelier() -> None:
    x, x_hat = torch.rand(2, 5, 1, 28, 28, generator=generator(), dtype=torch.float64)
    expected = -Normal(x_hat, math.sqrt(0.5)).log_prob(x).flatten(1).sum(1) - losses.gaussian_constant(784)
    torch.testing.assert_close(losses.squared_error(x_hat, x), expected)
    found = minimize_scalar(
        lambda log_variance: -Normal(x_hat, math.exp(log_variance / 2)).log_prob(x).sum().item(), bounds=(-8, 2)
    )
    own = losses.pixel_variance(losses.squared_error(x_hat, x).mean().item(), 784)
    assert own == pytest.approx(math.exp(found.x), rel=1e-4)
