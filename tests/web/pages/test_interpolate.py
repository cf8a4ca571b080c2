"""The page Interpolate between digits, against PyTorch, `vae_core.spaces.paths` and Pillow."""

from __future__ import annotations

import csv
import re

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import expect

from tests.web.interpolate_page import InterpolatePage
from tests.web.oracle import Oracle
from tests.web.shown import Visit, await_query, box, drag, query, saved
from vae_core.spaces import paths

Curves = dict[str, NDArray[np.float32]]
# One of them with a single code, where the great circle is the straight line.
NAMES = ("ae-2", "tiny-one-code")
ENDS = [17, 3]
STEPS = 64
# A geodesic whose first line comes at once, and whose second never does.
ENDLESS_GEODESIC = """() => {
  const fetch = window.fetch;
  window.fetch = (address, options) => {
    if (!String(address).includes("/geodesics/")) return fetch(address, options);
    const zeros = (count) => new Array(count).fill(0);
    const curve = btoa(String.fromCharCode(...zeros(64 * 2 * 4)));
    const line = { curve, length: 1, energy: 1, jump: 1, speed: zeros(63), nearest: zeros(64), nearest_row: zeros(64),
      converged: false, round: 4, done: false };
    const start = (stream) => {
      stream.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\\n`));
      options.signal.addEventListener("abort", () => stream.error(options.signal.reason));
    };
    return Promise.resolve(new Response(new ReadableStream({ start })));
  };
}"""


def expect_at(shown: InterpolatePage, oracle: Oracle, curves: Curves, t: float) -> None:
    """The pictures are those of the curves at a time, linear between two of their points."""
    place = t * (STEPS - 1)
    low = min(int(place), STEPS - 2)
    shown.expect_codes(
        oracle,
        {name: (1 - place + low) * curve[low] + (place - low) * curve[low + 1] for name, curve in curves.items()},
    )


def test_paths_between_two_digits(visit: Visit, oracle: Oracle) -> None:
    shown = visit(InterpolatePage, f"left={NAMES[0]}&right={NAMES[1]}&stops=17.3&row=3&path=slerp&t=0.25")
    labels = oracle.uci.labels
    ends = {name: oracle.codes(name, ENDS) for name in NAMES}
    straight = {name: paths.straight(*ends[name], STEPS) for name in NAMES}
    slerp = {name: paths.slerp(*ends[name], STEPS) for name in NAMES}

    # As the link has it: the second stop in hand, standing still on the great circle.
    assert shown.stops() == [f"digit {labels[17]}, no. 17", f"digit {labels[3]}, no. 3*"]
    expect(shown.player).not_to_have_attribute("data-playing", "")
    expect(shown.row("slerp").locator("input")).to_be_checked()
    expect_at(shown, oracle, slerp, 0.25)
    expect_table(shown, oracle, straight, slerp)
    expect_player(shown, oracle, straight)
    expect_nearest(shown, oracle, straight["ae-2"])
    expect_exports(shown, oracle, straight)
    expect_geodesic(shown)
    expect_graph(shown, labels)
    expect_other_stops(shown, labels)


def expect_table(shown: InterpolatePage, oracle: Oracle, straight: Curves, slerp: Curves) -> None:
    """Every number of the three paths that Python draws here, too; the best of each column, the cross-fade apart."""
    for side, name in enumerate(NAMES):
        pictures = {
            path: oracle.decode(name, curves[name]) for path, curves in (("straight", straight), ("slerp", slerp))
        }
        pictures["pixels"] = paths.cross_fade(*pictures["straight"][[0, -1]], STEPS)
        for path, frames in pictures.items():
            found = paths.measure_pictures(frames.astype(np.float32), oracle.uci.images)
            assert found.nearest is not None
            shown.expect_numbers(path)
            numbers = [float(pair[side]) for pair in shown.numbers(path)]
            expected = [found.length, found.energy, found.jump, found.nearest.mean()]
            for number, value, step in zip(numbers, expected, (0.01, 0.1, 0.01, 0.01), strict=True):
                assert number == pytest.approx(value, abs=0.6 * step), (path, side)
    shown.expect_numbers("graph")
    lengths = {path: float(shown.numbers(path)[0][0]) for path in ("straight", "slerp", "graph")}
    first = {path: shown.row(path).locator("td").first.locator(".number-of").first for path in lengths}
    bold = [path for path, number in first.items() if number.get_attribute("data-best") is not None]
    assert {lengths[path] for path in bold} == {min(lengths.values())}
    expect(shown.row("pixels").locator("[data-best]")).to_have_count(0)


def expect_player(shown: InterpolatePage, oracle: Oracle, straight: Curves) -> None:
    """Keys, the bar, the strip; every frame is decoded here."""
    count = shown.player.locator(".count")
    shown.press("1", "Home")
    expect_at(shown, oracle, straight, 0)
    shown.press("ArrowRight", "ArrowRight")
    expect(count).to_have_text("3 / 64")
    expect_at(shown, oracle, straight, 2 / 63)
    shown.scrub(0.7)
    expect_at(shown, oracle, straight, 0.7)
    strip = box(shown.root.locator(".film-strip").first)
    shown.page.mouse.click(strip.right - 2, strip.at()[1])
    shown.settle()
    expect_at(shown, oracle, straight, 1)
    shown.press("Home", "Space")
    expect(shown.player).to_have_attribute("data-playing", "")
    expect(count).not_to_have_text("1 / 64")
    shown.press("Space")
    expect(shown.player).not_to_have_attribute("data-playing", "")
    shown.scrub(0.5)


