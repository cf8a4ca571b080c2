"""The digit in hand: searched, drawn by mouse, keys and finger; kept over pages and by the link."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.web.desk_page import DeskPage
from tests.web.tray_page import PAIR, TOLERANCE, OpenDesk, Tray, codes, same_digit
from ui.choices import drawn
from vae_core.data import Digits
from vae_core.pictures.mnist_format import mnist_format, quantise


def test_a_digit_is_drawn_undone_and_cleared(open_desk: OpenDesk, served_checkpoints: Path) -> None:
    desk = open_desk(PAIR)
    tray = Tray(desk)
    opening = desk.values()
    desk.press("d")
    expect(tray.paper).to_be_focused()
    assert desk.values() == opening

    tray.draw((0.25, 0.4), (0.75, 0.6))
    one, ink = tray.own(), np.array(tray.read()["ink"], np.float32).reshape(112, 112)
    # A pen of 0.09 of the pad: a bar with two half discs.
    assert ink.sum() == pytest.approx(112**2 * (np.hypot(0.5, 0.2) * 0.09 + np.pi * 0.045**2), rel=0.03)
    assert same_digit(one, quantise(mnist_format(ink)))
    assert one is not None
    np.testing.assert_allclose(desk.values(), codes(served_checkpoints, one / 15)[0], atol=TOLERANCE)
    after_one = desk.values()

    tray.draw((0.3, 0.2), (0.6, 0.3), (0.4, 0.9))
    two, after_two = tray.own(), desk.values()
    assert after_two != after_one
    assert same_digit(two, quantise(mnist_format(np.array(tray.read()["ink"], np.float32).reshape(112, 112))))

    desk.press("Control+z")
    np.testing.assert_array_equal(tray.own(), one)
    assert desk.values() == after_one
    tray.draw((0.3, 0.2), (0.6, 0.3), (0.4, 0.9))
    np.testing.assert_array_equal(tray.own(), two)
    # One step of the desk for each stroke.
    desk.press("Control+z", "Control+z")
    assert tray.own() is None
    assert desk.values() == opening
    assert desk.button("Undo").first.get_attribute("aria-disabled") == "true"

    tray.draw((0.3, 0.2), (0.6, 0.3), (0.4, 0.9))
    after_three = desk.values()
    tray.press("Clear")
    assert tray.own() is None
    assert desk.values() == after_three
    desk.press("Control+z")
    assert tray.own() is not None
    assert desk.values() == after_three

    # Strokes are taken back before what the sliders did, which then is the desk's own to undo.
    tray.press("Clear")
    desk.press("Escape")
    expect(tray.paper).to_be_hidden()
    expect(tray.root.locator(".tray .draw")).to_be_focused()
    desk.press("0", "Control+z")
    assert tray.own() is None

    keys_draw(desk, tray)


def keys_draw(desk: DeskPage, tray: Tray) -> None:
    tray.press("Draw a digit")
    expect(tray.paper).to_be_focused()
    desk.press("ArrowUp", "ArrowUp", "ArrowLeft")
    assert tray.own() is None
    desk.press(" ", *["ArrowDown"] * 8)
    down = tray.own()
    assert down is not None
    desk.press(" ", "ArrowRight", "ArrowRight")
    np.testing.assert_array_equal(tray.own(), down)
    ink = np.array(tray.read()["ink"]).reshape(112, 112)
    rows, columns = (np.flatnonzero((ink > 0.5).any(axis=axis)) for axis in (1, 0))
    # From two steps above the middle, a step left of it, eight steps of four pixels down; the pen is 10 pixels wide.
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (43, 84, 47, 56)
    desk.press(" ", "ArrowRight", " ")
    assert tray.read()["strokes"] == 2
    desk.press("Backspace")
    np.testing.assert_array_equal(tray.own(), down)


def test_digits_are_searched(open_desk: OpenDesk, served_checkpoints: Path, uci: Digits) -> None:
    desk = open_desk(PAIR)
    tray = Tray(desk)
    grid, number = tray.root.locator(".tray-grid button"), tray.root.get_by_label("Number in the set")
    assert len({label.inner_text() for label in tray.root.locator(".classes label").all()}) == 11
    tray.root.locator(".classes label", has_text="3").click()
    expect(grid.first).to_have_attribute("title", f"A 3, number {np.flatnonzero(uci.labels == 3)[0]} of the set")
    tray.press("Next digits")
    expect(grid.first).to_have_attribute("title", f"A 3, number {np.flatnonzero(uci.labels == 3)[20]} of the set")
    tray.press("Shuffle")
    shown = [title or "" for title in grid.evaluate_all("(all) => all.map((one) => one.title)")]
    assert all(title.startswith("A 3, ") for title in shown)
    assert shown != [f"A 3, number {row} of the set" for row in np.flatnonzero(uci.labels == 3)[:20]]

    number.fill("1500")
    number.press("Enter")
    tray.page.wait_for_url("**row=1500*")
    np.testing.assert_allclose(desk.values(), codes(served_checkpoints, uci.images[1500] / 255)[0], atol=TOLERANCE)
    for wrong in ("1797", "seven"):
        number.fill(wrong)
        number.press("Enter")
        expect(tray.root.get_by_role("alert").filter(has_text=f"There is no digit no. {wrong}")).to_be_visible()
    assert tray.read()["row"] == 1500

    eight = tray.page.evaluate(
        """async () => {
          const { Tray } = await load("hand/tray.js");
          const tray = new Tray({ onDigit() {} });
          const before = tray.eight();
          await tray.open({ digits: "uci", seed: 3 });
          const first = tray.eight();
          await tray.pickRow(1501);
          const eights = [first, tray.eight()].map((all) => all.map(({ row, label }) => [row, label]));
          tray.close();
          const { Picks } = await load("projection/in_hand.js");
          const picks = new Picks({ onPick() {}, onHover() {}, onSelect() {} });
          picks.open("uci");
          const { pinned } = picks;
          picks.pick(null);
          const { DigitSet } = await load("server/digit_set.js");
          const few = new DigitSet(
            "few", { images: new Uint8Array(3 * 784), labels: [1, 1, 4], index: [5, 9, 2], size: 10 });
          const chance = [0.01, 0.5, 0.99].map((uniform) => few.byChance(uniform));
          const others = [null, 4].map((label) => few.oneOfEach(3, label, 7));
          return { before, eights, pixels: Array.from(first[3].pixels), pinned, chance, others };
        }"""
    )
    assert eight["before"] == []
    assert eight["chance"] == [5, 9, 2]
    assert [{2: 4, 5: 1, 9: 1}[row] for row in eight["others"][1]] == [1]
    assert sorted({2: 4, 5: 1, 9: 1}[row] for row in eight["others"][0]) == [1, 4]
    # Encodings keeps the same digit, and lets it go.
    assert eight["pinned"] == 1501
    assert tray.read()["row"] is None
    for row, eights in zip((1500, 1501), eight["eights"], strict=True):
        assert eights[0] == [row, uci.labels[row]]
        assert len({label for _, label in eights}) == 8
        assert [uci.labels[row] for row, _ in eights] == [label for _, label in eights]
    np.testing.assert_allclose(eight["pixels"], uci.images[eight["eights"][0][3][0]].reshape(-1) / 255, atol=1e-6)


def test_it_stays_over_pages_and_in_the_link(open_desk: OpenDesk, served_checkpoints: Path) -> None:
    desk = open_desk(PAIR)
    tray = Tray(desk)
    desk.press("d")
    tray.draw((0.3, 0.15), (0.7, 0.2), (0.4, 0.9))
    own = tray.own()
    assert own is not None
    tray.page.wait_for_url("**drawn=*")
    text = tray.page.evaluate("new URL(location.href).searchParams.get('drawn')")
    np.testing.assert_array_equal(drawn.unpack(text), own)
    tray.page.get_by_role("link", name="Models").click()
    expect(tray.page.locator("h1")).to_contain_text("Which checkpoint")
    tray.page.wait_for_url(f"**drawn={text}*")
    tray.page.get_by_role("link", name="Latent desk").click()
    desk.wait()
    assert tray.read()["strokes"] == 1
    np.testing.assert_array_equal(tray.own(), own)

    again = open_desk(f"{PAIR}&drawn={text}")
    np.testing.assert_array_equal(Tray(again).own(), own)
    np.testing.assert_allclose(again.values(), codes(served_checkpoints, own / 15)[0], atol=TOLERANCE)
    expect(again.button("Your digit")).to_have_attribute("data-current", "")
    # The link names the digit: z goes with it, also to another model, until somebody moves it.
    again.page.wait_for_timeout(400)
    assert "z=" not in again.page.url
    # A stroke more goes over the digit of the link.
    again.press("d")
    Tray(again).draw((0.2, 0.95), (0.8, 0.95))
    more = Tray(again).read()
    assert more["strokes"] == 1
    assert np.count_nonzero(more["levels"]) > 30
    again.press("Control+z")
    np.testing.assert_array_equal(Tray(again).own(), own)

    # Python's text is read as well as the browser's, and nothing else is.
    levels = np.random.default_rng(0).integers(0, 16, (28, 28), np.uint8)
    packed = drawn.pack(levels)
    found = again.page.evaluate(
        """async (texts) => {
          const { unpack } = await load("maths/digit_text.js");
          return Promise.all(texts.map(async (text) => Array.from((await unpack(text)) ?? [])));
        }""",
        [packed, "", packed[:-9], f"{packed}!", "AAAA", "a" * 700],
    )
    assert found == [levels.reshape(-1).tolist(), [], [], [], [], []]


def test_a_finger_draws(open_desk: OpenDesk) -> None:
    desk = open_desk(PAIR, width=400)
    tray = Tray(desk)
    page = tray.page
    button = tray.root.locator(".toolbar").get_by_role("button", name="Draw")
    expect(button).to_be_in_viewport(ratio=1)
    button.tap()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(tray.root.locator(".pad")).to_be_in_viewport(ratio=1)
    box = tray.paper.bounding_box()
    assert box
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *place: float) -> None:
        points = [{"x": box["x"] + place[0] * box["width"], "y": box["y"] + place[1] * box["height"]}] if place else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        desk.settle_frame()

    def stroke(end: str) -> None:
        touch("touchStart", 0.4, 0.2)
        for k in range(1, 6):
            touch("touchMove", 0.4 + 0.02 * k, 0.2 + 0.12 * k)
        touch(end)

    opening = desk.values()
    stroke("touchCancel")
    assert tray.own() is None
    assert desk.values() == opening
    stroke("touchEnd")
    own = tray.own()
    assert own is not None
    assert (own > 7).any(axis=1).sum() >= 18, "the stroke is as long as the finger's way"
    assert desk.values() != opening
    assert tray.paper.bounding_box() == box, "the page has scrolled"
    assert_fits(page)
    tray.root.get_by_role("button", name="More digits").tap()
    assert_fits(page)


def assert_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wide = (
        "(root) => [...root.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)"
    )
    assert page.locator("[data-component=desk]").evaluate(f"(root) => ({wide})(root).length") == 0
