import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.core import idx
from tests.ui.conftest import Mirror, until
from ui.jobs import downloads
from vae_core.errors import DigitsError


def state() -> tuple[str, str | None] | None:
    job = downloads.find()
    return job and (job.state, job.error)


def test_it_runs_once_whoever_starts_it(mirror: Mirror) -> None:
    assert state() is None
    together = threading.Barrier(8)

    def start(_: int) -> None:
        together.wait()
        downloads.start()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(start, range(8)))
    mirror.wait_for_half()
    job = downloads.find()
    assert job
    assert (job.state, job.progress, job.words) == ("running", 0.5, "MNIST: 5.0 of 10.0 MB")
    mirror.end()
    assert state() == ("done", None)
    assert mirror.calls == 1
    downloads.start()
    mirror.end(lambda data_dir: None)
    assert mirror.calls == 2, "as often as it is asked for"


def test_a_failure_is_kept_until_the_next_start(mirror: Mirror) -> None:
    def fail(data_dir: Path) -> None:
        raise DigitsError(f"MNIST cannot be written to {data_dir / 'MNIST' / 'raw'}: no space left")

    downloads.start()
    mirror.end(fail)
    assert state() == ("failed", "MNIST cannot be written to MNIST/raw: no space left")
    downloads.start()
    mirror.end(idx.write)
    assert state() == ("done", None)


def test_what_nobody_foresaw_ends_it_too(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", logged.append)
    monkeypatch.setattr("vae_core.download.download_mnist", lambda *_: 1 / 0)
    downloads.start()
    until(lambda: logged)
    assert state() == ("failed", "The download of MNIST broke off, the server's log says why")
