"""The page Interpolate between digits, against PyTorch, `vae_core.spaces.paths` and Pillow."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from tests.web.conftest import Watch
from tests.web.interpolate_page import SET_RANGE, InterpolatePage
from vae_core.checkpoint import load
from vae_core.data import Digits, as_input
from vae_core.models import Autoencoder
from vae_core.spaces import paths

OpenPage = Callable[..., tuple[Page, Watch]]
Curve = NDArray[np.float32]

# One of them with a single code, where the great circle is the straight line.
NAMES = ("ae-2", "tiny-one-code")
ENDS = (17, 3)
STEPS = 64
LEVEL = 1 / 255
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


@torch.inference_mode()
def decoded(model: Autoencoder, curve: Curve) -> NDArray[np.float32]:
    """[N, D] -> [N, 28, 28]"""
    return model.decode(torch.tensor(curve))[:, 0].numpy()


@torch.inference_mode()
def codes(model: Autoencoder, digits: Digits) -> Curve:
    return model.encode(as_input(digits.images[list(ENDS)])).numpy()


def between(curve: Curve, t: float) -> Curve:
    """[1, D], linear between two points of the curve."""
    place = t * (len(curve) - 1)
    low = min(int(place), len(curve) - 2)
    return ((1 - place + low) * curve[low] + (place - low) * curve[low + 1])[None]


def expect_pictures(shown: InterpolatePage, curves: dict[str, Curve], models: dict[str, Autoencoder], t: float) -> None:
    pictures = shown.pictures()
    assert list(pictures) == list(NAMES)
    for name, picture in pictures.items():
        expected = decoded(models[name], between(curves[name], t))[0]
        np.testing.assert_allclose(picture, expected, atol=0.7 * LEVEL)


def test_paths_between_two_digits(
    open_page: OpenPage, app: str, served_checkpoints: Path, uci: Digits, tmp_path: Path
) -> None:
    page, _ = open_page()
    page.goto(f"{app}interpolate?left={NAMES[0]}&right={NAMES[1]}&stops=17.3&row=3&path=slerp&t=0.25")
    shown = InterpolatePage(page)
    shown.wait()
    models = {name: load(served_checkpoints / name) for name in NAMES}
    ends = {name: codes(model, uci) for name, model in models.items()}
    straight = {name: paths.straight(*ends[name], STEPS) for name in NAMES}
    slerp = {name: paths.slerp(*ends[name], STEPS) for name in NAMES}

    # As the link has it: the second stop in hand, standing still on the great circle.
    labels = [f"digit {uci.labels[row]}, no. {row}" for row in ENDS]
    assert shown.stops() == [labels[0], f"{labels[1]}*"]
    expect(shown.player).not_to_have_attribute("data-playing", "")
    expect(shown.row("slerp").locator("input")).to_be_checked()
    expect_pictures(shown, slerp, models, 0.25)
    expect_table(shown, models, straight, slerp, uci)
    expect_player(shown, straight, models)
    expect_nearest(shown, models["ae-2"], straight["ae-2"], uci)
    expect_exports(shown, models, straight, tmp_path)

    expect_geodesic(shown)
    expect_graph(shown, uci)
    expect_other_stops(shown, uci)


def expect_table(
    shown: InterpolatePage,
    models: dict[str, Autoencoder],
    straight: dict[str, Curve],
    slerp: dict[str, Curve],
    uci: Digits,
) -> None:
    """Every number of the three paths that Python draws here, too; the best of each column, the cross-fade apart."""
    measured = {}
    for side, name in enumerate(NAMES):
        first, last = decoded(models[name], straight[name])[[0, -1]]
        pictures = {
            "straight": decoded(models[name], straight[name]),
            "slerp": decoded(models[name], slerp[name]),
            "pixels": paths.cross_fade(first, last, STEPS),
        }
        for path, frames in pictures.items():
            found = paths.measure_pictures(frames, uci.images)
            assert found.nearest is not None
            measured[path, side] = [found.length, found.energy, found.jump, found.nearest.mean()]
    for (path, side), expected in measured.items():
        shown.expect_numbers(path)
        numbers = [float(pair[side]) for pair in shown.numbers(path)]
        for number, value, step in zip(numbers, expected, (0.01, 0.1, 0.01, 0.01), strict=True):
            assert number == pytest.approx(value, abs=0.6 * step), (path, side)
    shown.expect_numbers("graph")
    lengths = {path: float(shown.numbers(path)[0][0]) for path in ("straight", "slerp", "graph")}
    bold = [path for path in lengths if shown.number(path, 0, 0).get_attribute("data-best") is not None]
    assert {lengths[path] for path in bold} == {min(lengths.values())}
    expect(shown.row("pixels").locator("[data-best]")).to_have_count(0)


def expect_player(shown: InterpolatePage, straight: dict[str, Curve], models: dict[str, Autoencoder]) -> None:
    """Keys, the bar, the strip; every frame is decoded here."""
    shown.press("1", "Home")
    expect_pictures(shown, straight, models, 0)
    shown.press("ArrowRight", "ArrowRight")
    expect(shown.player.locator(".count")).to_have_text("3 / 64")
    expect_pictures(shown, straight, models, 2 / 63)
    shown.scrub(0.7)
    expect_pictures(shown, straight, models, 0.7)
    strip = shown.root.locator(".film-strip").first
    box = strip.bounding_box()
    assert box
    strip.click(position={"x": box["width"] - 2, "y": box["height"] / 2})
    shown.settle()
    expect_pictures(shown, straight, models, 1)
    shown.press("Home", "Space")
    expect(shown.player).to_have_attribute("data-playing", "")
    expect(shown.player.locator(".count")).not_to_have_text("1 / 64")
    shown.press("Space")
    expect(shown.player).not_to_have_attribute("data-playing", "")
    shown.scrub(0.5)


def expect_nearest(shown: InterpolatePage, model: Autoencoder, curve: Curve, uci: Digits) -> None:
    """The real digit beside the picture is that of the frame at hand."""
    found = paths.measure(model, curve, uci.images)
    assert found.nearest is not None
    assert found.nearest_row is not None
    frame = round(0.5 * (STEPS - 1) + 1e-9)
    row = int(found.nearest_row[frame])
    words = f"digit {uci.labels[row]}, no. {row}, {found.nearest[frame]:.1f} away"
    expect(shown.root.locator(".nearest").first).to_have_text(words)


def expect_exports(
    shown: InterpolatePage, models: dict[str, Autoencoder], straight: dict[str, Curve], folder: Path
) -> None:
    files = shown.root.get_by_role("group", name="Save")
    shown.root.get_by_label("Width of a model's picture in the film").select_option("280")
    for ending in ("GIF", "CSV"):
        with shown.page.expect_download() as download:
            files.get_by_role("button", name=ending, exact=True).click()
        assert (
            download.value.suggested_filename
            == f"interpolate-{'-'.join(NAMES)}-{shown.file_name()}-straight.{ending.lower()}"
        )
        download.value.save_as(folder / f"kept.{ending.lower()}")
    with Image.open(folder / "kept.gif") as film:
        assert getattr(film, "n_frames", 1) == 60
        assert film.width >= 2 * 280
        assert film.info["duration"] > 0
    rows = list(csv.DictReader(io.StringIO((folder / "kept.csv").read_text())))
    assert len(rows) == 2 * STEPS
    for name in NAMES:
        mine = [row for row in rows if row["model"] == name]
        kept = np.array([[float(row[z]) for z in ("z0", "z1") if row[z]] for row in mine])
        np.testing.assert_allclose(kept, straight[name], rtol=1e-4, atol=1e-5)
        speed = [float(row["speed"]) for row in mine if row["speed"]]
        # One step of a model that hardly moves is near the rounding of 784 float32.
        np.testing.assert_allclose(speed, paths.measure(models[name], straight[name]).speed, rtol=1e-3, atol=2e-5)


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
    assert all(np.array_equal(picture, before[name]) for name, picture in shown.pictures().items())


def expect_graph(shown: InterpolatePage, uci: Digits) -> None:
    """The digits that it passes; where it does not reach, one sentence, and the straight line stays."""
    shown.press("4")
    passed = shown.root.locator(".pass").first.locator("button")
    expect(passed.first).to_have_attribute("title", f"digit {uci.labels[ENDS[1]]}, no. {ENDS[1]}")
    expect(passed.last).to_have_attribute("title", f"digit {uci.labels[ENDS[0]]}, no. {ENDS[0]}")
    passed.last.click()
    expect(shown.player.locator(".count")).to_have_text("64 / 64")
    shown.root.get_by_label("Neighbours").evaluate(SET_RANGE, 1)
    shown.root.get_by_label("mutual").check()
    sentence = shown.root.locator(".problem-row:visible")
    expect(sentence).to_contain_text("No path joins the two digits")
    expect(sentence.get_by_role("button")).to_be_hidden()
    shown.page.wait_for_url("**mutual=1*")
    query = shown.page.url.partition("?")[2].split("&")
    assert {"stops=3.17", "row=3", "path=graph", "t=1", "neighbours=1"} < set(query)
    graph = shown.pictures()
    shown.press("1")
    assert all(np.array_equal(picture, graph[name]) for name, picture in shown.pictures().items())


def expect_other_stops(shown: InterpolatePage, uci: Digits) -> None:
    """The same digit twice, more of them, a drawn one."""
    shown.root.locator(".stop").nth(1).click()
    number = shown.root.get_by_label("Number in the set")
    number.fill("3")
    number.press("Enter")
    expect(shown.root.locator(":scope > .problem")).to_have_text("Both ends are the same: nothing moves.")
    shown.expect_numbers("straight")
    assert [pair[0] for pair in shown.numbers("straight")[:3]] == ["0.00", "0.0", "–"]

    number.evaluate("(input) => input.blur()")
    shown.press("d")
    box = shown.root.locator(".paper").bounding_box()
    assert box
    shown.page.mouse.move(box["x"] + 50, box["y"] + 40)
    shown.page.mouse.down()
    shown.page.mouse.move(box["x"] + 60, box["y"] + 120, steps=3)
    shown.page.mouse.up()
    shown.settle()
    assert shown.stops() == [f"digit {uci.labels[3]}, no. 3", "your digit*"]
    expect(shown.root.locator(":scope > .problem")).to_be_hidden()
    shown.press("Escape", "g")
    shown.root.get_by_role("button", name="One digit more").click()
    assert len({name.partition(",")[0] for name in shown.stops()}) == 3
    shown.press("x")
    assert shown.stops()[0].endswith("*")
    shown.root.get_by_role("button", name=re.compile("^Remove A")).click()
    assert len(shown.stops()) == 2
