"""Clouds of codes of the same pictures, turned towards each other: N(0, I) has no preferred direction."""

from __future__ import annotations

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

Array = NDArray[np.float32]


def aligned(clouds: Array, start: int) -> tuple[Array, Array]:
    """Each cloud turned, or mirrored, about the origin to lie as near as it can to its neighbour on the way to `start`.

    Two trainings of one VAE may end in maps that are turned against each other, with the same loss: neither N(0, I) nor
    the decoder has a preferred direction. This is the orthogonal Procrustes problem (Schoenemann, 1966), solved one
    pair of neighbours at a time, outwards from `start`, which stays as it is.

    Args:
        clouds: codes of the same N pictures by each of R models, float32 [R, N, D].
        start: which of them.

    Returns:
        points, float32 [R, N, D], and axes, float32 [R, D, D], orthogonal, with clouds[r] = points[r] @ axes[r].

    >>> import numpy as np
    >>> cloud = np.array([[1, 0], [0, 2]], np.float32)
    >>> points, axes = aligned(np.stack([cloud, cloud[:, ::-1]]), 0)
    >>> bool(np.allclose(points[1], cloud)), np.abs(axes[1].round()).tolist()
    (True, [[0.0, 1.0], [1.0, 0.0]])
    """
    points, axes = clouds.copy(), np.tile(np.eye(clouds.shape[2], dtype=np.float32), (len(clouds), 1, 1))
    outwards = [(i, i - 1) for i in range(start + 1, len(clouds))] + [(i, i + 1) for i in reversed(range(start))]
    for i, neighbour in outwards:
        turn, _ = scipy.linalg.orthogonal_procrustes(clouds[i].astype(np.float64), points[neighbour])
        axes[i] = turn.T
        points[i] = clouds[i] @ turn
    return points, axes
