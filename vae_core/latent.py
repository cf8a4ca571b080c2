"""What is known of a model's latent space from the digits it encodes."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from vae_core import losses
from vae_core.data import as_input
from vae_core.models import Autoencoder, VariationalAutoencoder

# Burda et al. (2015), appendix C: a coordinate is active where the variance of E[z|x] over x exceeds this.
ACTIVE_VARIANCE = 0.01
REFERENCE_CODES = 2000
NEIGHBOURS = 5
HISTOGRAM_BINS = 48

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Encodings:
    """A set of digits as one model encodes it; all arrays read-only.

    Attributes:
        codes: float32 [N, D], what the decoder was trained on: z of an AE, one sample of q(z|x) a digit of a VAE.
        means: float32 [N, D], `encode(x)`: z of an AE, mu of a VAE.
        mean, std: float32 [D], of `codes`.
        cholesky: float32 [D, D], lower triangular; cholesky @ cholesky.T is the covariance of `codes`.
        activity: float32 [D], a VAE's mean KL of the coordinate in nats, an AE's variance of the coordinate.
        active: bool [D], the variance of `means` exceeds 0.01 (Burda et al., 2015).
        histogram: float32 [D, 48], density of each coordinate of `codes`.
        histogram_edges: float32 [D, 49].
        reference: float32 [M, D], at most 2,000 rows of `codes`.
        nearest: float32 [M], ascending: the mean distance of each reference code to its 5 nearest others.
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
    reference: Array
    nearest: Array

    def __post_init__(self) -> None:
        for field in fields(self):
            getattr(self, field.name).setflags(write=False)


@torch.inference_mode()
def encodings(model: Autoencoder, images: NDArray[np.uint8], seed: int = 0) -> Encodings:
    """Encodes digits and describes the cloud of their codes.

    Args:
        model: any model.
        images: uint8 [N, 28, 28], at least two.
        seed: of the samples of q(z|x) and of the choice of reference codes.

    Raises:
        ValueError: fewer than two images.
    """
    if len(images) < 2:
        raise ValueError(f"a cloud of codes takes at least two digits, not {len(images)}")
    x = as_input(images)
    generator = torch.Generator().manual_seed(seed)
    means = model.encode(x)
    variance = means.var(0)
    if isinstance(model, VariationalAutoencoder):
        activity = losses.kl_per_coordinate(*model.posterior(x)).mean(0)
    else:
        activity = variance
    codes = model.sample_code(x, generator).numpy()
    rows = torch.randperm(len(codes), generator=generator)[:REFERENCE_CODES].numpy()
    reference = codes[rows]
    histogram, histogram_edges = _histograms(codes)
    return Encodings(
        codes=codes,
        means=means.numpy(),
        mean=codes.mean(0, dtype=np.float64).astype(np.float32),
        std=codes.std(0, ddof=1, dtype=np.float64).astype(np.float32),
        cholesky=_cholesky(codes),
        activity=activity.numpy(),
        active=(variance > ACTIVE_VARIANCE).numpy(),
        histogram=histogram,
        histogram_edges=histogram_edges,
        reference=reference,
        nearest=np.sort(neighbour_distance(reference)),
    )


def neighbour_distance(codes: Array, neighbours: int = NEIGHBOURS) -> Array:
    """Each code's mean distance to its nearest others: [N, D] -> [N]; takes fewer neighbours where N is smaller."""
    count = min(neighbours, len(codes) - 1)
    distances, _ = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(codes).kneighbors()
    return np.asarray(distances.mean(1), np.float32)


def _cholesky(codes: Array) -> Array:
    """Of the covariance, each variance raised by a millionth: neither a collapsed nor a copied coordinate stops it."""
    covariance = np.atleast_2d(np.cov(codes, rowvar=False, dtype=np.float64))
    ridge = 1e-6 * np.maximum(np.diag(covariance), 1e-6)
    return np.linalg.cholesky(covariance + np.diag(ridge)).astype(np.float32)


def _histograms(codes: Array) -> tuple[Array, Array]:
    columns = codes.T.astype(np.float64)
    counts, edges = zip(
        *(np.histogram(column, HISTOGRAM_BINS, _histogram_range(column), density=True) for column in columns),
        strict=True,
    )
    return np.stack(counts).astype(np.float32), np.stack(edges).astype(np.float32)


def _histogram_range(column: NDArray[np.float64]) -> tuple[float, float]:
    """Of a coordinate that hardly varies a wide one, for float32 would not tell the edges of a narrow one apart."""
    low, high = float(column.min()), float(column.max())
    middle = (low + high) / 2
    if high - low > 1e-3 * abs(middle):
        return low, high
    half = max(0.5, abs(middle) / 2)
    return middle - half, middle + half
