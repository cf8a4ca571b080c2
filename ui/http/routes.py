"""What the browser fetches by HTTP: modules, checkpoints, codes, paths, errors, digits; where it sends pictures.

What is fetched carries a strong ETag and is kept by the browser for a year, but asked after each time (`no-cache`): an
unchanged file costs a 304. Who asks for what belongs to a checkpoint says which version, in a header or the address:
where another is here by now, the answer says so, and nothing of two models comes together on a page. An unknown name is
a 404 with one sentence; a question that has no answer gets a 200 with that sentence, which no browser writes into the
visitor's console.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from ui import store
from ui.choices import view
from ui.encodings import projections
from ui.encodings.projections import Plot
from ui.errors import NoAnswerError, NotHereError, ReplacedError
from ui.http import films, geodesic_stream, modules, path_payload, payload, uploads
from ui.http.payload import Payload
from vae_core.errors import VaeCoreError

PAGES = store.ROOT / "pages"
DEFAULT_PAGE = "desk"
JAVASCRIPT = "text/javascript; charset=utf-8"
CHECKPOINT_TYPES = {
    "config.json": "application/json",
    "training.json": "application/json",
    "model.safetensors": "application/octet-stream",
    "film.gif": "image/gif",
}
SAFETENSORS = "application/octet-stream"
CSV = "text/csv; charset=utf-8"
KEEP_BUT_ASK = "public, max-age=31536000, no-cache"
ASK = "no-cache"
# From ui/web/server/load.js: which of the checkpoints of that name the page shows. To it: that another one is here.
VERSION, REPLACED = "Checkpoint-Version", "Checkpoint-Replaced"


def web(request: Request) -> Response:
    """The browser side."""
    return answer(request, modules.script, JAVASCRIPT, ASK)


def plotly_script(request: Request) -> Response:
    """plotly.js, from the Python package."""
    return answer(request, payload.plotly_script, JAVASCRIPT, KEEP_BUT_ASK)


def checkpoint_file(request: Request) -> Response:
    """A file of a checkpoint that can be used."""
    file = request.path_params["file"]

    def find() -> Payload:
        store.entry(request.path_params["model"])
        if file not in CHECKPOINT_TYPES:
            raise NotHereError(f"A checkpoint serves {', '.join(CHECKPOINT_TYPES)} and nothing else.")
        return payload.checkpoint_file(request.path_params["model"], file)

    return answer(request, find, CHECKPOINT_TYPES.get(file, "text/plain"), KEEP_BUT_ASK)


def encodings(request: Request) -> Response:
    """What is known of a model's latent space from one set of digits."""
    names = request.path_params
    return _tensors(request, lambda: payload.encodings(names["model"], names["digits"]))


def means(request: Request) -> Response:
    """What a model encodes each digit of a set to."""
    names = request.path_params
    return _tensors(request, lambda: payload.means(names["model"], names["digits"]))


def manifold(request: Request) -> Response:
    """Where the digits of a set lie."""
    return _tensors(request, lambda: payload.manifold(request.path_params["digits"]))


def unlike_digits(request: Request) -> Response:
    """The codes of digits that a model redraws unlike any."""
    names = request.path_params
    return _tensors(request, lambda: payload.unlike_digits(names["model"], names["digits"]))


def plane(request: Request) -> Response:
    """A plane through the codes of one set of digits."""
    names = request.path_params
    return _tensors(request, lambda: payload.plane(names["model"], names["digits"]))


def errors(request: Request) -> Response:
    """How far a model's reconstruction of each digit of a set is from it."""
    names = request.path_params
    return _tensors(request, lambda: payload.errors(names["model"], names["digits"]))


def projection(request: Request) -> Response:
    """A projection of the codes of one set of digits; the query says which."""
    return _tensors(request, lambda: projections.payload(_plot(request)))


def growing(request: Request) -> Response:
    """A t-SNE that is under way, as far as it is."""
    return _tensors(request, lambda: projections.growing(_plot(request)))


