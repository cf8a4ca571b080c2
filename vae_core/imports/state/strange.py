"""Layers of a usual shape that are more than a layer: their names and their places say what their shapes do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from vae_core.imports.by_shape.pieces import OF_QUANTISATION, QUANTISES, Piece

_AROUND = re.compile(r"_?(res(_?(block|layer|stack|unit|net|conv)s?)?_?\d*|residual\w*|resnet\w*|shortcut\w*|skip\w*)")
_LOOKS = re.compile(r"_?(query|key|value|(to_)?qkv?|to_[kv]|[qkv]_proj)(_?(conv|proj|linear|layer))?")
_TABLE = re.compile(r"emb")
OF_A_BRANCH = "part of a residual block, whose input is added to its output: a model here is one layer after the other"


def strange(layers: Sequence[Piece]) -> tuple[tuple[str, str], ...]:
    """Name and reason of each layer that none here is."""
    blocks = _blocks(layers)
    found = []
    for piece in layers:
        parts = piece.name.lower().split(".")
        if any(map(_AROUND.fullmatch, parts)) or _module(piece) in blocks:
            found.append((piece.name, OF_A_BRANCH))
        elif any(map(_LOOKS.fullmatch, parts)):
            found.append((piece.name, f"part of attention ({list(piece.shape)})"))
        elif _is_table(piece):
            found.append((piece.name, f"{OF_QUANTISATION} ({list(piece.shape)})"))
    return tuple(found)


def _is_table(piece: Piece) -> bool:
    """Of rows without a bias, more than their length."""
    name = piece.name.lower()
    is_called_so = QUANTISES.search(name) or (_TABLE.search(name) and piece.shape[0] > piece.shape[1])
    return piece.is_dense and piece.bias is None and piece.norm is None and bool(is_called_so)


def _blocks(layers: Sequence[Piece]) -> set[str]:
    """Modules of two convolutions from some channels to others and back, as a block with a bottleneck has them."""
    by_module: dict[str, list[Piece]] = {}
    for piece in layers:
        by_module.setdefault(_module(piece), []).append(piece)
    return {
        module
        for module, inside in by_module.items()
        if module and len(inside) == 2 and all(not piece.is_dense for piece in inside)
        for one, two in pairwise(inside)
        if one.shape[0] == two.shape[1] and one.shape[1] == two.shape[0] and two.shape[2:] == (1, 1)
    }


def _module(piece: Piece) -> str:
    return piece.name.rpartition(".")[0]
