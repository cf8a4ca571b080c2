"""Layers that move a window over a picture: convolution, transposed convolution, pooling."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from vae_core.nets.fields import require
from vae_core.nets.layer import Layer, Size, channels_of, shape_text

Pair = tuple[int, int]
Border = tuple[int, int, int, int]
NO_BORDER: Border = (0, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Window(Layer):
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
        return (self._channels(channels_of(self, size)), *(self._side(size, axis) for axis in (0, 1)))

    def held(self, size: Size) -> int:
        """With its padding around what goes in."""
        padded = channels_of(self, size) * math.prod(size[1 + axis] + self._pad(axis) for axis in (0, 1))
        return max(padded, super().held(size))

    def _channels(self, channels: int) -> int:
        return channels

    def _reach(self, axis: int) -> int:
        return self.kernel[axis]

    def _pad(self, axis: int) -> int:
        return self.padding[2 * axis] + self.padding[2 * axis + 1]

    def _side(self, size: Size, axis: int) -> int:
        room = size[1 + axis] + self._pad(axis) - self._reach(axis)
        reach, given = self._reach(axis), shape_text(size)
        require(room >= 0, f"{self.type}: a window of {reach} is larger than {given} with its padding")
        return room // self.stride[axis] + 1


@dataclass(frozen=True, kw_only=True)
class _Convolution(Window):
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

    def held(self, size: Size) -> int:
        """With what its padding leaves out."""
        return self.channels * math.prod(self._whole(size, axis) + self.output_padding[axis] for axis in (0, 1))

    def _whole(self, size: Size, axis: int) -> int:
        return (size[1 + axis] - 1) * self.stride[axis] + self._reach(axis)

    def _side(self, size: Size, axis: int) -> int:
        left = self._whole(size, axis) - self._pad(axis)
        require(left > 0, f"{self.type}: its padding leaves nothing of what it makes of {shape_text(size)}")
        return left + self.output_padding[axis]


@dataclass(frozen=True, kw_only=True)
class _Pooling(Window):
    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            all(self.padding[i] < self.kernel[i // 2] for i in range(4)),
            f"{type(self).__name__}.padding is {list(self.padding)}; each must be less than the kernel, so that no "
            "window is of padding alone",
        )

    def products(self, size: Size) -> int:
        """One for each number of each window."""
        return math.prod(self.output(size)) * math.prod(self.kernel)


@dataclass(frozen=True, kw_only=True)
class MaxPooling(_Pooling):
    """The largest number of each window; padding counts as minus infinity."""

    type: ClassVar[str] = "max_pooling"


@dataclass(frozen=True, kw_only=True)
class AveragePooling(_Pooling):
    """The mean of each window; padding counts as zeros, as in PyTorch."""

    type: ClassVar[str] = "average_pooling"
