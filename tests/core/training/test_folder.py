import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.core.training.runs import asked, state
from tests.forks import exit_code, in_child, needs_fork
from tests.tiny import write_checkpoint
from vae_core import checkpoint
from vae_core.errors import TrainingError
from vae_core.training import events, folder
from vae_core.training.folder import epochs_done, held, holder, is_over, standing

HISTORY = dict.fromkeys(("loss", "reconstruction", "kl", "seconds", "images_per_second"), 1)


@pytest.mark.parametrize(
    ("told", "state", "epoch"),
    [
        ([("asked", {})], "waiting", 0),
        ([("asked", {}), ("started", {"epoch": 0})], "paused", 0),
        ([("started", {"epoch": 0}), ("step", {"epoch": 1, "step": 4})], "paused", 0),
        ([("started", {"epoch": 0}), ("epoch", {"epoch": 1})], "paused", 1),
        ([("epoch", {"epoch": 4}), ("paused", {"epoch": 4}), ("asked", {})], "waiting", 4),
        ([("epoch", {"epoch": 4}), ("started", {"epoch": 4})], "paused", 4),
        ([("failed", {"epoch": 2, "words": "The disk is full."})], "failed", 2),
        ([("stopped", {"epoch": 3, "test": {}})], "stopped", 3),
        ([("done", {"epoch": 6, "test": {}})], "done", 6),
    ],
)
def test_the_last_event_tells_the_state(
    told: list[tuple[events.Kind, dict[str, Any]]], state: str, epoch: int, tmp_path: Path
) -> None:
    for event, values in told:
        events.append(tmp_path, event, **values)
    now = standing(tmp_path)
    assert now is not None
    assert (now.state, now.epoch, now.pid, now.last["event"]) == (state, epoch, None, told[-1][0])
    with held(tmp_path):
        now = standing(tmp_path)
        assert now is not None
        assert (now.state, now.epoch, now.pid) == ("running", epoch, os.getpid())
    assert holder(tmp_path) is None


def test_a_folder_without_events_is_what_its_files_make_of_it(tmp_path: Path) -> None:
    assert standing(tmp_path / "nothing") is None
    assert standing(tmp_path) is None
    imported = write_checkpoint(
        tmp_path, "imported", training={"history": [{**HISTORY, "epoch": epoch} for epoch in (1, 2)]}
    )
    now = standing(imported)
    assert now is not None
    assert (now.state, now.epoch, now.last) == ("done", 2, {})
    assert is_over(imported)
    (imported / checkpoint.OPTIMIZER_FILE).touch()
    assert state(imported) == "paused"
    assert not is_over(imported)
    path = asked(tmp_path / "run")
    (path / events.FILE).write_bytes(b'{"event":"ask')
    assert state(path) == "paused"
    assert epochs_done(path) == 0


@needs_fork
def test_the_lock_goes_with_its_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> None:
        with held(tmp_path):
            time.sleep(60)

    pid = in_child(work)
    while holder(tmp_path) != pid:
        time.sleep(0.01)
    monkeypatch.setattr(folder, "PATIENCE_SECONDS", 0.05)
    with pytest.raises(TrainingError, match=f"is in training by process {pid}"), held(tmp_path):
        pass
    os.kill(pid, signal.SIGKILL)
    exit_code(pid)
    assert holder(tmp_path) is None
    with held(tmp_path):
        pass


def test_who_looks_keeps_nobody_from_the_lock(tmp_path: Path) -> None:
    """Fifty looks a second, and more, must not make a start fail."""
    with held(tmp_path):
        pass

    def look() -> None:
        while True:
            holder(tmp_path)

    pids = [in_child(look) for _ in range(2)]
    try:
        for _ in range(30):
            with held(tmp_path):
                assert holder(tmp_path) == os.getpid()
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            exit_code(pid)


@pytest.mark.usefixtures("no_disk")
def test_fifty_folders_with_long_events_are_looked_at_in_a_moment(tmp_path: Path) -> None:
    for number in range(50):
        path = asked(tmp_path / f"run-{number}")
        with (path / events.FILE).open("ab") as stream:
            stream.truncate(20_000_000)
            stream.write(b"\n")
        events.append(path, "epoch", epoch=7, frame="A" * 30_000)
    started = time.process_time()
    assert {now.epoch for path in tmp_path.iterdir() if (now := standing(path))} == {7}
    assert time.process_time() - started < 0.25


@pytest.mark.parametrize("name", ["thesis", "thesis/chapter.txt"])
def test_where_no_lock_can_be_is_said(name: str, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / folder.LOCK).mkdir()
    (tmp_path / "thesis" / "chapter.txt").touch()
    with pytest.raises(TrainingError, match=r"run\.lock cannot be written"), held(tmp_path / name):
        pass
    assert standing(tmp_path / name) is None
