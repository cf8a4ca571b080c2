"""How fast this machine trains: floating-point operations a second, so that a form can say how long a training takes.

An image costs `OPERATIONS` for each parameter: two in the pass forward, four in the one back.
"""

from __future__ import annotations

import statistics
import time
from functools import cache

import torch

from ui.jobs.program import cores
from ui.shelf import Shelved, shelf
from vae_core.models import parameter_count
from vae_core.training import events

OPERATIONS = 6
# Of the runs that were trained last.
RUNS = 5
# What is beside the matrix products takes about half as long as they do, see bench/train.py.
SHARE = 1 / 1.5
BATCH, WIDTHS = 250, (784, 512)
MEASURE_SECONDS = 0.05


def flops() -> float:
    """Of the runs of dense nets that ended last, the median; before there is one, of matrix products on all cores."""
    found = sorted(
        ((run.path / events.FILE).stat().st_mtime, _of(run))
        for run in shelf().good.values()
        if run.is_run and run.config.is_dense and run.training.get("history") and (run.path / events.FILE).is_file()
    )
    return statistics.median(speed for _, speed in found[-RUNS:]) if found else _measured()


def _of(run: Shelved) -> float:
    speeds = [float(entry["images_per_second"]) for entry in run.training["history"]]
    return statistics.median(speeds) * OPERATIONS * parameter_count(run.config)


@cache
def _measured() -> float:
    """With one thread, as this process has, and as if the others were as fast."""
    x, w = torch.rand(BATCH, WIDTHS[0]), torch.rand(*WIDTHS)
    x @ w
    started, count = time.perf_counter(), 0
    while (taken := time.perf_counter() - started) < MEASURE_SECONDS:
        x @ w
        count += 1
    return SHARE * cores() * count * 2 * BATCH * WIDTHS[0] * WIDTHS[1] / taken
