"""What the browser fetches by HTTP: modules, checkpoints, codes, paths, errors, digits, runs; where it sends pictures,
and what is to be trained.

Starlette runs the functions that find in threads, so that what is computed on first demand does not hold up the
websockets. What an answer carries beside its content: `ui.http.answers`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ui.http import (
    archives,
    films,
    geodesic_stream,
    imports,
    modules,
    objective_payload,
    pages,
    path_payload,
    payload,
    projection_payload,
    runs,
    uploads,
)
from ui.http.answers import ASK, KEEP_BUT_ASK, answer
from ui.http.payload import Payload


def found(path: str, find: Callable[..., Payload], cache_control: str = KEEP_BUT_ASK) -> Route:
    """A route that answers with what a function finds of the names in the path, and of the query where it takes one."""
    takes_query = "query" in inspect.signature(find).parameters

    def endpoint(request: Request) -> Response:
        query = {"query": request.query_params} if takes_query else {}
        return answer(request, lambda: find(**request.path_params, **query), cache_control)

    return Route(path, endpoint)


ROUTES = [
    found("/assets/plotly.min.js", payload.plotly_script),
    found("/assets/web.js", modules.script, ASK),
    found("/assets/{part}.json", modules.texts, ASK),
    found("/checkpoints/{model}/decoder.safetensors", payload.decoder),
    found("/checkpoints/{model}/encoder.safetensors", payload.encoder),
    found("/checkpoints/{model}/{file}", payload.checkpoint_file),
    found("/encodings/{model}/{digits}.safetensors", payload.encodings),
    found("/means/{model}/{digits}.safetensors", payload.means),
    found("/whereabouts/{digits}.safetensors", payload.manifold),
    found("/whereabouts/{model}/{digits}.safetensors", payload.unlike_digits),
    found("/planes/{model}/{digits}.safetensors", payload.plane),
    found("/errors/{model}/{digits}.safetensors", payload.errors),
    found("/projections/{model}/{digits}.safetensors", projection_payload.points),
    found("/projections/{model}/{digits}.csv", projection_payload.file),
    found("/growing/{model}/{digits}.safetensors", projection_payload.growing),
    Route("/projections/{model}/{digits}.json", projection_payload.place),
    found("/paths/{model}/{digits}.safetensors", path_payload.path),
    Route("/geodesics/{model}/{digits}.ndjson", geodesic_stream.geodesic),
    found("/tangents/{model}/{digits}.safetensors", path_payload.tangent),
    found("/magnification/{model}/{digits}.safetensors", path_payload.magnification),
    found("/graphs/{model}/{digits}.safetensors", path_payload.graph),
    found("/ladders/{digits}/rungs.safetensors", objective_payload.rungs),
    found("/ladders/{digits}/standings.safetensors", objective_payload.standings),
    found("/spectra/{digits}/variances.safetensors", objective_payload.spectrum),
    found("/gradients/{model}/{digits}.safetensors", objective_payload.gradients),
    found("/films/{model}/frames.safetensors", payload.film),
    found("/digits/{digits}/images.safetensors", payload.images),
    found("/digits/{digits}/tray.safetensors", payload.tray),
    Route("/uploads", uploads.upload, methods=["POST"]),
    Route("/films", films.film, methods=["POST"]),
    *runs.ROUTES,
    found("/checkpoints/{model}.zip", archives.packed),
    *imports.ROUTES,
    runs.changing("/checkpoints", archives.MOST_BYTES, archives.take_in),
    Route(f"/{pages.DEFAULT_PAGE}", pages.default_page),
    *(Route(f"/{page}/_stcore/{{probe}}", pages.base_path_probe) for page in pages.NAMES),
]


def below(base: str) -> list[Route]:
    """`ROUTES` below the path that the server has been given, where Streamlit's own are; "" is the root.

    A `Mount` would keep from Streamlit whatever it does not serve itself.
    """
    prefix = "".join(f"/{part}" for part in base.split("/") if part)
    return [Route(f"{prefix}{route.path}", route.endpoint, methods=route.methods) for route in ROUTES]
