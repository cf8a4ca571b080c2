"""What is known of a model's latent space from the digits it encodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_core import losses
from vae_core.arrays import Frozen
from vae_core.data import as_input
from vae_core.models import Autoencoder, VariationalAutoencoder

ACTIVE_SHARE = 0.01
ACTIVE_OF_WIDEST = 1e-4
HISTOGRAM_BINS = 48

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Encodings(Frozen):
    """A set of digits as one model encodes it; all arrays read-only.

    Attributes:
        codes: float32 [N, D], what the decoder was trained on: z of an AE, one sample of q(z|x) a digit of a VAE; of a
            decoder alone, which gives no digit a code, draws from N(0, I).
        means: float32 [N, D], `encode(x)`: z of an AE, mu of a VAE.
        mean, std: float32 [D], of `codes`.
        cholesky: float32 [D, D], lower triangular; cholesky @ cholesky.T is the covariance of `codes`.
        activity: float32 [D], a VAE's mean KL of the coordinate in nats, an AE's variance of the coordinate; of a
            decoder alone, where all coordinates are alike, 1.
        active: bool [D], `active_coordinates`.
        histogram: float32 [D, 48], density of each coordinate of `codes`.
        histogram_edges: float32 [D, 49].
    """

    codes: Array
    means: Array
    mean: Array
    std: Array
    cholesky: Array
    activity: Array
    active: NDArray[np.bool_]
    histogram: Array
    histogram_edges: Array


@torch.inference_mode()
def encodings(model: Autoencoder, images: NDArray[np.uint8], seed: int = 0) -> Encodings:
    """Encodes digits and describes the cloud of their codes.

    Args:
        model: any model.
        images: uint8 [N, H, W] or [N, C, H, W], at least two.
        seed: of the samples of q(z|x).

    Raises:
        ValueError: fewer than two images.
    """
    if len(images) < 2:
        raise ValueError(f"a cloud of codes takes at least two digits, not {len(images)}")
    x = as_input(images)
    generator = torch.Generator().manual_seed(seed)
    if model.config.half == "decoder":
        means = torch.randn(len(x), model.config.latent_dim, generator=generator)
        return _described(means, means, torch.ones_like(means[0]), torch.ones_like(means[0], dtype=torch.bool))
    means = model.encode(x)
    if isinstance(model, VariationalAutoencoder):
        mu, logvar = model.posterior(x)
        activity = losses.kl_per_coordinate(mu, logvar).mean(0)
        active = active_coordinates(mu, logvar)
    else:
        activity = means.var(0)
        active = active_coordinates(means)
    return _described(model.sample_code(x, generator), means, activity, active)


def _described(sampled: Tensor, means: Tensor, activity: Tensor, active: Tensor) -> Encodings:
    codes = sampled.numpy()
    histogram, histogram_edges = _histograms(codes)
    return Encodings(
        codes=codes,
        means=means.numpy(),
        mean=codes.mean(0, dtype=np.float64).astype(np.float32),
        std=codes.std(0, ddof=1, dtype=np.float64).astype(np.float32),
        cholesky=_cholesky(codes),
        activity=activity.numpy(),
        active=active.numpy(),
        histogram=histogram,
        histogram_edges=histogram_edges,
    )


def active_coordinates(means: Tensor, logvar: Tensor | None = None) -> Tensor:
    """Which coordinates tell digits apart, in any unit of the codes: [N, D] -> bool [D].

    Burda et al. (2015, arXiv:1509.00519, appendix C) call a coordinate active where the variance of E[z|x] over x
    exceeds 0.01. They mean codes that all together are about N(0, I), so the same is asked for as a share: of the
    variance of a coordinate, Var E[z|x] + E Var[z|x], more than 0.01 comes from the digits. An AE has no Var[z|x]: as
    numerical dust counts what has less than 1e-4 of the variance of the widest coordinate, in a VAE, too.

    Args:
        means: E[z|x], float [N, D], at least two.
        logvar: ln Var[z|x], float [N, D], of a VAE.
    """
    variance = means.var(0)
    noise = torch.zeros_like(variance) if logvar is None else logvar.exp().mean(0)
    return (variance > ACTIVE_SHARE * (variance + noise)) & (variance > ACTIVE_OF_WIDEST * variance.max())


def _cholesky(codes: Array) -> Array:
    """Of the covariance, each variance raised by a millionth: neither a collapsed nor a copied coordinate stops it."""
    covariance = np.atleast_2d(np.cov(codes, rowvar=False, dtype=np.float64))
    variance = np.diag(covariance)
    ridge = 1e-6 * np.maximum(variance, 1e-12 * variance.max() or 1.0)
    return np.linalg.cholesky(covariance + np.diag(ridge)).astype(np.float32)


def _histograms(codes: Array) -> tuple[Array, Array]:
    columns = codes.T.astype(np.float64)
    widest = float(np.ptp(columns, axis=1).max())
    counts, edges = zip(
        *(np.histogram(column, HISTOGRAM_BINS, _histogram_range(column, widest), density=True) for column in columns),
        strict=True,
    )
    return np.stack(counts).astype(np.float32), np.stack(edges).astype(np.float32)


def _histogram_range(column: NDArray[np.float64], widest: float) -> tuple[float, float]:
    """Of a coordinate that hardly varies a wide one, for float32 would not tell the edges of a narrow one apart.

    As wide as that of the coordinate that spreads most, or 1 where all are constant.
    """
    low, high = float(column.min()), float(column.max())
    middle = (low + high) / 2
    if high - low > 1e-3 * abs(middle):
        return low, high
    half = max((widest or 1) / 2, abs(middle) / 2)
    return middle - half, middle + half
