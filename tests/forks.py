"""Work in a child of this process, which may be killed without harm, and has no interpreter to start."""

import os
from collections.abc import Callable

import pytest

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
DONE = 42


def in_child(work: Callable[[], object]) -> int:
    """Runs `work` in a fork, which ends with the status `DONE` whatever becomes of it; returns its pid."""
    if pid := os.fork():
        return pid
    try:
        work()
    finally:
        os._exit(DONE)


def exit_code(pid: int) -> int:
    """Waits for the child; minus the signal that has killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
