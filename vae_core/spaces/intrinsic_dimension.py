"""How many dimensions a cloud of points has nearby, whatever the number of its coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from vae_core.arrays import Frozen
from vae_core.errors import PathError

SAMPLES = 2500
DISCARD = 0.1


@dataclass(frozen=True)
class TwoNN(Frozen):
    """An intrinsic dimension with its protocol; arrays read-only.

    Attributes:
        dimension: the slope of `tail` over `log_ratio`, a line through 0.
        log_ratio: float64 [n], ascending, ln(r2 / r1) of the points kept for the fit.
        tail: float64 [n], -ln(1 - F) of each, F its rank over one more than the number of points.
        points: how many points were compared.
        duplicates: how many were left out as copies of another.
    """

    dimension: float
    log_ratio: NDArray[np.float64]
    tail: NDArray[np.float64]
    points: int
    duplicates: int


def two_nn(points: NDArray[np.floating], discard: float = DISCARD, seed: int = 0, samples: int = SAMPLES) -> TwoNN:
    """The two-nearest-neighbours estimate (Facco et al., 2017, *Estimating the intrinsic dimension of datasets*).

    Where density is even around a point, the ratio of the distances to its second and first neighbour is Pareto
    distributed with the dimension as exponent: -ln(1 - F(r2 / r1)) = d ln(r2 / r1), which a line through 0 is fitted
    to. Fewer points look farther, so compare estimates of equally many. In many dimensions no number of points is
    enough to look near: edges and uneven density make the estimate too low. 2,500 draws of a Gaussian in 30 dimensions
    give 23.

    Args:
        points: [N, D], codes or flattened pictures.
        discard: the share of the largest ratios left out of the fit, 0 up to 1: there the tail is noise.
        seed: of the choice of points where there are more than `samples`.
        samples: an upper limit on the points compared, at least three.

    Raises:
        PathError: fewer than three points differ, some are not finite, or the two distances are everywhere the same.
    """
    if not np.isfinite(points).all():
        raise PathError("some of the points are not finite numbers")
    chosen = points
    if len(points) > samples:
        chosen = points[np.random.default_rng(seed).choice(len(points), samples, replace=False)]
    distinct = np.unique(chosen, axis=0).astype(np.float64)
    count = len(distinct)
    if count < 3:
        raise PathError(f"an intrinsic dimension takes at least three different points, not {count}")
    nearest, _ = NearestNeighbors(n_neighbors=2).fit(distinct).kneighbors()
    # Points too close for their squares to be told apart count as copies, too.
    apart = nearest[nearest[:, 0] > 0]
    log_ratio = np.sort(np.log(apart[:, 1] / apart[:, 0]))
    kept = log_ratio[: max(1, int(len(log_ratio) * (1 - discard)))]
    tail = -np.log1p(-np.arange(1, len(kept) + 1) / (len(log_ratio) + 1))
    spread = np.square(kept).sum()
    if not spread:
        raise PathError("every point is as far from its second neighbour as from its first, so there is no dimension")
    return TwoNN(
        dimension=float((kept * tail).sum() / spread),
        log_ratio=kept,
        tail=tail,
        points=len(log_ratio),
        duplicates=len(chosen) - len(log_ratio),
    )
