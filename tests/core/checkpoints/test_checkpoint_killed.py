"""Saving is atomic: whatever stops it, and whenever, the folder holds the old model or the new one, whole.

And whatever else lies in the folder stays where it is: the same file, not a copy of it.
"""

import itertools
import json
import os
import shutil
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.forks import DONE, exit_code, in_child, needs_fork
from tests.tiny import CONFIGS
from vae_core import checkpoint
from vae_core.checkpoint import CheckpointError
from vae_core.models import Autoencoder
from vae_core.storage import own_files
from vae_core.training.fit import new_model

# Of the smallest pictures that there may be: a save is a few small files.
OLD, NEW, NEXT = (
    new_model(replace(CONFIGS[kind], shape=(1, 8, 8)), seed)
    for kind, seed in (("ae", 1), ("vae-sigma", 2), ("tanh", 3))
)
MODELS = {"old": OLD, "new": NEW, "next": NEXT}
FRAMES = [np.full((32, 64), grey, np.uint8) for grey in (0, 255)]
KILLED = -signal.SIGKILL


@pytest.fixture(autouse=True)
def do_not_wait_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is killed loses nothing that the system has been handed."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the old model is."""
    save(tmp_path / "model", OLD, "old")
    return tmp_path / "model"


def name_of(model: Autoencoder) -> str:
    """Which of the planted models it is, in all its weights."""
    (name,) = (name for name, planted in MODELS.items() if planted.config == model.config)
    for key, tensor in MODELS[name].state_dict().items():
        assert torch.equal(model.state_dict()[key], tensor)
    return name


def which(path: Path) -> str:
    """Which of the planted models `path` holds, in all its files."""
    name = name_of(checkpoint.load(path))
    assert checkpoint.load_training(path) == {"name": name}
    assert len(checkpoint.load_frames(path)) == (0 if name == "new" else 2)
    return name


def save(path: Path, model: Autoencoder, name: str) -> None:
    """The new one has neither film nor optimizer: those of the old one must go."""
    more = () if name == "new" else (FRAMES, {"step": torch.zeros(1)})
    checkpoint.save(path, model, {"name": name}, *more)


def plant(path: Path) -> None:
    """What a checkpoint does not own, and what a tool of somebody else may leave beside it."""
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


def in_order(found: dict[str, tuple[int, bytes | None]]) -> list[tuple[int, bytes | None]]:
    return sorted(found.values(), key=str)


def assert_next_save_is_clean(path: Path) -> None:
    before = foreign(path)
    save(path, NEXT, "next")
    assert which(path) == "next"
    after = foreign(path)
    assert in_order(before) == in_order({name: file for name, file in after.items() if name != path.name or before})
    assert {file.name for file in path.iterdir() if f"{path.name}/{file.name}" not in after} == set(own_files.NAMES)


