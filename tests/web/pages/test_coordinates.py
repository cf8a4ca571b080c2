"""The histograms of every coordinate: their numbers are scipy's, and nothing of them comes from the server twice."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from scipy import stats

from tests.web.conftest import go_blank
from tests.web.coordinates_page import CoordinatesPage, expect_shown, number, planted
from tests.web.oracle import Oracle
from tests.web.projection_page import ProjectionPage
from tests.web.shown import Held, OpenPage, box, fits, keep_away
from tests.web.traffic import expect_draws_counted
from vae_core.spaces import normality

PAIR = ("ae-30", "vae-30")
Open = Callable[..., CoordinatesPage]


@pytest.fixture
def show(open_page: OpenPage, app: str) -> Open:
    """The component on a page without the app: `show("ae-30", "vae-30", width=400)`; `prepare` gets the page first."""

    def show(
        left: str, right: str, prepare: Callable[[Page], object] | None = None, count: int = 1797, width: int = 1280
    ) -> CoordinatesPage:
        page = go_blank(open_page(width=width), app)
        if prepare:
            prepare(page)
        shown = CoordinatesPage(page)
        shown.show(left, right, count)
        shown.wait()
        return shown

    return show


def expect_numbers_of_numpy_and_scipy(shown: CoordinatesPage, oracle: Oracle, own: bool) -> None:
    cards = shown.cards()
    assert len(cards) == 30
    for name in PAIR:
        for i, column in enumerate(oracle.encodings(name).codes.T.astype(np.float64)):
            mean, std, gap = cards[str(i)][name]
            expect_shown(mean, column.mean())
            expect_shown(std, column.std(ddof=1))
            target = (column.mean(), column.std(ddof=1)) if own else (0, 1)
            expect_shown(gap, stats.kstest(column, "norm", args=target).statistic)
            assert len(gap.partition(".")[2]) == 3


def expect_ordered_by_d(shown: CoordinatesPage, name: str) -> None:
    shown.order_by(f"D of {name}")
    gaps = [number(text) for text in shown.root.locator(f'> .cards [data-model="{name}"] .gap').all_inner_texts()]
    assert len(gaps) >= 2
    assert gaps == sorted(gaps, reverse=True)


def test_all_cards_have_the_same_axis_wide_enough_for_the_codes(show: Open, oracle: Oracle) -> None:
    shown = show(*PAIR)
    expect_numbers_of_numpy_and_scipy(shown, oracle, own=False)
    label = shown.root.locator("label", has_text="z from").inner_text()
    match = re.fullmatch(r"z from −(\d+) to (\d+)", label)
    assert match
    assert match[1] == match[2]
    reach = int(match[1])
    both = [oracle.encodings(name).codes.astype(np.float64) for name in PAIR]
    bins = max(np.ptp(each, axis=0).max() for each in both) / 48
    needed = max(np.abs(np.quantile(each, [0.0025, 0.9975], axis=0)).max() for each in both)
    assert max(4, needed - 1e-3) <= reach <= max(4, needed + bins + 1)
    for i in (0, 17):
        for side, each in enumerate(both):
            wanted = 100 * (each[:, i].min() + reach) / (2 * reach)
            assert shown.start(i, side) == pytest.approx(wanted, abs=0.02)
    assert shown.paths(0)[2] == shown.paths(29)[2]
    expect_ordered_by_d(shown, "vae-30")


def test_own_deviations_bring_the_shapes_to_one_place_without_the_server(show: Open, oracle: Oracle) -> None:
    shown = show(*PAIR)
    page = shown.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert "of the codes and of N(0, 1)" in shown.meaning
    first = box(shown.root.locator(".card").first)
    shown.choose_own()
    meaning = shown.root.locator(".meaning")
    expect(meaning).to_contain_text("of the codes and of N(mean, std²)")
    assert box(shown.root.locator(".card").first) == first
    expect_numbers_of_numpy_and_scipy(shown, oracle, own=True)
    column = oracle.encodings(PAIR[0]).codes[:, 3].astype(np.float64)
    lowest = (column.min() - column.mean()) / column.std(ddof=1)
    assert shown.start(3, 0) == pytest.approx(100 * (lowest + 4) / 8, abs=0.02)
    # The choice outlives the component, as it does a change of page.
    page.evaluate("() => { window.unmount(); window.host.replaceChildren(); }")
    shown.show(*PAIR)
    expect(meaning).to_contain_text("N(mean, std²)")
    assert shown.root.get_by_role("radio", name="own sd").is_checked()
    expect_ordered_by_d(shown, "ae-30")
    assert [url for url in asked if "/encodings/" not in url] == []


def test_models_of_different_sizes_and_a_model_beside_itself(show: Open) -> None:
    shown = show("tiny-tanh", "tiny-ae")
    cards = shown.cards()
    assert [set(cards[str(i)]) for i in range(4)] == [{"tiny-tanh", "tiny-ae"}] * 2 + [{"tiny-ae"}] * 2
    assert shown.paths(3)[0] == ""
    assert shown.paths(3)[1].startswith("M")
    shown.order_by("D of tiny-tanh")
    assert set(shown.order()[:2]) == {0, 1}

    # One model is shown once.
    shown.show("tiny-ae", "tiny-ae")
    expect(shown.root.locator('[data-coordinate="0"] .row')).to_have_count(1)
    expect(shown.root.locator(".legend .dot")).to_have_count(1)
    assert shown.root.get_by_role("combobox").locator("option").all_inner_texts() == ["activity", "D of tiny-ae"]


def test_a_constant_coordinate_is_said_to_be_constant(show: Open) -> None:
    generator = np.random.default_rng(0)
    columns = [np.full(500, 0.7), generator.standard_normal(500), np.full(500, -300.1)]
    shown = show("planted", "tiny-ae", planted(np.stack(columns, 1).astype(np.float32)), count=500)
    for act in (lambda: None, shown.choose_own):
        act()
        cards = shown.cards()
        assert cards["0"]["planted"] == ["0.70", "constant"]
        assert cards["2"]["planted"] == ["−300", "constant"]
        assert len(cards["1"]["planted"]) == 3
        assert not re.search("NaN|Infinity", shown.root.evaluate("(root) => root.innerHTML + root.textContent"))
    assert shown.paths(0)[0] == ""
    label = shown.root.locator('[data-coordinate="0"]').get_attribute("aria-label") or ""
    assert label.startswith("z 0. planted: constant, 0.700. tiny-ae: mean ")


def test_what_a_vae_does_not_use_is_folded(show: Open) -> None:
    generator = np.random.default_rng(0)
    codes = (generator.standard_normal((500, 3)) * [1, 0.05, 0.5]).astype(np.float32)
    shown = show("planted-vae", "planted-vae", planted(codes, "planted-vae"))
    expect(shown.root.locator("summary")).to_have_text("1 inactive coordinate of planted-vae")
    expect(shown.root.locator("details [data-coordinate]")).to_have_attribute("data-coordinate", "1")
    assert shown.order() == [0, 2, 1]

    # Beside an AE that uses it: by the VAE's activity, then what it has not got, then what the AE alone uses.
    shown.show("tiny-ae", "planted-vae", 500)
    expect(shown.root.locator(".others")).to_have_text("Inactive in planted-vae, active in tiny-ae:")
    assert shown.order() == [0, 2, 3, 1]
    expect(shown.root.locator("summary")).to_have_count(0)


def test_the_gap_that_chance_alone_explains(show: Open) -> None:
    shown = show("tiny-ae", "tiny-tanh", count=500)

    def bound() -> float:
        match = re.search(r"below (0\.\d+) in 95 %", shown.meaning)
        assert match
        return float(match[1])

    for count in (500, 1797, 10_000):
        shown.show("tiny-ae", "tiny-tanh", count)
        expect(shown.root).to_have_attribute("data-ready", "true")
        shown.root.get_by_text("z from").click()
        expect(shown.root.locator(".meaning")).to_contain_text("N(0, 1)")
        assert bound() == pytest.approx(stats.kstwo.ppf(0.95, count), abs=6e-4), count
        shown.choose_own()
        samples = np.random.default_rng(0).standard_normal((count, 800))
        samples = (samples - samples.mean(0)) / samples.std(0, ddof=1)
        # 800 draws know the quantile to about 2 %.
        assert bound() == pytest.approx(np.quantile(normality.kolmogorov(samples), 0.95), rel=0.06, abs=5e-4), count


def test_a_card_says_its_numbers_in_words(show: Open) -> None:
    shown = show("tiny-ae", "tiny-tanh")
    card = shown.root.locator('[data-coordinate="1"]')
    numbers = r"mean −?\d+\.\d{3,4}, standard deviation \d+\.\d{3,4}, largest gap to %s 0\.\d{3}"
    for act, target in (
        (lambda: None, r"N\(0, 1\)"),
        (shown.choose_own, "the normal of this mean and deviation"),
    ):
        act()
        words = numbers % target
        pattern = rf"z 1\. tiny-ae: {words}\. tiny-tanh: {words}\."
        assert re.fullmatch(pattern, card.get_attribute("aria-label") or "")
        assert (card.get_attribute("title") or "").count("\n") == 2


def test_on_a_phone_two_cards_stand_side_by_side_and_cut_no_number(show: Open) -> None:
    shown = show(*PAIR, width=400)
    shown.root.locator("details").evaluate_all("(all) => all.forEach((details) => (details.open = true))")
    for scale, act in {"common": lambda: None, "own": shown.choose_own}.items():
        act()
        assert fits(shown.page), scale
        tops = [box(card).top for card in shown.root.locator("> .cards > .card").all()[:4]]
        assert tops[0] == tops[1] < tops[2] == tops[3]
        cut = "(all) => all.filter((s) => s.scrollWidth > s.clientWidth).length"
        assert shown.root.locator(".numbers span").evaluate_all(cut) == 0, scale


def test_what_does_not_arrive_is_said_and_tried_again(modules: Page, forgiven: list[str]) -> None:
    shown = CoordinatesPage(modules)
    keep_away(modules, "**/encodings/tiny-tanh/uci.safetensors")
    shown.show("tiny-ae", "tiny-tanh")
    alert = shown.root.get_by_role("alert")
    expect(alert).to_contain_text("encodings/tiny-tanh/uci.safetensors did not arrive.")
    modules.unroute_all()
    shown.button("Try again").click()
    shown.wait()
    expect(alert).to_be_hidden()
    keep_away(modules, "**/encodings/tiny-linear/uci.safetensors")
    shown.show("tiny-ae", "tiny-linear")
    expect(alert).to_contain_text("The histograms still show tiny-ae and tiny-tanh.")
    expect(shown.root.locator('[data-model="tiny-tanh"]')).to_have_count(2)
    forgiven.append("ERR_FAILED")


def test_the_latest_choice_wins_over_a_slower_one(show: Open) -> None:
    shown = show("tiny-ae", "tiny-tanh")
    page, slow = shown.page, "**/encodings/tiny-linear/*"
    held = Held(page, slow)
    with page.expect_request(slow):
        shown.show("tiny-ae", "tiny-linear")
    shown.show("tiny-ae", "tiny-vae-sigma")
    expect(shown.root.locator('[data-coordinate="0"] [data-model="tiny-vae-sigma"]')).to_have_count(1)
    with page.expect_response(slow):
        held.release()
    page.wait_for_timeout(100)
    expect(shown.root.locator('[data-model="tiny-linear"]')).to_have_count(0)
    expect(shown.root).to_have_attribute("data-ready", "true")


def test_on_its_page_it_fits_and_sends_nothing_to_the_server(open_page: OpenPage, app: str) -> None:
    page = open_page(width=400)
    shown = CoordinatesPage(page)
    page.goto(f"{app}encodings?left=ae-30&right=ae-linear-30")
    for one in (shown, ProjectionPage(page)):
        one.wait()
    expect(shown.root.locator("> .cards > .card")).to_have_count(30)
    for width, columns in ((400, 2), (1280, 6)):
        page.set_viewport_size({"width": width, "height": 800})
        # A side bar that comes or goes moves.
        page.wait_for_function(
            """([root, columns]) => {
              const all = [...root.querySelectorAll(":scope > .cards > .card")];
              const tops = all.map((card) => card.getBoundingClientRect().top);
              return tops.filter((top) => top === tops[0]).length === columns;
            }""",
            arg=[shown.root.element_handle(), columns],
        )
        assert fits(page), width
    expect_draws_counted(page)
    sent = shown.traffic.sent
    shown.choose_own()
    shown.order_by("D of ae-30")
    expect(shown.root.locator(".meaning")).to_contain_text("N(mean, std²)")
    page.wait_for_timeout(400)
    assert shown.traffic.sent == sent > 0
