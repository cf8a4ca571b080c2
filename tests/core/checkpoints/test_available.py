from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tiny import CONFIGS
from vae_core import checkpoint
from vae_core.checkpoint import available

MakeCheckpoint = Callable[..., Path]


def test_good_and_bad_are_listed_by_name(make_checkpoint: MakeCheckpoint) -> None:
    for name, kind in (("b", "vae-sigma"), ("a", "linear"), ("c", "ae")):
        make_checkpoint(name, kind)
    root = make_checkpoint("d").parent
    (root / "c" / "config.json").unlink()
    (root / "d" / "model.safetensors").write_bytes(b"")
    (root / "empty").mkdir()
    (root / "README.md").write_text("not a checkpoint")
    entries = available(root)
    assert [entry.name for entry in entries] == ["a", "b", "c", "d", "empty"]
    assert [entry.config for entry in entries] == [CONFIGS["linear"], CONFIGS["vae-sigma"], None, None, None]
    assert [entry.problem is None for entry in entries] == [True, True, False, False, False]
    for entry in entries:
        assert entry.path == root / entry.name
        if entry.problem:
            assert str(entry.path) in entry.problem


def test_a_root_that_is_missing_or_a_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert available(tmp_path / "nowhere") == []
    assert available(tmp_path / "file") == []
    assert available(tmp_path) == []


def test_a_root_that_may_not_be_read_holds_nothing(
    make_checkpoint: MakeCheckpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_checkpoint("ae").parent

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert available(root) == []


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")])
def test_a_file_that_cannot_be_read_is_a_problem_of_its_folder_alone(
    error: OSError, make_checkpoint: MakeCheckpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_checkpoint("bad")
    root = make_checkpoint("good").parent
    os_open = os.open

    def refuse(file: Path, *arguments: int) -> int:
        if Path(file) == root / "bad" / "config.json":
            raise error
        return os_open(file, *arguments)

    monkeypatch.setattr(os, "open", refuse)
    bad, good = available(root)
    assert bad.problem is not None
    assert "config.json cannot be read" in bad.problem
    assert good.problem is None


def test_an_entry_that_cannot_even_be_looked_at_does_not_hide_the_others(make_checkpoint: MakeCheckpoint) -> None:
    """A link to a name no file system holds makes `stat` fail in a way `Path.is_dir` passes on."""
    root = make_checkpoint("good").parent
    os.symlink("x" * 5000 if os.name != "posix" else "x" * 300, root / "odd")
    os.symlink("loop", root / "loop")
    os.symlink("nowhere", root / "dangling")
    assert [entry.name for entry in available(root)] == ["good"]


def test_a_checkpoint_reached_by_a_link_is_listed(make_checkpoint: MakeCheckpoint, tmp_path: Path) -> None:
    folder = make_checkpoint("good")
    (tmp_path / "elsewhere").mkdir()
    os.symlink(folder, tmp_path / "elsewhere" / "linked")
    (entry,) = available(tmp_path / "elsewhere")
    assert (entry.name, entry.problem) == ("linked", None)


@pytest.mark.parametrize("name", ["ae-30.old", "ae.new", "old", "vae-2-beta-0.1", "räume 30", "[ae]"])
def test_a_folder_is_listed_by_its_own_name(name: str, make_checkpoint: MakeCheckpoint) -> None:
    root = make_checkpoint(name).parent
    (entry,) = available(root)
    assert (entry.name, entry.path, entry.problem) == (name, root / name, None)


def test_a_save_that_is_going_on_is_not_listed(make_checkpoint: MakeCheckpoint) -> None:
    root = make_checkpoint("ae").parent
    shutil.copytree(root / "ae", root / ".ae.x1y2z3.new")
    shutil.copytree(root / "ae", root / ".ipynb_checkpoints")
    assert [entry.name for entry in available(root)] == ["ae"]


def test_a_checkpoint_between_the_two_renames_is_found_by_every_reader(make_checkpoint: MakeCheckpoint) -> None:
    folder = make_checkpoint("ae", training={"seed": 1})
    aside = folder.with_name(".ae.old")
    folder.rename(aside)
    (entry,) = available(folder.parent)
    assert (entry.name, entry.path, entry.config, entry.problem) == ("ae", aside, CONFIGS["ae"], None)
    assert checkpoint.load(folder).config == CONFIGS["ae"]
    assert checkpoint.load_training(folder) == {"seed": 1}
    assert checkpoint.load_frames(folder) == []
    assert checkpoint.load_optimizer_state(folder) is None


def test_weights_that_vanish_while_they_are_listed_are_a_problem_not_an_error(
    make_checkpoint: MakeCheckpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_checkpoint("ae").parent

    os_open = os.open

    def vanished(file: Path, *arguments: int) -> int:
        (root / "ae" / "model.safetensors").unlink(missing_ok=True)
        return os_open(file, *arguments)

    monkeypatch.setattr(os, "open", vanished)
    (entry,) = available(root)
    assert entry.problem is not None
    assert "model.safetensors" in entry.problem
