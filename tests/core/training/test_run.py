import dataclasses
import itertools
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.tiny import CONFIGS
from vae_core import checkpoint
from vae_core.config import CorruptionConfig, ModelConfig, TrainingConfig
from vae_core.data import Digits
from vae_core.errors import CheckpointError, ConfigError, TrainingError
from vae_core.metrics import Metric
from vae_core.recipes import Recipe, UnknownNameError, find_recipe, with_settings
from vae_core.training import run as run_module
from vae_core.training.run import Run, split_digits

EPOCHS = 4
TRAINING = TrainingConfig(
    epochs=EPOCHS, batch_size=40, corruption=CorruptionConfig(kind="masking", level=0.3), beta=0.5, seed=11
)


def recipe(kind: str, training: TrainingConfig = TRAINING) -> Recipe:
    return Recipe(f"tiny-{kind}", "for the tests", CONFIGS[kind], training)


@pytest.fixture(scope="module")
def digits(uci: Digits) -> tuple[Digits, Digits]:
    train, test = (Digits(uci.images[rows], uci.labels[rows], "uci") for rows in (slice(130), slice(130, 170)))
    return train, test


def finished(run: Run, epochs: int | None = None) -> Run:
    for _ in itertools.islice(run.epochs(), epochs):
        pass
    return run


@pytest.fixture
def new_run(digits: tuple[Digits, Digits], tmp_path: Path) -> Callable[..., Run]:
    """A run in `tmp_path / "run"`: `new_run(kind, training)`."""
    return lambda kind="ae", training=TRAINING: Run(recipe(kind, training), tmp_path / "run", *digits)


@pytest.fixture
def begun(new_run: Callable[..., Run], tmp_path: Path) -> Path:
    """The folder of a run of "ae" after its first epoch."""
    finished(new_run(), 1)
    return tmp_path / "run"


def read(folder: Path) -> dict[str, Any]:
    """All that two equal trainings have in common: the bytes of the files, and training.json without its clock."""
    contents: dict[str, Any] = {file.name: file.read_bytes() for file in folder.iterdir()}
    about = json.loads(contents[checkpoint.TRAINING_FILE])
    del about["seconds"]
    for entry in about["history"]:
        del entry["seconds"], entry["images_per_second"]
    return {**contents, checkpoint.TRAINING_FILE: about}


@pytest.mark.parametrize("kind", ["ae", "vae-sigma", "linear"])
def test_an_interrupted_run_taken_up_from_disk_leaves_the_same_files(
    kind: str, digits: tuple[Digits, Digits], tmp_path: Path
) -> None:
    finished(Run(recipe(kind), tmp_path / "whole", *digits))
    for stop in (1, 3):
        path = tmp_path / f"stopped-{stop}"
        finished(Run(recipe(kind), path, *digits), stop)
        assert (path / checkpoint.OPTIMIZER_FILE).is_file()
        torch.manual_seed(5)
        again = Run(recipe(kind), path, *digits)
        assert again.resume() == stop
        finished(again)
        assert read(path) == read(tmp_path / "whole")


def test_a_finished_run_says_what_it_did(new_run: Callable[..., Run], tmp_path: Path) -> None:
    run = finished(new_run("vae-logvar"))
    about = checkpoint.load_training(tmp_path / "run")
    assert about["recipe"] == "tiny-vae-logvar"
    assert about["digits"] == "uci"
    assert about["training_digits"] == 130
    assert TrainingConfig.from_json({key: about[key] for key in TRAINING.to_json()}) == TRAINING
    assert ModelConfig.from_json(about["model"]) == CONFIGS["vae-logvar"]
    assert [entry["epoch"] for entry in about["history"]] == [1, 2, 3, 4]
    assert about["seconds"] == pytest.approx(sum(entry["seconds"] for entry in about["history"]), abs=0.06)
    assert set(about["versions"]) == {"python", "torch", "numpy", "safetensors"}
    measured = {metric.name: metric.value for metric in run.metrics()}
    assert {name: entry["value"] for name, entry in about["test"].items()} == pytest.approx(measured, abs=1e-4)
    assert all(entry["unit"] and entry["protocol"] for entry in about["test"].values())
    assert checkpoint.load_optimizer_state(tmp_path / "run") is None
    assert len(checkpoint.load_frames(tmp_path / "run")) == EPOCHS
    saved = checkpoint.load(tmp_path / "run")
    assert all(torch.equal(saved.state_dict()[name], tensor) for name, tensor in run.model.state_dict().items())


def test_an_unfinished_run_can_be_read_after_every_epoch(new_run: Callable[..., Run], tmp_path: Path) -> None:
    for report in new_run().epochs():
        (entry,) = checkpoint.available(tmp_path)
        assert entry.problem is None
        assert len(checkpoint.load_training(tmp_path / "run")["history"]) == report.epoch


