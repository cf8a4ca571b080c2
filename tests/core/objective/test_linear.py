from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import minimize
from scipy.stats import multivariate_normal
from sklearn.decomposition import PCA
from torch import Tensor

from tests.core.objective.linear import PIXELS, SHAPE, log_evidence, weights
from vae_core import losses
from vae_core.config import ModelConfig, TrainingConfig
from vae_core.data import as_input
from vae_core.errors import ConfigError, ObjectiveError
from vae_core.models import VariationalAutoencoder
from vae_core.objective.linear import VARIANCE, Prediction, Spectrum, noise_variance, optimum, predict, spectrum
from vae_core.objective.linear import variances as variances_alone
from vae_core.spaces.latent import active_coordinates
from vae_core.training.fit import new_model, objective_parts

BETA = 0.05
descending = hnp.arrays(np.float64, 5, elements=st.floats(1e-3, 20)).map(lambda values: np.sort(values)[::-1])


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """400 pictures of 8 x 8 pixels whose variances fall from about 0.5 to 0.005 and then to noise."""
    generator = np.random.default_rng(0)
    directions, _ = np.linalg.qr(generator.standard_normal((PIXELS, PIXELS)))
    scales = np.sqrt([0.5, 0.16, 0.06, 0.005, *[1e-3] * 60])
    x = 0.5 + (generator.standard_normal((400, PIXELS)) * scales) @ directions
    return (255 * x.clip(0, 1)).round().astype(np.uint8).reshape(400, *SHAPE[1:])


@pytest.fixture(scope="module")
def known(images: np.ndarray) -> Spectrum:
    return spectrum(images)


def flat(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1) / 255


def costs(model: VariationalAutoencoder, images: np.ndarray) -> tuple[float, np.ndarray]:
    """Squared error over 50 samples of z a picture, unclipped, and the mean KL of each code."""
    x = as_input(images).repeat(50, 1, 1, 1)
    config = TrainingConfig()
    error, _ = objective_parts(model, x, config, torch.Generator().manual_seed(0))
    return error.mean().item(), losses.kl_per_coordinate(*model.posterior(as_input(images))).mean(0).numpy()


def test_variances_alone_are_those_of_the_spectrum(images: np.ndarray, known: Spectrum) -> None:
    np.testing.assert_allclose(variances_alone(images), known.variances, rtol=1e-9, atol=1e-12)


def test_the_spectrum_is_scikit_learns(images: np.ndarray, known: Spectrum, monkeypatch: pytest.MonkeyPatch) -> None:
    pca = PCA(svd_solver="full").fit(flat(images))
    np.testing.assert_allclose(known.variances, pca.explained_variance_ * 399 / 400, atol=1e-12)
    np.testing.assert_allclose(known.mean, pca.mean_, atol=1e-12)
    np.testing.assert_allclose(np.abs((known.directions[:5] * pca.components_[:5]).sum(1)), 1, atol=1e-9)
    np.testing.assert_allclose(known.directions @ known.directions.T, np.eye(PIXELS), atol=1e-12)
    assert known.shape == SHAPE
    monkeypatch.setattr("vae_core.objective.linear.CHUNK", 150)
    np.testing.assert_allclose(spectrum(images).variances, known.variances, atol=1e-12)


@pytest.mark.parametrize("codes", [1, 3, 12])
def test_the_best_variance_is_that_of_probabilistic_pca(codes: int, images: np.ndarray, known: Spectrum) -> None:
    oracle = PCA(codes, svd_solver="full").fit(flat(images))
    found = noise_variance(known.variances, codes)
    assert found == pytest.approx(oracle.noise_variance_ * 399 / 400)
    model = optimum(known, 1, codes, found)
    covariance = oracle.get_covariance() * 399 / 400
    expected = multivariate_normal(known.mean, covariance).logpdf(flat(images))
    np.testing.assert_allclose(log_evidence(model, flat(images), found), expected, atol=1e-3)


@pytest.mark.parametrize("beta", [0.05, 0.3, 1.5])
@pytest.mark.parametrize("codes", [2, 6])
def test_the_best_linear_vae_costs_what_is_predicted(
    beta: float, codes: int, images: np.ndarray, known: Spectrum
) -> None:
    found = predict(known.variances, beta, codes)
    model = optimum(known, beta, codes)
    error, kl = costs(model, images)
    assert error == pytest.approx(found.squared_error, rel=0.01)
    np.testing.assert_allclose(kl, np.pad(found.kl, (0, codes - found.active)), atol=1e-4)
    assert int(active_coordinates(*model.posterior(as_input(images))).sum()) == found.active
    assert found.threshold == beta * VARIANCE


def test_at_its_optimum_the_bound_is_the_evidence_of_probabilistic_pca(images: np.ndarray, known: Spectrum) -> None:
    """Lucas et al.: the ELBO is tight there. Scaled so that components lie above the product's variance of 1/2."""
    wide = Spectrum(known.shape, known.mean, 20 * known.variances, known.directions)
    x = known.mean + np.sqrt(20) * (flat(images) - known.mean)
    found = predict(wide.variances, 1, 5)
    assert found.active == 3
    expected = -log_evidence(optimum(wide, 1, 5), x).mean() - losses.gaussian_constant(PIXELS)
    assert found.squared_error + found.rate == pytest.approx(expected, rel=1e-5)


