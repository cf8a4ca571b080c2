"""Saving is atomic: whatever stops it, and whenever, the folder holds the old model or the new one, whole.

And whatever else lies in the folder stays where it is: the same file, not a copy of it.
"""

from __future__ import annotations

import itertools
import json
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
from vae_core import checkpoint, own_files
from vae_core.checkpoint import CheckpointError
from vae_core.models import Autoencoder
from vae_core.training import new_model

OLD, NEW, NEXT = (new_model(CONFIGS[kind], seed) for kind, seed in (("ae", 1), ("vae-sigma", 2), ("tanh", 3)))
FRAMES = [np.full((112, 224), grey, np.uint8) for grey in (0, 255)]
DONE, KILLED = 42, -signal.SIGKILL
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def which(path: Path) -> str:
    """Which of the planted models `path` holds, in all its files."""
    loaded = checkpoint.load(path)
    for name, model in (("old", OLD), ("new", NEW), ("next", NEXT)):
        if loaded.config == model.config:
            for key, tensor in model.state_dict().items():
                assert torch.equal(loaded.state_dict()[key], tensor)
            assert checkpoint.load_training(path) == {"name": name}
            assert len(checkpoint.load_frames(path)) == (0 if name == "new" else 2)
            return name
    raise AssertionError("a model that nobody saved")


def save(path: Path, model: Autoencoder, name: str) -> None:
    """The new one has neither film nor optimizer: those of the old one must go."""
    more = () if name == "new" else (FRAMES, {"step": torch.zeros(1)})
    checkpoint.save(path, model, {"name": name}, *more)


def plant(path: Path) -> None:
    """What a checkpoint does not own, and what a tool of somebody else may leave beside it."""
    path.mkdir(parents=True, exist_ok=True)
    for name in ("notes.md", ".git/refs/heads/main", "Config.JSON", "runs/1/events", ".vae_core.notes", "film.gif.bak"):
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{name}, years of work")
    (path / "notes.md").chmod(0o400)
    for nested in (path / "best", path.with_name(f".{path.name}.abc12345.new"), path.with_name(f".{path.name}.new")):
        nested.mkdir()
        for name in ("config.json", "model.safetensors"):
            (nested / name).write_text(f"{name} of the best one")
    (path / "empty").mkdir()
    (path / "nowhere").symlink_to("nothing")
    (path / ".vae_core.abcdefgh.new").symlink_to("empty")
    (path / ".vae_core.12345678.new").mkdir()
    (path / ".vae_core.12345678.new" / "notes").write_text("here of all places")


def foreign(path: Path) -> dict[str, tuple[int, bytes | None]]:
    """All of that, by its path: which inode, which content."""
    found = {}
    aside = path.with_name(f".{path.name}.old")
    folders = [folder for folder in (path, *path.parent.glob(".*")) if folder.exists()]
    for file in (each for folder in folders for each in (folder, *folder.rglob("*"))):
        own = file.parent in (path, aside) and (file.name in own_files.NAMES or file.name == own_files.JOURNAL)
        stage = next((part for part in (file, *file.parents) if own_files.STAGE.fullmatch(part.name)), None)
        planted = stage and stage.name in (".vae_core.abcdefgh.new", ".vae_core.12345678.new")
        if not own and (stage is None or planted):
            content = file.read_bytes() if file.is_file() else None
            found[str(file.relative_to(path.parent))] = (file.lstat().st_ino, content)
    return found


def assert_next_save_is_clean(path: Path) -> None:
    before = foreign(path)
    save(path, NEXT, "next")
    assert which(path) == "next"
    after = foreign(path)
    assert sorted(before.values(), key=str) == sorted(
        (found for name, found in after.items() if name != path.name or before), key=str
    )
    assert {file.name for file in path.iterdir() if f"{path.name}/{file.name}" not in after} == set(own_files.NAMES)


