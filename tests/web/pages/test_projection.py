"""The projections: what the pointer, the legend, the lasso and the link do, and what the panel then shows."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import expect
from skimage.measure import points_in_poly

from tests.web.desk_page import DeskPage
from tests.web.oracle import GREY, Oracle
from tests.web.projection_page import NAMES, QUERY, OpenProjection, ProjectionPage
from tests.web.shown import await_query, drag, go_to
from tests.web.traffic import expect_draws_counted


def assert_panel_shows(page: ProjectionPage, oracle: Oracle, row: int) -> None:
    """The digit, both reconstructions by PyTorch, and the neighbours by NumPy."""
    expect(page.subject).to_have_text(re.compile(rf"Digit {oracle.uci.labels[row]}, no\. {row}\b"))
    pixels = oracle.pixels(row)
    np.testing.assert_allclose(page.original(), pixels, atol=1e-7)
    for side, name in enumerate(NAMES):
        np.testing.assert_allclose(page.picture(side), oracle.reconstruct(name, pixels), atol=GREY, err_msg=name)
        nearest = oracle.nearest(name, pixels, 11)
        assert page.neighbours(side) == [other for other in nearest if other != row][:10]


def assert_a_digit_is_picked(page: ProjectionPage, oracle: Oracle) -> None:
    opening = page.row
    expect_draws_counted(page.page)
    sent = page.traffic.sent
    before = [page.seen(side) for side in (0, 1)]
    # Each digit has its colour where its point must be.
    assert page.shown_digits(0) == page.shown_digits(1) == list(range(10))
    index = page.lonely(0)
    x, y = page.pixels(0)[index]
    row = int(page.cloud(0).rows[index])
    assert row != opening
    page.point_at(x, y)
    assert_panel_shows(page, oracle, row)

    # The same digit is ringed in the other plot.
    other = page.pixels(1)[list(page.cloud(1).rows).index(row)]
    np.testing.assert_allclose(page.ring(1, "hovered") or (0, 0), other, atol=0.05)
    np.testing.assert_allclose(page.ring(0, "hovered") or (0, 0), (x, y), atol=0.05)
    assert page.ring(0, "pinned") is not None

    # Leaving returns to the digit that is kept; a click keeps another.
    page.page.mouse.move(5, 5)
    expect(page.subject).to_have_text(f"Digit {oracle.uci.labels[opening]}, no. {opening}")
    page.page.mouse.click(x, y)
    page.page.mouse.move(5, 5)
    page.page.wait_for_url(f"**row={row}**")
    assert page.row == row
    np.testing.assert_allclose(page.ring(0, "pinned") or (0, 0), (x, y), atol=0.05)
    # Neither does the legend, off and on, move what is seen.
    for _ in range(2):
        page.chip(int(oracle.uci.labels[opening])).click()
        page.settle()
        np.testing.assert_array_equal([page.seen(side) for side in (0, 1)], before)
    assert page.traffic.sent == sent


def test_hover_and_click_reach_the_panel_and_leave_the_view_alone(
    open_projection: OpenProjection, oracle: Oracle
) -> None:
    page = open_projection(f"{QUERY}&axes=3")
    assert page.root.locator(".slot [role=alert]").count() == 0
    assert_a_digit_is_picked(page, oracle)

    # Of two points under the pointer, the one in front.
    places, depth = page.places(0, page.cloud(0).points)
    distances = np.linalg.norm(places[:, None] - places[None], axis=2) + 1e9 * np.eye(len(places))
    one, two = np.unravel_index(np.argmin(distances), distances.shape)
    page.point_at(*places[[one, two]].mean(axis=0))
    front = page.cloud(0).rows[min(one, two, key=lambda k: depth[k])]
    expect(page.subject).to_contain_text(f"no. {front}")

    # As far as the hand goes, so far goes the scene: a quarter of a turn over half its height.
    x, y = page.box(0).at()
    drag(page.page, (x, y), (x + page.box(0).height / 2, y), steps=3, lift=False)
    page.settle()
    eye, target = page.seen(0).reshape(2, 3)
    page.page.mouse.up()
    np.testing.assert_allclose(np.arctan2(*(eye - target)[1::-1]), -np.pi / 4, atol=1e-6)
    assert page.shown_digits(0) == list(range(10))

    page.choose_axes("2D")
    assert_a_digit_is_picked(page, oracle)
    # Two clicks are "Home", and pick nothing.
    kept = page.row
    home = page.span(0)
    page.click("Zoom in")
    page.wait_for_span(0, 0.7 * home)
    page.page.mouse.dblclick(*page.pixels(0)[page.lonely(0)])
    page.page.mouse.move(5, 5)
    page.settle()
    assert page.span(0) == home
    assert page.row == kept


def assert_legend_hides_digits_in_both_plots(page: ProjectionPage) -> None:
    page.chip(3).click()
    page.chip(8).click()
    page.settle()
    assert page.shown_digits(0) == page.shown_digits(1) == [0, 1, 2, 4, 5, 6, 7, 9]
    page.page.wait_for_url("**hide=38**")
    page.chip(4).dblclick()
    page.settle()
    assert page.shown_digits(0) == page.shown_digits(1) == [4]
    page.chip(4).click()
    expect(page.root.get_by_text("No digit is switched on.")).to_be_visible()
    page.click("Show all")
    assert page.shown_digits(0) == page.shown_digits(1) == list(range(10))
    expect(page.root.get_by_text("No digit is switched on.")).to_be_hidden()
    await_query(page.page, hide=None)


def assert_mean_of(page: ProjectionPage, oracle: Oracle, rows: NDArray[np.int32]) -> None:
    counts = np.bincount(oracle.uci.labels[rows], minlength=10)
    parts = [f"{counts[digit]} of digit {digit}" for digit in np.argsort(-counts, kind="stable") if counts[digit]]
    expect(page.subject).to_have_text(f"{len(rows)} digits: {', '.join(parts)}")
    for side, name in enumerate(NAMES):
        mean = oracle.encodings(name).means[rows].mean(axis=0, dtype=np.float64)
        np.testing.assert_allclose(page.picture(side), oracle.decode(name, mean), atol=GREY, err_msg=name)


def assert_bright_are(page: ProjectionPage, rows: NDArray[np.int32]) -> None:
    page.settle()
    for side in (0, 1):
        cloud, is_bright = page.apart(side)
        is_wanted = np.isin(cloud.rows, rows)
        assert len(cloud.rows) > 50
        # Where an outline passes, a point is not seen.
        assert is_bright[is_wanted].mean() > 0.8
        assert np.mean(is_bright & ~is_wanted) < 0.1


def test_legend_lasso_and_box_reach_both_plots_and_tell_no_one(open_projection: OpenProjection, oracle: Oracle) -> None:
    page = open_projection()
    expect_draws_counted(page.page)
    sent = page.traffic.sent
    assert_legend_hides_digits_in_both_plots(page)

    # The lasso shows the decoded mean of the selection.
    page.tool("Lasso")
    cloud, pixels = page.cloud(1), page.pixels(1)
    corners = pixels.mean(axis=0) + np.array([(-70, -10), (-10, 80), (60, 30), (40, -60), (-60, -20)])
    drag(page.page, *np.round(corners), steps=6)
    rows = cloud.rows[points_in_poly(pixels, np.round(corners))]
    assert len(rows) > 20
    assert_mean_of(page, oracle, rows)
    assert_bright_are(page, rows)
    hidden = int(oracle.uci.labels[rows[0]])
    page.chip(hidden).click()
    assert_mean_of(page, oracle, rows[oracle.uci.labels[rows] != hidden])
    page.chip(hidden).click()
    page.page.keyboard.press("Escape")
    expect(page.subject).to_contain_text(", no. ")
    assert_bright_are(page, page.cloud(0).rows)

    # A box, and one that holds no digit.
    page.tool("Box")
    low, high = np.round(pixels.mean(axis=0)) + np.array([(-50, -40), (30, 60)])
    drag(page.page, low, high, steps=6)
    rows = cloud.rows[np.all((pixels > low) & (pixels < high), axis=1)]
    assert_mean_of(page, oracle, rows)
    left, top, *_ = page.box(0)
    corner = np.array([left + 55, top + 12])
    drag(page.page, *(corner + np.array([(0, 0), (4, 7), (9, 8)])), steps=6)
    expect(page.subject).to_have_text("No digit in the selection.")
    page.page.mouse.click(*corner)
    expect(page.subject).to_contain_text(", no. ")
    assert page.traffic.sent == sent


def test_the_link_restores_what_is_hidden_and_picked_and_keys_step_over_it(
    open_projection: OpenProjection, oracle: Oracle
) -> None:
    page = open_projection(f"{QUERY}&hide=07&row=1234")
    assert page.shown_digits(0) == page.shown_digits(1) == [1, 2, 3, 4, 5, 6, 8, 9]
    assert_panel_shows(page, oracle, 1234)
    # They are still so after a visit to another page.
    page.chip(5).click()
    go_to(page.page, "Latent desk")
    DeskPage(page.page).wait()
    go_to(page.page, "Encodings")
    page.wait()
    assert page.shown_digits(0) == [1, 2, 3, 4, 6, 8, 9]
    assert page.row == 1234
    await_query(page.page, hide="057", row="1234")

    # Keys step from digit to digit, but not to the hidden zeros, which come first.
    served = page.drawn(1)
    assert oracle.uci.labels[served["rows"][0]] == 0
    shown = [int(row) for row in served["rows"] if oracle.uci.labels[row] not in (0, 5, 7)]
    page.plot(1).focus()
    page.page.keyboard.press("Escape")
    expect(page.subject).to_contain_text("Point at a digit")
    for key, row in zip(("Right", "Right", "Right", "Left"), (*shown[:3], shown[1]), strict=True):
        page.page.keyboard.press(f"Arrow{key}")
        assert page.row == row
    nearest = page.neighbours(1)[0]
    page.page.keyboard.press("n")
    assert page.row == nearest
    page.page.keyboard.press("n")
    assert page.row not in (nearest, shown[1])
    page.page.wait_for_url(f"**row={page.row}**")
    # The picture of a neighbour leads to it.
    wanted = page.neighbours(0)[4]
    page.root.locator(".neighbours").nth(0).locator("button").nth(4).click()
    assert page.row == wanted
