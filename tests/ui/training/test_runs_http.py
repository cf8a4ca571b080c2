"""What the server answers of runs, and what it refuses."""

import base64
import io
import json
import re
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests import tiny
from tests.ui.conftest import TRAINING, TestClient, until
from tests.ui.training.conftest import HEADERS, Post, plan, states, waits_for
from ui import store
from ui.http import runs as routes
from ui.http.routes import ROUTES
from ui.training.manager import Manager
from vae_core import checkpoint
from vae_core.config import ModelConfig, TrainingConfig
from vae_core.models import parameter_count
from vae_core.nets.layers import Convolution, Flatten
from vae_core.storage import archive
from vae_core.training import events
from vae_core.training.folder import create, standing

# What is sent changes nothing: a picture is read, a film made.
HARMLESS = ("/uploads", "/films")
ACTIONS = ("pause", "resume", "stop", "delete", "restore", "rename")
POSTS = [
    path.format(name="mine", action=action)
    for route in ROUTES
    if "POST" in (route.methods or ()) and (path := route.path) not in HARMLESS
    for action in (
        ("pause", "resume", "stop", "delete", "restore", "rename", "nothing") if "{action}" in path else ("",)
    )
]
OFF = "Training is switched off on this server."


def test_all_that_changes_something_is_known() -> None:
    assert {*POSTS} >= {"/runs", "/checkpoints", "/runs/mine/delete"}


@pytest.mark.parametrize("path", POSTS)
def test_another_site_cannot_send_it(path: str, client: TestClient, runs_root: Path) -> None:
    for headers in ({}, {"Latent-Spaces": "0"}):
        answer = client.post(path, json=plan().to_json(), headers=headers)
        assert answer.status_code == 403
        assert not answer.headers["content-type"].startswith("application/json")
    assert not runs_root.exists()


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("word", ["off", " OFF "])
def test_the_server_refuses_where_training_is_off(
    path: str, word: str, client: TestClient, runs_root: Path, monkeypatch: pytest.MonkeyPatch, fake: None
) -> None:
    create(runs_root / "mine", plan())
    events.append(runs_root / "mine", "paused", epoch=0)
    before = sorted(runs_root.rglob("*"))
    monkeypatch.setenv("LATENT_TRAINING", word)
    answer = client.post(path, json=plan().to_json(), headers=HEADERS)
    assert (answer.status_code, answer.text) == (403, OFF)
    assert sorted(runs_root.rglob("*")) == before
    found = client.get("/runs").json()
    assert (found["training"], found["why"]) == (False, OFF)
    assert found["runs"][0]["state"] == "paused"


def test_the_list_says_what_the_page_needs(client: TestClient, runs: Manager, post: Post) -> None:
    assert post("/runs", plan(leave_out=(3, 8)).to_json()) == {"name": "mine"}
    found = client.get("/runs").json()
    assert found.keys() == {"training", "why", "limits", "flops", "runs"}
    assert (found["training"], found["why"]) == (True, "")
    assert found["limits"] == {"epochs": 500, "parameters": 20_000_000, "kept": 50, "megabytes": 2000}
    assert 1e8 < found["flops"] < 1e14
    keys = "name state ships role label digits epoch epochs position seconds_left words asked bytes"
    assert all(" ".join(run) == keys for run in found["runs"])
    assert [(run["name"], run["ships"]) for run in found["runs"]] == [
        ("mine", False), *((name, True) for name in ("ae-1", "linear", "ae-30", "dae-30", "vae-30"))
    ]  # fmt: skip
    shipped = found["runs"][-1]
    assert (shipped["state"], shipped["epoch"], shipped["label"], shipped["asked"]) == ("done", 2, "VAE, 4 codes", 0)
    assert shipped["bytes"] == sum(file.stat().st_size for file in (store.checkpoint_root() / "vae-30").iterdir())


