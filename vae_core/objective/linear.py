"""What a linear VAE would do at a given beta, from the data's covariance alone (Lucas et al., 2019).

The best linear VAE is probabilistic PCA: with decoder variance v, a principal component of variance lambda stays active
where lambda exceeds v beta, and collapses to the prior elsewhere. Its rate and its distortion are then those of a
Gaussian source by reverse water-filling (Cover & Thomas, 2006, theorem 10.3.3). For deep nets it is a forecast.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vae_core.arrays import Frozen
from vae_core.config import ModelConfig, Shape
from vae_core.data import shape_of
from vae_core.errors import ObjectiveError
from vae_core.models import VariationalAutoencoder

# For which the squared error is -ln p(x|z) up to a constant: see `vae_core.losses`.
VARIANCE = 0.5
# Pictures whose outer products are summed together: in float64, and without a copy of 60,000.
CHUNK = 5000

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Spectrum(Frozen):
    """Mean and covariance of pictures with pixels in [0, 1]; arrays float64, read-only, P pixels.

    Attributes:
        shape: channels, height, width.
        mean: [P].
        variances: [P], eigenvalues of the covariance, descending, at least 0: those of the principal components.
        directions: [P, P], orthonormal rows: the components.
    """

    shape: Shape
    mean: Array
    variances: Array
    directions: Array


@dataclass(frozen=True)
class Prediction(Frozen):
    """The best linear VAE at one beta; arrays read-only.

    Attributes:
        threshold: decoder variance times beta; above it a component is active.
        active: how many codes survive, at most the codes there are.
        kl: float64 [active], mean KL of each code, nats: 1/2 ln(lambda / threshold).
        squared_error: the distortion, mean per picture over samples of z, pixels unclipped: of an active component the
            threshold, of another its variance.
    """

    threshold: float
    active: int
    kl: Array
    squared_error: float

    @property
    def rate(self) -> float:
        """Mean KL divergence of a picture, nats."""
        return float(self.kl.sum())


def spectrum(images: NDArray[np.uint8]) -> Spectrum:
    """Principal components of pictures, the covariance a mean over them (not over one less), as the loss takes it.

    Args:
        images: uint8 [N, H, W] or [N, C, H, W].

    Raises:
        ObjectiveError: there are fewer than two pictures.
    """
    mean, covariance = _moments(images)
    variances, directions = np.linalg.eigh(covariance)
    return Spectrum(shape_of(images), mean, variances[::-1].clip(min=0), directions.T[::-1].copy())


def variances(images: NDArray[np.uint8]) -> Array:
    """Those of `spectrum` alone, [P], in a fraction of its time.

    Raises:
        ObjectiveError: as `spectrum`.
    """
    _, covariance = _moments(images)
    return np.asarray(np.linalg.eigvalsh(covariance)[::-1].clip(min=0))


def _moments(images: NDArray[np.uint8]) -> tuple[Array, Array]:
    """Mean [P] and covariance [P, P] of pixels in [0, 1]."""
    if len(images) < 2:
        raise ObjectiveError(f"a covariance takes at least two pictures, not {len(images)}")
    flat = images.reshape(len(images), -1)
    mean = flat.mean(0, dtype=np.float64) / 255
    covariance = np.zeros((len(mean), len(mean)))
    for start in range(0, len(flat), CHUNK):
        centred = flat[start : start + CHUNK] / 255 - mean
        covariance += centred.T @ centred
    return mean, covariance / len(flat)


def predict(variances: Array, beta: float, latent_dim: int, variance: float = VARIANCE) -> Prediction:
    """Which codes survive at a beta, and what the best linear VAE then costs.

    >>> found = predict(np.array([4.0, 1.0, 0.25]), beta=1, latent_dim=3)
    >>> found.active, found.kl.round(3), found.squared_error
    (2, array([1.04 , 0.347]), 1.25)

    Args:
        variances: float64 [P], of the principal components, descending.
        beta: weight of the KL term, above 0.
        latent_dim: codes, at least 1.
        variance: of the decoder's pixels, above 0; 1/2 in this product's loss of squared errors.

    Raises:
        ObjectiveError: beta or the variance is not above 0, or there is no code.
    """
    threshold = _threshold(beta, latent_dim, variance)
    above = variances[:latent_dim]
    above = above[above > threshold]
    lost = variances[len(above) :]
    return Prediction(
        threshold=threshold,
        active=len(above),
        kl=0.5 * np.log(above / threshold),
        squared_error=float(threshold * len(above) + lost.sum()),
    )


def _threshold(beta: float, latent_dim: int, variance: float) -> float:
    for name, value in (("beta", beta), ("the variance of the decoder", variance)):
        if not (math.isfinite(value) and value > 0):
            raise ObjectiveError(f"{name} is {value:g}; it must be a number above 0")
    if latent_dim < 1:
        raise ObjectiveError(f"there are {latent_dim} codes; there must be at least 1")
    return beta * variance


def noise_variance(variances: Array, latent_dim: int) -> float:
    """The decoder variance that fits the data best beside so many codes: the mean variance of the other components.

    Tipping & Bishop (1999), equation 8. A VAE that learns its decoder variance tends to it, and keeps every code whose
    component exceeds it (Lucas et al., 2019).

    >>> noise_variance(np.array([4.0, 1.0, 0.5]), 1)
    0.75

    Args:
        variances: float64 [P], of the principal components, descending.
        latent_dim: codes, 1 to P - 1.

    Raises:
        ObjectiveError: no component is left, or there is no code.
    """
    if not 1 <= latent_dim < len(variances):
        raise ObjectiveError(f"there are {latent_dim} codes; there must be 1 to {len(variances) - 1}")
    return float(variances[latent_dim:].mean())


def optimum(spectrum: Spectrum, beta: float, latent_dim: int, variance: float = VARIANCE) -> VariationalAutoencoder:
    """The best linear VAE itself, codes in the order of their components; of those that collapse all weights are 0.

    W = U (Lambda - t I)^1/2 with t the threshold (Tipping & Bishop, 1999, equation 7); the encoder is its exact
    posterior at a decoder variance of t: mu = W^T (x - mean) / lambda, sigma^2 = t / lambda.

    Args:
        spectrum: of the data.
        beta, latent_dim, variance: as of `predict`.

    Returns:
        In eval mode, gradients off, as from `checkpoint.load`.

    Raises:
        ConfigError: `latent_dim` is out of range.
        ObjectiveError: as `predict`, or there are more codes than pixels.
    """
    threshold = _threshold(beta, latent_dim, variance)
    if latent_dim > len(spectrum.mean):
        raise ObjectiveError(f"there are {latent_dim} codes; pictures of {len(spectrum.mean)} pixels have no more")
    config = ModelConfig(kind="vae", latent_dim=latent_dim, scale="logvar", output="linear", shape=spectrum.shape)
    kept = spectrum.variances[:latent_dim].clip(min=threshold)
    decoder = spectrum.directions[:latent_dim] * np.sqrt(kept - threshold)[:, None]
    encoder = decoder / kept[:, None]
    weights = {
        "encoder.mu.weight": encoder,
        "encoder.mu.bias": -encoder @ spectrum.mean,
        "encoder.scale.weight": np.zeros_like(encoder),
        "encoder.scale.bias": np.log(threshold / kept),
        "decoder.out.weight": decoder.T,
        "decoder.out.bias": spectrum.mean,
    }
    model = VariationalAutoencoder(config)
    model.load_state_dict({name: torch.from_numpy(array.astype(np.float32)) for name, array in weights.items()})
    return model.eval().requires_grad_(False)
