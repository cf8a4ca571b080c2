"""Rate and distortion of a VAE on pictures (Alemi et al., 2018): how many nats its codes take, and what is lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_core.errors import ObjectiveError
from vae_core.metrics import evaluate
from vae_core.models import VariationalAutoencoder


@dataclass(frozen=True)
class Point:
    """Where a VAE stands, the numbers those of `metrics.evaluate`.

    Attributes:
        rate: KL(q(z|x) || N(0, I)), nats, mean per picture: at least what the codes tell of the pictures.
        distortion: squared error summed over pixels, mean per picture, decoded from one sample of z.
        active: how many codes tell pictures apart, see `spaces.latent.active_coordinates`.
        latent_dim: of so many.
    """

    rate: float
    distortion: float
    active: int
    latent_dim: int

    def loss(self, beta: float) -> float:
        """distortion + beta rate, what a VAE trained on squared errors makes small: nats at beta 1.

        >>> Point(rate=5.0, distortion=28.0, active=2, latent_dim=2).loss(10)
        78.0
        """
        return self.distortion + beta * self.rate


def rate_distortion(model: VariationalAutoencoder, images: NDArray[np.uint8], seed: int = 0) -> Point:
    """The point of one VAE.

    Args:
        model: in eval mode.
        images: uint8 [N, H, W] or [N, C, H, W], of the model's shape, at least two.
        seed: of the one sample of z a picture.

    Raises:
        ObjectiveError: there are fewer than two pictures.
    """
    if len(images) < 2:
        raise ObjectiveError(f"what tells pictures apart takes at least two, not {len(images)}")
    found = {metric.name: metric.value for metric in evaluate(model, images, seed=seed)}
    return Point(found["kl"], found["squared_error"], int(found["active_units"]), model.config.latent_dim)
