"""Runs get other names, are deleted and come back; nothing else is touched, and nothing that is being trained."""

import errno
import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_core import checkpoint
from vae_core.config import ModelConfig, TrainingConfig
from vae_core.errors import ShelfError
from vae_core.models import build
from vae_core.training import folder, shelf
from vae_core.training.plan import Plan

TINY = ModelConfig(kind="ae", latent_dim=1)


def make(root: Path, name: str) -> Path:
    plan = Plan(name=name, model=TINY, training=TrainingConfig(epochs=1))
    (root / name).mkdir(exist_ok=True)
    (root / name / "run.json").write_text(json.dumps(plan.to_json()))
    (root / name / "events.jsonl").write_text('{"event":"done","time":1}\n')
    return root / name


def tree(root: Path) -> dict[str, str]:
    return {str(file.relative_to(root)): file.read_text() for file in sorted(root.rglob("*")) if file.is_file()}


def plan(run: Path) -> Plan:
    return Plan.from_json(json.loads((run / "run.json").read_text()))


@contextmanager
def trained(run: Path) -> Iterator[None]:
    with (run / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("1234")
        lock.flush()
        yield


def test_a_run_gets_another_name(tmp_path: Path) -> None:
    run = make(tmp_path, "mine")
    (run / "notes.txt").write_text("years of work")
    shelf.rename(tmp_path, "mine", "yours")
    assert not run.exists()
    assert plan(tmp_path / "yours") == Plan(name="yours", model=TINY, training=TrainingConfig(epochs=1))
    assert set(os.listdir(tmp_path / "yours")) == {"run.json", "events.jsonl", "run.lock", "notes.txt"}


def test_a_checkpoint_that_came_without_a_plan_gets_another_name(tmp_path: Path) -> None:
    checkpoint.save(tmp_path / "came", build(TINY))
    shelf.rename(tmp_path, "came", "here")
    assert checkpoint.entry(tmp_path / "here").problem is None
    assert not (tmp_path / "here" / "run.json").exists()


@pytest.mark.parametrize("content", ["", "[1]", "{", '{"name": NaN}', "\xff"])
def test_a_damaged_plan_goes_along_as_it_is(content: str, tmp_path: Path) -> None:
    run = make(tmp_path, "mine")
    (run / "run.json").write_text(content, encoding="latin-1")
    shelf.rename(tmp_path, "mine", "yours")
    found = (tmp_path / "yours" / "run.json").read_text(encoding="latin-1")
    assert found == content or json.loads(found) == {"name": "yours"}


@pytest.mark.parametrize("to", ["", ".", "..", "../mine", "/tmp/x", "a/b", ".hidden", "a.", "Ä", "A", "x" * 61, "a\n"])
def test_what_is_no_name_is_refused(to: str, tmp_path: Path) -> None:
    root = tmp_path / "runs"
    root.mkdir()
    make(root, "mine")
    before = tree(tmp_path)
    for ask in (lambda: shelf.rename(root, "mine", to), lambda: shelf.rename(root, to, "other")):
        with pytest.raises(ShelfError, match=r"no name|no run"):
            ask()
    with pytest.raises(ShelfError, match="no run"):
        shelf.delete(root, to)
    with pytest.raises(ShelfError, match="no deleted run"):
        shelf.restore(root, to)
    assert {name: text for name, text in tree(tmp_path).items() if "run.lock" not in name} == before


def test_nothing_is_renamed_over(tmp_path: Path) -> None:
    make(tmp_path, "mine")
    make(tmp_path, "yours")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "empty").mkdir()
    for to in ("mine", "yours", "file", "nowhere", "empty"):
        with pytest.raises(ShelfError, match=f"there is a run '{to}' already"):
            shelf.rename(tmp_path, "mine", to)
    assert plan(tmp_path / "mine").name == "mine"
    assert plan(tmp_path / "yours").name == "yours"


def test_what_is_being_trained_stays(tmp_path: Path) -> None:
    run = make(tmp_path, "mine")
    with trained(run):
        before = tree(tmp_path)
        for ask in (lambda: shelf.rename(tmp_path, "mine", "yours"), lambda: shelf.delete(tmp_path, "mine")):
            with pytest.raises(ShelfError, match="'mine' is being trained: pause or stop it first"):
                ask()
        assert tree(tmp_path) == before
    shelf.delete(tmp_path, "mine")
    assert not run.exists()


def test_a_deleted_run_comes_back_as_it_was(tmp_path: Path) -> None:
    checkpoint.save(tmp_path / "mine", build(TINY))
    run = make(tmp_path, "mine")
    (run / "notes.txt").write_text("years of work")
    before = {file.name: file.read_bytes() for file in run.iterdir()}
    shelf.delete(tmp_path, "mine")
    assert not run.exists()
    assert checkpoint.available(tmp_path) == []
    shelf.restore(tmp_path, "mine")
    assert {file.name: file.read_bytes() for file in run.iterdir() if file.name != "run.lock"} == before
    with pytest.raises(ShelfError, match="no deleted run 'mine'"):
        shelf.restore(tmp_path, "mine")


