"""Visitors without a screen: Streamlit's messages over its websocket, and what a browser fetches beside them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import aiohttp
from playwright.sync_api import Request, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from yarl import URL

# What a browser keeps open to one server at a time.
CONNECTIONS = 6
TIMEOUT_SECONDS = 60.0
FINISHED = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR}


class VisitError(Exception):
    """What a visitor would call broken, in a few words."""


@dataclass(frozen=True)
class Shown:
    """A page that has come.

    Attributes:
        seconds: from asking for it to the end of its script.
        messages: that the run took.
        size: their bytes.
    """

    seconds: float
    messages: int
    size: int


@dataclass
class _Run:
    """What has come of the run that was asked for last."""

    asked: float
    over: asyncio.Future[Shown]
    messages: int = 0
    size: int = 0
    timers: list[asyncio.Task[None]] = field(default_factory=list)


class Visitor:
    """One session. It answers the timers of fragments as a browser does; use it as an async context."""

    def __init__(self, url: str, assets: Mapping[str, Sequence[str]] | None = None) -> None:
        """
        Args:
            url: of the app, on loopback, with a slash at its end.
            assets: by page, what a browser fetches there; each address once.
        """
        self._url = urlsplit(url)
        self._assets = assets or {}
        self._fetched: set[str] = set()
        self._hashes: dict[str, str] = {}
        self._shown = ""
        self._run: _Run | None = None
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        stream = self._url._replace(scheme="ws", path=f"{self._url.path}_stcore/stream").geturl()
        self._socket = await connect(
            stream,
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            compression=None,
            open_timeout=TIMEOUT_SECONDS,
            ping_interval=None,
            origin=f"http://{self._url.netloc}",  # type: ignore[arg-type]
        )
        self._reader = asyncio.create_task(self._read())
        if self._assets:
            # Asks again, as a browser does, where the server has just closed a connection that was idle for long.
            self._http = aiohttp.ClientSession(
                self._url.geturl(),
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                timeout=aiohttp.ClientTimeout(TIMEOUT_SECONDS),
                headers={"Accept-Encoding": "gzip"},
                auto_decompress=False,
            )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_timers()
        if self._reader:
            self._reader.cancel()
        if self._http:
            await self._http.close()
        if self._socket:
            await self._socket.close()

    @property
    def is_settled(self) -> bool:
        """No fragment of the page asks again and again."""
        return not (self._run and self._run.timers)

    async def show(self, page: str) -> Shown:
        """Opens a page, or runs the one on screen again, and fetches what it needs and has not got.

        Args:
            page: its name in the address; empty for the app's first.

        Raises:
            VisitError: it did not come, or with an error on it.
        """
        shown, _ = await asyncio.gather(self._ask(page), self._fetch(page))
        return shown

    async def _ask(self, page: str) -> Shown:
        assert self._socket
        self._stop_timers()
        state = ClientState(page_name=page)
        if page in self._hashes:
            state = ClientState(page_script_hash=self._hashes[page])
        state.context_info.timezone = "UTC"
        run = self._run = _Run(time.perf_counter(), asyncio.get_running_loop().create_future())
        await self._socket.send(BackMsg(rerun_script=state).SerializeToString())
        try:
            return await asyncio.wait_for(run.over, TIMEOUT_SECONDS)
        except TimeoutError:
            raise VisitError(f"no page after {TIMEOUT_SECONDS:g} s") from None

    async def _read(self) -> None:
        assert self._socket
        try:
            async for data in self._socket:
                self._take(ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode()), len(data))
        except Exception as error:
            self._fail(f"{type(error).__name__}: {error}")
        else:
            self._fail("the server closed the connection")

    def _take(self, message: ForwardMsg, size: int) -> None:
        run = self._run
        if run is None:
            return
        run.messages += 1
        run.size += size
        kind = message.WhichOneof("type")
        if kind == "navigation":
            pages = message.navigation.app_pages
            self._hashes = {"" if page.is_default else page.url_pathname: page.page_script_hash for page in pages}
        elif kind == "auto_rerun":
            timer = message.auto_rerun
            run.timers.append(asyncio.create_task(self._look_in(timer.fragment_id, timer.interval)))
        elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
            self._fail(f"{message.delta.new_element.exception.type} on the page")
        elif kind == "page_not_found":
            self._fail("page not found")
        elif kind == "script_finished" and message.script_finished in FINISHED and not run.over.done():
            run.over.set_result(Shown(time.perf_counter() - run.asked, run.messages, run.size))

    async def _look_in(self, fragment: str, interval: float) -> None:
        assert self._socket
        while True:
            await asyncio.sleep(interval)
            state = ClientState(fragment_id=fragment, is_auto_rerun=True)
            with contextlib.suppress(Exception):  # the reader says that the connection is gone
                await self._socket.send(BackMsg(rerun_script=state).SerializeToString())

    def _stop_timers(self) -> None:
        for timer in self._run.timers if self._run else ():
            timer.cancel()

    def _fail(self, words: str) -> None:
        if self._run and not self._run.over.done():
            self._run.over.set_exception(VisitError(words))

    async def _fetch(self, page: str) -> None:
        new = [address for address in self._assets.get(page, ()) if address not in self._fetched]
        self._fetched.update(new)
        await asyncio.gather(*(self._get(address) for address in new))

    async def _get(self, address: str) -> None:
        assert self._http
        try:
            async with self._http.get(URL(address, encoded=True)) as answer:
                await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise VisitError(f"{address}: {type(error).__name__}") from error
        if answer.status >= 400:
            raise VisitError(f"{address}: {answer.status}")


def _note(asked: list[str], request: Request) -> None:
    if request.method == "GET":
        asked.append(request.url)


def recorded_assets(
    url: str, pages: Sequence[str], chromium: str, settle: Callable[[], object]
) -> dict[str, list[str]]:
    """What a browser fetches at the first visit of each page, relative to the app; its own cache is empty each time.

    Args:
        url: of the app.
        pages: names in the address.
        chromium: the program.
        settle: waits until the server has nothing to do.
    """
    found: dict[str, list[str]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for page in pages:
            tab = browser.new_page()
            asked: list[str] = []
            tab.on("request", partial(_note, asked))
            tab.goto(f"{url}{page}")
            tab.wait_for_load_state("networkidle")
            settle()
            tab.close()
            # Media files belong to one session.
            found[page] = [
                address.removeprefix(url)
                for address in dict.fromkeys(asked)
                if address.startswith(url) and "/media/" not in address
            ]
        browser.close()
    return found
