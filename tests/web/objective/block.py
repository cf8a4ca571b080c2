"""A block of the page Objective as a visitor has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from playwright.sync_api import Request, expect

from tests.web.shown import Shown


class Block(Shown):
    path: ClassVar[str] = "objective"

    def wait_for_all(self) -> None:
        """Until no block has anything left to ask the server for."""
        page = self.page
        expect(page.locator("[data-component][data-ready=false]")).to_have_count(0, timeout=60_000)
        expect(page.locator("[data-component=ladder] input[aria-busy]")).to_have_count(0, timeout=60_000)
        unknown = page.locator("[data-component=ladder] figure:not([hidden]) dd, [data-component=loss] .survivors td")
        expect(unknown.filter(has_text="…")).to_have_count(0, timeout=60_000)
        expect(page.locator("[data-component=loss]")).not_to_contain_text("being measured", timeout=60_000)
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")

    @contextmanager
    def silence(self) -> Iterator[None]:
        """What a hand does within is told to nobody: there is no message to the server and no request."""
        self.wait_for_all()
        asked: list[str] = []
        sent = self.traffic.sent

        def note(request: Request) -> None:
            asked.append(request.url)

        self.page.on("request", note)
        yield
        assert (self.traffic.sent, asked) == (sent, [])
        self.page.remove_listener("request", note)