def projection_csv(request: Request) -> Response:
    """The same as a file to keep, with the codes."""

    def find() -> Payload:
        plot = _plot(request)
        config = plot.cloud.config
        name = f"encodings-{plot.model}-{plot.digits}-{config.method}-{config.components}d.csv"
        # A checkpoint is called what its folder is called, a header holds less.
        headers["Content-Disposition"] = f'attachment; filename="{re.sub(r"[^A-Za-z0-9._-]", "_", name)}"'
        return projections.csv(plot)

    headers: dict[str, str] = {}
    return answer(request, find, CSV, KEEP_BUT_ASK, headers)


def place(request: Request) -> Response:
    """Where a code that is none of its own lies in a projection."""
    try:
        _check_version(request)
        point = projections.place(_plot(request), request.query_params.get("code", ""))
    except VaeCoreError as error:
        return _refusal(error)
    return JSONResponse({"point": point}, headers=uploads.NOT_KEPT)


def path(request: Request) -> Response:
    """A path through a model's latent space."""
    names, query = request.path_params, request.query_params
    return _tensors(request, lambda: path_payload.path(names["model"], names["digits"], query))


def tangent(request: Request) -> Response:
    """The tangent plane of a model's pictures at one code."""
    names, query = request.path_params, request.query_params
    return _tensors(request, lambda: path_payload.tangent(names["model"], names["digits"], query))


def magnification(request: Request) -> Response:
    """How much a model's decoder magnifies each part of its latent map."""
    names = request.path_params
    return _tensors(request, lambda: path_payload.magnification(names["model"], names["digits"]))


def graph(request: Request) -> Response:
    """The neighbour graph of the codes of one set of digits."""
    names, query = request.path_params, request.query_params
    return _tensors(request, lambda: path_payload.graph(names["model"], names["digits"], query))


def geodesic(request: Request) -> Response:
    """A geodesic of a model's pictures, line by line while it gets better."""
    names, query = request.path_params, request.query_params
    try:
        _check_version(request)
        rounds = geodesic_stream.rounds(names["model"], names["digits"], query)
        if request.method == "HEAD":
            return Response(media_type=geodesic_stream.NDJSON, headers=geodesic_stream.HEADERS)
        return geodesic_stream.response(rounds)
    except VaeCoreError as error:
        return _refusal(error)


def film(request: Request) -> Response:
    """The film of a model's training, frame by frame."""
    return _tensors(request, lambda: payload.film(request.path_params["model"]))


def images(request: Request) -> Response:
    """All digits of a set."""
    return _tensors(request, lambda: payload.images(request.path_params["digits"]))


def tray(request: Request) -> Response:
    """Ten digits of each class."""
    return _tensors(request, lambda: payload.tray(request.path_params["digits"]))


def default_page(request: Request) -> Response:
    """Streamlit serves its default page at / alone; whoever types the page's name comes there, too.

    The way there is told from here: a proxy may show the app below a path that the app does not know of.
    """
    query = request.url.query
    return RedirectResponse(f"./?{query}" if query else "./", status_code=307)


def base_path_probe(request: Request) -> Response:
    """On a deep link Streamlit's browser side first asks whether the server's base path is the page's.

    It takes any refusal as "try the path above". A 404 would stand as an error in the visitor's console; this says
    where the thing is instead (RFC 9110, 15.4.1).
    """
    return PlainTextResponse(
        "The server answers one level above.",
        status_code=300,
        headers={"Link": f"<../../_stcore/{request.path_params['probe']}>"},
    )


def _plot(request: Request) -> Plot:
    cloud, seed = view.parse_address_query(request.query_params)
    return projections.plot(request.path_params["model"], request.path_params["digits"], cloud, seed)


def _tensors(request: Request, find: Callable[[], Payload]) -> Response:
    return answer(request, find, SAFETENSORS, KEEP_BUT_ASK)


def _check_version(request: Request) -> None:
    """An address that a page was given holds for the checkpoint it shows, and for no later one of that name."""
    model = request.path_params.get("model")
    asked = request.headers.get(VERSION) or request.query_params.get(store.VERSION)
    if model is not None and asked is not None and asked != store.version(model):
        raise ReplacedError(f"{model} has been saved anew.")


