"""The download of MNIST: one for the whole process, in a thread of its own.

A session that is left, or whose visitor touches a widget meanwhile, does not stop it; sessions only look at `progress`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from ui.choices import digit_sets
from ui.files import without_folder
from vae_core import download
from vae_core.errors import DigitsError


@dataclass(frozen=True)
class Progress:
    """How far it is.

    Attributes:
        running: between `Download.start` and the end.
        done, total: bytes; total is None before the first of them has arrived.
        error: why the last download failed, one sentence without the full stop; None where it did not.
    """

    running: bool = False
    done: int = 0
    total: int | None = None
    error: str | None = None


class Download:
    """A download that any number of sessions may start and watch, and that runs at most once at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._progress = Progress()

    @property
    def progress(self) -> Progress:
        """How far it is now."""
        return self._progress

    def start(self) -> None:
        """Begins in the background; does nothing where it runs already."""
        with self._lock:
            if self._progress.running:
                return
            self._progress = Progress(running=True)
        threading.Thread(target=self._run, name="download of MNIST", daemon=True).start()

    def _run(self) -> None:
        error: str | None = "The download of MNIST broke off, the server's log says why"
        try:
            download.download_mnist(digit_sets.data_dir(), self._advance)
            digit_sets.look_again()
            problem = digit_sets.mnist_problem()
            error = f"MNIST has arrived and cannot be used: {problem}" if problem else None
        except DigitsError as failure:
            error = without_folder(failure, digit_sets.data_dir())
        finally:
            self._progress = Progress(error=error)

    def _advance(self, done: int, total: int | None) -> None:
        self._progress = Progress(running=True, done=done, total=total)


mnist = Download()
