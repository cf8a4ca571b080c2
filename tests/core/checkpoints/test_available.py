import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import Mock

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
        assert not entry.problem or str(entry.path) in entry.problem


def test_a_root_that_is_missing_or_a_file_or_may_not_be_read_holds_nothing(
    make_checkpoint: MakeCheckpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    for root in (tmp_path / "nowhere", tmp_path / "file", tmp_path):
        assert available(root) == []
    root = make_checkpoint("ae").parent
    monkeypatch.setattr(Path, "iterdir", Mock(side_effect=PermissionError(13, "Permission denied")))
    assert available(root) == []


def refuse(error: OSError, folder: Path, file: Path) -> None:
    if file == folder / "config.json":
        raise error


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (partial(refuse, PermissionError(13, "Permission denied")), "config.json cannot be read"),
        (partial(refuse, OSError(5, "Input/output error")), "config.json cannot be read"),
        (lambda folder, _: (folder / "model.safetensors").unlink(missing_ok=True), "model.safetensors"),
    ],
    ids=["refused", "broken", "vanished"],
)
def test_a_file_that_cannot_be_read_is_a_problem_of_its_folder_alone(
    happens: Callable[[Path, Path], object], said: str, make_checkpoint: MakeCheckpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, os_open = make_checkpoint("bad"), os.open
    make_checkpoint("good")
    monkeypatch.setattr(os, "open", lambda file, *how: (happens(folder, Path(file)), os_open(file, *how))[1])
    bad, good = available(folder.parent)
    assert said in str(bad.problem)
    assert good.problem is None


def test_an_entry_that_cannot_even_be_looked_at_does_not_hide_the_others(make_checkpoint: MakeCheckpoint) -> None:
    """A link to a name no file system holds makes `stat` fail in a way `Path.is_dir` passes on."""
    root = make_checkpoint("good").parent
    for name, target in (("odd", "x" * 300), ("loop", "loop"), ("dangling", "nowhere")):
        os.symlink(target, root / name)
    assert [entry.name for entry in available(root)] == ["good"]


def test_a_checkpoint_reached_by_a_link_is_listed(make_checkpoint: MakeCheckpoint, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    os.symlink(make_checkpoint("good"), tmp_path / "elsewhere" / "linked")
    (entry,) = available(tmp_path / "elsewhere")
    assert (entry.name, entry.problem) == ("linked", None)


@pytest.mark.parametrize("name", ["ae-30.old", "ae.new", "old", "vae-2-beta-0.1", "räume 30", "[ae]"])
def test_a_folder_is_listed_by_its_name_and_a_save_under_way_is_not(name: str, make_checkpoint: MakeCheckpoint) -> None:
    root = make_checkpoint(name).parent
    for hidden in (".ae.x1y2z3.new", ".ipynb_checkpoints"):
        shutil.copytree(root / name, root / hidden)
    (entry,) = available(root)
    assert (entry.name, entry.path, entry.problem) == (name, root / name, None)


def test_a_checkpoint_between_the_two_renames_is_found_by_every_reader(make_checkpoint: MakeCheckpoint) -> None:
    folder = make_checkpoint("ae", training={"seed": 1})
    aside = folder.rename(folder.with_name(".ae.old"))
    (entry,) = available(folder.parent)
    assert (entry.name, entry.path, entry.config, entry.problem) == ("ae", aside, CONFIGS["ae"], None)
    assert checkpoint.load(folder).config == CONFIGS["ae"]
    assert checkpoint.load_training(folder) == {"seed": 1}
    assert checkpoint.load_frames(folder) == []
    assert checkpoint.load_optimizer_state(folder) is None
