"""Autoencoder and variational autoencoder.

Both share one encoder trunk and one decoder; they differ in the heads of the encoder: `code`, or `mu` and `scale`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae_core.config import ModelConfig
from vae_core.nets.modules import WEIGHTED, Net, function
from vae_core.noise.draws import normal_like

# Squares of such numbers, summed, are still float32: nothing that is computed from codes overflows.
LARGEST = 1e15
# As in the article: keeps ln sigma^2 finite where a learned sigma passes through zero.
SIGMA_SQUARED_FLOOR = 1e-10


class Autoencoder(nn.Module):
    """x -> z -> x_hat (Hinton & Salakhutdinov, 2006).

    Where the config has classes, every function here takes the labels y, int64 [B], too; else they are None.
    A new model is in training mode with gradients on; `checkpoint.load` returns one in eval mode, gradients off.
    """

    code_heads: tuple[str, ...] = ("code",)

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        heads = dict.fromkeys(self.code_heads, config.latent_dim)
        self.encoder = Net(config.chain("encoder"), config.shape, heads)
        self.decoder = Net(config.chain("decoder"), (config.latent_dim,), last="out")
        self.code_function = function(config.code)

    def encode(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """x float32 [B, C, H, W] in [0, 1], of the shape of the config -> z [B, latent_dim]; a VAE returns mu."""
        return self._code(self.encoder(x, y))

    def _code(self, h: Tensor) -> Tensor:
        code: Tensor = self.code_function(self.encoder.head(self.code_heads[0], h))
        return code

    def raw(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """z [B, latent_dim] -> what the output function takes, [B, C, H, W]: logits, where that is a sigmoid."""
        out: Tensor = self.decoder(z, y)
        return out.reshape(-1, *self.config.shape)

    def decoder_output(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """z [B, latent_dim] -> what `losses.reconstruction` takes: logits (Bernoulli), else pixels, unclamped."""
        raw = self.raw(z, y)
        return raw.sigmoid() if self.config.likelihood == "gaussian" and self.config.output == "sigmoid" else raw

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """z [B, latent_dim] -> x_hat float32 [B, C, H, W] in [0, 1]."""
        output = self.decoder_output(z, y)
        return output.sigmoid() if self.config.likelihood == "bernoulli" else output.clamp(0, 1)

    def sample_code(self, x: Tensor, generator: torch.Generator | None = None, y: Tensor | None = None) -> Tensor:
        """The z the decoder is trained on: an AE's code, [B, latent_dim]."""
        return self.encode(x, y)


class VariationalAutoencoder(Autoencoder):
    """An autoencoder whose encoder gives q(z|x) = N(mu, sigma^2) (Kingma & Welling, 2013)."""

    code_heads = ("mu", "scale")

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        if config.scale == "sigma":
            # As with ln sigma^2 = 0, training then sets out from the prior and not from a KL of hundreds of nats.
            nn.init.ones_(self.encoder.get_parameter("scale.bias"))

    def posterior(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """x [B, C, H, W] -> mu, logvar = ln sigma^2, each [B, latent_dim].

        With `scale == "sigma"` the head may turn negative; only its square is used, so its sign never matters.
        """
        h = self.encoder(x, y)
        mu, scale = self._code(h), self.encoder.head("scale", h)
        if self.config.scale == "softplus":
            scale = functional.softplus(scale)
        return mu, scale if self.config.scale == "logvar" else (scale.square() + SIGMA_SQUARED_FLOOR).log()

    def sample_code(self, x: Tensor, generator: torch.Generator | None = None, y: Tensor | None = None) -> Tensor:
        """One z ~ q(z|x) for each image, [B, latent_dim]."""
        return reparameterize(*self.posterior(x, y), generator)


def reparameterize(mu: Tensor, logvar: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """z = mu + sigma eps with eps ~ N(0, I): [B, D] (Kingma & Welling, 2013, section 2.4)."""
    return displaced(mu, logvar, normal_like(mu, generator))


def displaced(mu: Tensor, logvar: Tensor, eps: Tensor) -> Tensor:
    """mu + sigma eps: [B, D]."""
    return mu + (0.5 * logvar).exp() * eps


def build(config: ModelConfig) -> Autoencoder:
    """A freshly initialised model of the configured kind."""
    return VariationalAutoencoder(config) if config.kind == "vae" else Autoencoder(config)


@cache
def parameter_count(config: ModelConfig) -> int:
    """How many weights and biases such a model has."""
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in build(config).parameters())


@torch.inference_mode()
def computation_problem(model: Autoencoder, x: Tensor) -> str | None:
    """What keeps finite weights from being of use, without a full stop; None where nothing does.

    Args:
        x: float32 [B, C, H, W], pictures to try it on; their codes, and as many draws of N(0, I), are decoded.
    """
    failing: list[str] = []

    def watch(name: str, values: Tensor) -> None:
        if not (values.abs() <= LARGEST).all():
            failing.append(name)

    def watcher(name: str) -> Callable[[nn.Module, tuple[Tensor], Tensor], None]:
        return lambda _layer, _inputs, output: watch(f"the output of '{name}'", output)

    layers = [(name, layer) for name, layer in model.named_modules() if isinstance(layer, WEIGHTED)]
    hooks = [layer.register_forward_hook(watcher(name)) for name, layer in layers]
    try:
        generator = torch.Generator().manual_seed(0)
        x = torch.cat([x, torch.zeros_like(x[:1]), torch.ones_like(x[:1])])
        codes = model.sample_code(x, generator)
        watch("a code", codes)
        watch("a picture", model.decode(torch.cat([codes, normal_like(codes, generator)])))
    finally:
        for hook in hooks:
            hook.remove()
    return f"{failing[0]} is not finite, or beyond {LARGEST:g}, for a picture" if failing else None
