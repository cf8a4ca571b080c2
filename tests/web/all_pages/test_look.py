"""What fits on the screen. Set SCREENSHOTS to a folder to keep the pictures and look at them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Locator, Route

from tests.web.desk_page import DeskPage

OpenDesk = Callable[..., DeskPage]
WIDTHS = {"wide": 1280, "narrow": 400}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def box(locator: Locator) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    found = locator.bounding_box()
    assert found
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


@pytest.mark.parametrize("size", WIDTHS)
def test_screen_which_long_names_do_not_move(open_desk: OpenDesk, tmp_path: Path, size: str) -> None:
    desk = open_desk("seed=3", width=WIDTHS[size])
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    for theme in THEMES:
        desk.page.emulate_media(color_scheme=theme)
        desk.settle_frame()
        desk.page.evaluate("window.scrollTo(0, 0)")
        look_at(desk, folder, size, theme)
    desk.page.evaluate("window.scrollTo(0, 0)")
    desk.settle_frame()
    long_names_move_nothing(desk)


def look_at(desk: DeskPage, folder: Path, size: str, theme: str) -> None:
    page = desk.page
    page.screenshot(path=folder / f"desk-{size}-{theme}.png")
    pictures = desk.root.locator("canvas[data-model]")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert pictures.evaluate_all("(all) => all.every((c) => c.width === 28 && c.height === 28)")
    assert pictures.first.evaluate("(canvas) => getComputedStyle(canvas).imageRendering") == "pixelated"

    if size == "wide":
        for side in (0, 1):
            left, top, right, bottom = box(pictures.nth(side))
            assert (right - left, bottom - top) == (280, 280)
        for part in (".toolbar", ".pictures", ".strip", ".sliders"):
            assert box(desk.root.locator(part))[3] <= 800, part
        return

    last = desk.root.locator(".scroll > .list > .slider").last
    last.evaluate("(row) => row.scrollIntoView({ block: 'end', behavior: 'instant' })")
    page.screenshot(path=folder / f"desk-{size}-{theme}-scrolled.png")
    _, top, _, bottom = box(desk.root.locator(".pictures"))
    assert top >= 0
    # Under the pictures, which stay: what the hand moves there, the eye sees.
    # Scrolling ends on whole pixels.
    assert bottom < box(last)[1] < box(last)[3] < 801
    assert box(desk.root.locator(".scroll > .list"))[3] <= box(desk.root.locator(".strip"))[1]


def long_names_move_nothing(desk: DeskPage) -> None:
    parts = (".strip", ".sliders .scroll", ".samples", ".place")

    def tops() -> list[float]:
        return [box(desk.root.locator(part).first)[1] for part in parts]

    before = tops()
    desk.root.evaluate("""(root) => {
      const names = root.querySelectorAll(".tag b, .legend .short");
      for (const name of names) name.textContent = "vae-2-reconstruction-only-mnist";
    }""")
    assert tops() == before
    assert desk.root.locator(".name").first.get_attribute("title") == "ae-30 AE, 30 codes"


@pytest.mark.parametrize("sizes", [[(375, 667), (400, 800)], [(640, 400), (800, 360), (1024, 768)]])
def test_every_slider_can_be_reached_below_the_pictures(open_desk: OpenDesk, sizes: list[tuple[int, int]]) -> None:
    desk = open_desk("left=ae-30&right=ae-30", width=sizes[0][0], height=sizes[0][1])
    for width, height in sizes:
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.page.evaluate("document.activeElement.blur()")
        desk.settle_frame()
        reach_every_slider(desk, width, height)


def reach_every_slider(desk: DeskPage, width: int, height: int) -> None:
    desk.root.locator("h3").first.evaluate("(node) => node.scrollIntoView({ block: 'end', behavior: 'instant' })")
    pictures = [box(desk.root.locator("canvas[data-model]").nth(side)) for side in (0, 1)]
    if width < 500:
        assert pictures[0][3] < pictures[1][1], "the pair stacks"
    else:
        assert pictures[0][1] == pictures[1][1]
        assert pictures[0][2] < pictures[1][0]
    assert desk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    # Down through all of them and up again, as Tab does; what the pictures cover, or the edge, is out of reach.
    out_of_reach = desk.root.evaluate(
        """(root) => {
          const sliders = [...root.querySelectorAll("input[data-dim]")];
          return [...sliders, ...sliders.slice().reverse()].filter((slider) => {
            slider.focus();
            const { top, bottom } = slider.getBoundingClientRect();
            return top < root.querySelector(".pictures").getBoundingClientRect().bottom || bottom > window.innerHeight;
          }).map((slider) => slider.dataset.dim);
        }"""
    )
    assert out_of_reach == []
    covered = box(desk.root.locator(".pictures"))[3]
    assert height - covered > 150


def test_everything_has_a_name_and_a_slow_start_moves_nothing(open_desk: OpenDesk) -> None:
    desk = open_desk()
    nameless = desk.root.evaluate(
        """(root) => [...root.querySelectorAll("button, input, select, summary, canvas[role=img]")]
          .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.length))
          .map((node) => node.outerHTML.slice(0, 80))"""
    )
    assert nameless == []

    page = desk.page
    held: list[Route] = []
    before: list[tuple[float, float, float, float]] = []
    # Until the start has been looked at.
    page.route("**/*.safetensors", lambda route: route.continue_() if before else held.append(route))
    first = desk.root.locator(".pictures canvas").first
    parts = [first, desk.root.locator(".sliders"), desk.root.locator(".samples")]
    page.reload()
    first.wait_for()
    assert desk.root.get_attribute("data-ready") == "false"
    before += [box(part) for part in parts]
    for route in held:
        route.continue_()
    desk.wait()
    assert [box(part) for part in parts] == before
