"""The process of a run: it holds the lock of the folder, tells what happens, and ends as its signals say.

SIGTERM pauses: the process ends at once, and the last whole epoch is on disk. SIGINT stops: the last whole epoch
becomes the finished checkpoint. Before the lock is held nothing here imports torch, which takes seconds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vae_core.errors import TrainingError, VaeCoreError
from vae_core.training import events, faults
from vae_core.training.folder import epochs_done, held, is_over, read_plan, standing, write_plan
from vae_core.training.plan import Plan
from vae_core.training.signals import STOP, Interrupted, Signals

if TYPE_CHECKING:
    from vae_core.training.fit import EpochReport


@dataclass(frozen=True)
class Machine:
    """What a run must know of where it is carried out.

    Attributes:
        data_dir: where digits are looked for first.
        device: see `vae_core.training.device`.
        threads: of the CPU; None leaves it to torch.
    """

    data_dir: Path | None = None
    device: str = "auto"
    threads: int | None = None


def begin(folder: Path, plan: Plan) -> None:
    """Puts a plan into a folder that is new, empty, or holds this very plan.

    Raises:
        TrainingError: something else is there, or the disk refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.listdir(folder):
            write_plan(folder, plan)
    except OSError as error:
        raise TrainingError(f"{folder} cannot be written: {error.strerror}") from error
    if read_plan(folder) != plan:
        raise TrainingError(f"{folder} holds a run with other settings: without a recipe it goes on with these")


def train(folder: Path, machine: Machine, on_epoch: Callable[[EpochReport], object] | None = None) -> events.Kind:
    """Trains what `run.json` says, from where the folder is to the end or a signal; returns the last event.

    Args:
        on_epoch: hears of every epoch that is saved and told.

    Raises:
        TrainingError: the folder is no run's, its training is over, or another process is at it; or what the event
            "failed" says. Exception: a fault of this program, of which the event says that it broke off.
    """
    read_plan(folder)
    with Signals() as signals, held(folder):
        _refuse_what_is_over(folder)
        with _told(folder):
            from vae_core.training.recorded_run import RecordedRun

            try:
                with signals.heard():
                    run = RecordedRun(folder, machine)
                    run.train(signals, on_epoch)
            except Interrupted:
                if not is_over(folder) and not (signals.came == STOP and epochs_done(folder)):
                    events.append(folder, "paused", epoch=epochs_done(folder))
                    return "paused"
                run = RecordedRun(folder, machine)
            return run.finish()


def finish(folder: Path, machine: Machine) -> events.Kind:
    """Makes a finished checkpoint of the last whole epoch of a run that is paused or failed; returns the last event.

    Raises:
        TrainingError: as `train`, or it has no whole epoch.
    """
    read_plan(folder)
    with Signals(), held(folder):
        _refuse_what_is_over(folder)
        if not epochs_done(folder):
            raise TrainingError(f"{folder} cannot be finished: it has no whole epoch yet")
        with _told(folder):
            from vae_core.training.recorded_run import RecordedRun

            return RecordedRun(folder, machine).finish()


def _refuse_what_is_over(folder: Path) -> None:
    now = standing(folder)
    if now and now.last.get("event") in ("done", "stopped"):
        raise TrainingError(f"{folder} is finished: there is nothing to go on with")


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Whatever goes wrong within is the event "failed"."""
    try:
        yield
    except Exception as error:
        epoch = epochs_done(folder)
        words = faults.words(error, read_plan(folder), epoch)
        with suppress(OSError):
            events.append(folder, "failed", words=words, epoch=epoch)
        if isinstance(error, VaeCoreError) or faults.is_of_the_machine(error):
            raise TrainingError(words.removesuffix(".")) from error
        raise
