"""Tells the browser, with the first bytes of a page, which modules the page will ask for.

A browser finds a module's imports only when it has the module: eight rounds for the desk, begun after Streamlit has
drawn the page. Told by a header (HTML, 4.2.4: `Link` with `rel=modulepreload`), it fetches all of them meanwhile.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, normpath

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.routes import DEFAULT_PAGE, PAGES, WEB

COMPONENTS = Path(__file__).parent / "components"
NAMES = frozenset(path.stem for path in PAGES.glob("*.py"))
# Those of ui/main.py, on every page.
ALWAYS = ("address", "guide", "copy_link")
_COMPONENT = re.compile(r"^from ui\.components\.(\w+) import", re.MULTILINE)
_MODULE = re.compile(r'stub\("([\w/]+\.js)"')
_IMPORT = re.compile(r'^(?:import|export)\b[^;]*?"(\.[\w./]+\.js)";', re.MULTILINE)


class Preload:
    """ASGI middleware that names a page's modules beside its HTML."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = scope["path"].rpartition("/")[2] or DEFAULT_PAGE if scope["type"] == "http" else ""

        async def send_with_modules(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    links = (f"<./assets/{name}>; rel=modulepreload" for name in modules(page))
                    headers.append("link", ", ".join(links))
            await send(message)

        await self.app(scope, receive, send_with_modules if page in NAMES else send)


@cache
def modules(page: str) -> tuple[str, ...]:
    """The files of ui/web that a page imports, without those it may ask for later; those it asks for first come first.

    Args:
        page: a file of pages, without its ending.
    """
    components = [*ALWAYS, *_COMPONENT.findall((PAGES / f"{page}.py").read_text("utf-8"))]
    return with_imports(*(name for each in components for name in _MODULE.findall(_component(each))))


def with_imports(*names: str) -> tuple[str, ...]:
    """These files of ui/web and all that they import, directly or not."""
    found = list(dict.fromkeys(names))
    for name in found:
        imported = [normpath(f"{dirname(name)}/{path}") for path in _IMPORT.findall((WEB / name).read_text("utf-8"))]
        found += [each for each in dict.fromkeys(imported) if each not in found]
    return tuple(found)


def _component(name: str) -> str:
    return (COMPONENTS / f"{name}.py").read_text("utf-8")
