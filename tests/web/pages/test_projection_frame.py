"""The projections' frame: what is drawn, what survives a rerun, what stands where nothing can be drawn."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from tests.web.projection_page import NAMES, ROOM, OpenProjection, ProjectionPage
from tests.web.shown import Held, box, fits, go_to, keep_away, mount, saved
from ui.figures import palette
from vae_core.data import Digits


def ink(page: ProjectionPage) -> NDArray[np.float64]:
    """The colour of the numbers below the left plot."""
    left, top, width, height = page.box(0)
    x, y = np.meshgrid(np.arange(left + 10, left + width - 10), np.arange(top + height - 36, top + height - 4))
    colours = page.colours(0, np.stack([x.ravel(), y.ravel()], axis=1))
    assert colours[:, 3].max() > 200
    return np.asarray(colours[np.argmax(colours[:, 3]), :3], dtype=float)


def assert_ink_is_of_the_theme(page: ProjectionPage) -> None:
    text: str = page.root.evaluate("(root) => getComputedStyle(root).color")
    np.testing.assert_allclose(ink(page), [float(part) for part in re.findall(r"[\d.]+", text)], atol=8)


def test_reruns_the_theme_and_a_late_answer_leave_plots_and_zoom_alone(open_projection: OpenProjection) -> None:
    page = open_projection()
    plot = page.plot(0)
    plot.evaluate("(plot) => { plot.firstElementChild.mark = 'same'; }")
    left, top, *_ = page.box(0)
    home = page.span(0)
    page.page.mouse.move(left + 200, top + 150)
    page.turn(-300, 4)
    # Four notches, of a quarter of e each.
    page.wait_for_span(0, 0.37 * home)
    zoomed = page.seen(0)
    assert_ink_is_of_the_theme(page)
    page.page.emulate_media(color_scheme="dark")
    page.page.wait_for_function("(root) => getComputedStyle(root).color > 'rgb(2'", arg=page.root.element_handle())
    page.settle()
    assert_ink_is_of_the_theme(page)
    np.testing.assert_array_equal(page.seen(0), zoomed)

    # More digits in the same projection: the zoom stays.
    late = "**/projections/ae-30/*count=1000*"
    held = Held(page.page, late)
    with page.page.expect_request(late):
        page.choose_count("1,000")
    page.choose_count("1,797")
    expect(plot).to_have_attribute("data-points", re.compile("count=2000"))
    page.wait()
    np.testing.assert_allclose(page.seen(0), zoomed, rtol=1e-9)
    assert plot.evaluate("(plot) => plot.firstElementChild.mark") == "same"

    # A late answer does not replace a newer one.
    with page.page.expect_response(late):
        held.release()
    page.page.wait_for_timeout(300)
    expect(plot).to_have_attribute("data-points", re.compile("count=2000"))
    page.click("Home")
    assert page.seen(0)[0] < zoomed[0] < zoomed[1] < page.seen(0)[1]

    # To leave while points load.
    with page.page.expect_request(late):
        page.choose_count("1,000")
    go_to(page.page, "Latent desk")
    expect(page.root).to_have_count(0)
    with page.page.expect_response(late):
        held.release()
    page.settle()


def assert_png_and_csv(page: ProjectionPage) -> None:
    name, file = saved(page.page, "s")
    assert name == "encodings-ae-30-vae-30-pca-2d.png"
    pixels = np.asarray(Image.open(file).convert("RGB")).astype(int)
    left, top, width, height = page.box(1)
    assert pixels.shape[1] == 2 * (2 * round(width) + 16 + 2 * 24)
    assert pixels.shape[0] > 2 * height
    # Where a digit that is on has its point, its colour is.
    index = page.lonely(1)
    x, y = page.pixels(1)[index] - (left, top)
    column, row = round(2 * (24 + round(width) + 16 + x)), round(2 * (24 + 24 + y))
    near = pixels[row - 2 : row + 3, column - 2 : column + 3].reshape(-1, 3)
    # Points are drawn with some transparency.
    assert np.abs(near - page.digit_colours()[page.cloud(1).labels[index]]).max(axis=1).min() < 45
    for side, name in enumerate(NAMES):
        table, _ = saved(page.page, page.slot(side).get_by_role("link", name="CSV"))
        assert table == f"encodings-{name}-uci-pca-2d.csv"


def ellipse(served: dict[str, NDArray[Any]], name: str) -> NDArray[np.float64]:
    """Of 95 % of a Gaussian in two dimensions."""
    angle = np.linspace(0, 2 * np.pi, 200)
    circle = np.sqrt(5.991) * np.stack([np.cos(angle), np.sin(angle)])
    return np.asarray((served[f"{name}_cholesky"].astype(float) @ circle).T + served[f"{name}_mean"])


def assert_ellipses(page: ProjectionPage, is_prior_on: bool) -> None:
    for side in (0, 1):
        served = page.drawn(side)
        colour = page.slot(side).evaluate("(slot) => getComputedStyle(slot).getPropertyValue('--colour')")
        text = page.root.evaluate("(root) => getComputedStyle(root).color")
        fitted = [*bytes.fromhex(colour.strip("# "))]
        for name, wanted, share in (
            ("fitted", fitted, (0.95, 1.0)),
            ("prior", [int(part) for part in re.findall(r"\d+", text)[:3]], (0.4, 0.8) if is_prior_on else (0.0, 0.1)),
        ):
            places, _ = page.places(side, ellipse(served, name))
            left, top, width, height = page.box(side)
            low, high = (left + ROOM[0] + 2, top + ROOM[1] + 2), (left + width - 12, top + height - 42)
            inside = places[np.all((places > low) & (places < high), axis=1)]
            assert len(inside) > 100
            found = page.colours(side, inside)
            is_line = (np.abs(found[:, :3] - wanted).max(axis=1) < 30) & (found[:, 3] > 230)
            assert share[0] <= is_line.mean() <= share[1], (side, name, is_line.mean())


def test_plots_fit_the_screen_with_one_scale_and_ellipses_of_95_percent_and_can_be_saved(
    open_projection: OpenProjection,
) -> None:
    page = open_projection()
    assert fits(page.page)
    assert page.box(0)[1] == page.box(1)[1]
    assert box(page.root.locator(".panel")).bottom <= 800
    names = page.root.locator(".slot .name b")
    assert names.evaluate_all("(all) => all.map((b) => b.scrollWidth <= b.clientWidth)") == [True, True]
    for side in (0, 1):
        x0, x1, y0, y1 = page.seen(side)
        *_, width, height = page.box(side)
        titles = [f"PC {k + 1} · {100 * share:.1f} %" for k, share in enumerate(page.drawn(side)["share"])]
        expect(page.plot(side)).to_have_attribute("aria-label", f"Codes of {NAMES[side]}, {', '.join(titles)}")
        assert (x1 - x0) / (width - 58) == pytest.approx((y1 - y0) / (height - 48), rel=1e-6)
    assert_ellipses(page, is_prior_on=True)
    page.chip(3).click()
    assert_png_and_csv(page)
    # Ellipses can be switched off.
    page.slot(0).get_by_role("button", name="N(0, I)").click()
    page.settle()
    assert_ellipses(page, is_prior_on=False)
    for side in (0, 1):
        expect(page.slot(side).get_by_role("button", name="N(0, I)")).to_have_attribute("aria-pressed", "false")
    page.page.wait_for_url("**ellipses=fitted**")


def test_a_problem_stands_in_place_of_its_plot(open_projection: OpenProjection, uci: Digits) -> None:
    page = open_projection("left=tiny-tanh&right=tiny-ae&axes=3&count=500&seed=3")
    sentence = page.slot(0).get_by_role("alert")
    expect(sentence).to_contain_text("tiny-tanh")
    expect(sentence.locator("..").get_by_role("button")).to_have_count(0)
    assert len(page.cloud(1).rows) == 500
    # The panel knows both models all the same.
    assert len(page.neighbours(0)) == 10
    expect(page.subject).to_contain_text(f"Digit {uci.labels[page.row]}, no. ")


def test_what_does_not_arrive_can_be_tried_again(open_projection: OpenProjection, forgiven: list[str]) -> None:
    page = open_projection(prepare=lambda page: keep_away(page, "**/projections/vae-30/*", "**/means/ae-30/*"))
    right = page.slot(1)
    expect(right.get_by_role("alert")).to_have_text("projections/vae-30/uci.safetensors did not arrive.")
    expect(page.root.locator(".panel .alert")).to_contain_text("means/ae-30/uci.safetensors did not arrive.")
    assert page.shown_digits(0) == list(range(10))
    expect(right.get_by_role("link", name="CSV")).to_be_hidden()
    expect(page.slot(0).get_by_role("link", name="CSV")).to_be_visible()
    page.page.unroute_all()
    right.get_by_role("button", name="Try again").click()
    expect(right.get_by_role("alert")).to_be_hidden()
    expect(right.get_by_role("link", name="CSV")).to_be_visible()
    page.settle()
    assert page.shown_digits(1) == list(range(10))
    page.root.locator(".panel").get_by_role("button", name="Try again").click()
    expect(page.subject).to_contain_text(", no. ")
    forgiven.append("ERR_FAILED")


@pytest.mark.needs_mnist
def test_ten_thousand_digits(open_projection: OpenProjection, mnist_test: Digits) -> None:
    page = open_projection("left=ae-30&right=vae-30&digits=mnist&count=10000&row=4321")
    for side in (0, 1):
        assert np.array_equal(np.bincount(page.cloud(side).labels), np.bincount(mnist_test.labels))
        assert len(page.neighbours(side)) == 10
    expect(page.subject).to_have_text(f"Digit {mnist_test.labels[4321]}, no. 4321")
    np.testing.assert_allclose(page.original(), mnist_test.images[4321] / 255, atol=1e-9)


def test_what_is_about_to_be_replaced_is_dimmed(modules: Page) -> None:
    def side(name: str) -> dict[str, Any]:
        query = f"{name}/uci.%s?method=pca&components=2&count=500&seed=3"
        colour = {"light": "#123456", "dark": "#654321"}
        addresses = {"projection": f"projections/{query % 'safetensors'}", "csv": f"projections/{query % 'csv'}"}
        return {"name": name, "label": "", "colour": colour, "axes": ["x", "y"], "problem": None, **addresses}

    sides = {"left": side("ae-30"), "right": side("vae-30")}
    data = {**sides, "digits": "uci", "components": 2, "colours": palette.digits_for_browser()}
    page = ProjectionPage(modules)
    for stale, opacity in ((True, "0.55"), (False, "1")):
        mount(modules, "projection/projection.js", {**data, "stale": stale})
        page.wait()
        for side_index in (0, 1):
            expect(page.plot(side_index).locator(".points")).to_have_css("opacity", opacity)


@pytest.mark.needs_mnist
def test_a_digit_of_one_set_is_not_picked_in_the_next(open_projection: OpenProjection) -> None:
    page = open_projection()
    means, points = (Held(page.page, pattern) for pattern in ("**/means/*/uci*", "**/projections/*/mnist*"))
    with page.page.expect_request("**/means/*/uci*"):
        page.page.get_by_role("button", name="Swap left and right").click()
    with page.page.expect_request("**/projections/*/mnist*"):
        page.page.get_by_text("MNIST", exact=True).click()
    for route in means:
        with page.page.expect_response(route.request.url):
            route.continue_()
    page.settle()
    points.end()
    page.wait()
    switched = page.row
    page.page.reload()
    page.wait()
    assert switched == page.row, "the digit that this link opens with"
