"""A training beside others that want the same cores."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vae_core import checkpoint

pytestmark = pytest.mark.alone
BUSY = [sys.executable, "-c", "while True: pass"]


@pytest.fixture
def busy() -> Iterator[None]:
    """As many processes as there are cores, each of which wants one."""
    others = [subprocess.Popen(BUSY) for _ in range(os.cpu_count() or 1)]
    yield
    for other in others:
        other.kill()
        other.wait()


@pytest.mark.usefixtures("busy")
def test_two_threads_wait_for_each_other_asleep(tmp_path: Path, repository: Path) -> None:
    """Awake, each would take from the other the time that it waits for: a step took twenty times as long."""

    def seconds(threads: int) -> float:
        out = tmp_path / str(threads)
        options = ["--digits", "uci", "--epochs", "3", "--threads", str(threads), "--out", str(out)]
        subprocess.run([sys.executable, "-m", "vae_core", "train", "ae-30", *options], cwd=repository, check=True)
        return statistics.median(epoch["seconds"] for epoch in checkpoint.load_training(out)["history"])

    alone, together = seconds(1), seconds(2)
    assert together < 4 * alone
