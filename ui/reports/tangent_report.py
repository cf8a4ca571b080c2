"""How far a small change moves reconstructions, measured in the background once a process: rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ui import store
from ui.choices import digit_sets, link
from ui.jobs.background import Background
from vae_core.errors import PathError
from vae_core.metrics import Tangency, tangency
from vae_core.metrics.tangency import DIGITS, DIRECTIONS, LENGTH

UNKNOWN, NOTHING = "…", "–"


@dataclass(frozen=True)
class Found:
    """What `tangency` finds of one model; or why there is nothing to find, in words without full stop."""

    measures: Tangency | None
    problem: str = ""


_background: Background[Found] = Background("how far a change moves reconstructions")


def ask(model: str, digits: str, seed: int) -> Found | None:
    """The measures; None where they are not known yet, and then they are on their way: ask again.

    Args:
        model: name of a checkpoint.
        digits: "uci" or "mnist".
        seed: of the choice of digits and of the directions.

    Raises:
        NotHereError: no such checkpoint or set of digits can be used here.
    """
    images, chosen = digit_sets.load(digits).images, store.model(model)

    def measure() -> Found:
        try:
            return Found(tangency(chosen, images, seed))
        except PathError as error:
            return Found(None, str(error))

    key = (model, store.model_stamp(model), digits, digit_sets.stamp_of(digits), seed)
    return _background.ask(key, measure)


def rows(models: Sequence[str], found: Sequence[Found | None]) -> list[dict[str, str]]:
    """The table: a row for each model; `UNKNOWN` where it is not known yet."""
    return [{"": link.plain(model), **_cells(one)} for model, one in zip(models, found, strict=True)]


def problems(models: Sequence[str], found: Sequence[Found | None]) -> list[str]:
    """A sentence for each model that has no tangent plane."""
    return [
        f"{link.plain(model)}: {one.problem}." for model, one in zip(models, found, strict=True) if one and one.problem
    ]


def protocol(digits: str, seed: int) -> str:
    """How it was measured, in one line."""
    count = min(DIGITS, len(digit_sets.load(digits)))
    return (
        f"{count} {digit_sets.LABELS[digits]} digits, {DIRECTIONS} random directions each, changed by "
        f"{LENGTH:g} in Euclidean distance over the pixels; mean ± deviation, in % of that change. Moved: how far the "
        f"reconstruction moves. Kept: the part of it in the same direction. Seed {seed}."
    )


def _cells(found: Found | None) -> dict[str, str]:
    names = ("Moved along the manifold", "Kept along it", "Moved off it")
    if found is None:
        return dict.fromkeys(names, UNKNOWN)
    if found.measures is None:
        return dict.fromkeys(names, NOTHING)
    one = found.measures
    values = (one.along_moved, one.along_kept, one.off_moved)
    return dict(zip(names, map(_text, values), strict=True))


def _text(shares: NDArray[np.float64]) -> str:
    mean, deviation = 100 * shares.mean(), 100 * shares.std()
    words = f"{mean:.0f} ± {deviation:.0f} %".replace("-0 ", "0 ").replace("-", "\N{MINUS SIGN}")
    return words.replace(" ", "\N{NO-BREAK SPACE}")
