"""A net of layers with a label, as a run, as a zip and on the command line."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.core.training.conftest import machine as machine
from tests.core.training.runs import PLAN, asked, told
from vae_core import checkpoint
from vae_core.__main__ import app
from vae_core.config import ModelConfig
from vae_core.data import as_input
from vae_core.errors import TrainingError
from vae_core.metrics import evaluate
from vae_core.nets.layers import Activation, Convolution, Dense, Flatten, Label, Reshape, TransposedConvolution
from vae_core.storage import archive
from vae_core.training import process
from vae_core.training.process import Machine
from vae_core.training.run import split_digits

RELU = Activation(function="relu")
MODEL = ModelConfig(
    kind="vae",
    latent_dim=2,
    scale="logvar",
    shape=(1, 8, 8),
    classes=10,
    encoder=(Label(classes=10), Convolution(channels=4, kernel=(3, 3), stride=(2, 2)), RELU, Flatten()),
    decoder=(
        *(Label(classes=10), Dense(units=64), RELU, Reshape(shape=(4, 4, 4))),
        TransposedConvolution(channels=1, kernel=(2, 2), stride=(2, 2)),
    ),
)


@pytest.fixture
def trained(tmp_path: Path, machine: Machine) -> Path:
    path = asked(tmp_path / "run", replace(PLAN, model=MODEL), epochs=2)
    assert process.train(path, machine) == "done"
    return path


def test_a_run_tells_codes_and_metrics_of_each_digit_with_its_own_label(trained: Path, machine: Machine) -> None:
    train, test = split_digits("small", machine.data_dir)
    model = checkpoint.load(trained)
    *_, event = told(trained, "epoch")
    codes = np.frombuffer(base64.b64decode(event["codes"]), "<f4").reshape(-1, 2)
    np.testing.assert_allclose(codes, model.given(train.labels).encode(as_input(train.images)), atol=1e-5)
    expected = evaluate(model.given(test.labels), test.images)
    assert told(trained, "done")[0]["test"] == {metric.name: metric.to_json() for metric in expected}


def test_the_command_line_measures_it(trained: Path, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    app(
        ["evaluate", str(trained), "--digits", "small", "--data-dir", str(machine.data_dir), "--json"],
        standalone_mode=False,
    )
    about = checkpoint.load_training(trained)
    assert json.loads(capsys.readouterr().out)["kl"] == pytest.approx(about["test"]["kl"]["value"], abs=1e-3)


def test_it_goes_out_as_a_zip_and_comes_in_again(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "shelf").mkdir()
    again = checkpoint.load(archive.unpack(archive.pack(trained), tmp_path / "shelf"))
    assert again.config == MODEL
    assert all(map(torch.equal, again.state_dict().values(), checkpoint.load(trained).state_dict().values()))


def test_labels_that_it_does_not_know_are_a_sentence(tmp_path: Path, machine: Machine) -> None:
    few = replace(MODEL, classes=3, encoder=(Label(classes=3), Flatten()), decoder=(Label(classes=3), Dense(units=64)))
    path = asked(tmp_path / "few", replace(PLAN, model=few))
    with pytest.raises(TrainingError):
        process.train(path, machine)
    assert told(path, "failed")[0]["words"] == "There is no label 3 in a model of 3 classes, from 0."
