"""What the addresses of paths, tangent planes, gradients and neighbour graphs ask for. Pure; knows no session."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from ui.choices import link, stops
from ui.choices.comparison import Option, tidy
from ui.choices.stops import Stop
from ui.errors import NotHereError
from vae_core.config import DIGIT, Shape
from vae_core.spaces.neighbour_graph import METRICS, NeighbourMetric

PathKind = Literal["straight", "slerp", "pixels", "graph"]
PATH_KINDS: tuple[PathKind, ...] = get_args(PathKind)
MOST_NEIGHBOURS = 50
# Of a place on a map, whose digits lie within 1.
FARTHEST = 1000.0
_WHOLE = re.compile(r"\d{1,3}", re.ASCII)


@dataclass(frozen=True)
class GraphChoice:
    """Which neighbour graph; the fields as in `vae_core.spaces.neighbour_graph.NeighbourGraph`."""

    k: int = 10
    distance: NeighbourMetric = "euclidean"
    mutual: bool = False


def read_path(query: Mapping[str, str]) -> PathKind:
    """The parameter `path`.

    Raises:
        NotHereError: it is missing or unknown.
    """
    return _one_of("path", _required(query, "path"), PATH_KINDS)


def read_stops(query: Mapping[str, str], size: int, shape: Shape = DIGIT) -> tuple[Stop, ...]:
    """The parameter `stops`: 2 to 6 of them, in a set of `size` pictures of that shape; only digits can be drawn.

    Raises:
        NotHereError: it is missing, of another number, or one is no digit.
    """
    text = _required(query, "stops")
    # Before anything is taken apart: a stranger's text may be long.
    count = text.count(stops.SEPARATOR) + 1
    if not stops.FEWEST <= count <= stops.MOST:
        raise NotHereError(f"A path takes {stops.FEWEST} to {stops.MOST} stops.")
    return tuple(_stop(part, size, shape) for part in text.split(stops.SEPARATOR))


def read_stop(query: Mapping[str, str], size: int, shape: Shape = DIGIT) -> Stop:
    """The parameter `at`: one stop.

    Raises:
        NotHereError: it is missing or no digit.
    """
    return _stop(_required(query, "at"), size, shape)


def read_seed(query: Mapping[str, str]) -> int:
    """The parameter `seed`.

    Raises:
        NotHereError: it is missing or none.
    """
    seed = link.read_seed(_required(query, "seed"))
    if seed is None:
        raise NotHereError(f"The parameter seed must be {link.SEED_RULE}.")
    return seed


def read_z(query: Mapping[str, str], latent_dim: int) -> tuple[float, ...]:
    """The parameter `z`, as a link writes it.

    Raises:
        NotHereError: it is missing, or not as many plain numbers as there are codes.
    """
    text = _required(query, "z")
    if len(text) <= link.LONGEST_NUMBER * latent_dim:
        parts = text.split(link.SEPARATOR)
        if len(parts) == latent_dim and all(link.NUMBER.fullmatch(part) for part in parts):
            return tuple(map(float, parts))
    raise NotHereError(f"The parameter z must be {latent_dim} plain numbers with {link.SEPARATOR} between them.")


def read_digit(query: Mapping[str, str], classes: int) -> int | None:
    """The parameter `digit`: the label with which a model of so many classes decodes; None of a model that takes none.

    Raises:
        NotHereError: it is missing, or no label of the model.
    """
    if not classes:
        return None
    text = _required(query, "digit")
    if not (_WHOLE.fullmatch(text) and int(text) < classes):
        raise NotHereError(f"The parameter digit must be a whole number from 0 to {classes - 1}.")
    return int(text)


def read_place(query: Mapping[str, str], name: str) -> tuple[float, float]:
    """A place on a map in its normalised coordinates, such as "0.25_-0.5".

    Raises:
        NotHereError: it is missing, no place, or too far away.
    """
    text = _required(query, name)
    parts = text.split(link.SEPARATOR) if len(text) <= 2 * link.LONGEST_NUMBER else []
    if len(parts) == 2 and all(link.NUMBER.fullmatch(part) for part in parts):
        x, y = map(float, parts)
        if max(abs(x), abs(y)) <= FARTHEST:
            return x, y
    raise NotHereError(f"The parameter {name} must be a place on the map, such as 0.25_-0.5.")


def read_graph(query: Mapping[str, str]) -> GraphChoice:
    """The parameters `k`, `distance` and `mutual`; one that is missing has its default.

    Raises:
        NotHereError: one is out of range; the sentence names it.
    """
    default = GraphChoice()
    k = query.get("k", str(default.k))
    if not (_WHOLE.fullmatch(k) and 1 <= int(k) <= MOST_NEIGHBOURS):
        raise NotHereError(f"The parameter k must be a whole number from 1 to {MOST_NEIGHBOURS}.")
    distance = _one_of("distance", query.get("distance", default.distance), METRICS)
    mutual = query.get("mutual", "0")
    if mutual not in ("0", "1"):
        raise NotHereError("The parameter mutual must be 0 or 1.")
    return GraphChoice(int(k), distance, mutual == "1")


def _stop(text: str, size: int, shape: Shape) -> Stop:
    stop = stops.read_one(text, size)
    is_drawn = text.startswith(stops.OWN)
    if is_drawn and shape != DIGIT:
        raise NotHereError(f"A stop is one of the rows 0 to {size - 1}: only digits can be drawn.")
    if stop is not None:
        return stop
    if is_drawn:
        raise NotHereError("A stop is not a drawn digit.")
    raise NotHereError(f"A stop is a drawn digit or one of the rows 0 to {size - 1}.")


def _one_of(name: str, asked: str, options: Sequence[Option]) -> Option:
    known = tidy(asked, options)
    if known is None:
        raise NotHereError(f"The parameter {name} must be one of {', '.join(options)}.")
    return known


def _required(query: Mapping[str, str], name: str) -> str:
    if name not in query:
        raise NotHereError(f"The parameter {name} is missing.")
    return query[name]