CALLS: list[tuple[Any, str]] = [
    *((os, name) for name in ("replace", "fsync", "open", "listdir")),
    (own_files.tempfile, "mkdtemp"),
    *((Path, name) for name in ("open", "chmod", "unlink", "rmdir")),
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
                assert "No space left" in str(complaint)  # noqa: PT017
        if next(calls) <= failing:
            break
        assert which(path) in ("old", "new")
        assert (path / "notes").read_text() == "mine"
        (entry,) = checkpoint.available(path.parent)
        assert (entry.name, entry.problem) == ("model", None)
        assert_next_save_is_clean(path)
    assert failing > 0, "the call is never made"
    assert which(path) == "new"


@needs_fork
@pytest.mark.parametrize("before", ["old", "old, set aside by an earlier version", "nothing"])
def test_killed_before_any_step_on_the_file_system(before: str, tmp_path: Path) -> None:
    """Python announces every open, rename, mkdir and removal; the child is killed at each in turn."""
    template = tmp_path / "template"
    template.mkdir()
    if before != "nothing":
        save(template / "model", OLD, "old")
        plant(template / "model")
    if before == "old, set aside by an earlier version":
        (template / "model").rename(template / ".model.old")
    for step in itertools.count():
        path = tmp_path / str(step) / "model"
        shutil.copytree(template, path.parent, symlinks=True)
        planted = in_order(foreign(path))

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
            assert before == "nothing" or in_order(foreign(path)) == planted
        if step % 8 == 0:
            assert_next_save_is_clean(path)
        shutil.rmtree(path.parent)
    assert step > 10
    assert which(path) == "new"


@needs_fork
def test_killed_at_random_moments(path: Path) -> None:
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
def test_whoever_reads_meanwhile_sees_one_model(path: Path) -> None:
    """Config, weights and training of the same save, in each of many looks, while two others save without a pause."""
    (path / "notes").write_text("mine")

    def work(model: Autoencoder, name: str) -> None:
        while True:
            save(path, model, name)

    writers = [in_child(lambda: work(NEW, "new")), in_child(lambda: work(NEXT, "next"))]
    seen = []
    try:
        deadline = time.monotonic() + 60
        while (len(seen) < 200 or not {"new", "next"} <= set(seen)) and time.monotonic() < deadline:
            with own_files.opened(path) as files:
                config, about, optimizer = (
                    files.read(name, 10_000) for name in ("config.json", "training.json", "optimizer.safetensors")
                )
            name = json.loads(about or b"")["name"]
            assert json.loads(config or b"") == MODELS[name].config.to_json()
            assert (optimizer is None) == (name == "new")
            name_of(checkpoint.load(path))
            (entry,) = checkpoint.available(path.parent)
            assert entry.problem is None
            seen.append(name)
    finally:
        for pid in writers:
            os.kill(pid, signal.SIGKILL)
            exit_code(pid)
    assert {"new", "next"} <= set(seen)
    assert (path / "notes").read_text() == "mine"
    assert_next_save_is_clean(path)


def test_files_of_two_saves_are_not_taken_for_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file moves between the look for it and its opening, and another save begins while all are looked at again."""
    save(path, NEXT, "next")
    names = ("config.json", "training.json", "optimizer.safetensors")
    is_still, calls = own_files._is_still, itertools.count()

    def begins(found: Any, file: Path) -> bool:
        if next(calls) == len(names) - 1:
            save(path, NEW, "new")
        return is_still(found, own_files._readable_paths(path)[file.name])

    opens, opened = own_files._open, itertools.count()

    def misses(file: Path) -> Any:
        return None if file.name == names[-1] and next(opened) == 0 else opens(file)

    monkeypatch.setattr(own_files, "_open", misses)
    monkeypatch.setattr(own_files, "_is_still", begins)
    with own_files.opened(path, names) as files:
        assert json.loads(files.read("training.json", 10_000) or b"") == {"name": "new"}
        assert "optimizer.safetensors" not in files


def test_all_is_on_disk_before_it_gets_its_name_and_the_name_before_save_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test can cut the power; but what was not synced before the rename could be lost after it."""
    path = tmp_path / "model"
    synced: list[int] = []
    rename, replace = os.rename, os.replace

    def check_synced(stage: Path) -> None:
        needed = {file.stat().st_ino for file in (stage, *stage.iterdir())}
        assert len(needed) in (4, 7)
        assert needed <= set(synced)
        synced.clear()

    def spy_replace(source: Path, target: Path) -> None:
        if target == path / own_files.JOURNAL:
            check_synced(source.parent)
        replace(source, target)

    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    monkeypatch.setattr(os, "rename", lambda source, target: (check_synced(source), rename(source, target)))
    monkeypatch.setattr(os, "replace", spy_replace)
    save(path, NEW, "new")
    assert synced == [tmp_path.stat().st_ino]
    save(path, OLD, "old")
    assert synced == [path.stat().st_ino] * 3
