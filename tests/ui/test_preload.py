from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.ui.conftest import TestClient
from ui.preload import NAMES, Preload, modules
from ui.routes import WEB


def answer(request: Request) -> Response:
    return JSONResponse({}) if request.query_params else HTMLResponse("<p>")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/{path:path}", answer)], middleware=[Middleware(Preload)]))


@pytest.mark.parametrize("path", ["", *sorted(NAMES), "school/latent/", "school/latent/models"])
def test_a_page_names_its_modules_beside_its_html(client: TestClient, path: str) -> None:
    header = client.get(f"/{path}").headers["link"]
    assert header.count("rel=modulepreload") == len(modules(path.rpartition("/")[2] or "desk"))
    assert "<./assets/frame/address.js>; rel=modulepreload" in header
    # What proxies take in one line.
    assert len(header) < 8000


@pytest.mark.parametrize(
    "path", ["models?answer=json", "elsewhere", "assets/desk/desk.js", "..%2fapp", "a" * 300, "%00", "%ff"]
)
def test_nothing_else_does(client: TestClient, path: str) -> None:
    assert "link" not in client.get(f"/{path}").headers


@pytest.mark.parametrize("page", sorted(NAMES))
def test_modules_exist_and_none_is_named_twice(page: str) -> None:
    named = modules(page)
    assert len(set(named)) == len(named) > 20
    assert all((WEB / name).is_file() for name in named)
