"""Weights that a net computes of others, as those that it then has: normed, spectrally normed and pruned ones."""

from __future__ import annotations

import re

import torch
from torch import Tensor

# How `torch.nn.utils.parametrizations` names what `torch.nn.utils` named before it.
_PARAMETRIZED = re.compile(r"\.?parametrizations\.(\w+)\.(original0|original1|original|0\._u|0\._v)$")
_SUFFIXES = {"original0": "_g", "original1": "_v", "original": "_orig", "0._u": "_u", "0._v": "_v"}


def computed(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """With each such weight under its own name, in the place of the first that it is computed of."""
    named = {_plain_name(name): tensor for name, tensor in tensors.items()}
    found: dict[str, Tensor] = {}
    used: set[str] = set()
    for name, tensor in named.items():
        own = name.rpartition("_")[0]
        if own not in found and (made := _made(named, own)):
            parts, found[own] = made
            used |= {f"{own}{part}" for part in parts}
        if name not in used:
            found[name] = tensor
    return found


def _plain_name(name: str) -> str:
    match = _PARAMETRIZED.search(name)
    if not match:
        return name
    module = name[: match.start()]
    return f"{module}{'.' if module else ''}{match[1]}{_SUFFIXES[match[2]]}"


def _made(named: dict[str, Tensor], own: str) -> tuple[tuple[str, ...], Tensor] | None:
    """The ends of the names that it is computed of, and the weight; None where the file has not all."""
    original, length, direction, mask = (named.get(f"{own}{end}") for end in ("_orig", "_g", "_v", "_mask"))
    if length is not None and direction is not None and length.ndim in (0, direction.ndim):
        return ("_g", "_v"), _normed(length, direction)
    if original is not None and mask is not None and mask.shape == original.shape:
        return ("_orig", "_mask"), original * mask
    left, right = named.get(f"{own}_u"), named.get(f"{own}_v")
    if original is not None and left is not None and right is not None:
        scale = _largest_singular_value(original, left, right)
        return None if scale is None else (("_orig", "_u", "_v"), original / scale)
    return None


def _normed(length: Tensor, direction: Tensor) -> Tensor:
    """Salimans & Kingma (2016), eq. 2: g v / |v|, the norm over the dimensions in which g is one number."""
    over = [i for i in range(direction.ndim) if length.ndim == 0 or length.shape[i] == 1]
    normed: Tensor = direction * (length / torch.linalg.vector_norm(direction, dim=over, keepdim=True))
    return normed


def _largest_singular_value(weight: Tensor, left: Tensor, right: Tensor) -> Tensor | None:
    """u W v as the file's power iteration has u and v (Miyato et al., 2018).

    W's rows are the outputs: of a transposed convolution the second dimension.
    Where both would fit, the vectors are singular only to the one, whose value is then the larger.
    """
    matrices = [weight.movedim(axis, 0).flatten(1) for axis in (0, 1)]
    found = [left @ matrix @ right for matrix in matrices if matrix.shape == (len(left), len(right))]
    return max(found, key=lambda value: abs(value.item())) if found else None
