from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.core import idx
from tests.ui.conftest import Mirror, wait_until_over
from ui.jobs import downloads
from ui.jobs.downloads import Progress
from vae_core.errors import DigitsError


def test_it_runs_once_whoever_starts_it(mirror: Mirror) -> None:
    assert downloads.mnist.progress == Progress()
    together = threading.Barrier(8)

    def start(_: int) -> None:
        together.wait()
        downloads.mnist.start()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(start, range(8)))
    mirror.wait_for_half()
    assert downloads.mnist.progress == Progress(running=True, done=5_000_000, total=10_000_000)
    mirror.end()
    assert downloads.mnist.progress == Progress()
    assert mirror.calls == 1


def test_a_failure_is_kept_until_the_next_start(mirror: Mirror) -> None:
    def fail(data_dir: Path) -> None:
        raise DigitsError(f"MNIST cannot be written to {data_dir / 'MNIST' / 'raw'}: no space left")

    downloads.mnist.start()
    mirror.end(fail)
    assert downloads.mnist.progress == Progress(error="MNIST cannot be written to MNIST/raw: no space left")
    downloads.mnist.start()
    mirror.end(idx.write)
    assert downloads.mnist.progress == Progress()


def test_what_nobody_foresaw_ends_it_too_and_reaches_the_log(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", logged.append)
    monkeypatch.setattr("vae_core.download.download_mnist", lambda *_: 1 / 0)
    downloads.mnist.start()
    wait_until_over()
    for thread in threading.enumerate():
        if thread.name == "download of MNIST":
            thread.join()
    assert downloads.mnist.progress.error == "The download of MNIST broke off, the server's log says why"
    assert [args.exc_type for args in logged] == [ZeroDivisionError]