BIG = ModelConfig(kind="ae", latent_dim=2, encoder=(8192,) * 3, decoder=(8192,))
HUGE = ModelConfig(kind="ae", latent_dim=2, encoder=(8192,) * 16, decoder=(8192,) * 16)
COLOUR = ModelConfig(kind="ae", latent_dim=2, shape=(3, 32, 32))
COARSE = {"kernel": (3, 3), "stride": (4, 4)}
CONVOLUTIONS = (Convolution(channels=1024, **COARSE), Convolution(channels=4096, **COARSE), Flatten())
MANY_CHANNELS = ModelConfig(kind="ae", latent_dim=2, encoder=CONVOLUTIONS)
FEW_CLASSES = ModelConfig(kind="ae", latent_dim=2, classes=3)
BLIND = TrainingConfig(reconstruction_weight=0)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (plan(epochs=501).to_json(), "A training has at most 500 epochs here, not 501."),
        (plan(model=BIG).to_json(), "A model has at most 20,000,000 parameters here, not "),
        (plan(model=HUGE).to_json(), "A model has at most 20,000,000 parameters here, not "),
        (plan(model=MANY_CHANNELS).to_json(), "A model has at most 20,000,000 parameters here, not 37,798,194."),
        (plan(model=FEW_CLASSES).to_json(), "A model of 3 classes knows no label 9, which uci has."),
        (plan(model=COLOUR).to_json(), "The model takes pictures of 3 x 32 x 32, and those of uci are of 1 x 28 x 28."),
        (plan(digits="mnist").to_json(), "MNIST is not here: there is no folder MNIST/raw in the data folder."),
        (plan(digits="letters").to_json(), "There is no set of digits of that name."),
        ({**plan().to_json(), "training": BLIND.to_json(), "model": BIG.to_json()}, "A model has at most"),
        ({**plan().to_json(), "training": {**BLIND.to_json(), "beta": 0}}, "A loss that weighs nothing has nothing"),
        ({**plan().to_json(), "name": "../mine"}, "Plan.name is '../mine'; it must be 1 to 60 small letters"),
        ({**plan().to_json(), "leave_out": list(range(10))}, "Plan.leave_out leaves no class to train on."),
        ({**plan().to_json(), "more": 1}, "Plan has an unknown field 'more'."),
        ({"name": "mine"}, "Plan lacks the field 'model'."),
    ],
)
def test_what_is_more_than_may_be_is_refused_in_a_sentence(
    values: dict[str, Any], words: str, post: Post, runs_root: Path
) -> None:
    answer = post("/runs", values)
    assert list(answer) == ["problem"]
    assert answer["problem"].startswith(words)
    assert re.fullmatch(r"[A-Z][^\n]*[^.]\.", answer["problem"])
    assert not runs_root.exists()


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"[" * 50_000, b"null"])
def test_what_is_no_json_is_refused(body: bytes, client: TestClient, runs_root: Path) -> None:
    answer = client.post("/runs", content=body, headers=HEADERS)
    assert answer.json() == {"problem": "What was sent is no JSON object."}
    assert not runs_root.exists()


def test_no_more_is_read_than_may_be(client: TestClient, runs_root: Path) -> None:
    answer = client.post("/runs", content=(bytes(50_000) for _ in range(3)), headers=HEADERS)
    assert answer.json() == {"problem": "What was sent is larger than 0.1 MB."}


