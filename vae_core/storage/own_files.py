"""A few files of a folder that others use, too: read as they were at one moment, and replaced all at once.

A checkpoint owns the files `NAMES` of its folder, and nothing else there is ever touched, not even by a move.

`replace` writes the new files into a folder of their own within, `.vae_core.*.new`. One rename then brings in
the journal, `.vae_core.saved`, which names that folder and its files: from here on it is they that count. They move to
their names, and the journal goes. Whoever is stopped on the way leaves the old files or the new ones, whole: readers
here look at the journal first, and the next `replace` ends what was begun, and removes the folder of one that was
stopped before its journal was there. Where there is no folder yet, the new one is filled beside it and renamed.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from vae_core.errors import CheckpointError

CONFIG, WEIGHTS, TRAINING, FILM, OPTIMIZER = NAMES = (
    "config.json", "model.safetensors", "training.json", "film.gif", "optimizer.safetensors"
)  # fmt: skip
# Of a run, see `vae_core.training.folder`: a checkpoint may be made where it lies.
RUN = "run.json"
JOURNAL = ".vae_core.saved"
STAGE = re.compile(r"\.vae_core\.[a-z0-9_]{8}\.new", re.ASCII)
JOURNAL_BYTES = 10_000
# A save moves five files within milliseconds: who meets it looks again.
PATIENCE_SECONDS = 5.0
PAUSE_SECONDS = 0.001

Version = tuple[tuple[str, int, int, int, int, int], ...]


class Opened:
    """The files of a folder as they were at one moment, whatever is saved meanwhile."""

    def __init__(self, paths: Mapping[str, Path], found: Mapping[str, int | OSError | None]) -> None:
        self._paths = paths
        self._found = found

    def __contains__(self, name: str) -> bool:
        return self._found[name] is not None

    def read(self, name: str, most: int) -> bytes | None:
        """The content; None where there is no such file.

        Raises:
            CheckpointError: it is no file, larger than `most` bytes, cannot be read, or changes meanwhile.
        """
        found, file = self._found[name], self._paths[name]
        if found is None:
            return None
        if isinstance(found, OSError):
            raise CheckpointError(f"{file} cannot be read: {found.strerror}")
        before = os.fstat(found)
        if not stat.S_ISREG(before.st_mode):
            raise CheckpointError(f"{file} cannot be read: it is no file")
        if before.st_size > most:
            raise CheckpointError(
                f"{file} is too large: {before.st_size / 1e6:,.1f} MB, where {most / 1e6:,.1f} MB are read"
            )
        try:
            with os.fdopen(os.dup(found), "rb") as stream:
                content = stream.read(before.st_size + 1)
        except OSError as error:
            raise CheckpointError(f"{file} cannot be read: {error.strerror}") from error
        if len(content) != before.st_size or _identity(before) != _identity(os.fstat(found)):
            raise CheckpointError(f"{file} changes while it is read")
        return content


@contextmanager
def opened(folder: Path, names: tuple[str, ...] = NAMES) -> Iterator[Opened]:
    """The files as they are at one moment.

    Raises:
        CheckpointError: they are replaced all the time, or it cannot be known where they are.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with ExitStack() as stack:
            paths = _readable_paths(folder)
            found = {name: _open(paths[name]) for name in names}
            for descriptor in found.values():
                if isinstance(descriptor, int):
                    stack.callback(os.close, descriptor)
            # What is open keeps its inode: what still has it has not been replaced since. Looked at twice: all that was
            # there at the first look and is at the second was there at one moment, between them.
            if all(_is_still(found[name], _readable_paths(folder)[name]) for name in 2 * names):
                yield Opened(paths, found)
                return
        if time.monotonic() > deadline:
            raise CheckpointError(f"{folder} is saved anew all the time")
        time.sleep(PAUSE_SECONDS)


def version(folder: Path) -> Version:
    """Changes whenever one of the files does, and when nothing else does; empty where there are none."""
    found = []
    with suppress(CheckpointError):
        for name, path in _readable_paths(folder).items():
            with suppress(OSError):
                found.append((name, *_identity(os.stat(path))))
    return tuple(found)


def any_in(folder: Path) -> bool:
    """Whether there is more in the folder than a save that was cut short may leave; so where it cannot be listed."""
    try:
        return any(name == JOURNAL or not STAGE.fullmatch(name) for name in os.listdir(folder))
    except OSError:
        return True


