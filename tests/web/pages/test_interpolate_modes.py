"""Interpolate's other modes against Python: four corners, attribute, random walk."""

from __future__ import annotations

import functools
from itertools import groupby
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from scipy.spatial.distance import cdist

from tests.web.fingers import Fingers
from tests.web.interpolate_page import CELLS, ModesPage
from tests.web.oracle import Oracle
from tests.web.shown import SCROLLED, TINY, Visit, await_query, box, query, saved, scroll_to
from vae_core.errors import PathError
from vae_core.metrics.whereabouts import AT_THE_EDGE, NO_DIGIT, digit_manifold, whereabouts
from vae_core.spaces.paths import attribute, random_walk

# One of them has a single code, where there is little to go around in.
NAMES = ("tiny-one-code", "vae-30")
FRAMES = 64


def test_pictures_of_all_modes_are_pythons(visit: Visit, oracle: Oracle) -> None:
    modes = visit(ModesPage, f"left={NAMES[0]}&right={NAMES[1]}&mode=corners&corners=17.20.25.39&row=20")
    modes.wait_for("corners")
    row = check_corners(modes, oracle)
    modes.choose("attribute", "Attribute")
    check_attribute(modes, oracle, row)
    modes.choose("walk", "Random walk")
    check_walk(modes, oracle)


def check_corners(modes: ModesPage, oracle: Oracle) -> int:
    """The row that stands at a corner now, and is in hand."""
    root, page = modes.root, modes.page
    grids = modes.expect_grids(oracle, NAMES, [17, 20, 25, 39])
    corners = root.locator(".corner")
    expect(corners.nth(1)).to_have_attribute("aria-pressed", "true")
    assert len({box(corner).at() for corner in corners.all()}) == 4, "each has a place of its own"

    # One handle in both squares, by keys and by the pointer.
    field, other = root.locator(".field").first, root.locator(".field").last
    for key in ["Shift+ArrowRight"] * 6 + ["Shift+ArrowDown"] * 2:
        field.press(key)
    assert corners.locator(".weight").all_text_contents() == ["19 %", "56 %", "6 %", "19 %"]
    modes.expect_pictures({name: grid[2 * CELLS + 6] for name, grid in grids.items()})
    other.click()
    said = ", ".join(f"25 % {place}" for place in ("upper left", "upper right", "lower left", "lower right"))
    assert field.get_attribute("aria-valuetext") == said

    # Around the square: two thirds of the way are a third of the lower edge, from the right.
    modes.press("End", *["ArrowLeft"] * 21)
    ends = {name: oracle.codes(name, [25, 39]) for name in NAMES}
    modes.expect_codes(oracle, {name: (2 * left + right) / 3 for name, (left, right) in ends.items()})

    # The digit that is picked stands at the corner that is selected; the picture to keep is that of the squares.
    root.locator(".tray-grid button").first.click()
    page.wait_for_function("() => /corners=17\\.(?!20\\.)\\d+\\.25\\.39/.test(location.href)")
    row = int(query(page)["corners"].split(".")[1])
    modes.expect_grids(oracle, NAMES, [17, row, 25, 39])
    name, file = saved(page, modes.button("PNG"))
    assert name.endswith(f"-four-corners-7-{oracle.uci.labels[row]}-5-9.png")
    with Image.open(file) as kept:
        assert kept.width > 2 * 2 * CELLS * 28
    return row


def check_attribute(modes: ModesPage, oracle: Oracle, row: int) -> None:
    root, labels = modes.root, oracle.uci.labels
    # The 8 may have been proposed; what is chosen, by way of another, stays.
    for label in ("From 3", "To 9", "To 8"):
        root.get_by_label(label).check(force=True)
    await_query(modes.page, mode="attribute", classes="3_8")
    codes = {name: oracle.encodings(name).means for name in NAMES}
    vectors = {name: attribute(z, labels, 3, 8) for name, z in codes.items()}
    for key, strength in (("Home", -0.5), ("End", 1.5)):
        modes.press(key)
        modes.expect_codes(oracle, {name: codes[name][row] + strength * vectors[name] for name in NAMES})
    assert modes.page.get_by_test_id("stMain").evaluate("(main) => main.scrollWidth - main.clientWidth") == 0
    for band, name in zip(root.locator(".band").all(), NAMES, strict=False):
        means = np.stack([codes[name][labels == label].mean(0) for label in range(10)])
        along = codes[name][row] + np.linspace(-0.5, 1.5, FRAMES)[:, None] * vectors[name]
        nearest = np.linalg.norm(along[:, None] - means, axis=2).argmin(1)
        assert band.locator(".parts span").all_text_contents() == [str(label) for label, _ in groupby(nearest)]
        expect(band.locator(".nearest-mean")).to_have_text(f"nearest mean: {nearest[-1]}")
    root.get_by_label("From 8").check(force=True)
    expect(root.get_by_text("Both classes are the same: nothing moves.")).to_be_visible()


