"""Real trainings, in processes of their own: what they leave, and that nobody else is held up by them."""

import base64
import io
import json
import os
import signal
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.ui.conftest import TestClient, until
from tests.ui.training.conftest import Post, end, plan, waits_for
from ui import store
from ui.jobs.program import NICENESS, cores
from ui.shelf import shelf
from ui.training import forecast
from ui.training.manager import Manager, manager
from vae_core.recipes import RECIPES
from vae_core.training import events
from vae_core.training.folder import holder, standing

# Of a low priority, they would have no turn beside other tests.
pytestmark = pytest.mark.alone
REQUESTS = 20
ATTEMPTS = 5


@pytest.fixture
def real(runs_root: Path) -> Iterator[Manager]:
    mine = manager()
    yield mine
    end(mine)


def test_a_training_becomes_a_model_on_every_page_when_it_is_over(
    real: Manager, post: Post, client: TestClient
) -> None:
    before = shelf()
    post("/runs", plan(epochs=2).to_json())
    until(lambda: (now := standing(real.root / "mine")) and now.epoch == 1)
    # While it goes on no page has anything to load anew.
    if real.state("mine") == "running":
        assert shelf() is before
    waits_for(real, "mine", "done")
    assert (store.entry("mine").description, store.entry("mine").is_run) == ("VAE, 2 codes", True)
    assert {**store.models()}.keys() - before.configs.keys() == {"mine"}
    assert client.get("/checkpoints/mine/config.json").json()["latent_dim"] == 2
    assert len(store.encodings("mine", "uci").codes) == 1797
    found = {event["event"]: event for event in map(json.loads, client.get("/runs/mine/events.ndjson").iter_lines())}
    assert found["started"]["threads"] == cores()
    assert Image.open(io.BytesIO(base64.b64decode(found["epoch"]["frame"]))).size == (224, 112)
    assert found["done"]["test"].keys() >= {"squared_error", "kl"}
    assert (real.root / "mine" / "run.log").is_file()
    # From now on the form goes by what this machine has done.
    speed = store.training("mine")["history"][0]["images_per_second"]
    assert 0.1 < forecast.flops() / (speed * 6 * found["started"]["parameters"]) < 10
    post("/runs/mine/delete")
    assert shelf().configs == before.configs


def median_ms(client: TestClient, number: int) -> float:
    """Of answers that have to be computed."""
    taken = []
    for row in range(number * REQUESTS, (number + 1) * REQUESTS):
        started = time.perf_counter()
        assert client.get(f"/paths/vae-30/uci.safetensors?path=straight&stops={row}.{row + 100}").status_code == 200
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


def test_a_training_holds_nobody_up_and_survives_a_kill(real: Manager, post: Post, client: TestClient) -> None:
    recipe = RECIPES["vae-2"]
    post("/runs", {**plan(epochs=400).to_json(), "model": recipe.model.to_json()})
    folder = real.root / "mine"
    until(lambda: (now := standing(folder)) and now.epoch > 0)
    pid = holder(folder) or 0
    assert os.getpriority(os.PRIO_PROCESS, pid) == NICENESS
    group = Path(f"/proc/{pid}/autogroup")
    assert not group.exists() or group.read_text().endswith(f"nice {NICENESS}\n")
    median_ms(client, 0)
    slower = []
    for attempt in range(ATTEMPTS):
        # What else this machine does holds up both.
        os.kill(pid, signal.SIGSTOP)
        idle = median_ms(client, 2 * attempt + 1)
        os.kill(pid, signal.SIGCONT)
        slower.append(median_ms(client, 2 * attempt + 2) / idle)
        if slower[-1] < 2:
            break
    assert min(slower) < 2, slower
    assert real.state("mine") == "running"
    os.kill(pid, signal.SIGKILL)
    waits_for(real, "mine", "failed")
    before = standing(folder)
    assert before
    post("/runs/mine/resume")
    until(lambda: (now := standing(folder)) and now.epoch > before.epoch)
    post("/runs/mine/stop")
    waits_for(real, "mine", "stopped")
    epochs = [event["epoch"] for event in events.parsed(events.read(folder)[0]) if event["event"] == "epoch"]
    assert epochs == list(range(1, len(epochs) + 1))
    assert len(store.training("mine")["history"]) == len(epochs)
