"""The histograms of every coordinate: their numbers are scipy's, and nothing of them comes from the server twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect
from scipy import stats

from tests.web.conftest import Watch, go_blank
from tests.web.coordinates_page import (
    MOUNT,
    READ,
    ROOT,
    SIDEWAYS,
    Codes,
    assert_shown,
    choose_own,
    data,
    number,
    paths,
    planted,
)
from tests.web.traffic import Traffic, expect_draws_counted
from vae_core import checkpoint
from vae_core.data import Digits
from vae_core.spaces import latent, normality

OpenPage = Callable[..., tuple[Page, Watch]]
Mount = Callable[..., Locator]


@pytest.fixture
def mount(open_page: OpenPage, app: str) -> Mount:
    """The component on a page without the app: `mount("ae-30", "vae-30", width=400)`; `prepare` gets the page first."""

    def mount(
        left: str, right: str, prepare: Callable[[Page], object] | None = None, count: int = 1797, **options: Any
    ) -> Locator:
        page, _ = open_page(**options)
        go_blank(page, app)
        if prepare:
            prepare(page)
        page.evaluate(MOUNT, data(left, right, count))
        expect(page.locator(f'{ROOT}[data-ready="true"]')).to_be_visible()
        return page.locator(ROOT)

    return mount


@pytest.fixture(scope="module")
def codes(served_checkpoints: Path, uci: Digits) -> Callable[[str], Codes]:
    def codes(name: str) -> Codes:
        return latent.encodings(checkpoint.load(served_checkpoints / name), uci.images, seed=0).codes

    return codes


def assert_numbers_are_those_of_numpy_and_scipy(root: Locator, codes: Callable[[str], Codes], own: bool) -> None:
    shown = root.evaluate(READ)
    assert len(shown) == 30
    for name in ("ae-30", "vae-30"):
        for i, column in enumerate(codes(name).T.astype(np.float64)):
            mean, std, gap = shown[str(i)][name]
            assert_shown(mean, column.mean())
            assert_shown(std, column.std(ddof=1))
            target = (column.mean(), column.std(ddof=1)) if own else (0, 1)
            assert_shown(gap, stats.kstest(column, "norm", args=target).statistic)
            assert len(gap.partition(".")[2]) == 3


def assert_orders_by_d(root: Locator, name: str) -> None:
    root.get_by_role("combobox", name="Order by").select_option(f"D of {name}")
    texts = root.locator(f'> .cards [data-model="{name}"] .gap').all_inner_texts()
    gaps = [number(text) for text in texts]
    assert len(gaps) >= 2
    assert gaps == sorted(gaps, reverse=True)


def test_all_cards_have_the_same_axis_wide_enough_for_the_codes(mount: Mount, codes: Callable[[str], Codes]) -> None:
    root = mount("ae-30", "vae-30")
    assert_numbers_are_those_of_numpy_and_scipy(root, codes, own=False)
    label = root.locator("label", has_text="z from").inner_text()
    match = re.fullmatch(r"z from −(\d+) to (\d+)", label)
    assert match
    assert match[1] == match[2]
    reach = int(match[1])
    both = [codes(name).astype(np.float64) for name in ("ae-30", "vae-30")]
    bins = max(np.ptp(each, axis=0).max() for each in both) / 48
    needed = max(np.abs(np.quantile(each, [0.0025, 0.9975], axis=0)).max() for each in both)
    assert max(4, needed - 1e-3) <= reach <= max(4, needed + bins + 1)
    for i in (0, 17):
        for side, each in enumerate(both):
            start = float(paths(root, i)[side].removeprefix("M").split()[0])
            assert start == pytest.approx(100 * (each[:, i].min() + reach) / (2 * reach), abs=0.02)
    assert paths(root, 0)[2] == paths(root, 29)[2]
    assert_orders_by_d(root, "vae-30")


def test_own_deviations_bring_the_shapes_to_one_place_without_the_server(
    mount: Mount, codes: Callable[[str], Codes]
) -> None:
    root = mount("ae-30", "vae-30")
    asked: list[str] = []
    root.page.on("request", lambda request: asked.append(request.url))
    meaning = root.locator(".meaning")
    expect(meaning).to_contain_text("of the codes and of N(0, 1)")
    top = root.locator(".card").first.bounding_box()
    choose_own(root)
    expect(meaning).to_contain_text("of the codes and of N(mean, std²)")
    assert root.locator(".card").first.bounding_box() == top
    assert_numbers_are_those_of_numpy_and_scipy(root, codes, own=True)
    column = codes("ae-30")[:, 3].astype(np.float64)
    start = float(paths(root, 3)[0].removeprefix("M").split()[0])
    lowest = (column.min() - column.mean()) / column.std(ddof=1)
    assert start == pytest.approx(100 * (lowest + 4) / 8, abs=0.02)
    # The choice outlives the component, as it does a change of page.
    root.page.evaluate("() => { window.unmount(); window.host.replaceChildren(); }")
    root.page.evaluate(MOUNT, data("ae-30", "vae-30"))
    expect(meaning).to_contain_text("N(mean, std²)")
    assert root.get_by_role("radio", name="own sd").is_checked()
    assert_orders_by_d(root, "ae-30")
    assert [url for url in asked if "/encodings/" not in url] == []


def test_models_of_different_sizes_and_a_model_beside_itself(mount: Mount) -> None:
    root = mount("tiny-tanh", "tiny-ae")
    shown = root.evaluate(READ)
    assert [set(shown[str(i)]) for i in range(4)] == [{"tiny-tanh", "tiny-ae"}] * 2 + [{"tiny-ae"}] * 2
    assert paths(root, 3)[0] == ""
    assert paths(root, 3)[1].startswith("M")
    root.get_by_role("combobox", name="Order by").select_option("D of tiny-tanh")
    order = root.locator("[data-coordinate]").evaluate_all(
        "(all) => all.map((card) => Number(card.dataset.coordinate))"
    )
    assert set(order[:2]) == {0, 1}

    # One model is shown once.
    root.page.evaluate(MOUNT, data("tiny-ae", "tiny-ae"))
    expect(root.locator('[data-coordinate="0"] .row')).to_have_count(1)
    expect(root.locator(".legend .dot")).to_have_count(1)
    assert root.get_by_role("combobox").locator("option").all_inner_texts() == ["activity", "D of tiny-ae"]


def test_a_constant_coordinate(mount: Mount) -> None:
    generator = np.random.default_rng(0)
    columns = [np.full(500, 0.7), generator.standard_normal(500), np.full(500, -300.1)]
    root = mount("planted", "tiny-ae", planted(np.stack(columns, 1).astype(np.float32)), count=500)
    for act in (lambda: None, lambda: choose_own(root)):
        act()
        shown = root.evaluate(READ)
        assert shown["0"]["planted"] == ["0.70", "constant"]
        assert shown["2"]["planted"] == ["−300", "constant"]
        assert len(shown["1"]["planted"]) == 3
        everything = root.evaluate("(root) => root.innerHTML + root.textContent")
        assert "NaN" not in everything
        assert "Infinity" not in everything
    assert paths(root, 0)[0] == ""
    label = root.locator('[data-coordinate="0"]').get_attribute("aria-label")
    assert label
    assert label.startswith("z 0. planted: constant, 0.700. tiny-ae: mean ")


def test_what_a_vae_does_not_use_is_folded(mount: Mount) -> None:
    generator = np.random.default_rng(0)
    codes = (generator.standard_normal((500, 3)) * [1, 0.05, 0.5]).astype(np.float32)
    root = mount("planted-vae", "planted-vae", planted(codes, "planted-vae"))
    expect(root.locator("summary")).to_have_text("1 inactive coordinate of planted-vae")
    expect(root.locator("details [data-coordinate]")).to_have_attribute("data-coordinate", "1")
    order = root.locator("[data-coordinate]").evaluate_all(
        "(all) => all.map((card) => Number(card.dataset.coordinate))"
    )
    assert order == [0, 2, 1]

    # Beside an AE that uses it: by the VAE's activity, then what it has not got, then what the AE alone uses.
    root.page.evaluate(MOUNT, data("tiny-ae", "planted-vae", 500))
    expect(root.locator(".others")).to_have_text("Inactive in planted-vae, active in tiny-ae:")
    order = root.locator("[data-coordinate]").evaluate_all(
        "(all) => all.map((card) => Number(card.dataset.coordinate))"
    )
    assert order == [0, 2, 3, 1]
    expect(root.locator("summary")).to_have_count(0)


def test_the_gap_that_chance_alone_explains(mount: Mount) -> None:
    root = mount("tiny-ae", "tiny-tanh", count=500)
    meaning = root.locator(".meaning")
    said = re.compile(r"below (0\.\d+) in 95 %")

    def bound() -> float:
        match = said.search(meaning.inner_text())
        assert match
        return float(match[1])

    for count in (500, 1797, 10_000):
        root.page.evaluate(MOUNT, data("tiny-ae", "tiny-tanh", count))
        expect(root).to_have_attribute("data-ready", "true")
        root.get_by_text("z from").click()
        expect(meaning).to_contain_text("N(0, 1)")
        assert bound() == pytest.approx(stats.kstwo.ppf(0.95, count), abs=6e-4), count
        choose_own(root)
        samples = np.random.default_rng(0).standard_normal((count, 800))
        samples = (samples - samples.mean(0)) / samples.std(0, ddof=1)
        # 800 draws know the quantile to about 2 %.
        assert bound() == pytest.approx(np.quantile(normality.kolmogorov(samples), 0.95), rel=0.06, abs=5e-4), count


def test_in_words(mount: Mount) -> None:
    root = mount("tiny-ae", "tiny-tanh")
    card = root.locator('[data-coordinate="1"]')
    numbers = r"mean −?\d+\.\d{3,4}, standard deviation \d+\.\d{3,4}, largest gap to %s 0\.\d{3}"
    pattern = r"z 1\. tiny-ae: {0}\. tiny-tanh: {0}\."
    for act, target in (
        (lambda: None, r"N\(0, 1\)"),
        (lambda: choose_own(root), "the normal of this mean and deviation"),
    ):
        act()
        assert re.fullmatch(pattern.format(numbers % target), card.get_attribute("aria-label") or "")
        assert (card.get_attribute("title") or "").count("\n") == 2


def test_narrow(mount: Mount) -> None:
    root = mount("ae-30", "vae-30", width=400)
    root.locator("details").evaluate_all("(all) => all.forEach((details) => (details.open = true))")
    for scale in ("common", "own"):
        if scale == "own":
            choose_own(root)
        assert root.page.evaluate(SIDEWAYS) <= 0, scale
        tops = root.locator("> .cards > .card").evaluate_all(
            "(all) => all.map((card) => card.getBoundingClientRect().top)"
        )
        assert tops[0] == tops[1] < tops[2] == tops[3]
        cut = "(all) => all.filter((s) => s.scrollWidth > s.clientWidth).length"
        assert root.locator(".numbers span").evaluate_all(cut) == 0, scale


def test_what_does_not_arrive_is_said_and_tried_again(open_page: OpenPage, app: str) -> None:
    page, watch = open_page()
    go_blank(page, app)
    page.route("**/encodings/tiny-tanh/uci.safetensors", lambda route: route.abort())
    page.evaluate(MOUNT, data("tiny-ae", "tiny-tanh"))
    root = page.locator(ROOT)
    alert = root.get_by_role("alert")
    expect(alert).to_contain_text("encodings/tiny-tanh/uci.safetensors did not arrive.")
    page.unroute_all()
    root.get_by_role("button", name="Try again").click()
    expect(page.locator(f'{ROOT}[data-ready="true"]')).to_be_visible()
    expect(alert).to_be_hidden()
    page.route("**/encodings/tiny-linear/uci.safetensors", lambda route: route.abort())
    page.evaluate(MOUNT, data("tiny-ae", "tiny-linear"))
    expect(alert).to_contain_text("The histograms still show tiny-ae and tiny-tanh.")
    expect(root.locator('[data-model="tiny-tanh"]')).to_have_count(2)
    watch.trouble[:] = [line for line in watch.trouble if "ERR_FAILED" not in line]


def test_the_latest_choice_wins_over_a_slower_one(mount: Mount) -> None:
    held: list[Route] = []
    root = mount(
        "tiny-ae", "tiny-tanh", lambda page: page.route("**/encodings/tiny-linear/*", lambda route: held.append(route))
    )
    page = root.page
    with page.expect_request("**/encodings/tiny-linear/*"):
        page.evaluate(MOUNT, data("tiny-ae", "tiny-linear"))
    page.evaluate(MOUNT, data("tiny-ae", "tiny-vae-sigma"))
    expect(root.locator('[data-coordinate="0"] [data-model="tiny-vae-sigma"]')).to_have_count(1)
    with page.expect_response("**/encodings/tiny-linear/*"):
        held[0].continue_()
    page.evaluate("() => new Promise((done) => setTimeout(done, 100))")
    expect(root.locator('[data-model="tiny-linear"]')).to_have_count(0)
    expect(root).to_have_attribute("data-ready", "true")


def test_on_its_page_it_fits_and_sends_nothing_to_the_server(open_page: OpenPage, app: str) -> None:
    page, _ = open_page(width=400)
    traffic = Traffic(page)
    page.goto(f"{app}encodings?left=ae-30&right=ae-linear-30")
    for component in (ROOT, "[data-component=projection]"):
        expect(page.locator(f'{component}[data-ready="true"]')).to_be_visible(timeout=30_000)
    cards = f"{ROOT} > .cards > .card"
    expect(page.locator(cards)).to_have_count(30)
    for width, columns in ((400, 2), (1280, 6)):
        page.set_viewport_size({"width": width, "height": 800})
        # A side bar that comes or goes moves.
        page.wait_for_function(
            """([root, columns]) => {
              const all = [...root.querySelectorAll(":scope > .cards > .card")];
              const tops = all.map((card) => card.getBoundingClientRect().top);
              return tops.filter((top) => top === tops[0]).length === columns;
            }""",
            arg=[page.locator(ROOT).element_handle(), columns],
        )
        assert page.evaluate(SIDEWAYS) <= 0, width
    expect_draws_counted(page)
    root = page.locator(ROOT)
    sent = traffic.sent
    choose_own(root)
    root.get_by_role("combobox", name="Order by").select_option("D of ae-30")
    expect(root.locator(".meaning")).to_contain_text("N(mean, std²)")
    page.wait_for_timeout(400)
    assert sent > 0
    assert traffic.sent == sent