def test_of_several_the_last_comes_back_and_not_over_another(tmp_path: Path) -> None:
    for text in ("first", "second"):
        run = make(tmp_path, "mine")
        (run / "events.jsonl").write_text(text)
        shelf.delete(tmp_path, "mine")
    make(tmp_path, "mine")
    with pytest.raises(ShelfError, match="there is a run 'mine' already"):
        shelf.restore(tmp_path, "mine")
    shelf.rename(tmp_path, "mine", "other")
    shelf.restore(tmp_path, "mine")
    assert (tmp_path / "mine" / "events.jsonl").read_text() == "second"
    shelf.rename(tmp_path, "mine", "newer")
    shelf.restore(tmp_path, "mine")
    assert (tmp_path / "mine" / "events.jsonl").read_text() == "first"


def test_the_newest_deleted_ones_are_kept_and_nothing_of_anybody_else_goes(tmp_path: Path) -> None:
    deleted = tmp_path / ".deleted"
    for i in range(shelf.KEPT + 5):
        run = make(tmp_path, f"run-{i}")
        if i == 1:
            (run / "notes.txt").write_text("years of work")
        shelf.delete(tmp_path, run.name)
        if i == 0:
            (deleted / "thesis").mkdir()
            (deleted / "thesis" / "run.json").write_text("years of work")
            (deleted / "linked~1").symlink_to(deleted / "thesis")
            (deleted / "film.gif~1").mkdir()
            (deleted / "film.gif~1" / "film.gif").mkdir()
    found = {name.rpartition("~")[0] for name in os.listdir(deleted) if name.startswith("run-")}
    # The folders of others count, too, but are never removed.
    assert found == {"run-1", *(f"run-{i}" for i in range(5, shelf.KEPT + 5))}
    assert (deleted / "thesis" / "run.json").read_text() == "years of work"
    assert (deleted / "linked~1").is_symlink()
    assert (deleted / "film.gif~1" / "film.gif").is_dir()


def test_links_are_not_followed(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "runs", tmp_path / "elsewhere"
    root.mkdir()
    elsewhere.mkdir()
    real = make(elsewhere, "real")
    (root / "linked").symlink_to(real)
    for ask in (lambda: shelf.rename(root, "linked", "other"), lambda: shelf.delete(root, "linked")):
        with pytest.raises(ShelfError, match="no run 'linked'"):
            ask()
    make(root, "mine")
    (root / "mine" / "run.lock").symlink_to(tmp_path / "made")
    with pytest.raises(ShelfError, match=r"run\.lock"):
        shelf.delete(root, "mine")
    assert not (tmp_path / "made").exists()
    (root / "mine" / "run.lock").unlink()
    (root / ".deleted").symlink_to(elsewhere)
    with pytest.raises(ShelfError, match="is a link"):
        shelf.delete(root, "mine")
    real.rename(elsewhere / "real~1")
    with pytest.raises(ShelfError, match="no deleted run"):
        shelf.restore(root, "real")
    assert (root / "mine").is_dir()


def test_on_a_full_disk_the_folder_has_the_new_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "mine")

    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    shelf.rename(tmp_path, "mine", "yours")
    assert folder.read_plan(tmp_path / "yours").name == "yours"
    shelf.rename(tmp_path, "yours", "mine")
    shelf.delete(tmp_path, "mine")


def test_a_page_that_looks_does_not_keep_a_run_from_moving(tmp_path: Path) -> None:
    run = make(tmp_path, "mine")
    (run / "run.lock").write_text("1")
    looks = threading.Event()

    def look() -> None:
        with (run / "run.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            looks.set()
            time.sleep(0.1)

    thread = threading.Thread(target=look)
    thread.start()
    looks.wait()
    shelf.rename(tmp_path, "mine", "yours")
    thread.join()


def test_who_moves_a_run_is_not_taken_for_who_trains_it(tmp_path: Path) -> None:
    run = make(tmp_path, "mine")
    (run / "run.lock").write_text("1\n")
    with folder.locked(run):
        assert folder.holder(run) == 0
    assert folder.holder(run) is None


def test_no_folder_of_runs_is_a_sentence(tmp_path: Path) -> None:
    for ask in (
        lambda: shelf.rename(tmp_path / "no", "mine", "yours"),
        lambda: shelf.delete(tmp_path / "no", "mine"),
        lambda: shelf.restore(tmp_path / "no", "mine"),
    ):
        with pytest.raises(ShelfError, match="No such file"):
            ask()


def test_of_many_who_want_a_name_one_gets_it(tmp_path: Path) -> None:
    names = [f"run-{i}" for i in range(8)]
    for name in names:
        make(tmp_path, name)
    refused = []

    def want(name: str) -> None:
        try:
            shelf.rename(tmp_path, name, "best")
        except ShelfError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=want, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["there is a run 'best' already"] * 7
    assert plan(tmp_path / "best").name == "best"
    assert sum((tmp_path / name).exists() for name in names) == 7


@given(st.text(max_size=70))
def test_any_name_is_a_folder_of_root_or_refused(name: str) -> None:
    root = Path("/nowhere/runs")
    with suppress(ShelfError):
        assert shelf._free(root, name).parent == root
