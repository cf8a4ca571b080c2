"""What belongs together of a state dict: a layer's weight, its bias, and the batch normalisation after it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor

Part = Literal["encoder", "decoder"]

NORM_EPSILON = 1e-5
STATISTICS = ("running_mean", "running_var")
DENSE, PICTURE = 2, 4
QUANTISES = re.compile(r"vq|codebook|quanti|cluster_size")
OF_QUANTISATION = "a table of codes, as vector quantisation has it, where a model here has codes that are numbers"
_ENCODES, _DECODES = re.compile(r"enc|recogn|inference"), re.compile(r"dec|generat")
_SPREAD = re.compile(r"log|var|sig|std|scale|22$")
_MEAN = re.compile(r"mu(?![a-z])|mean|loc(?![a-z])|21$")


@dataclass(frozen=True, eq=False)
class Norm:
    """A batch normalisation as it is once trained: weight x + bias, [channels] each."""

    name: str
    weight: Tensor
    bias: Tensor


@dataclass(frozen=True)
class Slope:
    """The learned slope of a leaky ReLU below zero, one for all channels."""

    name: str
    value: float


@dataclass(frozen=True, eq=False)
class Piece:
    """A layer whose place and kind are open.

    Attributes:
        name: what the file calls it.
        weight: [a, b], or [a, b, height, width]: of a convolution from b to a channels, of a transposed one from a
            to b.
        bias: of as many numbers as come out; None where it has none.
        norm: the batch normalisation of what comes out.
        slope: of the leaky ReLU that follows, where it was learnt.
    """

    name: str
    weight: Tensor
    bias: Tensor | None
    norm: Norm | None = None
    slope: float | None = None

    @property
    def part(self) -> Part | None:
        """The part that the name speaks for."""
        encodes, decodes = (pattern.search(self.name.lower()) for pattern in (_ENCODES, _DECODES))
        if bool(encodes) == bool(decodes):
            return None
        return "encoder" if encodes else "decoder"

    @property
    def head(self) -> Literal["mu", "scale"] | None:
        """Which head of a VAE the name speaks for."""
        last = next((part for part in reversed(self.name.lower().split(".")) if not part.isdigit()), "")
        if _SPREAD.search(last):
            return "scale"
        return "mu" if _MEAN.search(last) else None

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the weight."""
        return tuple(self.weight.shape)

    @property
    def gives(self) -> tuple[int, ...]:
        """How many numbers, or channels, may come out: one, or two where only the kind of the layer decides."""
        if self.is_dense:
            return self.shape[:1]
        return self.shape[:2] if self.bias is None else (len(self.bias),)

    @property
    def is_dense(self) -> bool:
        """Whether it takes a row of numbers."""
        return self.weight.ndim == DENSE


@dataclass(frozen=True, eq=False)
class Pieces:
    """What a state dict is made of.

    Attributes:
        layers: in the file's order.
        strange: name and reason of each module that no layer here is.
    """

    layers: tuple[Piece, ...]
    strange: tuple[tuple[str, str], ...]


def pieces(tensors: dict[str, Tensor]) -> Pieces:
    """Groups tensors by the module that they belong to."""
    groups: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        module, _, key = name.rpartition(".")
        groups.setdefault(module, {})[key] = tensor
    layers: list[Piece | Norm | Slope] = []
    strange = []
    for module, found in groups.items():
        made = _norm(module, found) or _layer(module, found) or _slope(module, found)
        if made:
            layers.append(made)
        elif any(tensor.numel() > 1 for tensor in found.values()):
            strange.append((module or next(iter(found)), _reason(module, found)))
    return joined(layers, strange)


def joined(found: Sequence[Piece | Norm | Slope], strange: Sequence[tuple[str, str]]) -> Pieces:
    """Layers in their order, with each normalisation at the one that it follows, and what no layer is."""
    layers, homeless = _joined(found)
    return Pieces(tuple(layers), (*strange, *homeless))


