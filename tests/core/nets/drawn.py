"""Layers, and whole nets of them, drawn by hypothesis."""

import math
from typing import Any

from hypothesis import strategies as st

from vae_core.config import ModelConfig
from vae_core.errors import ConfigError
from vae_core.nets.layer import Layer, Size
from vae_core.nets.layers import (
    Activation,
    Affine,
    AveragePooling,
    Convolution,
    Dense,
    Flatten,
    Function,
    Label,
    MaxPooling,
    Reshape,
    TransposedConvolution,
    Upsampling,
)
from vae_core.nets.windows import Window

FUNCTIONS: tuple[Function, ...] = (
    "relu", "leaky_relu", "elu", "silu", "gelu", "gelu_tanh", "tanh", "sigmoid", "softplus", "identity"
)  # fmt: skip
PICTURES = st.tuples(st.sampled_from([1, 2, 3, 4, 6]), st.integers(1, 9), st.integers(1, 9))
ROWS = st.tuples(st.integers(1, 12))
SMALL, PAIRS = st.integers(1, 3), st.tuples(st.integers(1, 3), st.integers(1, 3))
ACTIVATIONS = st.builds(Activation, function=st.sampled_from(FUNCTIONS), slope=st.floats(0, 2))


def _border(draw: st.DrawFn, most: tuple[int, int]) -> tuple[int, int, int, int]:
    """Even ones half of the time, as most nets have them."""
    if draw(st.booleans()):
        down, right = (draw(st.integers(0, side)) for side in most)
        return down, down, right, right
    top, bottom, left, right = (draw(st.integers(0, most[i // 2])) for i in range(4))
    return top, bottom, left, right


def _fits(layer: Window, size: Size) -> bool:
    try:
        layer.output(size)
    except ConfigError:
        return False
    return True


@st.composite
def windows(draw: st.DrawFn, kind: type[Window], size: Size) -> Window:
    """A layer of that kind that takes pictures of this size."""
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    fields: dict[str, Any] = {"kernel": kernel, "stride": draw(PAIRS)}
    if kind in (MaxPooling, AveragePooling):
        fields["padding"] = _border(draw, (kernel[0] - 1, kernel[1] - 1))
    else:
        fields["groups"] = draw(st.sampled_from([n for n in range(1, size[0] + 1) if size[0] % n == 0]))
        fields |= {
            "channels": fields["groups"] * draw(SMALL),
            "dilation": draw(PAIRS),
            "padding": _border(draw, (3, 3)),
        }
        if kind is TransposedConvolution:
            fields["output_padding"] = draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    layer = kind(**fields)
    return layer if _fits(layer, size) else kind(**{**fields, "kernel": (1, 1), "padding": (0, 0, 0, 0)})


@st.composite
def layers(draw: st.DrawFn, size: Size) -> Layer:
    """Any layer that takes what has this size."""
    common = [ACTIVATIONS, st.just(Affine()), st.builds(Label, classes=SMALL)]
    if len(size) == 1:
        shapes = [(c, h, size[0] // c // h) for c in (1, 2) for h in (1, 2, 3) if size[0] % (c * h) == 0]
        own = [st.builds(Dense, units=st.integers(1, 9)), st.builds(Reshape, shape=st.sampled_from(shapes))]
    else:
        kinds = (Convolution, TransposedConvolution, MaxPooling, AveragePooling)
        own = [windows(kind, size) for kind in kinds] + [st.builds(Upsampling, factor=PAIRS), st.just(Flatten())]
    return draw(st.one_of(*own, *common))


@st.composite
def chains(draw: st.DrawFn, size: Size, classes: int, most: int = 5) -> tuple[list[Layer], Size]:
    """Layers after one another, and the size that comes out; labels, if any, of so many classes."""
    found: list[Layer] = []
    for _ in range(draw(st.integers(0, most))):
        layer = draw(layers(size).filter(lambda one: classes > 0 or not isinstance(one, Label)))
        layer = Label(classes=classes) if isinstance(layer, Label) else layer
        if math.prod(layer.output(size)) <= 5000:
            found.append(layer)
            size = layer.output(size)
    return found, size


@st.composite
def nets(draw: st.DrawFn) -> ModelConfig:
    """A model of layers, with a label half of the time."""
    shape, latent_dim = (draw(st.sampled_from([1, 3])), draw(st.integers(8, 11)), draw(st.integers(8, 11))), 3
    kind, classes = draw(st.sampled_from(["ae", "vae"])), draw(st.sampled_from([0, 4]))
    encoder, size = draw(chains(shape, classes))
    decoder, made = draw(chains((latent_dim,), classes))
    return ModelConfig(
        kind=kind,
        latent_dim=latent_dim,
        encoder=(*encoder, *([Flatten()] if len(size) == 3 else []), Activation(function="tanh")),
        decoder=(*decoder, *([Flatten()] if len(made) == 3 else []), Dense(units=math.prod(shape))),
        scale=draw(st.sampled_from(["logvar", "sigma", "softplus"])) if kind == "vae" else None,
        shape=shape,
        code=draw(st.sampled_from(["identity", "tanh"])),
        classes=classes if any(isinstance(layer, Label) for layer in (*encoder, *decoder)) else 0,
    )
