"""Which of a file's weights are one net: a training may keep moving averages, copies, and nets beside it that judge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

_AVERAGED = re.compile(r"(^|[._])ema([._]|$)|(^|[._])(averaged|swa)([._]|$)")
_JUDGES = re.compile(
    r"discriminator|critic|classif|adversar|perceptual|lpips|vgg"
    r"|(^|[._])(disc|clf|(net_?)?d|fc_class|class_(head|fc))([._]|$)"
)
# Of copies, which is taken.
_BEST, _LATER = re.compile("best"), re.compile("last|old|target|teacher")
# Heads of the same size are no copies of a net.
LEAST_TENSORS = 4


@dataclass(frozen=True)
class Part:
    """Some of a file's weights.

    Attributes:
        tensors: by name.
        guesses: what was left out, a sentence each.
        is_whole: whether it is looked at only as a whole net.
    """

    tensors: dict[str, Tensor]
    guesses: tuple[str, ...] = ()
    is_whole: bool = False


def parts(tensors: dict[str, Tensor]) -> Iterator[Part]:
    """What may be the net: one of several copies, all that is no moving average, and that without nets that judge."""
    yield from _copies(tensors)
    plain = _without(Part(tensors), _AVERAGED, "moving averages of weights were left out")
    yield plain
    judged = _without(plain, _JUDGES, "a net that judges was left out")
    if judged is not plain:
        yield Part(judged.tensors, judged.guesses, is_whole=True)


def _without(part: Part, named: re.Pattern[str], what: str) -> Part:
    kept = {name: tensor for name, tensor in part.tensors.items() if not named.search(name.lower())}
    if not kept or len(kept) == len(part.tensors):
        return part
    first = next(name for name in part.tensors if name not in kept)
    return Part(kept, (*part.guesses, f"{what}: '{first}', and what belongs to it"), part.is_whole)


def _copies(tensors: dict[str, Tensor]) -> Iterator[Part]:
    """The likeliest of those whose names and shapes are the same but for how they begin."""
    groups: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        first, _, rest = name.partition(".")
        groups.setdefault(first, {})[rest] = tensor
    alike: dict[tuple[tuple[str, tuple[int, ...]], ...], list[str]] = {}
    for first, group in groups.items():
        key = tuple((rest, tuple(tensor.shape)) for rest, tensor in group.items())
        if len(key) >= LEAST_TENSORS:
            alike.setdefault(key, []).append(first)
    for copies in alike.values():
        if len(copies) > 1:
            best, *others = sorted(copies, key=_unlikely)
            said = f"of the same net several times, '{best}' was taken and {', '.join(map(repr, others))} left out"
            yield Part(groups[best], (said,), is_whole=True)


def _unlikely(name: str) -> tuple[bool, bool, bool]:
    low = name.lower()
    return bool(_AVERAGED.search(low)), not _BEST.search(low), bool(_LATER.search(low))
