"""The digit in hand: searched, drawn by mouse, keys and finger; kept over pages and by the link."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.web.fingers import Fingers
from tests.web.oracle import STEP, Oracle
from tests.web.shown import TINY, Visit, box, fits, go_to, query
from tests.web.tray_page import TrayPage, same_digit
from ui.choices import drawn
from vae_core.pictures.mnist_format import mnist_format, quantise

LEFT = "tiny-ae"
ONE, TWO = ((0.25, 0.4), (0.75, 0.6)), ((0.3, 0.2), (0.6, 0.3), (0.4, 0.9))
EIGHTS = """async () => {
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
  const few = new DigitSet("few", { images: new Uint8Array(3 * 784), labels: [1, 1, 4], index: [5, 9, 2], size: 10 });
  const chance = [0.01, 0.5, 0.99].map((uniform) => few.byChance(uniform));
  const others = [null, 4].map((label) => few.oneOfEach(3, label, 7));
  return { before, eights, pixels: Array.from(first[3].pixels), pinned, chance, others };
}"""


def test_a_digit_is_drawn_undone_and_cleared(visit: Visit, oracle: Oracle) -> None:
    desk = visit(TrayPage, TINY)
    opening = desk.values()
    desk.press("d")
    expect(desk.root.locator(".paper")).to_be_focused()
    assert desk.values() == opening

    desk.draw(*ONE)
    one, ink = desk.drawn(), desk.ink()
    # A pen of 0.09 of the pad: a bar with two half discs.
    assert ink.sum() == pytest.approx(112**2 * (np.hypot(0.5, 0.2) * 0.09 + np.pi * 0.045**2), rel=0.03)
    assert same_digit(one, quantise(mnist_format(ink)))
    np.testing.assert_allclose(desk.values(), oracle.encode(LEFT, one / 15), atol=STEP)
    after_one = desk.values()

    desk.draw(*TWO)
    two = desk.drawn()
    assert desk.values() != after_one
    assert same_digit(two, quantise(mnist_format(desk.ink())))

    desk.press("Control+z")
    np.testing.assert_array_equal(desk.own(), one)
    assert desk.values() == after_one
    desk.draw(*TWO)
    np.testing.assert_array_equal(desk.own(), two)
    # One step of the desk for each stroke.
    desk.press("Control+z", "Control+z")
    assert desk.own() is None
    assert desk.values() == opening
    assert desk.button("Undo").first.get_attribute("aria-disabled") == "true"

    desk.draw(*TWO)
    after_three = desk.values()
    desk.click("Clear")
    assert desk.own() is None
    assert desk.values() == after_three
    desk.press("Control+z")
    assert desk.own() is not None
    assert desk.values() == after_three

    # Strokes are taken back before what the sliders did, which then is the desk's own to undo.
    desk.click("Clear")
    desk.press("Escape")
    expect(desk.root.locator(".paper")).to_be_hidden()
    expect(desk.root.locator(".tray .draw")).to_be_focused()
    desk.press("0", "Control+z")
    assert desk.own() is None
    keys_draw(desk)


def keys_draw(desk: TrayPage) -> None:
    desk.click("Draw a digit")
    expect(desk.root.locator(".paper")).to_be_focused()
    desk.press("ArrowUp", "ArrowUp", "ArrowLeft")
    assert desk.own() is None
    desk.press(" ", *["ArrowDown"] * 8)
    down = desk.drawn()
    desk.press(" ", "ArrowRight", "ArrowRight")
    np.testing.assert_array_equal(desk.own(), down)
    rows, columns = (np.flatnonzero((desk.ink() > 0.5).any(axis=axis)) for axis in (1, 0))
    # From two steps above the middle, a step left of it, eight steps of four pixels down; the pen is 10 pixels wide.
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (43, 84, 47, 56)
    desk.press(" ", "ArrowRight", " ")
    assert desk.read()["strokes"] == 2
    desk.press("Backspace")
    np.testing.assert_array_equal(desk.own(), down)


def test_digits_are_searched(visit: Visit, oracle: Oracle) -> None:
    desk, labels = visit(TrayPage, TINY), oracle.uci.labels
    grid, threes = desk.root.locator(".tray-grid button"), np.flatnonzero(labels == 3)
    assert len({label.inner_text() for label in desk.root.locator(".classes label").all()}) == 11
    desk.root.locator(".classes label", has_text="3").click()
    expect(grid.first).to_have_attribute("title", f"A 3, number {threes[0]} of the set")
    desk.click("Next digits")
    expect(grid.first).to_have_attribute("title", f"A 3, number {threes[20]} of the set")
    desk.click("Shuffle")
    shown = [title or "" for title in grid.evaluate_all("(all) => all.map((one) => one.title)")]
    assert all(title.startswith("A 3, ") for title in shown)
    assert shown != [f"A 3, number {row} of the set" for row in threes[:20]]

    desk.pick(1500)
    desk.page.wait_for_url("**row=1500*")
    np.testing.assert_allclose(desk.values(), oracle.codes(LEFT, 1500), atol=STEP)
    for wrong in ("1797", "seven"):
        desk.pick(wrong)
        expect(desk.root.get_by_role("alert").filter(has_text=f"There is no digit no. {wrong}")).to_be_visible()
    assert desk.read()["row"] == 1500

    found = desk.page.evaluate(EIGHTS)
    assert found["before"] == []
    assert found["chance"] == [5, 9, 2]
    assert [{2: 4, 5: 1, 9: 1}[row] for row in found["others"][1]] == [1]
    assert sorted({2: 4, 5: 1, 9: 1}[row] for row in found["others"][0]) == [1, 4]
    # Encodings keeps the same digit, and lets it go.
    assert found["pinned"] == 1501
    assert desk.read()["row"] is None
    for row, eights in zip((1500, 1501), found["eights"], strict=True):
        assert eights[0] == [row, labels[row]]
        assert len({label for _, label in eights}) == 8
        assert [labels[row] for row, _ in eights] == [label for _, label in eights]
    np.testing.assert_allclose(found["pixels"], oracle.pixels(found["eights"][0][3][0]).ravel(), atol=1e-6)


def test_it_stays_over_pages_and_in_the_link(visit: Visit, oracle: Oracle) -> None:
    desk = visit(TrayPage, TINY)
    desk.press("d")
    desk.draw((0.3, 0.15), (0.7, 0.2), (0.4, 0.9))
    own = desk.drawn()
    desk.page.wait_for_url("**drawn=*")
    text = query(desk.page)["drawn"]
    np.testing.assert_array_equal(drawn.unpack(text), own)
    go_to(desk.page, "Models")
    expect(desk.page.locator("h1")).to_contain_text("Which checkpoint")
    desk.page.wait_for_url(f"**drawn={text}*")
    go_to(desk.page, "Latent desk")
    desk.wait()
    assert desk.read()["strokes"] == 1
    np.testing.assert_array_equal(desk.own(), own)

    again = visit(TrayPage, f"{TINY}&drawn={text}")
    np.testing.assert_array_equal(again.own(), own)
    np.testing.assert_allclose(again.values(), oracle.encode(LEFT, own / 15), atol=STEP)
    expect(again.button("Your digit")).to_have_attribute("data-current", "")
    # The link names the digit: z goes with it, also to another model, until somebody moves it.
    again.page.wait_for_timeout(400)
    assert "z=" not in again.page.url
    # A stroke more goes over the digit of the link.
    again.press("d")
    again.draw((0.2, 0.95), (0.8, 0.95))
    more = again.read()
    assert more["strokes"] == 1
    assert np.count_nonzero(more["levels"]) > 30
    again.press("Control+z")
    np.testing.assert_array_equal(again.own(), own)


def test_a_finger_draws(visit: Visit) -> None:
    desk = visit(TrayPage, TINY, width=400)
    button, paper = desk.root.locator(".toolbar").get_by_role("button", name="Draw"), desk.root.locator(".paper")
    expect(button).to_be_in_viewport(ratio=1)
    button.tap()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(desk.root.locator(".pad")).to_be_in_viewport(ratio=1)
    finger, place = Fingers(desk.page, paper), box(paper)

    def stroke() -> None:
        finger.down((0.4, 0.2))
        finger.move((0.4, 0.2), (0.5, 0.8), 5)

    opening = desk.values()
    stroke()
    finger.cancel()
    assert desk.own() is None
    assert desk.values() == opening
    stroke()
    finger.up()
    assert (desk.drawn() > 7).any(axis=1).sum() >= 18, "the stroke is as long as the finger's way"
    assert desk.values() != opening
    assert box(paper) == place, "the page has scrolled"
    expect_fits(desk)
    desk.button("More digits").tap()
    expect_fits(desk)


def expect_fits(desk: TrayPage) -> None:
    assert fits(desk.page)
    wide = "(all) => all.filter((one) => one.getBoundingClientRect().right > innerWidth + 1).length"
    assert desk.root.locator("*").evaluate_all(wide) == 0
