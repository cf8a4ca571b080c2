"""What is done with any page, and what is read from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, Route, expect

from tests.web.traffic import Traffic

OpenPage = Callable[..., Page]
Visit = Callable[..., Any]
Grey = NDArray[np.float64]
Place = tuple[float, float]

# A seven, in [0, 1] of a pad.
SEVEN = ((0.3, 0.25), (0.7, 0.25), (0.5, 0.8))
TINY = "left=tiny-ae&right=tiny-vae-logvar"
TINY_NAMES = ("tiny-ae", "tiny-vae-logvar")
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
READ_CANVAS = """(canvas) => Array.from(
  canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.filter((_, i) => i % 4 === 0)
)"""
READ_MODELS = f"""(all) => Object.fromEntries(all.map((canvas) => [canvas.dataset.model, ({READ_CANVAS})(canvas)]))"""
SAYS = """(parts) => {
  const query = new URL(location.href).searchParams;
  return Object.entries(parts).every(([key, text]) => query.get(key) === text);
}"""
SET = """(input, value) => {
  input.value = value;
  for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
}"""
# What is written on canvases from now on.
RECORD_TEXT = """() => {
  window.written = [];
  const fill = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    window.written.push(text);
    return fill.call(this, text, ...rest);
  };
}"""
MOUNT = """async ([path, data]) => {
  const { default: mount } = await load(path);
  window.host ??= document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  window.unmount = mount({ data, parentElement: window.host, setTriggerValue: () => {} });
}"""


class Box(NamedTuple):
    """Of an element in the window, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def at(self, x: float = 0.5, y: float = 0.5) -> Place:
        """A place in [0, 1] of it, from its upper left."""
        return self.left + x * self.width, self.top + y * self.height


def box(place: Locator) -> Box:
    found = place.bounding_box()
    assert found
    return Box(found["x"], found["y"], found["width"], found["height"])


def settle(page: Page) -> None:
    """Until the frame is painted."""
    page.evaluate(TWO_FRAMES)


def grey(canvas: Locator, *shape: int) -> Grey:
    """Grey levels in [0, 1], of 28 x 28 where nothing else is said."""
    return np.reshape(canvas.evaluate(READ_CANVAS), shape or (28, 28)) / 255


def drag(
    page: Page, *places: Place, steps: int = 1, button: Literal["left", "middle", "right"] = "left", lift: bool = True
) -> None:
    """A held pointer along places of the window; it stays down without `lift`."""
    page.mouse.move(*places[0])
    page.mouse.down(button=button)
    for place in places[1:]:
        page.mouse.move(*place, steps=steps)
    if lift:
        page.mouse.up(button=button)


def scroll_to(place: Locator, block: str = "center") -> None:
    place.evaluate("(node, block) => node.scrollIntoView({ block, behavior: 'instant' })", block)


def saved(page: Page, act: str | Locator) -> tuple[str, Path]:
    """What a key or a click saves: the name that it gets, and where it lies."""
    with page.expect_download() as download:
        page.keyboard.press(act) if isinstance(act, str) else act.click()
    return download.value.suggested_filename, download.value.path()


def query(page: Page) -> dict[str, str]:
    """What the address says; Playwright's `page.url` may be a moment behind it."""
    return query_of(page.evaluate("location.href"))


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def await_query(page: Page, **parts: str | None) -> None:
    """Until the address says so; None where it is to say nothing."""
    page.wait_for_function(SAYS, arg=parts)


def copied_link(page: Page) -> str:
    """What the button puts into the clipboard."""
    page.evaluate("() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }")
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_function("() => window.copied")
    link: str = page.evaluate("() => { const { copied } = window; delete window.copied; return copied; }")
    return link


