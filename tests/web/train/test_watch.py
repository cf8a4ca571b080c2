"""What a run tells while it goes on, and several side by side: film, codes, curves and bars are of one epoch."""

from __future__ import annotations

import base64
import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import expect

from tests.web.conftest import go_blank
from tests.web.oracle import Oracle
from tests.web.shown import OpenPage, Visit, await_query, fits, settle
from tests.web.train.recorded import MODELS, epochs_of, record
from tests.web.train.train_page import TrainPage
from tests.web.train.watch_page import WatchPage, expect_film, rest, until, watch
from ui.figures import palette

PARTS = (".head", ".films", ".moment", ".curves", ".check-up")


def test_nothing_is_shown_where_nothing_is_watched(shown: WatchPage) -> None:
    expect(shown.root.get_by_text("start a training")).to_be_visible()
    watch(shown, "vae-two")
    expect(shown.root.get_by_text("start a training")).to_be_hidden()
    shown.show()
    expect(shown.root.get_by_text("start a training")).to_be_visible()


@pytest.mark.parametrize("name", MODELS)
def test_nothing_jumps_while_a_training_goes_on(shown: WatchPage, name: str) -> None:
    told = record(name)
    start = next(number for number, event in enumerate(told) if event["event"] == "started")
    shown.tell(name, told[:1], "waiting", position=1)
    shown.show(name)
    expect(shown.root.locator(".film")).to_contain_text("waits for its turn")
    places = [shown.place(part) for part in PARTS]
    shown.tell(name, told[1 : start + 2])
    expect(shown.root.locator(".film")).to_contain_text("first epoch: step")
    expect(shown.root.locator(".pace")).to_contain_text("parameters")
    assert [shown.place(part) for part in PARTS] == places
    for epochs in (1, 3, 5):
        shown.network.told[name] = until(told, epochs)
        shown.expect_epoch(epochs)
        expect_film(shown, epochs_of(told)[epochs - 1])
        assert [shown.place(part) for part in PARTS] == places
    shown.tell(name, told[-1:], "done")
    expect(shown.root.locator(".state").first).to_have_text("finished")
    assert [shown.place(part) for part in PARTS] == places


def test_the_hand_on_the_bar_moves_all_and_asks_nobody(shown: WatchPage) -> None:
    epochs = watch(shown, "vae-two")
    asked: list[str] = []
    shown.page.on("request", lambda request: asked.append(request.url))
    codes = shown.pixels(shown.root.locator(".codes"))
    for epoch in (2, 4, 1):
        shown.scrub(epoch)
        expect_film(shown, epochs[epoch - 1])
        event = epochs[epoch - 1]
        assert {part: float(value) for part, value in shown.values().items()} == {
            "loss": pytest.approx(event["loss"], abs=0.006),
            "reconstruction": pytest.approx(event["reconstruction"], abs=0.006),
            "KL": pytest.approx(event["kl"], abs=0.006),
        }
        expect(shown.root.locator(".bars")).to_contain_text(f"KL {event['kl']:.2f} nats")
        shown.await_link(epoch=str(epoch))
    assert (shown.pixels(shown.root.locator(".codes")) != codes).any()
    shown.scrub(5)
    shown.await_link(epoch=None)
    assert not asked


def test_codes_are_where_the_events_have_them(shown: WatchPage) -> None:
    epochs = watch(shown, "vae-two")
    codes = np.frombuffer(base64.b64decode(epochs[-1]["codes"]), "<f4").reshape(-1, 2)
    started = next(event for event in record("vae-two") if event["event"] == "started")
    labels = np.frombuffer(base64.b64decode(started["labels"]), np.uint8)
    cut, reach = int(0.005 * len(codes)), np.sqrt(-2 * np.log(0.05))
    ordered = np.sort(codes, axis=0)
    low, high = np.minimum(ordered[cut], -reach), np.maximum(ordered[-1 - cut], reach)
    half = 1.08 * (high - low).max() / 2
    settle(shown.page)
    pixels = shown.pixels(shown.root.locator(".codes")).astype(int)
    size = len(pixels)
    place = ((codes - (low + high) / 2) / half * [1, -1] + 1) * size / 2
    # Those drawn last lie over the others; in a place of its own is hardly any.
    on_top = [n for n in range(len(codes) - 150, len(codes)) if ((place[n] >= 12) & (place[n] < size - 12)).all()]
    x, y = place[on_top].astype(int).T
    colours = np.array([[int(one[i : i + 2], 16) for i in (1, 3, 5)] for one in palette.DIGITS["dark"]])

    def near(labels: NDArray[np.uint8]) -> float:
        return float((np.abs(pixels[y, x] - colours[labels]).max(1) < 12).mean())

    assert near(labels[on_top]) > 0.7
    assert near((labels[on_top] + 1) % 10) < 0.2


