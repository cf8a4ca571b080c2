"""A decoder alone on the desk, an encoder alone on Encodings: what can be done is done, the rest is said."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import expect

from tests.web.desk_page import DeskPage
from tests.web.oracle import Oracle
from tests.web.projection_page import ProjectionPage
from tests.web.shown import Visit, grey, query

PAIR = ("tiny-decoder", "tiny-ae")


def test_sliders_move_a_decoder_alone_and_a_digit_its_neighbour(visit: Visit, oracle: Oracle) -> None:
    desk = visit(DeskPage, f"left={PAIR[0]}&right={PAIR[1]}")
    desk.unfold()
    desk.press("0")
    for i, value in enumerate((0.7, -1.3)):
        desk.set(desk.slider(i), value)
    z = [0.7, -1.3]
    desk.expect_decoded(oracle, PAIR, z, [*z, 0, 0])
    before = desk.picture(0)
    desk.press("g")
    np.testing.assert_array_equal(desk.picture(0), before)
    assert not np.array_equal(desk.picture(1), oracle.decode(PAIR[1], [*z, 0, 0]))
    desk.page.wait_for_url("**row=*")
    row = query(desk.page)["row"]
    np.testing.assert_allclose(desk.picture(1), oracle.reconstruct(PAIR[1], oracle.pixels(int(row))), atol=0.02)


def test_where_no_model_encodes_a_digit_that_is_said(visit: Visit) -> None:
    desk = visit(DeskPage, "left=tiny-decoder&right=tiny-decoder")
    before = desk.picture(0)
    desk.press("g")
    expect(desk.root.get_by_text("A decoder alone gives no digit a code")).to_be_visible()
    np.testing.assert_array_equal(desk.picture(0), before)
    desk.press("r")
    assert not np.array_equal(desk.picture(0), before)


def test_an_encoder_alone_shows_its_codes_and_the_nearest_digits(visit: Visit, oracle: Oracle) -> None:
    page = visit(ProjectionPage, "left=tiny-encoder&right=tiny-ae&count=500&row=7")
    expect(page.root.locator('.reading.left canvas[data-model="tiny-encoder"]')).to_be_hidden()
    shown = grey(page.root.locator(".reading.left .gallery canvas").first)
    nearest = next(row for row in oracle.nearest("tiny-encoder", oracle.pixels(7)) if row != 7)
    np.testing.assert_allclose(shown, oracle.pixels(nearest), atol=1 / 255)
