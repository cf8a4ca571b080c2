"""What live components open with, as the text of a link; what they learn from then on, Python never hears."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from ui import drawn, link, stops
from ui.path_request import MOST_NEIGHBOURS
from vae_core.config import IMAGE_SIZE, PIXELS

BACKGROUNDS = ("density", "lattice", "votes")
MODES = ("corners", "attribute", "walk")
PATHS = ("slerp", "pixels", "graph", "geodesic")
MOST_TIMES = 20

_HIDE = re.compile(r"0?1?2?3?4?5?6?7?8?9?", re.ASCII)
_ROW = re.compile(r"\d{1,6}", re.ASCII)
_PLACE = re.compile(r"-?\d{1,3}(\.\d{1,3})?_-?\d{1,3}(\.\d{1,3})?_\d{1,4}(\.\d{1,3})?", re.ASCII)
_LEVEL = re.compile(r"[01](\.\d{1,3})?", re.ASCII)
_BOX = re.compile(r"\d{1,2}(_\d{1,2}){3}", re.ASCII)
_WHOLE = re.compile(r"\d{1,3}", re.ASCII)
_CLASSES = re.compile(r"\d_\d", re.ASCII)
_ENDS = re.compile(r"-?\d{1,2}(\.\d{1,3})?(_-?\d{1,2}(\.\d{1,3})?){3}", re.ASCII)

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Opening:
    """What a link asks of live components; empty or None where it says nothing. A field has its parameter's name.

    Attributes:
        hide: the digits that are switched off, ascending, such as "38".
        row: of the digit in hand in its set.
        behind: one of `BACKGROUNDS`, on the latent map.
        view: middle and scale of the latent map, such as "0.5_-0.25_2".
        drawn: the visitor's own digit, see `ui.drawn`.
        level: of the corruption, in [0, 1].
        clip: whether Gaussian noise ends at black and white.
        noise: seed of the noise, 0 to 2^32 - 1.
        box: that is cut out: x, y, width and height in pixels, inside the picture.
        rubbed: where noise was rubbed in, as `drawn`.
        times: that the model is applied, 1 to `MOST_TIMES`.
        shown: "one" for one digit in place of eight.
        stops: the digits that a path joins, as `ui.stops`.
        corners: the four digits of the grid, as `stops`.
        mode: one of `MODES`, of going between digits.
        path: one of `PATHS`.
        t: place on the path, in [0, 1].
        walk: seed of the random walk, 0 to 2^32 - 1.
        classes: from which digit to which the attribute leads, such as "3_8".
        neighbours: of each code in the graph, 1 to `MOST_NEIGHBOURS`.
        distance: "cosine" where the graph's neighbours are not the Euclidean ones.
        mutual: whether an arc takes both digits to be neighbours of the other.
        surface: "graph" for the neighbour graph in place of the magnification factor.
        direction: of the tangent plane, 1 to the number of pixels, the strongest first.
        at: "z" for the pinned code in place of the digit in hand.
        ends: of the geodesic on the map, two places in its normalised coordinates, such as "-0.5_0.2_0.4_0.1".
    """

    hide: str = ""
    row: int | None = None
    behind: str = ""
    view: str = ""
    drawn: str = ""
    level: float | None = None
    clip: bool | None = None
    noise: int | None = None
    box: Box | None = None
    rubbed: str = ""
    times: int | None = None
    shown: str = ""
    stops: str = ""
    corners: str = ""
    mode: str = ""
    path: str = ""
    t: float | None = None
    walk: int | None = None
    classes: str = ""
    neighbours: int | None = None
    distance: str = ""
    mutual: bool | None = None
    surface: str = ""
    direction: int | None = None
    at: str = ""
    ends: str = ""


KEYS = tuple(field.name for field in fields(Opening))
ROW = "row"
# Rows of one set are none of another's.
OF_ITS_SET: dict[str, Any] = {ROW: None, "stops": "", "corners": ""}


def _matched(pattern: re.Pattern[str], fits: Callable[[str], bool] = bool) -> Callable[[str], str | None]:
    return lambda text: text if pattern.fullmatch(text) and fits(text) else None


def _one_of(*options: str) -> Callable[[str], str | None]:
    return lambda text: text if text in options else None


def _digit(text: str) -> str | None:
    return None if drawn.unpack(text) is None else text


def _level(text: str) -> float | None:
    return float(text) if _LEVEL.fullmatch(text) and float(text) <= 1 else None


def _box(text: str) -> Box | None:
    if not _BOX.fullmatch(text):
        return None
    x, y, width, height = map(int, text.split(link.SEPARATOR))
    inside = width > 0 and height > 0 and x + width <= IMAGE_SIZE and y + height <= IMAGE_SIZE
    return (x, y, width, height) if inside else None


def _whole(most: int) -> Callable[[str], int | None]:
    return lambda text: int(text) if _WHOLE.fullmatch(text) and 1 <= int(text) <= most else None


READ: dict[str, tuple[Callable[[str], Any], str]] = {
    "hide": (_matched(_HIDE), "it is not a list of digits in ascending order"),
    "behind": (_one_of(*BACKGROUNDS), f"it is not one of {', '.join(BACKGROUNDS)}"),
    "view": (_matched(_PLACE, lambda text: float(text.rpartition("_")[2]) > 0), "it is not a middle and a scale"),
    "drawn": (_digit, "it is not a drawn digit"),
    "level": (_level, "it must be a number from 0 to 1"),
    "clip": ({"0": False, "1": True}.get, "it must be 0 or 1"),
    "noise": (link.read_seed, f"it must be {link.SEED_RULE}"),
    "box": (_box, "it is not x, y, width and height of a box inside the picture"),
    "rubbed": (_digit, "it is not a picture of what was rubbed"),
    "times": (_whole(MOST_TIMES), f"it must be a whole number from 1 to {MOST_TIMES}"),
    "shown": (_one_of("one"), "it can only be one"),
    "mode": (_one_of(*MODES), f"it is not one of {', '.join(MODES)}"),
    "path": (_one_of(*PATHS), f"it is not one of {', '.join(PATHS)}"),
    "t": (_level, "it must be a number from 0 to 1"),
    "walk": (link.read_seed, f"it must be {link.SEED_RULE}"),
    "classes": (_matched(_CLASSES), "it is not two digits"),
    "neighbours": (_whole(MOST_NEIGHBOURS), f"it must be a whole number from 1 to {MOST_NEIGHBOURS}"),
    "distance": (_one_of("cosine"), "it can only be cosine"),
    "mutual": ({"0": False, "1": True}.get, "it must be 0 or 1"),
    "surface": (_one_of("graph"), "it can only be graph"),
    "direction": (_whole(PIXELS), f"it must be a whole number from 1 to {PIXELS}"),
    "at": (_one_of("z"), "it can only be z"),
    "ends": (_matched(_ENDS), "it is not two places on the map"),
}


def parse(parameters: Mapping[str, str], size: int) -> tuple[Opening, list[str]]:
    """Reads each part on its own, as `link.parse`.

    Args:
        parameters: the query parameters; others than `KEYS` are not looked at.
        size: of the set of digits.

    Returns:
        What is asked for as far as it can be had, and one sentence without full stop for each part that is ignored.
    """
    opening, ignored = Opening(), []
    readers = READ | {
        ROW: (lambda text: _row(text, size), f"the digits have the rows 0 to {size - 1}"),
        "stops": (_matched_stops(size, stops.FEWEST, stops.MOST), f"it is not 2 to {stops.MOST} of these digits"),
        "corners": (_matched_stops(size, stops.CORNERS, stops.CORNERS), f"it is not {stops.CORNERS} of these digits"),
    }
    for key in KEYS:
        if key not in parameters or (not parameters[key] and key != ROW):
            continue
        text = parameters[key]
        read, reason = readers[key]
        value = read(text)
        if value is None:
            ignored.append(f"{key} {link.quote(text)}: {reason}")
        else:
            opening = replace(opening, **{key: value})
    return opening, ignored


def compose(opening: Opening) -> dict[str, str]:
    """The inverse of `parse`: only what the opening says."""
    values = {key: getattr(opening, key) for key in KEYS}
    return {key: _text(value) for key, value in values.items() if value not in ("", None)}


def fit(opening: Opening, digits: str, asked_digits: str, size: int) -> Opening:
    """Without what names rows of a set that is not on the page.

    Args:
        opening: as parsed for `asked_digits`.
        digits: the set on the page.
        asked_digits: the set that the link named.
        size: of the set on the page.
    """
    fits = asked_digits == digits and (opening.row is None or opening.row < size)
    return opening if fits else replace(opening, **OF_ITS_SET)


def _matched_stops(size: int, fewest: int, most: int) -> Callable[[str], str | None]:
    return lambda text: None if stops.read(text, size, fewest, most) is None else text


def _row(text: str, size: int) -> int | None:
    return int(text) if _ROW.fullmatch(text) and int(text) < size else None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return link.format_z([value])
    return link.SEPARATOR.join(map(str, value)) if isinstance(value, tuple) else str(value)
