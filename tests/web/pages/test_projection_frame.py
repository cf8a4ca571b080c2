"""The projections' frame: what is drawn, what survives a rerun, what stands where nothing can be drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.web.projection_page import NAMES, QUERY, READ_AXES, ProjectionPage
from vae_core.data import Digits

OpenProjection = Callable[..., ProjectionPage]
COUNTED = "(gd) => (gd.data ?? []).slice(0, 10).reduce((sum, { x }) => sum + x.length, 0)"


def test_reruns_the_theme_and_a_late_answer_leave_plots_and_zoom_alone(open_projection: OpenProjection) -> None:
    page = open_projection()
    gd = page.plotly(0)
    gd.evaluate("(gd) => { gd.firstElementChild.mark = 'same'; }")
    box = gd.bounding_box()
    assert box
    home = gd.evaluate("(gd) => gd._fullLayout.xaxis.range[1] - gd._fullLayout.xaxis.range[0]")
    page.page.mouse.move(box["x"] + 200, box["y"] + 150)
    page.page.keyboard.down("Control")
    for _ in range(4):
        page.page.mouse.wheel(0, -300)
        page.settle_frame()
    page.page.keyboard.up("Control")
    read = "(gd) => [...gd._fullLayout.xaxis.range, ...gd._fullLayout.yaxis.range]"
    # Four notches, of a quarter of e each.
    is_zoomed = "([gd, home]) => gd._fullLayout.xaxis.range[1] - gd._fullLayout.xaxis.range[0] < 0.37 * home"
    page.page.wait_for_function(is_zoomed, arg=[gd.element_handle(), home])
    zoomed = gd.evaluate(read)
    colour = gd.evaluate("(gd) => gd._fullLayout.font.color")
    page.page.emulate_media(color_scheme="dark")
    page.page.wait_for_function(
        "([gd, colour]) => gd._fullLayout.font.color !== colour", arg=[gd.element_handle(), colour]
    )
    np.testing.assert_allclose(gd.evaluate(read), zoomed, rtol=1e-9)

    # More digits in the same projection: the zoom stays.
    held: list[Route] = []
    late = "**/projections/ae-30/*count=1000*"
    page.page.route(late, lambda route: held.append(route))
    with page.page.expect_request(late):
        page.choose_count("1,000")
    page.choose_count("1,797")
    page.page.wait_for_function(f"(gd) => ({COUNTED})(gd) === 1797", arg=gd.element_handle())
    page.wait()
    np.testing.assert_allclose(gd.evaluate(read), zoomed, rtol=1e-9)
    assert gd.evaluate("(gd) => gd.firstElementChild.mark") == "same"

    # A late answer does not replace a newer one.
    with page.page.expect_response(late):
        held[0].continue_()
    page.page.wait_for_timeout(300)
    assert gd.evaluate(COUNTED) == 1797
    page.root.get_by_role("button", name="Home").click()
    page.settle_frame()
    assert gd.evaluate(read)[0] < zoomed[0] < zoomed[1] < gd.evaluate(read)[1]


def assert_colours_are_of_the_theme(page: ProjectionPage) -> None:
    text, background = page.root.evaluate(
        "(root) => [getComputedStyle(root).color, getComputedStyle(document.querySelector('.stApp')).backgroundColor]"
    )
    assert page.plotly(0).evaluate("(gd) => gd._fullLayout.font.color") == text
    assert text != background
    colours = page.plotly(1).evaluate("(gd) => gd.data.slice(0, 10).map((t) => t.marker.color)")
    assert len(set(colours)) == 10


def assert_png_and_csv(page: ProjectionPage, folder: Path) -> None:
    with page.page.expect_download() as download:
        page.page.keyboard.press("s")
    assert download.value.suggested_filename == "encodings-ae-30-vae-30-pca-2d.png"
    download.value.save_as(folder / "plots.png")
    pixels = np.asarray(Image.open(folder / "plots.png").convert("RGB")).astype(int)
    size = page.plotly(0).evaluate("(gd) => [gd._fullLayout.width, gd._fullLayout.height]")
    assert pixels.shape[1] == 2 * (2 * size[0] + 16 + 2 * 24)
    assert pixels.shape[0] > 2 * size[1]
    # Where a digit that is on has its point, its colour is; the one that is off is nowhere.
    box = page.plotly(1).bounding_box()
    assert box
    index = page.lonely(1)
    x, y = page.pixels(1)[index] - (box["x"], box["y"])
    digit = int(page.points(1)[index, 0])
    colour = page.plotly(1).evaluate(f"(gd) => gd.data[{digit}].marker.color")
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    column, row = round(2 * (24 + size[0] + 16 + x)), round(2 * (24 + 24 + y))
    near = pixels[row - 2 : row + 3, column - 2 : column + 3].reshape(-1, 3)
    # Points are drawn with some transparency.
    assert np.abs(near - wanted).max(axis=1).min() < 45
    for side, name in enumerate(NAMES):
        with page.page.expect_download() as saved:
            page.root.locator(".slot").nth(side).get_by_role("link", name="CSV").click()
        assert saved.value.suggested_filename == f"encodings-{name}-uci-pca-2d.csv"


def test_plots_fit_the_screen_with_one_scale_and_ellipses_of_95_percent_and_can_be_saved(
    open_projection: OpenProjection, tmp_path: Path
) -> None:
    page = open_projection()
    assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    left, right = (page.plotly(side).bounding_box() for side in (0, 1))
    panel = page.root.locator(".panel").bounding_box()
    assert left
    assert right
    assert panel
    assert left["y"] == right["y"]
    assert panel["y"] + panel["height"] <= 800
    assert_colours_are_of_the_theme(page)
    names = page.root.locator(".slot .name b")
    assert names.evaluate_all("(all) => all.map((b) => b.scrollWidth <= b.clientWidth)") == [True, True]

    for side, name in enumerate(NAMES):
        served = page.projected(name)
        (x0, x1, _, width), (y0, y1, _, height) = page.plotly(side).evaluate(READ_AXES)
        assert (x1 - x0) / width == pytest.approx((y1 - y0) / height, rel=1e-6)
        title = page.plotly(side).evaluate("(gd) => gd._fullLayout.xaxis.title.text")
        assert title == f"PC 1 · {100 * served['share'][0]:.1f} %"
        for trace, key in ((10, "fitted"), (11, "prior")):
            x, y = page.plotly(side).evaluate(
                f"(gd) => [Array.from(gd.data[{trace}].x), Array.from(gd.data[{trace}].y)]"
            )
            line = np.array([x, y], dtype=float).T
            line = line[np.isfinite(line).all(axis=1)]
            white = np.linalg.solve(served[f"{key}_cholesky"].astype(float), (line - served[f"{key}_mean"]).T)
            np.testing.assert_allclose(np.linalg.norm(white, axis=0), np.sqrt(5.991), rtol=1e-3)
    page.chip(3).click()
    assert_png_and_csv(page, tmp_path)
    # Ellipses can be switched off.
    page.root.locator(".slot").nth(0).get_by_role("button", name="N(0, I)").click()
    for side in (0, 1):
        assert page.plotly(side).evaluate("(gd) => gd.data.slice(10).map((t) => t.visible)") == [True, False]
        button = page.root.locator(".slot").nth(side).get_by_role("button", name="N(0, I)")
        expect(button).to_have_attribute("aria-pressed", "false")


def test_a_problem_stands_in_place_of_its_plot(open_projection: OpenProjection, uci: Digits) -> None:
    page = open_projection("left=tiny-tanh&right=tiny-ae&axes=3&count=500&seed=3")
    sentence = page.root.locator(".slot").nth(0).get_by_role("alert")
    expect(sentence).to_contain_text("tiny-tanh")
    expect(sentence.locator("..").get_by_role("button")).to_have_count(0)
    assert page.plotly(1).evaluate("(gd) => gd.data.length") == 12
    # The panel knows both models all the same.
    assert len(page.neighbours(0)) == 10
    assert page.line.startswith(f"Digit {uci.labels[page.row]}")


def test_what_does_not_arrive_can_be_tried_again(open_projection: OpenProjection) -> None:
    def prepare(page: Page) -> None:
        for pattern in ("**/projections/vae-30/*", "**/means/ae-30/*"):
            page.route(pattern, lambda route: route.abort())

    page = open_projection(prepare=prepare)
    right = page.root.locator(".slot").nth(1)
    expect(right.get_by_role("alert")).to_have_text("projections/vae-30/uci.safetensors did not arrive.")
    expect(page.root.locator(".panel .alert")).to_contain_text("means/ae-30/uci.safetensors did not arrive.")
    assert page.shown_digits(0) == list(range(10))
    expect(right.get_by_role("link", name="CSV")).to_be_hidden()
    expect(page.root.locator(".slot").nth(0).get_by_role("link", name="CSV")).to_be_visible()
    page.page.unroute_all()
    right.get_by_role("button", name="Try again").click()
    page.page.wait_for_function(f"(gd) => ({COUNTED})(gd) === 500", arg=page.plotly(1).element_handle())
    expect(right.get_by_role("alert")).to_be_hidden()
    expect(right.get_by_role("link", name="CSV")).to_be_visible()
    page.root.locator(".panel").get_by_role("button", name="Try again").click()
    expect(page.root.locator(".subject")).to_contain_text(", no. ")
    page.trouble[:] = [line for line in page.trouble if "ERR_FAILED" not in line]


WITHOUT_WEBGL = """{
  const get = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind.includes("webgl") ? null : get.call(this, kind, ...rest);
  };
}"""


def test_plotly_itself_does_not_arrive_and_then_there_is_no_webgl(open_projection: OpenProjection) -> None:
    def prepare(page: Page) -> None:
        page.add_init_script(WITHOUT_WEBGL)
        page.route("**/plotly.min.js", lambda route: route.abort())

    page = open_projection(prepare=prepare)
    sentence = "assets/plotly.min.js did not arrive."
    expect(page.root.get_by_role("alert").filter(has_text=sentence)).to_have_count(2)
    page.page.unroute_all()
    for side in (0, 1):
        page.root.locator(".slot").nth(side).get_by_role("button", name="Try again").click()
        page.page.wait_for_function(f"(gd) => ({COUNTED})(gd) === 500", arg=page.plotly(side).element_handle())
        expect(page.root.locator(".slot").nth(side).get_by_role("alert")).to_be_hidden()
    page.trouble[:] = [line for line in page.trouble if "ERR_FAILED" not in line]

    # Without WebGL there are two axes.
    assert page.plotly(0).evaluate("(gd) => gd.data.map((t) => t.type)") == ["scatter"] * 12
    index = page.lonely(0)
    row = int(page.rows(0, page.projected("ae-30"))[index])
    assert row != page.row
    page.point_at(*page.pixels(0)[index])
    expect(page.root.locator(".subject")).to_contain_text(f"no. {row}")
    page.page.get_by_role("radio", name="3D").click()
    expect(page.root.get_by_role("alert").filter(has_text="need WebGL")).to_have_count(2)


def swipe(page: ProjectionPage, x: float, y: float, up: float) -> None:
    session = page.page.context.new_cdp_session(page.page)
    for kind, k in (("touchStart", 0), *(("touchMove", k) for k in range(1, 9)), ("touchEnd", 8)):
        points = [] if kind == "touchEnd" else [{"x": x, "y": y - up * k / 8}]
        if kind == "touchEnd":
            # A finger that lifts while it moves lets the page coast, and the next tap only stops it.
            for _ in range(3):
                page.settle_frame()
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.settle_frame()


def assert_a_finger_scrolls_and_a_tap_picks(page: ProjectionPage, axes: int) -> None:
    gd = page.plotly(0)
    gd.evaluate("(gd) => gd.scrollIntoView({ block: 'center', behavior: 'instant' })")
    opening, box = page.line, gd.bounding_box()
    assert box
    x, y = box["x"] + 150, box["y"] + 200
    swipe(page, x, y, 120)
    moved = gd.bounding_box()
    assert moved
    assert moved["y"] < box["y"] - 50
    assert page.line == opening
    index = page.lonely(0)
    row = int(page.rows(0, page.projected("ae-30", axes))[index])
    assert row != page.row
    page.page.touchscreen.tap(*page.pixels(0)[index])
    expect(page.root.locator(".subject")).to_contain_text(f"no. {row}")
    expect(page.root.locator(".thumbnail").nth(0)).to_be_visible()
    # A finger that is to move the points does not move the page.
    page.tool("Pan" if axes == 2 else "Turn")
    look = (lambda: page.camera(0)["eye"]) if axes == 3 else (lambda: gd.evaluate(READ_AXES))
    before, box = look(), gd.bounding_box()
    assert box
    swipe(page, box["x"] + 150, box["y"] + 200, 40)
    assert gd.bounding_box() == box
    assert look() != before


def test_on_a_phone_a_finger_scrolls_the_page_and_a_tap_picks(open_projection: OpenProjection) -> None:
    # Without outlines: in space one that passes before a point takes the pointer.
    page = open_projection(f"{QUERY}&ellipses=none", width=400, theme="dark")
    assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    left, right = (page.plotly(side).bounding_box() for side in (0, 1))
    assert left
    assert right
    assert right["y"] > left["y"] + left["height"]
    assert left["height"] == 320
    assert_colours_are_of_the_theme(page)
    assert_a_finger_scrolls_and_a_tap_picks(page, 2)
    page.choose_axes("3D")
    assert_a_finger_scrolls_and_a_tap_picks(page, 3)
