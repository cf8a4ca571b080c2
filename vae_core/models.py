"""Autoencoder and variational autoencoder.

Both share one encoder trunk and one decoder; they differ in the heads of the encoder: `code`, or `mu` and `scale`.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Self, cast

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn
from torch.nn import functional

from vae_core.config import ModelConfig, Part
from vae_core.errors import HalfModelError, LabelError
from vae_core.nets.modules import WEIGHTED, Net, function
from vae_core.noise.draws import normal_like

# Squares of such numbers, summed, are still float32: nothing that is computed from codes overflows.
LARGEST = 1e15
# Of all pictures on which a model is tried: some ten seconds on one core.
MOST_TRIED = 1 << 35
# To make a number without a weight takes as long as so many multiplications.
OF_NUMBER = 16
# As in the article: keeps ln sigma^2 finite where a learned sigma passes through zero.
SIGMA_SQUARED_FLOOR = 1e-10
ALONE: dict[Part, str] = {"encoder": "an encoder", "decoder": "a decoder"}


class Autoencoder(nn.Module):
    """x -> z -> x_hat (Hinton & Salakhutdinov, 2006).

    Where the config has classes, it takes a label with every picture and every code (Sohn, Lee & Yan, 2015), and
    `given` says which. A half has one of the two parts, and raises `HalfModelError` where the other is needed.
    A new model is in training mode with gradients on; `checkpoint.load` returns one in eval mode, gradients off.

    Attributes:
        labels: int64 [B], of the pictures and codes to come; None where there are none.
    """

    code_heads: tuple[str, ...] = ("code",)
    labels: Tensor | None = None

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        if "encoder" in config.parts:
            heads = dict.fromkeys(self.code_heads, config.latent_dim)
            self.encoder = Net(config.chain("encoder"), config.shape, heads)
        if "decoder" in config.parts:
            self.decoder = Net(config.chain("decoder"), (config.latent_dim,), last="out")
        self.code_function = function(config.code)

    def given(self, labels: ArrayLike | Tensor | None) -> Self:
        """This model, of the same weights, with the labels of what it is to encode and decode.

        A model without classes is returned as it is, and so is any where there are no labels.

        >>> model = build(ModelConfig(kind="ae", latent_dim=2, classes=10))
        >>> model.given(7).decode(torch.zeros(5, 2)).shape
        torch.Size([5, 1, 28, 28])

        Args:
            labels: of each picture or code, int64 [B], or one for all; 0 to classes - 1.

        Raises:
            LabelError: one of them is no class of this model.
        """
        classes = self.config.classes
        if not classes or labels is None:
            return self
        found = labels if isinstance(labels, Tensor) else torch.tensor(np.asarray(labels))
        if len(wrong := found[(found < 0) | (found >= classes)]):
            raise LabelError(f"there is no label {wrong.flatten()[0]} in a model of {classes} classes, from 0")
        return self._with(found.long().reshape(-1))

    def rows(self, rows: ArrayLike | Tensor) -> Self:
        """As `given` the labels of some of the pictures, by their indices or by bool [B]; itself where one is for all.

        Raises:
            LabelError: it has classes, and has not been given labels.
        """
        labels = self._labels(None)
        if labels is None or len(labels) == 1:
            return self
        return self._with(labels[torch.as_tensor(rows, device=labels.device)])

    def encode(self, x: Tensor) -> Tensor:
        """x float32 [B, C, H, W] in [0, 1], of the shape of the config -> z [B, latent_dim]; a VAE returns mu."""
        return self._code(self._hidden(x))

    def raw(self, z: Tensor) -> Tensor:
        """z [B, latent_dim] -> what the output function takes, [B, C, H, W]: logits, where that is a sigmoid."""
        out: Tensor = self.part("decoder")(z, self._labels(len(z)))
        return out.reshape(-1, *self.config.shape)

    def decoder_output(self, z: Tensor) -> Tensor:
        """z [B, latent_dim] -> what `losses.reconstruction` takes: logits (Bernoulli), else pixels, unclamped."""
        raw = self.raw(z)
        return raw.sigmoid() if self.config.likelihood == "gaussian" and self.config.output == "sigmoid" else raw

    def decode(self, z: Tensor) -> Tensor:
        """z [B, latent_dim] -> x_hat float32 [B, C, H, W] in [0, 1]."""
        output = self.decoder_output(z)
        return output.sigmoid() if self.config.likelihood == "bernoulli" else output.clamp(0, 1)

    def sample_code(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """The z the decoder is trained on: an AE's code, [B, latent_dim]."""
        return self.encode(x)

    def part(self, part: Part) -> Net:
        """Its encoder or its decoder.

        Raises:
            HalfModelError: there is none.
        """
        if part not in self.config.parts:
            raise HalfModelError(f"it is {ALONE[self.config.parts[0]]} alone: it has no {part}")
        return cast(Net, self.get_submodule(part))

    def _hidden(self, x: Tensor) -> Tensor:
        """What the heads of the code take."""
        hidden: Tensor = self.part("encoder")(x, self._labels(len(x)))
        return hidden

    def _code(self, hidden: Tensor) -> Tensor:
        code: Tensor = self.code_function(self.encoder.head(self.code_heads[0], hidden))
        return code

    def _labels(self, count: int | None) -> Tensor | None:
        """Of so many pictures or codes; of all where no count is asked for."""
        if not self.config.classes:
            return None
        if self.labels is None:
            raise LabelError("a class-conditional model takes a label with every picture and every code")
        if count is not None and len(self.labels) not in (1, count):
            raise LabelError(f"there are {len(self.labels)} labels for {count} pictures or codes")
        return self.labels if count is None else self.labels.expand(count)

    def _with(self, labels: Tensor) -> Self:
        model = copy.copy(self)
        model.labels = labels
        return model


