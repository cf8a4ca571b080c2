"""Saving is atomic: whatever stops it, and whenever, the folder holds the old model or the new one, whole."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.tiny import CONFIGS
from vae_core import checkpoint
from vae_core.checkpoint import CheckpointError
from vae_core.models import Autoencoder
from vae_core.training import new_model

OLD, NEW, NEXT = (new_model(CONFIGS[kind], seed) for kind, seed in (("ae", 1), ("vae-sigma", 2), ("tanh", 3)))
FRAMES = [np.full((112, 224), grey, np.uint8) for grey in (0, 255)]
DONE, KILLED = 42, -signal.SIGKILL


def which(path: Path, training_too: bool = True) -> str:
    """Which of the planted models `path` holds, in all its files."""
    loaded = checkpoint.load(path)
    for name, model in (("old", OLD), ("new", NEW), ("next", NEXT)):
        if loaded.config == model.config:
            for key, tensor in model.state_dict().items():
                assert torch.equal(loaded.state_dict()[key], tensor)
            if training_too:
                assert checkpoint.load_training(path) == {"name": name}
                assert len(checkpoint.load_frames(path)) == 2
            return name
    raise AssertionError("a model that nobody saved")


def save(path: Path, model: Autoencoder, name: str) -> None:
    checkpoint.save(path, model, {"name": name}, FRAMES, {"step": torch.zeros(1)})


def assert_next_save_is_clean(path: Path) -> None:
    save(path, NEXT, "next")
    assert which(path) == "next"
    assert sorted(file.name for file in path.parent.iterdir()) == [path.name]


CALLS: list[tuple[Any, str]] = [
    (os, "rename"),
    (os, "fsync"),
    (os, "open"),
    (checkpoint, "save_file"),
    (Path, "write_text"),
    (Path, "write_bytes"),
    (Path, "chmod"),
    (checkpoint.tempfile, "mkdtemp"),
]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["disk", "ctrl-c"])
@pytest.mark.parametrize(("owner", "name"), CALLS, ids=[name for _, name in CALLS])
def test_any_call_that_fails_leaves_the_old_or_the_new(
    owner: Any, name: str, error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = getattr(owner, name)
    for failing in itertools.count():
        path = tmp_path / str(failing) / "model"
        save(path, OLD, "old")
        calls = itertools.count()

        def fail(*arguments: Any, _calls: Any = calls, _failing: int = failing, **options: Any) -> Any:
            if next(_calls) == _failing:
                raise error
            return original(*arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(owner, name, fail)
            try:
                save(path, NEW, "new")
            except KeyboardInterrupt:
                pass
            except CheckpointError as complaint:
                assert "cannot be written" in str(complaint)  # noqa: PT017
                assert "No space left" in str(complaint)  # noqa: PT017
            else:
                break
        assert which(path) in ("old", "new")
        (entry,) = checkpoint.available(path.parent)
        assert (entry.name, entry.problem) == ("model", None)
        assert_next_save_is_clean(path)
    assert failing > 0, "the call is never made"
    assert which(path) == "new"


def in_child(work: Callable[[], None]) -> int:
    """Runs `work` in a fork that can be killed without harm; returns its pid."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(DONE)
    return pid


def exit_code(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("before", ["old", "old between the renames", "nothing"])
def test_killed_before_any_step_on_the_file_system(before: str, tmp_path: Path) -> None:
    """Python announces every open, rename, mkdir and removal; the child is killed at each in turn."""
    for step in itertools.count():
        path = tmp_path / str(step) / "model"
        path.parent.mkdir()
        if before != "nothing":
            save(path, OLD, "old")
        if before == "old between the renames":
            path.rename(path.with_name(".model.old"))

        def work(path: Path = path, step: int = step) -> None:
            steps = itertools.count()

            def kill(event: str, _: Any) -> None:
                if event.startswith(("os.", "open", "shutil.", "tempfile.")) and next(steps) == step:
                    os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(kill)
            save(path, NEW, "new")

        code = exit_code(in_child(work))
        if code == DONE:
            break
        assert code == KILLED
        if before != "nothing" or checkpoint.available(path.parent):
            assert which(path) in (("new",) if before == "nothing" else ("old", "new"))
        if step % 4 == 0:
            assert_next_save_is_clean(path)
        shutil.rmtree(path.parent)
    assert step > 20
    assert which(path) == "new"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_random_moments(tmp_path: Path) -> None:
    path = tmp_path / "model"
    save(path, OLD, "old")

    def work() -> None:
        while True:
            save(path, NEW, "new")
            save(path, OLD, "old")

    random = np.random.default_rng(0)
    for _ in range(15):
        pid = in_child(work)
        time.sleep(random.uniform(0.01, 0.06))
        os.kill(pid, signal.SIGKILL)
        assert exit_code(pid) == KILLED
        assert which(path) in ("old", "new")
    assert_next_save_is_clean(path)


def test_values_json_does_not_know_leave_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "model"
    save(path, OLD, "old")
    for value in (float("nan"), float("inf"), object()):
        with pytest.raises(CheckpointError, match=r"model cannot be written: .*JSON"):
            checkpoint.save(path, NEW, {"value": value})
        assert which(path) == "old"
    assert_next_save_is_clean(path)


def test_a_parent_that_cannot_be_made_is_a_checkpoint_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="cannot be written"):
        checkpoint.save(tmp_path / "file" / "model", NEW)


@pytest.mark.parametrize("name", ["model[1]", "a.b", "modèle *"])
def test_leftovers_go_whatever_the_name_and_those_of_others_stay(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    (tmp_path / f".{name}.abc12345.new").mkdir(parents=True)
    other = tmp_path / f".{name}.longer.abc12345.new"
    other.mkdir()
    save(path, NEXT, "next")
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([name, other.name])


def test_a_folder_that_is_no_checkpoint_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "thesis"
    path.mkdir()
    (path / "thesis.tex").write_text("years of work")
    with pytest.raises(CheckpointError, match=r"thesis cannot be written: .*not a checkpoint"):
        save(path, NEW, "new")
    assert (path / "thesis.tex").read_text() == "years of work"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["thesis"]


def test_a_path_without_a_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path in (Path("."), Path("/")):
        with pytest.raises(CheckpointError, match="cannot be written"):
            checkpoint.save(path, NEW)


def test_all_is_on_disk_before_it_gets_its_name_and_the_name_before_save_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test can cut the power; but what was not synced before the rename could be lost after it."""
    path = tmp_path / "model"
    synced: list[int] = []
    fsync, rename = os.fsync, os.rename

    def spy_fsync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    def spy_rename(source: Path, target: Path) -> None:
        if Path(target) == path:
            needed = {file.stat().st_ino for file in (Path(source), *Path(source).iterdir())}
            assert len(needed) == 6
            assert needed <= set(synced)
            synced.clear()
        rename(source, target)

    monkeypatch.setattr(os, "fsync", spy_fsync)
    monkeypatch.setattr(os, "rename", spy_rename)
    save(path, NEW, "new")
    assert synced == [tmp_path.stat().st_ino]
