"""What fits on the screen. Set SCREENSHOTS to a folder to keep the pictures and look at them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import pytest

from tests.web.desk_page import DeskPage, OpenDesk
from tests.web.shown import Held, box, fits, scroll_to

WIDTHS = {"wide": 1280, "narrow": 400}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("size", WIDTHS)
def test_screen_which_long_names_do_not_move(open_desk: OpenDesk, tmp_path: Path, size: str) -> None:
    desk = open_desk("seed=3", width=WIDTHS[size])
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    for theme in THEMES:
        desk.page.emulate_media(color_scheme=theme)
        desk.settle()
        desk.page.evaluate("window.scrollTo(0, 0)")
        look_at(desk, folder, size, theme)
    desk.page.evaluate("window.scrollTo(0, 0)")
    desk.settle()
    long_names_move_nothing(desk)


def look_at(desk: DeskPage, folder: Path, size: str, theme: str) -> None:
    page = desk.page
    page.screenshot(path=folder / f"desk-{size}-{theme}.png")
    assert fits(page)
    assert desk.models.evaluate_all("(all) => all.every((c) => c.width === 28 && c.height === 28)")
    assert desk.models.first.evaluate("(canvas) => getComputedStyle(canvas).imageRendering") == "pixelated"

    if size == "wide":
        for side in (0, 1):
            assert box(desk.models.nth(side))[2:] == (280, 280)
        for part in (".toolbar", ".pictures", ".strip", ".sliders"):
            assert box(desk.root.locator(part)).bottom <= 800, part
        return

    last = desk.root.locator(".scroll > .list > .slider").last
    scroll_to(last, "end")
    page.screenshot(path=folder / f"desk-{size}-{theme}-scrolled.png")
    pictures = box(desk.root.locator(".pictures"))
    assert pictures.top >= 0
    # Under the pictures, which stay: what the hand moves there, the eye sees.
    # Scrolling ends on whole pixels.
    assert pictures.bottom < box(last).top < box(last).bottom < 801
    assert box(desk.root.locator(".scroll > .list")).bottom <= box(desk.root.locator(".strip")).top


def long_names_move_nothing(desk: DeskPage) -> None:
    parts = (".strip", ".sliders .scroll", ".samples", ".place")

    def tops() -> list[float]:
        return [box(desk.root.locator(part).first).top for part in parts]

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
        desk.settle()
        reach_every_slider(desk, width, height)


def reach_every_slider(desk: DeskPage, width: int, height: int) -> None:
    scroll_to(desk.root.locator("h3").first, "end")
    left, right = (box(desk.models.nth(side)) for side in (0, 1))
    if width < 500:
        assert left.bottom < right.top, "the pair stacks"
    else:
        assert left.top == right.top
        assert left.right < right.left
    assert fits(desk.page)
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
    assert height - box(desk.root.locator(".pictures")).bottom > 150


def test_everything_has_a_name_and_a_slow_start_moves_nothing(open_desk: OpenDesk) -> None:
    desk = open_desk()
    nameless = desk.root.evaluate(
        """(root) => [...root.querySelectorAll("button, input, select, summary, canvas[role=img]")]
          .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.length))
          .map((node) => node.outerHTML.slice(0, 80))"""
    )
    assert nameless == []

    page = desk.page
    held = Held(page, "**/*.safetensors")
    first = desk.root.locator(".pictures canvas").first
    parts = [first, desk.root.locator(".sliders"), desk.root.locator(".samples")]
    page.reload()
    first.wait_for()
    assert desk.root.get_attribute("data-ready") == "false"
    before = [box(part) for part in parts]
    held.end()
    desk.wait()
    assert [box(part) for part in parts] == before
