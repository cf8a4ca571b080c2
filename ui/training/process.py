"""The processes of trainings: `python -m vae_core train --run-dir DIR`, each of which outlives the app that started it.

A process says in the folder's events how it ended. Where it could not, because it was killed or crashed, whoever saw it
die says so.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal

from ui.errors import sentence
from ui.training import settings
from vae_core.errors import TrainingError
from vae_core.training import events
from vae_core.training.folder import LOG, epochs_done, holder, standing
from vae_core.training.signals import STOP

PROGRAM = "vae_core"
# What libraries say goes there, and is cut where it grows beyond that.
MOST_LOG = 1_000_000
# A tenth of the time beside others that want all of it (sched(7): weight 110 against 1024), and all where none does.
NICENESS = 10

Command = Literal["train", "finish"]


# So often a thread looks at the process that it follows.
FOLLOW_SECONDS = 0.2
# The last event of a process that could not say how it ended.
SILENT = ("asked", "started", "step", "epoch")


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
        while _lives(process):
            with suppress(OSError):
                cut_log(folder)
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
            events.append(folder, "failed", words=words_of(status), epoch=epochs_done(folder))


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
        cut_log(folder)
        with (folder / LOG).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", PROGRAM, *arguments[command]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                # Neither Ctrl-C in a terminal nor the end of the app reaches it.
                start_new_session=True,
            )
    except OSError as error:
        raise TrainingError(f"the training could not be started: {error.strerror}") from error
    _let_others_go_first(process.pid)
    return process


def _let_others_go_first(pid: int) -> None:
    """Of a process in a session of its own; as far as the system knows of such a thing."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, NICENESS)
    # Linux shares its time among sessions first, each with a priority of its own: see sched(7), autogroup.
    with suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(NICENESS))
    # Where memory runs out it is this one that goes, and not the server.
    with suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text("1000")


def cut_log(folder: Path) -> None:
    """Empties what has grown too long.

    Raises:
        OSError: the disk refuses.
    """
    with suppress(FileNotFoundError):
        if os.stat(folder / LOG).st_size > MOST_LOG:
            os.truncate(folder / LOG, 0)


def words_of(status: int) -> str:
    """Why a process ended that said nothing itself, one sentence.

    Args:
        status: as of `Popen.returncode`.
    """
    if status == -signal.SIGKILL:
        return "The training was ended by the system, most likely because memory ran out."
    by = f"signal {signal.Signals(-status).name}" if -status in set(signal.Signals) else f"status {status}"
    return f"The training broke off: its process ended with {by}."


def cores() -> int:
    """How many of them this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _environment() -> dict[str, str]:
    """This process has set itself to one thread, which a training is not to inherit."""
    path = os.pathsep.join(filter(None, (str(settings.ROOT), os.environ.get("PYTHONPATH"))))
    threads = str(max(1, cores() // settings.at_once()))
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}


def _lives(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(FOLLOW_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False
