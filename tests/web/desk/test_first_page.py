"""What the desk fetches before it can be used, and what follows when a digit is taken."""

from __future__ import annotations

import re

import numpy as np
from playwright.sync_api import Browser, expect

from bench.first_page import DESK, visit
from tests.web.oracle import STEP, Oracle
from tests.web.shown import TINY, TINY_NAMES, Held, Visit
from tests.web.tray_page import TrayPage

# Streamlit's own 66 of an empty page, and 42 more.
MOST_REQUESTS = 108
# Of what is not Streamlit's: two decoders of 1.05 MB, the modules, codes, digits, and where digits lie.
MOST_BYTES = 2_700_000
ENCODER = re.compile(r".*/encoder\.safetensors$")


def expect_codes(desk: TrayPage, oracle: Oracle) -> None:
    """The sliders show the left model's code of the digit in hand."""
    np.testing.assert_allclose(desk.values(), oracle.codes(TINY_NAMES[0], desk.read()["row"]), atol=STEP)


def test_a_first_visit_asks_for_little(browser: Browser, app: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    first = visit(context, app, DESK)
    context.close()
    own = {path: size for path, size in first.sizes.items() if not path.startswith("static/")}
    assert len(first.sizes) <= MOST_REQUESTS, "\n".join(first.sizes)
    assert sum(own.values()) <= MOST_BYTES, own
    assert not [path for path in own if ENCODER.match(path)]


def test_a_digit_waits_for_the_encoders(visit: Visit, oracle: Oracle) -> None:
    desk = visit(TrayPage, TINY)
    held = Held(desk.page, ENCODER)
    opening = desk.values()
    digits = desk.root.locator(".place-of-digits button")
    digits.first.click()
    places = desk.root.locator(".place")
    for side, name in enumerate(TINY_NAMES):
        expect(places.nth(side)).to_have_text(f"loading {name} …")
    expect(desk.root).to_have_attribute("aria-busy", "true")
    assert len(held) == 2
    assert desk.values() == opening
    # The sliders go on meanwhile, and what was moved last counts.
    desk.nudge(0, "ArrowRight")
    expect(places.filter(has_text="loading")).to_have_count(0)
    moved = desk.values()
    assert moved != opening

    # Of two that were taken, the later one.
    digits.nth(1).click()
    digits.nth(2).click()
    held.release()
    desk.settle()
    expect_codes(desk, oracle)
    expect(desk.root.locator(".original")).to_be_visible()
    expect(places.filter(has_text="loading")).to_have_count(0)
    desk.press("Control+z", "Control+z")
    assert desk.values() == moved


def test_encoders_that_do_not_arrive(visit: Visit, oracle: Oracle, forgiven: list[str]) -> None:
    forgiven.append("ERR_FAILED")
    desk = visit(TrayPage, TINY)
    opening = desk.values()
    desk.page.route(ENCODER, lambda route: route.abort())
    desk.press("g")
    alert = desk.root.get_by_role("alert").filter(has_text="encoder.safetensors did not arrive. Without it")
    expect(alert).to_be_visible()
    expect(desk.root).not_to_have_attribute("aria-busy", "true")
    assert desk.values() == opening
    desk.page.unroute_all()
    alert.get_by_role("button", name="Try again").click()
    expect(alert).to_be_hidden()
    desk.settle()
    expect_codes(desk, oracle)
