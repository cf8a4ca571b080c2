"""The digits that a path joins, as the text of a link and of an address, which ui/web/state/stops.js writes."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ui.choices import drawn

SEPARATOR, OWN = ".", "~"
FEWEST, MOST = 2, 6
_ROW = re.compile(r"\d{1,6}", re.ASCII)


@dataclass(frozen=True)
class Stop:
    """A picture: a row of a set, or else a digit of the visitor's own, whose levels are 784 bytes of 0 to 15."""

    row: int | None = None
    levels: bytes | None = None


def read(text: str, size: int, fewest: int = FEWEST, most: int = MOST) -> tuple[Stop, ...] | None:
    """The stops of a text such as "17.203.~eJx"; None where it is none, or has too few or too many.

    Args:
        text: rows of a set, and own digits as `ui.choices.drawn.pack` writes them behind a "~".
        size: of the set.
        fewest, most: how many there may be.
    """
    # Before anything is taken apart: a stranger's text may be long.
    if not fewest <= text.count(SEPARATOR) + 1 <= most:
        return None
    found = [read_one(part, size) for part in text.split(SEPARATOR)]
    stops = tuple(stop for stop in found if stop is not None)
    return stops if len(stops) == len(found) else None


def read_one(text: str, size: int) -> Stop | None:
    """The stop of a text such as "17" or "~eJx"; None where it is none."""
    if text.startswith(OWN):
        levels = drawn.unpack(text.removeprefix(OWN))
        return None if levels is None else Stop(levels=levels.tobytes())
    return Stop(row=int(text)) if _ROW.fullmatch(text) and int(text) < size else None


def image_of(stop: Stop, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The picture, float32 [H, W] or [C, H, W] in [0, 1]; `images` are those of the set, uint8 [N, ...]."""
    if stop.levels is None:
        return np.asarray(images[stop.row], np.float32) / np.float32(255)
    levels = np.frombuffer(stop.levels, np.uint8).reshape(images.shape[1:])
    return levels.astype(np.float32) / np.float32(drawn.LEVELS - 1)
