"""C(x_tilde | x): what a denoising autoencoder is given in place of the clean image (Vincent et al., 2008)."""

from __future__ import annotations

import torch
from torch import Tensor

from vae_core.config import CorruptionKind
from vae_core.errors import ConfigError
from vae_core.noise.draws import normal_like, uniform_like


def gaussian(x: Tensor, sigma: float, generator: torch.Generator | None = None) -> Tensor:
    """x + sigma eps with eps ~ N(0, I), not clipped: [B, C, H, W] -> the same shape."""
    return x + sigma * normal_like(x, generator)


def masking(x: Tensor, share: float, generator: torch.Generator | None = None) -> Tensor:
    """Each pixel set to 0 with probability `share`: [B, C, H, W] -> the same shape."""
    return x * (uniform_like(x, generator) >= share)


def salt_and_pepper(x: Tensor, share: float, generator: torch.Generator | None = None) -> Tensor:
    """Each pixel set with probability `share` to 0 or 1, equal odds: [B, C, H, W] -> the same shape."""
    u = uniform_like(x, generator)
    return torch.where(u < share / 2, 0.0, torch.where(u < share, 1.0, x))


def box(x: Tensor, side: float, generator: torch.Generator | None = None) -> Tensor:
    """A square set to 0 at a random place of each image, `side` times the image's shorter side: [B, C, H, W]."""
    height, width = x.shape[-2:]
    size = round(side * min(height, width))
    corners = uniform_like(x.new_empty(len(x), 2), generator)
    top = (corners[:, 0] * (height - size + 1)).long()[:, None]
    left = (corners[:, 1] * (width - size + 1)).long()[:, None]
    rows, columns = torch.arange(height, device=x.device), torch.arange(width, device=x.device)
    inside_rows = (rows >= top) & (rows < top + size)
    inside_columns = (columns >= left) & (columns < left + size)
    inside = inside_rows[:, :, None] & inside_columns[:, None, :]
    return x * ~inside[:, None]


_FUNCTIONS = {"gaussian": gaussian, "masking": masking, "salt_and_pepper": salt_and_pepper, "box": box}


def corrupt(x: Tensor, kind: CorruptionKind, level: float, generator: torch.Generator | None = None) -> Tensor:
    """One draw of C(x_tilde | x) for each image: [B, C, H, W] -> the same shape; only "gaussian" leaves [0, 1].

    Raises:
        ConfigError: `kind` is not one of "gaussian", "masking", "salt_and_pepper", "box".
    """
    if kind not in _FUNCTIONS:
        raise ConfigError(f"the corruption '{kind}' is not known; there are {', '.join(_FUNCTIONS)}")
    return _FUNCTIONS[kind](x, level, generator)
