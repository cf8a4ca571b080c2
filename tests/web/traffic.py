"""How much a page tells the server."""

from __future__ import annotations

from playwright.sync_api import Page, WebSocket

# Slows the timer that reports z, whatever the machine does; `early` where that timer has not fired.
LEAVE_AT_ONCE = """() => {
  const set = window.setTimeout;
  window.early = true;
  window.setTimeout = (run, ms, ...rest) =>
    ms === 300 ? set(() => { window.early = false; run(); }, 20_000) : set(run, ms, ...rest);
}"""


class Traffic:
    """Messages to the server over the page's websockets."""

    def __init__(self, page: Page) -> None:
        self.sent = 0
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda _: self._count())

    def _count(self) -> None:
        self.sent += 1
