"""How close a cloud of codes is to N(0, I): coordinate by coordinate, and as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist, pdist
from scipy.special import digamma, ndtr

from vae_core.arrays import Frozen

ENERGY_SAMPLES = 2000

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Normality(Frozen):
    """Distances of codes to the standard normal; arrays read-only.

    Attributes:
        gap: float32 [D] in [0, 1], of each coordinate to N(0, 1).
        shape_gap: float32 [D] in [0, 1], of each coordinate to the normal of its own mean and standard deviation;
            1 where the coordinate is constant.
        kl: nats, `gaussian_kl` of the codes; infinite where their covariance is singular.
        energy: `energy_distance` of the codes.
        count: how many codes there are.
    """

    gap: Array
    shape_gap: Array
    kl: float
    energy: float
    count: int


def describe(codes: Array, seed: int = 0) -> Normality:
    """All distances of `codes`, float32 [N, D], at least two.

    Args:
        codes: of an AE, or one sample of q(z|x) a digit of a VAE.
        seed: of what `energy_distance` draws.

    Raises:
        ValueError: fewer than two codes.
    """
    if len(codes) < 2:
        raise ValueError(f"a distribution takes at least two codes, not {len(codes)}")
    wide = codes.astype(np.float64)
    std = wide.std(0, ddof=1)
    varies = std > 0
    standardised = (wide - wide.mean(0)) / np.where(varies, std, 1)
    return Normality(
        gap=kolmogorov(wide).astype(np.float32),
        shape_gap=np.where(varies, kolmogorov(standardised), 1).astype(np.float32),
        kl=gaussian_kl(codes),
        energy=energy_distance(codes, seed),
        count=len(codes),
    )


def kolmogorov(columns: NDArray[np.floating]) -> NDArray[np.float64]:
    """The largest gap between the distribution function of each column and that of N(0, 1): [N, D] -> [D] in [0, 1].

    The statistic D of the one-sample Kolmogorov-Smirnov test; of standardised columns, that of Lilliefors (1967).
    """
    count = len(columns)
    theory = ndtr(np.sort(columns, axis=0))
    steps = np.arange(count + 1)[:, None] / count
    largest: NDArray[np.float64] = np.maximum(steps[1:] - theory, theory - steps[:-1]).max(0)
    return largest


def gaussian_kl(codes: Array) -> float:
    """KL(N(m, S) || N(0, I)) in nats, m and S the mean and covariance of codes [N, D].

    1/2 (tr S + m'm - D - ln det S), the divergence between two Gaussians (Kingma & Welling, 2013, appendix B, with a
    full covariance), less what it has by chance: of N samples of a Gaussian, m'm is too large by tr S / N, and ln det S
    too small (Wishart, 1928), together about D (D + 3) / 4N nats for N(0, I). Unbiased for Gaussian codes, hence at
    times a little below zero. Of all distributions with these moments the Gaussian lies nearest to N(0, I), so this
    is a lower bound of the codes' own divergence. Infinite where S is singular.
    """
    wide = codes.astype(np.float64)
    mean = wide.mean(0)
    covariance = np.atleast_2d(np.cov(wide, rowvar=False))
    sign, log_det = np.linalg.slogdet(covariance)
    # Rounding leaves a singular matrix with a tiny determinant of any sign.
    singular = np.linalg.matrix_rank(covariance, hermitian=True) < len(mean)
    if sign <= 0 or singular:
        return float("inf")
    count, dim = wide.shape
    degrees = count - 1 - np.arange(dim)
    log_det_bias = digamma(degrees / 2).sum() - dim * np.log((count - 1) / 2)
    bias = np.trace(covariance) / count - log_det_bias
    return float(0.5 * (np.trace(covariance) + mean @ mean - dim - log_det - bias))


def energy_distance(codes: Array, seed: int = 0, samples: int = ENERGY_SAMPLES) -> float:
    """2 E|X - Y| - E|X - X'| - E|Y - Y'| between codes and N(0, I), Euclidean norms (Szekely & Rizzo, 2013).

    Zero where the two distributions are one and positive elsewhere. Estimated without bias (a U-statistic), hence at
    times a little below zero, from at most `samples` codes and as many draws.

    Args:
        codes: [N, D], at least two.
        seed: of the draws, and of the choice of codes.
        samples: an upper limit, at least two.
    """
    generator = np.random.default_rng(seed)
    x = codes if len(codes) <= samples else codes[generator.choice(len(codes), samples, replace=False)]
    x = x.astype(np.float64)
    y = generator.standard_normal(x.shape)
    return float(2 * cdist(x, y).mean() - pdist(x).mean() - pdist(y).mean())
