"""The projections: what the pointer, the legend, the lasso and the link do, and what the panel then shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from playwright.sync_api import expect
from skimage.measure import points_in_poly
from sklearn.neighbors import NearestNeighbors

from tests.web.projection_page import NAMES, QUERY, ProjectionPage
from tests.web.traffic import expect_draws_counted
from vae_core import checkpoint
from vae_core.data import Digits, as_input

OpenProjection = Callable[..., ProjectionPage]
# A picture is rounded to 256 grey levels.
GREY = 2e-3


def assert_panel_shows(page: ProjectionPage, root: Path, uci: Digits, row: int) -> None:
    """The digit, both reconstructions by PyTorch, and the neighbours by scikit-learn."""
    assert page.line.startswith(f"Digit {uci.labels[row]}, no. {row}")
    np.testing.assert_allclose(page.original(), uci.images[row] / 255, atol=1e-9)
    x = as_input(uci.images[row : row + 1])
    for side, name in enumerate(NAMES):
        model = checkpoint.load(root / name)
        wanted = model.decode(model.encode(x))[0, 0].double().numpy()
        np.testing.assert_allclose(page.decoded(side), wanted, atol=GREY, err_msg=name)
        means = page.served(f"means/{name}/uci.safetensors")["means"].astype(np.float64)
        nearest = NearestNeighbors(n_neighbors=11).fit(means).kneighbors(means[row : row + 1])[1][0]
        assert page.neighbours(side) == [other for other in nearest if other != row][:10]


def outlook(page: ProjectionPage, axes: int) -> list[Any]:
    """From where both plots are seen."""
    if axes == 2:
        return [page.plotly(side).evaluate("(gd) => gd._fullLayout.xaxis.range") for side in (0, 1)]
    cameras = [page.camera(side) for side in (0, 1)]
    return [[camera[part][axis] for part in ("eye", "center", "up") for axis in "xyz"] for camera in cameras]


def assert_a_digit_is_picked(page: ProjectionPage, root: Path, uci: Digits, axes: int) -> None:
    opening = page.row
    expect_draws_counted(page.page)
    sent = page.traffic.sent
    before = outlook(page, axes)
    index = page.lonely(0)
    x, y = page.pixels(0)[index]
    row = int(page.rows(0, page.projected("ae-30", axes))[index])
    assert row != opening
    page.point_at(x, y)
    expect(page.root.locator(".subject")).to_have_text(f"Digit {uci.labels[row]}, no. {row}")
    assert_panel_shows(page, root, uci, row)

    # The same digit is ringed in the other plot.
    other = page.pixels(1)[list(page.rows(1, page.projected("vae-30", axes))).index(row)]
    page.settle_frame()
    np.testing.assert_allclose(page.ring(1, "hovered") or (0, 0), other, atol=1)
    np.testing.assert_allclose(page.ring(0, "hovered") or (0, 0), (x, y), atol=1)
    assert page.ring(0, "pinned") is not None

    # Leaving returns to the digit that is kept; a click keeps another.
    page.page.mouse.move(5, 5)
    expect(page.root.locator(".subject")).to_have_text(f"Digit {uci.labels[opening]}, no. {opening}")
    page.point_at(x, y)
    page.page.mouse.click(x, y, delay=60)
    page.page.mouse.move(5, 5)
    page.page.wait_for_url(f"**row={row}**")
    assert page.row == row
    np.testing.assert_allclose(page.ring(0, "pinned") or (0, 0), (x, y), atol=1)
    # Neither does the legend, off and on, move what is seen.
    for _ in range(2):
        page.chip(int(uci.labels[opening])).click()
        page.settle_frame()
        np.testing.assert_allclose(outlook(page, axes), before, atol=1e-9)
    assert page.traffic.sent == sent


def test_hover_and_click_reach_the_panel_and_leave_the_view_alone(
    open_projection: OpenProjection, served_checkpoints: Path, uci: Digits
) -> None:
    # Without outlines: in space one that passes before a point takes the pointer.
    page = open_projection(f"{QUERY}&axes=3&ellipses=none")
    assert page.root.evaluate("(root) => root.querySelectorAll('.slot [role=alert]').length") == 0
    assert_a_digit_is_picked(page, served_checkpoints, uci, 3)
    page.choose_axes("2D")
    assert_a_digit_is_picked(page, served_checkpoints, uci, 2)


def draw(page: ProjectionPage, corners: NDArray[np.float64]) -> None:
    page.page.mouse.move(*corners[0])
    page.page.mouse.down()
    for corner in corners[1:]:
        page.page.mouse.move(*corner, steps=6)
    page.page.mouse.up()


def assert_legend_hides_digits_in_both_plots(page: ProjectionPage) -> None:
    page.chip(3).click()
    page.chip(8).click()
    others = [0, 1, 2, 4, 5, 6, 7, 9]
    for side in (0, 1):
        expect(page.chip(3)).to_have_attribute("aria-pressed", "false")
        assert page.shown_digits(side) == others
    page.page.wait_for_url("**hide=38**")
    page.chip(4).dblclick()
    assert [page.shown_digits(side) for side in (0, 1)] == [[4], [4]]
    page.chip(4).click()
    expect(page.root.get_by_text("No digit is switched on.")).to_be_visible()
    page.root.get_by_role("button", name="Show all").click()
    assert [page.shown_digits(side) for side in (0, 1)] == [list(range(10))] * 2
    expect(page.root.get_by_text("No digit is switched on.")).to_be_hidden()
    page.page.wait_for_function("() => !location.search.includes('hide')")


def assert_mean_of(page: ProjectionPage, root: Path, uci: Digits, rows: NDArray[np.int64]) -> None:
    counts = np.bincount(uci.labels[rows], minlength=10)
    parts = [f"{counts[digit]} of digit {digit}" for digit in np.argsort(-counts, kind="stable") if counts[digit]]
    expect(page.root.locator(".subject")).to_have_text(f"{len(rows)} digits: {', '.join(parts)}")
    for side, name in enumerate(NAMES):
        means = page.served(f"means/{name}/uci.safetensors")["means"]
        mean = torch.from_numpy(means[rows].mean(axis=0, dtype=np.float64)).float()
        wanted = checkpoint.load(root / name).decode(mean[None])[0, 0].double().numpy()
        np.testing.assert_allclose(page.decoded(side), wanted, atol=GREY, err_msg=name)


def test_legend_lasso_and_box_reach_both_plots_and_tell_no_one(
    open_projection: OpenProjection, served_checkpoints: Path, uci: Digits
) -> None:
    page = open_projection()
    expect_draws_counted(page.page)
    sent = page.traffic.sent
    assert_legend_hides_digits_in_both_plots(page)

    # The lasso shows the decoded mean of the selection.
    page.tool("Lasso")
    middle = page.pixels(1).mean(axis=0)
    corners = middle + np.array([(-70, -10), (-10, 80), (60, 30), (40, -60), (-60, -20)])
    draw(page, corners)
    expect(page.root.locator(".subject")).to_contain_text("digits: ")
    both = [page.selected(side, page.projected(name)) for side, name in enumerate(NAMES)]
    assert both[0] == both[1]
    rows = np.array(sorted(both[1] or []))
    # What lies clearly inside is selected, what lies clearly outside is not.
    shown = page.rows(1, page.projected("vae-30"))
    pixels = page.pixels(1)
    center = corners.mean(axis=0)
    assert set(shown[points_in_poly(pixels, center + 0.95 * (corners - center))]) <= set(rows)
    assert not set(shown[~points_in_poly(pixels, center + 1.05 * (corners - center))]) & set(rows)
    assert len(rows) > 20
    assert_mean_of(page, served_checkpoints, uci, rows)
    hidden = int(uci.labels[rows[0]])
    page.chip(hidden).click()
    assert_mean_of(page, served_checkpoints, uci, rows[uci.labels[rows] != hidden])
    page.chip(hidden).click()
    page.page.keyboard.press("Escape")
    expect(page.root.locator(".subject")).to_contain_text(", no. ")
    assert [page.selected(side, page.projected(name)) for side, name in enumerate(NAMES)] == [None, None]

    # A box that holds no digit.
    page.tool("Box")
    box = page.plotly(0).bounding_box()
    assert box
    corner = np.array([box["x"] + 55, box["y"] + 12])
    draw(page, corner + np.array([(0, 0), (4, 7), (9, 8)]))
    expect(page.root.locator(".subject")).to_have_text("No digit in the selection.")
    page.page.mouse.click(*corner, delay=30)
    expect(page.root.locator(".subject")).to_contain_text(", no. ")
    assert page.traffic.sent == sent


def test_the_link_restores_what_is_hidden_and_picked_and_keys_step_over_it(
    open_projection: OpenProjection, served_checkpoints: Path, uci: Digits
) -> None:
    page = open_projection(f"{QUERY}&hide=07&row=1234")
    assert page.shown_digits(0) == page.shown_digits(1) == [1, 2, 3, 4, 5, 6, 8, 9]
    assert_panel_shows(page, served_checkpoints, uci, 1234)
    # They are still so after a visit to another page.
    page.chip(5).click()
    page.page.get_by_role("link", name="Latent desk").click()
    expect(page.page.locator('[data-component=desk][data-ready="true"]')).to_be_visible()
    page.page.get_by_role("link", name="Encodings").click()
    page.wait()
    assert page.shown_digits(0) == [1, 2, 3, 4, 6, 8, 9]
    assert page.row == 1234
    page.page.wait_for_url(lambda url: "hide=057" in url and "row=1234" in url)

    # Keys step from digit to digit, but not to the hidden zeros, which come first.
    served = page.projected("vae-30")
    assert uci.labels[served["rows"][0]] == 0
    shown = [int(row) for row in served["rows"] if uci.labels[row] not in (0, 5, 7)]
    page.root.locator(".plot").nth(1).focus()
    page.page.keyboard.press("Escape")
    expect(page.root.locator(".subject")).to_contain_text("Point at a digit")
    for row in (*shown[:3], shown[1]):
        page.page.keyboard.press("ArrowLeft" if row == shown[1] and page.line.endswith(str(shown[2])) else "ArrowRight")
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