def test_the_curve_is_dragged_and_moved_by_keys(shown: WatchPage) -> None:
    epochs = watch(shown, "vae-thirty")
    shown.drag_curve(0.9, 0.2)
    shown.expect_epoch(1)
    expect_film(shown, epochs[0])
    handle = shown.root.get_by_role("slider", name="Epoch looked at")
    handle.focus()
    for key, epoch in (("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2)):
        shown.page.keyboard.press(key)
        shown.expect_epoch(epoch)
    expect(handle).to_have_attribute("aria-valuetext", f"epoch 2, loss {epochs[1]['loss']:.2f}")


def test_it_is_played_from_the_noise_on(shown: WatchPage) -> None:
    watch(shown, "ae-two")
    shown.root.get_by_role("button", name="Play").click()
    for place in ("at < 2", "at > 3"):
        shown.page.wait_for_function(f"() => window.watch.moment.{place}")
    shown.root.get_by_role("button", name="Pause", exact=True).click()
    shown.page.wait_for_function("() => !window.watch.moment.player.playing && window.watch.moment.goal === null")
    assert shown.page.evaluate("window.watch.moment.at % 1") == 0


def test_the_newest_is_followed_until_somebody_goes_back(shown: WatchPage) -> None:
    told = record("vae-two")
    watch(shown, "vae-two", 2, "running")
    shown.network.told["vae-two"] = until(told, 3)
    shown.expect_epoch(3)
    shown.scrub(1)
    shown.network.told["vae-two"] = until(told, 4)
    expect(shown.root.locator(".pace")).to_contain_text("epoch 4 of 5")
    shown.expect_epoch(1)
    live = shown.root.get_by_role("button", name="Live")
    expect(live).to_have_attribute("aria-pressed", "false")
    live.click()
    shown.expect_epoch(4)
    shown.tell("vae-two", rest(told, 4), "done")
    shown.expect_epoch(5)
    expect(live).to_be_hidden()


def test_a_wish_for_less_motion_leaps(shown: WatchPage) -> None:
    shown.page.emulate_media(reduced_motion="reduce")
    watch(shown, "vae-two", 2, "running")
    shown.page.evaluate(
        """() => {
          const { moment } = window.watch, onMove = moment.onMove;
          window.seen = new Set();
          moment.onMove = (at) => { window.seen.add(at); onMove(at); };
        }"""
    )
    shown.network.told["vae-two"] = until(record("vae-two"), 4)
    shown.expect_epoch(4)
    assert all(at == int(at) for at in shown.page.evaluate("[...window.seen]"))


@pytest.mark.parametrize("name", MODELS)
def test_each_kind_shows_what_it_has(shown: WatchPage, name: str) -> None:
    epochs = watch(shown, name)
    model = MODELS[name]
    expect(shown.root.locator(".codes-place")).to_be_visible(visible=model.latent_dim == 2)
    expect(shown.root.locator(".bars")).to_be_visible(visible=model.kind == "vae")
    expect(shown.root.get_by_role("radiogroup", name="What is drawn")).to_be_visible(visible=model.kind == "vae")
    if model.kind == "vae":
        used = f"{epochs[-1]['active']} of {model.latent_dim} codes active"
        expect(shown.root.locator(".bars p.used")).to_have_text(used)


def test_bars_are_the_nats_of_each_code_in_either_order(shown: WatchPage) -> None:
    epochs = watch(shown, "vae-thirty")
    nats = np.array(epochs[-1]["kl_codes"])

    def heights() -> list[float]:
        """Of the bars, of the largest; those used and those not, from left to right."""
        tops = shown.root.locator(".bars .bar").evaluate_all(
            """(all) => all.flatMap((path) => {
              const box = path.getBBox();
              const points = [...path.getAttribute("d").matchAll(/([\\d.]+) ([\\d.]+)/g)].map((m) => [+m[1], +m[2]]);
              const bars = points.slice(0, points.length / 2);
              return bars.filter((_, i) => i % 4 === 1).map(([x, y], i) => [x, bars[4 * i][1] - y]);
            })"""
        )
        return [height for _, height in sorted(tops)]

    def expect_bars(wanted: NDArray[np.float64]) -> None:
        found = np.array(heights())
        np.testing.assert_allclose(found / found.max(), wanted / wanted.max(), atol=0.02)

    expect_bars(nats)
    shown.root.get_by_role("checkbox", name="sorted").check()
    settle(shown.page)
    expect_bars(np.sort(nats)[::-1])
    shown.await_link(sorted="1")


def test_one_part_over_seconds(shown: WatchPage) -> None:
    epochs = watch(shown, "vae-thirty")
    shown.choose("KL", "seconds")
    assert shown.values() == {"KL": f"{epochs[-1]['kl']:.2f}"}
    expect(shown.root.locator(".plots")).to_contain_text("seconds of training")
    shown.await_link(curve="kl", axis="seconds")
    shown.drag_curve(0.9, 0.12)
    shown.expect_epoch(1)


def test_who_waits_is_told_the_place_in_the_queue(shown: WatchPage) -> None:
    shown.tell("vae-two", record("vae-two")[:1], "waiting", position=2)
    shown.show("vae-two")
    expect(shown.root.locator(".state").first).to_have_text("waits: 2nd in the queue")
    expect(shown.root.locator(".film")).to_contain_text("waits for its turn")


def test_what_went_wrong_is_told(shown: WatchPage) -> None:
    words = "The loss is no longer finite: try a lower learning rate."
    told = [*until(record("vae-two"), 2), {"event": "failed", "time": 2e9, "epoch": 2, "words": words}]
    shown.tell("vae-two", told, "failed")
    shown.show("vae-two")
    expect(shown.root.get_by_role("status")).to_contain_text(words)
    expect(shown.root.locator(".state").first).to_have_text("broke off")
    shown.root.get_by_role("button", name="Resume").click()
    shown.tell("vae-two", rest(record("vae-two"), 2)[:1])
    shown.expect_epoch(3)
    expect(shown.root.get_by_role("status")).not_to_contain_text(words)


def test_what_the_check_up_finds_is_a_line_of_the_newest_epoch(shown: WatchPage) -> None:
    told = until(record("vae-thirty"), 2)
    finding = {"fault": "collapse", "words": "All codes are unused.", "advice": "Try a smaller beta."}
    shown.tell("vae-thirty", [*told[:-1], {**told[-1], "findings": [finding]}])
    shown.show("vae-thirty")
    lines = shown.root.get_by_role("status").locator("li")
    expect(lines).to_have_text(["All codes are unused. Try a smaller beta."])
    shown.tell("vae-thirty", rest(record("vae-thirty"), 2)[:1])
    expect(lines).to_have_count(0)


def test_a_lost_connection_is_told_and_found_again(shown: WatchPage, forgiven: list[str]) -> None:
    forgiven.append("ERR_FAILED")
    watch(shown, "vae-two", 2, "running")
    shown.network.is_down = True
    expect(shown.root.get_by_role("status")).to_contain_text("did not arrive")
    shown.network.told["vae-two"] = until(record("vae-two"), 3)
    shown.network.is_down = False
    shown.expect_epoch(3)
    expect(shown.root.get_by_role("status")).to_be_empty()


def test_buttons_ask_for_what_can_be_done(shown: WatchPage) -> None:
    watch(shown, "vae-two", 2, "running")
    tools = shown.root.locator(".head .toolbar button:visible")
    expect(tools).to_have_text(["Pause", "Stop"])
    shown.network.problem = "It cannot be paused now."
    tools.first.click()
    expect(shown.root.get_by_role("status")).to_contain_text("It cannot be paused now.")
    shown.network.problem = ""
    tools.first.click()
    expect(tools).to_have_text(["Resume", "Stop"])
    expect(shown.root.get_by_role("status")).to_be_empty()
    tools.first.click()
    expect(tools).to_have_text(["Pause", "Stop"])
    assert shown.network.asked == ["vae-two/pause", "vae-two/pause", "vae-two/resume"]


def test_five_hundred_epochs_take_no_more_memory(shown: WatchPage) -> None:
    told = record("vae-two")
    frames = epochs_of(told)
    many = [{**frames[number % 5], "epoch": number + 1, "time": 1.7e9 + number} for number in range(500)]
    shown.tell("vae-two", [*told[:2], *many, told[-1]], "done")
    shown.show("vae-two")
    shown.expect_epoch(500)
    for epoch in (499, 250, 3):
        shown.scrub(epoch)
        expect_film(shown, {**many[epoch - 1]})
    assert shown.page.evaluate("window.watch.watched[0].film.frames.known.size") <= 257


def test_a_link_opens_an_epoch_of_a_model_that_ships(visit: Visit, oracle: Oracle) -> None:
    oracle.need("vae-2")
    page: TrainPage = visit(TrainPage, "run=vae-2&epoch=3&curve=kl&axis=seconds")
    expect(page.root.locator(".film canvas")).to_have_attribute("data-epoch", "3")
    expect(page.root.locator(".plots")).to_contain_text("seconds of training")
    sent = page.traffic.sent
    page.set(page.root.get_by_role("slider", name="Epoch", exact=True), 1)
    expect(page.root.locator(".film canvas")).to_have_attribute("data-epoch", "50")
    await_query(page.page, epoch=None, curve="kl", axis="seconds")
    assert page.traffic.sent == sent
    assert fits(page.page)


def test_one_that_is_left_is_heard_no_more(shown: WatchPage) -> None:
    watch(shown, "vae-two", 2, "running")
    shown.page.evaluate("window.unmount()")
    asked: list[str] = []
    settle(shown.page)
    shown.page.on("request", lambda request: asked.append(request.url))
    shown.page.wait_for_timeout(400)
    assert not asked


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_narrow_page_has_one_column(open_page: OpenPage, app: str, theme: str) -> None:
    shown = WatchPage(go_blank(open_page(width=400, theme=theme), app))
    watch(shown, "vae-two")
    assert fits(shown.page)
    places = [shown.place(part) for part in (".films", ".moment", ".codes-place", ".legend", ".curves", ".bars")]
    assert len({round(place.left) for place in places}) == 1
    assert all(above.bottom <= below.top for above, below in itertools.pairwise(places))
    shown.scrub(2)
