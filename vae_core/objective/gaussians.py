"""KL divergence of two Gaussians on a line: in closed form, by numerical integral and by Monte Carlo, in nats."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_core.arrays import Frozen
from vae_core.errors import ObjectiveError

# Beyond so many sigma a Gaussian has less mass than float64 can tell from none.
REACH = 10.0
POINTS = 2001

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Gaussian:
    """N(mu, sigma^2) on a line.

    >>> Gaussian(0, 0)
    Traceback (most recent call last):
    vae_core.errors.ObjectiveError: sigma is 0; it must be a number above 0

    Raises:
        ObjectiveError: mu is not finite, or sigma is not finite and above 0.
    """

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.mu):
            raise ObjectiveError(f"mu is {self.mu:g}; it must be a finite number")
        if not (math.isfinite(self.sigma) and self.sigma > 0):
            raise ObjectiveError(f"sigma is {self.sigma:g}; it must be a number above 0")

    def log_density(self, x: Array) -> Array:
        """ln of the density at each x, of any shape."""
        score = (x - self.mu) / self.sigma
        return np.asarray(-0.5 * (score * score + math.log(2 * math.pi)) - math.log(self.sigma))

    def density(self, x: Array) -> Array:
        """The density at each x, of any shape, per unit of x."""
        return np.exp(self.log_density(x))


STANDARD = Gaussian(0, 1)


@dataclass(frozen=True)
class Curves(Frozen):
    """What figure 3 of the article draws; arrays float64 [points], read-only.

    Attributes:
        x: evenly spaced.
        p, q: the densities.
        integrand: p ln(p / q), nats per unit of x; its signed area is D(P || Q).
    """

    x: Array
    p: Array
    q: Array
    integrand: Array


@dataclass(frozen=True)
class Integral:
    """The area under p ln(p / q), nats: `above` the axis, where p exceeds q, less `below` it, each at least 0."""

    above: float
    below: float

    @property
    def value(self) -> float:
        """D(P || Q)."""
        return self.above - self.below


@dataclass(frozen=True)
class Estimate:
    """A mean over `count` draws with its standard error, in the unit of what was averaged."""

    value: float
    standard_error: float
    count: int


def kl(p: Gaussian, q: Gaussian = STANDARD) -> float:
    """D(P || Q) = ln(s_q / s_p) + (s_p^2 + (m_p - m_q)^2) / 2 s_q^2 - 1/2, nats.

    With Q = N(0, 1) what Kingma & Welling (2013), appendix B, sum over codes. Infinite only beyond the range of
    float64.

    >>> kl(Gaussian(1, 1)), kl(STANDARD, Gaussian(1, 1))
    (0.5, 0.5)
    >>> round(kl(Gaussian(0, 0.1)), 3), round(kl(STANDARD, Gaussian(0, 0.1)), 1)
    (1.808, 47.2)
    """
    ratio, shift = p.sigma / q.sigma, (p.mu - q.mu) / q.sigma
    logarithm = math.log(p.sigma) - math.log(q.sigma)
    # Where the two are about equal, rounding would leave a divergence below zero.
    return max(0.0, 0.5 * (ratio * ratio + shift * shift - 1) - logarithm)


def axis(p: Gaussian, q: Gaussian = STANDARD, points: int = 401, reach: float = 5.0) -> Array:
    """Evenly spaced x over `reach` sigma to either side of both, float64 [points]."""
    low = min(p.mu - reach * p.sigma, q.mu - reach * q.sigma)
    high = max(p.mu + reach * p.sigma, q.mu + reach * q.sigma)
    return np.linspace(low, high, points)


def curves(x: Array, p: Gaussian, q: Gaussian = STANDARD) -> Curves:
    """Both densities and the integrand at each x, float64 [points].

    >>> curves(np.array([0.0, 1.0]), Gaussian(1, 1)).integrand.round(3)
    array([-0.121,  0.199])
    """
    log_p, log_q = p.log_density(x), q.log_density(x)
    density = np.exp(log_p)
    return Curves(x.copy(), density, np.exp(log_q), density * (log_p - log_q))


def integrate(p: Gaussian, q: Gaussian = STANDARD, points: int = POINTS, reach: float = REACH) -> Integral:
    """D(P || Q) by the trapezoidal rule over `reach` sigma to either side of P's mean.

    The value converges faster than any power of `points`, for with all its derivatives the integrand falls to nothing
    at both ends (Trefethen & Weideman, 2014); its two parts have kinks, and converge with the square.

    >>> found = integrate(Gaussian(1, 1))
    >>> round(found.value, 6), round(found.above, 3), round(found.below, 3)
    (0.5, 0.698, 0.198)

    Args:
        p, q: the two.
        points: at least two.
        reach: in sigma of P, above 0.
    """
    x = np.linspace(p.mu - reach * p.sigma, p.mu + reach * p.sigma, points)
    height = curves(x, p, q).integrand
    above, below = (float(np.trapezoid(half, x)) for half in (height.clip(min=0), (-height).clip(min=0)))
    return Integral(above, below)


def monte_carlo(eps: Array, p: Gaussian, q: Gaussian = STANDARD) -> Estimate:
    """D(P || Q) as the mean of ln p(x) - ln q(x) over x = m_p + s_p eps, with its standard error.

    The same draws give an estimate that moves smoothly as the four parameters do.

    >>> monte_carlo(np.array([-1.0, 0.0, 1.0]), Gaussian(1, 1))
    Estimate(value=0.5, standard_error=0.5773502691896258, count=3)

    Args:
        eps: float64 [N], draws of N(0, 1), at least two: `vae_core.noise.seeded_noise.normals` has the browser's.
        p, q: the two.

    Raises:
        ObjectiveError: fewer than two draws.
    """
    if len(eps) < 2:
        raise ObjectiveError(f"a standard error takes at least two draws, not {len(eps)}")
    shifted = (p.mu - q.mu) / q.sigma + p.sigma / q.sigma * eps
    difference = math.log(q.sigma) - math.log(p.sigma) + 0.5 * (shifted * shifted - eps * eps)
    error = difference.std(ddof=1) / math.sqrt(len(eps))
    return Estimate(float(difference.mean()), float(error), len(eps))
