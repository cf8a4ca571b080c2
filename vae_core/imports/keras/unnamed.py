"""Weights that Keras saved without the net's description: what they are of is found by their shapes, and by trying."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from vae_core.config import Shape
from vae_core.errors import ConfigError
from vae_core.imports.by_shape.laid import laid
from vae_core.imports.by_shape.pieces import Norm, Piece, joined
from vae_core.imports.graph.signal import Array
from vae_core.imports.keras.hdf5 import Stored
from vae_core.imports.keras.manners import KERAS
from vae_core.imports.keras.weights import ByClass, ByName
from vae_core.imports.net import FoundNet

# Where nothing else is said.
NORM_EPSILON = 1e-3
Named = tuple[str, Sequence[Array]]


def weights_only(paths: Sequence[Path], files: Sequence[Stored], shape: Shape | None) -> FoundNet:
    """The likeliest net of one file, or of several that hold its parts.

    Raises:
        ConfigError: it holds no weights. NetFileError: its layers make no autoencoder.
    """
    found: list[Piece | Norm] = []
    strange = []
    for path, stored in zip(paths, files, strict=True):
        prefix = f"{path.name.partition('.')[0]}." if len(paths) > 1 else ""
        for name, arrays in _layers(stored):
            made = _layer(prefix + name.replace("/", "."), [torch.from_numpy(each.copy()) for each in arrays])
            if made:
                found.append(made)
            else:
                shapes = ", ".join(str(list(each.shape)) for each in arrays)
                strange.append((name, f"no layer that its weights alone, {shapes}, say anything of"))
    if not found and not strange:
        raise ConfigError("it holds no weights of a net")
    return laid(paths[0], joined(found, strange), shape, KERAS)


def _layer(name: str, arrays: Sequence[Tensor]) -> Piece | Norm | None:
    """A dense layer, a convolution or a batch normalisation, weights as PyTorch has them."""
    first = arrays[0]
    if len(arrays) == 4 and first.ndim == 1 and len({each.shape for each in arrays}) == 1:
        gamma, beta, mean, variance = arrays
        scale = gamma * (variance.clamp(min=0) + NORM_EPSILON).rsqrt()
        return Norm(name, scale, beta - mean * scale)
    if len(arrays) > 2 or first.ndim not in (2, 4):
        return None
    weight = (first.T if first.ndim == 2 else first.permute(3, 2, 0, 1)).contiguous()
    bias = arrays[1] if len(arrays) == 2 else None
    fits = bias is None or (bias.ndim == 1 and len(bias) in weight.shape[: 1 if first.ndim == 2 else 2])
    return Piece(name, weight, bias) if fits else None


def _layers(stored: Stored) -> list[Named]:
    named = _by_name(stored) if "" in stored.lists else _by_class(stored)
    # Means of a loss are single numbers.
    kept = [(name, [each for each in arrays if each.ndim]) for name, arrays in named]
    return [(name, arrays) for name, arrays in kept if arrays]


def _by_name(stored: Stored) -> list[Named]:
    named: list[Named] = []
    for name in stored.lists[""]:
        # A net in a net lists the weights of all its layers.
        inner = list(dict.fromkeys(path.split("/")[-2] for path in stored.lists.get(name, ()) if "/" in path))
        if len(inner) > 1:
            named += [(f"{name}/{each}", ByName(stored, "", name, each).arrays()) for each in inner]
        else:
            named.append((name, ByName(stored, "", name).arrays()))
    return named


def _by_class(stored: Stored) -> list[Named]:
    groups = dict.fromkeys(path.partition("/vars/")[0] for path in stored.weights if "/vars/" in path)
    # The encoder of a net with an encoder and a decoder comes first.
    ordered = sorted(groups, key=lambda group: ("decoder" in group, *_natural(group)))
    return [(group, ByClass(stored, f"{group}/").arrays()) for group in ordered]


def _natural(group: str) -> tuple[str, int]:
    plain, _, number = group.rpartition("_")
    return (plain, int(number)) if re.fullmatch(r"[0-9]{1,6}", number) and plain else (group, 0)
