"""How far weights are from where training would have come to rest: those of another layout are far."""

from __future__ import annotations

import torch
from torch import Tensor

from vae_core import losses
from vae_core.models import Autoencoder
from vae_core.nets.readings import OUTPUTS


@torch.enable_grad()
def sensitivity(model: Autoencoder, output: str, x: Tensor) -> float:
    """The sum over all layers of (w . dE/dw / E)^2, w a layer's weights, E the squared error.

    At a minimum of E no factor of a weight changes it, whatever the size of the code; of too large a code E may be
    small, and is then far from its minimum.

    Args:
        model: an autoencoder.
        output: a key of `OUTPUTS`.
        x: pictures [B, C, H, W] in [0, 1].
    """
    # Lines of pixels, and what makes a row of a picture, are the importer's and were never trained.
    found = {name: each for name, each in model.named_parameters() if each.ndim > 1 and ".code." not in name}
    weights = [each.requires_grad_() for each in found.values()]
    error = losses.squared_error(OUTPUTS[output](model.raw(model.encode(x))), x).mean()
    slopes = torch.autograd.grad(error, weights)
    parts = [(slope * weight).sum() / error for slope, weight in zip(slopes, weights, strict=True)]
    return torch.stack(parts).square().sum().item()
