"""A class that a net takes as a learned row of numbers: the same net takes it one-hot, the rows multiplied in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import torch

from vae_core.config import CHANNELS
from vae_core.imports.by_shape.order import DIGIT_CLASSES, is_picture
from vae_core.imports.by_shape.pieces import Piece

_NAMED = re.compile(r"emb", re.IGNORECASE)


def one_hot(layers: Sequence[Piece]) -> tuple[tuple[Piece, ...], tuple[str, ...]]:
    """Embeddings of a digit's class multiplied into the dense layers that they are joined to the input of.

    These are the layers that take as many numbers more than a picture or a code has; W [x, E y] = [W_x, W_e E^T] [x,
    one-hot of y]. Where nothing of that kind is found all stays as it is.

    Args:
        layers: of a state dict.

    Returns:
        the layers without embeddings, and what was guessed, a sentence each.
    """
    found = [each for each in layers if _is_embedding(each)]
    others = [each for each in layers if each not in found]
    codes = {count for each in others if each.is_dense for count in (each.shape[0], each.shape[0] // 2)}
    made, guesses = [], []
    for piece in others:
        table = _of(piece, found, codes)
        made.append(piece if table is None else _told(piece, table))
        if table is not None:
            guesses.append(f"{piece.name} takes the digit's class as {table.name} writes it")
    return (tuple(made), tuple(guesses)) if guesses else (tuple(layers), ())


def _is_embedding(piece: Piece) -> bool:
    is_table = piece.is_dense and piece.bias is None and piece.norm is None and piece.shape[0] == DIGIT_CLASSES
    return is_table and _NAMED.search(piece.name) is not None


def _of(piece: Piece, found: Sequence[Piece], codes: set[int]) -> Piece | None:
    """The embedding that the layer takes; where each part has its own, the one of its part."""
    if not piece.is_dense:
        return None
    fits = [each for each in found if _takes(piece.shape[1] - each.shape[1], codes)]
    if not fits:
        return None
    own = [each for each in fits if each.part is not None and each.part == piece.part]
    is_encoder = _is_row_of_picture(piece.shape[1] - fits[0].shape[1])
    return own[0] if own else fits[0 if is_encoder else -1]


def _takes(count: int, codes: set[int]) -> bool:
    return count > 0 and (_is_row_of_picture(count) or count in codes)


def _is_row_of_picture(count: int) -> bool:
    return any(is_picture(count, channels) for channels in CHANNELS)


def _told(piece: Piece, table: Piece) -> Piece:
    own = piece.shape[1] - table.shape[1]
    weight = torch.cat([piece.weight[:, :own], piece.weight[:, own:] @ table.weight.T], 1)
    return replace(piece, weight=weight)
