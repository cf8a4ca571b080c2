"""Layers as modules of PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae_core.nets import layers
from vae_core.nets.layers import Border, Function, Layer, Size, sizes


class Affine(nn.Module):
    """Each channel times its own number, plus its own."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        weight, bias = (each.reshape(-1, *[1] * (x.ndim - 2)) for each in (self.weight, self.bias))
        return x * weight + bias


class Padded(nn.Module):
    """Zeros, or another number, around a picture, and then what `inner` makes of it."""

    def __init__(self, border: Border, inner: Callable[[Tensor], Tensor], value: float = 0.0) -> None:
        super().__init__()
        top, bottom, left, right = border
        self.border, self.inner, self.value = (left, right, top, bottom), inner, value

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(functional.pad(x, self.border, value=self.value) if any(self.border) else x)


class Convolution(nn.Conv2d):
    """With a border of its own on each side."""

    def __init__(self, layer: layers.Convolution, channels: int) -> None:
        top, bottom, left, right = layer.padding
        self.is_even = top == bottom and left == right
        super().__init__(
            channels,
            layer.channels,
            layer.kernel,
            layer.stride,
            (top, left) if self.is_even else 0,
            layer.dilation,
            layer.groups,
        )
        self.border = (left, right, top, bottom)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x if self.is_even else functional.pad(x, self.border))


class TransposedConvolution(nn.ConvTranspose2d):
    """With a border of its own on each side, which is left out; rows and columns may be added after it."""

    def __init__(self, layer: layers.TransposedConvolution, channels: int) -> None:
        super().__init__(
            channels, layer.channels, layer.kernel, layer.stride, groups=layer.groups, dilation=layer.dilation
        )
        self.border, self.more = layer.padding, layer.output_padding

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        assert self.bias is not None
        out = functional.conv_transpose2d(x, self.weight, None, self.stride, groups=self.groups, dilation=self.dilation)
        top, bottom, left, right = self.border
        # The bias stands in what is added, too.
        out = functional.pad(out, (-left, self.more[1] - right, -top, self.more[0] - bottom))
        return out + self.bias[:, None, None]


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
    # In place, which nobody notices: what it overwrites is its layer's own output.
    "relu": lambda _: nn.ReLU(inplace=True),
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


def _upsampling(x: Tensor, factor: tuple[int, int]) -> Tensor:
    return x.repeat_interleave(factor[0], dim=2).repeat_interleave(factor[1], dim=3)


def module(layer: Layer, size: Size) -> nn.Module:
    """The layer as PyTorch carries it out, on a batch of what has this shape, freshly initialised."""
    match layer:
        case layers.Dense():
            return nn.Linear(size[0], layer.units)
        case layers.Convolution():
            return Convolution(layer, size[0])
        case layers.TransposedConvolution():
            return TransposedConvolution(layer, size[0])
        case layers.MaxPooling():
            pool = partial(functional.max_pool2d, kernel_size=layer.kernel, stride=layer.stride)
            return Padded(layer.padding, pool, -torch.inf)
        case layers.AveragePooling():
            return Padded(layer.padding, partial(functional.avg_pool2d, kernel_size=layer.kernel, stride=layer.stride))
        case layers.Upsampling():
            return Padded((0, 0, 0, 0), partial(_upsampling, factor=layer.factor))
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
    raise NotImplementedError(layer.type)


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
        made = [module(layer, each) for layer, each in zip(chain, found, strict=False)]
        weighted = [each for each in made if isinstance(each, WEIGHTED)]
        self.hidden = nn.ModuleList(weighted[:-1] if last and weighted else weighted)
        if last and weighted:
            self.add_module(last, weighted[-1])
        # Not as submodules: those with weights are, under their own names.
        self._chain = made
        for name, units in (heads or {}).items():
            self.add_module(name, nn.Linear(found[-1][0], units))

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        for layer in self._chain:
            x = layer(x, y) if isinstance(layer, Label) else layer(x)
        return x

    def head(self, name: str, h: Tensor) -> Tensor:
        """The named affine map of what comes out: [B, units] -> [B, heads[name]]."""
        return cast(Tensor, self.get_submodule(name)(h))
