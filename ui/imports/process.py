"""A step of an import as a process, see `vae_core.imports.steps`: it holds its limits itself, and ends with its job."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
from contextlib import suppress
from functools import partial
from pathlib import Path

from ui.errors import ImportRefusedError
from ui.jobs import program
from ui.jobs.job import Task
from ui.training.settings import ImportLimits
from vae_core.imports.steps.folder import DOING, LOG, PROBLEM, said

PROGRAM = "vae_core"
# Somebody waits for it: a quarter of the time beside others (sched(7): weight 335 against 1024), where a training has a
# tenth.
NICENESS = 5
# Of what a process has said that broke off.
MOST_SAID = 5_000

log = logging.getLogger("explorer")


def run(folder: Path, limits: ImportLimits, task: Task) -> None:
    """Carries out the step that the folder asks for; returns when it has left there what it has found.

    Raises:
        ImportRefusedError: it has not; one sentence says why.
        CancelledError: the job was cancelled; no process is left.
    """
    options = ["--memory", str(limits.memory), "--seconds", str(limits.seconds)]
    # Small nets gain little by threads, and beside other processes these wait for each other.
    threads = max(1, program.cores() // 2)
    try:
        process = program.start([PROGRAM, "import-step", str(folder), *options], folder / LOG, threads, NICENESS)
    except OSError as error:
        raise ImportRefusedError(f"the import could not be started: {error.strerror}") from error
    task.on_cancel(partial(_end, process))
    while program.lives(process, folder / LOG):
        task.tell(0.0, said(folder, DOING))
    task.tell(1.0)
    if process.returncode < 0:
        # It has a child, which does the work.
        _end(process)
    if process.returncode:
        raise ImportRefusedError(said(folder, PROBLEM) or _broken_off(process.returncode, folder))


def _end(process: subprocess.Popen[bytes]) -> None:
    """With its child: both are of one session, and nobody else is."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _broken_off(status: int, folder: Path) -> str:
    with suppress(OSError):
        log.error("an import broke off:\n%s", (folder / LOG).read_bytes()[-MOST_SAID:].decode(errors="replace"))
    return program.words_of(status, "The import")
