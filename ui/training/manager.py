"""The queue of trainings, and what a visitor may do with one.

Each run is a folder, and a process that holds the folder's lock, see `vae_core.training.folder`: how far it is stands
there, whoever has started it and whatever became of the app meanwhile. Here is only whose turn it is: a `Job` of the
run's name starts the process, or follows the one that is there, until it is gone.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from signal import Signals

from ui import shelf as models
from ui.jobs.job import Jobs, Task
from ui.jobs.program import FOLLOW_SECONDS
from ui.training import admission, settings
from ui.training.listing import Listing, Summary, size_of
from ui.training.process import Processes
from vae_core.errors import TrainingError, VaeCoreError
from vae_core.storage import archive
from vae_core.training import events, shelf
from vae_core.training.folder import Standing, State, create, epochs_done, holder, read_plan, standing
from vae_core.training.plan import Plan
from vae_core.training.signals import PAUSE, STOP

# A process that pauses ends at once, but for a save that it brings to its end.
PATIENCE_SECONDS = 30.0
# So long an answer waits for that, so that the page shows it at once; it comes later where the machine has much to do.
ANSWER_SECONDS = 3.0
AT_ONCE_FINISHED = 2

ACTIVE: tuple[State, ...] = ("waiting", "running")


class Manager:
    """The runs of one folder; any thread may ask. Every refusal is a `VaeCoreError`."""

    def __init__(self, root: Path, at_once: int) -> None:
        """
        Args:
            root: the folder of the runs; made with the first of them.
            at_once: so many are trained at a time, the others wait.
        """
        self.root = root
        self._jobs: Jobs[None] = Jobs("The training", at_once, idle=math.inf)
        self._finishing: Jobs[None] = Jobs("The end of a training", AT_ONCE_FINISHED, idle=math.inf)
        self._processes = Processes()
        # One after the other: each takes of the room that there is.
        self._starting = threading.Lock()
        self._listing = Listing(root, self.state, self._queue)

    def recover(self) -> None:
        """Takes up what an earlier process of the app has left: what runs is followed, what waits is asked again."""
        found = [(name, now) for name, now in self._listing.standings().items() if now.state in ACTIVE]
        # What runs has its turn already.
        for name, _ in sorted(found, key=lambda each: (each[1].state != "running", each[1].last.get("time", 0.0))):
            self._jobs.ask(name, partial(self._work, name))
        self._listing.again()

    def runs(self) -> list[Summary]:
        """All runs, newest first, as they were within the last second."""
        return self._listing.runs()

    def state(self, name: str, now: Standing | None = None) -> State:
        """How far the run is now.

        Args:
            now: what its folder says, where that is known already.

        Raises:
            TrainingError: there is no such run.
        """
        folder = self._folder(name)
        now = now or standing(folder)
        if now is None:
            raise _no_run(name)
        job = self._jobs.find(name)
        if now.state == "waiting" and (job is None or job.is_over):
            # Nobody waits for it any more.
            return "paused"
        takes_over = now.state in ("waiting", "paused") and job is not None and job.state == "running"
        finishing = self._finishing.find(name)
        is_finishing = now.state in ("paused", "failed") and finishing is not None and not finishing.is_over
        # Its process takes seconds until it holds the lock.
        return "running" if (takes_over and not self._processes.is_told(folder)) or is_finishing else now.state

    def listed_state(self, name: str) -> State:
        """`state`, as it was within the last second."""
        return next((run.state for run in self.runs() if run.name == name), None) or self.state(name)

    def start(self, plan: Plan) -> str:
        """Puts a new run into the queue; returns its name, which is another where the plan's is taken.

        Raises:
            VaeCoreError: it is more than may be, see `ui.training.admission`, or the disk refuses.
        """
        admission.check(plan, settings.limits())
        with self._starting:
            self._make_room(admission.expected_bytes(plan))
            name = self._create(plan)
            events.append(self.root / name, "asked")
            self._ask(name)
        return name

    def make_room(self, more: int) -> None:
        """Whether there is room for another run, and for so many bytes; what was deleted goes for good where it must.

        Raises:
            TrainingError: there is not.
        """
        with self._starting:
            self._make_room(more)

    def take_in(self, archived: bytes, wanted: str | None = None) -> str:
        """Takes in the zip of a checkpoint, see `vae_core.storage.archive`; returns its name here."""
        with self._starting:
            self._make_room(len(archived))
            self.root.mkdir(parents=True, exist_ok=True)
            # A zip says little of how large it gets.
            limits, taken = settings.limits(), admission.taken(self.root)
            most = limits.megabytes * admission.MEGABYTE - sum(run.bytes for run in self.runs())
            folder = archive.unpack(
                archived, self.root, wanted, taken, most, admit=lambda model: admission.check_size(model, limits)
            )
        self._again()
        return folder.name

    def resume(self, name: str) -> str:
        """Puts a run that is paused, or has failed, into the queue again."""
        folder = self._folder(name)
        if (state := self.state(name)) not in ("paused", "failed"):
            raise TrainingError(f"the run {name} is {_WORDS[state]}: it cannot be resumed")
        # The thread that has followed its process may see only now that it is gone.
        if not self._await(lambda: (job := self._jobs.find(name)) is None or job.is_over):
            raise _busy(name)
        events.append(folder, "asked")
        self._ask(name)
        return name

    def pause(self, name: str) -> str:
        """Ends its process, or takes it out of the queue; it can be resumed."""
        if (state := self.state(name)) not in ACTIVE:
            raise TrainingError(f"the run {name} is {_WORDS[state]}: it cannot be paused")
        self._end(name, PAUSE)
        self._await(lambda: self._is_at_rest(name), ANSWER_SECONDS)
        self._again()
        return name

    def stop(self, name: str) -> str:
        """Makes a finished checkpoint of its last whole epoch."""
        folder, state = self._folder(name), self.state(name)
        if state in ("done", "stopped"):
            raise TrainingError(f"the run {name} is over already")
        if state == "running":
            self._end(name, STOP)
        elif not epochs_done(folder):
            raise TrainingError(f"the run {name} has no whole epoch yet: there is nothing to keep")
        else:
            if state == "waiting":
                self._end(name, PAUSE)
            self._finish(name)
        self._again()
        return name

    def delete(self, name: str) -> str:
        """Takes it away, see `vae_core.training.shelf`; one that goes on is paused first."""
        if self.state(name) in ACTIVE:
            self.pause(name)
            if not self._await(lambda: self._is_at_rest(name)):
                raise _busy(name)
        shelf.delete(self.root, name)
        self._jobs.forget(name)
        self._again()
        return name

    def restore(self, name: str) -> str:
        """Brings back what was deleted."""
        with self._starting:
            admission.check_room(self.runs(), 0, settings.limits())
            shelf.restore(self.root, name)
        self._again()
        return name

    def rename(self, name: str, to: object) -> str:
        """Gives a run that is over another name."""
        if self.state(name) not in ("done", "stopped"):
            raise TrainingError(f"the run {name} is not over: it keeps its name until then")
        if not isinstance(to, str):
            raise TrainingError("a name is a text")
        # A run that begins meanwhile could take the name.
        with self._starting:
            if to != name and admission.is_taken(to, self.root):
                raise TrainingError(f"the name {to} is taken")
            shelf.rename(self.root, name, to)
        self._again()
        return to

    def _folder(self, name: str) -> Path:
        folder = self.root / name
        if not admission.is_name(name) or not folder.is_dir():
            raise _no_run(name)
        return folder

    def _make_room(self, more: int) -> None:
        """What was deleted goes for good where it must."""
        self._listing.again()
        runs, limits = self.runs(), settings.limits()
        more += sum(self._to_come(run) for run in runs if run.state in ACTIVE)
        admission.check_room(runs, more, limits)
        deleted = self.root / shelf.DELETED
        while deleted.is_dir() and not admission.has_room(runs, more + size_of(deleted), limits):
            if not shelf.forget_oldest(self.root):
                break

    def _to_come(self, run: Summary) -> int:
        with suppress(TrainingError):
            return max(0, admission.expected_bytes(read_plan(self.root / run.name)) - run.bytes)
        return 0

    def _create(self, plan: Plan) -> str:
        for name in admission.names(plan.name, self.root):
            with suppress(FileExistsError):
                create(self.root / name, plan)
                return name
        raise TrainingError("there is no free name")

    def _ask(self, name: str) -> None:
        self._processes.expect(self.root / name)
        self._jobs.forget(name)
        self._jobs.ask(name, partial(self._work, name))
        self._again()

    def _queue(self) -> list[str]:
        """Names of those that wait, the next first."""
        return [str(job.key) for job in self._jobs.waiting()]

    def _end(self, name: str, how: Signals) -> None:
        with self._jobs.lock:
            if (job := self._jobs.find(name)) and job.state == "waiting":
                self._jobs.cancel(name)
                events.append(self._folder(name), "paused", epoch=epochs_done(self._folder(name)))
                return
        self._processes.tell(self._folder(name), how)

    def _work(self, name: str, _: Task) -> None:
        try:
            if self._processes.train(self.root / name):
                self._finish(name)
        finally:
            self._again()

    def _finish(self, name: str) -> None:
        self._finishing.forget(name)
        self._finishing.ask(name, lambda _: self._processes.finish(self.root / name))

    def _is_at_rest(self, name: str) -> bool:
        job = self._jobs.find(name)
        return (job is None or job.is_over) and holder(self._folder(name)) is None

    def _await(self, condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
        deadline = time.monotonic() + seconds
        while not (met := condition()) and time.monotonic() < deadline:
            time.sleep(FOLLOW_SECONDS / 4)
        return met

    def _again(self) -> None:
        """What has changed is to be seen at once."""
        self._listing.again()
        models.look_again()


_WORDS: dict[State, str] = {
    "waiting": "waiting for its turn",
    "running": "running",
    "paused": "paused",
    "done": "done",
    "stopped": "over",
    "failed": "broken off",
}
_managers: dict[tuple[Path, int], Manager] = {}
_managers_lock = threading.Lock()


def manager() -> Manager:
    """The one of this process.

    Raises:
        ConfigError: as `settings.at_once`.
    """
    key = settings.runs_root(), settings.at_once()
    with _managers_lock:
        if key not in _managers:
            _managers[key] = Manager(*key)
        return _managers[key]


def _no_run(name: str) -> VaeCoreError:
    return TrainingError(f"there is no run {name}")


def _busy(name: str) -> VaeCoreError:
    return TrainingError(f"the process of {name} takes its time to end: try again in a moment")
