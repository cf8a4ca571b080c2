"""How well a model encodes and decodes held-out digits, each number with its protocol."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vae_core import losses
from vae_core.config import CorruptionConfig
from vae_core.data import as_input
from vae_core.models import Autoencoder, VariationalAutoencoder, reparameterize
from vae_core.noise.corruption import corrupt
from vae_core.spaces.latent import active_coordinates


@dataclass(frozen=True)
class Metric:
    """A number with its unit and the way it was measured."""

    name: str
    value: float
    unit: str
    protocol: str

    def rounded(self, digits: int) -> float | None:
        """The value for JSON; None where it is not finite, for JSON has no such number."""
        return round(self.value, digits) if math.isfinite(self.value) else None

    def to_json(self) -> dict[str, Any]:
        """As `training.json` holds it under the metric's name."""
        return {"value": self.rounded(4), "unit": self.unit, "protocol": self.protocol}


@torch.inference_mode()
def evaluate(
    model: Autoencoder, images: NDArray[np.uint8], corruption: CorruptionConfig | None = None, seed: int = 0
) -> list[Metric]:
    """Mean error per image, and what belongs to the kind of model.

    Args:
        model: any model; its own likelihood says which reconstruction term is reported first.
        images: uint8 [N, H, W] or [N, C, H, W].
        corruption: what a denoising autoencoder was trained against: its error on that is added. The model is given
            Gaussian noise as it is, and the noisy digit is compared clipped to [0, 1].
        seed: of the one sample of z, and of the corruption.
    """
    x = as_input(images)
    generator = torch.Generator().manual_seed(seed)
    metrics = _variational(model, x, generator, seed) if isinstance(model, VariationalAutoencoder) else _plain(model, x)
    if corruption:
        noisy = corrupt(x, corruption.kind, corruption.level, torch.Generator().manual_seed(seed))
        clipped = "unclipped for the model and compared in [0, 1], " if corruption.kind == "gaussian" else ""
        where = f"{corruption.kind} {corruption.level:g}, {clipped}seed {seed}, mean per image"
        denoised = model.decode(model.encode(noisy))
        metrics += [
            Metric("denoised_psnr", losses.psnr(denoised, x).mean().item(), "dB", where),
            Metric("corrupted_psnr", losses.psnr(noisy.clamp(0, 1), x).mean().item(), "dB", where),
            Metric("denoised_squared_error", losses.squared_error(denoised, x).mean().item(), "per image", where),
        ]
    return metrics


def _plain(model: Autoencoder, x: torch.Tensor) -> list[Metric]:
    z = model.encode(x)
    metrics = [_squared_error(model, z, x, "decoded from the code")]
    if model.config.likelihood == "bernoulli":
        metrics.insert(0, _bce(model, z, x, "grey pixels, decoded from the code"))
    psnr = losses.psnr(model.decode(z), x).mean().item()
    return [*metrics, Metric("psnr", psnr, "dB", "decoded from the code, mean per image")]


def _variational(model: VariationalAutoencoder, x: torch.Tensor, generator: torch.Generator, seed: int) -> list[Metric]:
    mu, logvar = model.posterior(x)
    sample = f"one sample of z, seed {seed}"
    z = reparameterize(mu, logvar, generator)
    likelihood = model.config.likelihood
    first = (
        _bce(model, z, x, f"grey pixels, {sample}")
        if likelihood == "bernoulli"
        else _squared_error(model, z, x, sample)
    )
    kl = losses.kl_divergence(mu, logvar).mean().item()
    total = first.value + kl
    metrics = [
        first,
        Metric("kl", kl, "nats per image", "against N(0, I)"),
        Metric(f"{first.name}_plus_kl", total, "nats per image", f"{first.protocol}, beta 1"),
    ]
    if likelihood == "bernoulli":
        metrics.append(_squared_error(model, z, x, sample))
    at_mu = losses.squared_error(model.decode(mu), x).mean().item()
    active = int(active_coordinates(mu, logvar).sum())
    return [
        *metrics,
        Metric("squared_error_at_mu", at_mu, "per image", "decoded at mu"),
        Metric("psnr", losses.psnr(model.decode(mu), x).mean().item(), "dB", "decoded at mu, mean per image"),
        Metric("active_units", active, f"of {model.config.latent_dim}", "over 1 % of Var z from the digits"),
    ]


def _squared_error(model: Autoencoder, z: torch.Tensor, x: torch.Tensor, protocol: str) -> Metric:
    return Metric("squared_error", losses.squared_error(model.decode(z), x).mean().item(), "per image", protocol)


def _bce(model: Autoencoder, z: torch.Tensor, x: torch.Tensor, protocol: str) -> Metric:
    value = losses.binary_cross_entropy(model.decoder_output(z), x).mean().item()
    return Metric("bce", value, "nats per image", protocol)
