"""Geodesics sent line by line while they get better, for as long as somebody listens."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Hashable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from torch import Tensor

from ui import store
from ui.choices import digit_sets
from ui.choices.stops import Stop
from ui.http import path_request
from ui.http.answers import check_models, refusal
from ui.http.path_payload import codes_of, digit_of, real_digits
from ui.jobs.cache import Kept, stamps
from ui.reports import map_frame
from ui.reports.map_frame import Frame
from vae_core.errors import VaeCoreError
from vae_core.models import Autoencoder
from vae_core.spaces import paths
from vae_core.spaces.geodesic import ROUNDS, STEPS, refine

Array = NDArray[np.float32]
Place = tuple[float, float]

NDJSON = "application/x-ndjson"
# What buffers, gzip or a proxy, would hold back the lines.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Encoding": "identity",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
}
# Two rounds at once; those of all others take their turns between them.
_WORKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="geodesic")
# The last lines of geodesics that came to their end.
_finished: Kept[str] = Kept(megabytes=16)


def geodesic(request: Request) -> Response:
    """A geodesic of a model's pictures, line by line while it gets better."""
    try:
        check_models(request)
        found = rounds(**request.path_params, query=request.query_params)
    except VaeCoreError as error:
        return refusal(error)
    return Response(media_type=NDJSON, headers=HEADERS) if request.method == "HEAD" else response(found)


def rounds(model: str, digits: str, query: Mapping[str, str]) -> Iterator[str]:
    """The lines of a geodesic, JSON each, computed as they are asked for; the first is the straight line.

    Between `stops`: `curve`, base64 of float32 [STEPS, D]; `length`, `energy`, `jump`, `speed`, `nearest` and
    `nearest_row` as in `vae_core.spaces.paths.PathMeasures`. Between the places `from` and `to` of the map, on its
    plane: `curve`, base64 of float32 [STEPS, 2] in its normalised coordinates; `length`, `energy` and
    `straight_length`. Both: `converged`, `round`, and `done` on the last line. One that came to its end is that one
    line from then on.

    Raises:
        NotHereError: no such checkpoint or set of digits can be used here, or the query asks for no path.
        NoAnswerError: the codes span no plane.
    """
    digit = digit_of(model, query)
    found = (model, digits, digit, stamps({"model": model, "digits": digits}))
    net = store.model(model).given(digit)
    if "from" in query or "to" in query:
        ends = (path_request.read_place(query, "from"), path_request.read_place(query, "to"))
        return _remembered((*found, ends), _on_plane(net, map_frame.frame(model, digits), ends))
    stops = path_request.read_stops(query, len(digit_sets.load(digits)), digit_sets.shape(digits))
    return _remembered((*found, stops), _between(net, digits, stops, digit))


def response(rounds: Iterator[str]) -> Response:
    """Sends the first line at once and computes the others one by one; whoever goes away ends the work."""
    first = next(rounds)
    return StreamingResponse(_body(first, rounds), media_type=NDJSON, headers=HEADERS)


async def _body(first: str, rounds: Iterator[str]) -> AsyncIterator[str]:
    yield f"{first}\n"
    loop = asyncio.get_running_loop()
    while (line := await loop.run_in_executor(_WORKERS, next, rounds, None)) is not None:
        yield f"{line}\n"


def _remembered(key: Hashable, rounds: Iterator[dict[str, Any]]) -> Iterator[str]:
    if (known := _finished.get(key)) is not None:
        yield known
        return
    for found in rounds:
        line = json.dumps(found, separators=(",", ":"), allow_nan=False)
        if found["done"]:
            _finished.put(key, line)
        yield line


def _between(model: Autoencoder, digits: str, stops: tuple[Stop, ...], digit: int | None) -> Iterator[dict[str, Any]]:
    codes = codes_of(model, digits, stops, digit)
    real = real_digits(digits)
    for number, legs in enumerate(refine(model.decode, codes[:-1], codes[1:], STEPS, ROUNDS)):
        curve = paths.joined([leg.curve for leg in legs], STEPS, [leg.length for leg in legs])
        measures = paths.measure(model, curve, real)
        yield {
            "curve": _base64(curve),
            "length": measures.length,
            "energy": measures.energy,
            "jump": measures.jump,
            "speed": _numbers(measures.speed),
            "nearest": _numbers(measures.nearest),
            "nearest_row": np.asarray(measures.nearest_row).tolist(),
            **_state(number, all(leg.converged for leg in legs)),
        }


def _on_plane(model: Autoencoder, frame: Frame, ends: tuple[Place, Place]) -> Iterator[dict[str, Any]]:
    origin, axes = torch.tensor(frame.plane.origin), torch.tensor(frame.plane.axes)

    def decode(points: Tensor) -> Tensor:
        return model.decode(origin + points @ axes)

    points = frame.points(np.array(ends))
    straight_length = None
    for number, (found,) in enumerate(refine(decode, points[:1], points[1:], STEPS, ROUNDS)):
        if straight_length is None:
            straight_length = found.length
        yield {
            "curve": _base64(frame.places(found.curve)),
            "length": found.length,
            "straight_length": straight_length,
            "energy": found.energy,
            **_state(number, found.converged),
        }


def _state(number: int, converged: bool) -> dict[str, Any]:
    return {"converged": converged, "round": number, "done": converged or number == ROUNDS}


def _base64(curve: Array) -> str:
    return base64.b64encode(curve.astype("<f4").tobytes()).decode()


def _numbers(array: Array | None) -> list[float]:
    """As short as float32 is exact."""
    return [float(f"{value:.7g}") for value in np.asarray(array)]
