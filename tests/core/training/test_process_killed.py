"""Killed at any moment, a run has a whole checkpoint or none, and goes on as if nothing had been."""

import itertools
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.core.training.runs import EPOCHS, asked, epochs, state, told
from tests.forks import exit_code, in_child, needs_fork
from vae_core import checkpoint
from vae_core.storage import own_files
from vae_core.training import process
from vae_core.training.folder import epochs_done, holder
from vae_core.training.process import Machine

MOMENTS = 50


@needs_fork
@pytest.mark.usefixtures("no_disk")
def test_killed_at_random_moments_it_ends_with_the_same_weights(tmp_path: Path, machine: Machine) -> None:
    whole = asked(tmp_path / "whole")
    process.train(whole, machine)
    weights = checkpoint.load(whole).state_dict()
    # In this process everything is imported and warm by now, and so in its children.
    started = time.monotonic()
    process.train(asked(tmp_path / "timed"), machine)
    lasts = time.monotonic() - started
    random, kept = np.random.default_rng(0), []
    paths = (asked(tmp_path / str(number)) for number in itertools.count())
    while len(kept) < MOMENTS:
        path = next(paths)
        while state(path) != "done":
            if killed_after(path, machine, random.uniform(0, lasts)):
                kept.append(epochs_done(path))
        found = told(path)
        assert list(epochs(found)) == list(range(1, EPOCHS + 1))
        assert found[-1]["test"] == checkpoint.load_training(path)["test"]
        assert len(checkpoint.load_frames(path)) == EPOCHS
        ended = checkpoint.load(path).state_dict()
        assert all(torch.equal(ended[name], tensor) for name, tensor in weights.items())
    assert len(set(kept)) > 2, "the moments are not spread over the training"


def killed_after(path: Path, machine: Machine, seconds: float) -> bool:
    """Trains for so long; what is there then can be read. False where it came to its end before."""
    pid = in_child(lambda: process.train(path, machine))
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    if exit_code(pid) != -signal.SIGKILL:
        assert state(path) == "done"
        return False
    assert holder(path) is None
    done = epochs_done(path)
    if own_files.version(path):
        checkpoint.load(path)
        history = checkpoint.load_training(path)["history"]
        assert [entry["epoch"] for entry in history] == list(range(1, done + 1))
        assert len(checkpoint.load_frames(path)) == done
    # The event comes after the save.
    assert list(epochs(told(path))) in (list(range(1, done + 1)), list(range(1, done)))
    return True
