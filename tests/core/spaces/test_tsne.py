import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.core.spaces.test_projection import Codes, cloud
from vae_core.errors import ProjectionError
from vae_core.spaces import tsne
from vae_core.spaces.projection import ProjectionConfig, project
from vae_core.spaces.tsne import TsneJob

SMALL = ProjectionConfig("t-sne", 2, perplexity=8)
PATIENCE = 60
Patch = pytest.MonkeyPatch


def assert_gone(pid: int) -> None:
    """Neither running nor a zombie."""
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.fixture
def long_job() -> Iterator[TsneJob]:
    """Takes far longer than any test."""
    job = TsneJob(cloud(3000, 10), ProjectionConfig("t-sne", 3))
    yield job
    job.cancel()


class RecordedJob(TsneJob):
    """Keeps every progress that there was, also what nobody looked at in time."""

    def __init__(self, codes: Codes, config: ProjectionConfig, seed: int) -> None:
        self.seen: list[float] = []
        self.grown: list[Codes] = []
        super().__init__(codes, config, seed)

    @property
    def _progress(self) -> float:
        return self.seen[-1]

    @_progress.setter
    def _progress(self, progress: float) -> None:
        self.seen.append(progress)

    @property
    def _growing(self) -> Codes | None:
        return self.grown[-1] if self.grown else None

    @_growing.setter
    def _growing(self, points: Codes | None) -> None:
        if points is not None:
            self.grown.append(points)


def test_it_gives_the_points_of_project_meanwhile(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    codes = cloud(80, 5)
    job = RecordedJob(codes, SMALL, seed=7)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, job.pid) in range(min(own + 1, tsne.MAX_NICE), tsne.MAX_NICE + 1)
    found = job.result(PATIENCE)
    assert job.wait(PATIENCE)
    np.testing.assert_array_equal(found.points, project(codes, SMALL, seed=7).points)
    assert found.share is found.fitted is found.prior is None
    assert not found.points.flags.writeable
    assert job.done
    assert not job.cancelled
    assert job.progress == 1
    assert job.seen == sorted(job.seen)
    assert len(set(job.seen)) > 3, "it tells how far it is"
    steps = tsne.ITERATIONS // tsne.STEP
    assert len(job.grown) == steps, "and where the points are"
    assert all(points.shape == found.points.shape for points in job.grown)
    spread = [float(np.ptp(points)) for points in job.grown]
    assert spread[0] < 0.01 < spread[steps // 2], "from a dot"
    # The last are nearly the result: half of it they passed with attractions exaggerated.
    assert np.abs(job.grown[-1] - found.points).max() < 0.1 * np.ptp(found.points)
    assert_gone(job.pid)
    job.cancel()
    assert not job.cancelled, "what is done cannot be cancelled"
    assert job.result() is found
    assert not list(tmp_path.iterdir()), "it runs wherever the server was started, and leaves nothing there"


def test_cancelling_ends_the_process_at_once(long_job: TsneJob) -> None:
    limit = time.monotonic() + PATIENCE
    while long_job.progress <= max(tsne.BEFORE_ITERATIONS.values()):
        assert not long_job.done
        assert time.monotonic() < limit
        time.sleep(0.01)
    with pytest.raises(TimeoutError):
        long_job.result(0.01)
    long_job.cancel()
    assert_gone(long_job.pid)
    assert long_job.done
    assert long_job.cancelled
    assert long_job.progress < 1
    with pytest.raises(ProjectionError, match=r"^t-SNE was cancelled$"):
        long_job.result()


def test_it_can_be_cancelled_before_its_process_has_read_the_codes() -> None:
    job = TsneJob(cloud(6000, 400), ProjectionConfig("t-sne"))
    job.cancel()
    assert job.cancelled
    assert_gone(job.pid)


def test_threads_that_wait_hear_of_the_cancelling(long_job: TsneJob) -> None:
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(long_job.result) for _ in range(3)]
        long_job.cancel()
        for each in waiting:
            assert isinstance(each.exception(PATIENCE), ProjectionError)


def test_a_process_that_was_killed_is_a_sentence(long_job: TsneJob) -> None:
    os.kill(long_job.pid, 9)
    with pytest.raises(ProjectionError, match=r"^t-SNE broke off, status -9$"):
        long_job.result(PATIENCE)
    assert not long_job.cancelled
    assert_gone(long_job.pid)


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ("print('noise'); print('progress 0.5'); print('error its points are lost')", "its points are lost"),
        ("print('points'); print('too few bytes')", "t-SNE broke off, status 0"),
        ("sys.exit(3)", "t-SNE broke off, status 3"),
    ],
)
def test_what_the_process_says_of_its_failure_is_passed_on(monkeypatch: Patch, says: str, sentence: str) -> None:
    def start() -> subprocess.Popen[bytes]:
        program = f"import sys; sys.stdin.buffer.readline(); sys.stdin.buffer.read({80 * 5 * 4}); {says}"
        return subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr(tsne, "_start", start)
    with pytest.raises(ProjectionError) as caught:
        TsneJob(cloud(80, 5), SMALL).result(PATIENCE)
    assert str(caught.value) == sentence


def test_an_interpreter_that_cannot_be_started_is_a_sentence(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(ProjectionError, match=r"^t-SNE could not be started: No such file or directory$"):
        TsneJob(cloud(80, 5), SMALL)


def test_codes_it_does_not_take_start_no_process(monkeypatch: Patch) -> None:
    monkeypatch.delattr(tsne, "_start")
    with pytest.raises(ProjectionError, match="perplexity 8 takes more than 8 digits, not 8"):
        TsneJob(cloud(8, 5), SMALL)
    with pytest.raises(ValueError, match="a t-SNE cannot be asked for pca"):
        TsneJob(cloud(80, 5), ProjectionConfig("pca"))


def test_it_ends_with_its_parent(repository: Path) -> None:
    program = """
import numpy, os, time
from vae_core.spaces.projection import ProjectionConfig
from vae_core.spaces.tsne import TsneJob
job = TsneJob(numpy.random.default_rng(0).standard_normal((3000, 10)).astype("f"), ProjectionConfig("t-sne", 3))
while job.progress < 0.06:
    time.sleep(0.01)
print("running", flush=True)
time.sleep(600)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=repository, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "running\n"
        parent.kill()
        # The grandchild has inherited standard error: it reads as ended only when that process is gone, too.
        _, errors = parent.communicate(timeout=PATIENCE)
    assert errors == ""
