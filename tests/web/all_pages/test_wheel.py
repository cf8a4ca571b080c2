"""The digit wheel on every page that decodes: a hand holds the style and turns the digit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, expect

from tests.web.oracle import GREY, LINK_GREY, Oracle
from tests.web.shown import Shown, Visit, await_query, box, drag, go_to, grey, saved, settle

NAME = "cvae-16"
PAIR = f"left=vae-16&right={NAME}&also="
ROW, OTHER = 17, 203


class Wheel(Shown):
    """Of the component that `of` returns."""

    @property
    def radios(self) -> Locator:
        return self.root.get_by_role("radiogroup", name="Digit that is drawn").get_by_role("radio")

    def chip(self, digit: int) -> Locator:
        return self.root.locator(".wheel label").nth(digit)

    def expect_digit(self, digit: int) -> None:
        expect(self.radios.nth(digit)).to_be_checked()


@dataclass(frozen=True)
class Place:
    """Where the picture of the digit in hand stands on a page, decoded by `NAME`."""

    page: str
    component: str
    canvas: str
    query: str = ""

    @property
    def kind(self) -> type[Wheel]:
        return type("Page", (Wheel,), {"component": self.component, "path": self.page})


PLACES = [
    Place("", "desk", ".big"),
    Place("latent_map", "latent_map", ".big"),
    Place("encodings", "projection", ".decoded"),
    Place("reconstruct", "reconstruct", ".big"),
    Place("denoise", "denoise", "", "level=0"),
    Place("interpolate", "interpolate", "", f"stops={ROW}.{OTHER}&t=0"),
    Place("interpolate", "interpolate", "", f"mode=corners&corners={ROW}.{OTHER}.1.2&t=0"),
    Place("interpolate", "interpolate", "", "mode=attribute&classes=3_8&t=0.25"),
    Place("manifold", "tangent", '[data-trial="same back"]'),
    Place("objective", "evidence", ""),
    Place("objective", "reparameterisation", '[data-at="mu"]'),
]
IDS = [f"{place.component} {place.query}".strip() for place in PLACES]


def drawn(oracle: Oracle, row: int, digit: int) -> NDArray[np.float64]:
    """The picture of the set, encoded as what it is and decoded as the digit."""
    model = oracle.model(NAME)
    z = model.given(int(oracle.uci.labels[row])).encode(oracle.as_tensor(oracle.pixels(row)).reshape(1, 1, 28, 28))
    return np.asarray(model.given(digit).decode(z)[0, 0].double().numpy())


def same(shown: Wheel, place: Place, expected: NDArray[np.float64]) -> None:
    settle(shown.page)
    canvas = shown.root.locator(f"canvas{place.canvas}[data-model={NAME}]").first
    np.testing.assert_allclose(grey(canvas), expected, atol=LINK_GREY)


@pytest.mark.parametrize("place", PLACES, ids=IDS)
def test_every_page_that_decodes_turns_the_digit(place: Place, oracle: Oracle, visit: Visit) -> None:
    oracle.need(NAME)
    own = int(oracle.uci.labels[ROW])
    shown = visit(place.kind, f"{PAIR}&row={ROW}&{place.query}")
    page = shown.page
    shown.expect_digit(own)
    same(shown, place, drawn(oracle, ROW, own))
    shown.chip(3).click()
    same(shown, place, drawn(oracle, ROW, 3))
    shown.press("ArrowRight")
    shown.expect_digit(4)
    same(shown, place, drawn(oracle, ROW, 4))
    way = [box(shown.chip(digit)).at() for digit in (4, 6, 8)]
    drag(page, *way[:2], steps=3, lift=False)
    same(shown, place, drawn(oracle, ROW, 6))
    page.mouse.move(*way[2])
    page.mouse.up()
    same(shown, place, drawn(oracle, ROW, 8))
    await_query(page, digit="8")
    # A link is read by one module for all pages, `test_controls` follows it on each.
    if place in (PLACES[0], PLACES[-1]):
        page.reload()
        shown.wait()
        shown.expect_digit(8)
        same(shown, place, drawn(oracle, ROW, 8))


@pytest.mark.parametrize("place", [PLACES[0], PLACES[3], PLACES[5]], ids=[IDS[0], IDS[3], IDS[5]])
def test_what_is_saved_names_the_digit(place: Place, oracle: Oracle, visit: Visit) -> None:
    oracle.need(NAME)
    shown = visit(place.kind, f"{PAIR}&row={ROW}&digit=4&{place.query}")
    names = [saved(shown.page, "s")[0]]
    if place.page == "interpolate":
        names += [saved(shown.page, shown.button(kind).first)[0] for kind in ("CSV", "GIF")]
    for name in names:
        stem, _, ending = name.rpartition(".")
        assert stem.endswith("-digit-4"), name
        assert ending in ("png", "csv", "gif")


@pytest.mark.parametrize("place", PLACES[:2], ids=IDS[:2])
def test_a_turn_is_a_step_of_undo_and_a_picture_that_is_taken_turns_it(
    place: Place, oracle: Oracle, visit: Visit
) -> None:
    oracle.need(NAME)
    other = int(oracle.uci.labels[OTHER])
    shown = visit(place.kind, f"{PAIR}&row={ROW}&digit=5")
    same(shown, place, drawn(oracle, ROW, 5))
    drag(shown.page, *(box(shown.chip(digit)).at() for digit in (3, 6)), steps=5)
    same(shown, place, drawn(oracle, ROW, 6))
    shown.pick(OTHER)
    await_query(shown.page, row=str(OTHER), digit=None)
    shown.expect_digit(other)
    same(shown, place, drawn(oracle, OTHER, other))

    shown.click("Undo")
    for keys, digit in (("", 6), ("Control+z", 5), ("Control+Shift+z", 6)):
        shown.press(*([keys] if keys else []))
        shown.expect_digit(digit)
        same(shown, place, drawn(oracle, ROW, digit))


@pytest.mark.parametrize(
    ("place", "originals"),
    [(PLACES[3], ".gallery.eight button canvas"), (PLACES[4], ".row.original .cell canvas")],
    ids=["reconstruct", "denoise"],
)
def test_rows_of_pictures_are_drawn_as_what_they_are(
    place: Place, originals: str, oracle: Oracle, visit: Visit
) -> None:
    """All but the one in hand, which is the first."""
    oracle.need(NAME)
    shown = visit(place.kind, f"{PAIR}&row={ROW}&digit=5&{place.query}")
    settle(shown.page)
    made = shown.root.locator(f"canvas[data-model={NAME}]:not(.big, .found *, .cloud *)")
    rows = {image.tobytes(): row for row, image in enumerate(oracle.uci.images)}
    for k in range(8):
        levels = np.rint(grey(shown.root.locator(originals).nth(k)) * 255).astype(np.uint8)
        row = rows[levels.tobytes()]
        digit = int(oracle.uci.labels[row]) if k else 5
        np.testing.assert_allclose(grey(made.nth(k)), drawn(oracle, row, digit), atol=GREY, err_msg=str(k))


@pytest.mark.parametrize(
    ("place", "original"), [(PLACES[2], "canvas.original"), (PLACES[3], ".original .big")], ids=IDS[2:4]
)
def test_what_the_seed_shows_first_is_drawn_as_what_it_is(
    place: Place, original: str, oracle: Oracle, visit: Visit
) -> None:
    oracle.need(NAME)
    rows = {image.tobytes(): row for row, image in enumerate(oracle.uci.images)}
    for seed in (3, 4):
        shown = visit(place.kind, f"{PAIR}&seed={seed}")
        settle(shown.page)
        row = rows[np.rint(grey(shown.root.locator(original)) * 255).astype(np.uint8).tobytes()]
        shown.expect_digit(int(oracle.uci.labels[row]))
        same(shown, place, drawn(oracle, row, int(oracle.uci.labels[row])))


def test_a_drawn_picture_goes_with_the_digit(oracle: Oracle, visit: Visit) -> None:
    oracle.need(NAME)
    shown = visit(PLACES[3].kind, f"{PAIR}&row={ROW}")
    shown.press("d")
    shown.draw((0.3, 0.25), (0.7, 0.25), (0.5, 0.8))
    shown.expect_digit(int(oracle.uci.labels[ROW]))
    shown.chip(7).click()
    settle(shown.page)
    x = oracle.as_tensor(grey(shown.root.locator(".original .big"))).reshape(1, 1, 28, 28)
    told = oracle.model(NAME).given(7)
    same(shown, PLACES[3], np.asarray(told.decode(told.encode(x))[0, 0].double().numpy()))


def test_there_is_no_wheel_without_such_a_model_and_it_says_whose_it_is(visit: Visit, oracle: Oracle) -> None:
    oracle.need(NAME)
    shown = visit(PLACES[0].kind, "left=ae-16&right=vae-16")
    expect(shown.root.locator(".digit-wheel")).to_be_hidden()
    shown = visit(PLACES[0].kind, PAIR)
    expect(shown.root.locator(".told")).to_have_text(f"{NAME}is told the digit")
    shown.chip(6).click()
    # Every page has the same, and what no model takes stays out of the way.
    go_to(shown.page, "Interpolate")
    page = PLACES[5].kind(shown.page)
    page.wait()
    page.expect_digit(6)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_finger_turns_it_on_a_phone(theme: str, visit: Visit, oracle: Oracle) -> None:
    oracle.need(NAME)
    shown = visit(PLACES[3].kind, f"{PAIR}&row={ROW}", width=400, theme=theme)
    chips = [box(shown.chip(digit)) for digit in range(10)]
    assert all(chip.width >= 30 and chip.height >= 40 for chip in chips)
    assert chips[-1].right <= 400
    shown.chip(2).tap()
    same(shown, PLACES[3], drawn(oracle, ROW, 2))


def test_draws_on_the_page_models_are_of_the_digit(visit: Visit, oracle: Oracle) -> None:
    oracle.need(NAME)
    shown = visit(type("Page", (Wheel,), {"component": "learning", "path": "models"}), f"{PAIR}&subject=draws&seed=4")
    shown.chip(4).click()
    settle(shown.page)
    mosaic = grey(shown.root.locator(f"canvas[data-grid={NAME}]"), 4 * 28, 8 * 28)
    shown.chip(9).click()
    settle(shown.page)
    assert np.abs(mosaic - grey(shown.root.locator(f"canvas[data-grid={NAME}]"), 4 * 28, 8 * 28)).mean() > 0.02
