"""The t-SNEs of all visitors: in processes of their own, few at a time, each started once whoever asks for it.

A page looks at a job on every run of a fragment, and starts it only where there is none:

    job = jobs.peek(key) or jobs.ask(key, codes, config, seed)

"waiting" and "running" have a `progress`, "done" a `result`, "failed" an `error`. "cancelled" and "failed" stay so, for
everybody who looks, until somebody asks again. A page that turns to another picture cancels the one it leaves; a page
that is left just stops looking, and its job ends after `IDLE_SECONDS`.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Literal, Protocol

from vae_core.errors import ProjectionError
from vae_core.projection import Array, Projection, ProjectionConfig
from vae_core.tsne import TsneJob

# Of one thread and of a low priority each; with two, the pair on a page is done together.
PROCESSES = min(2, os.cpu_count() or 1)
# Browsers let the timers of a hidden tab fire once a minute.
IDLE_SECONDS = 120.0
KEPT = 32

State = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True)
class Job:
    """How far a t-SNE is.

    Attributes:
        state: "waiting" for a process, "running", or how it ended.
        progress: 0 to 1.
        result: where it is done.
        error: where it has failed, a sentence without the full stop, fit to follow "ae-2: ".
    """

    state: State
    progress: float = 0.0
    result: Projection | None = None
    error: str | None = None


class Runner(Protocol):
    """What `vae_core.tsne.TsneJob` offers; see there."""

    @property
    def progress(self) -> float: ...
    def cancel(self) -> None: ...
    def wait(self, timeout: float | None = None) -> bool: ...
    def result(self, timeout: float | None = None) -> Projection: ...


Request = tuple[Array, ProjectionConfig, int]
Start = Callable[[Array, ProjectionConfig, int], Runner]


class _Entry:
    def __init__(self) -> None:
        self.runner: Runner | None = None
        self.job = Job("waiting")
        self.seen = 0.0

    @property
    def under_way(self) -> bool:
        return self.job.state in ("waiting", "running")

    def snapshot(self) -> Job:
        if self.job.state == "running" and self.runner:
            return Job("running", self.runner.progress)
        return self.job


class TsneJobs:
    """Jobs by key; every method may be called from any thread."""

    def __init__(
        self,
        start: Start = TsneJob,
        processes: int = PROCESSES,
        idle: float = IDLE_SECONDS,
        kept: int = KEPT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            start: begins a t-SNE.
            processes: so many run at a time.
            idle: seconds without `ask` or `peek` after which a job ends and is forgotten.
            kept: so many jobs that have ended are remembered, those looked at last.
            clock: seconds.
        """
        self._start, self._processes, self._idle, self._kept, self._clock = start, processes, idle, kept, clock
        self._lock = threading.Lock()
        self._entries: dict[Hashable, _Entry] = {}
        self._queue: deque[tuple[_Entry, Request]] = deque()
        self._threads: set[threading.Thread] = set()

    def ask(self, key: Hashable, codes: Array, config: ProjectionConfig, seed: int) -> Job:
        """Joins the job, or starts one where there is none, or where it has failed or was cancelled.

        Args:
            key: stands for the other arguments: the same key, the same points.
            codes: float32 [N, D].
            config: its method is "t-sne".
            seed: see `vae_core.projection.project`.
        """
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry.job.state in ("failed", "cancelled"):
                entry = self._entries[key] = _Entry()
                self._queue.append((entry, (codes, config, seed)))
            entry.seen = self._clock()
            self._advance()
            return entry.snapshot()

    def peek(self, key: Hashable) -> Job | None:
        """The job as it is; None where nobody has asked for it, or where it is forgotten. It starts nothing."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            entry.seen = self._clock()
            return entry.snapshot()

    def cancel(self, key: Hashable) -> None:
        """Ends a job that waits or runs, for everybody."""
        with self._lock:
            entry = self._entries.get(key)
            runners = [_stop(entry)] if entry and entry.under_way else []
            self._forget()
        _cancel(runners)

    def sweep(self) -> None:
        """Ends and forgets the jobs that nobody has looked at; as long as one runs, this is called in good time."""
        with self._lock:
            limit = self._clock() - self._idle
            left = [key for key, entry in self._entries.items() if entry.under_way and entry.seen < limit]
            runners = [_stop(self._entries.pop(key)) for key in left]
        _cancel(runners)

    def close(self) -> None:
        """Ends every job, and returns when no process is left."""
        with self._lock:
            runners = [_stop(entry) for entry in self._entries.values() if entry.under_way]
            threads = list(self._threads)
        _cancel(runners)
        for thread in threads:
            thread.join()

    def _advance(self) -> None:
        while self._queue and len(self._threads) < self._processes:
            entry, request = self._queue.popleft()
            if entry.under_way:
                entry.job = Job("running")
                thread = threading.Thread(target=self._run, args=(entry, request), name="t-SNE job", daemon=True)
                self._threads.add(thread)
                thread.start()

    def _run(self, entry: _Entry, request: Request) -> None:
        result: Projection | None = None
        error = "t-SNE broke off, the server's log says why"
        try:
            runner = self._start(*request)
            with self._lock:
                entry.runner = runner
                stopped = not entry.under_way
            if stopped:
                runner.cancel()
            while not runner.wait(self._idle / 4):
                self.sweep()
            result = runner.result()
        except ProjectionError as refusal:
            error = str(refusal)
        finally:
            with self._lock:
                entry.runner = None
                if entry.under_way:
                    entry.job = Job("done", 1.0, result) if result else Job("failed", error=error)
                self._threads.remove(threading.current_thread())
                self._forget()
                self._advance()

    def _forget(self) -> None:
        ended = [key for key, entry in self._entries.items() if not entry.under_way]
        for key in sorted(ended, key=lambda key: self._entries[key].seen)[: max(0, len(ended) - self._kept)]:
            del self._entries[key]


def _stop(entry: _Entry) -> Runner | None:
    entry.job = Job("cancelled")
    return entry.runner


def _cancel(runners: list[Runner | None]) -> None:
    """Without the lock, for it waits until the processes are gone."""
    for runner in runners:
        if runner:
            runner.cancel()


jobs = TsneJobs()
atexit.register(jobs.close)
