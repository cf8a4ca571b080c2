"""Two distributions in the hand against SciPy and `vae_core.objective.categorical`."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from scipy import stats

from tests.web.objective.block import Block
from tests.web.shown import Place, Visit, await_query, box, drag, fits
from vae_core.data import Digits
from vae_core.objective.categorical import compare

MOST = 100
INFINITE = "infinite"


class SurprisePage(Block):
    component = "surprise"

    def bar(self, of: str, digit: int) -> Locator:
        return self.root.get_by_role("slider", name=f"{of} of {digit}")

    def preset(self, of: str, name: str) -> None:
        self.root.get_by_label(of, exact=True).get_by_role("button", name=name).click()
        self.settle()

    def weights(self, of: str) -> list[int]:
        bars = self.root.get_by_role("slider", name=re.compile(f"^{of} of "))
        return [int(text) for text in bars.evaluate_all("(all) => all.map((bar) => bar.ariaValueNow)")]

    def place(self, of: str, digit: int, weight: float) -> Place:
        return box(self.bar(of, digit)).at(0.5, 1 - weight / MOST)

    def sums(self) -> list[str]:
        """H(P, Q), H(P), D(P || Q), and the same of Q and P."""
        return self.root.locator(".identity output").all_inner_texts()

    def said(self) -> str:
        return self.root.locator(".said").inner_text()

    def expect_oracles(self, unit: float = 1) -> None:
        """SciPy's entropies of the weights on screen, in nats over `unit`."""
        p, q = (np.array(self.weights(of), float) for of in "PQ")
        p, q = p / p.sum(), q / q.sum()
        for (cross, own, extra), (of, by) in zip(np.reshape(self.sums(), (2, 3)), ((p, q), (q, p)), strict=True):
            expected = [stats.entropy(of) / unit, stats.entropy(of, by) / unit]
            found = [math.inf if text == INFINITE else float(text) for text in (own, extra, cross)]
            assert found == pytest.approx([*expected, sum(expected)], abs=0.0051)


def stack(page: Page, k: int) -> list[float]:
    """The parts of a stacked bar, over the whole of it."""
    return (
        page.locator("[data-component=surprise] .stack")
        .nth(k)
        .evaluate("(bar) => [...bar.children].map((part) => part.getBoundingClientRect().width / bar.clientWidth)")
    )


def test_bars_are_dragged_and_painted_and_all_follows_without_the_server(visit: Visit) -> None:
    shown: SurprisePage = visit(SurprisePage)
    page = shown.page
    shown.expect_oracles()
    before = shown.weights("P")
    shown.bar("P", 3).scroll_into_view_if_needed()
    with shown.silence():
        drag(page, shown.place("P", 3, 10), shown.place("P", 3, 70), shown.place("P", 3, 80), lift=False)
        shown.settle()
        after = shown.weights("P")
        assert after[3] == pytest.approx(80, abs=1)
        assert after[:3] + after[4:] == before[:3] + before[4:]
        shown.expect_oracles()
        # Over to others in one stroke: those on the way lie on its line.
        page.mouse.move(*shown.place("P", 7, 20))
        shown.settle()
        assert shown.weights("P")[3:8] == pytest.approx([80, 65, 50, 35, 20], abs=1)
        # Above the chart it is full, below it is empty.
        page.mouse.move(*shown.place("P", 8, 140))
        page.mouse.move(*shown.place("P", 9, -30))
        page.mouse.up()
        shown.settle()
        assert shown.weights("P")[8:] == [100, 0]
        assert shown.weights("Q") == pytest.approx([2, 1, 2, 3, 12, 3, 1, 8, 5, 95])
    assert shown.sums()[5] == INFINITE
    shown.expect_oracles()
    entropy, extra = stack(page, 0)
    said = [float(text) for text in shown.sums()[:3]]
    assert extra / entropy == pytest.approx(said[2] / said[1], rel=0.03)
    await_query(page, chances="_".join(map(str, shown.weights("P"))), others=None)

    # A label, and an answer: what a classifier is trained on.
    shown.preset("P", "one-hot")
    shown.preset("Q", "uniform")
    assert shown.weights("P") == [0] * 8 + [100, 0]
    shown.expect_oracles()
    assert "P is one-hot" in shown.said()
    assert "H(P, Q) = −ln q(8) = 2.30 nats" in shown.said()
    assert shown.sums()[:3] == ["2.30", "0.00", "2.30"]


def test_keys_bits_and_the_shares_of_the_set(visit: Visit, uci: Digits) -> None:
    chances, others = [0, 1, 2, 3, 4, 5, 6, 7, 8, 99], [9, 8, 0, 6, 5, 4, 3, 2, 1, 5]
    text = {"chances": "_".join(map(str, chances)), "others": "_".join(map(str, others))}
    link = "&".join(f"{key}={value}" for key, value in text.items())
    shown: SurprisePage = visit(SurprisePage, f"{link}&information=bits")
    page = shown.page
    assert (shown.weights("P"), shown.weights("Q")) == (chances, others)
    shown.expect_oracles(unit=math.log(2))
    reason = compare(chances, others).reason
    assert reason
    assert shown.said() == reason.replace("||", "‖") + "."
    assert shown.sums()[2] == shown.sums()[5] == INFINITE
    expect(shown.bar("P", 0)).to_have_attribute("aria-valuetext", "0 %, surprise infinite")
    shown.bar("P", 0).focus()
    shown.press("ArrowUp", "Shift+ArrowRight", "ArrowDown")
    shown.bar("Q", 2).focus()
    shown.press("End", "ArrowRight", "Shift+ArrowDown")
    assert (shown.weights("P")[0], shown.weights("Q")[2]) == (10, 90)
    share = 10 / 145
    words = f"{100 * share:.1f} %, surprise {-math.log2(share):.2f} bits"
    expect(shown.bar("P", 0)).to_have_attribute("aria-valuetext", words)
    assert shown.said() == ""
    shown.expect_oracles(unit=math.log(2))
    shown.root.get_by_text("nats", exact=True).click()
    shown.settle()
    shown.expect_oracles()
    await_query(page, information=None)

    shown.preset("Q", "this set")
    counts = np.bincount(uci.labels, minlength=10)
    assert shown.weights("Q") == pytest.approx(100 * counts / counts.max(), abs=0.51)
    shown.preset("P", "a 4, or a 9?")
    await_query(page, chances=None)
    shown.expect_oracles()


def test_nothing_at_all_is_said_and_a_narrow_page_has_both(visit: Visit) -> None:
    shown: SurprisePage = visit(SurprisePage, "chances=0_0_0_0_0_0_0_0_0_0", width=400, theme="dark")
    assert shown.said() == "P: all weights are 0; at least one must be above 0."
    assert shown.sums() == ["–"] * 6
    assert "NaN" not in shown.root.inner_text()
    assert fits(shown.page)
    shown.bar("P", 7).scroll_into_view_if_needed()
    shown.page.touchscreen.tap(*shown.place("P", 7, 60))
    shown.settle()
    assert shown.weights("P")[7] == pytest.approx(60, abs=1)
    shown.expect_oracles()
