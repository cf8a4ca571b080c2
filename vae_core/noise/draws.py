"""Random numbers that are the same on every device: drawn where the generator is, then brought to the pictures."""

from __future__ import annotations

import torch
from torch import Tensor


def normal_like(x: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Draws of N(0, 1), of the shape, type and device of `x`."""
    return _empty(x, generator).normal_(generator=generator).to(x.device)


def uniform_like(x: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Draws from [0, 1), of the shape, type and device of `x`."""
    return _empty(x, generator).uniform_(generator=generator).to(x.device)


def _empty(x: Tensor, generator: torch.Generator | None) -> Tensor:
    return torch.empty_like(x, device=generator.device if generator else x.device)
