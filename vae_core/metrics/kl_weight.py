"""The weight of the KL for which a VAE's codes are as they should be, found from the trained model alone.

Where a loss is least, what a small change of the codes costs in the error it saves in the KL, times the weight: the
ratio of both is the weight, whichever loss it was. It can be asked of sigma and of mu.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from vae_core import losses
from vae_core.models import displaced
from vae_core.noise.draws import normal_like

Error = Callable[[Tensor], Tensor]

# Of ln sigma^2, and of the distances of mu from its mean, up and down; and the change of the KL at least, in nats.
STEP, SMALLEST = 0.05, 1e-6


@torch.inference_mode()
def kl_weight(error: Error, mu: Tensor, logvar: Tensor, codes: Tensor | None = None) -> float | None:
    """For which sigma is as large as it should be.

    Args:
        error: of codes [B, D], one for each picture -> [B].
        mu, logvar: of q(z|x), [B, D] each.
        codes: bool [B, D], whose sigma is changed; all where it is None.

    Returns:
        None where the KL hardly depends on sigma, or both should be smaller, or larger: there is no such weight.
    """
    step = STEP * (torch.ones_like(mu) if codes is None else codes)
    return _weight(error, (mu, logvar - step), (mu, logvar + step))


@torch.inference_mode()
def kl_weight_of_mu(error: Error, mu: Tensor, logvar: Tensor) -> float | None:
    """As `kl_weight`, for which mu is as far from its mean as it should be."""
    apart = STEP * (mu - mu.mean(0))
    return _weight(error, (mu - apart, logvar), (mu + apart, logvar))


def _weight(error: Error, *posteriors: tuple[Tensor, Tensor]) -> float | None:
    """Of the step from one posterior to another. Each draw is taken with its opposite: what is odd in it cancels."""
    eps = normal_like(posteriors[0][0], torch.Generator().manual_seed(0))
    (error_low, kl_low), (error_high, kl_high) = [
        (
            sum(float(error(displaced(mu, logvar, draw)).double().mean()) for draw in (eps, -eps)) / 2,
            float(losses.kl_divergence(mu, logvar).double().mean()),
        )
        for mu, logvar in posteriors
    ]
    saved = kl_low - kl_high
    weight = (error_high - error_low) / saved if abs(saved) > SMALLEST else 0.0
    return weight if 0 < weight < math.inf else None
