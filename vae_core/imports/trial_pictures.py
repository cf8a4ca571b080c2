"""The pictures that nets are tried on, in each net's shape."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from vae_core import losses
from vae_core.config import Shape
from vae_core.data import Digits, as_input, shape_of
from vae_core.imports.choice import Fit
from vae_core.imports.net import FoundNet
from vae_core.nets.layers import Label

# Of a set of equal pictures.
LEAST_ERROR = 1e-6


class Pictures:
    """Of a set of digits, its first ones.

    Attributes:
        count: how many there are.
    """

    def __init__(self, digits: Digits) -> None:
        self.count = len(digits)
        self._digits, self._shape = digits, shape_of(digits.images)
        self._errors: dict[tuple[Shape | None, Fit, int], float] = {}

    def fits(self, net: FoundNet) -> tuple[Fit, ...]:
        """How they can be brought to the shape of the net."""
        if net.shape is None or net.shape[1:] == self._shape[1:]:
            return ("as they are",)
        is_larger = net.shape[1] >= self._shape[1] and net.shape[2] >= self._shape[2]
        return ("scaled", "padded") if is_larger else ("scaled",)

    def of(self, net: FoundNet, fit: Fit, count: int) -> tuple[Tensor, Tensor | None]:
        """[count, C, H, W] in [0, 1] of the net's shape, and their labels [count] where it takes them."""
        assert net.shape is not None
        x = fitted(as_input(self._digits.images[:count]), net.shape, fit)
        has_label = any(isinstance(link.layer, Label) for link in (*(net.encoder or ()), *(net.decoder or ())))
        return x, torch.from_numpy(self._digits.labels[:count].copy()) if has_label else None

    def mean_error(self, net: FoundNet, fit: Fit, count: int) -> float:
        """Squared error of the mean of these pictures, which a net reaches that has learnt nothing."""
        key = (net.shape, fit, count)
        if key not in self._errors:
            x, _ = self.of(net, fit, count)
            error = losses.squared_error(x.mean(0, keepdim=True).expand_as(x), x).mean().item()
            self._errors[key] = max(error, LEAST_ERROR)
        return self._errors[key]


def fitted(x: Tensor, shape: Shape, fit: Fit) -> Tensor:
    """Pictures [B, C, H, W] as pictures of another shape: grey ones in three equal channels, coloured ones grey."""
    channels, height, width = shape
    if x.shape[1] != channels:
        x = x.mean(1, keepdim=True).expand(-1, channels, -1, -1)
    if fit == "padded":
        down, right = height - x.shape[2], width - x.shape[3]
        return functional.pad(x, (right // 2, right - right // 2, down // 2, down - down // 2))
    return x if x.shape[2:] == (height, width) else functional.interpolate(x, (height, width), mode="bilinear")
