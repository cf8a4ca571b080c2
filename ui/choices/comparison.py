"""Which models stand beside the pair and what they are compared on, as the text of a link. Pure; knows no session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from ui.choices import link
from vae_core.config import CorruptionKind

ALSO, CORRUPTION, MEASURE = KEYS = ("also", "corruption", "measure")
CORRUPTIONS: tuple[CorruptionKind, ...] = get_args(CorruptionKind)
DEFAULT_CORRUPTION: CorruptionKind = "gaussian"
Measure = Literal["psnr", "ssim"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
DEFAULT_MEASURE: Measure = "psnr"
MOST = 2
Option = TypeVar("Option", bound=str)
SEPARATOR = ","


@dataclass(frozen=True)
class Comparison:
    """At most `MOST` checkpoints by name beside the pair, the corruption they are given, and what is measured then."""

    also: tuple[str, ...]
    corruption: CorruptionKind = DEFAULT_CORRUPTION
    measure: Measure = DEFAULT_MEASURE


def parse(
    parameters: Mapping[str, str], models: Sequence[str], default: tuple[str, ...]
) -> tuple[Comparison, list[str]]:
    """Reads each part on its own, as `ui.choices.link.parse`.

    Args:
        parameters: the query parameters; others than `KEYS` are not looked at.
        models: the checkpoints that can be used here.
        default: those beside the pair where the link says nothing.

    Returns:
        What is asked for as far as it can be had, and one sentence without full stop for each part that is ignored.
    """
    ignored: list[str] = []
    also = default
    if ALSO in parameters:
        asked = [name for name in parameters[ALSO].split(SEPARATOR) if name]
        gone = [name for name in asked if name not in models]
        if gone:
            more = f", as are {len(gone) - 1} more" if len(gone) > 1 else ""
            ignored.append(f"model {link.quoted(gone[0])}: there is no such model here, so it is left out{more}")
        also = tidy_also(asked, models)
        if len({name for name in asked if name in models}) > MOST:
            ignored.append(f"models beside the pair: at most {MOST} are shown")
    corruption, wrong_corruption = _one_of(CORRUPTION, CORRUPTIONS, parameters, DEFAULT_CORRUPTION)
    measure, wrong_measure = _one_of(MEASURE, MEASURES, parameters, DEFAULT_MEASURE)
    return Comparison(also, corruption, measure), ignored + wrong_corruption + wrong_measure


def compose(comparison: Comparison, default: tuple[str, ...]) -> dict[str, str]:
    """The inverse of `parse`: only what differs from its default."""
    parameters = {}
    if comparison.also != default:
        parameters[ALSO] = SEPARATOR.join(comparison.also)
    if comparison.corruption != DEFAULT_CORRUPTION:
        parameters[CORRUPTION] = comparison.corruption
    if comparison.measure != DEFAULT_MEASURE:
        parameters[MEASURE] = comparison.measure
    return parameters


def tidy_also(names: Iterable[str], models: Sequence[str]) -> tuple[str, ...]:
    """The first `MOST` different ones that can be used here."""
    return tuple(dict.fromkeys(name for name in names if name in models))[:MOST]


def tidy(value: object, options: Sequence[Option]) -> Option | None:
    """The option of that name; None where there is none."""
    return next((option for option in options if option == value), None)


def _one_of(
    key: str, options: Sequence[Option], parameters: Mapping[str, str], default: Option
) -> tuple[Option, list[str]]:
    """What a link asks for, or the default; and what is wrong with it, if anything."""
    if key not in parameters:
        return default, []
    known = tidy(parameters[key], options)
    if known is not None:
        return known, []
    return default, [
        f"{key} {link.quoted(parameters[key])}: it must be one of {', '.join(options)}, so it is {default}"
    ]
