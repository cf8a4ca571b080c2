"""What a visitor does at the latent desk, and what the pictures and sliders then show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import expect

from tests.web.desk_page import GREY, DeskPage, assert_decoded, decode
from vae_core import checkpoint
from vae_core.data import Digits, as_input
from vae_core.spaces import latent

OpenDesk = Callable[..., DeskPage]


def test_both_models_decode_what_the_sliders_show(open_desk: OpenDesk, served_checkpoints: Path) -> None:
    desk = open_desk()
    names = ("ae-30", "vae-30")
    for side, name in enumerate(names):
        expect(desk.root.locator("canvas[data-model]").nth(side)).to_have_attribute("data-model", name)
    opening = desk.values()
    assert len(opening) == 30
    assert_decoded(desk, served_checkpoints, opening, opening, names)

    desk.press("r")
    drawn = desk.values()
    assert drawn != opening
    assert_decoded(desk, served_checkpoints, drawn, drawn, names)

    desk.press("0")
    assert desk.values() == [0] * 30
    assert_decoded(desk, served_checkpoints, [0] * 30, [0] * 30, names)

    # A program may drive a slider, too.
    desk.slider(3).evaluate("(input) => { input.value = '1.25'; input.dispatchEvent(new Event('input')); }")
    desk.settle_frame()
    z = [1.25 if i == 3 else 0 for i in range(30)]
    assert_decoded(desk, served_checkpoints, z, z, names)

    desk.press("Control+z")
    assert desk.values() == [0] * 30
    desk.press("Control+z")
    assert desk.values() == drawn
    desk.press("Control+z", "Control+z")
    assert desk.values() == opening
    desk.press("Control+Shift+z", "Control+Shift+z")
    assert desk.values() == [0] * 30


def test_keys_of_a_slider_and_keys_that_are_left_alone(open_desk: OpenDesk) -> None:
    desk = open_desk("left=tiny-ae&right=tiny-vae-logvar")
    desk.unfold()
    desk.press("0")
    desk.slider(2).focus()
    steps = {
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
    }
    for key, value in steps.items():
        desk.press(key)
        assert desk.values() == [0, 0, value, 0], key
        assert desk.slider(2).get_attribute("aria-valuetext") == f"{value:.2f}".replace("-", "−")
    desk.press("ArrowRight", "ArrowRight", "ArrowRight")
    desk.slider(2).dblclick(position={"x": 5, "y": 30})
    desk.settle_frame()
    assert desk.values() == [0, 0, 0, 0]

    # In a text field, and with modifiers.
    desk.press("r")
    before = desk.values()
    assert before != [0, 0, 0, 0]
    desk.page.get_by_label("Seed", exact=True).focus()
    desk.press("r", "g", "f")
    assert desk.values() == before
    desk.page.locator("h1").click()
    desk.press("Control+d", "Alt+r")
    assert desk.values() == before


def test_a_digit_gives_each_model_its_own_code(open_desk: OpenDesk, served_checkpoints: Path, uci: Digits) -> None:
    desk = open_desk()
    desk.button("A 7, ").first.click()
    desk.settle_frame()
    image = uci.images[np.flatnonzero(uci.labels == 7)[:1]]
    names = ("ae-30", "vae-30")
    codes = [checkpoint.load(served_checkpoints / name).encode(as_input(image))[0].tolist() for name in names]
    np.testing.assert_allclose(desk.values(), codes[0], atol=6e-4)
    assert_decoded(desk, served_checkpoints, *codes, names)
    assert desk.root.locator(".ghost:visible").count() > 5

    # One step on the slider moves both by as much, from where each is.
    desk.slider(0).focus()
    desk.press("ArrowRight")
    shift = desk.values()[0] - codes[0][0]
    for code in codes:
        code[0] += shift
    assert_decoded(desk, served_checkpoints, *codes, names)

    expect(desk.button("A 0, ")).to_have_count(2)
    desk.button("more").click()
    expect(desk.button("A 0, ")).to_have_count(10)
    before = desk.values()
    desk.press("g")
    assert desk.values() != before


def test_fitted_gaussian_and_units(open_desk: OpenDesk, served_checkpoints: Path, uci: Digits) -> None:
    desk = open_desk("left=tiny-ae&right=tiny-vae-sigma")
    names = ("tiny-ae", "tiny-vae-sigma")
    found = [latent.encodings(checkpoint.load(served_checkpoints / name), uci.images) for name in names]
    desk.press("f")
    z = np.array(desk.values())
    eps = np.linalg.solve(found[0].cholesky, z - found[0].mean)
    both = [(e.mean + e.cholesky @ eps).tolist() for e in found]
    assert_decoded(desk, served_checkpoints, *both, names)

    desk.root.get_by_text("own sd").click()
    deviations = (desk.values() * found[0].std + found[0].mean) - z
    assert np.abs(deviations).max() < 2e-3
    desk.press("0")
    assert desk.values() == [0] * 4
    assert_decoded(desk, served_checkpoints, found[0].mean.tolist(), found[1].mean.tolist(), names)
    desk.unfold()
    desk.slider(1).focus()
    desk.press("PageUp")
    moved = [e.mean + 0.5 * e.std * (np.arange(4) == 1) for e in found]
    assert_decoded(desk, served_checkpoints, moved[0].tolist(), moved[1].tolist(), names)


def test_a_value_beyond_the_range_is_never_lost(open_desk: OpenDesk, served_checkpoints: Path) -> None:
    desk = open_desk("left=tiny-linear&right=tiny-elu&z=7.25_-5_0&z2=0_0_9.5")
    assert desk.values() == [7.25, -5, 0]
    for i, z in enumerate((7.25, 5, 9.5)):
        assert float(desk.slider(i).get_attribute("max") or 0) >= z
    assert_decoded(desk, served_checkpoints, [7.25, -5, 0], [0, 0, 9.5], ("tiny-linear", "tiny-elu"))


def test_strip_and_samples_come_to_the_sliders(open_desk: OpenDesk, served_checkpoints: Path) -> None:
    desk = open_desk("left=tiny-ae&right=tiny-vae-logvar")
    names = ("tiny-ae", "tiny-vae-logvar")
    desk.unfold()
    desk.press("r")
    desk.slider(1).focus()
    desk.press("ArrowRight")
    z = desk.values()
    rows = desk.root.locator(".strip-row")
    for k in (0, 5, 10):
        z[1] = -4 + 0.8 * k
        for side, name in enumerate(names):
            grey = desk.grey(rows.nth(side).locator("canvas").nth(k))
            np.testing.assert_allclose(grey, decode(served_checkpoints, name, z), atol=GREY)
    desk.button("z₁ = 4.0").nth(1).click()
    desk.settle_frame()
    np.testing.assert_allclose(desk.values(), z, atol=2e-3)

    samples = desk.root.locator(".sample-grid").nth(1)
    expect(samples.locator("canvas")).to_have_count(48)
    desk.root.get_by_label("Temperature").fill("0.5")
    desk.settle_frame()
    before = desk.grey(samples.locator("canvas").nth(20))
    desk.button("Sample 21: to the sliders").nth(1).click()
    desk.settle_frame()
    np.testing.assert_allclose(desk.picture(1), before, atol=GREY)
    assert_decoded(desk, served_checkpoints, desk.values(), desk.values(), names)
    desk.press("n")
    desk.root.get_by_label("Temperature").fill("0")
    desk.settle_frame()
    zero = decode(served_checkpoints, names[1], [0.0] * 4)
    np.testing.assert_allclose(desk.grey(samples.locator("canvas").nth(47)), zero, atol=GREY)
