"""The digits that a path joins, as the text of a link and of an address. The browser writes it, see ui/web/stops.js."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ui import drawn

SEPARATOR, OWN = ".", "~"
MOST = 6
CORNERS = 4
_ROW = re.compile(r"\d{1,6}", re.ASCII)


@dataclass(frozen=True)
class Stop:
    """A digit: a row of a set, or else one of the visitor's own.

    Attributes:
        row: in its set; None for an own digit.
        levels: uint8 [28, 28], 0 to 15, as `ui.drawn`; None for a row.
    """

    row: int | None
    levels: NDArray[np.uint8] | None


def read(text: str, size: int, fewest: int = 2, most: int = MOST) -> list[Stop] | None:
    """The stops of a text such as "17.203.~eJx"; None where it is none, or has too few or too many.

    Args:
        text: rows of a set, and own digits as `ui.drawn.pack` writes them behind a "~".
        size: of the set.
        fewest, most: how many there may be.
    """
    if len(text) > most * (drawn.LONGEST + len(OWN + SEPARATOR)):
        return None
    parts = text.split(SEPARATOR)
    if not fewest <= len(parts) <= most:
        return None
    found = [_stop(part, size) for part in parts]
    stops = [stop for stop in found if stop is not None]
    return stops if len(stops) == len(found) else None


def _stop(part: str, size: int) -> Stop | None:
    if part.startswith(OWN):
        levels = drawn.unpack(part.removeprefix(OWN))
        return None if levels is None else Stop(None, levels)
    return Stop(int(part), None) if _ROW.fullmatch(part) and int(part) < size else None
