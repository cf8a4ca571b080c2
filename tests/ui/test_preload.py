from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.ui.conftest import TestClient
from ui.preload import NAMES, Preload


def answer(request: Request) -> Response:
    return JSONResponse({}) if request.query_params else HTMLResponse("<p>")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/{path:path}", answer)], middleware=[Middleware(Preload)]))


@pytest.mark.parametrize("path", ["", *sorted(NAMES), "school/latent/", "school/latent/models"])
def test_a_page_names_the_browser_side_beside_its_html(client: TestClient, path: str) -> None:
    assert client.get(f"/{path}").headers["link"] == "<./assets/web.js>; rel=modulepreload"


@pytest.mark.parametrize(
    "path", ["models?answer=json", "elsewhere", "assets/web.js", "..%2fapp", "a" * 300, "%00", "%ff"]
)
def test_nothing_else_does(client: TestClient, path: str) -> None:
    assert "link" not in client.get(f"/{path}").headers
