"""A registry of t-SNEs that end when the test says so."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from ui.jobs.tsne_jobs import Job, TsneJobs
from vae_core.errors import ProjectionError
from vae_core.spaces.projection import Array, Projection, ProjectionConfig

CONFIG = ProjectionConfig("t-sne", 2, perplexity=5)
PATIENCE = 60.0
CODES = np.zeros((4, 2), np.float32)


class FakeRunner:
    """A t-SNE that ends when the test says so."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.progress = 0.25
        self.growing: Array | None = None
        self.cancelled = False
        self.outcome: Projection | Exception = ProjectionError("t-SNE was cancelled")
        self._over = threading.Event()

    def finish(self, outcome: Projection | Exception | None = None) -> None:
        self.outcome = outcome or Projection(np.full((4, 2), self.seed, np.float32))
        self._over.set()

    def cancel(self) -> None:
        self.cancelled = True
        self._over.set()

    def wait(self, timeout: float | None = None) -> bool:
        return self._over.wait(PATIENCE)

    def result(self, timeout: float | None = None) -> Projection:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class Bench:
    """A registry of fake jobs, their clock, and what has been started; a job's seed tells it from the others."""

    def __init__(self, processes: int, kept: int = 32) -> None:
        self.now = 0.0
        self.runners: dict[int, list[FakeRunner]] = {}
        self._changed = threading.Condition()
        self.jobs = TsneJobs(self._start, processes, kept=kept, clock=lambda: self.now)

    def _start(self, codes: Array, config: ProjectionConfig, seed: int) -> FakeRunner:
        runner = FakeRunner(seed)
        with self._changed:
            self.runners.setdefault(seed, []).append(runner)
            self._changed.notify_all()
        return runner

    def ask(self, seed: int, visitor: str = "A") -> Job:
        return self.jobs.ask(seed, CODES, CONFIG, seed, visitor)

    def runner(self, seed: int, turn: int = 0) -> FakeRunner:
        """Waits until it has been started."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.runners.get(seed, [])) > turn, PATIENCE)
            return self.runners[seed][turn]

    def until(self, condition: Callable[[], object]) -> None:
        """Threads take a moment from the end of a job to telling of it."""
        pause = threading.Event()
        for _ in range(int(PATIENCE / 0.005)):
            if condition():
                return
            pause.wait(0.005)
        raise AssertionError("it never came to that")

    def state(self, seed: int) -> str | None:
        job = self.jobs.peek(seed)
        return job and job.state
