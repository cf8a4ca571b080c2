"""An import in a process of its own, with limits: a file may make a library take all memory, or run for minutes.

The process that reads is a child that sets its limits before it reads. It may be deep inside a library when it meets
them, where nothing of Python runs: so the kernel ends it, and its parent says why. Importing this takes no torch.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from vae_core.errors import VaeCoreError

# As data of the process torch, h5py, onnx and digits take 500 MB, with a dense net of 75 million weights 1,250; with
# half of the least no library starts. Trying has 60 seconds of the processor's time; that net takes 105 in all.
MEMORY_MB, LEAST_MEMORY_MB = 3_000, 1_000
SECONDS = 300
MEGABYTE = 1_000_000
# What torch says where there is no memory: it raises a RuntimeError.
NO_MEMORY = ("can't allocate memory", "not enough memory")


class ImportLimitError(VaeCoreError):
    """An import takes more than it may; the sentence has the import as its subject."""


@contextmanager
def held(megabytes: int = MEMORY_MB, seconds: int = SECONDS) -> Iterator[None]:
    """What follows happens in a child of this process, the limits held; this process ends as the child does.

    To be entered before torch is imported, whose threads no child has. The memory is what Linux counts as the
    process's data: a limit of the address space would count the libraries, too, which are gigabytes where torch knows
    a graphics card. macOS knows no such limit; a system without `fork`, such as Windows, has none of both.

    Args:
        megabytes: of memory.
        seconds: by the clock.

    Raises:
        ImportLimitError: in the parent, the child was ended by a limit, or otherwise by the system; in the child, its
            memory is used up.
        SystemExit: in the parent, with the status of the child, which has said what there was to say.
    """
    if hasattr(os, "fork"):
        _leave_it_to_a_child(megabytes, seconds)
    try:
        yield
    except Exception as error:
        if not any(map(_is_of_memory, _chain(error))):
            raise
        raise ImportLimitError(_memory_text(megabytes)) from error


def _leave_it_to_a_child(megabytes: int, seconds: int) -> None:
    import resource

    # What is written already is not to be written twice.
    sys.stdout.flush()
    sys.stderr.flush()
    if pid := os.fork():
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if status >= 0:
            raise SystemExit(status)
        raise ImportLimitError(_ended_text(-status, megabytes, seconds))
    # Ends the process wherever it is: no handler of Python has to run.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    # A crash is a status here, and no file on disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    wanted = megabytes * MEGABYTE
    limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _ended_text(number: int, megabytes: int, seconds: int) -> str:
    if number == signal.SIGALRM:
        return (
            f"it takes longer than the {seconds:,} seconds that an import may take here: the file may be damaged; "
            "`python -m vae_core import --seconds` gives it more"
        )
    if number == signal.SIGKILL:
        return "the system has ended it, most likely because the memory of this machine ran out"
    name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    return f"it broke off with {name}: the file is damaged, or {_memory_text(megabytes)}"


def _memory_text(megabytes: int) -> str:
    return (
        f"it takes more than the {megabytes:,} MB of memory that an import may have here; "
        "`python -m vae_core import --memory` gives it more"
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """It, and what it comes from: a reader calls a file damaged whatever its library raises."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_of_memory(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and any(words in str(error) for words in NO_MEMORY)
    )
