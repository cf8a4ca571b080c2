"""Kernel PCA (Schoelkopf, Smola & Mueller, 1998) that stays quick where there are many codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import ArpackError
from sklearn.decomposition import KernelPCA
from sklearn.metrics.pairwise import pairwise_kernels

from vae_core.errors import ProjectionError

Kernel = Literal["linear", "poly", "rbf", "sigmoid", "cosine"]
KERNELS: tuple[Kernel, ...] = get_args(Kernel)

# It is fitted on at most so many codes: its matrix and its time grow with their square and their cube.
LANDMARKS = 1000
CHUNK = 2000

Wide = NDArray[np.float64]


@dataclass(frozen=True)
class KernelMap:
    """What kernel PCA found, as far as it takes to map other codes: their kernel with the landmarks (Williams & Seeger,
    2001).

    Attributes:
        landmarks: float64 [L, D], that it was fitted on.
        kernel: see `kernel_pca`.
        parameters: of the kernel, as scikit-learn's `pairwise_kernels` calls them.
        means: float64 [L], of the kernel between each landmark and all.
        mean: of those.
        coefficients: float64 [L, components], eigenvectors of the centred kernel over the roots of their eigenvalues.
    """

    landmarks: Wide
    kernel: Kernel
    parameters: Mapping[str, float]
    means: Wide
    mean: float
    coefficients: Wide

    def place(self, codes: Wide) -> Wide:
        """Points [N, components] of codes [N, D].

        Raises:
            ProjectionError: the kernel overflows.
        """
        chunks = np.split(codes, range(CHUNK, len(codes), CHUNK))
        return np.concatenate([self._place(chunk) for chunk in chunks])

    def _place(self, codes: Wide) -> Wide:
        matrix = similarity(codes, self.landmarks, self.kernel, self.parameters)
        centred = matrix - self.means - matrix.mean(1)[:, None] + self.mean
        return np.asarray(centred @ self.coefficients)


def similarity(codes: Wide, landmarks: Wide, kernel: Kernel, parameters: Mapping[str, float]) -> Wide:
    """The kernel between codes [N, D] and landmarks [L, D], [N, L].

    Raises:
        ProjectionError: it overflows.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        matrix = np.asarray(pairwise_kernels(codes, landmarks, metric=kernel, filter_params=True, **parameters))
    if not np.isfinite(matrix).all():
        raise ProjectionError(f"the {kernel} kernel of its codes goes beyond all numbers")
    return matrix


def kernel_pca(
    codes: Wide, components: int, kernel: Kernel, gamma: float, degree: int, coef0: float, seed: int
) -> tuple[KernelMap, Wide]:
    """The map from codes to points, and the share of each axis [components].

    Fitted on `LANDMARKS` codes drawn by the seed, or on all where they are no more. A share is an eigenvalue of the
    centred kernel over the sum of all in absolute value: their trace, where the kernel is positive semi-definite.

    Args:
        codes: [N, D], finite, more than `components`.
        gamma: a factor on 1 / (D Var(codes)), the variance over all entries; of "poly", "rbf" and "sigmoid".
        degree: of "poly".
        coef0: of "poly" and "sigmoid".

    Raises:
        ProjectionError: the kernel overflows, takes all codes for the same, or has too few positive eigenvalues.
    """
    landmarks = codes[_landmarks(len(codes), seed)]
    parameters = {"gamma": gamma / (codes.shape[1] * codes.var()), "degree": degree, "coef0": coef0}
    matrix = similarity(landmarks, landmarks, kernel, parameters)
    means, mean = matrix.mean(0), float(matrix.mean())
    centred = matrix - means - matrix.mean(1)[:, None] + mean
    if np.abs(centred).max() <= 1e-12 * np.abs(matrix).max():
        raise ProjectionError(f"the {kernel} kernel takes all its codes for the same")
    # The dense solver finds no eigenvectors at all where a large gamma makes the matrix an identity.
    pca = KernelPCA(components, kernel="precomputed", eigen_solver="arpack", random_state=seed)
    try:
        pca.fit(matrix)
    except (ValueError, ArpackError) as error:
        raise ProjectionError(f"the {kernel} kernel finds fewer than {components} directions in its codes") from error
    indefinite = kernel == "sigmoid" or (kernel == "poly" and coef0 < 0)
    total = np.abs(np.linalg.eigvalsh(centred)).sum() if indefinite else np.trace(centred)
    roots = np.sqrt(pca.eigenvalues_)
    # An axis that holds nothing has all points at 0.
    coefficients = np.divide(pca.eigenvectors_, roots, out=np.zeros_like(pca.eigenvectors_), where=roots > 0)
    return KernelMap(landmarks, kernel, parameters, means, mean, coefficients), pca.eigenvalues_ / total


def _landmarks(count: int, seed: int) -> NDArray[np.intp]:
    """Rows in ascending order."""
    if count <= LANDMARKS:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, LANDMARKS, replace=False))
