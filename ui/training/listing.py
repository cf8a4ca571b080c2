"""All runs, and the checkpoints that ship, as a list shows them: from their folders alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ui.errors import sentence
from ui.figures.palette import Role
from ui.files import Look
from ui.shelf import Shelved, description, kind, role_of, shelf
from vae_core import checkpoint
from vae_core.errors import CheckpointError, VaeCoreError
from vae_core.training import events
from vae_core.training.folder import PLAN, Standing, State, read_plan, standing
from vae_core.training.plan import Plan

NO_PLAN = "What this run was to do cannot be read: its run.json is damaged."
HIDDEN = "A checkpoint has this name, too, and stands on the other pages: give the run another name."


@dataclass(frozen=True)
class Summary:
    """As `ui/web/train/server.js` describes it."""

    name: str
    state: State
    ships: bool
    role: Role
    label: str
    digits: str
    epoch: int
    epochs: int
    position: int | None
    seconds_left: float | None
    words: str
    asked: float
    bytes: int


class Listing:
    """The runs of a folder, looked at once a second at most."""

    def __init__(self, root: Path, state: Callable[[str, Standing], State], queue: Callable[[], list[str]]) -> None:
        """
        Args:
            root: the folder of the runs.
            state: of a run whose folder says so much.
            queue: names of those that wait, the next first.
        """
        self._root, self._state, self._queue = root, state, queue
        self._look: Look[Path, list[Summary]] = Look(lambda _, before: self._look_at())
        # Of what runs: the epoch that was the first to be seen, and when it was over.
        self._seen: dict[str, tuple[int, float]] = {}

    def runs(self) -> list[Summary]:
        """All runs, newest first."""
        return self._look(self._root)

    def again(self) -> None:
        """Something has changed."""
        self._look.again()

    def standings(self) -> dict[str, Standing]:
        """How far each run is, by name."""
        found = {name: standing(path) for name, path in checkpoint.folders(self._root).items()}
        return {name: now for name, now in found.items() if now}

    def _look_at(self) -> list[Summary]:
        queue = self._queue()
        found = []
        for name, now in self.standings().items():
            # One that is deleted meanwhile.
            with suppress(VaeCoreError, OSError):
                found.append(self._summary(name, now, queue))
        return sorted(found, key=lambda run: (-run.asked, run.name))

    def _summary(self, name: str, now: Standing, queue: list[str]) -> Summary:
        folder = self._root / name
        state = self._state(name, now)
        stamp = _stamp(folder / PLAN)
        plan = _plan(folder, stamp)
        entry = shelf().good.get(name)
        shelved = entry if entry and entry.is_run else None
        if plan:
            role = role_of(plan.model, plan.training.corruption)
            about = (
                role,
                description(kind(role, None), plan.model.latent_dim),
                plan.digits,
                now.epoch,
                plan.training.epochs,
            )
        else:
            about = _about(shelved) if shelved else ("ae", "", "", now.epoch, now.epoch)
        if state == "failed":
            words = now.last.get("words", "")
        elif stamp and not plan:
            words = NO_PLAN
        elif entry and not shelved:
            words = HIDDEN
        else:
            words = sentence(CheckpointError(bad)) if (bad := shelf().bad.get(name)) else ""
        position = queue.index(name) + 1 if state == "waiting" and name in queue else None
        left = self._seconds_left(name, now, about[4]) if state == "running" else None
        return Summary(name, state, False, *about, position, left, words, _asked(folder), size_of(folder))

    def _seconds_left(self, name: str, now: Standing, epochs: int) -> float | None:
        if now.last.get("event") != "epoch":
            self._seen.pop(name, None)
            return None
        epoch, time = now.epoch, float(now.last["time"])
        first = self._seen.setdefault(name, (epoch, time))
        if first[0] > epoch:
            first = self._seen[name] = (epoch, time)
        # With all that comes between two epochs, where there have been two.
        seconds = (time - first[1]) / (epoch - first[0]) if epoch > first[0] else float(now.last["seconds"])
        return round(max(0.0, (epochs - epoch) * seconds), 1)


def shipped() -> list[Summary]:
    """The checkpoints that tell how they were trained."""
    found = (each for each in shelf().good.values() if not each.is_run and each.training.get("history"))
    return [
        Summary(
            each.name,
            "paused" if each.is_unfinished else "done",
            True,
            *_about(each),
            position=None,
            seconds_left=None,
            words="",
            asked=0,
            bytes=sum(int(size) for *_, size in each.stamp),
        )
        for each in found
    ]


def _about(shelved: Shelved) -> tuple[Role, str, str, int, int]:
    history = shelved.training.get("history", [])
    epochs = max(len(history), int(shelved.training.get("epochs", 0)))
    return shelved.role, shelved.description, shelved.training.get("digits", ""), len(history), epochs


@lru_cache(maxsize=512)
def _plan(folder: Path, stamp: object) -> Plan | None:
    try:
        return read_plan(folder) if stamp else None
    except VaeCoreError:
        return None


def _stamp(file: Path) -> tuple[int, ...]:
    try:
        found = os.stat(file)
    except OSError:
        return ()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _asked(folder: Path) -> float:
    """When its first event was; of one without events, when its model was saved."""
    with suppress(OSError), (folder / events.FILE).open("rb") as stream:
        for event in events.parsed(stream.readline()):
            return float(event.get("time", 0))
    with suppress(OSError):
        return os.stat(folder / checkpoint.WEIGHTS_FILE).st_mtime
    return 0.0


def size_of(folder: Path) -> int:
    """Bytes on disk, as far as they can be seen."""
    total = 0
    with suppress(OSError):
        for parent, _, files in os.walk(folder):
            for file in files:
                with suppress(OSError):
                    total += os.lstat(os.path.join(parent, file)).st_size
    return total
