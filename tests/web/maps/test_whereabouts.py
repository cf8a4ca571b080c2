"""What a browser says of where a picture lies is what Python says, at a cost that no frame feels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.web.desk_page import DeskPage


def test_a_digit_lies_where_digits_lie_and_what_does_not_arrive_is_said(
    open_page: Callable[..., tuple[Page, Any]], open_desk: Callable[..., DeskPage], app: str
) -> None:
    desk = open_desk("left=ae-30&right=vae-30")
    desk.button("A 0, ").first.click()
    desk.settle_frame()
    assert [desk.place(side) for side in (0, 1)] == ["where digits lie"] * 2
    page, _ = open_page()
    page.route("**/whereabouts/*.safetensors", lambda route: route.fulfill(body=b"", status=200))
    page.goto(f"{app}?left=ae-30&right=vae-30")
    desk = DeskPage(page, [])
    desk.wait()
    expect(desk.root.locator(".place").first).to_contain_text("whereabouts/uci.safetensors: too short")
    assert len(desk.values()) == 30
