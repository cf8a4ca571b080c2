"""Completeness and continuity of models, measured in the background once a process, as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ui import store
from ui.choices import digit_sets, link
from ui.reports.report import NOTHING, UNKNOWN, Report
from vae_core.metrics import Continuity, Coverage, completeness, continuity_between_digits
from vae_core.metrics.continuity import LINES, STEPS
from vae_core.metrics.coverage import MANIFOLD_DIGITS, MANIFOLD_NEIGHBOURS

FEWEST_DIGITS = 8
SOURCES = {
    "real": "real digits",
    "reconstructed": "reconstructed digits",
    "prior": "z from N(0, I)",
    "fitted": "z from the fitted Gaussian",
}
RECALLED = ("prior", "fitted")


@dataclass(frozen=True)
class Measures:
    """What `vae_core.metrics` finds of one model; of a decoder alone no continuity between digits."""

    coverage: dict[str, Coverage]
    continuity: Continuity | None


@Report
def measures(model: str, digits: str, seed: int) -> Measures:
    """What is measured.

    Args:
        model: name of a checkpoint.
        digits: "uci" or "mnist", at least `FEWEST_DIGITS` of them.
        seed: of the choice of digits, of the samples and of the lines.
    """
    loaded, images = store.given(model, digits), digit_sets.load(digits).images
    lines = None if loaded.config.half else continuity_between_digits(loaded, images, seed=seed)
    return Measures(completeness(loaded, images, seed), lines)


def rows(models: Sequence[str], found: Sequence[Measures | None]) -> list[dict[str, str]]:
    """The table: a row for each measure, a column for each model; `UNKNOWN` where it is not known yet."""
    labels = [
        *(f"Precision · {label}" for label in SOURCES.values()),
        *(f"Recall · {SOURCES[source]}" for source in RECALLED),
        "Path over distance",
        "Largest step over mean step",
    ]
    columns = {
        link.plain(model): [UNKNOWN] * len(labels) if one is None else _column(one)
        for model, one in zip(models, found, strict=True)
    }
    return [{"": label, **{model: column[i] for model, column in columns.items()}} for i, label in enumerate(labels)]


def protocol(digits: str, seed: int) -> str:
    """How it was measured, in one sentence."""
    half = min(len(digit_sets.load(digits)) // 2, MANIFOLD_DIGITS)
    return (
        f"Precision and recall: {half:,} pictures against {half:,} {digit_sets.label(digits)}, "
        f"{MANIFOLD_NEIGHBOURS} nearest neighbours. Lines: {LINES} between the codes of two digits, {STEPS} steps "
        f"each, mean ± deviation. Seed {seed}."
    )


def _column(found: Measures) -> list[str]:
    coverage, lines = found.coverage, found.continuity
    precision = [coverage[source].precision if source in coverage else None for source in SOURCES]
    recall = [coverage[source].recall if source in coverage else None for source in RECALLED]
    shares = [NOTHING if share is None else f"{100 * share:.1f} %" for share in (*precision, *recall)]
    return shares + ([_mean_and_deviation(values) for values in (lines.detour, lines.jump)] if lines else [NOTHING] * 2)


def _mean_and_deviation(values: NDArray[np.float64]) -> str:
    moving = values[np.isfinite(values)]
    return f"{moving.mean():.2f} ± {moving.std():.2f}" if len(moving) else NOTHING
