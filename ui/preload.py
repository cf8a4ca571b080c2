"""Tells the browser with the first bytes of a page that it will need the browser side, which it fetches meanwhile."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.routes import DEFAULT_PAGE, PAGES

NAMES = frozenset(path.stem for path in PAGES.glob("*.py"))
# HTML, 4.2.4, and 4.6.7.12.
LINK = "<./assets/web.js>; rel=modulepreload"


class Preload:
    """ASGI middleware that names ui/web beside a page's HTML."""

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
