"""The wheel and one finger scroll the page wherever they are; with Ctrl, or with two fingers, they zoom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.web.map_page import MapPage
from tests.web.projection_page import ProjectionPage

OpenPage = Callable[..., tuple[Page, Any]]
PAIR = "left=tiny-ae&right=tiny-vae-logvar"
PAGES = ("", "latent_map", "encodings", "reconstruct", "denoise", "interpolate", "manifold", "models")
NOTCHES = 40
# Whatever may want the wheel for itself; one of each kind is enough.
WHEELED = """() => {
  const selectors = [".marks", ".plot", ".scroll", ".tray-grid", ".gallery", ".big", ".films", ".columns", ".field",
    ".js-plotly-plot", "[data-testid=stDataFrame]", "[data-testid=stTable]"];
  const found = [];
  const visit = (root) => {
    for (const node of root.querySelectorAll("*")) {
      const selector = selectors.find((one) => node.matches(one));
      const { width, height } = node.getBoundingClientRect();
      if (selector && width > 40 && height > 20 && node.checkVisibility() && !found.includes(selector)) {
        found.push(selector);
        node.setAttribute("data-wheeled", selector);
      }
      if (node.shadowRoot) visit(node.shadowRoot);
    }
  };
  visit(document.querySelector("[data-testid=stMain]"));
  return found;
}"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
ROOM = """(() => {
  const { scrollHeight, clientHeight, scrollTop } = document.querySelector("[data-testid=stMain]");
  return scrollHeight - clientHeight - scrollTop;
})()"""
HAS_SCROLLED = f"(before) => {SCROLLED} > before + 20"


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)


