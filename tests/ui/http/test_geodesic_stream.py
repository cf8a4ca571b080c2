"""Geodesics that arrive while they get better, and stop when nobody listens."""

import asyncio
import base64
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from starlette.applications import Starlette

from tests.ui.conftest import TestClient
from ui import store
from ui.choices import digit_sets
from ui.http import geodesic_stream
from ui.http.routes import ROUTES
from ui.jobs.cache import Kept
from ui.reports import map_frame
from vae_core.data import as_input
from vae_core.spaces import geodesic, paths


@pytest.fixture(autouse=True)
def nothing_known(root: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geodesic_stream, "_finished", Kept(megabytes=1))
    monkeypatch.setattr(geodesic_stream, "ROUNDS", 3)


def lines(client: TestClient, query: str, model: str = "ae-30") -> list[dict[str, Any]]:
    answer = client.get(f"/geodesics/{model}/uci.ndjson?{query}")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert answer.headers["content-encoding"] == "identity", "gzip would hold lines back"
    return [json.loads(line) for line in answer.text.splitlines()]


def curve(line: dict[str, Any]) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(line["curve"]), np.float32).reshape(64, -1)


def test_it_begins_with_the_straight_line_and_gets_better(client: TestClient) -> None:
    found = lines(client, "stops=17.203")
    model = store.model("ae-30")
    ends = model.encode(as_input(digit_sets.load("uci").images[[17, 203]])).numpy()
    np.testing.assert_allclose(curve(found[0]), paths.straight(*ends, 64), atol=1e-5)
    assert [line["round"] for line in found] == [0, 1, 2, 3]
    assert [line["done"] for line in found] == [False, False, False, True]
    energies = [line["energy"] for line in found]
    assert energies == sorted(energies, reverse=True)
    assert found[-1]["length"] <= found[0]["length"]
    assert not found[-1]["converged"], "three rounds are too few"
    for line in (found[0], found[-1]):
        np.testing.assert_allclose(curve(line)[[0, -1]], ends, atol=1e-5)
        measured = paths.measure(model, curve(line), digit_sets.load("uci").images)
        for measure in ("length", "energy", "jump", "speed", "nearest"):
            np.testing.assert_allclose(line[measure], getattr(measured, measure), rtol=1e-3, atol=1e-4, err_msg=measure)
    assert lines(client, "stops=17.203") == found[-1:], "from then on it is known"


def test_a_tour_is_a_geodesic_from_each_stop_to_the_next(client: TestClient) -> None:
    *_, found = lines(client, "stops=17.203.203.5")
    model = store.model("ae-30")
    ends = model.encode(as_input(digit_sets.load("uci").images[[17, 203, 5]])).numpy()
    *_, (first, second) = geodesic.refine(model.decode, ends[:-1], ends[1:], rounds=3)
    assert found["length"] == pytest.approx(first.length + second.length, rel=0.01)
    at = round(63 * first.length / (first.length + second.length))
    step = np.linalg.norm(np.diff(curve(found), axis=0), axis=1).max()
    assert np.linalg.norm(curve(found)[at] - ends[1]) <= step, "it takes time by its length in pictures"


def test_on_the_map_it_joins_places_of_its_plane(client: TestClient) -> None:
    found = lines(client, "from=0.5_-0.25&to=-0.5_0.75", "linear")
    frame, model = map_frame.frame("linear", "uci"), store.model("linear")
    for line in (found[0], found[-1]):
        places = curve(line)
        np.testing.assert_allclose(places[[0, -1]], [[0.5, -0.25], [-0.5, 0.75]], atol=1e-5)
        z = frame.plane.origin + frame.points(places) @ frame.plane.axes
        pictures = model.decode(torch.tensor(z)).flatten(1)
        length = float(pictures.diff(dim=0).norm(dim=1).sum())
        assert line["length"] == pytest.approx(length, rel=1e-4)
        assert line["straight_length"] == found[0]["length"] >= length * (1 - 1e-4)


@pytest.mark.parametrize("query", ["stops=5.5", "from=0.5_0.5&to=0.5_0.5"])
def test_between_equal_ends_it_is_one_line(query: str, client: TestClient) -> None:
    (found,) = lines(client, query)
    assert (found["converged"], found["done"], found["length"]) == (True, True, 0)
    assert found.get("jump") is None


def test_it_stops_when_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """The visitor goes away after the second line; the round under way comes to its end, and no other begins."""
    begun: list[int] = []

    def endless(*_: object) -> Iterator[dict[str, Any]]:
        for number in range(10_000):
            begun.append(number)
            yield {"round": number, "done": False}

    monkeypatch.setattr(geodesic_stream, "_between", endless)
    gone, sent = asyncio.Event(), []

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if len(sent) == 3:
            gone.set()
        # As a socket that is full.
        await asyncio.sleep(0 if len(sent) < 3 else 60)

    async def ask() -> None:
        scope = {"type": "http", "method": "GET", "headers": [], "query_string": b"stops=1.2", "root_path": ""}
        path = "/geodesics/ae-30/uci.ndjson"
        await Starlette(routes=ROUTES)({**scope, "path": path, "raw_path": path.encode()}, receive, send)

    asyncio.run(ask())
    assert json.loads(sent[1]["body"])["round"] == 0
    assert begun == [0, 1]


def test_two_rounds_at_once_and_the_others_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def rounds(name: str) -> Iterator[str]:
        for number in range(4):
            order.append(name)
            yield f"{name}{number}"

    async def follow(name: str) -> list[str]:
        return [line async for line in geodesic_stream._body("first", rounds(name))]

    async def all_of_them() -> list[list[str]]:
        return await asyncio.gather(*map(follow, "abcd"))

    monkeypatch.setattr(geodesic_stream, "_WORKERS", geodesic_stream.ThreadPoolExecutor(max_workers=1))
    assert asyncio.run(all_of_them()) == [["first\n", *(f"{name}{n}\n" for n in range(4))] for name in "abcd"]
    assert order == list("abcd" * 4)
