"""The list of runs: which is watched and compared, and what can be done with each."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.web.desk_page import DeskPage
from tests.web.shown import Visit, await_query, box, query_of
from tests.web.train.train_page import Server, TrainPage, summary

# A training lets all else on the machine go first.
TRAINED_MS = 240_000
DROP = """(place) => {
  const data = new DataTransfer();
  data.items.add(new File(["zip"], "brought.zip"));
  for (const type of ["dragenter", "dragover", "drop"]) {
    place.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, composed: true, cancelable: true }));
  }
}"""


def everything() -> Server:
    return Server(
        summary("waits", "waiting", position=2, epoch=0),
        summary("runs", "running", epoch=12, seconds_left=7.2),
        summary("rests", "paused", epoch=12, role="dae", label="DAE, 30 codes"),
        summary("over"),
        summary("broke", "failed", epoch=0, words="The disk is full."),
    )


def test_each_run_says_how_it_stands_and_offers_what_can_be_done(visit: Visit) -> None:
    train = visit(TrainPage, prepare=everything().serve)
    for name, (words, actions) in {
        "waits": ("2", ["Pause", "Delete"]),
        "runs": ("epoch 12 of 50, 7 s left", ["Pause", "Stop"]),
        "rests": ("paused at epoch 12 of 50", ["Resume", "Stop", "Delete"]),
        "over": ("50 epochs", ["Open", "Zip", "Rename", "Delete"]),
        "broke": ("The disk is full.", ["Delete"]),
    }.items():
        run = train.run(name)
        expect(run.locator(".state")).to_contain_text(words)
        assert run.locator(".deeds > *").all_inner_texts() == actions, name
    expect(train.run("runs").get_by_role("progressbar")).to_have_attribute("value", "12")
    opened = train.run("over").get_by_role("link", name="Open over").get_attribute("href") or ""
    assert query_of(opened) == {"right": "over", "digits": "uci"}
    zipped = train.run("over").get_by_role("link", name="Zip of over")
    assert (zipped.get_attribute("href") or "").endswith("/checkpoints/over.zip")


def test_what_is_watched_and_compared_is_in_the_link_and_stays_put(visit: Visit) -> None:
    server = Server()
    train = visit(TrainPage, prepare=server.serve)
    train.root.get_by_text("Models that ship").click()
    # Nobody has trained anything yet: what ships is alive at once.
    expect(train.run("vae-2").get_by_role("radio")).to_be_checked()
    expect(train.root.get_by_text("Nothing of your own yet")).to_be_visible()
    await_query(train.page, run=None)
    train.run("ae-30").get_by_role("checkbox").check()
    await_query(train.page, run="vae-2", against="ae-30")
    # Somebody else begins one: nothing jumps.
    server.own.append(summary("others", "running", epoch=1))
    train.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(train.run("others")).to_be_visible()
    expect(train.run("vae-2").get_by_role("radio")).to_be_checked()
    train.run("others").get_by_role("radio").check()
    await_query(train.page, run="others", against="ae-30")
    train.page.reload()
    train.wait()
    expect(train.run("others").get_by_role("radio")).to_be_checked()
    expect(train.run("ae-30").get_by_role("checkbox")).to_be_checked()


def test_a_net_that_was_imported_is_listed_and_not_watched_of_itself(visit: Visit) -> None:
    server = Server(summary("imported", epoch=0, epochs=0), summary("over"))
    train = visit(TrainPage, prepare=server.serve)
    expect(train.run("over").get_by_role("radio")).to_be_checked()
    assert train.run("imported").locator(".deeds > *").all_inner_texts() == ["Open", "Zip", "Rename", "Delete"]


def test_actions_are_done_and_told(visit: Visit) -> None:
    server = everything()
    train = visit(TrainPage, prepare=server.serve)
    train.button("Pause runs").click()
    expect(train.run("runs").locator(".state")).to_have_text("paused at epoch 12 of 50")
    # Focus stays with the run.
    expect(train.button("Resume runs")).to_be_focused()
    train.button("Resume runs").click()
    train.button("Stop runs").click()
    expect(train.run("runs").get_by_role("link", name="Open runs")).to_be_visible()

    train.button("Rename over").click()
    name = train.run("over").get_by_role("textbox")
    name.fill("nothing")
    name.press("Escape")
    expect(train.button("Rename over")).to_be_focused()
    server.problem = "There is a model of that name already."
    train.button("Rename over").click()
    name.fill("vae-2")
    name.press("Enter")
    expect(train.root.locator(".runs").get_by_role("alert")).to_contain_text(server.problem)
    server.problem = ""
    name.fill("better")
    name.press("Enter")
    expect(train.run("better")).to_be_visible()
    expect(train.run("over")).to_have_count(0)

    train.button("Delete better").click()
    expect(train.run("better")).to_have_count(0)
    expect(train.root.locator(".undo")).to_contain_text("better is deleted.")
    train.button("Undo").click()
    expect(train.run("better")).to_be_visible()
    assert [what for what, *_ in server.asked] == [
        *("pause", "resume", "stop", "rename", "rename", "delete", "restore"),
    ]


def test_a_zip_comes_by_its_button_and_by_dropping_it_and_why_it_cannot(visit: Visit) -> None:
    server = Server()
    train = visit(TrainPage, prepare=server.serve)
    file = {"name": "one.zip", "mimeType": "application/zip", "buffer": b"zip"}
    server.problem = "This is no zip of a checkpoint."
    train.root.locator(".runs input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(train.root.locator(".runs").get_by_role("alert")).to_contain_text("This is no zip of a checkpoint.")
    server.problem = ""
    train.root.locator(".runs").evaluate(DROP)
    expect(train.run("brought").get_by_role("radio")).to_be_checked()
    assert [what for what, *_ in server.asked] == ["import", "import"]
    # The page took it for no picture.
    expect(train.page.locator("[data-notice] .toast:not([hidden])")).to_have_count(0)


def test_where_training_is_switched_off_nothing_can_be_changed(visit: Visit) -> None:
    server = Server(summary("over"), training=False, why="Training is switched off on this server.")
    train = visit(TrainPage, prepare=server.serve)
    assert train.run("over").locator(".deeds > *").all_inner_texts() == ["Open", "Zip"]
    expect(train.button("Import a zip")).to_be_hidden()


def test_a_server_that_is_lost_is_said_and_asked_again(visit: Visit, forgiven: list[str]) -> None:
    forgiven.append("503|Failed to load")
    server = Server(summary("over"))
    train = visit(TrainPage, prepare=server.serve)
    expect(train.run("over")).to_be_visible()
    train.page.route("**/runs", lambda route: route.fulfill(status=503, body="gone"))
    train.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    alert = train.root.locator(".runs").get_by_role("alert")
    expect(alert).to_contain_text("The list of runs: the server answered 503, gone")
    expect(train.run("over")).to_be_visible()
    train.page.unroute("**/runs")
    alert.get_by_role("button", name="Try again").click()
    expect(alert).to_be_hidden()


def test_it_asks_often_only_while_something_is_alive_and_never_where_nobody_looks(visit: Visit) -> None:
    server = Server(summary("runs", "running", epoch=1))
    train = visit(TrainPage, prepare=server.serve)
    page = train.page
    before = server.looks
    page.wait_for_timeout(3500)
    assert 2 <= server.looks - before <= 4
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    before = server.looks
    page.wait_for_timeout(2500)
    assert server.looks == before
    page.evaluate("Object.defineProperty(document, 'hidden', { value: false, configurable: true })")
    server.own[0]["state"] = "done"
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(train.run("runs").locator(".state")).to_have_text("50 epochs")
    before = server.looks
    page.wait_for_timeout(3000)
    assert server.looks == before


def test_on_a_phone_everything_is_in_reach(visit: Visit) -> None:
    train = visit(TrainPage, prepare=everything().serve, width=400)
    for button in train.run("over").locator(".deeds > *").all():
        found = box(button)
        assert found.height >= 36
        assert found.right <= 400


# Visitors go first, and so would the tests beside it.
@pytest.mark.alone
def test_a_training_on_the_real_server_from_start_to_delete(visit: Visit) -> None:
    train = visit(TrainPage, "epochs=400&encoder=32&as=real-one")
    train.start.click()
    run = train.run("real-one")
    expect(run.get_by_role("radio")).to_be_checked()
    # The first training of a process waits for its imports.
    expect(run.locator(".state")).to_contain_text(re.compile(r"epoch \d+ of 400"), timeout=TRAINED_MS)
    train.button("Pause real-one").click()
    expect(train.button("Resume real-one")).to_be_visible()
    # Reloading loses nothing.
    train.page.reload()
    train.wait()
    expect(run.locator(".state")).to_contain_text("paused at epoch")
    train.button("Resume real-one").click()
    expect(train.button("Stop real-one")).to_be_visible(timeout=TRAINED_MS)
    train.button("Stop real-one").click()
    expect(run.locator(".state")).to_contain_text("stopped at epoch", timeout=TRAINED_MS)
    with train.page.expect_download() as zipped:
        train.page.get_by_role("link", name="Zip of real-one").click()
    content = zipped.value.path().read_bytes()
    train.button("Rename real-one").click()
    run.get_by_role("textbox").fill("real-two")
    run.get_by_role("textbox").press("Enter")
    expect(train.run("real-two").get_by_role("radio")).to_be_checked()
    train.button("Delete real-two").click()
    expect(train.run("real-two")).to_have_count(0)
    train.button("Undo").click()
    expect(train.run("real-two")).to_be_visible()

    # It is a model on every page at once.
    train.run("real-two").get_by_role("link", name="Open real-two").click()
    desk = DeskPage(train.page)
    desk.wait()
    desk.expect_model(1, "real-two")
    train.page.go_back()
    train.wait()
    train.button("Delete real-two").click()
    expect(train.run("real-two")).to_have_count(0)

    # The zip brings it back.
    file = {"name": "real-one.zip", "mimeType": "application/zip", "buffer": content}
    train.root.locator(".runs input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(run.get_by_role("radio")).to_be_checked()
    train.button("Delete real-one").click()
    expect(run).to_have_count(0)
