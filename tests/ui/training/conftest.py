"""Runs of a folder of the test's own, on the small checkpoints."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.ui.conftest import TestClient, until
from ui.training.manager import Manager, manager
from vae_core.config import ModelConfig, TrainingConfig
from vae_core.training.folder import State, holder
from vae_core.training.plan import Plan

HEADERS = {"Latent-Spaces": "1"}
MODEL = ModelConfig(kind="vae", latent_dim=2, encoder=(16,), decoder=(16,), scale="logvar")
# Longer than any test.
ENDLESS = 500


def plan(name: str = "mine", epochs: int = ENDLESS, seed: int = 0, model: ModelConfig = MODEL, **more: Any) -> Plan:
    return Plan(name=name, model=model, training=TrainingConfig(epochs=epochs, seed=seed), **more)


@pytest.fixture
def runs_root(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the app looks for runs; no process is left there."""
    mine = tmp_path / "runs"
    monkeypatch.setenv("RUNS_DIR", str(mine))
    yield mine
    for folder in mine.glob("*") if mine.is_dir() else ():
        if pid := holder(folder):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """A training is a process that takes no torch and no time."""
    monkeypatch.setattr("ui.training.process.PROGRAM", "tests.ui.training.fake_run")


@pytest.fixture
def runs(runs_root: Path, fake: None) -> Iterator[Manager]:
    """Of fake trainings, one at a time."""
    mine = manager()
    yield mine
    end(mine)


def end(runs: Manager) -> None:
    """Pauses all, and waits until nothing is left of them."""
    for name in [run.name for run in reversed(runs.runs()) if run.state in ("waiting", "running")]:
        until(lambda name=name: _is_paused(runs, name))


def _is_paused(runs: Manager, name: str) -> bool:
    if runs.state(name) in ("waiting", "running"):
        runs.pause(name)
    return runs.state(name) not in ("waiting", "running")


def states(runs: Manager) -> dict[str, tuple[State, int | None]]:
    """State and position of all, by name."""
    return {run.name: (run.state, run.position) for run in runs.runs()}


def waits_for(runs: Manager, name: str, state: State) -> None:
    until(lambda: runs.state(name) == state)


Post = Callable[..., Mapping[str, Any]]


@pytest.fixture
def post(client: TestClient) -> Post:
    """What the server answers to `post(path, values)`."""

    def send(path: str, values: object = None) -> Mapping[str, Any]:
        answer = client.post(path, json=values or {}, headers=HEADERS)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), answer.text
        return dict(answer.json())

    return send
