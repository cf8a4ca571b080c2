"""Time stamps of folders, so that what was computed from their files is seen to be out of date."""

from __future__ import annotations

import os
from pathlib import Path

Stamp = tuple[tuple[str, int, int], ...]


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
