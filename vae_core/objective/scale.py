"""The KL divergence of one code in what its encoder learns, sigma or gamma = ln sigma^2: value, slope, curvature.

A step of gradient descent beyond 2 over the curvature leads away from a minimum. There the curvature is 2 in sigma and
1/2 in gamma. Towards sigma = 0 slope and curvature in sigma grow without end, while in gamma the slope stays above -1/2
and the curvature falls to 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vae_core.arrays import Frozen
from vae_core.errors import ObjectiveError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Curve(Frozen):
    """KL(N(mu, sigma^2) || N(0, 1)) over one variable; arrays read-only, of the shape of that variable.

    Attributes:
        value: nats.
        slope: first derivative, nats per unit of the variable.
        curvature: second derivative, nats per its square; above 0, so both curves are convex.
    """

    value: Array
    slope: Array
    curvature: Array


def in_sigma(sigma: ArrayLike, mu: float = 0.0) -> Curve:
    """1/2 (mu^2 + sigma^2 - 1 - ln sigma^2): slope sigma - 1 / sigma, curvature 1 + 1 / sigma^2.

    A head that learns sigma itself may turn negative (`VariationalAutoencoder.posterior`), where only its square
    counts: the curve has two branches, with a pole at 0 between them.

    >>> in_sigma([0.5, 1, -1])
    Curve(value=array([0.31814718, 0.        , 0.        ]), slope=array([-1.5,  0. ,  0. ]), \
curvature=array([5., 2., 2.]))

    Args:
        sigma: of any shape, finite, none of them 0.
        mu: of the code.

    Raises:
        ObjectiveError: a sigma is 0.
    """
    s = np.asarray(sigma, np.float64)
    if (s == 0).any():
        raise ObjectiveError("sigma is 0; the KL divergence has a pole there")
    value = 0.5 * (mu * mu + s * s - 1) - np.log(np.abs(s))
    return Curve(np.asarray(value), np.asarray(s - 1 / s), np.asarray(1 + 1 / (s * s)))


def in_logvar(logvar: ArrayLike, mu: float = 0.0) -> Curve:
    """1/2 (mu^2 + e^gamma - 1 - gamma) of gamma = ln sigma^2: slope 1/2 (e^gamma - 1), curvature 1/2 e^gamma.

    >>> in_logvar([0, -100]).slope
    array([ 0. , -0.5])

    Args:
        logvar: of any shape, finite.
        mu: of the code.
    """
    gamma = np.asarray(logvar, np.float64)
    grown = np.expm1(gamma)
    return Curve(np.asarray(0.5 * (mu * mu + grown - gamma)), np.asarray(0.5 * grown), np.asarray(0.5 * np.exp(gamma)))
