"""How much a page tells the server."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

# Slows the timer that reports z, whatever the machine does; `early` where that timer has not fired.
LEAVE_AT_ONCE = """() => {
  const set = window.setTimeout;
  window.early = true;
  window.setTimeout = (run, ms, ...rest) =>
    ms === 300 ? set(() => { window.early = false; run(); }, 20_000) : set(run, ms, ...rest);
}"""


class Traffic:
    """What a page tells the server because of a visitor, and not because a table is awaited."""

    def __init__(self, page: Page) -> None:
        self.sent = 0
        page.on("websocket", lambda socket: socket.on("framesent", self._count))

    def _count(self, payload: bytes | str) -> None:
        message = BackMsg()
        message.ParseFromString(payload if isinstance(payload, bytes) else payload.encode())
        self.sent += not (message.HasField("rerun_script") and message.rerun_script.is_auto_rerun)


def expect_draws_counted(page: Page) -> None:
    """Until Encodings has said what draws from N(0, I) are worth: before, it asks the server again and again."""
    expect(page.get_by_text("lie where digits lie.")).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
