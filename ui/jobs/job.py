"""Long work: a job for each thing that is asked for, whoever asks, in threads of its own and so many at a time.

    jobs: Jobs[Projection] = Jobs("t-SNE", at_once=2)
    job = jobs.find(key, visitor) or jobs.ask(key, work, visitor)

The work is given its `Task`, to tell how far it is. What is not Python's, or would hold up all other threads, runs in a
process of its own, which the work starts and `follow`s. A page looks at its job at every run, and need not say
when it looks no more: what nobody has looked at for a while does not begin, and a process ends.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, Literal, Protocol, TypeVar

from ui.jobs.cache import Kept
from vae_core.errors import VaeCoreError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

State = Literal["waiting", "running", "done", "failed", "cancelled"]

# Browsers let the timers of a hidden tab fire once a minute.
IDLE_SECONDS = 120.0
MEGABYTES = 64
# So often a thread looks at the process that it follows.
LOOK_SECONDS = 0.1
ANYBODY = "anybody"


class Job(Generic[T]):
    """What has been asked for, and how far it is; any thread may look.

    Attributes:
        key: stands for what is computed.
        state: "waiting" for its turn, "running", or how it ended.
        progress: 0 to 1.
        words: what it is at, for a visitor; empty where the work does not say.
        partial: of the result, while it runs, where the work shows it.
        result: where it is done.
        error: where it has failed, one sentence without the full stop.
        exception: the one behind `error`.
    """

    def __init__(self, key: Hashable, work: Callable[[Task], T]) -> None:
        self.key = key
        self.state: State = "waiting"
        self.progress = 0.0
        self.words = ""
        self.partial: Any = None
        self.result: T | None = None
        self.error: str | None = None
        self.exception: BaseException | None = None
        self._work: Callable[[Task], T] | None = work
        self._end: Callable[[], object] | None = None
        self._visitors: dict[Hashable, float] = {}

    @property
    def is_over(self) -> bool:
        """It is done, has failed or was cancelled."""
        return self.state not in ("waiting", "running")


class Task:
    """What the work knows of its job."""

    def __init__(self, jobs: Jobs[Any], job: Job[Any]) -> None:
        self._jobs, self._job = jobs, job

    def tell(self, progress: float, words: str = "", partial: Any = None) -> None:
        """How far it is, see `Job`; to be told in good time, since it also ends what nobody looks at.

        Raises:
            CancelledError: the job was cancelled, and the work is to end.
        """
        self._jobs.sweep()
        if self._job.state == "cancelled":
            raise CancelledError
        self._job.progress, self._job.words, self._job.partial = progress, words, partial

    def on_cancel(self, end: Callable[[], object]) -> None:
        """What ends the work at once; it is called when the job is cancelled, or now where it was before."""
        with self._jobs.lock:
            was_cancelled = self._job.state == "cancelled"
            self._job._end = end
        if was_cancelled:
            end()


class CancelledError(Exception):
    """The job was cancelled; it unwinds the work. Work that raises it of its own has nothing to give."""


class Process(Protocol[T_co]):
    """What runs outside of this process, such as `vae_core.spaces.tsne.TsneJob`; see there."""

    @property
    def progress(self) -> float: ...
    @property
    def growing(self) -> Any: ...
    def cancel(self) -> None: ...
    def wait(self, timeout: float | None = None) -> bool: ...
    def result(self) -> T_co: ...


def follow(task: Task, process: Process[T]) -> T:
    """Work that waits for a process, tells how far it is, and ends it where the job is cancelled."""
    task.on_cancel(process.cancel)
    while not process.wait(LOOK_SECONDS):
        task.tell(process.progress, partial=process.growing)
    return process.result()


class Jobs(Generic[T]):
    """Jobs by key, those that are over as long as they fit; every method may be called from any thread."""

    def __init__(
        self,
        name: str,
        at_once: int = 1,
        newest_first: bool = False,
        idle: float = IDLE_SECONDS,
        megabytes: float = MEGABYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            name: of the work, for a sentence: "t-SNE".
            at_once: so many run at a time, the others wait.
            newest_first: what was looked at last is next; else what was asked for first is.
            idle: seconds without a look after which a visitor counts as gone.
            megabytes: of the results that are kept, see `Kept`.
            clock: seconds.
        """
        self.lock = threading.RLock()
        self._name, self._at_once, self._newest_first = name, at_once, newest_first
        self._idle, self._clock = idle, clock
        self._jobs: dict[Hashable, Job[T]] = {}
        self._over: Kept[Job[T]] = Kept(megabytes)
        self._threads: set[threading.Thread] = set()

    def ask(self, key: Hashable, work: Callable[[Task], T], visitor: Hashable = ANYBODY) -> Job[T]:
        """Joins the job, or starts one where there is none, or where it has failed.

        Args:
            key: stands for what the work gives.
            work: an error of `vae_core` that it raises is told as it is; any other goes to the log as well.
            visitor: who looks at it from now on.
        """
        with self.lock:
            job = self.find(key, visitor)
            if job is None or job.state == "failed":
                self.forget(key)
                job = self._jobs[key] = Job(key, work)
                self._see(job, visitor)
                self._advance()
            return job

    def find(self, key: Hashable, visitor: Hashable | None = None) -> Job[T] | None:
        """The job; None where nobody has asked for it, where it was left or is forgotten. It starts nothing.

        Args:
            key: as in `ask`.
            visitor: who looks at it; a look without a visitor keeps no job going.
        """
        with self.lock:
            job = self._jobs.get(key)
            if job is None:
                return self._over.get(key)
            if visitor is not None:
                self._see(job, visitor)
            return job

    def forget(self, key: Hashable) -> None:
        """Whoever asks next starts it anew where it is over."""
        self._over.drop(key)

    def waiting(self) -> list[Job[T]]:
        """Those that wait for their turn, the next first."""
        with self.lock:
            found = [job for job in self._jobs.values() if job.state == "waiting"]
            return found[::-1] if self._newest_first else found

    def leave(self, keys: Iterable[Hashable], visitor: Hashable) -> None:
        """The visitor looks no more; what waits, or can be ended, is cancelled where nobody else looks.

        Args:
            keys: as in `ask`; all at once, or the end of one would begin the next.
            visitor: who has looked at them, or has not.
        """
        with self.lock:
            jobs = [job for key in keys if (job := self._jobs.get(key))]
            for job in jobs:
                job._visitors.pop(visitor, None)
            ends = self._cancel_unwatched(jobs)
        _call(ends)

    def sweep(self) -> None:
        """Cancels what waits, or can be ended, and nobody looks at."""
        with self.lock:
            ends = self._cancel_unwatched(list(self._jobs.values()))
        _call(ends)

    def cancel(self, key: Hashable) -> None:
        """Ends the job, whoever looks at it, and forgets it; does nothing where it is over."""
        with self.lock:
            ends = [self._drop(job)] if (job := self._jobs.get(key)) else []
        _call(ends)

    def close(self) -> None:
        """Cancels all, and returns when no thread is left: what cannot be ended comes to its end."""
        with self.lock:
            ends = [self._drop(job) for job in list(self._jobs.values())]
            threads = list(self._threads)
        _call(ends)
        for thread in threads:
            thread.join()

    def _see(self, job: Job[T], visitor: Hashable) -> None:
        job._visitors[visitor] = self._clock()
        if self._newest_first and job.state == "waiting":
            self._jobs[job.key] = self._jobs.pop(job.key)

    def _cancel_unwatched(self, jobs: Iterable[Job[T]]) -> list[Callable[[], object] | None]:
        since = self._clock() - self._idle
        return [
            self._drop(job)
            for job in jobs
            if (job.state == "waiting" or job._end) and all(seen < since for seen in job._visitors.values())
        ]

    def _drop(self, job: Job[T]) -> Callable[[], object] | None:
        del self._jobs[job.key]
        job.state, job._work = "cancelled", None
        return job._end

    def _advance(self) -> None:
        if len(self._threads) >= self._at_once:
            return
        # Nothing that waits can be ended yet: there is nothing to call.
        self._cancel_unwatched([job for job in self._jobs.values() if job.state == "waiting"])
        for job in self.waiting():
            if len(self._threads) < self._at_once:
                job.state = "running"
                thread = threading.Thread(target=self._run, args=(job,), name=self._name, daemon=True)
                self._threads.add(thread)
                thread.start()

    def _run(self, job: Job[T]) -> None:
        try:
            work, job._work = job._work, None
            result = work(Task(self, job)) if work else None
        except CancelledError:
            with self.lock:
                if self._jobs.get(job.key) is job:
                    self._drop(job)
        except VaeCoreError as error:
            # Without the frames, which hold what it was computed from.
            self._end(job, "failed", error=str(error), exception=error.with_traceback(None))
        except BaseException as error:
            self._end(job, "failed", error=f"{self._name} broke off, the server's log says why", exception=error)
            raise
        else:
            self._end(job, "done", progress=1.0, result=result)
        finally:
            with self.lock:
                self._threads.remove(threading.current_thread())
                self._advance()

    def _end(self, job: Job[T], state: State, **found: Any) -> None:
        with self.lock:
            if job.state != "running":
                return
            for name, value in {**found, "partial": None, "_end": None, "state": state}.items():
                setattr(job, name, value)
            del self._jobs[job.key]
            self._over.put(job.key, job)


def _call(ends: Iterable[Callable[[], object] | None]) -> None:
    """Without the lock, for it waits until the processes are gone."""
    for end in ends:
        if end:
            end()
