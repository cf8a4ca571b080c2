"""Imports of nets by HTTP, as the page Models > Import asks: files come in, and what was found of them goes out.

What changes something is asked as in `ui.http.runs`, which see for the header and the switch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ui.http.answers import NOT_KEPT, refusal
from ui.http.runs import MOST_BYTES, changed, changing, forbidden, problem, values_of
from ui.imports.incoming import Incoming, about
from ui.imports.manager import Imports, manager
from vae_core.errors import VaeCoreError
from vae_core.imports.steps.folder import FILES

ACTIVE = ("waiting", "running", "keeping")
# An answer waits so long for something new; what a step is at is shown at least as often.
WAIT_SECONDS = 1.0
LOOK_SECONDS = 0.1
ACTIONS: dict[str, Callable[[Imports, str, Mapping[str, Any]], str]] = {
    "again": lambda imports, name, values: imports.again(name, values),
    "keep": lambda imports, name, values: imports.keep(name, values),
    "leave": lambda imports, name, _: imports.leave(name),
}


async def upload(request: Request) -> Response:
    """Takes files and begins to try them. The body is their bytes, one after the other, and goes to disk as it comes.

    The query's `about` is JSON: `files`, each with its `name` and `size`; `digits`, `shape` and `wishes` as in
    `ui.imports.incoming.known`.

    Returns:
        as `ui.http.runs.changing`; `name` is that of the import.
    """
    if not_allowed := forbidden(request):
        return not_allowed
    run = anyio.to_thread.run_sync
    try:
        asked = await run(about, request.query_params.get("about", ""))
        one = await run(manager().begin, asked)
    except (VaeCoreError, OSError) as error:
        return problem(error)
    try:
        await _receive(request, Incoming(one.folder / FILES, asked.sizes))
    except (VaeCoreError, OSError, ClientDisconnect) as error:
        await run(manager().leave, one.name)
        return Response(status_code=400) if isinstance(error, ClientDisconnect) else problem(error)
    return await run(changed, partial(manager().start, one))


async def look(request: Request) -> Response:
    """How far an import is, within `WAIT_SECONDS`: at once where it is over, or something is new.

    Returns:
        200 with JSON. `state`: "waiting", "running", "found", "keeping", "kept" or "failed"; `ahead`, how many come
        before; `seconds` since its step runs, and its `limit`; `doing`, what it is at, in a few words; `problem`, one
        sentence, or null; `found`, or null; `checkpoint`, the name of what is kept, or null.

        Of `found`: `files`, names; `digits`, a set, of which `pictures` were used; `shape` of a picture; `about`, a few
        words, `half`, the only part that there is, or null, `layers` and `parameters` of the model; `guesses` and
        `warnings`, sentences; `mean_picture_error`, which a model reaches that has learnt nothing; `originals`, ten
        pictures in a row as the `data:` URL of a PNG; `questions`, see `vae_core.imports.wishes.questions`; and
        `candidates`, the best first, each with the `words` in which it differs from that, its `loss`, `squared_error`,
        and `picture`, what it makes of the ten; these are null of an encoder alone.

        404 with a sentence where there is no such import.
    """
    run, deadline = anyio.to_thread.run_sync, time.monotonic() + WAIT_SECONDS
    first: dict[str, Any] = {}
    while True:
        try:
            now = await run(manager().look, request.path_params["name"])
        except VaeCoreError as error:
            return refusal(error)
        first = first or now
        is_new = any(now[key] != first[key] for key in ("state", "ahead", "doing"))
        if now["state"] not in ACTIVE or is_new or time.monotonic() > deadline or await request.is_disconnected():
            return JSONResponse(now, headers=NOT_KEPT)
        await anyio.sleep(LOOK_SECONDS)


async def _receive(request: Request, incoming: Incoming) -> None:
    """To the disk as it comes.

    Raises:
        ImportRefusedError: it is not as long as was said. OSError: the disk refuses. ClientDisconnect: nothing comes.
    """
    try:
        async for chunk in request.stream():
            await anyio.to_thread.run_sync(incoming.take, chunk)
        incoming.check_whole()
    finally:
        incoming.close()


def _acting(action: str) -> Route:
    def act(request: Request, body: bytes) -> str:
        return ACTIONS[action](manager(), request.path_params["name"], values_of(body))

    return changing(f"/imports/{{name}}/{action}", MOST_BYTES, act)


ROUTES = [
    Route("/imports", upload, methods=["POST"]),
    Route("/imports/{name}", look, methods=["GET"]),
    *map(_acting, ACTIONS),
]
