"""Paths through latent space, and what they cost in pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vae_core.arrays import Frozen
from vae_core.config import MOST_CODES
from vae_core.errors import PathError
from vae_core.models import Autoencoder
from vae_core.noise.seeded_noise import normals

# sin(angle) below which two codes count as parallel, where the great circle is the straight line or not unique.
PARALLEL = 1e-6
# Equal codes decoded in one batch differ by rounding, in pictures by less than this.
STILL = 1e-5

Array = NDArray[np.float32]
Wide = NDArray[np.float64]


@dataclass(frozen=True)
class PathMeasures(Frozen):
    """How the pictures along a path move, in Euclidean distance between pictures in [0, 1].

    With N pictures x_i, steps |x_{i+1} - x_i| and time from 0 to 1; arrays read-only.

    Attributes:
        length: the sum of the steps, L.
        energy: (N - 1) sum |x_{i+1} - x_i|^2, the discrete energy of Shao et al. (2018) without their 1/2; at least
            L^2, and equal to it at constant speed (Cauchy and Schwarz).
        jump: largest step over mean step, in [1, N - 1]; None where nothing moves, that is where no step reaches 1e-5.
        speed: float32 [N - 1], each step times N - 1: their mean is the length, the mean of their squares the energy.
        nearest: float32 [N], each picture's distance to the nearest real digit; None where none were given.
        nearest_row: int64 [N], which digit that is; None where none were given.
    """

    length: float
    energy: float
    jump: float | None
    speed: Array
    nearest: Array | None = None
    nearest_row: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class RealDigits(Frozen):
    """Digits made ready to be searched, once for many paths; arrays read-only.

    Attributes:
        flat: float32 [M, P] in [0, 1].
        squares: float32 [M], |x|^2 of each.
    """

    flat: Array
    squares: Array

    @classmethod
    def of(cls, images: NDArray[np.uint8]) -> RealDigits:
        """Of uint8 [M, ...]; takes 4 bytes a pixel."""
        flat = np.asarray(images.reshape(len(images), math.prod(images.shape[1:])), np.float32) / np.float32(255)
        return cls(flat, np.asarray(np.square(flat).sum(1), np.float32))

    def nearest(self, pictures: Wide) -> tuple[Array, NDArray[np.int64]]:
        """Euclidean distance to the nearest digit, and its row: [N, P] -> float32 [N], int64 [N]."""
        # |x|^2 of the picture is the same for every digit and left out.
        squared = self.squares - 2 * pictures.astype(np.float32) @ self.flat.T
        row = squared.argmin(1)
        # The expanded square loses small distances to rounding: near a real digit it would not come to 0.
        exact = np.linalg.norm(pictures - self.flat[row], axis=1)
        return exact.astype(np.float32), row


def straight(a: Array, b: Array, steps: int) -> Array:
    """The straight line from a to b in equal steps: two [D] -> float32 [steps, D], steps at least 2, ends exact."""
    return _lerp(a, b, _times(steps))


def slerp(a: Array, b: Array, steps: int) -> Array:
    """The great circle from a to b, the norm going evenly from |a| to |b|: two [D] -> float32 [steps, D], ends exact.

    Shoemake (1985); for codes, White (2016), *Sampling Generative Networks*: in many dimensions N(0, I) lies near a
    sphere, and a straight line leaves it. Where the circle is not unique, for an end at 0 or ends on opposite sides
    of it (all there is in one dimension), this is the straight line.

    Args:
        a, b: codes.
        steps: points on the path, at least 2.
    """
    t = _times(steps)[:, None]
    norms = [float(np.linalg.norm(end.astype(np.float64))) for end in (a, b)]
    if min(norms) == 0:
        return straight(a, b, steps)
    u, v = (end.astype(np.float64) / norm for end, norm in zip((a, b), norms, strict=True))
    angle = 2 * np.arctan2(np.linalg.norm(u - v), np.linalg.norm(u + v))
    if np.sin(angle) < PARALLEL:
        return straight(a, b, steps)
    directions = (np.sin((1 - t) * angle) * u + np.sin(t * angle) * v) / np.sin(angle)
    curve = np.asarray(((1 - t) * norms[0] + t * norms[1]) * directions, np.float32)
    curve[0], curve[-1] = a, b
    return curve


def through(points: Array, steps: int) -> Array:
    """A tour: straight from each point to the next, at constant speed over the whole: [M, D] -> float32 [steps, D].

    Ends exact; a point between them lies within half a step of the tour's nearest frame.
    """
    return resample(points, steps)


def resample(curve: Array, steps: int, moves: Wide | None = None) -> Array:
    """The polyline through the points of a curve, at constant speed in z: [M, D] -> float32 [steps, D], ends exact.

    A curve that goes nowhere, or of one point, stays there.

    Args:
        curve: its points.
        steps: points of the result, at least 2.
        moves: float64 [M - 1], not negative, the time from each point to the next in any unit; None takes their
            distance in z. A move that takes no time is left out.
    """
    wide = curve.astype(np.float64)
    if moves is None:
        moves = np.linalg.norm(np.diff(wide, axis=0), axis=1)
    keep = np.concatenate([[True], moves > 0])
    travelled = np.concatenate([[0.0], np.cumsum(moves[moves > 0])])
    asked = _times(steps) * travelled[-1]
    even = np.stack([np.interp(asked, travelled, column) for column in wide[keep].T], axis=1)
    resampled = even.astype(np.float32)
    resampled[0], resampled[-1] = curve[0], curve[-1]
    return resampled


def joined(legs: list[Array], steps: int, lengths: list[float] | None = None) -> Array:
    """A tour of several legs: each keeps its own speed, and takes its share of the time by its length.

    One leg of as many steps comes back as it is.

    Args:
        legs: float32 [M, D] each, at least two points; each begins where the one before ends.
        steps: points of the result, at least 2.
        lengths: of each leg, not negative, in any unit; None takes those in z.

    Returns:
        float32 [steps, D], ends exact.
    """
    if len(legs) == 1 and len(legs[0]) == steps:
        return legs[0]
    if lengths is None:
        lengths = [float(np.linalg.norm(np.diff(leg.astype(np.float64), axis=0), axis=1).sum()) for leg in legs]
    moves = [np.full(len(leg) - 1, length / (len(leg) - 1)) for leg, length in zip(legs, lengths, strict=True)]
    return resample(np.concatenate([legs[0], *(leg[1:] for leg in legs[1:])]), steps, np.concatenate(moves))


def cross_fade(image_a: Array, image_b: Array, steps: int) -> Array:
    """The straight line between two pictures, pixel by pixel: two [...] -> float32 [steps, ...], ends exact."""
    return _lerp(image_a, image_b, _times(steps))


def four_corners(z00: Array, z01: Array, z10: Array, z11: Array, n: int) -> Array:
    """The bilinear blend of four codes [D]: float32 [n, n, D], n at least 2; z01 in the first row's last column."""
    t = _times(n)
    first, last = straight(z00, z10, n), straight(z01, z11, n)
    return _lerp(first, last, t).transpose(1, 0, 2)


