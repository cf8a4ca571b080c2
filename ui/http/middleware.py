"""What stands around Streamlit's answers, so that a first visit needs less of the network and of the server."""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import normpath

import anyio
import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.http.answers import answer
from ui.http.pages import DEFAULT_PAGE, NAMES
from ui.http.payload import Payload
from ui.jobs.cache import Kept

SCRIPTS = Path(streamlit.__file__).parent / "static" / "static" / "js"
# A script's imports, as Streamlit's are bundled.
IMPORT = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')


def component_scripts() -> list[str]:
    """Names of Streamlit's own scripts of a live component that its HTML does not name: a browser would hear of them
    when the page's first run arrives. None where Streamlit has them otherwise.
    """
    known = (SCRIPTS.parents[1] / "index.html").read_text("utf-8")
    found = [path.name for path in SCRIPTS.glob("BidiComponent.*.js")]
    for name in found:
        for other in IMPORT.findall((SCRIPTS / name).read_text("utf-8")):
            if other not in found and other not in known:
                found.append(other)
    return found


# HTML, 4.2.4, and 4.6.7.12.
LINK = ", ".join(
    f"<./{path}>; rel=modulepreload"
    for path in ("assets/web.js", *(f"static/js/{name}" for name in component_scripts()))
)


class Preload:
    """ASGI middleware that names the scripts of live components beside a page's HTML: the browser fetches them while
    Streamlit starts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = scope["path"].rpartition("/")[2] or DEFAULT_PAGE if scope["type"] == "http" else ""

        async def send_with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("link", LINK)
            await send(message)

        await self.app(scope, receive, send_with_link if page in NAMES else send)


class KeepImmutable:
    """ASGI middleware that keeps whole answers that say they are immutable, and sends them compressed from then on.

    Streamlit sends its own browser side from the disk, uncompressed: 77 files of 3 MB at a first visit.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: Kept[tuple[Payload, str]] = Kept(megabytes=32)
        self._under_way: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or "/static/" not in scope["path"]:
            await self.app(scope, receive, send)
            return
        path = normpath(scope["path"])
        if kept := self._kept.get(path):
            found, cache_control = kept
            response = answer(Request(scope), lambda: found, cache_control)
            await response(scope, receive, send)
            return
        start: Message = {}
        body, is_whole = bytearray(), False

        async def send_and_collect(message: Message) -> None:
            nonlocal start, is_whole
            await send(message)
            if message["type"] == "http.response.start":
                start = message
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                is_whole = not message.get("more_body")

        await self.app(scope, receive, send_and_collect)
        # Not while it is sent: an answer that is streamed ends with whoever hangs up.
        if is_whole and start["status"] == 200 and _is_plain(headers := Headers(scope=start)):
            await self._keep(path, bytes(body), headers)

    async def _keep(self, path: str, body: bytes, headers: Headers) -> None:
        if path in self._under_way:
            return
        self._under_way.add(path)
        try:
            # Of the largest it takes tenths of a second, in which nobody would be served.
            found = await anyio.to_thread.run_sync(Payload.compressed, body, headers["content-type"])
        finally:
            self._under_way.discard(path)
        self._kept.put(path, (found, headers["cache-control"]))


def _is_plain(headers: Headers) -> bool:
    return "immutable" in headers.get("cache-control", "") and "content-encoding" not in headers