@pytest.mark.parametrize(("name", "value"), [("LATENT_EPOCHS", "many"), ("LATENT_RUNS", "0"), ("LATENT_DISK_MB", "-1")])
def test_a_limit_that_is_none_lets_nothing_through(
    name: str, value: str, post: Post, runs_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert post("/runs", plan().to_json())["problem"].startswith(f"{name} is '{value}'; it must be a whole number")


def test_no_run_starts_where_there_is_no_room(runs: Manager, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_RUNS_KEPT", "1")
    assert post("/runs", plan().to_json()) == {"name": "mine"}
    assert post("/runs", plan().to_json())["problem"].startswith("No more than 1 run is kept here: ")
    monkeypatch.setenv("LATENT_RUNS_KEPT", "10")
    monkeypatch.setenv("LATENT_DISK_MB", "50")
    # What the first may take still counts.
    answer = post("/runs", plan().to_json())["problem"]
    assert re.fullmatch(r"The runs take 0 of 50 MB, and up to \d\d MB are to come: delete one first\.", answer)
    post("/runs/mine/pause")
    assert post("/runs", plan(epochs=1).to_json()) == {"name": "mine-2"}
    waits_for(runs, "mine-2", "done")


def test_what_was_deleted_makes_room(runs: Manager, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("first", "second"):
        post("/runs", plan(name, epochs=1).to_json())
        waits_for(runs, name, "done")
        (runs.root / name / "film.gif").write_bytes(bytes(6_000_000))
        assert post(f"/runs/{name}/delete") == {"name": name}
    monkeypatch.setenv("LATENT_DISK_MB", "10")
    assert post("/runs", plan("third", epochs=1).to_json()) == {"name": "third"}
    waits_for(runs, "third", "done")
    assert [folder.name for folder in (runs.root / ".deleted").iterdir()] == ["second~2"]
    assert post("/runs/second/restore") == {"name": "second"}


def test_a_name_that_is_taken_gets_a_number(runs: Manager, post: Post, own_root: Path) -> None:
    shutil.copytree(own_root / "ae-30", own_root / "Old")
    asked = ["vae-30", "vae-30", "old", "a" * 60, "a" * 60, "new"]
    found = [post("/runs", plan(name, epochs=1).to_json())["name"] for name in asked]
    assert found == ["vae-30-2", "vae-30-3", "old-2", "a" * 60, "a" * 58 + "-2", "new"]
    assert sorted(states(runs)) == sorted(found)


def test_a_run_can_be_renamed_deleted_and_restored(runs: Manager, post: Post, client: TestClient) -> None:
    post("/runs", plan().to_json())
    assert post("/runs/mine/rename", {"to": "other"})["problem"].startswith("The run mine is not over")
    until(lambda: runs.state("mine") == "running" and (now := standing(runs.root / "mine")) and now.epoch > 1)
    post("/runs/mine/stop")
    waits_for(runs, "mine", "stopped")
    for to, words in (("vae-30", "The name vae-30 is taken."), (7, "A name is a text."), ("A", "'A' is no name; it")):
        assert post("/runs/mine/rename", {"to": to})["problem"].startswith(words)
    assert post("/runs/mine/rename", {"to": "other"}) == {"name": "other"}
    assert post("/runs/mine/delete") == {"problem": "There is no run mine."}
    assert post("/runs/other/delete") == {"name": "other"}
    assert states(runs) == {}
    assert client.get("/runs/other/events.ndjson").status_code == 404
    assert post("/runs/other/restore") == {"name": "other"}
    assert states(runs) == {"other": ("stopped", None)}
    # One that runs is paused first.
    post("/runs", plan().to_json())
    assert post("/runs/mine/delete") == {"name": "mine"}
    assert post("/runs/mine/restore") == {"name": "mine"}
    assert states(runs)["mine"] == ("paused", None)


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e", ".deleted", "..%2fmine", "a%00b", "vae-30"])
def test_of_what_is_no_run_nothing_is_done(name: str, client: TestClient, runs: Manager, post: Post) -> None:
    post("/runs", plan(epochs=1).to_json())
    waits_for(runs, "mine", "done")
    for action in ACTIONS:
        answer = client.post(f"/runs/{name}/{action}", json={"to": "x"}, headers=HEADERS)
        assert answer.status_code in (200, 404, 405)
        assert answer.status_code != 200 or list(answer.json()) == ["problem"]
        assert str(runs.root) not in answer.text
    assert states(runs) == {"mine": ("done", None)}
    assert client.post("/runs/mine/nothing", headers=HEADERS).status_code == 404


def follow(client: TestClient, name: str, start: int = 0) -> tuple[list[dict[str, Any]], int, str]:
    answer = client.get(f"/runs/{name}/events.ndjson?from={start}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    found = [json.loads(line) for line in answer.text.splitlines()]
    return found, int(answer.headers["run-next"]), answer.headers["run-state"]


def test_events_come_as_they_happen(client: TestClient, runs: Manager, post: Post) -> None:
    post("/runs", plan(epochs=3).to_json())
    kinds: list[str] = []
    at, state = 0, "waiting"
    while state in ("waiting", "running"):
        found, at, state = follow(client, "mine", at)
        kinds += [event["event"] for event in found]
    assert (kinds, state) == (["asked", "started", "epoch", "epoch", "epoch", "done"], "done")
    assert at == (runs.root / "mine" / events.FILE).stat().st_size
    assert follow(client, "mine", at) == ([], at, "done")
    assert [event["event"] for event in follow(client, "mine")[0]] == kinds


def test_where_there_is_nothing_new_the_answer_waits(
    client: TestClient, runs: Manager, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post("/runs", plan("first").to_json())
    post("/runs", plan("second").to_json())
    found, at, state = follow(client, "second")
    assert ([event["event"] for event in found], state) == (["asked"], "waiting")
    monkeypatch.setattr(routes, "WAIT_SECONDS", 0.5)
    started = time.monotonic()
    assert follow(client, "second", at) == ([], at, "waiting")
    assert time.monotonic() - started > 0.5
    monkeypatch.setattr(routes, "WAIT_SECONDS", 30)
    later = threading.Timer(0.5, lambda: runs.pause("second"))
    later.start()
    found, _, state = follow(client, "second", at)
    assert ([event["event"] for event in found], state) == (["paused"], "paused")
    later.join()


def test_much_comes_in_several_answers(client: TestClient, runs_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create(runs_root / "mine", plan())
    for number in range(5):
        events.append(runs_root / "mine", "epoch", epoch=number + 1, frame="x" * 100)
    monkeypatch.setattr(routes, "MOST_ANSWER", 150)
    at, found = 0, []
    while more := follow(client, "mine", at)[0]:
        assert len(more) <= 2
        found += more
        at = follow(client, "mine", at)[1]
    assert [event["epoch"] for event in found] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("query", ["from=-1", "from=x", "from=", "from=1e3", f"from={10**30}"])
def test_an_offset_is_a_number(query: str, client: TestClient, runs_root: Path) -> None:
    answer = client.get(f"/runs/vae-30/events.ndjson?{query}")
    assert (answer.status_code, answer.text) == (404, "The parameter from must be a whole number.")


@pytest.mark.parametrize("name", ["nothing", "..%2fvae-30", ".deleted"])
def test_what_has_no_events_is_a_404(name: str, client: TestClient, runs_root: Path) -> None:
    assert client.get(f"/runs/{name}/events.ndjson").status_code == 404


def test_a_model_that_says_nothing_of_its_training_is_a_question_without_an_answer(
    client: TestClient, runs_root: Path
) -> None:
    answer = client.get("/runs/vae-2/events.ndjson")
    assert (answer.status_code, answer.json()) == (200, {"problem": "vae-2 does not say how it was trained."})


def test_a_checkpoint_that_ships_tells_its_training(
    client: TestClient, runs_root: Path, own_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny.model("vae-logvar")
    frames = [np.full((112, 224), grey, np.uint8) for grey in (0, 119)]
    about = TRAINING | {"training_digits": 600, "batch_size": 250, "epochs": 2, "threads": 1}
    checkpoint.save(own_root / "vae-30", model, about, frames)
    found, after, state = follow(client, "vae-30")
    assert ([event["event"] for event in found], state) == (["started", "epoch", "epoch", "done"], "done")
    started, first, second, done = found
    assert (started["steps"], started["images"], started["epochs"], started["epoch"]) == (3, 600, 2, 0)
    for event, entry in zip((first, second), TRAINING["history"], strict=True):
        assert {key: event[key] for key in entry} == entry
    for event, frame in zip((first, second), frames, strict=True):
        decoded = Image.open(io.BytesIO(base64.b64decode(event["frame"])))
        np.testing.assert_array_equal(np.asarray(decoded.convert("L")), frame)
    assert (second["time"] - started["time"], done["test"]) == (2.5, TRAINING["test"])
    assert follow(client, "vae-30", after) == ([], after, "done")
    rest = client.get(f"/runs/vae-30/events.ndjson?from={after - 100}").content
    assert client.get("/runs/vae-30/events.ndjson").content.endswith(rest)


def test_a_model_goes_out_as_a_zip_and_comes_in_again(client: TestClient, runs: Manager, root: Path) -> None:
    answer = client.get("/checkpoints/vae-30.zip")
    assert answer.content == archive.pack(root / "vae-30")
    assert answer.headers["content-disposition"] == 'attachment; filename="vae-30.zip"'
    for name in ("vae-30-2", "vae-30-3"):
        taken = client.post("/checkpoints", content=answer.content, headers=HEADERS)
        assert taken.json() == {"name": name}
        assert store.models()[name] == store.models()["vae-30"]
        assert states(runs)[name] == ("done", None)
        assert follow(client, name)[2] == "done"
    assert client.get("/checkpoints/nothing.zip").status_code == 404
    answer = client.post("/checkpoints", content=b"PK", headers=HEADERS)
    assert list(answer.json()) == ["problem"]
    assert re.fullmatch(r"[A-Z].*\.", answer.json()["problem"])


def test_a_zip_takes_no_more_room_unpacked_than_there_is(
    client: TestClient, runs: Manager, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = archive.pack(root / "vae-30")
    checkpoint.save_training(root / "vae-30", {"recipe": "x" * 90_000})
    large = archive.pack(root / "vae-30")
    assert len(large) < len(plain) + 10_000
    name = client.post("/checkpoints", content=plain, headers=HEADERS).json()["name"]
    (runs.root / name / "film.gif").write_bytes(bytes(980_000 - 2 * len(plain)))
    monkeypatch.setenv("LATENT_DISK_MB", "1")
    answer = client.post("/checkpoints", content=large, headers=HEADERS).json()
    assert re.fullmatch(r"It is larger than 0\.\d MB unpacked\.", answer["problem"])
    assert list(states(runs)) == [name]


def test_a_zip_of_a_model_that_is_too_large_is_refused(
    client: TestClient, runs: Manager, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = parameter_count(store.models()["vae-30"])
    monkeypatch.setenv("LATENT_PARAMETERS", str(count - 1))
    content = archive.pack(root / "vae-30")
    refused = client.post("/checkpoints", content=content, headers=HEADERS).json()
    assert refused == {"problem": f"A model has at most {count - 1:,} parameters here, not {count:,}."}
    assert states(runs) == {}
    assert list(runs.root.iterdir()) == []
    monkeypatch.setenv("LATENT_PARAMETERS", str(count))
    assert client.post("/checkpoints", content=content, headers=HEADERS).json() == {"name": "vae-30-2"}
