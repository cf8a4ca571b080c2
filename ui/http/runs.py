"""Trainings by HTTP, as `ui/web/train/server.js` asks: the list of runs, their events, and what is done with one.

What changes something here is asked with the header `Latent-Spaces: 1`, which no page of another site can send without
being asked first whether it may; and not at all where training is switched off.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ui.errors import NotHereError, sentence
from ui.files import without_folder
from ui.http.answers import NOT_KEPT, answer_to_body, refusal
from ui.training import admission, checkpoint_events, forecast, listing, settings
from ui.training.manager import ACTIVE, Manager, manager
from vae_core.errors import TrainingError, VaeCoreError
from vae_core.training import events
from vae_core.training.folder import State
from vae_core.training.plan import Plan

NDJSON = "application/x-ndjson"
NEXT, STATE = "Run-Next", "Run-State"
HEADER = "Latent-Spaces"
# A plan, or a name.
MOST_BYTES = 100_000
MOST_ANSWER = 2_000_000
# A page that asks keeps the server from ending for so long.
WAIT_SECONDS = 5.0
LOOK_SECONDS = 0.25
OFFSET = re.compile("[0-9]{1,15}", re.ASCII)

ACTIONS: dict[str, Callable[[Manager, str, Mapping[str, Any]], str]] = {
    "pause": lambda runs, name, _: runs.pause(name),
    "resume": lambda runs, name, _: runs.resume(name),
    "stop": lambda runs, name, _: runs.stop(name),
    "delete": lambda runs, name, _: runs.delete(name),
    "restore": lambda runs, name, _: runs.restore(name),
    "rename": lambda runs, name, values: runs.rename(name, values.get("to")),
}
# An action waits for the process of a training, a few at once.
_WORKERS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="runs")


def changing(path: str, most: int, act: Callable[[Request, bytes], str]) -> Route:
    """A route that changes something, where that is allowed.

    Args:
        most: bytes that a body may have.
        act: gives the name of the run or checkpoint; what it refuses is a `VaeCoreError`.

    Returns:
        403 with a sentence without the header, or where training is off; 404 where there is no such action; else 200
        with JSON: `name`, or `problem`, one sentence.
    """

    def named(request: Request, body: bytes | None) -> str:
        if body is None:
            raise TrainingError(f"what was sent is larger than {most / 1e6:g} MB")
        return act(request, body)

    async def endpoint(request: Request) -> Response:
        if not_allowed := forbidden(request):
            return not_allowed
        if request.path_params.get("action", "pause") not in ACTIONS:
            return PlainTextResponse("There is no such action.", 404, headers=NOT_KEPT)
        return await answer_to_body(request, most, _WORKERS, lambda body: changed(lambda: named(request, body)))

    return Route(path, endpoint, methods=["POST"])


def forbidden(request: Request) -> Response | None:
    """403 with a sentence, where a request may change nothing here."""
    if request.headers.get(HEADER) != "1":
        return PlainTextResponse("This is asked by the app's own pages alone.", 403, headers=NOT_KEPT)
    if settings.is_off():
        return PlainTextResponse(settings.why_off(), 403, headers=NOT_KEPT)
    return None


def changed(act: Callable[[], str]) -> Response:
    """JSON of the `name` that it gives, or of the `problem` that keeps it from that."""
    try:
        return JSONResponse({"name": act()}, headers=NOT_KEPT)
    except (VaeCoreError, OSError) as error:
        return problem(error)


def problem(error: VaeCoreError | OSError) -> Response:
    """JSON of one sentence."""
    words = f"The disk refuses: {error.strerror}." if isinstance(error, OSError) else sentence(error)
    return JSONResponse({"problem": without_folder(words, settings.runs_root())}, headers=NOT_KEPT)


def runs(_: Request) -> Response:
    """All runs, and the checkpoints that tell how they were trained: `Runs` of `ui/web/train/server.js`."""
    try:
        found = [*manager().runs(), *listing.shipped()]
        limits = asdict(settings.limits())
    except VaeCoreError as error:
        return refusal(error)
    answer = {
        "training": not settings.is_off(),
        "why": settings.why_off(),
        "limits": limits,
        "flops": forecast.flops(),
        "runs": [asdict(run) for run in found],
    }
    return JSONResponse(answer, headers=NOT_KEPT)


async def follow(request: Request) -> Response:
    """Events of a run, or of a checkpoint, from the byte `from` on, as NDJSON.

    Returns:
        200 with whole lines; the header `Run-Next` is the byte after them, `Run-State` how far the run is. Where it
        waits or runs and there is nothing new, that takes up to `WAIT_SECONDS`. 404 with a sentence where there is no
        such run.
    """
    name, start = request.path_params["name"], request.query_params.get("from", "0")
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            if not OFFSET.fullmatch(start):
                raise NotHereError("The parameter from must be a whole number.")
            content, after, state = await anyio.to_thread.run_sync(_more, name, int(start))
        except VaeCoreError as error:
            return refusal(error)
        if content or state not in ACTIVE or time.monotonic() > deadline or await request.is_disconnected():
            headers = {**NOT_KEPT, NEXT: str(after), STATE: state, "Content-Encoding": "identity"}
            return Response(content, media_type=NDJSON, headers=headers)
        await anyio.sleep(LOOK_SECONDS)


def start(_: Request, body: bytes) -> str:
    """The body is a `Plan`."""
    return manager().start(Plan.from_json(values_of(body)))


def act(request: Request, body: bytes) -> str:
    """What is to be done is in the path; the body is JSON of what belongs to it."""
    return ACTIONS[request.path_params["action"]](manager(), request.path_params["name"], values_of(body))


def values_of(body: bytes) -> dict[str, Any]:
    """Of a JSON object; an empty body is an empty one.

    Raises:
        TrainingError: it is none.
    """
    try:
        values = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise TrainingError("what was sent is no JSON object")
    return values


def _more(name: str, start: int) -> tuple[bytes, int, State]:
    """Whole lines from a byte on, the byte after them, and how far the run is.

    Raises:
        NotHereError: there is no such run or checkpoint.
    """
    folder = manager().root / name
    if admission.is_name(name) and (folder / events.FILE).is_file():
        content, after = events.read(folder, start)
        # Whoever waits is told within a second that a run has ended without a word.
        state = manager().state(name) if content else manager().listed_state(name)
    else:
        whole = checkpoint_events.lines(name)
        content, after, state = whole[start:], max(start, len(whole)), checkpoint_events.state(name)
    if len(content) > MOST_ANSWER:
        end = content.find(b"\n", MOST_ANSWER) + 1
        content, after = content[:end], start + end
    return content, after, state


ROUTES = [
    Route("/runs", runs, methods=["GET"]),
    changing("/runs", MOST_BYTES, start),
    Route("/runs/{name}/events.ndjson", follow, methods=["GET"]),
    changing("/runs/{name}/{action}", MOST_BYTES, act),
]
