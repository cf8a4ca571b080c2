"""What is lost between a digit and its reconstruction, digit by digit."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from vae_core import losses
from vae_core.data import as_input
from vae_core.models import Autoencoder

BATCH = 1000


@torch.inference_mode()
def squared_errors(model: Autoencoder, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Sum over pixels of (x_hat - x)^2 of each picture: uint8 [N, H, W] or [N, C, H, W] -> float32 [N].

    Decoded at an AE's code or a VAE's mu, clipped to [0, 1].
    """
    x, errors = as_input(images), []
    for rows in torch.split(torch.arange(len(x)), BATCH):
        some, given = x[rows], model.rows(rows)
        errors.append(losses.squared_error(given.decode(given.encode(some)), some))
    return np.asarray(torch.cat(errors).numpy())
