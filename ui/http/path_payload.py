"""Bodies of HTTP answers about paths through latent space, and the manifold under them.

Each function raises `NotHereError` where no such checkpoint or set of digits can be used here, or the query asks for
nothing that there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from ui import store
from ui.choices import digit_sets
from ui.choices.stops import Stop, image_of
from ui.errors import NoAnswerError
from ui.http import path_request
from ui.http.path_request import MOST_NEIGHBOURS, GraphChoice, PathKind
from ui.http.payload import Payload
from ui.jobs.cache import cached
from ui.reports import map_frame
from vae_core.models import Autoencoder
from vae_core.spaces import manifold, neighbour_graph, paths
from vae_core.spaces.geodesic import STEPS
from vae_core.spaces.neighbour_graph import NeighbourGraph, NeighbourMetric, Neighbours
from vae_core.spaces.paths import PathMeasures, RealDigits

DIRECTIONS = 8
# The magnification is known on so many cells of the square [-EXTENT, EXTENT]^2 in the map's normalised coordinates.
SIDE = 96
EXTENT = 1.1
# Of the magnification, in per cent: outliers beyond would take all of a scale's colours.
PERCENTILES = (2, 98)

Array = NDArray[np.float32]


def path(model: str, digits: str, query: Mapping[str, str]) -> Payload:
    """A path of `STEPS` points through the stops, and what it costs in pictures.

    A class-conditional model encodes each stop with its own label, and decodes all with the digit of the query, which
    stands for the label of a drawn stop, too; so it is with every answer here.

    `curve` float32 [STEPS, D], absent of the path in pixels; `length`, `energy` and `jump` float64 [1], the last one
    NaN where nothing moves; `speed` float32 [STEPS - 1], `nearest` float32 [STEPS] and `nearest_row` int32 [STEPS] as
    in `vae_core.spaces.paths.PathMeasures`; of the path through the graph `rows` int32 [R], the digits passed.

    Raises:
        PathError: no path joins the stops.
    """
    kind = path_request.read_path(query)
    stops = path_request.read_stops(query, len(digit_sets.load(digits)), digit_sets.shape(digits))
    choice = path_request.read_graph(query) if kind == "graph" else None
    return _path(model, digits, kind, stops, choice, digit_of(model, query))


def tangent(model: str, digits: str, query: Mapping[str, str]) -> Payload:
    """The tangent plane at the code of a digit, `at`, or at a code, `z`.

    `z` float32 [D]; `image` float32 [P], the digit, or what the code decodes to; `jacobian` float32 [D, P],
    `singular` float32 [r], `left` float32 [r, P], `right` float32 [r, D] and `effective_rank` float64 [1] as in
    `vae_core.spaces.manifold.Tangent`, but with directions as rows; `within` and `outside` float32 [8, P], unit
    vectors within the plane and orthogonal to it.

    Raises:
        PathError: the picture does not change with the code there.
    """
    digit = digit_of(model, query)
    if "z" in query:
        return _tangent(model, digits, path_request.read_z(query, store.entry(model).config.latent_dim), digit)
    at = path_request.read_stop(query, len(digit_sets.load(digits)), digit_sets.shape(digits))
    return _tangent(model, digits, at, digit)


def magnification(model: str, digits: str, query: Mapping[str, str]) -> Payload:
    """How much larger areas are in pictures than on the map: `vae_core.spaces.manifold.magnification_on` its plane.

    `log10` float32 [SIDE, SIDE], its decimal logarithm in the middle of each cell, the top row first; where it is 0,
    that of the smallest other. `extent` float64 [1], `EXTENT`; `low` and `high` float64 [1], its `PERCENTILES`.

    Raises:
        NoAnswerError: the codes span no plane, or no picture changes on it.
    """
    return _magnification(model, digits, digit_of(model, query))


def graph(model: str, digits: str, query: Mapping[str, str]) -> Payload:
    """The neighbour graph of the digits' codes E[z|x], in which paths are sought.

    `arcs` int32 [E, 2], `part` int32 [N], 0 for the largest, and `parts` int32 [1], how many there are.

    Raises:
        PathError: there are too few digits.
    """
    return _graph_payload(model, digits, path_request.read_graph(query))


def digit_of(model: str, query: Mapping[str, str]) -> int | None:
    """As `path_request.read_digit` of that checkpoint."""
    return path_request.read_digit(query, store.entry(model).config.classes)


def codes_of(model: Autoencoder, digits: str, stops: tuple[Stop, ...], digit: int | None) -> Array:
    """E[z|x] of stops, float32 [M, D], each encoded as `labels_of` says."""
    x = torch.from_numpy(np.stack(stop_images(digits, stops))).reshape(-1, *model.config.shape)
    with torch.inference_mode():
        return model.given(labels_of(digits, stops, digit)).encode(x).numpy()


def labels_of(digits: str, stops: tuple[Stop, ...], digit: int | None) -> list[int] | None:
    """Of each stop its own label, and of a drawn one the digit; None where the model takes none."""
    if digit is None:
        return None
    labels = digit_sets.load(digits).labels
    return [digit if stop.row is None else int(labels[stop.row]) for stop in stops]


def stop_images(digits: str, stops: tuple[Stop, ...]) -> list[Array]:
    """The pictures of stops, float32 [H, W] or [C, H, W] each in [0, 1]."""
    images = digit_sets.load(digits).images
    return [image_of(stop, images) for stop in stops]


@cached(megabytes=128)
def real_digits(digits: str) -> RealDigits:
    """The digits of a set, ready to be searched."""
    return RealDigits.of(digit_sets.load(digits).images)


@cached(megabytes=64)
def _path(
    model: str,
    digits: str,
    kind: PathKind,
    stops: tuple[Stop, ...],
    choice: GraphChoice | None,
    digit: int | None,
) -> Payload:
    loaded = store.model(model).given(digit)
    codes = codes_of(loaded, digits, stops, digit)
    arrays: dict[str, NDArray[np.generic]] = {}
    if kind == "pixels":
        with torch.inference_mode():
            ends = loaded.decode(torch.tensor(codes)).flatten(1).numpy()
        measures = paths.measure_pictures(paths.through(ends, STEPS), real_digits(digits))
    else:
        if choice is not None:
            curve, rows = _through_graph(model, digits, stops, codes, choice)
            arrays["rows"] = np.asarray(rows, np.int32)
        elif kind == "slerp":
            curve = paths.joined([paths.slerp(a, b, STEPS) for a, b in pairwise(codes)], STEPS)
        else:
            curve = paths.through(codes, STEPS)
        arrays["curve"] = curve
        measures = paths.measure(loaded, curve, real_digits(digits))
    return Payload.tensors({**arrays, **_measured(measures)})


def _measured(measures: PathMeasures) -> dict[str, NDArray[np.generic]]:
    jump = np.nan if measures.jump is None else measures.jump
    return {
        **{"length": np.array(measures.length), "energy": np.array(measures.energy), "jump": np.array(jump)},
        "speed": measures.speed,
        "nearest": np.asarray(measures.nearest, np.float32),
        "nearest_row": np.asarray(measures.nearest_row, np.int32),
    }


def _through_graph(
    model: str, digits: str, stops: tuple[Stop, ...], codes: Array, choice: GraphChoice
) -> tuple[Array, list[int]]:
    """The path along arcs, float32 [STEPS, D], and the digits that it passes; its ends are the stops themselves."""
    found = _graph(model, digits, choice)
    means = store.means(model, digits)
    entries = [
        neighbour_graph.nearest_row(means, code, choice.distance) if stop.row is None else stop.row
        for stop, code in zip(stops, codes, strict=True)
    ]
    points, rows = [codes[:1]], entries[:1]
    for i in range(1, len(stops)):
        leg = neighbour_graph.shortest_path(found, entries[i - 1], entries[i]).rows
        # A stop that is a digit of the set is its own entry; a drawn one goes by way of it.
        first = 0 if stops[i - 1].row is None else 1
        last = len(leg) if stops[i].row is None else len(leg) - 1
        points += [means[leg[first:last]], codes[i : i + 1]]
        rows += leg[1:]
    return paths.through(np.concatenate(points), STEPS), rows


@cached(megabytes=64)
def _tangent(model: str, digits: str, at: Stop | tuple[float, ...], digit: int | None) -> Payload:
    loaded = store.model(model).given(digit)
    if isinstance(at, Stop):
        (image,) = stop_images(digits, (at,))
        (z,) = codes_of(loaded, digits, (at,), digit)
    else:
        z = np.array(at, np.float32)
        with torch.inference_mode():
            image = loaded.decode(torch.tensor(z)[None])[0].numpy()
    plane = manifold.tangent(loaded.decode, z)
    within, outside = manifold.directions(plane, DIRECTIONS)
    arrays = {
        "z": z,
        "image": image.flatten(),
        "jacobian": plane.jacobian.T,
        "singular": plane.singular,
        "left": plane.left.T,
        "right": plane.right,
        "effective_rank": plane.effective_rank,
        "within": within,
        "outside": outside,
    }
    return Payload.tensors(arrays)


@cached(megabytes=32)
def _magnification(model: str, digits: str, digit: int | None) -> Payload:
    frame = map_frame.frame(model, digits)
    middles = (np.arange(SIDE) + 0.5) * 2 * EXTENT / SIDE - EXTENT
    places = np.stack(np.meshgrid(middles, -middles), axis=-1).reshape(-1, 2)
    found = manifold.magnification_on(store.model(model).given(digit).decode, frame.plane, frame.points(places))
    if not found.any():
        raise NoAnswerError(f"{model}: no picture changes with the place on this map.")
    log10 = np.log10(np.where(found > 0, found, found[found > 0].min())).astype(np.float32)
    low, high = np.percentile(log10, PERCENTILES)
    return Payload.tensors({"log10": log10.reshape(SIDE, SIDE), "extent": EXTENT, "low": low, "high": high})


@cached(megabytes=128)
def _graph_payload(model: str, digits: str, choice: GraphChoice) -> Payload:
    found = _graph(model, digits, choice)
    arrays = {"arcs": found.arcs, "part": found.labels, "parts": [found.components]}
    return Payload.tensors({name: np.asarray(array, np.int32) for name, array in arrays.items()})


# Of many digits and neighbours one takes 12 MB.
@cached(megabytes=128)
def _graph(model: str, digits: str, choice: GraphChoice) -> NeighbourGraph:
    found = _neighbours(model, digits, choice.distance)
    return neighbour_graph.graph_of(found, choice.k, choice.mutual)


@cached(megabytes=128)
def _neighbours(model: str, digits: str, distance: NeighbourMetric) -> Neighbours:
    """As many as any graph takes: to find 50 takes hardly longer than to find 10, and k is a slider."""
    means = store.means(model, digits)
    return neighbour_graph.neighbours(means, min(MOST_NEIGHBOURS, len(means) - 1), distance)
