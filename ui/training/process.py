"""The process of a training: `python -m vae_core train --run-dir DIR`, which outlives the app that has started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Literal

from ui.training import settings
from vae_core.errors import TrainingError

LOG = "run.log"
# What libraries say goes there, and is cut where it grows beyond that.
MOST_LOG = 1_000_000

Command = Literal["train", "finish"]


def start(command: Command, folder: Path) -> subprocess.Popen[bytes]:
    """Starts it with the lowest priority, without waiting for it.

    Args:
        command: "train" trains what `run.json` says, or goes on; "finish" makes a checkpoint of its last whole epoch.
        folder: of the run.

    Raises:
        TrainingError: it cannot be started.
    """
    arguments = {"train": ["train", "--run-dir", str(folder), "--background"], "finish": ["finish", str(folder)]}
    try:
        cut_log(folder)
        with (folder / LOG).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "vae_core", *arguments[command]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                # Neither Ctrl-C in a terminal nor the end of the app reaches it.
                start_new_session=True,
            )
    except OSError as error:
        raise TrainingError(f"the training could not be started: {error.strerror}") from error
    with suppress(OSError):
        # Until it does so itself: its imports alone take seconds.
        os.setpriority(os.PRIO_PROCESS, process.pid, 19)
        # Where memory runs out it is this one that goes, and not the server.
        Path(f"/proc/{process.pid}/oom_score_adj").write_text("1000")
    return process


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
