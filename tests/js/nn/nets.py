"""Nets of any layers, by hypothesis, and what a browser's model of them is asked."""

from __future__ import annotations

import math
from typing import Any, get_args

import torch
from hypothesis import strategies as st

from vae_core.config import CHANNELS, Layers, ModelConfig, Shape, is_shape
from vae_core.errors import ConfigError
from vae_core.models import Autoencoder, build
from vae_core.nets.layers import (
    Activation,
    Affine,
    AveragePooling,
    Convolution,
    Dense,
    Flatten,
    Function,
    Label,
    Layer,
    MaxPooling,
    Reshape,
    Size,
    TransposedConvolution,
    Upsampling,
)
from vae_core.nets.modules import Affine as AffineModule

MOST_NUMBERS = 4096
FUNCTIONS = st.sampled_from(get_args(Function))
ACTIVATIONS = st.builds(Activation, function=FUNCTIONS, slope=st.floats(0.01, 1.5))
SMALL = st.integers(1, 3)
SHAPES: st.SearchStrategy[Shape] = st.tuples(st.sampled_from(CHANNELS), st.integers(8, 14), st.integers(8, 14))


def _border(draw: st.DrawFn, most: int) -> tuple[int, int, int, int]:
    top, bottom, left, right = (draw(st.integers(0, most)) for _ in range(4))
    return top, bottom, left, right


@st.composite
def convolutions(draw: st.DrawFn, kind: type[Layer], channels: int) -> Layer:
    groups = draw(st.sampled_from([divisor for divisor in range(1, channels + 1) if channels % divisor == 0]))
    values: dict[str, Any] = {
        "kernel": (draw(st.integers(1, 4)), draw(st.integers(1, 4))),
        "stride": (draw(SMALL), draw(SMALL)),
        "padding": _border(draw, 3),
        "dilation": (draw(SMALL), draw(SMALL)),
        "groups": groups,
        "channels": groups * draw(SMALL),
    }
    if kind is TransposedConvolution:
        values["output_padding"] = (draw(st.integers(0, 2)), draw(st.integers(0, 2)))
    return kind(**values)


@st.composite
def poolings(draw: st.DrawFn, kind: type[Layer]) -> Layer:
    kernel = (draw(SMALL), draw(SMALL))
    # Of minus infinity, which is all that a window of padding has, nothing else could be told apart.
    padding = _border(draw, min(kernel) - 1)
    return kind(kernel=kernel, stride=(draw(SMALL), draw(SMALL)), padding=padding)  # type: ignore[call-arg]


@st.composite
def layer_for(draw: st.DrawFn, size: Size, classes: int) -> Layer:
    """One that may be given numbers of this shape."""
    kinds: list[st.SearchStrategy[Layer]] = [ACTIVATIONS, st.just(Affine())]
    if classes:
        kinds.append(st.just(Label(classes=classes)))
    if len(size) == 1:
        kinds.append(st.builds(Dense, units=st.integers(1, 20)))
        shapes = [(size[0] // side, side, 1) for side in range(1, 5) if size[0] % side == 0]
        kinds.append(st.builds(Reshape, shape=st.sampled_from(shapes)))
    else:
        kinds += [convolutions(kind, size[0]) for kind in (Convolution, TransposedConvolution) for _ in range(3)]
        kinds += [poolings(kind) for kind in (MaxPooling, AveragePooling)]
        kinds += [st.builds(Upsampling, factor=st.tuples(SMALL, SMALL)), st.just(Flatten())]
    return draw(st.one_of(kinds))


@st.composite
def chains(draw: st.DrawFn, size: Size, classes: int, most: int) -> tuple[Layers, Size]:
    """Up to `most` layers, and the shape of what comes out."""
    chain: Layers = ()
    for _ in range(draw(st.integers(0, most))):
        layer = draw(layer_for(size, classes))
        try:
            output = layer.output(size)
        except ConfigError:
            continue
        if math.prod(output) <= MOST_NUMBERS:
            chain, size = (*chain, layer), output
    return chain, size


@st.composite
def decoders(draw: st.DrawFn, latent_dim: int, classes: int) -> tuple[Layers, Shape]:
    """From a row to a picture, which is the last layer's or what a dense one makes of that."""
    start, size = draw(chains((latent_dim,), classes, 2))
    side = st.integers(1, 8)
    first = Reshape(shape=(draw(st.integers(1, 6)), draw(side), draw(side)))
    if len(size) != 1:
        start = (*start, Flatten())
    start = (*start, Dense(units=math.prod(first.shape)), first)
    then, size = draw(chains(first.shape, classes, 3))
    chain = start + then
    if len(size) == 3 and is_shape((1, *size[1:])):
        channels = draw(st.sampled_from(CHANNELS))
        return (*chain, Convolution(channels=channels, kernel=(3, 3), padding=(1, 1, 1, 1))), (channels, *size[1:])
    shape = draw(SHAPES)
    return (*chain, *[Flatten()] * (len(size) != 1), Dense(units=math.prod(shape))), shape


@st.composite
def encoders(draw: st.DrawFn, shape: Shape, classes: int) -> Layers:
    chain, size = draw(chains(shape, classes, 4))
    return chain if len(size) == 1 else (*chain, Flatten())


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
    return ModelConfig(
        kind=kind,
        latent_dim=latent_dim,
        encoder=encoder,
        decoder=decoder,
        scale=draw(st.sampled_from(["logvar", "sigma", "softplus"])) if kind == "vae" else None,
        output=draw(st.sampled_from(["sigmoid", "linear"])),
        shape=shape,
        code=draw(FUNCTIONS),
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
