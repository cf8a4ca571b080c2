"""The folder of all runs, `root`: a run gets another name, is deleted, and comes back.

A deleted run moves to `root/.deleted/NAME~NUMBER`, the newest with the highest number; the last `KEPT` stay there. No
run that a process holds is moved: its `run.lock` is taken first, and is held while it moves. What happens here happens
one after the other, see `changing`.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from vae_core.errors import ShelfError, TrainingError
from vae_core.storage import own_files
from vae_core.training import events
from vae_core.training.folder import LOCK, LOG, NEW_PLAN, PLAN, holder, locked, read_plan, write_plan
from vae_core.training.plan import NAME, NAME_RULE

DELETED = ".deleted"
KEPT = 20
NUMBER = re.compile("[0-9]{1,9}", re.ASCII)
OURS = frozenset((*own_files.NAMES, own_files.JOURNAL, PLAN, NEW_PLAN, LOCK, LOG, events.FILE))


def rename(root: Path, name: str, to: str) -> None:
    """The run `name` is `to` from now on, in its `run.json`, too.

    Raises:
        ShelfError: there is no such run, it is being trained, `to` is no name or is taken, or the disk refuses; all is
            as it was.
    """
    with changing(root), _held(_run(root, name)) as run:
        to_folder = _free(root, to)
        os.rename(run, to_folder)
        # Whoever reads it takes the name of the folder: if the disk refuses this, nothing is lost.
        with suppress(TrainingError, OSError):
            write_plan(to_folder, read_plan(to_folder))


def delete(root: Path, name: str) -> None:
    """The run can be restored until `KEPT` others have been deleted.

    Of these older ones only a folder goes that holds nothing but a run's own files.

    Raises:
        ShelfError: there is no such run, it is being trained, or the disk refuses; it is where it was then.
    """
    with changing(root), _held(_run(root, name)) as run:
        deleted = root / DELETED
        if deleted.is_symlink():
            raise ShelfError(f"{deleted} is a link: nothing is moved to where it leads")
        deleted.mkdir(exist_ok=True)
        kept = _deleted(root)
        number = max((number for number, _, _ in kept), default=0) + 1
        os.rename(run, deleted / f"{name}~{number}")
        for _, _, folder in kept[: max(0, len(kept) + 1 - KEPT)]:
            _remove(folder)


def forget_oldest(root: Path) -> bool:
    """Of the deleted runs, removes that for good which was deleted first; False where none may go, see `delete`.

    Raises:
        ShelfError: as `changing`.
    """
    with changing(root):
        return any(_remove(folder) for _, _, folder in _deleted(root))


def restore(root: Path, name: str) -> None:
    """The run of that name that was deleted last is there again.

    Raises:
        ShelfError: none was deleted, or another has the name by now, or the disk refuses.
    """
    with changing(root):
        found = [folder for _, deleted, folder in _deleted(root) if deleted == name]
        if not found:
            raise ShelfError(f"there is no deleted run '{name}'")
        os.rename(found[-1], _free(root, name))


@contextmanager
def changing(root: Path) -> Iterator[None]:
    """Holds all others off who add, move or remove a run, or save a new checkpoint in `root`.

    Raises:
        ShelfError: there is no such folder, or what is done meanwhile raises an OSError.
    """
    try:
        lock = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            # Not all file systems know locks.
            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
    except OSError as error:
        raise ShelfError(f"{error.filename or root}: {error.strerror}") from error


@contextmanager
def _held(run: Path) -> Iterator[Path]:
    """No process begins to train it meanwhile."""
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(run))
        except TrainingError as error:
            if holder(run) is None:
                raise ShelfError(str(error)) from error
            raise ShelfError(f"'{run.name}' is being trained: pause or stop it first") from error
        yield run


def _run(root: Path, name: str) -> Path:
    run = root / name
    if not NAME.fullmatch(name) or run.is_symlink() or not run.is_dir():
        raise ShelfError(f"there is no run '{name}'")
    return run


def _free(root: Path, name: str) -> Path:
    if not NAME.fullmatch(name):
        raise ShelfError(f"'{name}' is no name; it must be {NAME_RULE}")
    if os.path.lexists(root / name):
        raise ShelfError(f"there is a run '{name}' already")
    return root / name


def _deleted(root: Path) -> list[tuple[int, str, Path]]:
    """Number, name and folder of each, the oldest first."""
    deleted = root / DELETED
    if deleted.is_symlink() or not deleted.is_dir():
        return []
    found = []
    for folder in deleted.iterdir():
        name, _, number = folder.name.rpartition("~")
        known = NAME.fullmatch(name) and NUMBER.fullmatch(number)
        if known and folder.is_dir() and not folder.is_symlink():
            found.append((int(number), name, folder))
    return sorted(found)


def _remove(folder: Path) -> bool:
    """Removes it for good, whole or in part, if it holds nothing but what is ours."""
    if not _holds_nothing_else(folder):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _holds_nothing_else(folder: Path) -> bool:
    with os.scandir(folder) as items:
        return all(
            own_files.STAGE.fullmatch(item.name) or (item.name in OURS and not item.is_dir(follow_symlinks=False))
            for item in items
        )
