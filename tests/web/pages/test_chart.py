"""Figures that the server draws up: whole, in the theme, without a second plotly.js, and tried again on demand."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect

from tests.web.shown import TINY, OpenPage

CHART = "[data-component=chart]"
LINES = "(all) => all.map((line) => getComputedStyle(line).stroke)"


def test_the_curves_of_both_models_are_whole_and_follow_theme_and_width(open_page: OpenPage, app: str) -> None:
    page = open_page()
    scripts: list[str] = []
    page.on("request", lambda request: scripts.append(request.url))
    page.goto(f"{app}models?left=ae-30&right=vae-30")
    left, right = page.locator(CHART).first, page.locator(CHART).nth(1)
    for chart, lines in ((left, 1), (right, 3)):
        chart.scroll_into_view_if_needed()
        expect(chart.locator(".scatterlayer .js-line")).to_have_count(lines)
    plotly = [url for url in scripts if re.search("plotly.min|static.*plotly", url, re.IGNORECASE)]
    assert plotly == [f"{app}assets/plotly.min.js"]
    assert right.locator(".g-ytitle").text_content() == "nats per image"
    light = right.locator(".scatterlayer .js-line").evaluate_all(LINES)
    page.emulate_media(color_scheme="dark")
    expect(right.locator(".scatterlayer .js-line").first).not_to_have_css("stroke", light[0])
    expect(right.locator(".xtick text").first).to_have_css("fill", "rgb(230, 234, 241)")
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_function(
        """([chart, width]) => chart.querySelector(".main-svg").clientWidth === chart.clientWidth &&
          chart.clientWidth < width""",
        arg=[right.element_handle(), 400],
    )


def test_what_is_far_below_is_drawn_when_it_comes_near(open_page: OpenPage, app: str) -> None:
    page = open_page(height=500)
    page.goto(f"{app}denoise?{TINY}&also=")
    chart = page.locator(CHART)
    expect(chart).to_have_attribute("data-ready", "true")
    assert chart.locator("svg").count() == 0
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".scatterlayer .js-line").first).to_be_visible()


def test_a_plotly_that_does_not_arrive_is_tried_again(open_page: OpenPage, app: str, forgiven: list[str]) -> None:
    page = open_page()
    routes: list[Route] = []
    page.route(
        "**/plotly.min.js",
        lambda route: route.abort() if not routes.append(route) and len(routes) == 1 else route.continue_(),
    )
    page.goto(f"{app}manifold?{TINY}")
    chart = page.locator(CHART)
    chart.scroll_into_view_if_needed()
    expect(chart.get_by_role("alert")).to_contain_text("plotly.min.js did not arrive")
    chart.get_by_role("button", name="Try again").click()
    expect(chart.locator(".scatterlayer .js-line").first).to_be_visible()
    forgiven.append("ERR_FAILED")
