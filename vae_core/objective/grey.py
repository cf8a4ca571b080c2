"""Squared error and cross-entropy of one and the same net, whichever of them it was trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_core import losses
from vae_core.arrays import Frozen
from vae_core.errors import ObjectiveError
from vae_core.models import Autoencoder

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Errors(Frozen):
    """What is lost of each picture, by both measures; arrays float64 [B], read-only.

    Attributes:
        squared_error: summed over pixels.
        cross_entropy: nats, summed over pixels.
        floor: nats, the least that the cross-entropy of such a picture can be: 45.5 for MNIST's grey test digits on
            average, 0 for black and white ones.
    """

    squared_error: Array
    cross_entropy: Array
    floor: Array


@torch.inference_mode()
def errors(model: Autoencoder, z: Tensor, x: Tensor) -> Errors:
    """Both of pictures decoded from z.

    Args:
        model: whose pixels come from a sigmoid; what goes into it are the logits.
        z: float32 [B, latent_dim].
        x: float32 [B, C, H, W] in [0, 1]; rounded, they are black and white.

    Raises:
        ObjectiveError: the model's output is linear: its pixels are no probabilities.
    """
    if model.config.output != "sigmoid":
        raise ObjectiveError("its decoder has no sigmoid; cross-entropy takes pixels that are probabilities")
    logits = model.raw(z)
    return Errors(
        squared_error=losses.squared_error(logits.sigmoid(), x).double().numpy(),
        cross_entropy=losses.binary_cross_entropy(logits, x).double().numpy(),
        floor=losses.pixel_entropy(x).double().numpy(),
    )
