"""What a visitor does at the latent desk, and what the pictures and sliders then show."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import expect

from tests.web.desk_page import PAIR, DeskPage, OpenDesk
from tests.web.oracle import LINK_GREY, STEP, Oracle
from tests.web.shown import TINY, TINY_NAMES, Visit, grey


def test_both_models_decode_what_the_sliders_show(open_desk: OpenDesk, oracle: Oracle) -> None:
    desk = open_desk()
    for side, name in enumerate(PAIR):
        desk.expect_model(side, name)
    opening = desk.values()
    assert len(opening) == 30
    desk.expect_decoded(oracle, PAIR, opening, opening)

    desk.press("r")
    drawn = desk.values()
    assert drawn != opening
    desk.expect_decoded(oracle, PAIR, drawn, drawn)

    zero = [0.0] * 30
    desk.press("0")
    assert desk.values() == zero
    desk.expect_decoded(oracle, PAIR, zero, zero)

    # A program may drive a slider, too.
    desk.slider(3).evaluate("(input) => { input.value = '1.25'; input.dispatchEvent(new Event('input')); }")
    desk.settle()
    z = 1.25 * np.eye(30)[3]
    desk.expect_decoded(oracle, PAIR, z, z)

    for keys, values in ((["Control+z"], zero), (["Control+z"], drawn), (["Control+z"] * 2, opening)):
        desk.press(*keys)
        assert desk.values() == values
    desk.press("Control+Shift+z", "Control+Shift+z")
    assert desk.values() == zero


def test_keys_of_a_slider_step_to_its_ends_and_to_zero(shared: Visit) -> None:
    desk = shared(DeskPage, TINY)
    desk.unfold()
    desk.press("0")
    desk.slider(2).focus()
    for key, value in {
        "ArrowRight": 0.1,
        "Shift+ArrowUp": 0.11,
        "PageUp": 0.61,
        "ArrowLeft": 0.51,
        "Shift+ArrowDown": 0.5,
        "PageDown": 0,
        "End": 4,
        "Delete": 0,
        "Home": -4,
        "Backspace": 0,
    }.items():
        desk.press(key)
        assert desk.values() == [0, 0, value, 0], key
        assert desk.slider(2).get_attribute("aria-valuetext") == f"{value:.2f}".replace("-", "−")
    desk.press("ArrowRight", "ArrowRight", "ArrowRight")
    desk.slider(2).dblclick(position={"x": 5, "y": 30})
    desk.settle()
    assert desk.values() == [0, 0, 0, 0]

    # In a text field, and with modifiers, keys are not the desk's.
    desk.press("r")
    before = desk.values()
    assert before != [0, 0, 0, 0]
    desk.page.get_by_label("Seed", exact=True).focus()
    desk.press("r", "g", "f")
    assert desk.values() == before
    desk.page.locator("h1").click()
    desk.press("Control+d", "Alt+r")
    assert desk.values() == before


def test_a_digit_gives_each_model_its_own_code(open_desk: OpenDesk, oracle: Oracle) -> None:
    desk = open_desk()
    desk.click("A 7, ")
    row = np.flatnonzero(oracle.uci.labels == 7)[0]
    codes = [oracle.codes(name, row) for name in PAIR]
    np.testing.assert_allclose(desk.values(), codes[0], atol=STEP)
    desk.expect_decoded(oracle, PAIR, *codes)
    assert desk.root.locator(".ghost:visible").count() > 5

    # One step on the slider moves both by as much, from where each is.
    desk.nudge(0, "ArrowRight")
    shift = (desk.values()[0] - codes[0][0]) * np.eye(30)[0]
    desk.expect_decoded(oracle, PAIR, *(code + shift for code in codes))

    expect(desk.button("A 0, ")).to_have_count(2)
    desk.click("more")
    expect(desk.button("A 0, ")).to_have_count(10)
    before = desk.values()
    desk.press("g")
    assert desk.values() != before


def test_fitted_gaussian_and_units(open_desk: OpenDesk, oracle: Oracle) -> None:
    names = ("tiny-ae", "tiny-vae-sigma")
    desk = open_desk(f"left={names[0]}&right={names[1]}")
    left, right = found = [oracle.encodings(name) for name in names]
    desk.press("f")
    z = np.array(desk.values())
    eps = np.linalg.solve(left.cholesky, z - left.mean)
    desk.expect_decoded(oracle, names, *(each.mean + each.cholesky @ eps for each in found))

    desk.root.get_by_text("own sd").click()
    assert np.abs(desk.values() * left.std + left.mean - z).max() < 2e-3
    desk.press("0")
    assert desk.values() == [0] * 4
    desk.expect_decoded(oracle, names, left.mean, right.mean)
    desk.unfold()
    desk.nudge(1, "PageUp")
    desk.expect_decoded(oracle, names, *(each.mean + 0.5 * each.std * np.eye(4)[1] for each in found))


def test_a_value_beyond_the_range_is_never_lost(open_desk: OpenDesk, oracle: Oracle) -> None:
    desk = open_desk("left=tiny-linear&right=tiny-elu&z=7.25_-5_0&z2=0_0_9.5")
    assert desk.values() == [7.25, -5, 0]
    for i, z in enumerate((7.25, 5, 9.5)):
        assert float(desk.slider(i).get_attribute("max") or 0) >= z
    desk.expect_decoded(oracle, ("tiny-linear", "tiny-elu"), [7.25, -5, 0], [0, 0, 9.5])


def test_pictures_of_strip_and_samples_come_to_the_sliders(shared: Visit, oracle: Oracle) -> None:
    desk = shared(DeskPage, TINY)
    desk.unfold()
    desk.press("r")
    desk.nudge(1, "ArrowRight")
    z = desk.values()
    for k in (0, 5, 10):
        z[1] = -4 + 0.8 * k
        for side, name in enumerate(TINY_NAMES):
            shown = grey(desk.root.locator(".strip-row").nth(side).locator("canvas").nth(k))
            np.testing.assert_allclose(shown, oracle.decode(name, z), atol=LINK_GREY)
    desk.button("z₁ = 4.0").nth(1).click()
    desk.settle()
    np.testing.assert_allclose(desk.values(), z, atol=2e-3)
    samples_come_to_the_sliders(desk, oracle)


def samples_come_to_the_sliders(desk: DeskPage, oracle: Oracle) -> None:
    samples = desk.root.locator(".sample-grid").nth(1).locator("canvas")
    expect(samples).to_have_count(48)
    temperature = desk.root.get_by_label("Temperature")
    temperature.fill("0.5")
    desk.settle()
    before = grey(samples.nth(20))
    desk.button("Sample 21: to the sliders").nth(1).click()
    desk.settle()
    np.testing.assert_allclose(desk.picture(1), before, atol=LINK_GREY)
    desk.expect_decoded(oracle, TINY_NAMES, desk.values(), desk.values())
    desk.press("n")
    temperature.fill("0")
    desk.settle()
    np.testing.assert_allclose(grey(samples.nth(47)), oracle.decode(TINY_NAMES[1], [0] * 4), atol=LINK_GREY)
