"""What the browser fetches by HTTP: modules, checkpoints, encodings, the tray.

Every answer carries a strong ETag and is kept by the browser for a year, but asked after each time (`no-cache`): an
unchanged file costs a 304, and a retrained checkpoint is seen at once. An unknown name is a 404 with one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from ui import payload, store
from ui.errors import NotHereError
from ui.payload import Payload
from vae_core.errors import VaeCoreError

WEB = Path(__file__).resolve().parent / "web"
PAGES = store.ROOT / "pages"
DEFAULT_PAGE = "desk"
ASSET_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
ASSET_NAME = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*\.(js|css)", re.ASCII)
CHECKPOINT_TYPES = {
    "config.json": "application/json",
    "training.json": "application/json",
    "model.safetensors": "application/octet-stream",
    "film.gif": "image/gif",
}
SAFETENSORS = "application/octet-stream"
KEEP_BUT_ASK = "public, max-age=31536000, no-cache"
ASK = "no-cache"


def asset(request: Request) -> Response:
    """A module or style sheet of ui/web."""
    name = request.path_params["file"]

    def find() -> Payload:
        if not ASSET_NAME.fullmatch(name):
            raise NotHereError("There is no such file.")
        return payload.file(WEB / name)

    return _answer(request, find, ASSET_TYPES.get(Path(name).suffix, "text/plain"), ASK)


def checkpoint_file(request: Request) -> Response:
    """A file of a checkpoint that can be used."""
    file = request.path_params["file"]

    def find() -> Payload:
        folder = store.entry(request.path_params["name"]).path
        if file not in CHECKPOINT_TYPES:
            raise NotHereError(f"A checkpoint serves {', '.join(CHECKPOINT_TYPES)} and nothing else.")
        return payload.file(folder / file)

    return _answer(request, find, CHECKPOINT_TYPES.get(file, "text/plain"), KEEP_BUT_ASK)


def encodings(request: Request) -> Response:
    """What is known of a model's latent space from one set of digits."""
    names = request.path_params
    return _answer(request, lambda: payload.encodings(names["model"], names["digits"]), SAFETENSORS, KEEP_BUT_ASK)


def tray(request: Request) -> Response:
    """Ten digits of each class."""
    return _answer(request, lambda: payload.tray(request.path_params["digits"]), SAFETENSORS, KEEP_BUT_ASK)


def default_page(request: Request) -> Response:
    """Streamlit serves its default page at / alone; whoever types the page's name comes there, too."""
    query = request.url.query
    return RedirectResponse(f"/?{query}" if query else "/", status_code=307)


def base_path_probe(request: Request) -> Response:
    """On a deep link Streamlit's browser side first asks whether the server's base path is the page's.

    It takes any refusal as "try the path above". A 404 would stand as an error in the visitor's console; this says
    where the thing is instead (RFC 9110, 15.4.1).
    """
    return PlainTextResponse(
        "The server answers at /.", status_code=300, headers={"Link": f"</_stcore/{request.path_params['probe']}>"}
    )


def _answer(request: Request, find: Callable[[], Payload], media_type: str, cache_control: str) -> Response:
    try:
        found = find()
    except VaeCoreError as error:
        return PlainTextResponse(str(error), status_code=404, headers={"Cache-Control": "no-store"})
    headers = {"ETag": found.etag, "Cache-Control": cache_control, "X-Content-Type-Options": "nosniff"}
    if _matches(request.headers.get("if-none-match", ""), found.etag):
        return Response(status_code=304, headers=headers)
    if media_type == SAFETENSORS:
        # Float32 noise hardly shrinks, and the gzip middleware would try anew at every request: 60 ms a checkpoint.
        headers["Content-Encoding"] = "identity"
    return Response(found.content, media_type=media_type, headers=headers)


def _matches(if_none_match: str, etag: str) -> bool:
    """RFC 9110, 13.1.2: a list of tags, compared weakly."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags


# Starlette runs these in threads, so that what is computed on first demand does not hold up the websockets.
ROUTES = [
    Route("/assets/{file}", asset),
    Route("/checkpoints/{name}/{file}", checkpoint_file),
    Route("/encodings/{model}/{digits}.safetensors", encodings),
    Route("/digits/{digits}/tray.safetensors", tray),
    Route(f"/{DEFAULT_PAGE}", default_page),
    *(Route(f"/{page.stem}/_stcore/{{probe}}", base_path_probe) for page in PAGES.glob("*.py")),
]
