"""Shortest paths over the manifold of a decoder's pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from torch import Tensor

from vae_core.arrays import Frozen
from vae_core.spaces.paths import STILL, straight

STEPS = 64
KNOTS = 8
ROUND = 25
ROUNDS = 24
# Of the distance between the ends, for all coordinates together; halved at most HALVINGS times.
LEARNING_RATE = 0.05
HALVINGS = 4
# Of the energy in a round: below the first the rate is halved, below the second the smallest rate has done its work.
SLOW = 1e-2
IDLE = 1e-3

Decode = Callable[[Tensor], Tensor]
Array = NDArray[np.float32]


@dataclass(frozen=True)
class Geodesic(Frozen):
    """A path between two codes that is short in pictures, and never longer there than the straight line.

    Attributes:
        curve: float32 [steps, D], read-only, ends exact; its pictures follow each other at nearly constant speed.
        converged: whether 25 more updates of all its points, by the smallest moves, gained no thousandth of its energy.
            A much longer optimisation from there gains little: SciPy's L-BFGS less than 1 % of the energy, a test says.
        energy: (N - 1) sum |x_{i+1} - x_i|^2 of its N = steps decoded pictures.
        length: sum |x_{i+1} - x_i|, at most that of the straight line in as many steps.
    """

    curve: Array
    converged: bool
    energy: float
    length: float


def geodesic(decode: Decode, start: Array, end: Array, steps: int = STEPS) -> Geodesic:
    """The geodesic between two codes [D]; `refine` to its end, for one curve."""
    return geodesics(decode, start[None], end[None], steps)[0]


def geodesics(decode: Decode, starts: Array, ends: Array, steps: int = STEPS) -> list[Geodesic]:
    """The geodesics between codes, two [C, D], all at once; `refine` to its end."""
    *_, last = refine(decode, starts, ends, steps)
    return last


def refine(
    decode: Decode, starts: Array, ends: Array, steps: int = STEPS, rounds: int = ROUNDS
) -> Iterator[list[Geodesic]]:
    """Better and better geodesics of the pull-back metric J^T J; the first that it yields are the straight lines.

    Arvanitidis et al. (2018), *Latent Space Oddity*, and Chen et al. (2018), *Metrics for Deep Generative Models*: a
    curve of least energy is a geodesic, at constant speed. The energy is that of the decoded pictures (Shao et al.,
    2018, *The Riemannian Geometry of Deep Generative Models*), so no Jacobian is needed. Adam moves the straight line,
    first by a natural cubic spline through at most 8 knots, which finds the valley, then by all curves there are, which
    finds its bottom; ReLU decoders and far ends have many minima, and this one is near the straight line. Of all curves
    tried that are no longer than the straight line, the one of
    least energy is kept: what is yielded gets better and never worse. Stop by not asking for more.

    Args:
        decode: [B, D] -> [B, ...], such as `model.decode`.
        starts, ends: codes, float32 [C, D].
        steps: points on each curve, at least 2.
        rounds: of 25 updates each, an upper limit; it ends earlier where nothing is gained any more.

    Raises:
        ValueError: fewer than two steps.
    """
    lines = torch.tensor(np.stack([straight(a, b, steps) for a, b in zip(starts, ends, strict=True)]))
    # Adam moves each coordinate by about its rate.
    scale: Tensor = (lines[:, -1:] - lines[:, :1]).norm(dim=2, keepdim=True) / lines.shape[2] ** 0.5
    with torch.no_grad():
        energy, longest = _energy_and_length(decode, lines)
    still = longest < STILL * (steps - 1)
    energy, longest = energy.where(~still, 0), longest.where(~still, 0)
    unit = energy.clamp(min=torch.finfo(lines.dtype).tiny)
    best = _Best(lines, energy, longest)
    # Nothing to gain where no picture moves, nor by a curve without a free point.
    settled = still | (steps < 3)
    yield best.geodesics(settled)

    remaining = iter(range(rounds))
    for basis, is_last in ((_splines(steps), False), (_sines(steps), True)):
        moves, rate = scale * torch.tensor(basis, dtype=lines.dtype), LEARNING_RATE
        lowest = rate / 2**HALVINGS
        knots, adam = _at_rest(best, basis.shape[1], rate)
        origin = best.curves
        for _ in remaining:
            if settled.all():
                return
            before = best.energy
            for _ in range(ROUND):
                with torch.enable_grad():
                    curves = origin + moves @ knots
                    energy, length = _energy_and_length(decode, curves)
                    (knots.grad,) = torch.autograd.grad((energy / unit).sum(), knots)
                best = best.or_better(curves.detach(), energy.detach(), length, longest)
                adam.step()
            is_slow = bool((best.energy / unit).sum() >= (before / unit).sum() * (1 - SLOW))
            if is_last and rate <= lowest:
                settled = settled | (best.energy >= before * (1 - IDLE))
            yield best.geodesics(settled)
            if is_slow and rate > lowest:
                rate /= 2
                knots, adam = _at_rest(best, basis.shape[1], rate)
                origin = best.curves
            elif is_slow and not is_last:
                break


def _at_rest(best: _Best, count: int, rate: float) -> tuple[Tensor, torch.optim.Adam]:
    """`count` knots that leave the best curves where they are, and what will move them."""
    knots = torch.zeros(len(best.curves), count, best.curves.shape[2], requires_grad=True)
    return knots, torch.optim.Adam([knots], rate)


@dataclass(frozen=True)
class _Best:
    """The curves of least energy so far: [C, steps, D], [C], [C]."""

    curves: Tensor
    energy: Tensor
    length: Tensor

    def or_better(self, curves: Tensor, energy: Tensor, length: Tensor, longest: Tensor) -> _Best:
        better = (energy < self.energy) & (length <= longest)
        return _Best(
            torch.where(better[:, None, None], curves, self.curves),
            torch.where(better, energy, self.energy),
            torch.where(better, length, self.length),
        )

    def geodesics(self, settled: Tensor) -> list[Geodesic]:
        found = zip(self.curves, settled, self.energy, self.length, strict=True)
        return [
            Geodesic(curve.numpy().copy(), bool(converged), float(energy), float(length))
            for curve, converged, energy, length in found
        ]


def _energy_and_length(decode: Decode, curves: Tensor) -> tuple[Tensor, Tensor]:
    """Of the decoded points: [C, steps, D] -> two float64 [C]."""
    pictures = decode(curves.flatten(0, 1)).reshape(*curves.shape[:2], -1)
    squared = pictures.diff(dim=1).double().square().sum(2)
    return squared.sum(1) * squared.shape[1], squared.detach().sqrt().sum(1)


def _splines(steps: int) -> NDArray[np.float64]:
    """Natural cubic splines [steps, K]: column k is 1 at the k-th inner knot and 0 at all other knots and both ends."""
    inner = min(KNOTS, steps - 2)
    knots = np.linspace(0, 1, inner + 2)
    basis = np.asarray(CubicSpline(knots, np.eye(inner + 2), bc_type="natural")(np.linspace(0, 1, steps)))
    # A spline meets its last knot only up to rounding.
    basis[[0, -1]] = 0
    return basis[:, 1:-1]


def _sines(steps: int) -> NDArray[np.float64]:
    """All curves with fixed ends [steps, steps - 2]: half waves, each divided by its number, so that a step of the same
    size changes the energy of a path through flat space by as much, whatever the wave.
    """
    wave = np.arange(1, steps - 1)
    basis = np.sin(np.pi * np.outer(np.linspace(0, 1, steps), wave)) / wave
    basis[[0, -1]] = 0
    return basis
