"""Nets of any layers, by hypothesis, and what a browser's model of them is asked."""

from __future__ import annotations

import math
from typing import Any

import torch
from hypothesis import strategies as st

from tests.core.nets.drawn import FUNCTIONS, chains
from vae_core.config import CHANNELS, Layers, ModelConfig, Shape, is_shape
from vae_core.models import Autoencoder, build
from vae_core.nets.layer import Layer
from vae_core.nets.layers import Convolution, Dense, Flatten, Label, Reshape
from vae_core.nets.modules import Affine as AffineModule

SHAPES: st.SearchStrategy[Shape] = st.tuples(st.sampled_from(CHANNELS), st.integers(8, 14), st.integers(8, 14))


@st.composite
def decoders(draw: st.DrawFn, latent_dim: int, classes: int) -> tuple[Layers, Shape]:
    """From a row to a picture, which is the last layer's or what a dense one makes of that."""
    start, size = draw(chains((latent_dim,), classes, 2))
    side = st.integers(1, 8)
    first = Reshape(shape=(draw(st.integers(1, 6)), draw(side), draw(side)))
    if len(size) != 1:
        start.append(Flatten())
    start = [*start, Dense(units=math.prod(first.shape)), first]
    then, size = draw(chains(first.shape, classes, 3))
    chain = (*start, *then)
    if len(size) == 3 and is_shape((1, *size[1:])):
        channels = draw(st.sampled_from(CHANNELS))
        return (*chain, Convolution(channels=channels, kernel=(3, 3), padding=(1, 1, 1, 1))), (channels, *size[1:])
    shape = draw(SHAPES)
    return (*chain, *[Flatten()] * (len(size) != 1), Dense(units=math.prod(shape))), shape


@st.composite
def encoders(draw: st.DrawFn, shape: Shape, classes: int) -> Layers:
    chain, size = draw(chains(shape, classes, 4))
    return (*chain, *[Flatten()] * (len(size) != 1))


@st.composite
def configs(draw: st.DrawFn) -> ModelConfig:
    """Nets of layers, or of widths with a function of the code or with a label."""
    kind = draw(st.sampled_from(["ae", "vae"]))
    latent_dim, classes = draw(st.integers(1, 6)), draw(st.just(0) | st.integers(1, 4))
    encoder: Any
    decoder: Any
    if draw(st.integers(0, 4)):
        decoder, shape = draw(decoders(latent_dim, classes))
        encoder = draw(encoders(shape, classes))
    else:
        widths = st.lists(st.integers(1, 9), max_size=3).map(tuple)
        encoder, decoder, shape = draw(widths), draw(widths), draw(SHAPES)
    layers = [each for each in (*encoder, *decoder) if isinstance(each, Layer)]
    if layers and not any(isinstance(each, Label) for each in layers):
        classes = 0
    return ModelConfig(
        kind=kind,
        latent_dim=latent_dim,
        encoder=encoder,
        decoder=decoder,
        scale=draw(st.sampled_from(["logvar", "sigma", "softplus"])) if kind == "vae" else None,
        output=draw(st.sampled_from(["sigmoid", "linear"])),
        shape=shape,
        code=draw(st.sampled_from(FUNCTIONS)),
        classes=classes,
    )


def random_model(config: ModelConfig, seed: int) -> Autoencoder:
    """In eval mode without gradients; no affine layer is left to do nothing."""
    torch.manual_seed(seed)
    model = build(config).eval().requires_grad_(False)
    for module in model.modules():
        if isinstance(module, AffineModule):
            module.weight.uniform_(-1.5, 1.5)
            module.bias.normal_()
    return model


def tensors(model: Autoencoder) -> dict[str, Any]:
    """As the browser reads them from model.safetensors."""
    state = {name: value.numpy() for name, value in model.state_dict().items()}
    return {name: {"shape": list(value.shape), "data": value.ravel()} for name, value in state.items()}
