"""A check-up of any model, whoever has trained it: what its codes say, and the known faults that it shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from vae_core import losses
from vae_core.arrays import Frozen
from vae_core.data import as_input
from vae_core.metrics.kl_weight import kl_weight
from vae_core.metrics.known_faults import Finding, Seen, findings
from vae_core.models import Autoencoder, VariationalAutoencoder, reparameterize, tried
from vae_core.spaces.latent import active_coordinates

# Evenly spaced in a set, which may be ordered by class; of fewer nothing is said.
PICTURES, FEWEST = 1000, 20
# As often, about, each is encoded and decoded.
PASSES = 12

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Health(Frozen):
    """What was found of a model on pictures; arrays read-only.

    Attributes:
        pictures: on how many.
        squared_error: summed over pixels, mean per image, at an AE's code or a VAE's mu.
        sampled_squared_error: the same at one sample of q(z|x); None for an AE.
        mean_picture_error: the same of the mean of the pictures, which a model reaches that has learnt nothing.
        activity: float32 [D], a VAE's mean KL of the code in nats, an AE's variance of the code.
        active: bool [D], see `vae_core.spaces.latent.active_coordinates`.
        mean, deviation: float32 [D], of the codes; of a VAE's, one sample of q(z|x) for each picture.
        beta: the weight of the KL, beside the model's own reconstruction term, for which its sigma is as large as it
            should be, see `vae_core.metrics.kl_weight`; None for an AE, and where a fault keeps it from being known.
        findings: the known faults that show, the gravest first.
    """

    pictures: int
    squared_error: float
    sampled_squared_error: float | None
    mean_picture_error: float
    activity: Array
    active: NDArray[np.bool_]
    mean: Array
    deviation: Array
    beta: float | None
    findings: tuple[Finding, ...]

    @property
    def kl(self) -> float | None:
        """Of all codes, nats per image; None for an AE."""
        return None if self.sampled_squared_error is None else float(self.activity.sum())


@torch.inference_mode()
def health(
    model: Autoencoder, images: NDArray[np.uint8], labels: ArrayLike | None = None, seed: int = 0
) -> Health | None:
    """Measures a model on up to `PICTURES` of the pictures; None where there are fewer than `FEWEST`, and of a half.

    Args:
        model: any model.
        images: uint8 [N, H, W] or [N, C, H, W], of its shape.
        labels: int [N], of the pictures; what a class-conditional model takes, and no other looks at.
        seed: of the one sample of q(z|x).

    Raises:
        LabelError: it takes labels, and these are none of its classes, or there are none.
    """
    if len(images) < FEWEST or model.config.half:
        return None
    count = min(len(images), max(FEWEST, tried(model.config, PASSES * PICTURES) // PASSES))
    rows = np.linspace(0, len(images) - 1, count).astype(np.int64)
    x, given = as_input(images[rows]), model.given(None if labels is None else np.asarray(labels)[rows])
    if isinstance(given, VariationalAutoencoder):
        mu, logvar = given.posterior(x)
        codes = reparameterize(mu, logvar, torch.Generator().manual_seed(seed))
        sampled, activity = _error(given.decode(codes), x), losses.kl_per_coordinate(mu, logvar).mean(0)
    else:
        mu = codes = given.encode(x)
        logvar, sampled, activity = None, None, mu.var(0)
    drawn, active = given.decode(mu), active_coordinates(mu, logvar)
    error, mean_picture_error = _error(drawn, x), _error(x.mean(0, keepdim=True).expand_as(x), x)
    found = findings(Seen(given, x, mu, logvar, drawn, active, error, sampled, mean_picture_error))
    beta = None
    if logvar is not None and not {"pixels", "collapsed", "sigma"} & {finding.fault for finding in found}:
        likelihood = given.config.likelihood
        beta = kl_weight(lambda z: losses.reconstruction(given.decoder_output(z), x, likelihood), mu, logvar)
    return Health(
        pictures=count,
        squared_error=error,
        sampled_squared_error=sampled,
        mean_picture_error=mean_picture_error,
        activity=activity.numpy(),
        active=active.numpy(),
        mean=codes.mean(0).numpy(),
        deviation=codes.std(0).numpy(),
        beta=beta,
        findings=found,
    )


def _error(x_hat: Tensor, x: Tensor) -> float:
    return losses.squared_error(x_hat, x).mean().item()
