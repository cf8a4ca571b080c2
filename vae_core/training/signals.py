"""What SIGTERM and SIGINT do to a run: they end it, but nothing that must be done as a whole."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

PAUSE, STOP = signal.SIGTERM, signal.SIGINT


class Interrupted(BaseException):
    """One of the two came; no `Exception`, so that nobody takes it for a fault."""


class Signals:
    """While it is entered the two signals kill nobody; the first is kept, and raises `Interrupted` in `heard`.

    Attributes:
        came: the first; None where none has come.
    """

    def __init__(self) -> None:
        self.came: signal.Signals | None = None
        self._is_heard = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._before = {which: signal.signal(which, self._hear) for which in (PAUSE, STOP)}
        return self

    def __exit__(self, *_: object) -> None:
        for which, handler in self._before.items():
            signal.signal(which, handler or signal.SIG_DFL)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Work that may end anywhere."""
        self._is_heard = True
        try:
            self._check()
            yield
        except Exception:
            # The signal may have ended another process first, and this one's work so.
            self._check()
            raise
        finally:
            self._is_heard = False

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Work within `heard` that must be done as a whole: what comes meanwhile is raised after it."""
        self._is_heard = False
        try:
            yield
        finally:
            self._is_heard = True
        # Also what was raised where it got lost: in a destructor, or in a library that swallows all.
        self._check()

    def _check(self) -> None:
        if self.came and self._is_heard:
            raise Interrupted

    def _hear(self, number: int, _: FrameType | None) -> None:
        if self.came is None:
            self.came = signal.Signals(number)
            self._check()