@pytest.mark.parametrize("error", [KeyboardInterrupt(), CheckpointError("the disk is full")])
def test_an_epoch_that_was_not_saved_is_not_in_the_history(
    error: BaseException, new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command line tells from the history which epoch is on disk."""
    run = new_run()
    epochs = run.epochs()
    next(epochs)
    monkeypatch.setattr(run_module.checkpoint, "save", Mock(side_effect=error))
    with pytest.raises(type(error)):
        next(epochs)
    assert [entry["epoch"] for entry in run.history] == [1]


def test_there_must_be_something_to_resume_that_is_not_finished(new_run: Callable[..., Run]) -> None:
    with pytest.raises(CheckpointError, match="there is no checkpoint folder"):
        new_run().resume()
    finished(new_run())
    with pytest.raises(TrainingError, match="is finished"):
        new_run().resume()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"epochs": 5}, "epochs 4, not 5"),
        ({"seed": 12}, "seed 11, not 12"),
        ({"beta": 1.0}, "beta 0.5, not 1.0"),
        ({"corruption": None}, "corruption .* not None"),
    ],
)
@pytest.mark.usefixtures("begun")
def test_other_settings_than_at_the_start_are_refused(
    changes: dict[str, Any], said: str, new_run: Callable[..., Run]
) -> None:
    with pytest.raises(TrainingError, match=f"was begun with {said}"):
        new_run("ae", dataclasses.replace(TRAINING, **changes)).resume()


def test_other_digits_or_another_model_are_refused(digits: tuple[Digits, Digits], begun: Path) -> None:
    with pytest.raises(TrainingError, match="was begun with training_digits 130, not 40"):
        Run(recipe("ae"), begun, digits[1], digits[1]).resume()
    other = dataclasses.replace(recipe("tanh"), name="tiny-ae")
    with pytest.raises(TrainingError, match="was begun with model"):
        Run(other, begun, *digits).resume()


@pytest.mark.parametrize("history", ["missing", "a number", "too long"])
def test_a_history_that_does_not_fit_is_refused(history: str, begun: Path, new_run: Callable[..., Run]) -> None:
    file = begun / checkpoint.TRAINING_FILE
    about = json.loads(file.read_text())
    kept = about.pop("history")
    if history != "missing":
        about["history"] = 3 if history == "a number" else kept * (EPOCHS + 1)
    file.write_text(json.dumps(about))
    with pytest.raises((TrainingError, CheckpointError), match=r"training\.json: .*'history' (is no|must be a) list"):
        new_run().resume()


def test_metrics_of_a_linear_model_come_with_those_of_pca(new_run: Callable[..., Run]) -> None:
    linear, other = ([metric.name for metric in new_run(kind).metrics()] for kind in ("linear", "ae"))
    assert linear[-1] == "pca_squared_error"
    assert "pca_squared_error" not in other


def test_a_test_metric_that_is_not_finite_loses_no_training(
    new_run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = [Metric("psnr", math.inf, "dB", "planted")]
    monkeypatch.setattr(run_module, "test_metrics", lambda *_: endless)
    finished(new_run())
    assert len(checkpoint.load_training(tmp_path / "run")["history"]) == EPOCHS


def test_the_uci_digits_are_split_without_overlap(uci: Digits) -> None:
    train, test = split_digits("uci")
    assert (len(train), len(test)) == (1500, 297)
    np.testing.assert_array_equal(np.concatenate([train.images, test.images]), uci.images)
    np.testing.assert_array_equal(np.concatenate([train.labels, test.labels]), uci.labels)
    with pytest.raises(UnknownNameError, match="no set of digits 'svhn': there are mnist, uci"):
        split_digits("svhn")


def test_settings_replace_those_of_the_recipe() -> None:
    base = find_recipe("dae-gaussian-30")
    changed = with_settings(base, 3, 8)
    assert changed == dataclasses.replace(base, training=dataclasses.replace(base.training, epochs=3, seed=8))
    assert with_settings(base, None, None) == base
    with pytest.raises(ConfigError, match=r"TrainingConfig\.epochs"):
        with_settings(base, 0, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("encoder.code.bias.exp_avg", torch.zeros(7)),
        ("encoder.code.bias.exp_avg", torch.full((3,), torch.nan)),
        ("encoder.code.bias.exp_avg_sq", torch.zeros(3, dtype=torch.float64)),
        ("encoder.code.bias.step", torch.zeros(1)),
        ("stray", torch.zeros(1)),
        ("decoder.out.bias.exp_avg", None),
    ],
)
def test_an_optimizer_state_that_does_not_fit_is_refused(
    name: str, value: torch.Tensor | None, new_run: Callable[..., Run], tmp_path: Path
) -> None:
    finished(new_run("linear"), 1)
    file = tmp_path / "run" / checkpoint.OPTIMIZER_FILE
    state = {**load_file(file), name: value}
    save_file({key: tensor for key, tensor in state.items() if tensor is not None}, file)
    run = new_run("linear")
    run.resume()
    with pytest.raises(TrainingError, match=f"cannot go on: .*'{name}'"):
        next(run.epochs())


def test_a_folder_that_cannot_be_written_is_refused_before_the_first_epoch(
    digits: tuple[Digits, Digits], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    monkeypatch.setattr("vae_core.training.run.fit", lambda *_: pytest.fail("trained in vain"))
    with pytest.raises(CheckpointError, match="not a checkpoint"):
        next(Run(recipe("ae"), tmp_path / "thesis", *digits).epochs())
    assert [file.name for file in tmp_path.iterdir()] == ["thesis"]
