"""The player, the strip, the chart and what takes them away, on a bare page whose frames come when the test says so."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

MOUNT = """async () => {
  const { sheetOf } = await load("kit/mount.js");
  const { Player } = await load("player/player.js");
  const { AlongChart, FilmStrip } = await load("player/along.js");
  const { TakeAway } = await load("player/take_away.js");
  const { listenForKeys } = await load("gestures/keys.js");
  for (const name of ["kit/base", "player/player", "player/along"]) {
    document.adoptedStyleSheets.push(sheetOf((await load(`${name}.css`)).default));
  }
  let frames = [];
  let clock = 1000;
  window.requestAnimationFrame = (frame) => frames.push(frame);
  window.cancelAnimationFrame = () => (frames = []);
  // The frames that were asked for come once, so many milliseconds after the ones before.
  window.frame = (ms = 0) => {
    const due = frames;
    frames = [];
    clock += ms;
    for (const one of due) one(clock);
    return seen.at(-1);
  };
  window.seen = [];
  window.states = [];
  window.rests = 0;
  window.player = new Player({
    onTime: (t) => {
      seen.push(t);
      strip.mark(Math.min(1, t));
      chart.mark(Math.min(1, t));
    },
    onPlay: (playing) => states.push(playing),
    onRest: () => (rests += 1),
  });
  const onSeek = (t) => player.seek(t);
  window.strip = new FilmStrip({ label: "Strip", onSeek });
  window.chart = new AlongChart({ label: "Speed", unit: "per time", onSeek });
  const take = new TakeAway({
    source: () => ({
      root,
      name: "7-to-3",
      panels: [{ caption: "ae", colour: "red", pictureAt: (t, out) => out.fill(t) }],
      film: (count) => player.film(count),
      rows: (times) => [["t", "words", "none"], ...times.map((t) => [t, 'a "b", c', NaN])],
    }),
  });
  const root = document.createElement("div");
  root.setAttribute("data-component", "bare");
  const other = Object.assign(document.createElement("input"), { type: "radio", ariaLabel: "Other" });
  root.append(player.element, strip.element, chart.element, take.element, other);
  document.body.replaceChildren(root);
  listenForKeys(player.actions);
}"""


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


def test_time(bare: Page) -> None:
    """Playing is by the clock, whatever the frames do; then stepping, scrubbing and keys."""
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
    bare.evaluate("player.looping = 'alternate'; player.speed = 1")

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


def test_what_lies_along_it(bare: Page, tmp_path: Path) -> None:
    strip, plot = bare.get_by_role("slider", name="Strip"), bare.get_by_role("slider", name="Speed")
    bare.evaluate(
        """() => {
          player.open();
          for (let k = 0; k < 11; k++) strip.paint(k, new Float32Array(784).fill((25 * k) / 255));
          strip.recolour("rgb(1, 2, 3)");
          const values = Array.from({ length: 64 }, (_, i) => (i >= 20 && i < 30 ? NaN : i / 5));
          const flat = { name: "flat", colour: "blue", values: new Float32Array(63).fill(4), between: true };
          chart.draw([{ ...flat, name: "other", faint: true }, { name: "ramp", colour: "red", values }, flat], 0);
        }"""
    )
    greys = bare.locator(".film-strip canvas").evaluate_all(
        "(all) => all.map((one) => one.getContext('2d').getImageData(9, 9, 1, 1).data[0])"
    )
    assert greys == list(range(0, 251, 25))

    bare.locator(".film-strip canvas").nth(2).click()
    assert frame(bare) == pytest.approx(0.2, abs=0.01)
    box = strip.bounding_box()
    marker = bare.locator(".film-strip .glides").bounding_box()
    assert box
    assert marker
    assert marker["x"] - box["x"] == pytest.approx(2.5 / 11 * box["width"], abs=1)
    strip.press("ArrowRight")
    assert frame(bare) == pytest.approx(0.3)
    expect(strip).to_have_attribute("aria-valuetext", "picture 4 of 11")
    strip.press("End")
    assert frame(bare) == 1

    assert bare.locator(".tick").all_inner_texts() == ["0", "5", "10", "15"]
    lines = bare.locator(".along path").evaluate_all("(all) => all.map((one) => one.getAttribute('d'))")
    assert [line.count("M") for line in lines] == [1, 2, 1]
    assert lines[1].endswith(f"L1.0000 {1 - 12.6 / 15:.4f}")
    area = plot.bounding_box()
    assert area
    middle = area["y"] + area["height"] / 2
    bare.mouse.move(area["x"] + area["width"] * 0.8, middle)
    expect(bare.locator(".readout")).to_have_text("10.14.0")
    bare.mouse.move(area["x"] + area["width"] * 0.4, middle)
    expect(bare.locator(".readout")).to_have_text("–4.0")
    bare.mouse.down()
    bare.mouse.move(area["x"] + area["width"] * 0.6, middle)
    bare.mouse.up()
    assert frame(bare) == pytest.approx(0.6, abs=0.005)
    plot.press("ArrowLeft")
    frame(bare)
    expect(plot).to_have_attribute("aria-valuetext", "ramp 7.4, flat 4.0")
    assert bare.evaluate("document.documentElement.scrollWidth") == 1280

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
    with bare.expect_download() as table:
        bare.get_by_role("button", name="CSV").click()
    assert table.value.suggested_filename == "7-to-3.csv"
    table.value.save_as(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows[0] == ["t", "words", "none"]
    assert len(rows) == 65
    assert rows[-1] == ["1", 'a "b", c', ""]
