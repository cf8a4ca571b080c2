"""The layers of a net as data: what goes in, what comes out, and which weights that takes.

Shapes are without the batch: [units] or [channels, height, width]. Each layer does one thing: an activation is one of
its own, and so is what brings pixels into a row. A border is top, bottom, left, right, so that what other libraries
call "same" can be said. Weights lie as PyTorch has them.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

from vae_core.errors import ConfigError
from vae_core.nets.fields import Json, require

Size = tuple[int, ...]
Pair = tuple[int, int]
Border = tuple[int, int, int, int]
Function = Literal["relu", "leaky_relu", "elu", "silu", "gelu", "gelu_tanh", "tanh", "sigmoid", "softplus", "identity"]

MOST_LAYERS, MOST_UNITS, MOST_NUMBERS, MOST_CLASSES = 64, 1 << 16, 1 << 22, 100
NO_BORDER: Border = (0, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Layer(Json):
    """What all layers can tell; each kind's name is its `type` in JSON.

    >>> Layer.from_json({"type": "dense", "units": 20}).output((784,))
    (20,)
    """

    type: ClassVar[str]

    def output(self, size: Size) -> Size:
        """The shape that comes out.

        Raises:
            ConfigError: what goes in does not fit.
        """
        return size

    def weights(self, size: Size) -> dict[str, Size]:
        """The shapes of its tensors by name, for what goes in."""
        return {}

    def products(self, size: Size) -> int:
        """How many multiplications with a weight it takes for one picture."""
        return 0

    def to_json(self) -> dict[str, Any]:
        """The type, and the fields that are not as they usually are."""
        usual = {field.name: field.default for field in dataclasses.fields(self)}
        given = {key: value for key, value in super().to_json().items() if getattr(self, key) != usual[key]}
        return {"type": self.type, **given}

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The inverse of `to_json`; of `Layer` itself, the layer of that type.

        Raises:
            ConfigError: there is no such type, or as `Json.from_json`.
        """
        if not isinstance(values, dict) or values.get("type") not in LAYERS:
            given = values.get("type") if isinstance(values, dict) else values
            raise ConfigError(f"Layer.type is {given!r}; it must be one of {', '.join(LAYERS)}")
        fields = {key: value for key, value in values.items() if key != "type"}
        return super(Layer, LAYERS[values["type"]]).from_json(fields)  # type: ignore[return-value]


@dataclass(frozen=True, kw_only=True)
class Dense(Layer):
    """y = W x + b with W [units, inputs]."""

    type: ClassVar[str] = "dense"
    units: int

    def __post_init__(self) -> None:
        require(1 <= self.units <= MOST_UNITS, f"Dense.units is {self.units}; it must be 1 to {MOST_UNITS}")

    def output(self, size: Size) -> Size:
        """[units]"""
        require(len(size) == 1, f"a dense layer takes a row of numbers, not {_text(size)}")
        return (self.units,)

    def weights(self, size: Size) -> dict[str, Size]:
        """W [units, inputs], b [units]."""
        return {"weight": (self.units, *size), "bias": (self.units,)}

    def products(self, size: Size) -> int:
        """One for each weight."""
        return self.units * math.prod(size)


@dataclass(frozen=True, kw_only=True)
class _Window(Layer):
    """What moves a window over a picture.

    Attributes:
        kernel: height and width of the window.
        stride: by how much it moves, down and right.
        padding: rows and columns of zeros around what goes in; a transposed convolution leaves out as many instead.
    """

    kernel: Pair
    stride: Pair = (1, 1)
    padding: Border = NO_BORDER

    def __post_init__(self) -> None:
        name = type(self).__name__
        for key in ("kernel", "stride"):
            value = getattr(self, key)
            require(all(1 <= each <= 64 for each in value), f"{name}.{key} is {list(value)}; each must be 1 to 64")
        require(
            all(0 <= each <= 64 for each in self.padding),
            f"{name}.padding is {list(self.padding)}; each must be 0 to 64",
        )

    def output(self, size: Size) -> Size:
        """[channels, height, width]"""
        return (self._channels(_picture(self, size)), *(self._side(size, axis) for axis in (0, 1)))

    def _channels(self, channels: int) -> int:
        return channels

    def _reach(self, axis: int) -> int:
        return self.kernel[axis]

    def _pad(self, axis: int) -> int:
        return self.padding[2 * axis] + self.padding[2 * axis + 1]

    def _side(self, size: Size, axis: int) -> int:
        room = size[1 + axis] + self._pad(axis) - self._reach(axis)
        require(
            room >= 0, f"{self.type}: a window of {self._reach(axis)} is larger than {_text(size)} with its padding"
        )
        return room // self.stride[axis] + 1


