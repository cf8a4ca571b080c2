"""Two Gaussians in the hand against SciPy, and the plot that they are dragged on."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from scipy import stats
from scipy.integrate import quad

from tests.web.objective.block import Block
from tests.web.shown import Place, Visit, await_query, box, drag, fits, query
from ui.choices.link import DEFAULT_SEED
from vae_core.noise.seeded_noise import normals

Bell = tuple[float, float]
FORWARD, BACKWARD = "D(P ‖ Q)", "D(Q ‖ P)"
N01 = (0.0, 1.0)
# Both in the frame of the last move of the pointer: what the handles and the numbers say.
TAP = """(root) => {
  window.frames = [];
  const tell = () => {
    const numbers = [...root.querySelectorAll(".estimates output")].map((one) => one.textContent);
    const handle = root.querySelector('[role=slider][aria-label="mu of P on the plot"]');
    window.frames.push([Number(handle.getAttribute("aria-valuenow")), ...numbers]);
  };
  new MutationObserver(tell).observe(root, { subtree: true, attributes: true, attributeFilter: ["aria-valuenow"] });
}"""


def numbers(texts: list[str]) -> list[float]:
    return [float(one) for text in texts for one in re.findall(r"-?\d+(?:\.\d+)?", text.replace("−", "-"))]


def divergence(p: Bell, q: Bell) -> float:
    """D(P || Q) by SciPy."""

    def height(x: float) -> float:
        log_p, log_q = (stats.norm.logpdf(x, *of) for of in (p, q))
        return float(np.exp(log_p) * (log_p - log_q))

    return float(quad(height, p[0] - 10 * p[1], p[0] + 10 * p[1], points=[p[0]], limit=200)[0])


def sampled(p: Bell, q: Bell, draw: int = 1) -> tuple[float, float]:
    x = p[0] + p[1] * normals(DEFAULT_SEED, index=draw - 1, shape=(1000,))[0]
    difference = stats.norm.logpdf(x, *p) - stats.norm.logpdf(x, *q)
    return difference.mean(), stats.sem(difference)


def rounding(nats: float) -> float:
    """Of numbers that are written as this one is, to a hundredth or better."""
    return max(0.0006, 0.003 * nats)


class DivergencePage(Block):
    component = "divergence"

    def handle(self, part: str, of: str = "P") -> Locator:
        return self.root.get_by_role("slider", name=f"{part} of {of} on the plot")

    def middle(self, handle: Locator) -> Place:
        return box(handle.locator(".knob")).at()

    def typed(self, part: str, of: str = "P") -> Locator:
        return self.root.get_by_label(f"{part} of {of}, as a number")

    def bell(self, of: str) -> Bell:
        return float(self.typed("mu", of).input_value().replace("−", "-")), float(self.typed("sigma", of).input_value())

    def estimates(self, name: str) -> list[float]:
        """Closed form, integral, mean over the draws, and its standard error."""
        return numbers(self.root.get_by_label(name, exact=True).locator("output").all_inner_texts())

    def expect_oracles(self, draw: int = 1) -> None:
        p, q = self.bell("P"), self.bell("Q")
        for name, first, second in ((FORWARD, p, q), (BACKWARD, q, p)):
            exact = divergence(first, second)
            expected = [exact, exact, *sampled(first, second, draw)]
            assert self.estimates(name) == pytest.approx(expected, abs=rounding(exact))


def pixels_per_unit(shown: DivergencePage) -> float:
    _, sigma = shown.bell("P")
    return (shown.middle(shown.handle("sigma"))[0] - shown.middle(shown.handle("mu"))[0]) / sigma


def test_a_drag_moves_all_three_ways_at_once_and_tells_the_server_nothing(visit: Visit) -> None:
    shown: DivergencePage = visit(DivergencePage)
    page = shown.page
    assert (shown.bell("P"), shown.bell("Q")) == ((1, 0.5), N01)
    shown.expect_oracles()
    handle = shown.handle("mu")
    handle.scroll_into_view_if_needed()
    unit, (x, y) = pixels_per_unit(shown), shown.middle(handle)
    shown.root.evaluate(TAP)
    with shown.silence():
        # Held beside its middle, it does not jump.
        drag(page, (x + 5, y + 4), *((x + 5 + unit * k / 8, y - 40) for k in range(1, 9)), lift=False)
        shown.settle()
        assert shown.bell("P") == pytest.approx((2, 0.5), abs=0.02)
        shown.expect_oracles()
        frames = page.evaluate("window.frames")
        assert len(frames) >= 4
        for mu, *texts in frames[1:]:
            closed, integral, mean, error = numbers(texts)[:4]
            exact = divergence((mu, 0.5), N01)
            expected = [exact, exact, *sampled((mu, 0.5), N01)]
            assert [closed, integral, mean, error] == pytest.approx(expected, abs=rounding(exact))
    page.mouse.up()

    drag(page, shown.middle(shown.handle("sigma")), tuple(np.add(shown.middle(shown.handle("sigma")), (unit, 0))))
    shown.settle()
    assert shown.bell("P")[1] == pytest.approx(1.5, abs=0.03)
    # It cannot be dragged to nothing.
    drag(page, shown.middle(shown.handle("sigma")), tuple(np.add(shown.middle(shown.handle("sigma")), (-9 * unit, 0))))
    shown.settle()
    assert shown.bell("P")[1] == 0.05
    shown.expect_oracles()
    shown.set(shown.root.get_by_label("mu of Q", exact=True), -1.5)
    assert shown.bell("Q") == (-1.5, 1)
    shown.expect_oracles()
    mu, sigma = shown.bell("P")
    await_query(page, gaussian=f"{mu:g}_{sigma:g}", target="-1.5_1")


def test_keys_typing_and_buttons_do_the_same_and_what_is_no_sigma_is_refused(visit: Visit) -> None:
    shown: DivergencePage = visit(DivergencePage, "gaussian=-0.5_0.4&target=1_2&draws=3")
    page = shown.page
    assert (shown.bell("P"), shown.bell("Q")) == ((-0.5, 0.4), (1, 2))
    shown.expect_oracles(draw=3)
    shown.handle("mu").focus()
    shown.press("ArrowRight", "Shift+ArrowRight", "ArrowDown")
    assert shown.bell("P") == (0, 0.4)
    expect(shown.handle("mu")).to_have_attribute("aria-valuenow", "0.00")
    shown.handle("sigma").focus()
    shown.press("ArrowUp")
    assert shown.bell("P") == (0, 0.45)
    expect(shown.handle("sigma")).to_have_attribute("aria-valuetext", re.compile(r"^0\.45, D\(P ‖ Q\) 1\.\d+ nats$"))
    shown.press("m")
    await_query(page, draws="4", gaussian="0_0.45")
    shown.expect_oracles(draw=4)

    for text, words in (
        ("0", "sigma is 0; it must be a number above 0."),
        ("-1", "sigma is -1; it must be a number above 0."),
        ("12", "sigma is 12; here it goes from 0.01 to 9.99."),
        ("wide", "“wide” is not a number."),
    ):
        shown.typed("sigma").fill(text)
        shown.press("Enter")
        expect(shown.root.get_by_role("alert")).to_have_text(words)
        assert shown.bell("P") == (0, 0.45)
    shown.typed("sigma").fill("9,5")
    shown.press("Enter")
    expect(shown.root.get_by_role("alert")).to_be_hidden()
    assert shown.bell("P") == (0, 9.5)
    # The axes have made room.
    frame = box(shown.root.locator(".plot-area").first)
    assert shown.middle(shown.handle("sigma"))[0] < frame.right
    shown.expect_oracles(draw=4)
    shown.click("too narrow")
    assert shown.bell("P") == (0, 0.2)
    shown.click("Q = N(0, 1)")
    assert shown.bell("Q") == N01
    await_query(page, gaussian="0_0.2", target=None)
    shown.expect_oracles(draw=4)
    forward, backward = (shown.estimates(name)[0] for name in (FORWARD, BACKWARD))
    assert backward > 5 * forward


def areas_in_pixels(page: Page, kind: str) -> float:
    """Of a drawn area: that of the polygon in its path."""
    path = page.locator(f"[data-component=divergence] .area.{kind}").get_attribute("d") or ""
    x, y = np.array([one.split() for one in path.strip("MZ").split("L")], float).T
    return float(abs(np.trapezoid(np.append(y, y[0]), np.append(x, x[0]))))


def test_the_shaded_areas_are_those_that_are_said_and_a_narrow_page_has_all(visit: Visit) -> None:
    shown: DivergencePage = visit(DivergencePage, "gaussian=0.7_0.6", width=400, theme="dark")
    above, below, value = numbers([shown.root.locator(".areas").inner_text()])
    assert value == pytest.approx(divergence((0.7, 0.6), N01), abs=0.001)
    assert above - below == pytest.approx(value, abs=0.0015)
    drawn = areas_in_pixels(shown.page, "above") / areas_in_pixels(shown.page, "below")
    assert drawn == pytest.approx(above / below, rel=0.03)
    assert fits(shown.page)
    assert "gaussian" in query(shown.page)
    # What lies outside its axes is not seen, and a handle is above all that is drawn.
    clip = shown.root.locator(".plot .line.p").get_attribute("clip-path")
    expect(shown.root.locator(f"clipPath{(clip or '')[4:-1]}")).to_have_count(1)
    last = shown.root.locator(".plot-area").first.evaluate("(svg) => svg.lastElementChild.firstElementChild.role")
    assert last == "slider"
