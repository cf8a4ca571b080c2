"""Continuity: how far and how evenly the decoded picture moves along straight lines through latent space."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_core.data import as_input
from vae_core.models import Autoencoder

LINES = 200
STEPS = 64


@dataclass(frozen=True)
class Continuity:
    """Decoded straight lines through latent space, each measured in Euclidean distance between pictures.

    Attributes:
        length: float64 [L], the sum of the steps along the line.
        distance: float64 [L], between the pictures at the two ends.
        largest_step: float64 [L].
        steps: into which each line is cut.
    """

    length: NDArray[np.float64]
    distance: NDArray[np.float64]
    largest_step: NDArray[np.float64]
    steps: int

    @property
    def detour(self) -> NDArray[np.float64]:
        """Length over distance, [L] >= 1: 1 for a cross-fade; not a number where both ends decode to one picture."""
        return np.divide(self.length, self.distance, out=np.full_like(self.length, np.nan), where=self.distance > 0)

    @property
    def jump(self) -> NDArray[np.float64]:
        """Largest step over mean step, [L] in [1, steps]; not a number where nothing moves."""
        mean = self.length / self.steps
        return np.divide(self.largest_step, mean, out=np.full_like(mean, np.nan), where=mean > 0)


@torch.inference_mode()
def continuity(decode: Callable[[Tensor], Tensor], starts: Tensor, ends: Tensor, steps: int = STEPS) -> Continuity:
    """Walks straight lines and measures how the decoded picture moves.

    Args:
        decode: [L, D] -> pictures [L, C, H, W], of one code on each line.
        starts: codes, float32 [L, D].
        ends: codes, float32 [L, D].
        steps: equal steps of z into which each line is cut.
    """
    first = before = decode(starts).flatten(1).double()
    found = []
    for t in torch.linspace(0, 1, steps + 1)[1:]:
        after = decode(torch.lerp(starts, ends, t)).flatten(1).double()
        found.append((after - before).norm(dim=1))
        before = after
    moves = torch.stack(found)  # [steps, L]
    return Continuity(moves.sum(0).numpy(), (before - first).norm(dim=1).numpy(), moves.max(0).values.numpy(), steps)


def continuity_between_digits(
    model: Autoencoder, images: NDArray[np.uint8], lines: int = LINES, seed: int = 0
) -> Continuity:
    """`continuity` along lines between the codes of two different digits each, drawn at random.

    A class-conditional model decodes a line with the label of the digit where it starts.

    Args:
        model: any model.
        images: uint8 [N, H, W] or [N, C, H, W], at least two.
        lines: how many.
        seed: of the choice of digits.

    Raises:
        ValueError: fewer than two images.
    """
    if len(images) < 2:
        raise ValueError(f"a line takes two digits, not {len(images)}")
    pick = np.random.default_rng(seed)
    starts = pick.integers(len(images), size=lines)
    ends = (starts + pick.integers(1, len(images), size=lines)) % len(images)
    rows = np.concatenate([starts, ends])
    z = model.rows(rows).encode(as_input(images[rows]))
    return continuity(model.rows(starts).decode, z[:lines], z[lines:])