def _layer(module: str, found: dict[str, Tensor]) -> Piece | None:
    """A weight of two or four dimensions, and a bias of as many numbers as one of the first two."""
    weight, bias = found.get("weight"), found.get("bias")
    if weight is None or weight.ndim not in (DENSE, PICTURE) or not set(found) <= {"weight", "bias"}:
        return None
    fits = bias is None or (bias.ndim == 1 and len(bias) in weight.shape[: 1 if weight.ndim == DENSE else 2])
    return Piece(module, weight, bias) if fits else None


def _norm(module: str, found: dict[str, Tensor]) -> Norm | None:
    if not set(STATISTICS) <= set(found) or not set(found) <= {*STATISTICS, "weight", "bias"}:
        return None
    if len({tensor.shape for tensor in found.values()}) > 1 or found["running_mean"].ndim != 1:
        return None
    scale = (found["running_var"].clamp(min=0) + NORM_EPSILON).rsqrt()
    weight = scale * found.get("weight", torch.ones_like(scale))
    return Norm(module, weight, found.get("bias", torch.zeros_like(scale)) - found["running_mean"] * weight)


def _slope(module: str, found: dict[str, Tensor]) -> Slope | None:
    """A weight alone of one number, as `torch.nn.PReLU` has it."""
    is_one = set(found) == {"weight"} and found["weight"].numel() == 1 and found["weight"].ndim == 1
    return Slope(module, found["weight"].item()) if is_one else None


def _joined(found: Sequence[Piece | Norm | Slope]) -> tuple[list[Piece], list[tuple[str, str]]]:
    """Each normalisation at the layer that it follows: the one before it in the file, else by number, else by size.

    A learned slope at the one before it in the file.
    """
    made = [each for each in found if isinstance(each, Piece)]
    homeless = []
    last = -1
    for each in found:
        if isinstance(each, Piece):
            last += 1
            continue
        if isinstance(each, Slope):
            if last in (-1, len(made) - 1) or made[last].slope is not None:
                homeless.append((each.name, "a learned activation, and the file does not say which layers it follows"))
            else:
                made[last] = replace(made[last], slope=each.value)
            continue
        count = len(each.weight)
        free = [i for i, piece in enumerate(made) if piece.norm is None and count in piece.gives]
        # A sequence says what follows what: nothing outside of it.
        sequence, _, number = each.name.rpartition(".")
        if number.isdigit() and any(piece.name.rpartition(".")[0] == sequence for piece in made):
            free = [i for i in free if made[i].name.rpartition(".")[0] == sequence]
        alike = [i for i in free if _numbers(made[i].name) == _numbers(each.name)]
        place = next(iter([i for i in free if i == last] + alike + free), None)
        if place is None:
            homeless.append((each.name, f"a batch normalisation of {count} that follows no layer"))
        else:
            made[place] = replace(made[place], norm=each)
    return made, homeless


def _numbers(name: str) -> list[str]:
    return re.findall(r"\d+", name)


def _reason(module: str, found: dict[str, Tensor]) -> str:
    shapes = ", ".join(f"{key} {list(tensor.shape)}" for key, tensor in found.items())
    if "weight_ih_l0" in found:
        return f"a recurrent layer ({shapes})"
    if QUANTISES.search(f"{module} {' '.join(found)}".lower()):
        return f"{OF_QUANTISATION} ({shapes})"
    if "in_proj_weight" in found:
        return f"attention ({shapes})"
    if {"weight_g", "weight_v"} <= set(found) or any(key.startswith("original") for key in found):
        return f"a weight that is computed from others ({shapes}) that are not all there"
    if "weight" in found and found["weight"].ndim == 1:
        return f"a normalisation without running statistics, or a learned activation ({shapes})"
    if any(tensor.ndim in (3, 5) for tensor in found.values()):
        return f"a layer of one or three dimensions ({shapes})"
    return f"no layer of this program ({shapes})"


def ordered(found: Sequence[Piece]) -> list[Piece]:
    """By name, numbers by their size: where a file has lost the order in which layers were defined."""
    return sorted(
        found, key=lambda piece: [(len(part), part) if part.isdigit() else (0, part) for part in _split(piece.name)]
    )


def _split(name: str) -> list[str]:
    return [part for part in re.split(r"(\d+)|\.", name) if part]
