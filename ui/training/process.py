"""The processes of trainings: `python -m vae_core train --run-dir DIR`, each of which outlives the app that started it.

A process says in the folder's events how it ended. Where it could not, because it was killed or crashed, whoever saw it
die says so.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal

from ui.errors import sentence
from ui.jobs import program
from ui.jobs.program import FOLLOW_SECONDS
from ui.training import settings
from vae_core.errors import TrainingError
from vae_core.training import events
from vae_core.training.folder import LOG, epochs_done, holder, standing
from vae_core.training.signals import STOP

PROGRAM = "vae_core"
# The last event of a process that could not say how it ended.
SILENT = ("asked", "started", "step", "epoch")

Command = Literal["train", "finish"]


class Processes:
    """Those that were started here, by the folders of their runs; any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[Path, subprocess.Popen[bytes]] = {}
        self._told: dict[Path, signal.Signals] = {}

    def is_told(self, folder: Path) -> bool:
        """Whether its process is to end."""
        return folder in self._told

    def expect(self, folder: Path) -> None:
        """Another process may begin there."""
        self._told.pop(folder, None)

    def tell(self, folder: Path, how: signal.Signals) -> None:
        """Sends a signal to the process there, whoever has started it; one that is still to come does not begin."""
        with self._lock:
            self._told[folder] = how
            if folder in self._found:
                self._found[folder].send_signal(how)
            elif pid := holder(folder):
                with suppress(ProcessLookupError):
                    os.kill(pid, how)

    def train(self, folder: Path) -> bool:
        """Trains, or follows the process that is there, and returns when there is none any more.

        Returns:
            whether the run is to be finished still: the process was stopped before it could hear that.
        """
        before = standing(folder)
        if before and before.state == "waiting":
            status = self._run("train", folder)
            with suppress(OSError):
                self._say_how_it_ended(folder, status)
        while holder(folder) is not None:
            time.sleep(FOLLOW_SECONDS)
        now = standing(folder)
        return self._told.get(folder) == STOP and now is not None and now.state == "paused" and now.epoch > 0

    def finish(self, folder: Path) -> None:
        """Makes a checkpoint of the last whole epoch; returns when it is there, or when `failed` says why not."""
        self._run("finish", folder)

    def _run(self, command: Command, folder: Path) -> int | None:
        """The status of a process that was started; None where there is nothing to be said of one."""
        with self._lock:
            if command == "train" and folder in self._told:
                return 0
            try:
                process = self._found[folder] = start(command, folder)
            except TrainingError as error:
                with suppress(OSError):
                    events.append(folder, "failed", words=sentence(error), epoch=epochs_done(folder))
                return None
        while program.lives(process, folder / LOG):
            pass
        with self._lock:
            del self._found[folder]
        return process.returncode

    def _say_how_it_ended(self, folder: Path, status: int | None) -> None:
        now = standing(folder)
        if status is None or now is None or now.pid is not None or now.last.get("event") not in SILENT:
            return
        if folder in self._told:
            events.append(folder, "paused", epoch=epochs_done(folder))
        else:
            events.append(folder, "failed", words=program.words_of(status, "The training"), epoch=epochs_done(folder))


def start(command: Command, folder: Path) -> subprocess.Popen[bytes]:
    """Starts it with a low priority, without waiting for it.

    Args:
        command: "train" trains what `run.json` says, or goes on; "finish" makes a checkpoint of its last whole epoch.
        folder: of the run.

    Raises:
        TrainingError: it cannot be started.
    """
    arguments = {"train": ["train", "--run-dir", str(folder)], "finish": ["finish", str(folder)]}
    try:
        return program.start(
            [PROGRAM, *arguments[command]], folder / LOG, max(1, program.cores() // settings.at_once())
        )
    except OSError as error:
        raise TrainingError(f"the training could not be started: {error.strerror}") from error
