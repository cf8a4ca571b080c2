"""Codes of any dimension as points in two or three: PCA, kernel PCA, t-SNE, or the codes themselves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from vae_core.arrays import Frozen
from vae_core.errors import ProjectionError
from vae_core.spaces import tsne_fit
from vae_core.spaces.kernel_pca import KERNELS as KERNELS
from vae_core.spaces.kernel_pca import LANDMARKS as LANDMARKS
from vae_core.spaces.kernel_pca import Kernel as Kernel
from vae_core.spaces.kernel_pca import KernelMap, kernel_pca
from vae_core.spaces.tsne_fit import OnStep

Method = Literal["pca", "kernel-pca", "t-sne", "raw"]
METHODS: tuple[Method, ...] = get_args(Method)
LIMITS = {"gamma": (0.01, 100.0), "degree": (1, 6), "coef0": (-10.0, 10.0), "perplexity": (2.0, 100.0)}

PLOTS = {2: "a plane", 3: "a 3D plot"}
# Its squared distances are float32, and its search for each bandwidth ends after a hundred doublings.
T_SNE_SPREAD = (1e-10, 1e10)

Array = NDArray[np.float32]
Wide = NDArray[np.float64]


@dataclass(frozen=True)
class ProjectionConfig:
    """How codes become points.

    Attributes:
        method: "pca"; "kernel-pca"; "t-sne" (van der Maaten & Hinton, 2008); "raw", the codes themselves.
        components: 2 or 3.
        kernel: of kernel PCA.
        gamma: 0.01 to 100, of "poly", "rbf" and "sigmoid"; a factor on 1 / (D Var(codes)), so that wide codes and
            narrow ones are treated alike.
        degree: 1 to 6, of "poly".
        coef0: -10 to 10, of "poly" and "sigmoid".
        perplexity: 2 to 100, of t-SNE.

    Raises:
        ProjectionError: a field is unknown or out of range.
    """

    method: Method = "pca"
    components: int = 2
    kernel: Kernel = "rbf"
    gamma: float = 1.0
    degree: int = 3
    coef0: float = 1.0
    perplexity: float = 30.0

    def __post_init__(self) -> None:
        _require(self.method in METHODS, f"the method is '{self.method}'; it must be one of {', '.join(METHODS)}")
        _require(self.components in (2, 3), f"components is {self.components}; it must be 2 or 3")
        _require(self.kernel in KERNELS, f"the kernel is '{self.kernel}'; it must be one of {', '.join(KERNELS)}")
        _require(float(self.degree).is_integer(), f"degree is {self.degree}; it must be a whole number")
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            _require(low <= value <= high, f"{name} is {value:g}; it must be {low:g} to {high:g}")


@dataclass(frozen=True)
class Gaussian(Frozen):
    """A normal distribution in the projection; arrays read-only.

    Attributes:
        mean: float32 [k].
        cholesky: float32 [k, k], lower triangular, its diagonal not negative; cholesky @ cholesky.T is the covariance,
            which may be singular.
    """

    mean: Array
    cholesky: Array


@dataclass(frozen=True)
class Projection(Frozen):
    """Codes as points; arrays read-only.

    Attributes:
        points: float32 [N, k], C-contiguous.
        share: float32 [k], each axis' part of the codes' variance, of kernel PCA see `vae_core.spaces.kernel_pca`; None
            for t-SNE, whose axes mean nothing.
        fitted: the Gaussian fitted to the codes as the projection shows it; None where it is not linear.
        prior: N(0, I) as the projection shows it; None where it is not linear.
        origin: float32 [D], the code at point 0; None where it is not linear.
        axes: float32 [k, D], so that a point is axes @ (code - origin); None where it is not linear.
        kernel: what places other codes in kernel PCA; None for other methods.
    """

    points: Array
    share: Array | None = None
    fitted: Gaussian | None = None
    prior: Gaussian | None = None
    origin: Array | None = None
    axes: Array | None = None
    kernel: KernelMap | None = None

    def place(self, codes: Array) -> Array:
        """Points float32 [M, k] of other codes float32 [M, D], by the map that gave the codes their points.

        Raises:
            ProjectionError: t-SNE has no such map; or they are too far away to be drawn.
        """
        wide = codes.astype(np.float64)
        if self.kernel is not None:
            return _narrow(self.kernel.place(wide))
        if self.origin is None or self.axes is None:
            raise ProjectionError("t-SNE places no other codes than those it was made of")
        return _narrow((wide - self.origin) @ self.axes.T)


@dataclass(frozen=True)
class Plane(Frozen):
    """A plane through latent space; arrays read-only. A code is origin + point @ axes + what lies off the plane.

    Attributes:
        origin: float32 [D].
        axes: float32 [2, D], orthonormal rows.
        points: float32 [N, 2], each code's foot on the plane.
        residual: float32 [N], each code's distance from the plane.
        share: float32 [2], each axis' part of the codes' variance.
    """

    origin: Array
    axes: Array
    points: Array
    residual: Array
    share: Array


def project(codes: Array, config: ProjectionConfig, seed: int = 0) -> Projection:
    """Codes as points in `config.components` dimensions; the same arguments give the same points.

    t-SNE takes seconds to minutes, see `vae_core.spaces.tsne`; all other methods less than a second for 10,000 codes,
    but for kernel PCA with a polynomial of a high degree: up to two seconds.

    Args:
        codes: float32 [N, D].
        config: the method and its parameters.
        seed: of kernel PCA's landmarks and of t-SNE.

    Raises:
        ProjectionError: the codes are too few, all equal, not finite, or of a dimension that this method cannot draw.
    """
    check(codes, config)
    if config.method == "pca":
        return _pca(codes, config.components)
    if config.method == "kernel-pca":
        wide = codes.astype(np.float64)
        kernel, share = kernel_pca(
            wide,
            config.components,
            config.kernel,
            config.gamma,
            config.degree,
            config.coef0,
            seed,
        )
        return Projection(_narrow(kernel.place(wide)), _narrow(share), kernel=kernel)
    if config.method == "t-sne":
        return Projection(t_sne(codes, config, seed))
    return _raw(codes)


def plane(codes: Array) -> Plane:
    """The plane of a latent map: the two coordinates of a 2-D code, else the first two principal axes.

    Args:
        codes: float32 [N, D].

    Raises:
        ProjectionError: D is 1, or the codes are fewer than three, all equal, or not finite.
    """
    check(codes, ProjectionConfig("pca", 2))
    wide = codes.astype(np.float64)
    if wide.shape[1] == 2:
        origin, axes, share = np.zeros(2), np.eye(2), _shares(wide)
    else:
        origin, axes, share = _principal_axes(wide, 2)
    centred = wide - origin
    points = centred @ axes.T
    residual = np.linalg.norm(centred - points @ axes, axis=1)
    return Plane(_narrow(origin), _narrow(axes), _narrow(points), _narrow(residual), _narrow(share))


def plane_of_prior(dim: int) -> Plane:
    """The plane of a latent map of N(0, I), where there are no codes: its first two coordinates, the others at 0.

    Args:
        dim: D.

    Raises:
        ProjectionError: D is 1.
    """
    _require_axes(dim, 2)
    nothing = np.zeros((0, 2))
    return Plane(*map(_narrow, (np.zeros(dim), np.eye(2, dim), nothing, nothing[:, 0], np.full(2, 1 / dim))))


def check(codes: Array, config: ProjectionConfig) -> None:
    """Refuses at once what `project` would refuse before it computes; for the arguments see there.

    Raises:
        ProjectionError: as `project`, but for a kernel that fails on these codes.
    """
    count, dim = codes.shape
    k = config.components
    plot = PLOTS[k]
    if config.method == "pca" or (config.method == "kernel-pca" and config.kernel == "linear"):
        _require_axes(dim, k)
    if config.method == "raw":
        _require(
            dim == k, f"it has {_codes(dim)}, and raw codes are drawn{'' if k == 2 else ' in 3D'} for models with {k}"
        )
    _require(
        count > k,
        f"{count} digit{'' if count == 1 else 's'} {'is' if count == 1 else 'are'} too few, "
        f"{plot} takes at least {k + 1}",
    )
    if config.method == "t-sne":
        perplexity = f"perplexity {config.perplexity:g}"
        _require(config.perplexity < count, f"{perplexity} takes more than {config.perplexity:g} digits, not {count}")
    _require(bool(np.isfinite(codes).all()), "some of its codes are not finite numbers")
    _require(bool((codes != codes[0]).any()), "all its codes are the same")
    if config.method == "t-sne":
        spread = codes.std(0, dtype=np.float64).max()
        weighable = T_SNE_SPREAD[0] < spread < T_SNE_SPREAD[1]
        _require(weighable, f"its codes spread by {spread:.1g}, which is beyond what t-SNE can weigh")


def t_sne(codes: Array, config: ProjectionConfig, seed: int = 0, on_step: OnStep | None = None) -> Array:
    """Points of codes that pass `check`, float32 [N, components], see `vae_core.spaces.tsne_fit`.

    Raises:
        ProjectionError: its points went beyond all numbers.
    """
    return _narrow(tsne_fit.fit(codes, config.components, config.perplexity, seed, on_step))


def _raw(codes: Array) -> Projection:
    wide = codes.astype(np.float64)
    k = wide.shape[1]
    prior = _gaussian(np.zeros(k), np.eye(k))
    return Projection(_narrow(wide), _narrow(_shares(wide)), _fitted(wide), prior, prior.mean, _narrow(np.eye(k)))


def _pca(codes: Array, components: int) -> Projection:
    wide = codes.astype(np.float64)
    mean, axes, share = _principal_axes(wide, components)
    points = (wide - mean) @ axes.T
    prior = _gaussian(-axes @ mean, np.eye(components))
    return Projection(_narrow(points), _narrow(share), _fitted(points), prior, _narrow(mean), _narrow(axes))


def _principal_axes(codes: Wide, components: int) -> tuple[Wide, Wide, Wide]:
    """Mean [D], axes [components, D] with scikit-learn's signs, and each axis' share of the variance."""
    mean = codes.mean(0)
    # Centred here: this solver takes the mean off the covariance, which loses a cloud that is far from the origin.
    pca = PCA(components, svd_solver="covariance_eigh").fit(codes - mean)
    return mean, pca.components_, pca.explained_variance_ratio_


def _fitted(points: Wide) -> Gaussian:
    """QR instead of the covariance: a Cholesky decomposition would refuse points that lie on a line."""
    mean = points.mean(0)
    upper: Wide = np.asarray(np.linalg.qr(points - mean, mode="r")) / math.sqrt(len(points) - 1)
    signs = np.where(np.diag(upper) < 0, -1.0, 1.0)
    return _gaussian(mean, (signs[:, None] * upper).T)


def _gaussian(mean: Wide, cholesky: Wide) -> Gaussian:
    return Gaussian(_narrow(mean), _narrow(cholesky))


def _shares(codes: Wide) -> Wide:
    variance = codes.var(0)
    return np.asarray(variance / variance.sum())


def _codes(count: int) -> str:
    return "1 code" if count == 1 else f"{count} codes"


def _narrow(values: Wide | Array) -> Array:
    with np.errstate(over="ignore"):
        narrow = np.ascontiguousarray(values, np.float32)
    _require(bool(np.isfinite(narrow).all()), "its codes are too far apart to be drawn")
    return narrow


def _require_axes(dim: int, components: int) -> None:
    _require(dim >= components, f"it has {_codes(dim)}, and {PLOTS[components]} takes {components}")


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ProjectionError(message)
