"""The link restores what was on the desk, and nothing but the visitor moves it."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from tests.web.desk_page import DeskPage, OpenDesk
from tests.web.map_page import MapPage
from tests.web.oracle import LINK_GREY, STEP
from tests.web.projection_page import ProjectionPage
from tests.web.shown import TINY, Held, OpenPage, Visit, await_query, copied_link, go_to, query, query_of
from tests.web.traffic import expect_draws_counted
from ui.choices import link

# As a click does, and without waiting for the page that it leads to.
TAKE = """(name) => [...document.querySelectorAll("[data-testid=stSidebarNavLink]")]
  .find((link) => link.innerText.includes(name)).click()"""
TO_DESK = "Open this z on the latent desk"


def copied(page: Page) -> dict[str, str]:
    """What the copied link says."""
    return query_of(copied_link(page))


def test_link_restores_z_to_three_decimals_and_drops_a_second_z_that_is_gone(open_desk: OpenDesk) -> None:
    desk = open_desk("left=ae-30&right=vae-30&seed=7")
    desk.press("g")
    desk.nudge(4, "Shift+ArrowRight")
    z, pictures = desk.values(), desk.pictures()
    strip = desk.root.locator(".strip h3")
    expect(strip).to_contain_text("Along z₄,")
    desk.page.wait_for_url("**z2=**")
    # At once: Python may not have heard of the last step yet.
    again = open_desk(copied_link(desk.page).partition("?")[2])
    np.testing.assert_allclose(again.values(), z, atol=STEP)
    expect(again.root.locator(".strip h3")).to_have_text(strip.inner_text())
    for name, picture in again.pictures().items():
        np.testing.assert_allclose(picture, pictures[name], atol=LINK_GREY)

    assert "z2" in copied(again.page)
    again.press("0")
    said = copied(again.page)
    assert said["z"] == "_".join(["0"] * 30)
    assert "z2" not in said


def test_a_deep_link_to_another_page_opens_without_trouble(open_page: OpenPage, app: str) -> None:
    page = open_page()
    page.goto(f"{app}models?left=vae-30&right=ae-30&seed=5")
    expect(page.locator("h1")).to_contain_text("Which checkpoint")
    page.wait_for_url("**/models?left=vae-30&right=ae-30&digits=uci&seed=5")


def test_who_turns_back_before_a_page_is_there_keeps_the_link(open_desk: OpenDesk) -> None:
    desk = open_desk(f"{TINY}&seed=7")
    desk.press("g")
    desk.page.wait_for_function("() => new URL(location.href).searchParams.has('z')")
    said = query(desk.page)
    for here in ("Latent desk", "Denoise", "Models"):
        go_to(desk.page, here)
        await_query(desk.page, **said)
        # The run of the page in between ends before it has come to its link.
        for name in ("Latent map", here):
            desk.page.evaluate(TAKE, name)
        expect(desk.page.get_by_role("link", name=here, exact=True)).to_have_attribute("aria-current", "page")
        desk.page.wait_for_timeout(1000)
        await_query(desk.page, **said)


def test_choices_stay_where_their_widgets_arrive_after_the_page_ran_again(open_page: OpenPage, app: str) -> None:
    page = open_page()
    held = Held(page, re.compile(r"/(Selectbox|NumberInput|Radio)\.[^/]*\.js$"))
    page.goto(f"{app}latent_map?{TINY}&seed=81")
    # The measures of a seed that nobody asked for before: when they are known, the page runs again.
    expect(page.get_by_role("cell", name="…", exact=True)).not_to_have_count(0)
    expect(page.get_by_role("cell", name="…", exact=True)).to_have_count(0)
    held.release()
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("81")
    expect(page.get_by_label("Right model")).to_have_value(re.compile("tiny-vae-logvar"))


def test_the_same_seed_opens_with_the_same_z(open_desk: OpenDesk) -> None:
    first, second = open_desk("seed=3"), open_desk(f"seed=3&{TINY}")
    np.testing.assert_allclose(first.values()[:4], second.values(), atol=STEP)
    assert first.values() != open_desk("seed=4").values()


def test_reruns_leave_the_desk_alone(open_desk: OpenDesk) -> None:
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


def test_what_only_the_browser_knows_is_in_the_address_without_a_word_to_the_server_and_outlives_its_page(
    visit: Visit,
) -> None:
    encodings = visit(ProjectionPage, "left=ae-2&right=vae-2&count=500&hide=37")
    page, traffic = encodings.page, encodings.traffic
    await_query(page, hide="37", count="500")
    for digit in (3, 7):
        expect(encodings.chip(digit)).to_have_attribute("aria-pressed", "false")
    expect_draws_counted(page)
    before = traffic.sent
    encodings.chip(8).click()
    assert copied(page)["hide"] == "378", "at once, before the address follows"
    await_query(page, hide="378")
    assert traffic.sent == before

    go_to(page, "Models")
    expect(page.locator("h1")).to_contain_text("Which checkpoint")
    await_query(page, hide="378", count="500")
    assert copied(page)["hide"] == "378"
    go_to(page, "Latent map")
    latent_map = MapPage(page)
    latent_map.wait()
    chips = [latent_map.root.get_by_role("button", name=f"Digit {digit}", exact=True) for digit in (3, 7, 8)]
    for chip in chips:
        expect(chip).to_have_attribute("aria-pressed", "false")
    for chip in chips:
        chip.click()
    await_query(page, hide=None)
    go_to(page, "Models")
    expect(page.locator("h1")).to_contain_text("Which checkpoint")
    page.wait_for_url("**/models?*")
    assert "hide" not in copied(page)


def test_the_background_of_the_map_is_in_the_link_and_the_pin_goes_to_the_desk_with_one_step_back(
    visit: Visit,
) -> None:
    latent_map = visit(MapPage, "left=ae-2&right=vae-2&behind=density&z=0.5_-1.25&hide=4")
    page, z = latent_map.page, "0.5_-1.25"
    await_query(page, behind="density", z=z, hide="4")
    expect(latent_map.root.get_by_role("radio", name="Density")).to_be_checked()
    latent_map.choose("Votes")
    await_query(page, behind="votes")
    latent_map.choose("Nothing")
    await_query(page, behind=None)

    before = page.evaluate("() => history.length")
    way = page.get_by_role("link", name=TO_DESK)
    with page.context.expect_page() as opened:
        way.click(button="middle")
    await_query(opened.value, z=z, left="ae-2", hide="4")
    opened.value.close()
    way.click()
    desk = DeskPage(page)
    desk.wait()
    await_query(page, z=z, left="ae-2", hide="4")
    assert desk.values() == [0.5, -1.25]
    assert page.evaluate("() => history.length") == before + 1
    page.go_back()
    latent_map.wait()
    await_query(page, z=z, hide="4")


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
    wrong = {"row": "99999", "drawn": "AAAA", "stops": "1.99999", "corners": "1.2.3.99999", "level": "7"}
    asked = "&".join(f"{key}={text}" for key, text in wrong.items())
    page = open_page()
    # What is said goes after a while, and a slow machine needs as long to show all of the page.
    page.goto(f"{app}interpolate?{TINY}&path=slerp&seed=no&{asked}", wait_until="commit")
    notices = page.locator("[data-notice]")
    expect(notices.get_by_text("This link's seed “no”: a seed is")).to_be_visible(timeout=60_000)
    for key, text in wrong.items():
        expect(notices.get_by_text(f"This link's {key} “{text}”: it must be")).to_be_visible(timeout=60_000)
    # The digit in hand may be another: a stop that was proposed.
    page.wait_for_url(lambda address: not wrong.items() & query_of(address).items())
    assert query(page)["path"] == "slerp"
    page.goto(f"{app}denoise?{TINY}&rubbed=AAAA&times=3", wait_until="commit")
    expect(page.locator("[data-notice]").get_by_text("This link's rubbed “AAAA”: it must be")).to_be_visible(
        timeout=60_000
    )
    await_query(page, rubbed=None, times="3")
    # It is told on the next page, too, until it is closed or has been there long enough.
    go_to(page, "Models")
    expect(page.locator("h1")).to_contain_text("Which checkpoint")
    close = notices.get_by_role("button", name="Close")
    close.click()
    expect(close).to_have_count(0)


def test_what_is_told_stays_while_it_is_covered_or_read(open_page: OpenPage, app: str) -> None:
    page = open_page()
    page.clock.install()
    page.add_init_script("localStorage.clear()")
    page.goto(f"{app}models?{TINY}&seed=no")
    told, welcome = page.locator("[data-notice]").get_by_text("“no”: a seed is"), page.get_by_role("dialog")
    expect(told).to_be_visible()
    expect(welcome).to_be_visible()
    page.clock.run_for(25_000)
    expect(told).to_be_visible()
    welcome.get_by_role("button", name="Stay here").click()
    told.hover()
    page.clock.run_for(25_000)
    expect(told).to_be_visible()
    page.mouse.move(1, 1)
    page.clock.run_for(25_000)
    expect(told).to_be_hidden()


@given(text=st.text(st.characters(exclude_categories=["Cn", "Cs"]), max_size=60))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_strangers_text_is_quoted_alike_on_both_sides(text: str, modules: Page) -> None:
    quoted = "async (text) => (await load('frame/address.js')).quoted(text)"
    assert modules.evaluate(quoted, text) == link.quoted(text)