def attribute(codes: Array, labels: NDArray[np.int64], from_class: int, to_class: int) -> Array:
    """What leads from one class to another: mean code of `to_class` minus mean code of `from_class`, [N, D] -> [D].

    The attribute vectors of Larsen et al. (2016), *Autoencoding beyond pixels using a learned similarity metric*.

    Args:
        codes: E[z|x] of each digit, float32 [N, D].
        labels: int64 [N].
        from_class, to_class: 0 to 9.

    Raises:
        PathError: a class has no digits.
    """
    means = []
    for label in (from_class, to_class):
        members = codes[labels == label]
        if not len(members):
            raise PathError(f"there is no {label} among these digits")
        means.append(members.mean(0, dtype=np.float64))
    return np.asarray(means[1] - means[0], np.float32)


def random_walk(dim: int, steps: int, seed: int, step: float, start: int = 0) -> Array:
    """A smooth endless walk that is N(0, I) at every moment: float32 [steps, dim].

    White noise under a smooth kernel (Higdon, 2002): z(t) = sqrt(2/3) sum_k sin^2(pi (t - k) / 4) eps_k over the four
    knots k with 0 < t - k < 4, and eps_k ~ N(0, I). The squared weights sum to 1 at every t, so each z(t) is N(0, I);
    the walk has no corners, its mean squared speed pi^2 dim / 12 is constant, and after four knots it has forgotten
    where it was. eps_k is the first `dim` of 784 numbers of field k + 3 of `seed` in
    `vae_core.noise.seeded_noise`, which the browser has, too.

    Args:
        dim: of the codes, at most 784 as in `ModelConfig`.
        steps: how many points.
        seed: the same seed is the same walk.
        step: t between two points, in knots, above 0; its points are about step sqrt(0.82 dim) apart.
        start: the index of the first point: a walk of 60 goes on with `start=60`.
    """
    t = (start + np.arange(steps)) * step
    first = np.floor(t).astype(np.int64)
    lowest = int(first[0])
    knots = normals(seed, lowest, int(first[-1]) - lowest + 4, (MOST_CODES,))[:, :dim]
    z = np.zeros((steps, dim))
    for offset in range(4):
        weight = np.sin(np.pi * (t - first + 3 - offset) / 4) ** 2
        z += weight[:, None] * knots[first - lowest + offset]
    return np.asarray(np.sqrt(2 / 3) * z, np.float32)


@torch.inference_mode()
def measure(model: Autoencoder, curve: Array, images: NDArray[np.uint8] | RealDigits | None = None) -> PathMeasures:
    """Decodes a path [N, D] and measures its pictures; `images` as in `measure_pictures`."""
    return measure_pictures(model.decode(torch.tensor(curve)).numpy(), images)


def measure_pictures(pictures: Array, images: NDArray[np.uint8] | RealDigits | None = None) -> PathMeasures:
    """How the pictures of a path move, and how far from real digits they stray.

    Args:
        pictures: float32 [N, ...] in [0, 1], at least two.
        images: real ones, uint8 [M, ...] of the same shape; None measures no distance to them.

    Raises:
        ValueError: fewer than two pictures.
    """
    if len(pictures) < 2:
        raise ValueError(f"a path takes at least two pictures, not {len(pictures)}")
    flat = pictures.reshape(len(pictures), -1).astype(np.float64)
    moves = np.linalg.norm(np.diff(flat, axis=0), axis=1)
    if moves.max() < STILL:
        moves = np.zeros_like(moves)
    length = float(moves.sum())
    real = images if isinstance(images, RealDigits) or images is None else RealDigits.of(images)
    nearest, row = (None, None) if real is None or not len(real.flat) else real.nearest(flat)
    return PathMeasures(
        length=length,
        energy=float(len(moves) * np.square(moves).sum()),
        jump=float(moves.max() / moves.mean()) if length > 0 else None,
        speed=np.asarray(moves * len(moves), np.float32),
        nearest=nearest,
        nearest_row=row,
    )


def _times(steps: int) -> Wide:
    if steps < 2:
        raise ValueError(f"a path takes at least two steps, not {steps}")
    return np.linspace(0, 1, steps)


def _lerp(a: Array, b: Array, t: Wide) -> Array:
    """Not a + t (b - a), whose end at t = 1 is b but for rounding."""
    t = t.reshape(-1, *[1] * a.ndim)
    return np.asarray((1 - t) * a + t * b, np.float32)
