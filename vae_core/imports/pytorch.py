"""A net from PyTorch's files, which hold weights by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from vae_core.config import Shape
from vae_core.imports import tensors
from vae_core.imports.by_shape.embeddings import one_hot
from vae_core.imports.by_shape.laid import net_of, why_none
from vae_core.imports.by_shape.pieces import Pieces, pieces
from vae_core.imports.by_shape.sides import TORCH
from vae_core.imports.net import FoundNet, NetFileError
from vae_core.imports.state.computed import computed
from vae_core.imports.state.others import parts
from vae_core.imports.state.strange import strange
from vae_core.imports.state.twins import joined


def read(paths: Sequence[Path], shape: Shape | None = None) -> FoundNet:
    """The likeliest net of one state dict, or of several that are parts of one; `others` has what fits as well.

    Args:
        paths: files, or a pythae folder.
        shape: channels, height and width of a picture, where it is known.

    Raises:
        NetFileError: a file cannot be read, or its layers make no autoencoder; each that is in the way is named.
    """
    path = paths[0]
    shape = shape or tensors.shape_said(path)
    candidates = list(parts(computed(_merged(paths))))
    for part in candidates:
        found, guesses = _known(pieces(part.tensors))
        if net := net_of(path, found, shape, TORCH, part.is_whole):
            told = [replace(each, guesses=(*each.guesses, *guesses, *part.guesses)) for each in (net, *net.others)]
            return replace(told[0], others=tuple(told[1:]))
    found, _ = next(_known(pieces(part.tensors)) for part in candidates if not part.is_whole)
    raise NetFileError(path, why_none(found, shape))


def _known(found: Pieces) -> tuple[Pieces, tuple[str, ...]]:
    """With layers as a model here has them, those named that it cannot have; and what was guessed."""
    layers, guesses = one_hot(joined(found.layers))
    return replace(found, layers=layers, strange=(*found.strange, *strange(layers))), guesses


def _merged(paths: Sequence[Path]) -> dict[str, Tensor]:
    """Of several files, each one's names begin with its own."""
    if len(paths) == 1:
        return tensors.read(paths[0])
    merged = {}
    for path in paths:
        merged.update({f"{path.stem}.{name}": tensor for name, tensor in tensors.read(path).items()})
    return merged
