"""What a run needs to be carried out in a test."""

import os
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from tests.core.training.runs import asked
from vae_core.training.process import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Where the set "small" is: 96 pictures of 8 x 8, of which 80 are to train on; every class is among them."""
    data = tmp_path / "data"
    data.mkdir()
    images = np.random.default_rng(0).integers(0, 256, (96, 8, 8), np.uint8)
    safetensors.numpy.save_file({"images": images, "labels": np.arange(96) % 10}, data / "small.safetensors")
    return Machine(data, "cpu")


@pytest.fixture
def no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it: who is killed loses nothing that the system has been handed."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run that waits."""
    return asked(tmp_path / "run")