def fits(page: Page) -> bool:
    """Whether nothing scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def choose_model(page: Page, side: str, name: str) -> None:
    """By its list, "Left" or "Right"."""
    page.get_by_role("combobox", name=f"{side} model").fill(name)
    page.get_by_role("option", name=f"{name} ·").click()


def go_to(page: Page, name: str) -> None:
    """Another page, by the navigation; as long as a hand takes from down to up."""
    page.get_by_role("link", name=name, exact=True).click(delay=60)


def upload(place: Page | Locator, file: bytes) -> None:
    place.locator("input[type=file]").set_input_files({"name": "7.png", "mimeType": "image/png", "buffer": file})


def mount(page: Page, path: str, data: object) -> None:
    """A component on a page without the app; again where it is there, with other data."""
    page.evaluate(MOUNT, [path, data])


def keep_away(page: Page, *patterns: str) -> None:
    for pattern in patterns:
        page.route(pattern, lambda route: route.abort())


class Held(list[Route]):
    """Questions that are not answered before they are released."""

    def __init__(self, page: Page, pattern: Any) -> None:
        super().__init__()
        self.holds = True
        page.route(pattern, lambda route: self.append(route) if self.holds else route.continue_())

    def release(self) -> None:
        """Those that wait; later ones wait again."""
        while self:
            self.pop(0).continue_()

    def end(self) -> None:
        """Those that wait and all that come."""
        self.holds = False
        self.release()


class Shown:
    """A component on its page.

    Attributes:
        component, path: what it is called, and where it stands.
        page: the page.
        root: the component's root element.
        traffic: what the page has told the server.
    """

    component: ClassVar[str]
    path: ClassVar[str] = ""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(f"[data-component={self.component}]")
        self.traffic = Traffic(page)

    def wait(self) -> None:
        """Until it can be used."""
        expect(self.page.locator(f'[data-component={self.component}][data-ready="true"]')).to_be_visible(timeout=60_000)

    def come_back(self, name: str) -> None:
        """To another page and back, to the page of this name."""
        go_to(self.page, "Models")
        expect(self.page.locator("h1")).to_contain_text("Which checkpoint")
        go_to(self.page, name)
        self.wait()

    def settle(self) -> None:
        settle(self.page)

    def press(self, *keys: str) -> None:
        """Keys, where the focus is; the frame is painted."""
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def turn(self, way: float, times: int = 1) -> None:
        """The wheel, with Ctrl, where the pointer is."""
        self.page.keyboard.down("Control")
        for _ in range(times):
            self.page.mouse.wheel(0, way)
            self.settle()
        self.page.keyboard.up("Control")

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name)

    def click(self, name: str) -> None:
        """The first button of a name; the frame is painted."""
        self.button(name).first.click()
        self.settle()

    @property
    def models(self) -> Locator:
        """The large pictures."""
        return self.root.locator("canvas[data-model]")

    def picture(self, side: int) -> Grey:
        return grey(self.models.nth(side))

    def pictures(self) -> dict[str, Grey]:
        """By model."""
        return {name: np.reshape(of, (28, 28)) / 255 for name, of in self.models.evaluate_all(READ_MODELS).items()}

    def set(self, place: Locator, value: float) -> None:
        """A range, as a hand that lets go."""
        place.evaluate(SET, value)
        self.settle()

    def draw(self, *places: Place, steps: int = 5) -> None:
        """One stroke on the open pad, in [0, 1] of it."""
        paper = box(self.root.locator(".paper"))
        drag(self.page, *(paper.at(*place) for place in places), steps=steps)
        self.settle()

    def pick(self, row: object) -> None:
        """A digit of the set, by its number."""
        number = self.root.get_by_label("Number in the set")
        number.fill(str(row))
        number.press("Enter")

    def neighbours(self, side: int) -> list[int]:
        """Rows of the pictures beside the decoded one."""
        buttons = self.root.locator(".neighbours").nth(side).locator("button")
        labels = buttons.evaluate_all("(all) => all.map((button) => button.getAttribute('aria-label'))")
        return [int(label.rpartition(" ")[2]) for label in labels]
