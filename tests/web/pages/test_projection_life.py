"""What the projections leave behind, what they hold, and what they do with a mouse's other buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.projection_page import QUERY, READ_AXES, READ_CAMERA, ProjectionPage
from ui.figures import palette
from vae_core.data import Digits

OpenProjection = Callable[..., ProjectionPage]
WATCH_CONTEXTS = """{
  window.contexts = new Set();
  const get = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    const context = get.call(this, kind, ...rest);
    if (context && kind.includes("webgl")) contexts.add(context);
    return context;
  };
}"""
# Of browsers' sixteen contexts a page, those that are drawn to, and those that nobody sees.
COUNT_CONTEXTS = """() => {
  const alive = [...contexts].filter((context) => !context.isContextLost());
  const seen = alive.filter(({ canvas }) => canvas.isConnected);
  return { seen: seen.length, unseen: alive.length - seen.length };
}"""
WATCH_REACT = """() => {
  const { react } = Plotly;
  window.reacts = [];
  Plotly.react = (div, ...rest) => {
    reacts.push(div.isConnected);
    return react(div, ...rest);
  };
}"""


def unseen_contexts(page: ProjectionPage) -> int:
    counts = page.page.evaluate(COUNT_CONTEXTS)
    assert counts["seen"] > 0
    return int(counts["unseen"])


def test_no_webgl_context_outlives_its_plot_and_no_answer_draws_after_leaving(open_projection: OpenProjection) -> None:
    page = open_projection(prepare=lambda page: page.add_init_script(WATCH_CONTEXTS))
    # Pictures take no context from the plots.
    before = page.page.evaluate(COUNT_CONTEXTS)
    for _ in range(2):
        with page.page.expect_download():
            page.page.keyboard.press("s")
    assert page.page.evaluate(COUNT_CONTEXTS) == before
    for axes in ("3D", "2D"):
        page.choose_axes(axes)
        assert unseen_contexts(page) == 0
    # A purged plot is drawn anew where it was.
    assert page.shown_digits(0) == page.shown_digits(1) == list(range(10))

    # To leave while points load.
    page.page.evaluate(WATCH_REACT)
    held: list[Route] = []
    points = "**/projections/*/*count=1000*"
    page.page.route(points, lambda route: held.append(route))
    with page.page.expect_request(points):
        page.choose_count("1,000")
    page.page.get_by_role("link", name="Latent desk").click()
    expect(page.root).to_have_count(0)
    assert page.page.evaluate(COUNT_CONTEXTS) == {"seen": 0, "unseen": 0}
    for route in held:
        with page.page.expect_response(route.request.url):
            route.continue_()
    page.page.unroute_all()
    # What asked first is answered first.
    page.page.evaluate("(url) => fetch(url).then((answer) => answer.arrayBuffer())", held[0].request.url)
    page.settle_frame()
    assert held
    assert page.page.evaluate("reacts") == []


def drag(page: ProjectionPage, button: Literal["left", "middle", "right"]) -> None:
    box = page.plotly(0).bounding_box()
    assert box
    x, y = box["x"] + 200, box["y"] + 150
    page.page.mouse.move(x, y)
    page.page.mouse.down(button=button)
    page.page.mouse.move(x + 40, y + 30, steps=4)
    page.settle_frame()
    page.page.mouse.up(button=button)


def test_other_buttons_pick_nothing_and_move_points_only_in_space(open_projection: OpenProjection) -> None:
    page = open_projection(f"{QUERY}&row=7")
    assert page.row == 7
    before = page.plotly(0).evaluate(READ_AXES)
    x, y = page.pixels(0)[page.lonely(0)]
    for button, key in (("right", None), ("middle", None), ("left", "Control")):
        if key:
            page.page.keyboard.down(key)
        drag(page, button)
        page.point_at(x, y)
        page.page.mouse.click(x, y, button=button, delay=30)
        if key:
            page.page.keyboard.up(key)
        page.page.mouse.move(5, 5)
        # A click would be settled two frames after.
        page.settle_frame()
        page.settle_frame()
        expect(page.root.locator(".subject")).to_contain_text(", no. 7")
    assert page.plotly(0).evaluate(READ_AXES) == before
    drag(page, "left")
    assert page.plotly(0).evaluate(READ_AXES) != before

    # In space the right button moves the points, and picks none.
    page.choose_axes("3D")
    opening = page.camera(0)
    drag(page, "right")
    page.page.wait_for_function(
        f"([gd, center]) => JSON.stringify(({READ_CAMERA})(gd).center) !== JSON.stringify(center)",
        arg=[page.plotly(0).element_handle(), opening["center"]],
    )
    x, y = page.pixels(0)[page.lonely(0)]
    page.point_at(x, y)
    page.page.mouse.click(x, y, button="right", delay=30)
    page.page.mouse.move(5, 5)
    page.settle_frame()
    page.settle_frame()
    expect(page.root.locator(".subject")).to_contain_text(", no. 7")


@pytest.mark.needs_mnist
def test_ten_thousand_digits(open_projection: OpenProjection, mnist_test: Digits) -> None:
    page = open_projection("left=ae-30&right=vae-30&digits=mnist&count=10000&row=4321")
    for side in (0, 1):
        points = page.points(side)
        assert len(points) == 10_000
        assert np.array_equal(np.bincount(points[:, 0].astype(int)), np.bincount(mnist_test.labels))
        assert len(page.neighbours(side)) == 10
    assert page.line == f"Digit {mnist_test.labels[4321]}, no. 4321"
    np.testing.assert_allclose(page.original(), mnist_test.images[4321] / 255, atol=1e-9)


MOUNT = """async (data) => {
  const { default: projection } = await load("projection/projection.js");
  if (!window.host) {
    window.host = document.createElement("div");
    host.attachShadow({ mode: "open" });
    document.body.append(host);
  }
  projection({ data, parentElement: host.shadowRoot });
}"""


def test_what_is_about_to_be_replaced_is_dimmed(modules: Page, app: str) -> None:
    def side(name: str) -> dict[str, Any]:
        query = f"{name}/uci.%s?method=pca&components=2&count=500&seed=3"
        colour = {"light": "#123456", "dark": "#654321"}
        addresses = {"projection": f"projections/{query % 'safetensors'}", "csv": f"projections/{query % 'csv'}"}
        return {"name": name, "label": "", "colour": colour, "axes": ["x", "y"], "problem": None, **addresses}

    data = {
        "left": side("ae-30"),
        "right": side("vae-30"),
        "digits": "uci",
        "components": 2,
        "colours": palette.digits_for_browser(),
    }
    page = ProjectionPage(modules, app, [])
    modules.evaluate(MOUNT, {**data, "stale": True})
    page.wait()
    for side_index in (0, 1):
        expect(page.plotly(side_index)).to_have_css("opacity", "0.55")
    modules.evaluate(MOUNT, {**data, "stale": False})
    for side_index in (0, 1):
        expect(page.plotly(side_index)).to_have_css("opacity", "1")


@pytest.mark.needs_mnist
def test_a_digit_of_one_set_is_not_picked_in_the_next(open_projection: OpenProjection) -> None:
    page = open_projection()
    means: list[Route] = []
    points: list[Route] = []
    page.page.route("**/means/*/uci*", lambda route: means.append(route))
    page.page.route("**/projections/*/mnist*", lambda route: points.append(route))
    with page.page.expect_request("**/means/*/uci*"):
        page.page.get_by_role("button", name="Swap left and right").click()
    with page.page.expect_request("**/projections/*/mnist*"):
        page.page.get_by_text("MNIST", exact=True).click()
    for route in means:
        with page.page.expect_response(route.request.url):
            route.continue_()
    page.settle_frame()
    page.page.unroute("**/projections/*/mnist*")
    for route in points:
        route.continue_()
    page.wait()
    switched = page.row
    page.page.reload()
    page.wait()
    assert switched == page.row, "the digit that this link opens with"
