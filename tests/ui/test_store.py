import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import tiny
from tests.core import idx
from tests.ui.conftest import CHECKPOINTS
from ui import files, store
from ui.choices import digit_sets
from ui.errors import NotHereError
from ui.files import Look
from vae_core import checkpoint
from vae_core.checkpoint import Entry


def test_models_are_sorted_as_a_reader_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["m-2-beta-0.1", "m-2-beta-0.25", "m-2-beta-3", "m-2-beta-10", "m-2-kl-only", "m-10"]
    monkeypatch.setenv("CHECKPOINTS_DIR", str(tmp_path))
    for name in reversed(names):
        tiny.write_checkpoint(tmp_path, name)
    assert list(store.models()) == names


def test_only_the_checkpoint_that_changed_is_read_again(own_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    read_entry = checkpoint.entry

    def record(path: str | Path) -> Entry:
        read.append(Path(path).name)
        return read_entry(path)

    monkeypatch.setattr(checkpoint, "entry", record)
    assert sorted(store.models()) == sorted(read) == sorted(CHECKPOINTS)
    read.clear()
    tiny.write_checkpoint(own_root, "ae-30", "vae-logvar")
    assert store.models()["ae-30"].kind == "vae"
    tiny.write_checkpoint(own_root, "another")
    assert "another" in store.models()
    shutil.rmtree(own_root / "linear")
    assert "linear" not in store.models()
    (own_root / "vae-2" / "config.json").write_text("{")
    assert list(store.problems()) == ["vae-2"]
    assert read == ["ae-30", "another", "vae-2"]


def test_a_checkpoint_set_aside_by_a_save_that_was_cut_short_is_here(own_root: Path) -> None:
    before = store.models()
    (own_root / "ae-30").rename(own_root / ".ae-30.old")
    (own_root / ".ae-30.abcdefgh.new").mkdir()
    assert store.models() == before
    assert store.model("ae-30").config == before["ae-30"]
    assert not store.problems()
    assert not store.entry("ae-30").is_unfinished
    (own_root / ".ae-30.old" / "optimizer.safetensors").write_bytes(b"")
    assert store.entry("ae-30").is_unfinished, "it has an optimizer's state"


class Disk:
    """Counts the looks at the folder of the checkpoints and stops the clock of those who look."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.looks, self.now = 0, 1000.0
        folders = checkpoint.folders

        def count(root: str | Path) -> dict[str, list[Path]]:
            self.looks += root == store.checkpoint_root()
            return folders(root)

        monkeypatch.setattr(checkpoint, "folders", count)
        monkeypatch.setattr("ui.files.LOOK_SECONDS", 1.0)
        monkeypatch.setattr("ui.files.time.monotonic", lambda: self.now)


def test_however_many_ask_the_disk_is_looked_at_once_a_second(own_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch)
    for _ in range(3):
        for name in store.models():
            store.role(name), store.training(name), store.model_stamp(name), store.entry(name).is_unfinished
            store.model(name), store.last_frame(name), store.encodings(name, "uci")
    assert disk.looks == 1
    before = store.model("ae-30")
    tiny.write_checkpoint(own_root, "ae-30", "vae-logvar", seed=3)
    tiny.write_checkpoint(own_root, "another")
    disk.now += 0.9
    assert store.model("ae-30") is before
    disk.now += 0.2
    assert store.model("ae-30").config.kind == store.models()["ae-30"].kind == "vae"
    assert "another" in store.models()
    assert disk.looks == 2


@pytest.mark.parametrize("change", ["another model", "removed", "damaged"])
def test_a_checkpoint_that_changes_between_the_look_and_the_reading_is_looked_at_again(
    change: str, own_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Disk(monkeypatch)
    assert store.models()["ae-30"].kind == "ae"
    if change == "another model":
        tiny.write_checkpoint(own_root, "ae-30", "vae-logvar", seed=3)
        assert store.model("ae-30").config.kind == store.entry("ae-30").config.kind == "vae"
        assert len(store.encodings("ae-30", "uci").codes)
        return
    if change == "removed":
        shutil.rmtree(own_root / "ae-30")
    else:
        (own_root / "ae-30" / "model.safetensors").write_bytes(b"")
    with pytest.raises(NotHereError, match=r"no checkpoint of that name|cannot be used"):
        store.model("ae-30")


def test_while_one_looks_the_others_have_what_was_seen_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.files.LOOK_SECONDS", 1e-9)
    gate, looked = threading.Event(), threading.Event()

    def look(place: str, before: int | None) -> int:
        if before is not None:
            looked.set()
            assert gate.wait(20)
        return (before or 0) + 1

    counted = Look(look)
    assert counted("here") == 1
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(counted, "here")
        assert looked.wait(20)
        assert counted("here") == 1
        gate.set()
        assert slow.result() == 2


def test_all_who_ask_after_a_change_see_it_also_while_one_of_them_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LOOK_SECONDS", 60.0)
    gate, looking, there = threading.Event(), threading.Event(), ["before"]

    def look(place: str, before: str | None) -> str:
        if before is not None:
            looking.set()
            assert gate.wait(20)
        return there[0]

    seen = Look(look)
    assert seen("here") == "before"
    there[0] = "after"
    assert seen("here") == "before"
    seen.again()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(seen, "here")
        assert looking.wait(20)
        second = pool.submit(seen, "here")
        with pytest.raises(TimeoutError):
            second.result(timeout=0.2)
        gate.set()
        assert (first.result(), second.result()) == ("after", "after")


def test_where_nothing_may_be_older_all_wait_for_a_look_of_their_own() -> None:
    gate, looked = threading.Event(), threading.Event()

    def look(place: str, before: int | None) -> int:
        if before == 1:
            looked.set()
            assert gate.wait(20)
        return (before or 0) + 1

    counted = Look(look)
    assert counted("here") == 1
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(counted, "here")
        assert looked.wait(20)
        late = pool.submit(counted, "here")
        gate.set()
        assert (slow.result(), late.result()) == (2, 3)


@pytest.mark.usefixtures("root")
def test_what_is_wrong_with_mnist_is_said_without_the_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    idx.shrink_mnist(monkeypatch)
    assert digit_sets.mnist_problem() == "there is no folder MNIST/raw in the data folder"
    assert digit_sets.mnist_damage() is None
    raw = tmp_path / "no-mnist" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    assert digit_sets.mnist_problem() == "t10k-images-idx3-ubyte is missing"
    assert digit_sets.mnist_damage() is None
    raw.rmdir()
    raw.parent.rmdir()
    labels = idx.write(tmp_path / "no-mnist") / "t10k-labels-idx1-ubyte"
    assert digit_sets.mnist_problem() is None
    assert digit_sets.mnist_damage() is None
    labels.write_bytes(labels.read_bytes()[:-1])
    for said in (digit_sets.mnist_problem(), digit_sets.mnist_damage()):
        assert said == "t10k-labels-idx1-ubyte is truncated: 11 bytes instead of 12"
    labels.write_bytes(labels.read_bytes() + b"\x0a")
    assert digit_sets.mnist_damage() == "t10k-labels-idx1-ubyte holds a label 10; labels are 0 to 9"