def expect_nearest(shown: InterpolatePage, oracle: Oracle, curve: NDArray[np.float32]) -> None:
    """The real digit beside the picture is that of the frame at hand."""
    found = paths.measure(oracle.model("ae-2"), curve, oracle.uci.images)
    assert found.nearest is not None
    assert found.nearest_row is not None
    frame = round(0.5 * (STEPS - 1) + 1e-9)
    row = int(found.nearest_row[frame])
    words = f"digit {oracle.uci.labels[row]}, no. {row}, {found.nearest[frame]:.1f} away"
    expect(shown.root.locator(".nearest").first).to_have_text(words)


def expect_exports(shown: InterpolatePage, oracle: Oracle, straight: Curves) -> None:
    buttons = shown.root.get_by_role("group", name="Save")
    shown.root.get_by_label("Width of a model's picture in the film").select_option("280")
    digits = "-to-".join(name.removeprefix("digit ")[0] for name in shown.stops())
    files = {}
    for ending in ("GIF", "CSV"):
        name, files[ending] = saved(shown.page, buttons.get_by_role("button", name=ending, exact=True))
        assert name == f"interpolate-{'-'.join(NAMES)}-{digits}-straight.{ending.lower()}"
    with Image.open(files["GIF"]) as film:
        assert getattr(film, "n_frames", 1) == 60
        assert film.width >= 2 * 280
        assert film.info["duration"] > 0
    with files["CSV"].open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) == 2 * STEPS
    for name in NAMES:
        mine = [row for row in rows if row["model"] == name]
        kept = np.array([[float(row[z]) for z in ("z0", "z1") if row[z]] for row in mine])
        np.testing.assert_allclose(kept, straight[name], rtol=1e-4, atol=1e-5)
        speed = [float(row["speed"]) for row in mine if row["speed"]]
        # One step of a model that hardly moves is near the rounding of 784 float32.
        wanted = paths.measure(oracle.model(name), straight[name]).speed
        np.testing.assert_allclose(speed, wanted, rtol=1e-3, atol=2e-5)


def expect_geodesic(shown: InterpolatePage) -> None:
    """It gets no longer than the straight line, and can be stopped."""
    state, act = shown.root.locator(".state"), shown.row("geodesic").get_by_role("button")
    expect(act).to_have_text("find")
    shown.press("5")
    expect(state).to_have_text(re.compile("^(converged|.*not converged in .*)$"))
    shown.expect_numbers("geodesic")
    for column in (0, 1):
        for least, most in zip(shown.numbers("geodesic")[column], shown.numbers("straight")[column], strict=True):
            assert float(least) <= float(most)
    expect(act).to_be_hidden()

    shown.page.evaluate(ENDLESS_GEODESIC)
    shown.press("x")
    expect(state).to_have_text("refining 4")
    before = shown.pictures()
    act.click()
    expect(state).to_have_text("stopped")
    shown.settle()
    np.testing.assert_equal(shown.pictures(), before)


def expect_graph(shown: InterpolatePage, labels: NDArray[np.uint8]) -> None:
    """The digits that it passes; where it does not reach, one sentence, and the straight line stays."""
    shown.press("4")
    passed = shown.root.locator(".pass").first.locator("button")
    expect(passed.first).to_have_attribute("title", f"digit {labels[3]}, no. 3")
    expect(passed.last).to_have_attribute("title", f"digit {labels[17]}, no. 17")
    passed.last.click()
    expect(shown.player.locator(".count")).to_have_text("64 / 64")
    shown.set(shown.root.get_by_label("Neighbours"), 1)
    shown.root.get_by_label("mutual").check()
    sentence = shown.root.locator(".problem-row:visible")
    expect(sentence).to_contain_text("No path joins the two digits")
    expect(sentence.get_by_role("button")).to_be_hidden()
    await_query(shown.page, mutual="1")
    link = {"stops": "3.17", "row": "3", "path": "graph", "t": "1", "neighbours": "1"}
    assert link.items() < query(shown.page).items()
    graph = shown.pictures()
    shown.press("1")
    np.testing.assert_equal(shown.pictures(), graph)


def expect_other_stops(shown: InterpolatePage, labels: NDArray[np.uint8]) -> None:
    """The same digit twice, more of them, a drawn one."""
    shown.root.locator(".stop").nth(1).click()
    shown.pick(3)
    problem = shown.root.locator(":scope > .problem")
    expect(problem).to_have_text("Both ends are the same: nothing moves.")
    shown.expect_numbers("straight")
    assert [pair[0] for pair in shown.numbers("straight")[:3]] == ["0.00", "0.0", "–"]

    shown.root.get_by_label("Number in the set").evaluate("(input) => input.blur()")
    shown.press("d")
    paper = box(shown.root.locator(".paper"))
    drag(shown.page, (paper.left + 50, paper.top + 40), (paper.left + 60, paper.top + 120), steps=3)
    shown.settle()
    assert shown.stops() == [f"digit {labels[3]}, no. 3", "your digit*"]
    expect(problem).to_be_hidden()
    shown.press("Escape", "g")
    shown.click("One digit more")
    assert len({name.partition(",")[0] for name in shown.stops()}) == 3
    shown.press("x")
    assert shown.stops()[0].endswith("*")
    shown.root.get_by_role("button", name=re.compile("^Remove A")).click()
    assert len(shown.stops()) == 2
