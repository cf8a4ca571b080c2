"""Layers as modules of PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise, repeat
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae_core.nets import layers
from vae_core.nets.layers import NO_BORDER, Border, Function, Layer, Pair, Size, held, sizes

# Between two layers: 128 MB.
NUMBERS_TOGETHER = 1 << 25


class Affine(nn.Module):
    """Each channel times its own number, plus its own."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        weight, bias = (each.reshape(-1, *[1] * (x.ndim - 2)) for each in (self.weight, self.bias))
        return x * weight + bias


class Convolution(nn.Conv2d):
    """With a border of its own on each side."""

    def __init__(self, layer: layers.Convolution, channels: int) -> None:
        top, bottom, left, right = layer.padding
        is_even = top == bottom and left == right
        padding = (top, left) if is_even else 0
        super().__init__(
            channels, layer.channels, layer.kernel, layer.stride, padding, dilation=layer.dilation, groups=layer.groups
        )
        self.border = NO_BORDER if is_even else layer.padding

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(_bordered(x, self.border))


class TransposedConvolution(nn.ConvTranspose2d):
    """With a border of its own on each side, which is left out; rows and columns may be added after it."""

    def __init__(self, layer: layers.TransposedConvolution, channels: int) -> None:
        (top, bottom, left, right), more = layer.padding, layer.output_padding
        nearest = [max(pair) for pair in zip(layer.stride, layer.dilation, strict=True)]
        self.is_plain = top == bottom and left == right and more[0] < nearest[0] and more[1] < nearest[1]
        super().__init__(
            channels,
            layer.channels,
            layer.kernel,
            layer.stride,
            (top, left) if self.is_plain else 0,
            more if self.is_plain else 0,
            layer.groups,
            dilation=layer.dilation,
        )
        self.frame = (-left, more[1] - right, -top, more[0] - bottom)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        if self.is_plain:
            return super().forward(x, output_size)
        assert self.bias is not None
        out = functional.conv_transpose2d(x, self.weight, None, self.stride, groups=self.groups, dilation=self.dilation)
        # The bias stands in what is added, too.
        return functional.pad(out, self.frame) + self.bias[:, None, None]


class Label(nn.Module):
    """Joins the class to what goes in."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        label = functional.one_hot(y, self.classes).to(x.dtype)
        return torch.cat([x, label.reshape(*label.shape, *[1] * (x.ndim - 2)).expand(-1, -1, *x.shape[2:])], dim=1)


WEIGHTED = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d, Affine)

_FUNCTIONS: dict[Function, Callable[[float], nn.Module]] = {
    "relu": lambda _: nn.ReLU(),
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "silu": lambda _: nn.SiLU(),
    "gelu": lambda _: nn.GELU(),
    "gelu_tanh": lambda _: nn.GELU(approximate="tanh"),
    "tanh": lambda _: nn.Tanh(),
    "sigmoid": lambda _: nn.Sigmoid(),
    "softplus": lambda _: nn.Softplus(),
    "identity": lambda _: nn.Identity(),
}


def function(name: Function, slope: float = 1.0) -> nn.Module:
    """An activation, see `layers.Activation`."""
    return _FUNCTIONS[name](slope)


def module(layer: Layer, size: Size) -> Callable[..., Tensor]:
    """The layer as PyTorch carries it out, on a batch of what has this shape, freshly initialised.

    A module where it has weights; a label takes the classes, int64 [B], too.
    """
    match layer:
        case layers.Dense():
            return nn.Linear(size[0], layer.units)
        case layers.Convolution():
            return Convolution(layer, size[0])
        case layers.TransposedConvolution():
            return TransposedConvolution(layer, size[0])
        case layers.MaxPooling():
            return partial(_max_pooling, layer=layer)
        case layers.AveragePooling():
            return partial(_average_pooling, layer=layer)
        case layers.Upsampling():
            return partial(_upsampling, factor=layer.factor)
        case layers.Affine():
            return Affine(size[0])
        case layers.Flatten():
            return nn.Flatten()
        case layers.Reshape():
            return nn.Unflatten(1, layer.shape)
        case layers.Activation():
            return function(layer.function, layer.slope)
        case layers.Label():
            return Label(layer.classes)
    raise TypeError(f"{layer} is no layer that PyTorch carries out here")


def _bordered(x: Tensor, border: Border, value: float = 0.0) -> Tensor:
    top, bottom, left, right = border
    return functional.pad(x, (left, right, top, bottom), value=value) if any(border) else x


def _max_pooling(x: Tensor, layer: layers.MaxPooling) -> Tensor:
    return functional.max_pool2d(_bordered(x, layer.padding, -torch.inf), layer.kernel, layer.stride)


def _average_pooling(x: Tensor, layer: layers.AveragePooling) -> Tensor:
    return functional.avg_pool2d(_bordered(x, layer.padding), layer.kernel, layer.stride)


def _upsampling(x: Tensor, factor: Pair) -> Tensor:
    # Not `functional.interpolate`, which finds pixels by a product of floats: 47-fold, some are then the neighbour's.
    return x.repeat_interleave(factor[0], dim=2).repeat_interleave(factor[1], dim=3)


class Net(nn.Module):
    """Layers one after the other, and affine heads on what comes out of them.

    Those with weights are called `hidden.0`, `hidden.1` and so on; the last of a net with `last` is called so.
    """

    def __init__(
        self, chain: Sequence[Layer], size: Sequence[int], heads: dict[str, int] | None = None, last: str = ""
    ) -> None:
        """
        Args:
            chain: the layers.
            size: the shape of what goes in, without the batch.
            heads: name and size of each.
            last: what the last layer with weights is called instead.
        """
        super().__init__()
        found = sizes(chain, size)
        self._together = max(1, NUMBERS_TOGETHER // held(chain, size))
        made = [module(layer, each) for layer, each in zip(chain, found, strict=False)]
        weighted = [each for each in made if isinstance(each, WEIGHTED)]
        for before, after in pairwise(made):
            if isinstance(after, nn.ReLU) and isinstance(before, WEIGHTED):
                # Which nobody notices: what it overwrites nobody else has.
                after.inplace = True
        self.hidden = nn.ModuleList(weighted[:-1] if last and weighted else weighted)
        if last and weighted:
            self.add_module(last, weighted[-1])
        # Not as submodules: those with weights are, under their own names.
        self._chain = made
        for name, units in (heads or {}).items():
            self.add_module(name, nn.Linear(found[-1][0], units))

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """x [B, ...], and the classes, int64 [B], where it has labels; of very many not all at once."""
        if len(x) <= self._together:
            return self._passed(x, y)
        labels = repeat(None) if y is None else torch.split(y, self._together)
        parts = zip(torch.split(x, self._together), labels, strict=False)
        return torch.cat([self._passed(some, own) for some, own in parts])

    def _passed(self, x: Tensor, y: Tensor | None) -> Tensor:
        for layer in self._chain:
            x = layer(x, y) if isinstance(layer, Label) else layer(x)
        return x

    def head(self, name: str, h: Tensor) -> Tensor:
        """The named affine map of what comes out: [B, units] -> [B, heads[name]]."""
        return cast(Tensor, self.get_submodule(name)(h))
