"""What the page Train makes of a run's events, against the events of real trainings, and planted ones."""

from __future__ import annotations

import base64
import csv
import io
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.js.node import Node
from tests.web.train.recorded import MODELS, Event, epochs_of, record

READ = """async (told) => {
  const { History, csvOf } = await load("train/watch/history.js");
  const history = new History();
  for (const event of told) history.take(event);
  const { planned, done, isVae, secondsLeft, labels, epochs, steps, problem, meanImage } = history;
  return { planned, done, isVae, secondsLeft, labels, epochs, steps, problem, meanImage, csv: csvOf(epochs) };
}"""
AROUND = """async ([epochs, places]) => {
  const { around } = await load("train/watch/history.js");
  return places.map((at) => {
    const found = around(epochs.map((epoch) => ({ epoch })), at);
    return found && [found.before.epoch, found.after.epoch, found.share];
  });
}"""
EPOCH = {"event": "epoch", "loss": 3.0, "reconstruction": 2.0, "kl": 1.0, "seconds": 1.0, "images_per_second": 5.0}
START = {"event": "started", "epoch": 0, "epochs": 10, "steps": 4, "parameters": 7}


def read(node: Node, told: Sequence[Event]) -> dict[str, Any]:
    found: dict[str, Any] = node.evaluate(READ, list(told))
    return found


def told_epochs(*epochs: int) -> list[Event]:
    """One a second, from 100 s on."""
    return [{**EPOCH, "epoch": epoch, "time": 100.0 + epoch} for epoch in epochs]


@pytest.mark.parametrize("name", MODELS)
def test_all_that_a_training_tells_is_read(node: Node, name: str) -> None:
    told = record(name)
    found, model = read(node, told), MODELS[name]
    assert (found["planned"], found["done"], found["isVae"]) == (5, 5, model.kind == "vae")
    assert (found["secondsLeft"], found["problem"]) == (0, "")
    assert found["steps"][0]["step"] == 1
    elapsed = 0.0
    for event, epoch in zip(epochs_of(told), found["epochs"], strict=True):
        elapsed += event["seconds"]
        for key in ("epoch", "loss", "reconstruction", "kl", "active", "findings"):
            assert epoch[key] == event[key]
        assert epoch["elapsed"] == pytest.approx(elapsed)
        assert epoch["frame"].tobytes() == base64.b64decode(event["frame"])
        np.testing.assert_array_equal(epoch["klCodes"], np.float32(event["kl_codes"]))
        if model.latent_dim == 2:
            assert epoch["codes"].tobytes() == base64.b64decode(event["codes"])
            assert len(epoch["codes"]) == 2 * len(found["labels"])
        else:
            assert epoch["codes"] is found["labels"] is None


def test_the_order_of_events_and_who_comes_twice_change_nothing(node: Node) -> None:
    told = list(record("vae-two"))
    mixed = [*told[2:], *told[2:6]]
    random.Random(3).shuffle(mixed)
    found, whole = read(node, [*told[:2], *mixed]), read(node, told)
    assert found["csv"] == whole["csv"]
    assert [step["step"] for step in found["steps"]] == [step["step"] for step in whole["steps"]]


def test_a_run_that_goes_on_goes_on_from_what_is_on_disk(node: Node) -> None:
    begun = [{**START, "time": 100.0}, *told_epochs(1, 2, 3)]
    resumed = [*begun, {**START, "time": 500.0, "epoch": 2}]
    assert [one["epoch"] for one in read(node, resumed)["epochs"]] == [1, 2]
    again = [*resumed, {**EPOCH, "epoch": 3, "time": 502.0, "loss": 9.0}]
    assert [one["loss"] for one in read(node, again)["epochs"]] == [3, 3, 9]


def test_what_is_left_is_told_by_the_clock_and_not_by_the_pause(node: Node) -> None:
    begun = [{**START, "time": 100.0}, *told_epochs(1, 2)]
    assert read(node, begun)["secondsLeft"] == 8
    resumed = [*begun, {**START, "time": 500.0, "epoch": 2}]
    assert read(node, resumed)["secondsLeft"] == 8
    assert read(node, [*resumed, {**EPOCH, "epoch": 3, "time": 502.0}])["secondsLeft"] == 14
    step = {"event": "step", "epoch": 1, "step": 2, "time": 101.0, "loss": 1, "reconstruction": 1, "kl": 0}
    assert read(node, [{**START, "time": 100.0}, step])["secondsLeft"] == 19
    assert read(node, [{**START, "time": 100.0}])["secondsLeft"] is None


def test_why_it_broke_off_is_known_until_it_goes_on(node: Node) -> None:
    failed = [{**START, "time": 1.0}, {"event": "failed", "time": 2.0, "words": "The disk is full.", "epoch": 0}]
    assert read(node, failed)["problem"] == "The disk is full."
    assert read(node, [*failed, {"event": "asked", "time": 3.0}])["problem"] == ""


def test_a_checkpoint_that_ships_tells_less(node: Node) -> None:
    bare = {"kl_codes": [], "active": None, "frame": None, "codes": None, "findings": []}
    told = [
        {**START, "time": 0.0, "steps": None, "mean_image": None, "labels": None},
        {**EPOCH, **bare, "epoch": 1, "time": 1.0},
    ]
    found = read(node, [*told, {"event": "something new", "time": 2.0}])
    assert (found["done"], found["isVae"], found["meanImage"]) == (1, True, None)
    assert (found["epochs"][0]["frame"], len(found["epochs"][0]["klCodes"])) == (None, 0)


def test_the_numbers_as_csv_are_those_of_the_events(node: Node) -> None:
    told = record("vae-thirty")
    rows = list(csv.DictReader(io.StringIO(read(node, told)["csv"])))
    for row, event in zip(rows, epochs_of(told), strict=True):
        assert [float(row[key]) for key in ("epoch", "loss", "kl", "active")] == [
            event[key] for key in ("epoch", "loss", "kl", "active")
        ]
        codes = [float(row[f"kl_{code}"]) for code in range(30)]
        np.testing.assert_allclose(codes, event["kl_codes"], rtol=1e-5, atol=1e-9)
    assert len(rows[0]) == 37


def test_a_place_between_two_epochs(node: Node) -> None:
    places = [0, 1, 1.25, 2, 3, 4, 9]
    found = node.evaluate(AROUND, [[1, 2, 4], places])
    assert found == [[1, 1, 0], [1, 1, 0], [1, 2, 0.25], [2, 2, 0], [2, 4, 0.5], [4, 4, 0], [4, 4, 0]]
    assert node.evaluate(AROUND, [[], [1]]) == [None]
