"""How much a page tells the server."""

from __future__ import annotations

from playwright.sync_api import Page, WebSocket, expect

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


def expect_draws_counted(page: Page) -> None:
    """Until Encodings has said what draws from N(0, I) are worth: before, it asks the server again and again."""
    expect(page.get_by_text("lie where digits lie.")).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
