"""Surfaces whose lengths, areas and geodesics are known, as decoders [B, 2] -> [B, 3]."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.integrate import quad
from torch import Tensor


def sphere(z: Tensor) -> Tensor:
    """The unit sphere; z is the angle from the pole and the longitude."""
    polar, longitude = z.unbind(-1)
    return torch.stack([polar.sin() * longitude.cos(), polar.sin() * longitude.sin(), polar.cos()], -1)


def great_circle(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """The length of the geodesic between two points of `sphere`."""
    u, v = sphere(torch.from_numpy(np.stack([a, b])).double())
    return math.acos(float(u @ v))


def paraboloid(z: Tensor) -> Tensor:
    """(x, y, x^2 + y^2)."""
    return torch.cat([z, z.square().sum(-1, keepdim=True)], -1)


def clairaut(closest: float, farthest: float) -> tuple[float, float]:
    """A geodesic of the paraboloid from radius `farthest` in to `closest` and out again: its angle and its length.

    Clairaut: r^2 dphi/ds is constant along a geodesic of a surface of revolution, here `closest`.
    """

    def length(u: float) -> float:
        r = math.sqrt(closest**2 + u**2)
        return math.sqrt(1 + 4 * r**2)

    def angle(u: float) -> float:
        return closest * length(u) / (closest**2 + u**2)

    # In u = sqrt(r^2 - closest^2) the integrands have no pole where the geodesic turns.
    limit = math.sqrt(farthest**2 - closest**2)
    return 2 * quad(angle, 0, limit)[0], 2 * quad(length, 0, limit)[0]
