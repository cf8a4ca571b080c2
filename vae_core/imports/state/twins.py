"""Heads of several layers each, as heads of one: the layers before the last stand side by side in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import torch
from torch import Tensor

from vae_core.imports.by_shape.pieces import Norm, Piece

MOST_DEPTH = 4


def joined(layers: Sequence[Piece]) -> tuple[Piece, ...]:
    """Where dense layers and as many of the same shapes after them begin at the same numbers, both are heads.

    The first two are one with the outputs of both, those between take each its own part of what comes, and so do the
    heads; all else is zero.

    Args:
        layers: in the order of the file.
    """
    for depth in range(2, MOST_DEPTH + 1):
        for start in range(len(layers) - 2 * depth + 1):
            ones, twos = layers[start : start + depth], layers[start + depth : start + 2 * depth]
            if _are_twins(ones, twos):
                return (*layers[:start], *_side_by_side(ones, twos), *layers[start + 2 * depth :])
    return tuple(layers)


def _are_twins(ones: Sequence[Piece], twos: Sequence[Piece]) -> bool:
    return (
        all(piece.is_dense for piece in (*ones, *twos))
        and all(one.shape == two.shape and one.slope == two.slope for one, two in zip(ones, twos, strict=True))
        and all((one.norm is None) == (two.norm is None) for one, two in zip(ones, twos, strict=True))
        and all(before.shape[0] == after.shape[1] for some in (ones, twos) for before, after in pairwise(some))
        # Else the second could follow the first.
        and ones[-1].shape[0] < ones[0].shape[1]
    )


def _side_by_side(ones: Sequence[Piece], twos: Sequence[Piece]) -> list[Piece]:
    first = _both(ones[0], twos[0], torch.cat([ones[0].weight, twos[0].weight]))
    between = [_both(one, two, _apart(one.weight, two.weight)) for one, two in zip(ones[1:-1], twos[1:-1], strict=True)]
    nothing = torch.zeros_like(ones[-1].weight)
    heads = [
        replace(ones[-1], weight=torch.cat([ones[-1].weight, nothing], 1)),
        replace(twos[-1], weight=torch.cat([nothing, twos[-1].weight], 1)),
    ]
    return [first, *between, *heads]


def _apart(one: Tensor, two: Tensor) -> Tensor:
    """Both as blocks on the diagonal."""
    upper = torch.cat([one, one.new_zeros(len(one), two.shape[1])], 1)
    return torch.cat([upper, torch.cat([two.new_zeros(len(two), one.shape[1]), two], 1)])


def _both(one: Piece, two: Piece, weight: Tensor) -> Piece:
    norm = None
    if one.norm and two.norm:
        weights, shifts = (one.norm.weight, two.norm.weight), (one.norm.bias, two.norm.bias)
        norm = Norm(one.norm.name, torch.cat(weights), torch.cat(shifts))
    biases = [piece.weight.new_zeros(piece.shape[0]) if piece.bias is None else piece.bias for piece in (one, two)]
    return replace(one, weight=weight, bias=torch.cat(biases), norm=norm)
