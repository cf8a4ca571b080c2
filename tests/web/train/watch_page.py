"""What the page Train shows of runs, on a page without the app, whose network a test has in its hand."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.web.shown import Box, box, drag, settle
from tests.web.train.recorded import Event, Network, epochs_of, record
from ui.figures import palette

MOUNT = """async (data) => {
  const { component } = await load("kit/mount.js");
  const { Watch } = await load("train/watch/watch.js");
  const kit = ["kit/styles/legend.css", "kit/styles/plot.css", "player/player.css"];
  const sheets = [...kit, "train/watch/plots.css", "train/watch/watch.css"];
  const styles = await Promise.all(sheets.map(async (path) => (await load(path)).default));
  const create = (root) => {
    window.watch = new Watch(root);
    root.append(window.watch.element);
    return { update: (data) => window.watch.take(data), close: () => window.watch.close() };
  };
  const parentElement = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  window.unmount = component("watch", styles, create)({ data, parentElement, setTriggerValue: () => {} });
}"""
SAYS = """async (parts) => {
  const { query } = await load("state/parameters.js");
  return Object.entries(parts).every(([key, text]) => (query()[key] ?? null) === text);
}"""
READ = """(canvas) => canvas.toDataURL()"""


def image_of(frame: str) -> NDArray[np.uint8]:
    """Of an event, grey levels."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(frame))).convert("L"))


class WatchPage:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.network = Network(page)
        self.root = page.locator("[data-component=watch]")
        data = {"digits": "uci", "recipes": [], "sets": [], "colours": palette.digits_for_browser()}
        page.evaluate(MOUNT, {**data, "kinds": palette.for_browser()})

    def show(self, *names: str) -> None:
        self.page.evaluate("(names) => window.watch.show(names)", list(names))
        self.know()

    def know(self) -> None:
        """As the list of runs hears every now and then."""
        self.page.evaluate("(runs) => window.watch.know(runs)", self.network.runs())

    def tell(self, name: str, told: Sequence[Event], state: str = "running", **about: Any) -> None:
        """More of a run, which a shown one says by and by."""
        self.network.tell(name, told, state, **about)
        self.know()

    @property
    def films(self) -> Locator:
        return self.root.locator(".film canvas")

    @property
    def slider(self) -> Locator:
        return self.root.get_by_role("slider", name="Epoch", exact=True)

    def film(self, number: int = 0) -> NDArray[np.uint8]:
        return self.pixels(self.films.nth(number))[..., 0]

    def pixels(self, canvas: Locator) -> NDArray[np.uint8]:
        """[H, W, 3]"""
        content = base64.b64decode(canvas.evaluate(READ).partition(",")[2])
        return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))

    def scrub(self, epoch: int) -> None:
        """By the bar of the player, which the hand then lets go."""
        span = int(self.root.locator(".count").inner_text().split("/")[1])
        self.slider.evaluate(
            """(input, value) => {
              input.value = value;
              for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
            }""",
            (epoch - 1) / (span - 1),
        )
        self.expect_epoch(epoch)

    def expect_epoch(self, epoch: int) -> None:
        """All that is shown is of that epoch."""
        parts = self.root.locator("[data-epoch]:visible")
        at = f"[data-epoch]:not([data-epoch='{epoch}']):visible"
        expect(parts).not_to_have_count(0)
        expect(self.root.locator(at)).to_have_count(0)
        self.page.wait_for_function("(epoch) => window.watch.moment.at === epoch", arg=epoch)
        settle(self.page)

    def await_link(self, **parts: str | None) -> None:
        self.page.wait_for_function(SAYS, arg=parts)

    def choose(self, *words: str) -> None:
        for one in words:
            self.root.locator(".units label").get_by_text(one, exact=True).click()
        settle(self.page)

    def values(self) -> dict[str, str]:
        """Of the legend of the curves."""
        entries = [entry.split("\n") for entry in self.root.locator(".lines li").all_inner_texts()]
        words = [(" ".join(entry[:-1]), entry[-1]) for entry in entries]
        return dict(words)

    def place(self, kind: str) -> Box:
        return box(self.root.locator(kind).first)

    def drag_curve(self, *shares: float) -> None:
        """Along the plot, in [0, 1] of its width."""
        area = self.place(".plots .plot-area")
        drag(self.page, *((area.left + share * area.width, area.top + 0.6 * area.height) for share in shares), steps=4)
        settle(self.page)


def until(told: tuple[Event, ...], epochs: int) -> list[Event]:
    """Its events before the epoch after so many."""
    after = [
        number for number, event in enumerate(told) if event.get("epoch") == epochs + 1 and event["event"] == "epoch"
    ]
    return list(told[: after[0]]) if after else list(told[:-1])


def rest(told: tuple[Event, ...], epochs: int) -> list[Event]:
    return list(told[len(until(told, epochs)) :])


def watch(shown: WatchPage, name: str, epochs: int = 5, state: str = "done") -> list[Event]:
    """Shows so much of a run; gives its epochs."""
    told = record(name)
    shown.tell(name, until(told, epochs) if state == "running" else told, state)
    shown.show(name)
    shown.expect_epoch(epochs)
    return epochs_of(told)


def expect_film(shown: WatchPage, event: Event, number: int = 0) -> None:
    shown.page.wait_for_function(
        "([canvas, words]) => canvas.getAttribute('aria-label')?.endsWith(words)",
        arg=[shown.films.nth(number).element_handle(), f"after epoch {event['epoch']}"],
    )
    settle(shown.page)
    np.testing.assert_array_equal(shown.film(number), image_of(event["frame"]))
