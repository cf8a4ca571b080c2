"""The layers of a net as data: what goes in, what comes out, and which weights that takes.

Shapes are without the batch: [units] or [channels, height, width]. Each layer does one thing: an activation is one of
its own, and so is what brings pixels into a row. A border is top, bottom, left, right, so that what other libraries
call "same" can be said. Weights lie as PyTorch has them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from vae_core.errors import ConfigError
from vae_core.nets.fields import require
from vae_core.nets.layer import LAYERS, Layer, Size, channels_of, shape_text
from vae_core.nets.windows import (
    NO_BORDER,
    AveragePooling,
    Border,
    Convolution,
    MaxPooling,
    Pair,
    TransposedConvolution,
)

Function = Literal["relu", "leaky_relu", "elu", "silu", "gelu", "gelu_tanh", "tanh", "sigmoid", "softplus", "identity"]
OutputActivation = Literal["sigmoid", "linear"]

__all__ = [
    "LAYERS",
    "MOST_CLASSES",
    "MOST_LAYERS",
    "MOST_NUMBERS",
    "MOST_UNITS",
    "NO_BORDER",
    "Activation",
    "Affine",
    "AveragePooling",
    "Border",
    "Convolution",
    "Dense",
    "Flatten",
    "Function",
    "Label",
    "Layer",
    "MaxPooling",
    "Pair",
    "Reshape",
    "Size",
    "TransposedConvolution",
    "Upsampling",
    "held",
    "products",
    "sizes",
]

MOST_LAYERS, MOST_UNITS, MOST_NUMBERS, MOST_CLASSES = 64, 1 << 16, 1 << 22, 100


@dataclass(frozen=True, kw_only=True)
class Dense(Layer):
    """y = W x + b with W [units, inputs]."""

    type: ClassVar[str] = "dense"
    units: int

    def __post_init__(self) -> None:
        require(1 <= self.units <= MOST_UNITS, f"Dense.units is {self.units}; it must be 1 to {MOST_UNITS}")

    def output(self, size: Size) -> Size:
        """[units]"""
        require(len(size) == 1, f"{self.type} takes a row of numbers, not {shape_text(size)}")
        return (self.units,)

    def weights(self, size: Size) -> dict[str, Size]:
        """W [units, inputs], b [units]."""
        return {"weight": (self.units, *size), "bias": (self.units,)}

    def products(self, size: Size) -> int:
        """One for each weight."""
        return self.units * math.prod(size)


@dataclass(frozen=True, kw_only=True)
class Upsampling(Layer):
    """Each pixel as a rectangle of the same.

    Attributes:
        factor: rows and columns of it.
    """

    type: ClassVar[str] = "upsampling"
    factor: Pair

    def __post_init__(self) -> None:
        require(
            all(1 <= each <= 64 for each in self.factor),
            f"Upsampling.factor is {list(self.factor)}; each must be 1 to 64",
        )

    def output(self, size: Size) -> Size:
        """[channels, height * factor, width * factor]"""
        return (channels_of(self, size), size[1] * self.factor[0], size[2] * self.factor[1])


@dataclass(frozen=True, kw_only=True)
class Affine(Layer):
    """Each channel times its own number, plus its own: what a batch normalisation is once it has been trained."""

    type: ClassVar[str] = "affine"

    def weights(self, size: Size) -> dict[str, Size]:
        """One weight and one bias a channel, or a unit."""
        return {"weight": (size[0],), "bias": (size[0],)}

    def products(self, size: Size) -> int:
        """One for each number."""
        return math.prod(size)


@dataclass(frozen=True, kw_only=True)
class Flatten(Layer):
    """[channels, height, width] as one row, the columns of a row next to each other."""

    type: ClassVar[str] = "flatten"

    def output(self, size: Size) -> Size:
        """[units]"""
        return (math.prod(size),)


@dataclass(frozen=True, kw_only=True)
class Reshape(Layer):
    """One row as a picture.

    Attributes:
        shape: channels, height, width.
    """

    type: ClassVar[str] = "reshape"
    shape: tuple[int, int, int]

    def __post_init__(self) -> None:
        require(min(self.shape) >= 1, f"Reshape.shape is {list(self.shape)}; each must be at least 1")

    def output(self, size: Size) -> Size:
        """[channels, height, width]"""
        require(len(size) == 1, f"{self.type} takes a row of numbers, not {shape_text(size)}")
        require(
            math.prod(self.shape) == size[0],
            f"{self.type}: a row of {size[0]} has not the numbers of {shape_text(self.shape)}",
        )
        return self.shape


@dataclass(frozen=True, kw_only=True)
class Activation(Layer):
    """A function of each number.

    Attributes:
        function: "gelu" with the normal distribution, "gelu_tanh" with its approximation by tanh.
        slope: of a leaky ReLU, below zero; of an ELU, what it tends to there, with its sign changed.
    """

    type: ClassVar[str] = "activation"
    function: Function
    slope: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Label(Layer):
    """The class of the picture, joined to what goes in: a row gets `classes` numbers more, a picture as many planes.

    Of these, that of the class is 1 and the others are 0.

    Attributes:
        classes: how many there are.
    """

    type: ClassVar[str] = "label"
    classes: int

    def __post_init__(self) -> None:
        require(1 <= self.classes <= MOST_CLASSES, f"Label.classes is {self.classes}; it must be 1 to {MOST_CLASSES}")

    def output(self, size: Size) -> Size:
        """[units + classes] or [channels + classes, height, width]"""
        return (size[0] + self.classes, *size[1:])


def sizes(layers: Iterable[Layer], size: Sequence[int]) -> list[Size]:
    """The shape before each layer, and after the last.

    >>> sizes([Flatten(), Dense(units=20)], (1, 28, 28))
    [(1, 28, 28), (784,), (20,)]

    Raises:
        ConfigError: two layers do not fit each other, or a layer makes too many numbers; the sentence says which.
    """
    found = [tuple(size)]
    for i, layer in enumerate(layers):
        try:
            found.append(layer.output(found[-1]))
            held = layer.held(found[-2])
            require(held <= MOST_NUMBERS, f"{layer.type}: it makes {held:,} numbers, more than {MOST_NUMBERS:,}")
        except ConfigError as error:
            raise ConfigError(f"layer {i + 1}, {error}") from error
    return found


def products(layers: Sequence[Layer], size: Sequence[int]) -> int:
    """How many multiplications with a weight a picture takes: the measure of how long it takes."""
    return sum(layer.products(each) for layer, each in zip(layers, sizes(layers, size), strict=False))


def held(layers: Sequence[Layer], size: Sequence[int]) -> int:
    """How many numbers a picture is at most, on its way through them: the measure of the memory it takes."""
    made = (layer.held(each) for layer, each in zip(layers, sizes(layers, size), strict=False))
    return max([math.prod(size), *made])
