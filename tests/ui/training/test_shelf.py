"""Runs beside the checkpoints."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests import tiny
from tests.ui.conftest import CHECKPOINTS
from tests.ui.training.conftest import plan
from ui import store
from ui.shelf import look_again, shelf
from ui.training import forecast
from ui.training.manager import manager
from vae_core import checkpoint
from vae_core.models import parameter_count
from vae_core.training import events
from vae_core.training.fit import new_model
from vae_core.training.folder import create


def test_only_what_is_over_is_a_model(root: Path, runs_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sorted(store.models()) == sorted(CHECKPOINTS)
    before = shelf()
    tiny.write_checkpoint(runs_root, "over", "bernoulli")
    create(runs_root / "waits", plan("waits"))
    tiny.write_checkpoint(runs_root, "goes-on")
    (runs_root / "goes-on" / "optimizer.safetensors").write_bytes(b"")
    (runs_root / ".deleted").mkdir()
    shutil.copytree(runs_root / "over", runs_root / ".deleted" / "gone~1")
    assert set(store.models()) - set(before.configs) == {"over"}
    assert not store.problems()
    after = shelf()
    tiny.write_checkpoint(runs_root / "elsewhere", "goes-on", seed=3)
    for file in (runs_root / "elsewhere" / "goes-on").iterdir():
        shutil.copy(file, runs_root / "goes-on" / file.name)
    assert shelf() is after


def test_how_fast_it_trains_is_told_by_runs_of_dense_nets(root: Path, runs_root: Path) -> None:
    """A convolution takes many operations for each weight, and each takes longer."""
    entry = {"epoch": 1, "loss": 1.0, "reconstruction": 1.0, "kl": 0.0, "seconds": 1.0, "images_per_second": 100.0}
    dense = plan().model
    before = forecast.flops()
    for name, model in (("layers", replace(dense, encoder=dense.chain("encoder"))), ("widths", dense)):
        create(runs_root / name, plan(name, model=model))
        checkpoint.save(runs_root / name, new_model(model, 0), {"digits": "uci", "history": [entry]})
        events.append(runs_root / name, "done")
        look_again()
        assert store.entry(name).is_run
        assert forecast.flops() == (before if name == "layers" else 100 * 6 * parameter_count(dense))


def test_a_run_hides_no_checkpoint_and_says_so(root: Path, runs_root: Path) -> None:
    tiny.write_checkpoint(runs_root, "vae-30", "ae")
    assert store.models()["vae-30"].kind == "vae"
    assert store.entry("vae-30").path.parent == root
    (run,) = manager().runs()
    assert (run.name, run.state) == ("vae-30", "done")
    assert run.words.startswith("A checkpoint has this name, too")


def test_what_is_damaged_costs_nobody_else(root: Path, runs_root: Path) -> None:
    for name in ("damaged", "no-plan", "torn", "odd"):
        create(runs_root / name, plan(name))
    tiny.write_checkpoint(runs_root, "over", "bernoulli", training={"digits": "uci"})
    tiny.write_checkpoint(runs_root, "damaged-model")
    (runs_root / "damaged-model" / "config.json").write_text("{")
    (runs_root / "damaged" / "run.json").write_text("{")
    (runs_root / "no-plan" / "run.json").unlink()
    (runs_root / "torn" / events.FILE).write_bytes(b'{"event":"asked","time":1}\n{"event":"ep')
    (runs_root / "odd" / events.FILE).write_bytes(b'[]\n{"event":7}\n\xff\xff\n')
    (runs_root / "empty").mkdir()
    (runs_root / "file").write_text("")
    (runs_root / "link").symlink_to("/nowhere")
    found = {run.name: run for run in manager().runs()}
    assert found.keys() >= {"damaged", "torn", "odd", "over", "damaged-model"}
    assert found.keys() <= {"damaged", "torn", "odd", "over", "damaged-model", "no-plan"}
    assert found["damaged"].words == "What this run was to do cannot be read: its run.json is damaged."
    assert found["over"].words == found["torn"].words == ""
    assert (found["over"].digits, found["over"].label) == ("uci", "VAE, 2 codes")
    assert found["damaged-model"].words.startswith("Damaged-model/config.json is not JSON")
    assert list(store.problems()) == ["damaged-model"]


def test_the_look_at_the_runs_reads_nothing_that_has_not_changed(
    root: Path, runs_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        tiny.write_checkpoint(runs_root, f"run-{number}")
    before = shelf()
    assert len(before.good) == 20 + len(CHECKPOINTS)
    monkeypatch.setattr(checkpoint, "entry", lambda _: pytest.fail("it is known"))
    (runs_root / "run-3" / events.FILE).write_text(json.dumps({"event": "done", "time": 1}) + "\n")
    assert shelf() is before
