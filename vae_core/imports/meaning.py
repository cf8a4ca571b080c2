"""What the second head of a VAE means: sigma of q(z|x) follows from it in one of several ways."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from vae_core import losses
from vae_core.imports.assembly import assemble
from vae_core.imports.choice import Choice
from vae_core.imports.net import FoundNet
from vae_core.metrics.kl_weight import kl_weight
from vae_core.models import VariationalAutoencoder, reparameterize
from vae_core.nets.layers import Activation
from vae_core.nets.readings import Meaning

# ln sigma^2 is usual: another meaning must be better by as much, in parts of the bound. Softplus is hardly another
# function than exp where sigma is small.
MARGINS: dict[Meaning, float] = {"logvar": 0.0, "log_sigma": 0.02, "sigma": 0.02, "softplus": 0.021}
PICTURES = 128


@torch.inference_mode()
def meaning_of(net: FoundNet, choice: Choice, x: Tensor, y: Tensor | None, known: Meaning | None = None) -> Meaning:
    """The meaning with the highest evidence lower bound on pictures (Kingma & Welling, 2013, eq. 3).

    Too small a sigma costs in the KL, too large a one in the error at a sample.

    Args:
        net: the layout.
        choice: all else that is open.
        x: pictures [B, C, H, W] of its shape. On a half they say nothing: what is usual is taken.
        y: their labels, where it takes them.
        known: what is not to be tried.
    """
    if known is not None:
        return known
    if len(net.heads) == 2 and (last := net.heads[1][-1].layer) and isinstance(last, Activation):
        return "softplus" if last.function == "softplus" else "sigma"
    if net.encoder is None or net.decoder is None:
        return "logvar"
    x, y = x[:PICTURES], None if y is None else y[:PICTURES]
    bounds = {
        meaning: negative_bound(net, replace(choice, meaning=meaning), x, y) * (1 + margin)
        for meaning, margin in MARGINS.items()
    }
    return min(bounds, key=bounds.__getitem__)


def negative_bound(net: FoundNet, choice: Choice, x: Tensor, y: Tensor | None) -> float:
    """Error at one sample, plus KL, in nats; 0 for an AE, which has no such bound."""
    model = assemble(net, choice).given(y)
    if not isinstance(model, VariationalAutoencoder):
        return 0.0
    _, z, kl = sampled(model, x)
    reconstruction = losses.reconstruction(model.decoder_output(z), x, model.config.likelihood)
    return float((reconstruction + kl).mean().nan_to_num(torch.inf))


def sampled(model: VariationalAutoencoder, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """mu, one z for each picture, the same noise at every call, and the KL: [B, D], [B, D], [B]."""
    mu, logvar = model.posterior(x)
    z = reparameterize(mu, logvar, torch.Generator().manual_seed(0))
    return mu, z, losses.kl_divergence(mu, logvar)


@torch.inference_mode()
def squared_error_kl_weight(net: FoundNet, choice: Choice, x: Tensor, y: Tensor | None) -> float:
    """`kl_weight` beside the squared error, by which all choices are compared; 0 where sigma does not matter."""
    model = assemble(net, choice).given(y)
    if not isinstance(model, VariationalAutoencoder):
        return 0.0
    return kl_weight(lambda z: losses.squared_error(model.decode(z), x), *model.posterior(x)) or 0.0