@settings(max_examples=10)
@given(descending, st.floats(0.01, 10), st.integers(1, 5))
def test_nothing_linear_costs_less(variances: np.ndarray, beta: float, codes: int) -> None:
    """Per component: the error of encoding by v and decoding by w with sigma s, plus beta times KL, by a search."""
    found = predict(variances, beta, codes)

    def cost(parameters: np.ndarray, variance: float) -> float:
        w, v, log_s = parameters
        error = variance * (1 - w * v) ** 2 + w**2 * np.exp(2 * log_s)
        return float(error + beta * 0.5 * (v**2 * variance + np.exp(2 * log_s) - 1 - 2 * log_s))

    best = [minimize(cost, [1.0, 0.5, -0.5], (variance,)).fun for variance in variances[:codes]]
    best += list(variances[codes:])
    assert found.squared_error + beta * found.rate == pytest.approx(sum(best), rel=1e-3, abs=1e-4)


@given(descending, st.integers(1, 5))
def test_more_beta_is_less_rate_and_more_distortion(variances: np.ndarray, codes: int) -> None:
    ladder = [predict(variances, beta, codes) for beta in (0.01, 0.1, 1, 10, 100)]
    assert [found.active for found in ladder] == sorted((found.active for found in ladder), reverse=True)
    assert (np.diff([found.rate for found in ladder]) <= 0).all()
    assert (np.diff([found.squared_error for found in ladder]) >= -1e-9).all()
    assert ladder[-1].active == 0
    assert ladder[-1].squared_error == pytest.approx(variances.sum())


def test_along_the_curve_beta_is_its_slope() -> None:
    variances = np.array([5.0, 2.0, 0.7])
    near = [predict(variances, beta, 3) for beta in (0.4999, 0.5001)]
    slope = (near[1].squared_error - near[0].squared_error) / (near[1].rate - near[0].rate)
    assert slope == pytest.approx(-0.5, rel=1e-4)


def test_a_trained_linear_vae_keeps_the_codes_that_are_predicted(images: np.ndarray, known: Spectrum) -> None:
    """By L-BFGS on all pictures, the mean over eps in closed form: |x - W mu - b|^2 + |W sigma|^2."""
    config = ModelConfig(kind="vae", latent_dim=4, scale="logvar", output="linear", shape=SHAPE)
    model = new_model(config, 0).double()
    assert isinstance(model, VariationalAutoencoder)
    # As in the paper, sigma is the same for all pictures.
    model.encoder.get_parameter("scale.weight").requires_grad_(False).zero_()
    x = as_input(images).double()
    learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.LBFGS(learned, max_iter=300, history_size=20, line_search_fn="strong_wolfe")

    def parts() -> tuple[Tensor, Tensor, Tensor]:
        mu, logvar = model.posterior(x)
        noise = logvar.exp() @ model.decoder.get_parameter("out.weight").square().sum(0)
        return losses.squared_error(model.decoder_output(mu), x) + noise, mu, logvar

    def loss() -> Tensor:
        error, mu, logvar = parts()
        value = (error + BETA * losses.kl_divergence(mu, logvar)).mean()
        optimizer.zero_grad()
        value.backward()
        return value

    optimizer.step(loss)
    with torch.no_grad():
        error, mu, logvar = parts()
    found = predict(known.variances, BETA, 4)
    assert found.active == 3
    assert int(active_coordinates(mu, logvar).sum()) == found.active
    kl = losses.kl_per_coordinate(mu, logvar).mean(0).sort(descending=True).values
    np.testing.assert_allclose(kl, [*found.kl, 0], atol=0.01)
    assert error.mean().item() == pytest.approx(found.squared_error, rel=0.01)
    # Their columns are the leading components.
    w, _ = weights(model)
    leading = known.directions[:3]
    assert np.square(w - leading.T @ (leading @ w)).sum() < 1e-3 * np.square(w).sum()


def test_a_component_at_the_threshold_collapses() -> None:
    found = predict(np.array([1.0, 0.5, 0.1]), 1, 3)
    assert (found.active, found.threshold) == (1, 0.5)
    assert isinstance(found, Prediction)


def test_what_cannot_be_predicted(known: Spectrum) -> None:
    with pytest.raises(ObjectiveError, match="beta is 0; it must be a number above 0"):
        predict(known.variances, 0, 2)
    with pytest.raises(ObjectiveError, match="the variance of the decoder is nan"):
        predict(known.variances, 1, 2, float("nan"))
    with pytest.raises(ObjectiveError, match="there are 0 codes; there must be at least 1"):
        predict(known.variances, 1, 0)
    with pytest.raises(ObjectiveError, match="there are 64 codes; there must be 1 to 63"):
        noise_variance(known.variances, 64)
    with pytest.raises(ObjectiveError, match="pictures of 64 pixels have no more"):
        optimum(known, 1, 65)
    with pytest.raises(ConfigError, match="latent_dim is 785"):
        optimum(Spectrum((1, 28, 28), np.zeros(785), np.ones(785), np.eye(785)), 1, 785)
    with pytest.raises(ObjectiveError, match="a covariance takes at least two pictures, not 1"):
        spectrum(np.zeros((1, 8, 8), np.uint8))
