"""How far a small change moves reconstructions, measured in the background once a process: rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ui import store
from ui.choices import digit_sets
from ui.reports.report import NOTHING, Report
from vae_core.errors import PathError
from vae_core.metrics import Tangency, tangency
from vae_core.metrics.tangency import DIGITS, DIRECTIONS, LENGTH

COLUMNS = ("Moved along the manifold", "Kept along it", "Moved off it")


@dataclass(frozen=True)
class Found:
    """What `tangency` finds of one model; or why there is nothing to find, in words without full stop."""

    measures: Tangency | None
    problem: str = ""

    def cells(self) -> dict[str, str]:
        """Of its row, see `ui.reports.report.rows`."""
        if self.measures is None:
            return dict.fromkeys(COLUMNS, NOTHING)
        values = (self.measures.along_moved, self.measures.along_kept, self.measures.off_moved)
        return dict(zip(COLUMNS, map(_text, values), strict=True))


@Report
def moved(model: str, digits: str, seed: int) -> Found:
    """How far the reconstruction moves.

    Args:
        model: name of a checkpoint.
        digits: "uci" or "mnist".
        seed: of the choice of digits and of the directions.
    """
    try:
        return Found(tangency(store.given(model, digits), digit_sets.load(digits).images, seed))
    except PathError as error:
        return Found(None, str(error))


def protocol(digits: str, seed: int) -> str:
    """How it was measured, in one line."""
    count = min(DIGITS, len(digit_sets.load(digits)))
    return (
        f"{count} {digit_sets.label(digits)}, {DIRECTIONS} random directions each, changed by "
        f"{LENGTH:g} in Euclidean distance over the pixels; mean ± deviation, in % of that change. Moved: how far the "
        f"reconstruction moves. Kept: the part of it in the same direction. Seed {seed}."
    )


def _text(shares: NDArray[np.float64]) -> str:
    mean, deviation = 100 * shares.mean(), 100 * shares.std()
    words = f"{mean:.0f} ± {deviation:.0f} %".replace("-0 ", "0 ").replace("-", "\N{MINUS SIGN}")
    return words.replace(" ", "\N{NO-BREAK SPACE}")