def _refusal(error: VaeCoreError) -> Response:
    if isinstance(error, ReplacedError):
        return JSONResponse({"problem": str(error)}, headers={**uploads.NOT_KEPT, REPLACED: "1"})
    if isinstance(error, NoAnswerError):
        return JSONResponse({"problem": str(error)}, headers=uploads.NOT_KEPT)
    return PlainTextResponse(str(error), status_code=404, headers={"Cache-Control": "no-store"})


def answer(
    request: Request,
    find: Callable[[], Payload],
    media_type: str,
    cache_control: str,
    more_headers: Mapping[str, str] | None = None,
) -> Response:
    try:
        _check_version(request)
        found = find()
        # What was found may be of a model that was saved meanwhile.
        _check_version(request)
    except VaeCoreError as error:
        return _refusal(error)
    content, etag = found.content, found.etag
    headers = {"Cache-Control": cache_control, "X-Content-Type-Options": "nosniff", **(more_headers or {})}
    if found.gzipped is not None:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            # RFC 9110, 8.8.3.3: another encoding is another representation, with a strong tag of its own.
            content, etag = found.gzipped, f'{etag[:-1]}-gzip"'
            headers["Content-Encoding"] = "gzip"
    headers["ETag"] = etag
    if _matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    if media_type in (SAFETENSORS, CSV):
        # Float32 noise hardly shrinks, and the gzip middleware would try anew at every request: 60 ms a checkpoint.
        headers.setdefault("Content-Encoding", "identity")
    return Response(content, media_type=media_type, headers=headers)


def _matches(if_none_match: str, etag: str) -> bool:
    """RFC 9110, 13.1.2: a list of tags, compared weakly."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags


# Starlette runs these in threads, so that what is computed on first demand does not hold up the websockets.
ROUTES = [
    Route("/assets/plotly.min.js", plotly_script),
    Route("/assets/web.js", web),
    Route("/checkpoints/{model}/{file}", checkpoint_file),
    Route("/encodings/{model}/{digits}.safetensors", encodings),
    Route("/means/{model}/{digits}.safetensors", means),
    Route("/whereabouts/{digits}.safetensors", manifold),
    Route("/whereabouts/{model}/{digits}.safetensors", unlike_digits),
    Route("/planes/{model}/{digits}.safetensors", plane),
    Route("/errors/{model}/{digits}.safetensors", errors),
    Route("/projections/{model}/{digits}.safetensors", projection),
    Route("/projections/{model}/{digits}.csv", projection_csv),
    Route("/growing/{model}/{digits}.safetensors", growing),
    Route("/projections/{model}/{digits}.json", place),
    Route("/paths/{model}/{digits}.safetensors", path),
    Route("/geodesics/{model}/{digits}.ndjson", geodesic),
    Route("/tangents/{model}/{digits}.safetensors", tangent),
    Route("/magnification/{model}/{digits}.safetensors", magnification),
    Route("/graphs/{model}/{digits}.safetensors", graph),
    Route("/films/{model}/frames.safetensors", film),
    Route("/digits/{digits}/images.safetensors", images),
    Route("/digits/{digits}/tray.safetensors", tray),
    Route("/uploads", uploads.upload, methods=["POST"]),
    Route("/films", films.film, methods=["POST"]),
    Route(f"/{DEFAULT_PAGE}", default_page),
    *(Route(f"/{page.stem}/_stcore/{{probe}}", base_path_probe) for page in PAGES.glob("*.py")),
]


def below(base: str) -> list[Route]:
    """`ROUTES` below the path that the server has been given, where Streamlit's own are; "" is the root.

    A `Mount` would keep from Streamlit whatever it does not serve itself.
    """
    prefix = "".join(f"/{part}" for part in base.split("/") if part)
    return [Route(f"{prefix}{route.path}", route.endpoint, methods=route.methods) for route in ROUTES]
