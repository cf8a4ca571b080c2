"""Which models stand beside the pair and what they are compared on, as the text of a link. Pure; knows no session."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ui import link
from vae_core.config import CorruptionKind

ALSO, CORRUPTION = KEYS = ("also", "corruption")
CORRUPTIONS: tuple[CorruptionKind, ...] = typing.get_args(CorruptionKind)
DEFAULT_CORRUPTION: CorruptionKind = "gaussian"
MOST = 2
SEPARATOR = ","


@dataclass(frozen=True)
class Comparison:
    """At most `MOST` checkpoints by name beside the pair, and the corruption they are given."""

    also: tuple[str, ...]
    corruption: CorruptionKind = DEFAULT_CORRUPTION


def parse(
    parameters: Mapping[str, str], models: Sequence[str], default: tuple[str, ...]
) -> tuple[Comparison, list[str]]:
    """Reads each part on its own, as `ui.link.parse`.

    Args:
        parameters: the query parameters; others than `KEYS` are not looked at.
        models: the checkpoints that can be used here.
        default: those beside the pair where the link says nothing.

    Returns:
        What is asked for as far as it can be had, and one sentence without full stop for each part that is ignored.
    """
    ignored: list[str] = []
    also, corruption = default, DEFAULT_CORRUPTION
    if ALSO in parameters:
        asked = [name for name in parameters[ALSO].split(SEPARATOR) if name]
        gone = [name for name in asked if name not in models]
        if gone:
            more = f", as are {len(gone) - 1} more" if len(gone) > 1 else ""
            ignored.append(f"model {link.quote(gone[0])}: there is no such model here, so it is left out{more}")
        also = tidy_also(asked, models)
        if len({name for name in asked if name in models}) > MOST:
            ignored.append(f"models beside the pair: at most {MOST} are shown")
    if CORRUPTION in parameters:
        known = tidy_corruption(parameters[CORRUPTION])
        if known is None:
            options = ", ".join(CORRUPTIONS)
            ignored.append(
                f"corruption {link.quote(parameters[CORRUPTION])}: it must be one of {options}, so it is {corruption}"
            )
        else:
            corruption = known
    return Comparison(also, corruption), ignored


def compose(comparison: Comparison, default: tuple[str, ...]) -> dict[str, str]:
    """The inverse of `parse`: only what differs from its default."""
    parameters = {}
    if comparison.also != default:
        parameters[ALSO] = SEPARATOR.join(comparison.also)
    if comparison.corruption != DEFAULT_CORRUPTION:
        parameters[CORRUPTION] = comparison.corruption
    return parameters


def tidy_also(names: Iterable[str], models: Sequence[str]) -> tuple[str, ...]:
    """The first `MOST` different ones that can be used here."""
    return tuple(dict.fromkeys(name for name in names if name in models))[:MOST]


def tidy_corruption(value: object) -> CorruptionKind | None:
    """The corruption of that name; None where there is none."""
    return next((kind for kind in CORRUPTIONS if kind == value), None)