@pytest.mark.parametrize("name", PAGES)
def test_the_wheel_scrolls_the_page_whatever_is_under_it(open_page: OpenPage, app: str, name: str) -> None:
    page, _ = open_page(width=1100, height=500)
    page.goto(f"{app}{name}?{PAIR}")
    if name != "models":
        ready = "[data-testid=stMain] [data-component][data-ready=true]"
        expect(page.locator(ready).first).to_be_visible(timeout=40_000)
    expect(page.get_by_test_id("stExpander").last).to_be_visible()
    for table in page.get_by_text("Numbers of every coordinate").all():
        table.click()
    page.wait_for_timeout(1000)
    for selector in page.evaluate(WHEELED):
        place = page.locator(f'[data-wheeled="{selector}"]')
        place.evaluate("(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
        page.mouse.move(*middle(place))
        for way in (1, -1):
            before = page.evaluate(SCROLLED)
            room = page.evaluate(ROOM) if way > 0 else before
            if room < 1:
                continue
            for _ in range(NOTCHES):
                page.mouse.wheel(0, way * 120)
                page.evaluate(TWO_FRAMES)
                if page.evaluate(SCROLLED) != before:
                    break
                # A list that has come to its end lets go of the next turn of the wheel.
                page.wait_for_timeout(30)
            assert (page.evaluate(SCROLLED) - before) * way > 0, f"{selector} keeps the wheel, {way}"
            page.mouse.move(*middle(place))


def turn(page: Page, way: float, times: int = 1) -> None:
    """The wheel, with Ctrl."""
    page.keyboard.down("Control")
    for _ in range(times):
        page.mouse.wheel(0, way)
        page.evaluate(TWO_FRAMES)
    page.keyboard.up("Control")


def test_ctrl_and_the_wheel_zoom_a_map_and_end_at_the_data(open_map: Callable[..., MapPage]) -> None:
    latent_map = open_map()
    page = latent_map.page
    page.wait_for_url("**z=**")
    before = page.evaluate(SCROLLED)
    page.mouse.move(*latent_map.at(0, 0.3, 0.2))
    turn(page, -120, 5)
    page.wait_for_function("() => Number(new URL(location.href).searchParams.get('view')?.split('_')[2]) > 3")
    turn(page, 120, 60)
    reach = page.evaluate(
        """async () => {
          const { loadPlane } = await import("/assets/map_plane.js");
          const planes = await Promise.all(["tiny-ae", "tiny-vae-logvar"].map((name) => loadPlane(name, "uci")));
          return Math.max(...planes.flatMap(({ xs, ys }) => [...xs, ...ys].map(Math.abs)));
        }"""
    )
    page.wait_for_function("() => Number(new URL(location.href).searchParams.get('view')?.split('_')[2] ?? 1) <= 1")
    cx, cy, scale = map(float, latent_map.query().get("view", "0_0_1").split("_"))
    # All codes are in view, and little else.
    assert 1 / scale == pytest.approx(max(1, 1.06 * reach), rel=0.01)
    assert (cx, cy) == pytest.approx((0, 0), abs=0.01)
    for name, way in (("Zoom in", 1), ("Zoom out", -1)):
        shown = latent_map.where(0)
        latent_map.button(name).click()
        page.mouse.move(*latent_map.at(0, 0.9, 0.9))
        page.evaluate(TWO_FRAMES)
        assert latent_map.where(0) != shown, way
    assert page.evaluate(SCROLLED) == before


def spans(projection: ProjectionPage) -> list[float]:
    read = "(gd) => ['xaxis', 'yaxis'].map((axis) => gd._fullLayout[axis].range).map(([a, b]) => b - a)"
    found: list[float] = projection.plotly(0).evaluate(read)
    return found


def test_ctrl_and_the_wheel_zoom_a_plot_and_end_at_the_data(open_projection: Callable[..., ProjectionPage]) -> None:
    projection = open_projection()
    page = projection.page
    page.mouse.move(*middle(projection.plotly(0)))
    home = spans(projection)
    turn(page, -120, 4)
    page.wait_for_function(
        "([gd, span]) => gd._fullLayout.xaxis.range[1] - gd._fullLayout.xaxis.range[0] < 0.6 * span",
        arg=[projection.plotly(0).element_handle(), home[0]],
    )
    turn(page, 120, 20)
    page.wait_for_timeout(200)
    assert spans(projection) == pytest.approx(home, rel=1e-3)


class Fingers:
    """Fingers on a place, at parts of its width and height."""

    def __init__(self, page: Page, place: Locator) -> None:
        self.page = page
        box = place.bounding_box()
        assert box
        self.box = box
        self.session: CDPSession = page.context.new_cdp_session(page)

    def __call__(self, kind: str, *places: tuple[float, float]) -> None:
        x, y, width, height = (self.box[key] for key in ("x", "y", "width", "height"))
        points = [{"x": x + a * width, "y": y + b * height, "id": k} for k, (a, b) in enumerate(places)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        self.page.evaluate(TWO_FRAMES)

    def swipe_up(self) -> None:
        self("touchStart", (0.5, 0.8))
        for step in range(1, 9):
            self("touchMove", (0.5, 0.8 - 0.09 * step))
        self("touchEnd")

    def spread(self) -> None:
        self("touchStart", (0.4, 0.5), (0.6, 0.5))
        for step in range(1, 6):
            self("touchMove", (0.4 - 0.05 * step, 0.5), (0.6 + 0.05 * step, 0.5))
        self("touchEnd")


def test_one_finger_scrolls_over_a_map_and_two_zoom_it(open_map: Callable[..., MapPage]) -> None:
    latent_map = open_map(width=400)
    page = latent_map.page
    page.wait_for_url("**z=**")
    marks = latent_map.marks(0)
    marks.evaluate("(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    before, z = page.evaluate(SCROLLED), latent_map.query()["z"]
    Fingers(page, marks).swipe_up()
    page.wait_for_function(HAS_SCROLLED, arg=before)
    assert latent_map.query()["z"] == z

    marks.evaluate("(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    before = page.evaluate(SCROLLED)
    Fingers(page, marks).spread()
    page.wait_for_function("() => Number(new URL(location.href).searchParams.get('view')?.split('_')[2]) > 2")
    assert page.evaluate(SCROLLED) == before
    assert latent_map.query()["z"] == z


def test_one_finger_scrolls_over_a_plot_and_two_zoom_it(open_projection: Callable[..., ProjectionPage]) -> None:
    projection = open_projection(width=400)
    page = projection.page
    plot = projection.plotly(0)
    plot.evaluate("(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    before = page.evaluate(SCROLLED)
    Fingers(page, plot).swipe_up()
    page.wait_for_function(HAS_SCROLLED, arg=before)
    plot.evaluate("(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    before, home = page.evaluate(SCROLLED), spans(projection)
    Fingers(page, plot).spread()
    page.wait_for_function(
        "([gd, span]) => gd._fullLayout.xaxis.range[1] - gd._fullLayout.xaxis.range[0] < 0.6 * span",
        arg=[plot.element_handle(), home[0]],
    )
    assert page.evaluate(SCROLLED) == before


def test_one_finger_scrolls_over_the_square_of_four_digits(open_page: OpenPage, app: str) -> None:
    page, _ = open_page(width=400)
    # Else the player moves the knob.
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{app}interpolate?{PAIR}&mode=corners")
    field = page.locator("[data-component=interpolate] .field").first
    expect(field).to_be_visible(timeout=40_000)
    expect(page.locator('[data-component=interpolate][data-ready="true"]')).to_be_visible()
    field.evaluate("(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    place = field.get_attribute("aria-valuetext")
    before = page.evaluate(SCROLLED)
    fingers = Fingers(page, field)
    fingers("touchStart", (0.85, 0.85))
    for step in range(1, 9):
        fingers("touchMove", (0.85, 0.85 - 0.09 * step))
    fingers("touchEnd")
    page.wait_for_function(HAS_SCROLLED, arg=before)
    assert field.get_attribute("aria-valuetext") == place