def check_walk(modes: ModesPage, oracle: Oracle) -> None:
    root, page = modes.root, modes.page
    page.keyboard.press("n")
    page.wait_for_function("() => new URL(location.href).searchParams.has('walk')")
    seed = int(query(page)["walk"])
    fitted = {name: oracle.encodings(name) for name in NAMES}
    noise = {name: random_walk(oracle.model(name).config.latent_dim, 2, seed, 1 / 63) for name in NAMES}
    for k in (0, 1):
        walked = {name: fitted[name].mean + fitted[name].cholesky @ noise[name][k] for name in NAMES}
        modes.expect_codes(oracle, walked)
        modes.press("ArrowRight")
    modes.press("Home")
    root.get_by_label("N(0, I)").check(force=True)
    modes.settle()
    modes.expect_codes(oracle, {name: noise[name][0] for name in NAMES})
    manifold = digit_manifold(oracle.uci.images)
    for place, name in zip(root.locator(".whereabouts .place").all(), NAMES, strict=True):
        model = oracle.model(name)
        share = whereabouts(manifold, model.decode(oracle.as_tensor(noise[name][:1]))).share[0]
        kind = "digits" if share <= AT_THE_EDGE else "edge" if share <= NO_DIGIT else "none"
        expect(place).to_have_attribute("data-kind", kind)
    assert root.evaluate("(root) => root.getRootNode().host.offsetHeight - root.offsetHeight") < 2


def test_class_means_of_planted_codes_one_class_of_which_has_no_digits(modules: Page) -> None:
    rng = np.random.default_rng(0)
    codes = (100 + rng.normal(size=(60, 3))).astype(np.float32)
    labels = rng.choice([0, 1, 2, 3, 5, 6, 7, 8, 9], 60)
    found: dict[str, Any] = modules.evaluate(
        """async ([codes, labels]) => {
          const { ClassMeans } = await load("maths/class_means.js");
          const { ClassChooser } = await load("interpolate/attribute.js");
          const means = new ClassMeans(Float32Array.from(codes.flat()), 3, labels);
          const chooser = new ClassChooser("From", () => {});
          chooser.lacking = Array.from({ length: 10 }, (_, label) => !means.has(label));
          let said = "";
          try { means.attribute(4, 3); } catch (error) { said = error.message; }
          return {
            vector: Array.from(means.attribute(3, 8)), said, nearest: codes.map((z) => means.nearest(z)),
            lacking: chooser.choice.options.flatMap(({ input }, label) => input.disabled ? [label] : []),
            why: chooser.choice.options[4].element.title,
          };
        }""",
        [codes.tolist(), labels.tolist()],
    )
    np.testing.assert_allclose(found["vector"], attribute(codes, labels, 3, 8), rtol=1e-6, atol=1e-7)
    with pytest.raises(PathError, match="there is no 4 among these digits"):
        attribute(codes, labels, 4, 3)
    assert found["said"] == found["why"] + "."
    assert found["lacking"] == [4]
    classes = np.unique(labels)
    means = np.stack([codes[labels == label].mean(0, dtype=np.float64) for label in classes])
    assert found["nearest"] == classes[cdist(codes, means).argmin(1)].tolist()


def test_the_link_says_stops_that_were_chosen_the_newest_of_them(modules: Page) -> None:
    """Stops set elsewhere are newer than the digit in hand, which is newer than those that were here before."""
    found: dict[str, Any] = modules.evaluate(
        """async () => {
          const [kept, { Tour }] = [await load("state/stops.js"), await load("interpolate/between/tour.js")];
          const { query } = await load("state/parameters.js");
          const stops = (...rows) => rows.map((row) => ({ row, levels: null }));
          const until = async (holds) => {
            while (!holds()) await new Promise(requestAnimationFrame);
          };
          await kept.openStops("uci", 1797);
          kept.proposeStops("uci", stops(3, 4));
          kept.setCorners("uci", stops(5, 6, 7, 8));
          await until(() => query().corners);
          const proposed = query().stops ?? "";
          kept.setStops("uci", stops(1, 2));
          const set = { name: "uci", label: () => 0, pixels: () => new Float32Array(784) };
          const chosen = { own: false, row: 9 };
          const tray = { set, chosen, rows: async () => {}, refresh() {} };
          const tour = new Tour(tray, { onStops() {}, onRest() {} });
          const arrive = async () => {
            await tour.open("uci", 0, true);
            return tour.stops.map(({ row }) => row);
          };
          const arrived = [await arrive(), await arrive()];
          await until(() => query().stops);
          return { proposed, arrived, link: query().stops };
        }"""
    )
    assert found == {"proposed": "", "arrived": [[1, 2], [9, 2]], "link": "9.2"}


def test_a_strip_whose_pictures_change_goes_on_where_it_was_and_gets_to_its_end(modules: Page) -> None:
    pictures: list[int] = modules.evaluate(
        """async () => {
          const { Cinema } = await load("interpolate/cinema.js");
          const cinema = new Cinema({ start() {}, cancel() {} }, () => {});
          cinema.stage.announce([{ name: "left" }, { name: "right" }]);
          const seen = [];
          for (let change = 0; change < 4; change++) {
            const work = cinema.develop({ pictureAt: (side, t) => seen.push(20 * t + 100 * side) });
            for (let step = 0; step < 6; step++) work.next();
          }
          cinema.close();
          return seen.map(Math.round);
        }"""
    )
    assert set(pictures) == {100 * side + 2 * k for side in (0, 1) for k in range(11)}


def test_one_finger_scrolls_over_the_square_of_four_digits(visit: Visit) -> None:
    # Else the player moves the knob.
    still = functools.partial(Page.emulate_media, reduced_motion="reduce")
    modes = visit(ModesPage, f"{TINY}&mode=corners", still, width=400)
    field = modes.root.locator(".field").first
    scroll_to(field)
    place, before = field.get_attribute("aria-valuetext"), modes.page.evaluate(SCROLLED)
    fingers = Fingers(modes.page, field)
    fingers.down((0.85, 0.85))
    fingers.move((0.85, 0.85), (0.85, 0.13))
    fingers.up()
    modes.page.wait_for_function(f"(before) => {SCROLLED} > before + 20", arg=before)
    assert field.get_attribute("aria-valuetext") == place
