"""A t-SNE that goes on, ends and fails when the test says, in place of a process."""

import threading
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest

from tests.ui.conftest import SECONDS, until
from ui.encodings import projections
from ui.encodings.projections import Plot
from ui.jobs.job import Jobs
from vae_core.errors import ProjectionError
from vae_core.spaces.projection import Array, Projection, ProjectionConfig


class FakeTsne:
    """Stands for `vae_core.spaces.tsne.TsneJob`."""

    def __init__(self, codes: Array, config: ProjectionConfig, seed: int) -> None:
        self.codes, self.config, self.seed = codes, config, seed
        self.progress = 0.25
        self.growing: Array | None = None
        self._over = threading.Event()
        self._error: str | None = None

    @property
    def points(self) -> Array:
        """What it gives when it ends."""
        k = self.config.components
        return np.ascontiguousarray(np.repeat(self.codes[:, :1], k, axis=1) * np.arange(1, k + 1, dtype=np.float32))

    def cancel(self) -> None:
        self.end("t-SNE was cancelled")

    def end(self, error: str | None = None) -> None:
        self._error = error
        self._over.set()

    def wait(self, timeout: float | None = None) -> bool:
        return self._over.wait(timeout)

    def result(self, timeout: float | None = None) -> Projection:
        assert self._over.wait(timeout)
        if self._error:
            raise ProjectionError(self._error)
        return Projection(self.points)


class FakeJobs:
    """Jobs of their own for the app under test, and what was started in it, in this order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.started: list[FakeTsne] = []
        self._news = threading.Condition()
        self.jobs: Jobs[Projection] = Jobs("t-SNE")
        monkeypatch.setattr(projections, "tsne_jobs", self.jobs)
        monkeypatch.setattr(projections, "TsneJob", self._start)

    def ask(self, plot: Plot) -> None:
        """As a page does."""
        self.jobs.ask(plot, partial(projections.compute_tsne, plot))

    def wait_for(self, count: int) -> FakeTsne:
        """Until so many have been started; the last of them."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.started) >= count, SECONDS)
        return self.started[count - 1]

    def wait_until_known(self, plot: Plot) -> None:
        """Until it is known how far a t-SNE is."""
        until(lambda: (job := self.jobs.find(plot)) and job.progress)

    def wait_until_over(self, *plots: Plot) -> None:
        """Until it is known that t-SNEs have ended."""
        until(lambda: not any((job := self.jobs.find(plot)) and not job.is_over for plot in plots))

    def _start(self, codes: Array, config: ProjectionConfig, seed: int) -> FakeTsne:
        with self._news:
            self.started.append(FakeTsne(codes, config, seed))
            self._news.notify_all()
            return self.started[-1]


@pytest.fixture
def tsne(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeJobs]:
    """The app's t-SNEs are those that the test ends."""
    fake = FakeJobs(monkeypatch)
    yield fake
    fake.jobs.close()
