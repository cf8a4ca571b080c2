"""The folder of a run: what it is to do, who trains in it, and how far it is, all read from its files.

A checkpoint's folder, see `vae_core.storage.own_files`, and beside its files `run.json`, a `Plan`; `events.jsonl`, see
`vae_core.training.events`; and `run.lock`, locked by the process that trains for as long as it lives. Importing this
takes no torch.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from vae_core.errors import CheckpointError, ConfigError, TrainingError
from vae_core.storage import own_files
from vae_core.training import events
from vae_core.training.plan import Plan

PLAN, LOCK = own_files.RUN, "run.lock"
# What the process says beside its events.
LOG = "run.log"
# A plan on its way to its name.
NEW_PLAN = ".run.json.new"
State = Literal["waiting", "running", "paused", "done", "stopped", "failed"]

# What a folder is in whose lock nobody holds, by its last event.
_STATES: dict[str, State] = {"asked": "waiting", "done": "done", "stopped": "stopped", "failed": "failed"}
# Who looks whether a lock is held has it for an instant.
PATIENCE_SECONDS = 1.0
PAUSE_SECONDS = 0.01
MOST_JSON = 20_000_000
_TAIL = 65_536


@dataclass(frozen=True)
class Standing:
    """How far a run is.

    Attributes:
        state: "running" as long as its lock is held, else what its last event makes of it.
        epoch: whole epochs that it has done.
        pid: of the process that trains; None where none does, 0 where it does not say which.
        last: its last event, see `vae_core.training.events`; empty where there is none.
    """

    state: State
    epoch: int
    pid: int | None
    last: Mapping[str, Any]


def standing(folder: Path) -> Standing | None:
    """How far the run is; None where the folder is no run's. Reads the ends of files, and never raises."""
    pid = holder(folder)
    last: Mapping[str, Any] = {}
    epoch: int | None = None
    with suppress(OSError):
        for event in _backwards(folder / events.FILE):
            last = last or event
            epoch = _epochs_told(event)
            if epoch is not None:
                break
    if last:
        state = _STATES.get(last["event"], "paused")
    elif os.path.isfile(folder / PLAN):
        state = "paused"
    else:
        files = {file[0] for file in own_files.version(folder)}
        if own_files.WEIGHTS not in files:
            return None
        state = "paused" if own_files.OPTIMIZER in files else "done"
    return Standing(
        state="running" if pid is not None else state,
        epoch=epochs_done(folder) if epoch is None else epoch,
        pid=pid,
        last=last,
    )


def epochs_done(folder: Path) -> int:
    """Whole epochs that the checkpoint in the folder has; 0 where there is none."""
    history = (_training(folder) or {}).get("history")
    return len(history) if isinstance(history, list) else 0


def is_over(folder: Path) -> bool:
    """Whether the folder holds a checkpoint whose training goes on no more."""
    files = {file[0] for file in own_files.version(folder)}
    return own_files.WEIGHTS in files and own_files.OPTIMIZER not in files


def create(folder: Path, plan: Plan) -> None:
    """Makes the folder of a new run.

    Raises:
        FileExistsError: there is something of that name. OSError: the disk refuses.
    """
    folder.mkdir(parents=True)
    write_plan(folder, plan)


def write_plan(folder: Path, plan: Plan) -> None:
    """Puts `run.json` into the folder, whole or not at all.

    Raises:
        OSError: the disk refuses.
    """
    with (folder / NEW_PLAN).open("w") as stream:
        json.dump(plan.to_json(), stream, indent=1)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(folder / NEW_PLAN, folder / PLAN)


def read_plan(folder: Path) -> Plan:
    """What the run is to do, under the name that its folder has now.

    Raises:
        TrainingError: there is no plan, or it is none.
    """
    file = folder / PLAN
    try:
        with file.open("rb") as stream:
            values = json.loads(stream.read(MOST_JSON))
        if isinstance(values, dict):
            values["name"] = Path(os.path.abspath(folder)).name
        return Plan.from_json(values)
    except FileNotFoundError:
        raise TrainingError(f"{folder} is no folder of a run: {PLAN} is missing") from None
    except OSError as error:
        raise TrainingError(f"{file} cannot be read: {error.strerror}") from error
    except (ConfigError, ValueError, RecursionError) as error:
        raise TrainingError(f"{file}: {error}") from error


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """The lock of the folder, for the process that trains in it.

    Raises:
        TrainingError: as `locked`.
    """
    with locked(folder) as descriptor:
        # Who holds it is good to know, and no more: the disk may be full.
        with suppress(OSError):
            os.write(descriptor, f"{os.getpid()}\n".encode())
        yield


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """The lock of the folder, for whoever keeps others from training in it; it says no process.

    Raises:
        TrainingError: another has it, or the disk refuses.
    """
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise TrainingError(f"{folder / LOCK} cannot be written: {error.strerror}") from error
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _lock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise TrainingError(f"{folder} is in training by process {holder(folder)}")
            time.sleep(PAUSE_SECONDS)
        with suppress(OSError):
            os.ftruncate(descriptor, 0)
        yield descriptor
    finally:
        os.close(descriptor)


def holder(folder: Path) -> int | None:
    """The process that trains in the folder; None where none does, 0 where it does not yet say which."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if _lock(descriptor, fcntl.LOCK_SH):
            return None
        said = os.read(descriptor, 20)
        return int(said) if said.strip().isdigit() else 0
    finally:
        os.close(descriptor)


def _lock(descriptor: int, kind: int) -> bool:
    """Whether it is there; so everywhere on a file system that knows no locks."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


def _epochs_told(event: Mapping[str, Any]) -> int | None:
    epoch = event.get("epoch")
    if not isinstance(epoch, int):
        return None
    return epoch - 1 if event["event"] == "step" else epoch


def _training(folder: Path) -> dict[str, Any] | None:
    try:
        with own_files.opened(folder, (own_files.TRAINING,)) as files:
            values = json.loads(files.read(own_files.TRAINING, MOST_JSON) or b"{}")
    except (CheckpointError, OSError, ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _backwards(file: Path) -> Iterator[dict[str, Any]]:
    """The events of a file, the last first; no more of it is read than they take.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as stream:
        start = stream.seek(0, os.SEEK_END)
        rest, whole = b"", False
        while start:
            size = min(start, max(_TAIL, len(rest)))
            start -= size
            stream.seek(start)
            rest = stream.read(size) + rest
            if not whole:
                end = rest.rfind(b"\n")
                if end < 0:
                    continue
                rest, whole = rest[:end], True
            first, *lines = rest.split(b"\n") if start else [b"", *rest.split(b"\n")]
            for line in reversed(lines):
                yield from events.parsed(line)
            rest = first