class VariationalAutoencoder(Autoencoder):
    """An autoencoder whose encoder gives q(z|x) = N(mu, sigma^2) (Kingma & Welling, 2013)."""

    code_heads = ("mu", "scale")

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        if config.scale == "sigma":
            # As with ln sigma^2 = 0, training then sets out from the prior and not from a KL of hundreds of nats.
            nn.init.ones_(self.encoder.get_parameter("scale.bias"))

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x [B, C, H, W] -> mu, logvar = ln sigma^2, each [B, latent_dim].

        With `scale == "sigma"` the head may turn negative; only its square is used, so its sign never matters.
        """
        hidden = self._hidden(x)
        mu, scale = self._code(hidden), self.encoder.head("scale", hidden)
        if self.config.scale == "softplus":
            scale = functional.softplus(scale)
        return mu, scale if self.config.scale == "logvar" else (scale.square() + SIGMA_SQUARED_FLOOR).log()

    def sample_code(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """One z ~ q(z|x) for each image, [B, latent_dim]."""
        return reparameterize(*self.posterior(x), generator)


def reparameterize(mu: Tensor, logvar: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """z = mu + sigma eps with eps ~ N(0, I): [B, D] (Kingma & Welling, 2013, section 2.4)."""
    return displaced(mu, logvar, normal_like(mu, generator))


def displaced(mu: Tensor, logvar: Tensor, eps: Tensor) -> Tensor:
    """mu + sigma eps: [B, D]."""
    return mu + (0.5 * logvar).exp() * eps


def build(config: ModelConfig) -> Autoencoder:
    """A freshly initialised model of the configured kind; a decoder alone has no posterior, whatever its kind."""
    return VariationalAutoencoder(config) if config.kind == "vae" and config.half != "decoder" else Autoencoder(config)


def parameter_count(config: ModelConfig) -> int:
    """How many weights and biases such a model has."""
    count = 1 if config.kind == "ae" else 2
    heads = count * config.latent_dim * (config.sizes("encoder")[-1][0] + 1) if "encoder" in config.parts else 0
    shapes = [
        shape
        for part in config.parts
        for layer, size in zip(config.chain(part), config.sizes(part), strict=False)
        for shape in layer.weights(size).values()
    ]
    return heads + sum(map(math.prod, shapes))


def tried(config: ModelConfig, most: int) -> int:
    """On how many pictures, at most so many and at least one, such a model can be tried in seconds."""
    times = {"encoder": 1, "decoder": 2}
    work = sum(
        times[part] * (config.products(part) + OF_NUMBER * sum(map(math.prod, config.sizes(part))))
        for part in config.parts
    )
    return min(most, max(1, MOST_TRIED // work))


@torch.inference_mode()
def computation_problem(model: Autoencoder, x: Tensor) -> str | None:
    """What keeps finite weights from being of use, without a full stop; None where nothing does.

    Args:
        x: float32 [B, C, H, W], pictures to try it on; their codes, and as many draws of N(0, I), are decoded, as far
            as it has the parts. A class-conditional model is tried with each label in turn.
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
        given = model.given(torch.arange(len(x)) % max(1, model.config.classes))
        codes = [normal_like(x.new_empty(len(x), model.config.latent_dim), generator)]
        if "encoder" in model.config.parts:
            codes.append(given.sample_code(x, generator))
            watch("a code", codes[-1])
        for z in codes if "decoder" in model.config.parts else ():
            watch("a picture", given.decode(z))
    finally:
        for hook in hooks:
            hook.remove()
    return f"{failing[0]} is not finite, or beyond {LARGEST:g}, for a picture" if failing else None