@dataclass(frozen=True, kw_only=True)
class _Convolution(_Window):
    """Attributes beside those of a window.

    Attributes:
        channels: that come out.
        dilation: distance of the window's pixels, down and right.
        groups: so many parts of the channels, each by itself.
    """

    channels: int
    dilation: Pair = (1, 1)
    groups: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        name = type(self).__name__
        require(1 <= self.channels <= 4096, f"{name}.channels is {self.channels}; it must be 1 to 4096")
        require(
            all(1 <= each <= 64 for each in self.dilation),
            f"{name}.dilation is {list(self.dilation)}; each must be 1 to 64",
        )
        require(
            self.groups >= 1 and self.channels % self.groups == 0,
            f"{name}.groups is {self.groups}; it must divide its {self.channels} channels",
        )

    def _channels(self, channels: int) -> int:
        require(channels % self.groups == 0, f"{self.type}: {self.groups} groups do not divide {channels} channels")
        return self.channels

    def _reach(self, axis: int) -> int:
        return self.dilation[axis] * (self.kernel[axis] - 1) + 1


@dataclass(frozen=True, kw_only=True)
class Convolution(_Convolution):
    """Cross-correlation, as `torch.nn.Conv2d`: W [channels, inputs / groups, height, width]."""

    type: ClassVar[str] = "convolution"

    def weights(self, size: Size) -> dict[str, Size]:
        """W [channels, inputs / groups, height, width], b [channels]."""
        return {"weight": (self.channels, size[0] // self.groups, *self.kernel), "bias": (self.channels,)}

    def products(self, size: Size) -> int:
        """One for each weight at each place that comes out."""
        return math.prod(self.weights(size)["weight"]) * math.prod(self.output(size)[1:])


@dataclass(frozen=True, kw_only=True)
class TransposedConvolution(_Convolution):
    """As `torch.nn.ConvTranspose2d`: W [inputs, channels / groups, height, width].

    Attributes:
        output_padding: rows and columns more, at the bottom and at the right.
    """

    type: ClassVar[str] = "transposed_convolution"
    output_padding: Pair = (0, 0)

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            all(0 <= each <= 64 for each in self.output_padding),
            f"TransposedConvolution.output_padding is {list(self.output_padding)}; each must be 0 to 64",
        )

    def weights(self, size: Size) -> dict[str, Size]:
        """W [inputs, channels / groups, height, width], b [channels]."""
        return {"weight": (size[0], self.channels // self.groups, *self.kernel), "bias": (self.channels,)}

    def products(self, size: Size) -> int:
        """One for each weight at each place that goes in."""
        return math.prod(self.weights(size)["weight"]) * math.prod(size[1:])

    def _side(self, size: Size, axis: int) -> int:
        whole = (size[1 + axis] - 1) * self.stride[axis] + self._reach(axis) + self.output_padding[axis]
        require(whole > self._pad(axis), f"{self.type}: its padding leaves nothing of {_text(size)}")
        return whole - self._pad(axis)


@dataclass(frozen=True, kw_only=True)
class MaxPooling(_Window):
    """The largest number of each window; padding counts as minus infinity."""

    type: ClassVar[str] = "max_pooling"


@dataclass(frozen=True, kw_only=True)
class AveragePooling(_Window):
    """The mean of each window; padding counts as zeros, as in PyTorch."""

    type: ClassVar[str] = "average_pooling"


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
        return (_picture(self, size), size[1] * self.factor[0], size[2] * self.factor[1])


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

    def output(self, size: Size) -> Size:
        """[channels, height, width]"""
        require(
            min(self.shape) >= 1 and math.prod(self.shape) == math.prod(size),
            f"reshape: {_text(size)} has not the numbers of {_text(self.shape)}",
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


_KINDS: tuple[type[Layer], ...] = (
    Dense,
    Convolution,
    TransposedConvolution,
    MaxPooling,
    AveragePooling,
    Upsampling,
    Affine,
    Flatten,
    Reshape,
    Activation,
    Label,
)
LAYERS: dict[str, type[Layer]] = {kind.type: kind for kind in _KINDS}


def sizes(layers: Iterable[Layer], size: Sequence[int]) -> list[Size]:
    """The shape before each layer, and after the last.

    >>> sizes([Flatten(), Dense(units=20)], (1, 28, 28))
    [(1, 28, 28), (784,), (20,)]

    Raises:
        ConfigError: two layers do not fit each other, or a layer's output is too large; the sentence says which.
    """
    found = [tuple(size)]
    for i, layer in enumerate(layers):
        try:
            found.append(layer.output(found[-1]))
        except ConfigError as error:
            raise ConfigError(f"layer {i + 1}, {error}") from error
        require(
            math.prod(found[-1]) <= MOST_NUMBERS, f"layer {i + 1}, {layer.type}: {_text(found[-1])} is more than fits"
        )
    return found


def products(layers: Sequence[Layer], size: Sequence[int]) -> int:
    """How many multiplications with a weight a picture takes: the measure of how long it takes."""
    return sum(layer.products(each) for layer, each in zip(layers, sizes(layers, size), strict=False))


def _picture(layer: Layer, size: Size) -> int:
    """How many channels go in."""
    require(len(size) == 3, f"{layer.type} takes channels, height and width, not {_text(size)}")
    return size[0]


def _text(size: Sequence[int]) -> str:
    return " x ".join(map(str, size))
