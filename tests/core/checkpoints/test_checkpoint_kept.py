"""What a save does not replace: folders and files of others, links, names that are none."""

import os
from pathlib import Path

import pytest

from tests.core.checkpoints.test_checkpoint_killed import NEW, OLD, assert_next_save_is_clean, path, save, which
from vae_core import checkpoint
from vae_core.checkpoint import CheckpointError
from vae_core.storage import own_files

__all__ = ["path"]


def test_values_json_does_not_know_leave_the_old_one(path: Path) -> None:
    for value in (float("nan"), float("inf"), object()):
        with pytest.raises(CheckpointError, match=r"model cannot be written: .*JSON"):
            checkpoint.save(path, NEW, {"value": value})
        assert which(path) == "old"
    assert_next_save_is_clean(path)


def assert_refused(path: Path, words: str) -> None:
    """By a save, and by the look before a training."""
    for attempt in (lambda: save(path, NEW, "new"), lambda: checkpoint.check_writable(path)):
        with pytest.raises(CheckpointError, match=words) as caught:
            attempt()
        str(caught.value).encode()


@pytest.mark.parametrize(
    "files",
    [{"thesis.tex": "years of work"}, {"config.json": '{"model_type": "bert"}', "model.safetensors": "years of work"}],
)
def test_a_folder_that_is_no_checkpoint_is_not_replaced(files: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "thesis"
    path.mkdir()
    for name, text in files.items():
        (path / name).write_text(text)
    assert_refused(path, r"thesis cannot be written: .*not a checkpoint")
    assert {file.name: file.read_text() for file in path.iterdir()} == files


@pytest.mark.parametrize("name", [".hidden", "..", os.fsdecode(b"odd-\xff"), ".model.old"])
def test_what_would_never_be_shown_is_not_saved(name: str, tmp_path: Path) -> None:
    root = tmp_path / "checkpoints"
    root.mkdir()
    assert_refused(root / name, r"cannot be written: .*(dot|UTF-8)")
    assert list(root.iterdir()) == []


def test_a_place_that_cannot_be_a_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    for place in (Path("file/model"), Path("."), Path("/")):
        with pytest.raises(CheckpointError, match="cannot be written"):
            checkpoint.save(place, NEW)


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


def test_names_that_differ_in_case_alone_are_one_on_some_disks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_what_an_earlier_version_has_set_aside_stays_beside_what_is_there(path: Path, tmp_path: Path) -> None:
    path.rename(tmp_path / ".model.old")
    (tmp_path / ".model.old" / "notes").write_text("mine")
    save(path, NEW, "new")
    assert (path / "notes").read_text() == "mine"
    path.rename(tmp_path / ".model.old")
    save(tmp_path / "other", OLD, "old")
    (tmp_path / "other").rename(path)
    save(path, NEW, "new")
    assert (tmp_path / ".model.old" / "notes").read_text() == "mine"
