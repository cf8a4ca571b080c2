import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.core.training.test_fit import trained
from tests.core.training.together import TRAININGS
from vae_core import checkpoint
from vae_core.data import Digits
from vae_core.recipes import RECIPES
from vae_core.training import distributed, events
from vae_core.training.fit import fit, new_model
from vae_core.training.run import split_digits

ROOT = Path(__file__).parents[3]


def torchrun(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", *arguments]
    alone = {key: value for key, value in os.environ.items() if key not in ("RANK", "WORLD_SIZE")}
    return subprocess.run(
        command, cwd=ROOT, env={**alone, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, timeout=240
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("together")
    done = torchrun("-m", "tests.core.training.together", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("name", TRAININGS)
def test_two_processes_train_as_one(name: str, folder: Path, uci: Digits) -> None:
    config, training, count = TRAININGS[name]
    alone = new_model(config, training.seed)
    expected = [report.to_json() for report in fit(alone.given(uci.labels[:count]), uci.images[:count], training)]
    (first, reports), (second, _) = (torch.load(folder / f"{name}-{rank}") for rank in (0, 1))
    for key, weights in alone.state_dict().items():
        torch.testing.assert_close(first[key], weights, rtol=0, atol=1e-4)
        assert torch.equal(first[key], second[key])
    for mine, one in zip(reports, expected, strict=True):
        assert mine["loss"] == pytest.approx(one["loss"], rel=1e-4)
        assert mine["kl"] == pytest.approx(one["kl"], rel=1e-4)


def test_all_go_on_where_the_first_one_stopped(folder: Path) -> None:
    whole, reports = torch.load(folder / "ae-0")
    for rank in (0, 1):
        again, rest = torch.load(folder / f"again-{rank}")
        assert [report["epoch"] for report in rest] == [2, 3]
        assert rest[-1]["loss"] == reports[-1]["loss"]
        assert all(torch.equal(again[key], whole[key]) for key in whole)
        assert (folder / f"told-{rank}").read_text() == "the first's"


def test_who_fails_ends_all(tmp_path: Path) -> None:
    done = torchrun("-m", "tests.core.training.together", str(tmp_path), "1")
    assert done.returncode != 0
    assert (tmp_path / "error-1-its").read_text() == "the disk is full"
    assert not list(tmp_path.glob("finished-*"))


def test_the_command_line_trains_in_two_processes(tmp_path: Path) -> None:
    recipe = ("ae-2", "--digits", "uci", "--run-dir")
    config, training = RECIPES["ae-2"].model, replace(RECIPES["ae-2"].training, epochs=2)
    together = tmp_path / "together"
    train, _ = split_digits("uci")
    model = new_model(config, training.seed)
    for _ in fit(model, train.images, training):
        pass
    done = torchrun("-m", "vae_core", "train", *recipe, str(together), "--epochs", "2")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("is saved in") == 1
    for key, weights in checkpoint.load(together).state_dict().items():
        torch.testing.assert_close(weights, model.state_dict()[key], rtol=0, atol=1e-4)
    kinds = [event["event"] for event in events.parsed(events.read(together)[0])]
    assert [kind for kind in kinds if kind != "step"] == ["started", "epoch", "epoch", "done"]


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("rows", [1, 2, 7, 250])
def test_every_row_is_somebodys(rows: int, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.distributed, "get_world_size", lambda: count)
    seen: list[int] = []
    for rank in range(count):
        monkeypatch.setattr(torch.distributed, "get_rank", lambda rank=rank: rank)
        mine = distributed.share(torch.arange(rows)).tolist()
        assert rows // count <= len(mine) <= -(-rows // count)
        assert mine or rank
        seen += mine
    assert seen == list(range(rows))


def test_one_process_alone_is_no_group(uci: Digits) -> None:
    config, training, count = TRAININGS["ae"]
    with distributed.joined():
        assert not torch.distributed.is_initialized()
        assert distributed.told("mine") == "mine"
        assert distributed.is_first()
        assert distributed.processes() == 1
        trained(config, uci.images[:count], training)
