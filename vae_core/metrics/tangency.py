"""Tangency: how far a small change of a digit moves its reconstruction, along the manifold and off it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_core.arrays import Frozen
from vae_core.data import as_input
from vae_core.errors import PathError
from vae_core.models import Autoencoder
from vae_core.spaces import manifold

DIGITS = 100
DIRECTIONS = 8
LENGTH = 1.0


@dataclass(frozen=True)
class Tangency(Frozen):
    """What is left of unit changes of B digits, each of K directions a kind; arrays read-only.

    Of each change, `moved` is how far the reconstruction moves, and `kept` the part of that which points the same way,
    both over the length of the change: as in `manifold.Kept`.

    Attributes:
        along_moved: float64 [B, K], random directions within the tangent plane.
        along_kept: float64 [B, K].
        off_moved: float64 [B, K], random directions orthogonal to it. What is kept of those is 0 to first order
            whatever the model, for its pictures move within the plane: so it is not among these numbers.
        strongest: float64 [B, D], moved by the i-th left singular vector; not a number from the rank on.
    """

    along_moved: NDArray[np.float64]
    along_kept: NDArray[np.float64]
    off_moved: NDArray[np.float64]
    strongest: NDArray[np.float64]


@torch.no_grad()
def tangency(
    model: Autoencoder,
    images: NDArray[np.uint8],
    seed: int = 0,
    digits: int = DIGITS,
    directions: int = DIRECTIONS,
    length: float = LENGTH,
) -> Tangency:
    """Changes digits within and out of the tangent plane by the same length and reconstructs them.

    Rifai et al. (2011) and Alain & Bengio (2014): a regularised autoencoder follows its input along the manifold and is
    insensitive to changes orthogonal to it. The plane is that of the decoder at each digit's own code.

    Args:
        model: any model; a VAE reconstructs from mu.
        images: uint8 [N, H, W] or [N, C, H, W].
        seed: of the choice of digits, and of the directions, each uniform over its unit sphere.
        digits: so many are changed, or all where there are fewer; those whose rank is 0 are left out.
        directions: of each kind, for each digit.
        length: of each change, Euclidean over pixels in [0, 1]; what is changed is not clipped.

    Raises:
        PathError: no picture changes with its code, so there is no tangent plane.
    """
    rows = np.random.default_rng(seed).permutation(len(images))[:digits]
    x, model = as_input(images[rows]), model.rows(rows)
    left, singular = _directions_of(manifold.jacobian(model.decode, model.encode(x)).double())
    moving = singular[:, 0] > 0
    if not moving.any():
        raise PathError("no picture changes with its code, so there is no tangent plane")
    x, left, singular = x[moving].flatten(1), left[moving], singular[moving]
    generator = torch.Generator().manual_seed(seed)
    normal = torch.randn(len(x), directions, x.shape[1], generator=generator, dtype=torch.float64)
    within = normal @ left @ left.mT
    units = torch.cat([*(one / one.norm(dim=2, keepdim=True) for one in (within, normal - within)), left.mT], 1)
    kept, moved = _reconstructed(model.rows(moving), x, units, length)
    along, off, strongest = torch.tensor_split(moved, (directions, 2 * directions), dim=1)
    parts = (along, kept[:, :directions], off, strongest.where(singular > 0, torch.nan))
    return Tangency(*(np.asarray(part) for part in parts))


def _directions_of(jacobian: Tensor) -> tuple[Tensor, Tensor]:
    """Left singular vectors [B, P, D] and singular values [B, D] in descending order, 0 from the rank on."""
    left, singular, _ = torch.linalg.svd(jacobian, full_matrices=False)
    # Of a Jacobian in float32; as in numpy.linalg.matrix_rank.
    least = singular[:, :1] * max(jacobian.shape[1:]) * torch.finfo(torch.float32).eps
    inside = singular > least
    return left * inside[:, None], singular * inside


def _reconstructed(model: Autoencoder, x: Tensor, units: Tensor, length: float) -> tuple[Tensor, Tensor]:
    """Of digits [B, P] changed along directions [B, K, P]: what is kept and what moves, float64 [B, K] each."""
    shown = torch.cat([x[:, None], x[:, None] + length * units.float()], 1)
    flat = shown.reshape(-1, *model.config.shape)
    model = model.rows(torch.arange(len(x)).repeat_interleave(shown.shape[1]))
    after = model.decode(model.encode(flat)).reshape(shown.shape).double()
    change = after[:, 1:] - after[:, :1]
    return (change * units).sum(2) / length, change.norm(dim=2) / length
