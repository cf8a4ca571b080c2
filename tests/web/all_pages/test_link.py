"""The link restores what was on the desk, and nothing but the visitor moves it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import numpy as np
from playwright.sync_api import Locator, Page, Route, expect

from tests.web.desk_page import DeskPage
from tests.web.traffic import Traffic, expect_draws_counted

OpenDesk = Callable[..., DeskPage]
OpenPage = Callable[..., tuple[Page, Any]]
# A slider stands on a grid of its own, which depends on how far the codes go; a link has six digits.
STEP = 6e-4


def test_link_restores_z_to_three_decimals_and_drops_a_second_z_that_is_gone(open_desk: OpenDesk) -> None:
    desk = open_desk("left=ae-30&right=vae-30&seed=7")
    desk.press("g")
    desk.slider(4).focus()
    desk.press("Shift+ArrowRight")
    z, pictures = desk.values(), [desk.picture(side) for side in (0, 1)]
    strip = desk.root.locator(".strip h3")
    expect(strip).to_contain_text("Along z₄,")
    desk.page.wait_for_url("**z2=**")
    # At once: Python may not have heard of the last step yet.
    again = open_desk(copied_link(desk.page).partition("?")[2])
    np.testing.assert_allclose(again.values(), z, atol=STEP)
    expect(again.root.locator(".strip h3")).to_have_text(strip.inner_text())
    for side, picture in enumerate(pictures):
        np.testing.assert_allclose(again.picture(side), picture, atol=0.02)

    assert "z2=" in copied_link(again.page)
    again.press("0")
    assert parse_qs(copied_link(again.page).partition("?")[2])["z"] == ["_".join(["0"] * 30)]
    assert "z2=" not in copied_link(again.page)


def copied_link(page: Page) -> str:
    """What the button puts into the clipboard."""
    page.evaluate("() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }")
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_function("() => window.copied")
    link: str = page.evaluate("() => { const { copied } = window; delete window.copied; return copied; }")
    return link


def test_a_deep_link_to_another_page_opens_without_trouble(open_page: OpenPage, app: str) -> None:
    page, _ = open_page()
    page.goto(f"{app}models?left=vae-30&right=ae-30&seed=5")
    expect(page.locator("h1")).to_contain_text("Which checkpoint")
    page.wait_for_url("**/models?left=vae-30&right=ae-30&digits=uci&seed=5")


def test_choices_stay_where_their_widgets_arrive_after_the_page_ran_again(open_page: OpenPage, app: str) -> None:
    page, _ = open_page()
    held: list[Route] = []
    page.route(re.compile(r"/(Selectbox|NumberInput|Radio)\.[^/]*\.js$"), lambda route: held.append(route))
    page.goto(f"{app}latent_map?left=tiny-ae&right=tiny-vae-logvar&seed=81")
    # The measures of a seed that nobody asked for before: when they are known, the page runs again.
    expect(page.get_by_role("cell", name="…", exact=True)).not_to_have_count(0)
    expect(page.get_by_role("cell", name="…", exact=True)).to_have_count(0)
    for route in held:
        route.continue_()
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("81")
    expect(page.get_by_label("Right model")).to_have_value(re.compile("tiny-vae-logvar"))


def test_the_same_seed_opens_with_the_same_z(open_desk: OpenDesk) -> None:
    first, second = open_desk("seed=3"), open_desk("seed=3&left=tiny-ae&right=tiny-vae-logvar")
    np.testing.assert_allclose(first.values()[:4], second.values(), atol=STEP)
    assert first.values() != open_desk("seed=4").values()


def test_reruns_and_a_page_change_leave_the_desk_alone(open_desk: OpenDesk) -> None:
    desk = open_desk("seed=1")
    desk.root.evaluate("(root) => { root.firstElementChild.mark = 'same'; }")
    desk.press("r")
    z = desk.values()
    desk.page.wait_for_url("**z=**")
    # A rerun after the visitor has gone on must not bring back what was reported before.
    desk.press("r", "r", "r")
    later = desk.values()
    desk.page.wait_for_timeout(700)
    assert desk.values() == later != z
    assert desk.root.evaluate("(root) => root.firstElementChild.mark") == "same"

    desk.page.get_by_role("link", name="Models").click()
    expect(desk.page.locator("h1")).to_contain_text("Which checkpoint")
    desk.page.get_by_role("link", name="Latent desk").click()
    desk.wait()
    np.testing.assert_allclose(desk.values(), later, atol=STEP)


def query(address: str) -> dict[str, list[str]]:
    return parse_qs(address.partition("?")[2])


def wait_for_query(page: Page, **expected: str) -> None:
    wanted = {key: [text] for key, text in expected.items()}
    page.wait_for_url(lambda url: query(url).items() >= wanted.items(), wait_until="commit")


def open_page_of(page: Page, address: str, component: str) -> Locator:
    page.goto(address)
    return wait_for_component(page, component)


def wait_for_component(page: Page, component: str) -> Locator:
    expect(page.locator(f"[data-component={component}][data-ready=true]")).to_be_visible(timeout=30_000)
    return page.locator(f"[data-component={component}]")


def chip(within: Locator | Page, digit: int) -> Locator:
    """Of the legend."""
    return within.get_by_role("button", name=f"Digit {digit}", exact=True)


def test_what_only_the_browser_knows_is_in_the_address_without_a_word_to_the_server_and_outlives_its_page(
    open_page: OpenPage, app: str
) -> None:
    page, _ = open_page()
    traffic = Traffic(page)
    encodings = open_page_of(page, f"{app}encodings?left=ae-2&right=vae-2&count=500&hide=37", "projection")
    wait_for_query(page, hide="37", count="500")
    for digit in (3, 7):
        expect(chip(encodings, digit)).to_have_attribute("aria-pressed", "false")
    expect_draws_counted(page)
    before = traffic.sent
    chip(encodings, 8).click()
    assert query(copied_link(page))["hide"] == ["378"], "at once, before the address follows"
    wait_for_query(page, hide="378")
    assert traffic.sent == before

    page.get_by_role("link", name="Models").click()
    expect(page.locator("h1")).to_contain_text("Which checkpoint")
    wait_for_query(page, hide="378", count="500")
    assert query(copied_link(page))["hide"] == ["378"]
    page.get_by_role("link", name="Latent map").click()
    latent_map = wait_for_component(page, "latent_map")
    for digit in (3, 7, 8):
        expect(chip(latent_map, digit)).to_have_attribute("aria-pressed", "false")
    for digit in (3, 7, 8):
        chip(latent_map, digit).click()
    page.wait_for_url(lambda url: "hide" not in query(url))
    page.get_by_role("link", name="Models").click()
    expect(page.locator("h1")).to_contain_text("Which checkpoint")
    page.wait_for_url("**/models?*")
    assert "hide" not in query(copied_link(page))


def test_the_background_of_the_map_is_in_the_link_and_the_pin_goes_to_the_desk_with_one_step_back(
    open_page: OpenPage, app: str
) -> None:
    page, _ = open_page()
    link = f"{app}latent_map?left=ae-2&right=vae-2&behind=density&z=0.5_-1.25&hide=4"
    latent_map = open_page_of(page, link, "latent_map")
    wait_for_query(page, behind="density", z="0.5_-1.25", hide="4")
    expect(latent_map.get_by_role("radio", name="Density")).to_be_checked()
    latent_map.get_by_text("Votes", exact=True).click()
    wait_for_query(page, behind="votes")
    latent_map.get_by_text("Nothing", exact=True).click()
    page.wait_for_url(lambda url: "behind" not in query(url))

    before = page.evaluate("() => history.length")
    way = page.get_by_role("link", name="Open this z on the latent desk")
    with page.context.expect_page() as opened:
        way.click(button="middle")
    wait_for_query(opened.value, z="0.5_-1.25", left="ae-2", hide="4")
    opened.value.close()
    way.click()
    wait_for_component(page, "desk")
    wait_for_query(page, z="0.5_-1.25", left="ae-2", hide="4")
    assert DeskPage(page, []).values() == [0.5, -1.25]
    assert page.evaluate("() => history.length") == before + 1
    page.go_back()
    wait_for_component(page, "latent_map")
    wait_for_query(page, z="0.5_-1.25", hide="4")


def test_a_row_is_of_its_own_set_of_digits_until_an_own_digit_takes_its_place(modules: Page) -> None:
    said = modules.evaluate(
        """async () => {
          history.replaceState(null, "", "?digits=mnist&row=9000");
          const { default: mount } = await load("frame/copy_link.js");
          const { takeOwn, takeRow } = await load("state/chosen.js");
          const parentElement = document.body.appendChild(document.createElement("div"));
          const at = (digits) => {
            const data = { query: { digits }, keys: ["digits"], page: "encodings", codes: [2, 2] };
            mount({ data, parentElement });
            return location.search;
          };
          const said = [at("mnist"), at("uci")];
          takeRow("uci", 5);
          said.push(at("uci"), at("mnist"));
          takeOwn();
          return [...said, at("mnist"), at("uci")];
        }"""
    )
    row = "?digits=mnist&row=9000"
    assert said == [row, "?digits=uci", "?digits=uci&row=5", row, "?digits=mnist", "?digits=uci"]


def test_what_a_link_asks_of_a_set_or_a_drawing_and_cannot_have_is_said_and_left_out(
    open_page: OpenPage, app: str
) -> None:
    page, _ = open_page()
    wrong = {"row": "99999", "drawn": "AAAA", "stops": "1.99999", "corners": "1.2.3.99999", "level": "7"}
    asked = "&".join(f"{key}={text}" for key, text in wrong.items())
    open_page_of(page, f"{app}interpolate?left=tiny-ae&right=tiny-vae-logvar&path=slerp&{asked}", "interpolate")
    for key, text in wrong.items():
        expect(page.get_by_test_id("stToast").filter(has_text=f"This link's {key} {text}: it must be")).to_be_visible()
    # The digit in hand may be another: a stop that was proposed.
    page.wait_for_url(lambda url: not any(query(url).get(key) == [text] for key, text in wrong.items()))
    assert query(page.url)["path"] == ["slerp"]
    open_page_of(page, f"{app}denoise?left=tiny-ae&right=tiny-vae-logvar&rubbed=AAAA&times=3", "denoise")
    expect(page.get_by_test_id("stToast").filter(has_text="This link's rubbed AAAA: it must be")).to_be_visible()
    page.wait_for_url(lambda url: "rubbed" not in query(url) and "times=3" in url)