CALLS: list[tuple[Any, str]] = [
    (os, "replace"),
    (os, "fsync"),
    (os, "open"),
    (os, "listdir"),
    (own_files.tempfile, "mkdtemp"),
    (Path, "open"),
    (Path, "chmod"),
    (Path, "unlink"),
    (Path, "rmdir"),
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
        (path / "notes").write_text("mine")
        calls = itertools.count()
        failed = False

        def fail(*arguments: Any, _calls: Any = calls, _failing: int = failing, **options: Any) -> Any:
            nonlocal failed
            if next(_calls) == _failing:
                failed = True
                raise error
            return original(*arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(owner, name, fail)
            try:
                save(path, NEW, "new")
            except KeyboardInterrupt:
                pass
            except CheckpointError as complaint:
                assert "No space left" in str(complaint)  # noqa: PT017
        if not failed:
            break
        assert which(path) in ("old", "new")
        assert (path / "notes").read_text() == "mine"
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


@needs_fork
@pytest.mark.parametrize("before", ["old", "old, set aside by an earlier version", "nothing"])
def test_killed_before_any_step_on_the_file_system(before: str, tmp_path: Path) -> None:
    """Python announces every open, rename, mkdir and removal; the child is killed at each in turn."""
    for step in itertools.count():
        path = tmp_path / str(step) / "model"
        path.parent.mkdir()
        if before != "nothing":
            save(path, OLD, "old")
            plant(path)
        if before == "old, set aside by an earlier version":
            path.rename(path.with_name(".model.old"))
        planted = sorted(foreign(path).values(), key=str)

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
            kept = sorted(foreign(path).values(), key=str)
            assert before == "nothing" or kept == planted
        if step % 8 == 0:
            assert_next_save_is_clean(path)
        shutil.rmtree(path.parent)
    assert step > 10
    assert which(path) == "new"


@needs_fork
def test_killed_at_random_moments(tmp_path: Path) -> None:
    path = tmp_path / "model"
    save(path, OLD, "old")
    plant(path)
    planted = foreign(path)

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
        assert foreign(path) == planted
    assert_next_save_is_clean(path)


@needs_fork
def test_whoever_reads_meanwhile_sees_one_model(tmp_path: Path) -> None:
    """Config, weights and training of the same save, in each of many looks, while two others save without a pause."""
    path = tmp_path / "model"
    save(path, OLD, "old")
    (path / "notes").write_text("mine")

    def work(model: Autoencoder, name: str) -> None:
        while True:
            save(path, model, name)

    writers = [in_child(lambda: work(NEW, "new")), in_child(lambda: work(NEXT, "next"))]
    seen = set()
    try:
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            with own_files.opened(path) as files:
                config, about, optimizer = (
                    files.read(name, 10_000) for name in ("config.json", "training.json", "optimizer.safetensors")
                )
            assert config is not None
            assert about is not None
            name = json.loads(about)["name"]
            models = {"old": OLD, "new": NEW, "next": NEXT}
            assert json.loads(config) == models[name].config.to_json()
            assert (optimizer is None) == (name == "new")
            loaded = checkpoint.load(path)
            (saved,) = (model for model in models.values() if model.config == loaded.config)
            assert all(torch.equal(value, saved.state_dict()[key]) for key, value in loaded.state_dict().items())
            (entry,) = checkpoint.available(tmp_path)
            assert entry.problem is None
            seen.add(name)
    finally:
        for pid in writers:
            os.kill(pid, signal.SIGKILL)
            exit_code(pid)
    assert {"new", "next"} <= seen
    assert (path / "notes").read_text() == "mine"
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


@pytest.mark.parametrize("kind", ["text", "a model of another program"])
def test_a_folder_that_is_no_checkpoint_is_not_replaced(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "thesis"
    path.mkdir()
    if kind == "text":
        (path / "thesis.tex").write_text("years of work")
    else:
        (path / "config.json").write_text('{"model_type": "bert"}')
        (path / "model.safetensors").write_bytes(b"years of work")
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    for attempt in (lambda: save(path, NEW, "new"), lambda: checkpoint.check_writable(path)):
        with pytest.raises(CheckpointError, match=r"thesis cannot be written: .*not a checkpoint"):
            attempt()
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before


@pytest.mark.parametrize("name", [".hidden", "..", os.fsdecode(b"odd-\xff"), ".model.old"])
def test_what_would_never_be_shown_is_not_saved(name: str, tmp_path: Path) -> None:
    root = tmp_path / "checkpoints"
    root.mkdir()
    for attempt in (lambda: save(root / name, NEW, "new"), lambda: checkpoint.check_writable(root / name)):
        with pytest.raises(CheckpointError, match=r"cannot be written: .*(dot|UTF-8)") as caught:
            attempt()
        str(caught.value).encode()
    assert list(root.iterdir()) == []


def test_a_path_without_a_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path in (Path("."), Path("/")):
        with pytest.raises(CheckpointError, match="cannot be written"):
            checkpoint.save(path, NEW)


@pytest.mark.parametrize("name", ["film.gif", "optimizer.safetensors", own_files.JOURNAL])
def test_what_stands_where_a_file_should_stays(name: str, tmp_path: Path) -> None:
    path = tmp_path / "model"
    save(path, NEW, "new")
    (path / name).mkdir()
    (path / name / "mine").write_text("mine")
    with pytest.raises(CheckpointError, match=rf"{name} cannot be written: something else"):
        save(path, OLD, "old")
    assert checkpoint.load(path).config == NEW.config
    assert (path / name / "mine").read_text() == "mine"


def test_a_journal_of_somebody_else_moves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "model"
    save(path, NEW, "new")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "config.json").write_text("{}")
    for journal in ("", "[]", '{"folder": "../secret", "files": ["config.json"]}', '{"folder": 3, "files": 3}'):
        (path / own_files.JOURNAL).write_text(journal)
        assert which(path) == "new"
        with pytest.raises(CheckpointError, match="something else has that name"):
            save(path, OLD, "old")
        assert (path / own_files.JOURNAL).read_text() == journal
        assert (tmp_path / "secret" / "config.json").read_text() == "{}"


def test_names_that_differ_in_case_alone_are_one_on_some_disks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model"
    save(path, OLD, "old")
    listdir = os.listdir
    monkeypatch.setattr(os, "listdir", lambda folder: [name.replace("film", "Film") for name in listdir(folder)])
    with pytest.raises(CheckpointError, match=r"differs from film\.gif in case"):
        save(path, NEW, "new")
    assert which(path) == "old"


def test_links_stay_and_what_they_lead_to_stays(tmp_path: Path) -> None:
    real = tmp_path / "disk" / "model"
    save(real, OLD, "old")
    (tmp_path / "linked").symlink_to(real)
    hard = tmp_path / "hard.safetensors"
    os.link(real / "model.safetensors", hard)
    soft = tmp_path / "soft.json"
    (real / "training.json").rename(soft)
    (real / "training.json").symlink_to(soft)
    before = hard.read_bytes(), soft.read_bytes()
    save(tmp_path / "linked", NEW, "new")
    assert (tmp_path / "linked").is_symlink()
    assert which(real) == which(tmp_path / "linked") == "new"
    assert (hard.read_bytes(), soft.read_bytes()) == before


def test_what_an_earlier_version_has_set_aside_stays_beside_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "model"
    save(path, OLD, "old")
    path.rename(tmp_path / ".model.old")
    (tmp_path / ".model.old" / "notes").write_text("mine")
    save(path, NEW, "new")
    assert (path / "notes").read_text() == "mine"
    path.rename(tmp_path / ".model.old")
    save(tmp_path / "other", OLD, "old")
    (tmp_path / "other").rename(path)
    save(path, NEW, "new")
    assert (tmp_path / ".model.old" / "notes").read_text() == "mine"


def test_all_is_on_disk_before_it_gets_its_name_and_the_name_before_save_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test can cut the power; but what was not synced before the rename could be lost after it."""
    path = tmp_path / "model"
    synced: list[int] = []
    fsync, rename, replace = os.fsync, os.rename, os.replace

    def spy_fsync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    def check_synced(stage: Path) -> None:
        needed = {file.stat().st_ino for file in (stage, *stage.iterdir())}
        assert len(needed) in (4, 7)
        assert needed <= set(synced)
        synced.clear()

    def spy_rename(source: Path, target: Path) -> None:
        check_synced(source)
        rename(source, target)

    def spy_replace(source: Path, target: Path) -> None:
        if target == path / own_files.JOURNAL:
            check_synced(source.parent)
        replace(source, target)

    monkeypatch.setattr(os, "fsync", spy_fsync)
    monkeypatch.setattr(os, "rename", spy_rename)
    monkeypatch.setattr(os, "replace", spy_replace)
    save(path, NEW, "new")
    assert synced == [tmp_path.stat().st_ino]
    save(path, OLD, "old")
    assert synced == [path.stat().st_ino] * 3
