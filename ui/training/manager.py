"""The queue of trainings, and what a visitor may do with one.

Each run is a folder, and a process that holds the folder's lock, see `vae_core.training.folder`: how far it is stands
there, whoever has started it and whatever became of the app meanwhile. Here is only whose turn it is: a `Job` of the
run's name starts the process, or follows the one that is there, until it is gone.
"""

from __future__ import annotations

import math
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from ui import shelf as models
from ui.errors import sentence
from ui.jobs.job import Jobs, Task
from ui.training import admission, settings
from ui.training.listing import Listing, Summary
from ui.training.process import Command, cut_log, start, words_of
from vae_core.errors import TrainingError, VaeCoreError
from vae_core.training import events, shelf
from vae_core.training.folder import Standing, State, create, epochs_done, holder, standing
from vae_core.training.plan import Plan

# So often a thread looks at the process that it follows.
FOLLOW_SECONDS = 0.2
# A process that pauses ends at once, but for a save that it brings to its end.
PATIENCE_SECONDS = 30.0
# So long an answer waits for that, so that the page shows it at once; it comes later where the machine has much to do.
ANSWER_SECONDS = 3.0
AT_ONCE_FINISHED = 2

ACTIVE: tuple[State, ...] = ("waiting", "running")
# What a process leaves that could not say how it ended.
SILENT = ("asked", "started", "step", "epoch")


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
        self._lock = threading.Lock()
        # Of the runs whose process is ours: the process, and what it has been told.
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._told: dict[str, signal.Signals] = {}
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
        now = now or standing(self._folder(name))
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
        return "running" if (takes_over and name not in self._told) or is_finishing else now.state

    def listed_state(self, name: str) -> State:
        """`state`, as it was within the last second."""
        return next((run.state for run in self.runs() if run.name == name), None) or self.state(name)

    def start(self, plan: Plan) -> str:
        """Puts a new run into the queue; returns its name, which is another where the plan's is taken.

        Raises:
            VaeCoreError: it is more than may be, see `ui.training.admission`, or the disk refuses.
        """
        admission.check(plan, settings.limits())
        admission.check_room(self.runs(), settings.limits(), admission.expected_bytes(plan))
        try:
            name = self._create(plan)
            events.append(self.root / name, "asked")
        except OSError as error:
            raise TrainingError(f"the run cannot be written: {error.strerror}") from error
        self._ask(name)
        return name

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
        self._end(name, signal.SIGTERM)
        self._await(lambda: self._is_at_rest(name), ANSWER_SECONDS)
        self._again()
        return name

    def stop(self, name: str) -> str:
        """Makes a finished checkpoint of its last whole epoch."""
        folder, state = self._folder(name), self.state(name)
        if state in ("done", "stopped"):
            raise TrainingError(f"the run {name} is over already")
        if state == "running":
            self._end(name, signal.SIGINT)
        elif not epochs_done(folder):
            raise TrainingError(f"the run {name} has no whole epoch yet: there is nothing to keep")
        else:
            if state == "waiting":
                self._end(name, signal.SIGTERM)
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
        admission.check_room(self.runs(), settings.limits(), 0)
        shelf.restore(self.root, name)
        self._again()
        return name

    def rename(self, name: str, to: object) -> str:
        """Gives a run that is over another name."""
        if self.state(name) not in ("done", "stopped"):
            raise TrainingError(f"the run {name} is not over: it keeps its name until then")
        if not isinstance(to, str):
            raise TrainingError("a name is a text")
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

    def _create(self, plan: Plan) -> str:
        for name in admission.names(plan.name, self.root):
            with suppress(FileExistsError):
                create(self.root / name, plan)
                return name
        raise TrainingError("there is no free name")

    def _ask(self, name: str) -> None:
        self._told.pop(name, None)
        self._jobs.forget(name)
        self._jobs.ask(name, partial(self._work, name))
        self._again()

    def _queue(self) -> list[str]:
        """Names of those that wait, the next first."""
        return [str(job.key) for job in self._jobs.waiting()]

    def _end(self, name: str, how: signal.Signals) -> None:
        with self._jobs.lock:
            if (job := self._jobs.find(name)) and job.state == "waiting":
                self._jobs.cancel(name)
                events.append(self._folder(name), "paused", epoch=epochs_done(self._folder(name)))
                return
        with self._lock:
            self._told[name] = how
            process = self._processes.get(name)
            if process is not None:
                process.send_signal(how)
            elif pid := holder(self._folder(name)):
                with suppress(ProcessLookupError):
                    os.kill(pid, how)

    def _work(self, name: str, _: Task) -> None:
        """What a job does: starts the process where there is none, and comes back when there is none any more."""
        folder = self.root / name
        try:
            if holder(folder) is None:
                self._run("train", name)
            while holder(folder) is not None:
                time.sleep(FOLLOW_SECONDS)
        finally:
            self._told.pop(name, None)
            self._again()

    def _finish(self, name: str) -> None:
        self._finishing.forget(name)
        self._finishing.ask(name, lambda _: self._run("finish", name))

    def _run(self, command: Command, name: str) -> None:
        """Starts a process, waits for its end, and says how it ended where it could not."""
        folder = self.root / name
        process = None
        with self._lock:
            if command == "finish" or name not in self._told:
                try:
                    process = self._processes[name] = start(command, folder)
                except TrainingError as error:
                    with suppress(OSError):
                        events.append(folder, "failed", words=sentence(error), epoch=epochs_done(folder))
                    return
        if process is not None:
            while _waits(process):
                with suppress(OSError):
                    cut_log(folder)
            with self._lock:
                del self._processes[name]
        with suppress(OSError):
            self._say_how_it_ended(folder, command, 0 if process is None else process.returncode)

    def _say_how_it_ended(self, folder: Path, command: Command, status: int) -> None:
        now, told = standing(folder), self._told.get(folder.name)
        if now is None or now.pid is not None or now.last.get("event") not in SILENT:
            return
        if told is None and command == "train":
            events.append(folder, "failed", words=words_of(status), epoch=now.epoch)
            return
        # It came to its end before it could hear a signal.
        events.append(folder, "paused", epoch=now.epoch)
        if told == signal.SIGINT and now.epoch:
            self._finish(folder.name)

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


def _waits(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(FOLLOW_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False
