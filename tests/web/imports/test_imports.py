"""Import on Models: from a dropped file to a model on every page, and out of it again at every step."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.imports.import_page import ID, ImportPage, Server, candidate, file, found, question
from tests.web.shown import TINY, Visit, await_query, box, fits, go_to, mount, query_of
from ui.choices.link import parts
from ui.http.pages import NAMES
from vae_core.config import Part
from vae_core.imports import files

PTH = file("my VAE.pth")


def opened(visit: Visit, server: Server, **options: Any) -> ImportPage:
    page: ImportPage = visit(ImportPage, TINY, server.serve, **options)
    return page


def with_found(visit: Visit, server: Server, **more: Any) -> ImportPage:
    """A net has been dropped, and the server has found out what it is."""
    server.say(state="found", found=found(**more))
    page = opened(visit, server)
    page.choose(PTH)
    expect(page.candidates.first).to_be_checked()
    return page


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (400, "dark")])
def test_it_is_seen_at_once_and_in_every_state_nothing_scrolls_sideways(visit: Visit, width: int, theme: str) -> None:
    server = Server()
    page = opened(visit, server, width=width, theme=theme)
    assert box(page.invitation).bottom < (200 if width > 400 else 300)
    for ending in files.READERS:
        expect(page.root.locator(".taken-files")).to_contain_text(ending)
    assert fits(page.page)
    page.choose(PTH)
    expect(page.doing).to_have_text("Waits: 2 before it")
    assert fits(page.page)
    server.say(state="found", found=found("a" * 70 + ".pth", layers="784-400-" * 40, guesses=["g" * 90] * 4))
    expect(page.candidates).to_have_count(3)
    page.root.get_by_text("What was guessed (4)").click()
    assert fits(page.page)
    server.say(state="kept", checkpoint="tiny-tanh")
    page.button("Keep it").click()
    expect(page.root.get_by_text("is on every page now")).to_be_in_viewport()
    assert fits(page.page)


def test_a_file_is_sent_when_it_is_dropped_and_its_way_is_told(visit: Visit) -> None:
    server = Server()
    page = opened(visit, server)
    assert server.asked == []
    page.drop(("encoder.h5", "first", ""), ("decoder.h5", "second", ""))
    expect(page.doing).to_have_text("Waits: 2 before it")
    ((_, about, content),) = server.asked
    assert about == {
        "files": [{"name": "encoder.h5", "size": 5}, {"name": "decoder.h5", "size": 6}],
        **{"digits": None, "shape": None, "wishes": None},
    }
    assert content == b"firstsecond"
    # The page took it for no picture.
    expect(page.page.locator("[data-notice] .toast:not([hidden])")).to_have_count(0)
    server.say(state="running", seconds=12, doing="trying 34 layouts")
    expect(page.doing).to_have_text("trying 34 layouts")
    expect(page.root.locator(".amount")).to_have_text("12 s of at most 60 s")
    assert page.root.get_by_role("progressbar").evaluate("(bar) => bar.value") == pytest.approx(0.2)
    # A second net has to wait for the first.
    page.drop(("other.pth", "third", ""))
    expect(page.alert).to_contain_text("One net at a time")
    assert len(server.asked) == 1


def test_what_has_arrived_begins_and_is_not_looked_for(visit: Visit) -> None:
    server = Server()
    page = opened(visit, server)
    looks: list[Route] = []
    page.page.route(re.compile("/imports/"), lambda route: looks.append(route))
    page.choose(PTH)
    expect(page.doing).to_have_text("Starting")
    expect(page.button("Cancel")).to_be_visible()
    for look in looks:
        look.fulfill(json=server.status)


def test_a_picture_is_still_a_picture(visit: Visit) -> None:
    page = opened(visit, Server())
    page.drop(("seven.png", "no picture", "image/png"))
    expect(page.page.locator("[data-notice]").get_by_role("alert")).to_contain_text("picture")
    expect(page.invitation).to_be_visible()


def test_how_much_is_sent_is_told_and_that_can_be_broken_off(visit: Visit) -> None:
    server = Server()
    page = opened(visit, server)
    sending = re.compile(r"/imports\?")
    page.page.route(sending, lambda _: None)
    page.choose(file("large.pth", b"w" * 3_000_000))
    expect(page.root.locator(".going")).to_be_visible()
    page.button("Cancel").click()
    expect(page.invitation).to_be_focused()
    page.page.wait_for_timeout(200)
    assert server.asked == []
    page.page.unroute(sending)
    page.choose(PTH)
    expect(page.doing).to_have_text("Waits: 2 before it")


@pytest.mark.parametrize(
    "status",
    [
        {"state": "waiting", "ahead": 1},
        {"state": "running", "seconds": 3},
        {"state": "found", "found": found()},
        {"state": "failed", "problem": "It holds code."},
    ],
)
def test_at_every_step_there_is_a_way_out(visit: Visit, status: dict[str, Any]) -> None:
    server = Server()
    server.say(**status)
    page = opened(visit, server)
    page.choose(PTH)
    page.root.get_by_role("button", name=re.compile("Cancel|Discard")).click()
    expect(page.invitation).to_be_focused()
    assert [what for what, *_ in server.asked] == ["begin", "leave"]
    page.page.reload()
    page.wait()
    expect(page.invitation).to_be_visible()


def test_what_is_no_net_is_said_before_anything_is_sent(visit: Visit) -> None:
    server = Server()
    page = opened(visit, server)
    page.choose(file("notes.txt"))
    expect(page.alert).to_contain_text("notes.txt is no net: files of nets end in .pt")
    page.drop(("empty.pth", "", ""))
    expect(page.alert).to_contain_text("empty.pth is empty.")
    assert server.asked == []
    # The next one clears it.
    page.choose(PTH)
    expect(page.doing).to_be_visible()
    expect(page.alert).to_have_count(0)


def test_candidates_are_told_apart_and_the_chosen_one_is_kept(visit: Visit) -> None:
    server = Server()
    page = with_found(visit, server, warnings=["it draws no better than the mean"])
    first, second, third = (page.root.locator("label.candidate").nth(k) for k in range(3))
    expect(first).to_contain_text("Best guess")
    expect(first).to_contain_text("squared error 8.25, loss 31.50")
    expect(second).to_contain_text("Hidden layers: tanh.")
    expect(third).to_contain_text("squared error 8.25, loss 60.25")
    expect(page.root.locator(".yardstick")).to_contain_text("52.71")
    expect(page.root.locator(".warning")).to_have_text("It draws no better than the mean.")
    for img in page.root.get_by_role("img").all():
        assert img.evaluate("(img) => img.complete && img.naturalWidth") == 280
    page.candidates.first.focus()
    page.press("ArrowDown", "ArrowDown")
    expect(page.candidates.nth(2)).to_be_checked()
    expect(page.name).to_have_value("my-vae")
    server.say(state="keeping")
    server.then = [{"state": "keeping"}, {"state": "kept", "checkpoint": "tiny-tanh"}]
    page.name.fill("tiny-tanh-2")
    page.name.press("Enter")
    expect(page.root.get_by_text("tiny-tanh is on every page now.")).to_be_visible()
    assert server.asked[1][:2] == ("keep", {"candidate": 2, "name": "tiny-tanh-2"})

    # The page's own pair shows it, and each link opens it on the left.
    await_query(page.page, left="tiny-tanh", right="tiny-vae-logvar")
    links = page.root.get_by_role("navigation").get_by_role("link")
    expect(links.first).to_have_attribute("href", re.compile("right=tiny-vae-logvar"))
    menu = page.page.get_by_test_id("stSidebarNavLink").all()
    titles = {(one.get_attribute("href") or "").rpartition("/")[2]: one.inner_text() for one in menu}
    for link in links.all():
        address = link.get_attribute("href") or ""
        assert query_of(address) == {"left": "tiny-tanh", "right": "tiny-vae-logvar", "digits": "uci"}
        path = address.partition("?")[0].rpartition("/")[2]
        # Behind its icon.
        assert titles[path].endswith(f"\n{link.inner_text()}")
    page.button("Import another").click()
    expect(page.invitation).to_be_focused()
    # What is kept is not given up.
    assert [what for what, *_ in server.asked] == ["begin", "keep"]


@pytest.mark.parametrize("half", ["encoder", "decoder"])
def test_a_half_is_on_the_pages_that_it_suffices_for(half: Part, visit: Visit) -> None:
    server = Server()
    page = with_found(visit, server, half=half)
    server.say(state="kept", checkpoint=f"tiny-{half}")
    page.button("Keep it").click()
    links = page.root.get_by_role("navigation").get_by_role("link")
    expect(links).not_to_have_count(0)
    paths = links.evaluate_all("(all) => all.map((one) => new URL(one.href).pathname.slice(1))")
    assert {path or "desk" for path in paths} == {page for page in NAMES if parts(page) == (half,)}


def test_a_name_is_judged_at_its_field(visit: Visit) -> None:
    server = Server()
    page = with_found(visit, server)
    for name, words in {
        "": "1 to 60 small letters",
        "My": "1 to 60",
        "tiny-ae": "There is a model tiny-ae already.",
    }.items():
        page.name.fill(name)
        expect(page.root.locator("#import-name-problem")).to_contain_text(words)
        expect(page.name).to_have_attribute("aria-invalid", "true")
        expect(page.button("Keep it")).to_have_attribute("aria-disabled", "true")
        page.name.press("Enter")
    assert [what for what, *_ in server.asked] == ["begin"]
    # What only the server knows.
    server.problem = "There is a training of that name."
    page.name.fill("mine")
    page.button("Keep it").click()
    expect(page.alert).to_have_text(server.problem)
    expect(page.name).to_have_value("mine")
    server.problem = ""
    server.say(state="kept", checkpoint="tiny-tanh")
    page.button("Keep it").click()
    expect(page.root.get_by_text("is on every page now")).to_be_visible()


def test_what_is_told_is_tried_and_what_was_found_stays_until_then(visit: Visit) -> None:
    server = Server()
    page = with_found(
        visit,
        server,
        questions=[
            question("activation", "hidden layers", "relu", "relu", "tanh", known=True),
            question("meaning", "Second head", "logvar", "logvar", "sigma"),
        ],
    )
    head = page.root.get_by_label("Second head", exact=True)
    expect(head.locator("option:checked")).to_have_text("guess: logvar")
    page.candidates.nth(1).check()
    page.name.fill("mine")
    server.say(state="running", seconds=1, doing="trying again")
    head.select_option("sigma")
    expect(page.doing).to_have_text("trying again")
    assert server.asked[-1][:2] == (
        "again",
        {"wishes": {"activation": "relu", "meaning": "sigma"}, "digits": "uci", "shape": None},
    )
    expect(page.root.locator(".found-net")).to_have_attribute("aria-busy", "true")
    expect(page.candidates).to_have_count(3)
    # What cannot be is said, and what was found is what stands there.
    server.say(state="failed", problem="No candidate has sigma.")
    expect(page.alert).to_have_text("No candidate has sigma.")
    expect(head.locator("option:checked")).to_have_text("guess: logvar")
    expect(page.candidates.nth(1)).to_be_checked()
    expect(page.name).to_have_value("mine")

    server.say(state="found", found=found(candidates=[candidate("", 9, 9)]))
    page.root.get_by_label("Hidden layers", exact=True).select_option(label="guess it")
    expect(page.candidates).to_have_count(1)
    assert server.asked[-1][1] == {"wishes": {}, "digits": "uci", "shape": None}
    expect(page.root.get_by_label("Hidden layers", exact=True)).to_be_focused()
    expect(page.name).to_have_value("mine")
    # Of an AE, one number.
    expect(page.root.locator("label.candidate")).to_contain_text("squared error 9.00")
    expect(page.root.locator("label.candidate")).not_to_contain_text("loss")


def test_what_trying_found_may_be_none_of_the_answers_and_a_shape_may_be_one_of_several(visit: Visit) -> None:
    server = Server()
    shapes = [{"value": [3, 16, 16], "label": "3 x 16 x 16"}, {"value": [1, 24, 32], "label": "1 x 24 x 32"}]
    page = with_found(
        visit,
        server,
        shape=[3, 16, 16],
        questions=[
            question("activation", "after hidden layers", "relu", "relu", "tanh") | {"value": None},
            {"key": "shape", "label": "pictures", "value": [3, 16, 16], "known": True, "options": shapes},
        ],
        candidates=[candidate("", 1.7976931348623157e308, 9)],
    )
    expect(page.root.locator("label.candidate")).to_contain_text("squared error 9.00, loss over 1,000,000")
    hidden = page.root.get_by_label("After hidden layers")
    expect(hidden.locator("option:checked")).to_have_text("guess: not the same everywhere")
    assert page.root.locator("datalist option").evaluate_all("(all) => all.map(({ value }) => value)") == [
        "3 x 16 x 16",
        "1 x 24 x 32",
    ]
    hidden.select_option("tanh")
    # A shape that was told stays so.
    expect(page.root.locator(".found-net")).to_have_attribute("aria-busy", "false")
    assert server.asked[-1][1] == {"wishes": {"activation": "tanh"}, "digits": "uci", "shape": [3, 16, 16]}


def test_a_shape_that_no_file_shows_can_be_told(visit: Visit) -> None:
    server = Server()
    server.say(state="failed", problem="Its pictures have 1024 numbers, and nothing says how high and wide they are.")
    page = opened(visit, server)
    page.choose(PTH)
    expect(page.alert).to_contain_text("1024 numbers")
    shape = page.root.get_by_label("A picture is")
    for text in ("2 x 16 x 64", "1 x 4 x 256", "16 x 64", "one"):
        shape.fill(text)
        shape.press("Enter")
        expect(page.root.locator("#import-shape-problem")).to_contain_text("as in 1 x 28 x 28")
    assert [what for what, *_ in server.asked] == ["begin"]
    server.say(state="found", found=found(shape=[1, 16, 64]))
    shape.fill("1x16×64")
    shape.press("Enter")
    expect(page.candidates).to_have_count(3)
    assert server.asked[-1][:2] == ("again", {"wishes": {}, "digits": "uci", "shape": [1, 16, 64]})
    expect(shape).to_have_value("1 x 16 x 64")
    expect(page.root.locator(".warning")).to_have_text(re.compile("No set of pictures here is 1 x 16 x 64"))


def test_a_reload_and_a_look_at_another_page_bring_it_back_and_other_tabs_do_not_have_it(visit: Visit) -> None:
    server = Server()
    page = with_found(visit, server)
    page.page.reload()
    page.wait()
    expect(page.candidates.first).to_be_checked()
    expect(page.name).to_have_value("my-vae")
    go_to(page.page, "Train")
    expect(page.page.locator("h1")).to_contain_text("How does it learn?")
    go_to(page.page, "Models")
    page.wait()
    expect(page.candidates.first).to_be_checked()
    assert [what for what, *_ in server.asked] == ["begin"]
    other = opened(visit, Server())
    expect(other.invitation).to_be_visible()


def test_an_import_that_the_server_has_forgotten_is_dropped_without_a_word(visit: Visit, forgiven: list[str]) -> None:
    forgiven.append("404")
    server = Server()
    page = with_found(visit, server)
    server.is_known = False
    page.page.reload()
    page.wait()
    expect(page.invitation).to_be_visible()
    expect(page.alert).to_have_count(0)
    assert page.page.evaluate("sessionStorage.getItem('latent-spaces.import')") is None


def test_a_lost_connection_is_said_and_tried_again(visit: Visit, forgiven: list[str]) -> None:
    forgiven.append("ERR_FAILED")
    server = Server()
    page = opened(visit, server)
    lost = re.compile("/imports")
    page.page.route(lost, lambda route: route.abort())
    page.choose(PTH)
    expect(page.alert).to_contain_text("The file did not arrive at the server.")
    page.page.unroute(lost)
    page.button("Try again").click()
    expect(page.doing).to_have_text("Waits: 2 before it")
    page.page.route(lost, lambda route: route.abort())
    expect(page.alert).to_contain_text("The import did not arrive.")
    page.page.unroute(lost)
    server.say(state="found", found=found())
    page.button("Try again").click()
    expect(page.candidates).to_have_count(3)
    expect(page.alert).to_have_count(0)


def test_a_zip_of_a_checkpoint_goes_where_those_go(visit: Visit) -> None:
    server = Server()
    page = opened(visit, server)
    page.choose(file("mine.zip", b"zip"))
    expect(page.root.get_by_text("vae-2 is on every page now.")).to_be_visible()
    assert server.asked == [("zip", "", b"zip")]
    await_query(page.page, left="vae-2")


def test_what_the_server_refuses_is_said_and_the_place_stays(visit: Visit) -> None:
    server = Server()
    server.problem = "The room for imports is full."
    page = opened(visit, server)
    page.choose(PTH)
    expect(page.alert).to_have_text(server.problem)
    expect(page.invitation).to_be_visible()
    assert ID not in page.page.url


def test_where_it_is_switched_off_a_sentence_stands_in_its_place_and_a_file_is_none_of_its(modules: Page) -> None:
    words = "Training is switched off on this server."
    data = {"endings": [".pth"], "weights": [], "config": "", "bytes": 10, "sets": [], "names": []}
    mount(modules, "imports/imports.js", data | {"why": words, "left": "a", "right": "b", "digits": "uci"})
    page = ImportPage(modules)
    expect(page.root.locator(":scope > :visible")).to_have_text([words])
    page.drop(("net.pth", "weights", ""), place="body")
    expect(modules.locator("[data-notice]").get_by_role("alert")).to_contain_text("no picture")
    mount(modules, "imports/imports.js", data | {"why": "", "left": "a", "right": "b", "digits": "uci"})
    page.drop(("net.pth", "more than ten", ""), place="body")
    expect(page.alert).to_contain_text("this server takes at most")
