"""The queue: whose turn it is, what becomes of a run, and what a new process of the app finds."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.ui.conftest import until
from tests.ui.training.conftest import end, plan, states, waits_for
from ui.training.manager import Manager
from vae_core.errors import TrainingError
from vae_core.training import events
from vae_core.training.folder import holder, standing


def told(folder: Path) -> list[str]:
    """The events but those of epochs."""
    kinds = [event["event"] for event in events.parsed(events.read(folder)[0])]
    return [kind for kind in kinds if kind != "epoch"]


def forget_queue(runs: Manager) -> None:
    """As if the app had ended, and its processes go on."""
    for job in runs._jobs.waiting():
        runs._jobs.cancel(job.key)


def is_under_way(folder: Path) -> bool:
    """Its process has said so; it holds the lock a moment before."""
    return told(folder)[-1] == "started"


def epoch(folder: Path) -> int:
    now = standing(folder)
    return now.epoch if now else 0


def test_a_second_start_waits_for_its_turn(runs: Manager) -> None:
    names = [runs.start(plan()) for _ in range(3)]
    assert names == ["mine", "mine-2", "mine-3"]
    assert states(runs) == {"mine": ("running", None), "mine-2": ("waiting", 1), "mine-3": ("waiting", 2)}
    runs.pause("mine-2")
    assert states(runs) == {"mine": ("running", None), "mine-2": ("paused", None), "mine-3": ("waiting", 1)}
    runs.resume("mine-2")
    assert states(runs)["mine-2"] == ("waiting", 2)
    until(lambda: is_under_way(runs.root / "mine"))
    runs.pause("mine")
    assert told(runs.root / "mine") == ["asked", "started", "paused"]
    until(lambda: is_under_way(runs.root / "mine-3"))
    assert states(runs) == {"mine": ("paused", None), "mine-2": ("waiting", 1), "mine-3": ("running", None)}
    assert holder(runs.root / "mine-2") is None


def test_several_at_once_where_that_is_allowed(runs_root: Path, fake: None) -> None:
    runs = Manager(runs_root, at_once=2)
    for _ in range(3):
        runs.start(plan())
    assert [state for state, _ in states(runs).values()].count("running") == 2
    end(runs)


def test_a_run_goes_on_where_it_was_paused_and_comes_to_its_end(runs: Manager) -> None:
    folder = runs.root / runs.start(plan(epochs=20))
    until(lambda: epoch(folder) > 2)
    runs.pause("mine")
    before = epoch(folder)
    with pytest.raises(TrainingError, match="is paused: it cannot be paused"):
        runs.pause("mine")
    runs.resume("mine")
    waits_for(runs, "mine", "done")
    found = [event["epoch"] for event in events.parsed(events.read(folder)[0]) if event["event"] == "epoch"]
    assert found == list(range(1, 21))
    assert before < 20
    assert told(folder) == ["asked", "started", "paused", "asked", "started", "done"]
    for act in (runs.resume, runs.pause, runs.stop):
        with pytest.raises(TrainingError):
            act("mine")


def test_what_is_stopped_is_finished_whether_it_runs_or_is_paused(runs: Manager) -> None:
    first, second = (runs.root / runs.start(plan()) for _ in range(2))
    with pytest.raises(TrainingError, match="no whole epoch yet"):
        runs.stop(second.name)
    until(lambda: epoch(first) > 1)
    runs.stop(first.name)
    waits_for(runs, first.name, "stopped")
    until(lambda: epoch(second) > 1)
    runs.pause(second.name)
    runs.stop(second.name)
    assert runs.state(second.name) in ("running", "stopped")
    waits_for(runs, second.name, "stopped")


def test_a_run_that_is_paused_before_its_process_hears_is_paused(runs: Manager) -> None:
    runs.start(plan())
    runs.pause("mine")
    until(lambda: runs.state("mine") == "paused")
    assert told(runs.root / "mine")[-1] == "paused"
    assert runs.runs()[0].words == ""


def test_a_new_process_of_the_app_follows_what_runs_and_knows_who_waits(runs: Manager) -> None:
    for name in ("c", "b", "a"):
        runs.start(plan(name))
    until(lambda: epoch(runs.root / "c") > 0)
    pid = holder(runs.root / "c")
    forget_queue(runs)
    again = Manager(runs.root, at_once=1)
    assert states(again) == {"c": ("running", None), "b": ("paused", None), "a": ("paused", None)}
    again.recover()
    assert states(again) == {"c": ("running", None), "b": ("waiting", 1), "a": ("waiting", 2)}
    again.pause("b")
    assert holder(runs.root / "c") == pid
    again.stop("c")
    waits_for(again, "a", "running")
    waits_for(again, "c", "stopped")
    assert told(runs.root / "c") == ["asked", "started", "stopped"]
    end(again)


def test_a_process_that_is_killed_has_failed_and_can_be_resumed(runs: Manager) -> None:
    folder = runs.root / runs.start(plan(epochs=30))
    until(lambda: epoch(folder) > 1)
    os.kill(holder(folder) or 0, signal.SIGKILL)
    waits_for(runs, "mine", "failed")
    words = "The training was ended by the system, most likely because memory ran out."
    until(lambda: runs.runs()[0].words == words)
    runs.resume("mine")
    waits_for(runs, "mine", "done")
    assert runs.runs()[0].words == ""


def test_a_crash_is_told_and_the_next_has_its_turn(runs: Manager) -> None:
    runs.start(plan("crash", seed=7))
    runs.start(plan("next", epochs=1))
    waits_for(runs, "crash", "failed")
    found = {run.name: run.words for run in runs.runs()}
    assert found["crash"] == "The training broke off: its process ended with status 7."
    waits_for(runs, "next", "done")


def test_what_only_the_folder_knows_to_have_ended_is_paused(runs: Manager) -> None:
    folder = runs.root / runs.start(plan())
    until(lambda: epoch(folder) > 0)
    again = Manager(runs.root, at_once=1)
    again.recover()
    runs.pause("mine")
    waits_for(again, "mine", "paused")
    again.resume("mine")
    waits_for(again, "mine", "running")
    assert told(folder)[:4] == ["asked", "started", "paused", "asked"]
    end(again)


def test_a_program_that_cannot_start_has_failed_with_words(runs: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.jobs.program.sys.executable", "/nothing")
    runs.start(plan())
    waits_for(runs, "mine", "failed")
    assert runs.runs()[0].words == "The training could not be started: No such file or directory."


def test_what_runs_tells_how_long_it_takes_still(runs: Manager) -> None:
    runs.start(plan())
    until(lambda: runs.runs()[0].epoch > 4)
    run = runs.runs()[0]
    assert run.seconds_left is not None
    assert 0.5 < run.seconds_left / ((500 - run.epoch) * 0.05) < 5
    assert (run.role, run.label, run.digits, run.epochs) == ("vae", "VAE, 2 codes", "uci", 500)
    assert abs(run.asked - time.time()) < 60
    assert run.bytes == sum(file.stat().st_size for file in (runs.root / "mine").iterdir())


def test_the_list_has_the_newest_first(runs: Manager) -> None:
    for name in ("b", "c", "a"):
        runs.start(plan(name))
        time.sleep(0.01)
    assert [run.name for run in runs.runs()] == ["a", "c", "b"]