def replace(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Replaces all the files by these; those that are not among these go. A folder that is not there appears whole.

    Raises:
        OSError: the disk refuses. CheckpointError: something else stands where a file should. Either the old files
            are there or the new ones.
    """
    with _writing(folder) as stage:
        for name, content in contents.items():
            _write(stage / name, content)
        _fsync(stage)
        if not os.path.lexists(folder):
            os.rename(stage, folder)
        else:
            journal = stage / JOURNAL
            _write(journal, json.dumps({"folder": stage.name, "files": list(contents)}).encode())
            os.replace(journal, folder / JOURNAL)
        _fsync(stage.parent)


def replace_one(folder: Path, name: str, content: bytes) -> None:
    """Replaces one of the files, or adds it, and leaves the others as they are.

    Raises:
        OSError, CheckpointError: as `replace`.
    """
    with _writing(folder) as stage:
        _write(stage / name, content)
        os.replace(stage / name, folder / name)
        _fsync(folder)


def add(root: Path, contents: Mapping[str, bytes], place: Callable[[Path], Path]) -> Path:
    """Writes the files into a new folder of `root`, while nobody else adds one, and returns it.

    Args:
        root: where; must be there.
        contents: by name.
        place: looks at the folder, filled, and says under which name, that is free, it is to appear.

    Raises:
        OSError: the disk refuses. And whatever `place` raises. Nothing stays.
    """
    with _stage_in(root) as stage:
        for name, content in contents.items():
            _write(stage / name, content)
        _fsync(stage)
        folder = place(stage)
        os.rename(stage, folder)
        _fsync(root)
    return folder


def check_writable(folder: Path) -> None:
    """Raises what `replace` would raise, as far as it can be known."""
    with _writing(folder):
        pass


@contextmanager
def _writing(folder: Path) -> Iterator[Path]:
    """A new folder to be filled, while nobody else saves; afterwards what it is for is done, or undone."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(folder):
        with _stage_in(folder, _refuse_what_is_in_the_way) as stage:
            yield stage
    else:
        with _stage_in(folder.parent) as stage:
            yield stage


@contextmanager
def _stage_in(home: Path, look: Callable[[Path], object] | None = None) -> Iterator[Path]:
    """A new folder in `home`, where `look` raises nothing; removed if it is still there in the end."""
    lock = os.open(home, os.O_RDONLY)
    try:
        # Held until the descriptor is closed, by whatever ends the process, too. Not all file systems know locks.
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX)
        if look:
            look(home)
        _finish(home)
        try:
            stage = Path(tempfile.mkdtemp(prefix=".vae_core.", suffix=".new", dir=home))
            stage.chmod(0o755)
            yield stage
        finally:
            _finish(home)
    finally:
        os.close(lock)


def _refuse_what_is_in_the_way(folder: Path) -> None:
    listed = os.listdir(folder)
    for name in (*NAMES, JOURNAL):
        file = folder / name
        if not os.path.lexists(file):
            continue
        if name not in listed:
            raise CheckpointError(f"{folder} cannot be written: it holds a file whose name differs from {name} in case")
        if not (file.is_symlink() or file.is_file()) or (name == JOURNAL and _journal(folder) is None):
            raise CheckpointError(f"{file} cannot be written: something else has that name")


def _finish(folder: Path) -> None:
    """Ends a save that has its journal, and removes what is left of those that have none."""
    if journal := _journal(folder):
        stage, names = journal
        for name in NAMES:
            if name not in names:
                (folder / name).unlink(missing_ok=True)
            elif (stage / name).exists():
                os.replace(stage / name, folder / name)
        _fsync(folder)
        (folder / JOURNAL).unlink()
        _fsync(folder)
    for name in os.listdir(folder):
        if STAGE.fullmatch(name):
            _remove_stage(folder / name)


def _remove_stage(stage: Path) -> None:
    if stage.is_symlink() or not stage.is_dir():
        return
    # What somebody else has put there stays, and so does the folder then.
    with suppress(OSError):
        for name in (*NAMES, JOURNAL):
            (stage / name).unlink(missing_ok=True)
        stage.rmdir()


def _journal(folder: Path) -> tuple[Path, frozenset[str]] | None:
    """The folder that holds what was saved and has not yet moved, and the names of all that was saved.

    Raises:
        OSError: it cannot be known.
    """
    descriptor = _open(folder / JOURNAL)
    if descriptor is None:
        return None
    if isinstance(descriptor, OSError):
        raise descriptor
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        values = json.loads(os.read(descriptor, JOURNAL_BYTES))
        stage, names = values["folder"], frozenset(values["files"])
        known = STAGE.fullmatch(stage) and names <= frozenset(NAMES)
    except (ValueError, TypeError, KeyError, RecursionError):  # somebody else's
        return None
    finally:
        os.close(descriptor)
    return (folder / stage, names) if known else None


def _readable_paths(folder: Path) -> dict[str, Path]:
    try:
        return _paths(folder)
    except OSError as error:
        raise CheckpointError(f"{folder / JOURNAL} cannot be read: {error.strerror}") from error


def _paths(folder: Path) -> dict[str, Path]:
    """Where each file lies now."""
    journal = _journal(folder)
    if journal is None:
        return {name: folder / name for name in NAMES}
    stage, names = journal
    # What was not saved is in no stage, and what still lies under its name is about to go.
    moved = {name for name in names if not os.path.lexists(stage / name)}
    return {name: (folder if name in moved else stage) / name for name in NAMES}


def _open(file: Path) -> int | OSError | None:
    """A descriptor; None where nothing is. Does not wait for the other end of a pipe."""
    try:
        return os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return error


def _is_still(found: int | OSError | None, file: Path) -> bool:
    if isinstance(found, OSError):
        return True
    try:
        now = os.stat(file)
    except OSError:
        return found is None
    return found is not None and os.path.samestat(os.fstat(found), now)


def _identity(status: os.stat_result) -> tuple[int, int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_mode, status.st_mtime_ns, status.st_size


def _write(file: Path, content: bytes) -> None:
    with file.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _fsync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
