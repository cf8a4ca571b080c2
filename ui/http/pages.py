"""The addresses of the app's pages that Streamlit does not answer itself."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from ui import store

PAGES = store.ROOT / "pages"
NAMES = frozenset(path.stem for path in PAGES.glob("*.py"))
DEFAULT_PAGE = "desk"


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
