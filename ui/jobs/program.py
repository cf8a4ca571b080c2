"""Work that the app leaves to a process of its own: `python -m vae_core ...`, of a low priority, with a log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ui.training.settings import ROOT

# What libraries say goes there, and is cut where it grows beyond that.
MOST_LOG = 1_000_000
# A tenth of the time beside others that want all of it (sched(7): weight 110 against 1024), and all where none does.
NICENESS = 10
# So often a thread looks at the process that it follows.
FOLLOW_SECONDS = 0.2


def start(arguments: Sequence[str], log: Path, threads: int, niceness: int = NICENESS) -> subprocess.Popen[bytes]:
    """Starts it in a session of its own, without waiting for it.

    Args:
        arguments: the module, and what belongs to it.
        log: takes what it says.
        threads: of the processor that it may use.
        niceness: how far others go first.

    Raises:
        OSError: it cannot be started.
    """
    cut(log)
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env=_environment(threads),
            # Neither Ctrl-C in a terminal nor the end of the app reaches it.
            start_new_session=True,
        )
    _let_others_go_first(process.pid, niceness)
    return process


def lives(process: subprocess.Popen[bytes], log: Path) -> bool:
    """Whether it goes on, after a moment; its log stays short meanwhile."""
    try:
        process.wait(FOLLOW_SECONDS)
        return False
    except subprocess.TimeoutExpired:
        with suppress(OSError):
            cut(log)
        return True


def cut(log: Path) -> None:
    """Empties what has grown too long.

    Raises:
        OSError: the disk refuses.
    """
    with suppress(FileNotFoundError):
        if os.stat(log).st_size > MOST_LOG:
            os.truncate(log, 0)


def words_of(status: int, what: str) -> str:
    """Why a process ended that said nothing itself, one sentence.

    Args:
        status: as of `Popen.returncode`.
        what: it was, such as "The training".
    """
    if status == -signal.SIGKILL:
        return f"{what} was ended by the system, most likely because memory ran out."
    by = f"signal {signal.Signals(-status).name}" if -status in set(signal.Signals) else f"status {status}"
    return f"{what} broke off: its process ended with {by}."


def cores() -> int:
    """How many of them this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _let_others_go_first(pid: int, niceness: int) -> None:
    """Of a process in a session of its own; as far as the system knows of such a thing."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, niceness)
    # Linux shares its time among sessions first, each with a priority of its own: see sched(7), autogroup.
    with suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(niceness))
    # Where memory runs out it is this one that goes, and not the server.
    with suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text("1000")


def _environment(threads: int) -> dict[str, str]:
    """This process has set itself to one thread, which another is not to inherit."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
