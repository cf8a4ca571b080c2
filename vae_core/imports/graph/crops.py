"""A picture whose border is left out, as layers have it: there is none that does only that."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from vae_core.imports.net import Chain, Link
from vae_core.nets.layers import Activation, Affine, Border, Convolution, Size, TransposedConvolution


def window(where: NDArray[np.int32], size: Size) -> tuple[Border, NDArray[np.int32]] | None:
    """The border around a part of a picture, and the part's arrangement; None where it is no rectangle of it.

    Args:
        where: which numbers of the picture the part has, in any arrangement.
        size: of the picture, channels first.
    """
    channels, height, width = size
    part = np.sort(where.reshape(-1))
    each, rest = divmod(len(part), channels)
    if rest or each < 1:
        return None
    (top, left), (low, right) = (divmod(int(number), width) for number in (part[0], part[each - 1]))
    rows = np.arange(math.prod(size), dtype=np.int32).reshape(size)[:, top : low + 1, left : right + 1]
    if rows.size != len(part) or (rows.reshape(-1) != part).any():
        return None
    return (top, height - 1 - low, left, width - 1 - right), np.searchsorted(part, where).astype(np.int32)


def cropped(chain: Chain, size: Size, border: Border) -> Chain:
    """The chain, whose picture is [channels, height, width], without that border.

    A transposed convolution leaves it out itself; else a convolution moves the picture under it.
    """
    at = len(chain) - 1
    while at >= 0 and isinstance(chain[at].layer, Activation | Affine):
        at -= 1
    layer = chain[at].layer if at >= 0 else None
    if isinstance(layer, TransposedConvolution):
        return (*chain[:at], replace(chain[at], layer=_less(layer, border)), *chain[at + 1 :])
    top, bottom, left, right = border
    kernel = torch.zeros(size[0], 1, top + bottom + 1, left + right + 1)
    kernel[:, :, top, left] = 1
    made = Convolution(channels=size[0], kernel=(top + bottom + 1, left + right + 1), groups=size[0])
    return (*chain, Link(made, {"weight": kernel, "bias": torch.zeros(size[0])}))


def _less(layer: TransposedConvolution, border: Border) -> TransposedConvolution:
    """What it adds at the end is left out first."""
    more = layer.output_padding
    less = [min(more[axis], border[2 * axis + 1]) for axis in (0, 1)]
    top, bottom, left, right = (old + new for old, new in zip(layer.padding, border, strict=True))
    padding = (top, bottom - less[0], left, right - less[1])
    return replace(layer, padding=padding, output_padding=(more[0] - less[0], more[1] - less[1]))
