"""How Keras lays layers whose weights alone are known: padding is "same" or "valid", and channels are last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch

from vae_core.imports.by_shape.order import Way
from vae_core.imports.by_shape.sides import HALF, Framework, Manner
from vae_core.imports.graph.borders import same, transposed
from vae_core.imports.net import Chain, FoundNet, Link
from vae_core.nets.layers import (
    Activation,
    Affine,
    AveragePooling,
    Convolution,
    Dense,
    Flatten,
    Layer,
    MaxPooling,
    Reshape,
    Size,
    TransposedConvolution,
    Upsampling,
    sizes,
)

MAXIMA, MEANS, TWICE = (
    MaxPooling(kernel=HALF, stride=HALF),
    AveragePooling(kernel=HALF, stride=HALF),
    Upsampling(factor=HALF),
)


@dataclass(frozen=True)
class Padded(Manner):
    """A manner whose padding is 1 for "same", of its pooling too, and 0 for "valid"."""

    def layers(self, channels: int, kernel: tuple[int, int], size: Size) -> list[Layer]:
        """See `Manner`; the border depends on what goes in."""
        before = [self.before] if self.before else []
        for layer in before:
            size = layer.output(size)
        stride, is_same = (self.stride, self.stride), self.padding == 1
        made: Layer
        if self.way == "convolution":
            border = same(size[1:], kernel, stride) if is_same else (0, 0, 0, 0)
            made = Convolution(channels=channels, kernel=kernel, stride=stride, padding=border)
        else:
            border, more = transposed(size[1:], kernel, stride, is_same)
            made = TransposedConvolution(
                channels=channels, kernel=kernel, stride=stride, padding=border, output_padding=more
            )
        after = self.after
        if isinstance(after, MaxPooling) and is_same:
            after = replace(after, padding=same(made.output(size)[1:], HALF, HALF))
        return [*before, made, *([after] if after else [])]


@cache
def encoding(kernel: int) -> list[Manner]:
    """How a convolution may go, the usual first."""
    return [
        Padded("convolution", 2, 1, cost=0),
        Padded("convolution", 1, 1, cost=0.5),
        Padded("convolution", 1, 1, after=MAXIMA, cost=0.5),
        Padded("convolution", 1, 0, cost=1),
        Padded("convolution", 2, 0, cost=1),
        Padded("convolution", 1, 0, after=MAXIMA, cost=1.5),
        Padded("convolution", 1, 1, after=MEANS, cost=2),
        Padded("convolution", 3, 1, cost=4),
    ]


@cache
def decoding(kernel: int, ways: tuple[Way, ...]) -> list[Manner]:
    """How a layer of a decoder may go, the usual first."""
    found = []
    if "transposed_convolution" in ways:
        found += [
            Padded("transposed_convolution", 2, 1, cost=0),
            Padded("transposed_convolution", 1, 1, cost=0.5),
            Padded("transposed_convolution", 1, 1, before=TWICE, cost=1),
            Padded("transposed_convolution", 2, 0, cost=1),
            Padded("transposed_convolution", 1, 0, cost=1),
            Padded("transposed_convolution", 3, 1, cost=3),
        ]
    if "convolution" in ways:
        found += [
            Padded("convolution", 1, 1, before=TWICE, cost=0.2),
            Padded("convolution", 1, 1, cost=0.5),
            Padded("convolution", 1, 0, cost=2),
            Padded("convolution", 1, 0, before=TWICE, cost=2.5),
        ]
    return sorted(found, key=lambda manner: manner.cost)


def channels_first(net: FoundNet) -> FoundNet:
    """The net whose dense layers took pictures, and gave them, with channels last."""
    assert net.shape is not None
    encoder, heads = net.encoder, net.heads
    if encoder is not None:
        taken = [_taking(encoder + head, net.shape) for head in heads]
        encoder = taken[0][: len(encoder)] if taken else _taking(encoder, net.shape)
        heads = tuple(each[len(encoder) :] for each in taken)
    decoder = net.decoder
    if decoder is not None and net.latent_dim is not None:
        decoder = _giving(_taking(decoder, (net.latent_dim,)), (net.latent_dim,), net.shape)
    return replace(net, encoder=encoder, heads=heads, decoder=decoder)


def _taking(chain: Chain, start: Size) -> Chain:
    """Of a dense layer after a flattened picture the columns are put in order."""
    found, order = [], None
    for link, size in zip(chain, sizes([link.layer for link in chain], start), strict=False):
        if isinstance(link.layer, Flatten):
            order = _order(size)
        elif isinstance(link.layer, Dense) and order is not None:
            weight = link.tensors["weight"]
            # What is joined to the picture comes after it.
            rest = torch.arange(len(order), weight.shape[1])
            link = replace(link, tensors={**link.tensors, "weight": weight[:, torch.cat([order, rest])].contiguous()})
            order = None
        found.append(link)
    return tuple(found)


def _giving(chain: Chain, start: Size, shape: Size) -> Chain:
    """Of a dense layer before a picture, and of what stands between them, the rows are put in order."""
    found = list(chain)
    pictures = {i: link.layer.shape for i, link in enumerate(chain) if isinstance(link.layer, Reshape)}
    if len(sizes([link.layer for link in chain], start)[-1]) == 1:
        pictures[len(chain)] = (shape[0], shape[1], shape[2])
    for end, picture in pictures.items():
        order, at = _order(picture), end - 1
        while at >= 0 and isinstance(found[at].layer, Activation | Affine | Dense):
            found[at] = _in_order(found[at], order)
            if isinstance(found[at].layer, Dense):
                break
            at -= 1
    return tuple(found)


def _in_order(link: Link, order: torch.Tensor) -> Link:
    return replace(link, tensors={key: each[order].contiguous() for key, each in link.tensors.items()})


def _order(size: Sequence[int]) -> torch.Tensor:
    """Which number of a picture with channels last is each number of it with channels first."""
    channels, height, width = size
    last = np.arange(channels * height * width).reshape(height, width, channels)
    return torch.from_numpy(np.moveaxis(last, -1, 0).reshape(-1).copy())


KERAS = Framework(encoding, decoding, channels_first)
