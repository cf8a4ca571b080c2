"""Answers to what the browser asks for: entity tags, versions of checkpoints, and refusals in one sentence.

What is fetched carries a strong ETag and is kept by the browser for a year, but asked after each time (`no-cache`): an
unchanged file costs a 304. Who asks for what belongs to a checkpoint says which version, in a header or the address:
where another is here by now, the answer says so, and nothing of two models comes together on a page. An unknown name is
a 404 with one sentence; a question that has no answer gets a 200 with that sentence, which no browser writes into the
visitor's console.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ui import store
from ui.errors import NoAnswerError, ReplacedError, sentence
from ui.http.payload import BINARY, CSV, Payload
from vae_core.errors import HalfModelError, ObjectiveError, PathError, VaeCoreError

KEEP_BUT_ASK = "public, max-age=31536000, no-cache"
ASK = "no-cache"
NOT_KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
# From ui/web/server/load.js: which of the checkpoints of that name the page shows. To it: that another one is here.
VERSION, REPLACED = "Checkpoint-Version", "Checkpoint-Replaced"


def answer(request: Request, find: Callable[[], Payload], cache_control: str = KEEP_BUT_ASK) -> Response:
    """What `find` gives, or why there is nothing."""
    try:
        check_models(request)
        found = find()
        # What was found may be of a model that was saved meanwhile.
        check_models(request)
    except VaeCoreError as error:
        return refusal(error)
    content, etag = found.content, found.etag
    headers = {"Cache-Control": cache_control, "X-Content-Type-Options": "nosniff", **found.headers}
    if found.gzipped is not None:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            # RFC 9110, 8.8.3.3: another encoding is another representation, with a strong tag of its own.
            content, etag = found.gzipped, f'{etag[:-1]}-gzip"'
            headers["Content-Encoding"] = "gzip"
    headers["ETag"] = etag
    if _matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    if found.media_type in (BINARY, CSV):
        # Float32 noise hardly shrinks, and the gzip middleware would try anew at every request: 60 ms a checkpoint.
        headers.setdefault("Content-Encoding", "identity")
    return Response(content, media_type=found.media_type, headers=headers)


def _matches(if_none_match: str, etag: str) -> bool:
    """RFC 9110, 13.1.2: a list of tags, compared weakly."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags


def check_models(request: Request) -> None:
    """An address that a page was given holds for the checkpoint it shows, and for no later one of that name.

    Raises:
        ReplacedError: another one is here by now.
        NotHereError: the checkpoint takes other pictures than those of the set.
    """
    model, digits = request.path_params.get("model"), request.path_params.get("digits")
    if model is not None and digits is not None:
        store.check_fit(model, digits)
    asked = request.headers.get(VERSION) or request.query_params.get(store.VERSION)
    if model is not None and asked is not None and asked != store.version(model):
        raise ReplacedError(f"{model} has been saved anew.")


def refusal(error: VaeCoreError) -> Response:
    """The sentence of an error, as the browser expects it."""
    if isinstance(error, ReplacedError):
        return JSONResponse({"problem": str(error)}, headers={**NOT_KEPT, REPLACED: "1"})
    if isinstance(error, NoAnswerError):
        return JSONResponse({"problem": str(error)}, headers=NOT_KEPT)
    if isinstance(error, PathError | ObjectiveError | HalfModelError):
        return JSONResponse({"problem": sentence(error)}, headers=NOT_KEPT)
    return PlainTextResponse(str(error), status_code=404, headers={"Cache-Control": "no-store"})


async def answer_to_body(
    request: Request, most: int, executor: Executor, make: Callable[[bytes | None], Response]
) -> Response:
    """What is made, in the threads of `executor`, of a body; of None where it has more than `most` bytes.

    What changes nothing on the server needs no more: another site could gain nothing by sending it. For all else there
    is `ui.http.runs.changing`.
    """
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            # Whatever Content-Length says.
            if len(body) > most:
                break
    except ClientDisconnect:
        return Response(status_code=400)
    content = bytes(body) if len(body) <= most else None
    return await asyncio.get_running_loop().run_in_executor(executor, make, content)
