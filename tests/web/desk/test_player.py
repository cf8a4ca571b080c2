"""The player, the strip, the chart and what takes them away, on a bare page whose frames come when the test says so."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.shown import box, drag, saved

MOUNT = (Path(__file__).parents[1] / "bare_player.js").read_text()


@pytest.fixture
def bare(modules: Page) -> Page:
    modules.evaluate(MOUNT)
    return modules


def frame(page: Page, ms: float = 0) -> float:
    """The time on show after the next frame."""
    return float(page.evaluate("(ms) => frame(ms)", ms))


def at(page: Page, t: float, ms: float) -> float:
    """Where it is so many milliseconds after it passed t."""
    page.evaluate("(t) => { player.open({ t: 0 }); player.seek(t); player.play(); }", t)
    frame(page)
    return frame(page, ms)


def test_playing_is_by_the_clock_whatever_the_frames_do(bare: Page) -> None:
    range_ = bare.get_by_label("Time")
    count = bare.locator(".count")
    bare.evaluate("player.open({ t: 0.3, marks: [0, 0.5, 1] })")
    assert frame(bare) == 0.3
    assert bare.evaluate("seen.length") == 1
    expect(count).to_have_text("20 / 64")
    expect(range_).to_have_attribute("aria-valuetext", "frame 20 of 64")

    bare.keyboard.press("Space")
    frame(bare)
    assert frame(bare, 16) == pytest.approx(0.305)
    assert frame(bare, 640) == pytest.approx(0.505)
    bare.keyboard.press("Space")
    frame(bare, 500)
    assert frame(bare, 500) == pytest.approx(0.505)
    assert bare.evaluate("states") == [True, False]

    assert at(bare, 0.9, 640) == pytest.approx(0.9)
    assert frame(bare, 320) == pytest.approx(0.8)
    bare.keyboard.press("l")
    expect(bare.get_by_role("button", name="Again from the start")).to_be_visible()
    assert at(bare, 0.9, 640) == pytest.approx(0.1)
    bare.keyboard.press("l")
    assert at(bare, 0.9, 640) == 1
    expect(bare.get_by_role("button", name="Play")).to_be_visible()
    bare.get_by_role("button", name="Play").click()
    frame(bare)
    bare.get_by_role("button", name="Speed 1×").click()
    assert frame(bare, 320) == pytest.approx(0.2)


def test_steps_scrubbing_and_keys_move_time(bare: Page) -> None:
    range_ = bare.get_by_label("Time")
    bare.evaluate("player.open({ t: 10.4 / 63 })")
    for key, index in [("ArrowRight", 11), ("ArrowRight", 12), ("ArrowLeft", 11), ("End", 63), ("Home", 0)]:
        bare.keyboard.press(key)
        assert frame(bare) * 63 == pytest.approx(index)
    bare.get_by_role("button", name="One frame on").click()
    assert frame(bare) * 63 == pytest.approx(1)
    assert bare.evaluate("rests") == 6
    # That button was clicked, not tabbed to: Space is for the player.
    bare.keyboard.press("Space")
    assert bare.evaluate("player.playing")
    range_.click()
    assert frame(bare) == pytest.approx(0.5, abs=0.01)
    assert not bare.evaluate("player.playing")
    bare.get_by_label("Other").focus()
    bare.keyboard.press("ArrowRight")
    assert frame(bare) == pytest.approx(0.5, abs=0.01)


def test_without_motion_nothing_plays_by_itself_and_a_walk_has_no_end(bare: Page) -> None:
    range_, count = bare.get_by_label("Time"), bare.locator(".count")
    bare.emulate_media(reduced_motion="reduce")
    bare.evaluate("player.open({ plays: true })")
    assert not bare.evaluate("player.playing")
    bare.emulate_media(reduced_motion="no-preference")
    bare.evaluate("player.open({ plays: true, endless: true, duration_s: 2 })")
    assert bare.evaluate("player.playing")
    frame(bare)
    for _ in range(70):
        frame(bare, 1000)
    assert frame(bare) == pytest.approx(35)
    expect(count).to_have_text("1:10")
    assert range_.evaluate("(range) => range.valueAsNumber") == 1
    range_.click()
    assert frame(bare) == pytest.approx(20, abs=0.5)
    bare.evaluate("player.play(); player.close(); window.shown = seen.length")
    bare.evaluate("frame(100)")
    assert bare.evaluate("seen.length - shown") == 0


def test_the_strip_shows_and_seeks_time(bare: Page) -> None:
    strip = bare.get_by_role("slider", name="Strip")
    bare.evaluate(
        """() => {
          player.open();
          for (let k = 0; k < 11; k++) strip.paint(k, new Float32Array(784).fill((25 * k) / 255));
          strip.recolour("rgb(1, 2, 3)");
        }"""
    )
    greys = bare.locator(".film-strip canvas").evaluate_all(
        "(all) => all.map((one) => one.getContext('2d').getImageData(9, 9, 1, 1).data[0])"
    )
    assert greys == list(range(0, 251, 25))

    bare.locator(".film-strip canvas").nth(2).click()
    assert frame(bare) == pytest.approx(0.2, abs=0.01)
    assert box(bare.locator(".film-strip .glides")).left == pytest.approx(box(strip).at(2.5 / 11)[0], abs=1)
    strip.press("ArrowRight")
    assert frame(bare) == pytest.approx(0.3)
    expect(strip).to_have_attribute("aria-valuetext", "picture 4 of 11")
    strip.press("End")
    assert frame(bare) == 1


def test_the_chart_shows_values_under_the_pointer_and_seeks_time(bare: Page) -> None:
    plot = bare.get_by_role("slider", name="Speed")
    bare.evaluate(
        """() => {
          player.open();
          const values = Array.from({ length: 64 }, (_, i) => (i >= 20 && i < 30 ? NaN : i / 5));
          const flat = { name: "flat", colour: "blue", values: new Float32Array(63).fill(4), between: true };
          chart.draw([{ ...flat, name: "other", faint: true }, { name: "ramp", colour: "red", values }, flat], 0);
        }"""
    )
    assert bare.locator(".tick").all_inner_texts() == ["0", "5", "10", "15"]
    lines = bare.locator(".along path").evaluate_all("(all) => all.map((one) => one.getAttribute('d'))")
    assert [line.count("M") for line in lines] == [1, 2, 1]
    assert lines[1].endswith(f"L1.0000 {1 - 12.6 / 15:.4f}")
    area = box(plot)
    bare.mouse.move(*area.at(0.8))
    expect(bare.locator(".readout")).to_have_text("10.14.0")
    bare.mouse.move(*area.at(0.4))
    expect(bare.locator(".readout")).to_have_text("–4.0")
    drag(bare, area.at(0.4), area.at(0.6))
    assert frame(bare) == pytest.approx(0.6, abs=0.005)
    plot.press("ArrowLeft")
    frame(bare)
    expect(plot).to_have_attribute("aria-valuetext", "ramp 7.4, flat 4.0")
    assert bare.evaluate("document.documentElement.scrollWidth") == 1280


def test_a_film_goes_there_and_back_and_what_does_not_arrive_is_said(bare: Page) -> None:
    bare.evaluate("player.open()")
    film = bare.evaluate("player.film(60)")
    assert (film["times"][0], film["times"][15], film["times"][30], film["times"][45]) == (0, 0.5, 1, 0.5)
    assert (film["fps"], film["loop"]) == (20, True)
    bare.route("**/films?*", lambda route: route.fulfill(json={"problem": "Two films are being made."}))
    bare.get_by_role("button", name="GIF").click()
    expect(bare.get_by_role("alert")).to_have_text("Two films are being made.")
    expect(bare.get_by_role("button", name="GIF")).to_have_attribute("aria-disabled", "false")
    bare.evaluate("() => { window.reached = fetch; window.fetch = () => Promise.reject(new TypeError('away')); }")
    bare.get_by_role("button", name="WebP").click()
    expect(bare.get_by_role("alert")).to_have_text("The film did not arrive.")
    bare.evaluate("() => { window.fetch = window.reached; }")
    name, file = saved(bare, bare.get_by_role("button", name="CSV"))
    assert name == "7-to-3.csv"
    with file.open(newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows[0] == ["t", "words", "none"]
    assert len(rows) == 65
    assert rows[-1] == ["1", 'a "b", c', ""]
