"""Folders as they are on disk: time stamps, so that what was computed from files is seen to be out of date, and looks.

A look is taken at most once a second, whoever asks: pages and routes ask a hundred times a run.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

# So long after it, nobody sees that a file has changed.
LOOK_SECONDS = 1.0
OUTDATED = float("-inf")

Stamp = tuple[tuple[str | int, ...], ...]


def stamp(folder: str | Path) -> Stamp:
    """Path, time of change in ns and size of each file in the folder; empty where the folder is missing."""
    try:
        with os.scandir(folder) as items:
            found = [(item.path, item.stat()) for item in items]
    except OSError:  # a save renames folders while this looks
        return ()
    return tuple(sorted((path, stat.st_mtime_ns, stat.st_size) for path, stat in found))


def without_folder(problem: object, folder: Path) -> str:
    """The sentence with the files in that folder by name alone: a visitor has no use for the server's folders."""
    return str(problem).replace(f"{folder}{os.sep}", "")


class Look(Generic[K, T]):
    """What is on disk in some place, as it was at most `LOOK_SECONDS` ago; any thread may ask.

    One thread looks while the others have what was seen before: nobody waits but where nothing was seen yet, where
    something is known to have changed, or where `LOOK_SECONDS` is 0 and nothing may be older.
    """

    def __init__(self, look: Callable[[K, T | None], T]) -> None:
        """
        Args:
            look: what is in that place; it is given what it saw there the last time, or None.
        """
        self._look = look
        self._lock = threading.Lock()
        self._seen: tuple[K, T, float] | None = None

    def __call__(self, place: K) -> T:
        """What is in that place; of several places only the last is remembered."""
        seen = self._seen
        if seen and seen[0] == place and time.monotonic() - seen[2] < LOOK_SECONDS:
            return seen[1]
        with_something_to_show = LOOK_SECONDS > 0 and seen is not None and seen[0] == place and seen[2] > OUTDATED
        if not self._lock.acquire(blocking=not with_something_to_show):
            assert seen is not None
            return seen[1]
        try:
            now, before = time.monotonic(), self._seen
            if before and before[0] != place:
                before = None
            if before and now - before[2] < LOOK_SECONDS:
                return before[1]
            found = self._look(place, before and before[1])
            self._seen = place, found, now
            return found
        finally:
            self._lock.release()

    def again(self) -> None:
        """The next one who asks looks: something has changed."""
        with self._lock:
            if self._seen:
                self._seen = (*self._seen[:2], OUTDATED)
