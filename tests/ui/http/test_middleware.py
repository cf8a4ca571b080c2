import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.ui.conftest import TestClient
from ui.http.middleware import NAMES, KeepImmutable, Preload


def answer(request: Request) -> Response:
    return JSONResponse({}) if request.query_params else HTMLResponse("<p>")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/{path:path}", answer)], middleware=[Middleware(Preload)]))


@pytest.mark.parametrize("path", ["", *sorted(NAMES), "school/latent/", "school/latent/models"])
def test_a_page_names_the_browser_side_beside_its_html(client: TestClient, path: str) -> None:
    links = client.get(f"/{path}").headers["link"].split(", ")
    assert links[0] == "<./assets/web.js>; rel=modulepreload"
    names = [re.fullmatch(r"<\./static/js/(\w+)\.[\w-]+\.js>; rel=modulepreload", link) for link in links[1:]]
    assert [name[1] for name in names if name] == ["BidiComponent", "_arrayReduce", "serialization", "recordbatch"]


@pytest.mark.parametrize(
    "path", ["models?answer=json", "elsewhere", "assets/web.js", "..%2fapp", "a" * 300, "%00", "%ff"]
)
def test_nothing_else_does(client: TestClient, path: str) -> None:
    assert "link" not in client.get(f"/{path}").headers


KEEP = {"cache-control": "public, immutable, max-age=31536000"}


@pytest.mark.parametrize(
    ("path", "headers", "asked"),
    [
        ("/static/js/a.js", KEEP, 1),
        ("/school/static/js/a.js", KEEP, 1),
        ("/media/a.js", KEEP, 3),
        ("/static/js/a.js", {"cache-control": "no-cache"}, 3),
        ("/static/js/a.js", {**KEEP, "content-encoding": "br"}, 3),
    ],
)
def test_what_never_changes_is_read_once_and_sent_compressed(path: str, headers: dict[str, str], asked: int) -> None:
    content, calls = b"let a = 1;" * 1000, []

    def streamlits(request: Request) -> Response:
        calls.append(request.url.path)
        return StreamingResponse(iter([content[:5000], content[5000:]]), headers=headers, media_type="text/javascript")

    client = TestClient(Starlette(routes=[Route(path, streamlits)], middleware=[Middleware(KeepImmutable)]))
    plain = {"accept-encoding": "identity"}
    answers = [client.get(path, headers=plain), client.get(path), client.get(path, headers=plain)]
    assert len(calls) == asked
    if "content-encoding" not in headers:
        assert [answer.content for answer in answers] == [content] * 3
    assert len({answer.headers["content-type"] for answer in answers}) == 1
    assert {answer.headers["cache-control"] for answer in answers} == {headers["cache-control"]}
    if asked == 1:
        assert answers[1].headers["content-encoding"] == "gzip"
        again = client.get(path, headers={"if-none-match": answers[2].headers["etag"], **plain})
        assert again.status_code == 304


def test_a_part_an_error_and_a_head_are_not_taken_for_the_whole() -> None:
    def streamlits(request: Request) -> Response:
        status = int(request.query_params.get("status", 200))
        return Response(b"part" if status != 200 else b"whole", status, headers=KEEP, media_type="text/javascript")

    client = TestClient(Starlette(routes=[Route("/static/a.js", streamlits)], middleware=[Middleware(KeepImmutable)]))
    for status in (206, 404, 500):
        assert client.get(f"/static/a.js?status={status}").content == b"part"
    assert client.head("/static/a.js").content == b""
    assert client.get("/static/a.js").content == b"whole"
