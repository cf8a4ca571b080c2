"""The parts of the objective, each in nats per image, shape [B].

The squared error is -ln p(x|z) of Gaussian pixels with variance 1/2, less `gaussian_constant`, which is why it may
stand beside the KL divergence as in the article this follows.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from vae_core.config import Likelihood


def gaussian_constant(pixels: int) -> float:
    """What the squared error leaves out of -ln p(x|z): P / 2 ln(2 pi 1/2), in nats.

    >>> round(gaussian_constant(784), 1)
    448.7
    """
    return pixels / 2 * math.log(math.pi)


def squared_error(x_hat: Tensor, x: Tensor) -> Tensor:
    """Sum over pixels of (x_hat - x)^2: [B, ...], [B, ...] -> [B]."""
    return F.mse_loss(x_hat, x, reduction="none").flatten(1).sum(1)


def binary_cross_entropy(logits: Tensor, x: Tensor) -> Tensor:
    """-ln p(x) of independent Bernoulli pixels: logits [B, ...], x in [0, 1] of the same shape -> nats, [B].

    On grey pixels its minimum is the entropy of the pixels, not 0.
    """
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)


def pixel_entropy(x: Tensor) -> Tensor:
    """The least that `binary_cross_entropy` can be: x in [0, 1], [B, ...] -> nats, [B]; 0 of black and white pixels."""
    entropy: Tensor = -(torch.xlogy(x, x) + torch.special.xlog1py(1 - x, -x))
    return entropy.flatten(1).sum(1)


def reconstruction(output: Tensor, x: Tensor, likelihood: Likelihood) -> Tensor:
    """-ln p(x|z) of the decoder's output, a Gaussian's less `gaussian_constant`: nats per image, [B].

    Args:
        output: logits for "bernoulli", pixels for "gaussian", [B, C, H, W].
        x: images in [0, 1], of the same shape.
        likelihood: "bernoulli" or "gaussian".
    """
    return binary_cross_entropy(output, x) if likelihood == "bernoulli" else squared_error(output, x)


def kl_per_coordinate(mu: Tensor, logvar: Tensor) -> Tensor:
    """KL(N(mu, e^logvar) || N(0, 1)) of each coordinate: [B, D] -> nats, [B, D].

    Kingma & Welling (2013), appendix B.
    """
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar)


def kl_divergence(mu: Tensor, logvar: Tensor) -> Tensor:
    """KL(q(z|x) || N(0, I)) of diagonal Gaussians: mu and logvar [B, D] -> nats, [B]."""
    return kl_per_coordinate(mu, logvar).sum(1)


def elbo(output: Tensor, x: Tensor, mu: Tensor, logvar: Tensor, likelihood: Likelihood) -> Tensor:
    """The evidence lower bound with one sample of z behind `output`: nats per image, [B].

    Kingma & Welling (2013), equation 3; of a Gaussian likelihood plus `gaussian_constant`.
    """
    return -(reconstruction(output, x, likelihood) + kl_divergence(mu, logvar))


def log_weight(output: Tensor, x: Tensor, z: Tensor, mu: Tensor, logvar: Tensor, likelihood: Likelihood) -> Tensor:
    """ln p(x|z) + ln p(z) - ln q(z|x) of one sample z [B, D]: nats, [B]; p(x|z) as in `elbo`.

    Its mean over z is the ELBO; `logsumexp` over many is the importance-weighted bound (Burda et al., 2015).
    """
    return log_weight_of_draw(output, x, z, (z - mu) / (0.5 * logvar).exp(), logvar, likelihood)


def log_weight_of_draw(
    output: Tensor, x: Tensor, z: Tensor, eps: Tensor, logvar: Tensor, likelihood: Likelihood
) -> Tensor:
    """`log_weight` of z = mu + sigma eps, exact also where sigma is so small that z is mu: nats, [B].

    Args:
        eps: the draws of N(0, I) behind z, [B, D].
    """
    log_prior = -0.5 * z.square().sum(1)
    log_posterior = -0.5 * (eps.square() + logvar).sum(1)
    return -reconstruction(output, x, likelihood) + log_prior - log_posterior


def pixel_variance(squared_error: float, pixels: int) -> float:
    """The variance of Gaussian pixels, one for all, that makes the mean log-likelihood largest: the error per pixel.

    Args:
        squared_error: mean per image over samples of z, as the objective takes it.
        pixels: how many numbers an image is.
    """
    return squared_error / pixels


def psnr(x_hat: Tensor, x: Tensor) -> Tensor:
    """Peak signal-to-noise ratio for pixels in [0, 1]: 10 log10(1 / mean squared error), decibels, [B]."""
    mean_squared_error = (x_hat - x).square().flatten(1).mean(1)
    return -10 * torch.log10(mean_squared_error)
