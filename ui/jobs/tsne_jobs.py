"""The t-SNEs of all visitors: in processes of their own, few at a time, each started once whoever asks for it.

A page looks at a job on every run of a fragment, and starts it only where there is none:

    job = jobs.peek(key, visitor) or jobs.ask(key, codes, config, seed, visitor)

"waiting" and "running" have a `progress`, "running" soon what is `growing`, "done" a `result`, "failed" an `error`,
which stays so, for everybody who looks, until somebody asks again. A page that turns to another picture leaves the one
before; a page that is left just stops looking. A job ends when nobody looks at it any more: once the last visitor
leaves, or after `IDLE_SECONDS`.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from vae_core.errors import ProjectionError
from vae_core.spaces.projection import Array, Projection, ProjectionConfig
from vae_core.spaces.tsne import TsneJob

# Of one thread and of a low priority each; with two, the pair on a page is done together.
PROCESSES = min(2, os.cpu_count() or 1)
# Browsers let the timers of a hidden tab fire once a minute.
IDLE_SECONDS = 120.0
# Of a hundred kilobytes each; fewer than a class looks at would be computed again and again.
KEPT = 512

State = Literal["waiting", "running", "done", "failed"]


@dataclass(frozen=True)
class Job:
    """How far a t-SNE is.

    Attributes:
        state: "waiting" for a process, "running", or how it ended.
        progress: 0 to 1.
        growing: the points on their way, float32 [N, components], while it runs.
        result: where it is done.
        error: where it has failed, a sentence without the full stop, fit to follow "ae-2: ".
    """

    state: State
    progress: float = 0.0
    result: Projection | None = None
    error: str | None = None
    growing: Array | None = field(default=None, compare=False)


class Runner(Protocol):
    """What `vae_core.spaces.tsne.TsneJob` offers; see there."""

    @property
    def progress(self) -> float: ...
    @property
    def growing(self) -> Array | None: ...
    def cancel(self) -> None: ...
    def wait(self, timeout: float | None = None) -> bool: ...
    def result(self, timeout: float | None = None) -> Projection: ...


Request = tuple[Array, ProjectionConfig, int]
Start = Callable[[Array, ProjectionConfig, int], Runner]


class _Entry:
    def __init__(self) -> None:
        self.runner: Runner | None = None
        self.job = Job("waiting")
        self.stopped = False
        self.seen = 0.0
        self.visitors: dict[Hashable, float] = {}

    @property
    def under_way(self) -> bool:
        return not self.stopped and self.job.state in ("waiting", "running")

    def see(self, now: float, visitor: Hashable | None) -> None:
        self.seen = now
        if visitor is not None:
            self.visitors[visitor] = now

    def is_watched(self, since: float) -> bool:
        return any(seen >= since for seen in self.visitors.values())

    def snapshot(self) -> Job:
        if self.job.state == "running" and self.runner:
            return Job("running", self.runner.progress, growing=self.runner.growing)
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
            idle: seconds without `ask` or `peek` after which a visitor counts as gone.
            kept: so many jobs that have ended are remembered, those looked at last.
            clock: seconds.
        """
        self._start, self._processes, self._idle, self._kept, self._clock = start, processes, idle, kept, clock
        self._lock = threading.Lock()
        self._entries: dict[Hashable, _Entry] = {}
        self._queue: dict[_Entry, Request] = {}
        self._threads: set[threading.Thread] = set()

    def ask(self, key: Hashable, codes: Array, config: ProjectionConfig, seed: int, visitor: Hashable) -> Job:
        """Joins the job, or starts one where there is none, or where it has failed.

        Args:
            key: stands for the other arguments: the same key, the same points.
            codes: float32 [N, D].
            config: its method is "t-sne".
            seed: see `vae_core.spaces.projection.project`.
            visitor: who looks at it from now on.
        """
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry.job.state == "failed":
                entry = self._entries[key] = _Entry()
                self._queue[entry] = (codes, config, seed)
            entry.see(self._clock(), visitor)
            self._advance()
            return entry.snapshot()

    def peek(self, key: Hashable, visitor: Hashable | None = None) -> Job | None:
        """The job as it is; None where nobody has asked for it, or where it is forgotten. It starts nothing.

        Args:
            key: as in `ask`.
            visitor: who looks at it; a look without a visitor keeps no job going.
        """
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            entry.see(self._clock(), visitor)
            return entry.snapshot()

    def leave(self, keys: Iterable[Hashable], visitor: Hashable) -> None:
        """The visitor looks no more; what waits or runs ends and is forgotten where nobody else looks.

        Args:
            keys: as in `ask`; all at once, or the end of one would begin the next.
            visitor: who has looked at them, or has not.
        """
        with self._lock:
            limit = self._clock() - self._idle
            found = {key: entry for key in keys if (entry := self._entries.get(key))}
            for entry in found.values():
                entry.visitors.pop(visitor, None)
            left = [key for key, entry in found.items() if entry.under_way and not entry.is_watched(limit)]
            runners = [self._drop(key) for key in left]
        _cancel(runners)

    def sweep(self) -> None:
        """Ends and forgets the jobs that nobody has looked at; as long as one runs, this is called in good time."""
        with self._lock:
            limit = self._clock() - self._idle
            left = [key for key, entry in self._entries.items() if entry.under_way and not entry.is_watched(limit)]
            runners = [self._drop(key) for key in left]
        _cancel(runners)

    def close(self) -> None:
        """Ends every job, and returns when no process is left."""
        with self._lock:
            runners = [self._drop(key) for key, entry in list(self._entries.items()) if entry.under_way]
            threads = list(self._threads)
        _cancel(runners)
        for thread in threads:
            thread.join()

    def _advance(self) -> None:
        while self._queue and len(self._threads) < self._processes:
            entry = next(iter(self._queue))
            request = self._queue.pop(entry)
            entry.job = Job("running")
            thread = threading.Thread(target=self._run, args=(entry, request), name="t-SNE job", daemon=True)
            self._threads.add(thread)
            thread.start()

    def _drop(self, key: Hashable) -> Runner | None:
        entry = self._entries.pop(key)
        entry.stopped = True
        self._queue.pop(entry, None)
        return entry.runner

    def _run(self, entry: _Entry, request: Request) -> None:
        result: Projection | None = None
        error = "t-SNE broke off, the server's log says why"
        try:
            runner = self._start(*request)
            with self._lock:
                entry.runner = runner
                stopped = entry.stopped
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
                if not entry.stopped:
                    entry.job = Job("done", 1.0, result) if result else Job("failed", error=error)
                self._threads.remove(threading.current_thread())
                self._forget()
                self._advance()

    def _forget(self) -> None:
        ended = [key for key, entry in self._entries.items() if not entry.under_way]
        for key in sorted(ended, key=lambda key: self._entries[key].seen)[: max(0, len(ended) - self._kept)]:
            del self._entries[key]


def _cancel(runners: list[Runner | None]) -> None:
    """Without the lock, for it waits until the processes are gone."""
    for runner in runners:
        if runner:
            runner.cancel()


jobs = TsneJobs()
atexit.register(jobs.close)
