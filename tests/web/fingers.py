"""Fingers on a page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.web.shown import Place, box, settle


class Fingers:
    """Fingers on a place, at parts of its width and height."""

    def __init__(self, page: Page, place: Locator) -> None:
        self.page, self.box = page, box(place)
        self.session = page.context.new_cdp_session(page)

    def __call__(self, kind: str, *places: Place) -> None:
        """`kind` is Start, Move, End or Cancel."""
        points = [{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(self.box.at(*place) for place in places)]
        self.session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        settle(self.page)

    def down(self, *places: Place) -> None:
        self("Start", *places)

    def up(self) -> None:
        self("End")

    def cancel(self) -> None:
        self("Cancel")

    def move(self, start: Place, end: Place, steps: int = 8) -> None:
        """One that is down, from place to place."""
        for k in range(1, steps + 1):
            self("Move", tuple(a + (b - a) * k / steps for a, b in zip(start, end, strict=True)))  # type: ignore[arg-type]

    def swipe(self, start: Place, end: Place) -> None:
        self.down(start)
        self.move(start, end)
        # A finger that lifts while it moves lets the page coast, and the next tap only stops it.
        for _ in range(3):
            settle(self.page)
        self.up()

    def spread(self) -> None:
        self.down((0.4, 0.5), (0.6, 0.5))
        for step in range(1, 6):
            self("Move", (0.4 - 0.05 * step, 0.5), (0.6 + 0.05 * step, 0.5))
        self.up()
