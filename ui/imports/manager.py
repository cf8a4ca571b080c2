"""Imports of nets: whose turn it is, what was found, and what a visitor may do with it.

An import is a folder below `runs/.imports`, which is no run, and steps that are carried out in it, each a `Job` of the
one queue. It lives as long as this process of the app, and its visitor asks for it at least once an hour.
"""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ui.errors import ImportRefusedError, NotHereError, sentence
from ui.imports import incoming, process
from ui.imports.incoming import About
from ui.jobs.job import CancelledError, Jobs, Task
from ui.shelf import description, kind, role_of
from ui.training import admission, settings
from ui.training.manager import manager as runs_manager
from vae_core.config import ModelConfig
from vae_core.errors import VaeCoreError
from vae_core.imports import not_nets
from vae_core.imports.steps import folder as steps
from vae_core.storage import archive
from vae_core.training.folder import holder, locked

PLACE = ".imports"
# Without a question, after which an import is taken away.
HOUR = 3600.0
BROKEN = "The import broke off, the server's log says why."
NOT_HERE = "This import is not here any more: bring the files once more."


@dataclass(eq=False)
class Step:
    """What is to be done, and what came of it; what is looked for in a queue is the step itself.

    Attributes:
        asked: see `vae_core.imports.steps.folder.ask`; to keep, with the `name` that the checkpoint is to have.
        found: of this step, or of those before.
        began: seconds of `time.monotonic`; None while it waits.
        problem: one sentence, where it has failed.
        checkpoint: the name that was given to what is kept.
        is_over: whether nothing more comes of it.
    """

    asked: dict[str, Any]
    found: dict[str, Any] | None = None
    began: float | None = None
    problem: str | None = None
    checkpoint: str | None = None
    is_over: bool = False


@dataclass(eq=False)
class Import:
    """One visitor's files.

    Attributes:
        name: 16 hexadecimal digits.
        folder: see `vae_core.imports.steps.folder`.
        about: the files.
        step: the last one.
        asked: when it was last asked for.
    """

    name: str
    folder: Path
    about: About
    step: Step
    asked: float = field(default_factory=time.monotonic)


class Imports:
    """Those of this process; any thread may ask. Every refusal is a `VaeCoreError`."""

    def __init__(self, root: Path) -> None:
        """
        Args:
            root: the folder of the runs.
        """
        self._root = root / PLACE
        self._jobs: Jobs[None] = Jobs("The import")
        self._lock = threading.RLock()
        self._found: dict[str, Import] = {}
        self._home: Path | None = None
        self._held = ExitStack()

    def recover(self) -> None:
        """Takes away what processes of the app have left that are no more."""
        for home in self._root.iterdir() if self._root.is_dir() else ():
            if home != self._home and holder(home) is None:
                shutil.rmtree(home, ignore_errors=True)

    def begin(self, about: About) -> Import:
        """Makes room for files that are to come into its folder `files`; `start` or `leave` has to follow.

        Raises:
            VaeCoreError: they are too large, or there is no room. OSError: the disk refuses.
        """
        self._sweep()
        most = settings.import_limits().megabytes
        if about.bytes > most * admission.MEGABYTE:
            size = about.bytes / admission.MEGABYTE
            raise ImportRefusedError(f"the files have {size:,.0f} MB together; an import has at most {most:,} MB here")
        with self._lock:
            runs_manager().make_room(about.bytes + sum(each.about.bytes for each in self._found.values()))
            name = secrets.token_hex(8)
            one = Import(name, self._make_home() / name, about, Step({}))
            (one.folder / steps.FILES).mkdir(parents=True)
            self._found[name] = one
        return one

    def start(self, one: Import) -> str:
        """Tries what has come; returns its name."""
        return self._ask(one, {"step": "try", **one.about.known})

    def again(self, name: str, values: Mapping[str, Any]) -> str:
        """Tries it anew, with other things known, see `ui.imports.incoming.known`."""
        return self._ask(self._at_rest(name), {"step": "try", **incoming.known(values)})

    def keep(self, name: str, values: Mapping[str, Any]) -> str:
        """Makes a checkpoint of `candidate`, by number, that is called `name`, or so with a number at its end."""
        one, number, wanted = self._at_rest(name), values.get("candidate"), values.get("name")
        found = one.step.found
        if found is None or not one.step.is_over:
            raise ImportRefusedError("it is still being tried: nothing can be kept yet")
        if type(number) is not int or not 0 <= number < len(found["candidates"]):
            raise ImportRefusedError(f"there is no candidate {number!r}")
        if not isinstance(wanted, str):
            raise ImportRefusedError("a name is a text")
        admission.check_count(found["parameters"], settings.limits())
        return self._ask(one, {"step": "keep", "candidate": number, "name": wanted})

    def leave(self, name: str) -> str:
        """Ends what goes on, and takes it away."""
        one = self._one(name)
        with self._lock:
            self._found.pop(name, None)
        self._jobs.cancel(one.step)
        shutil.rmtree(one.folder, ignore_errors=True)
        return name

    def look(self, name: str) -> dict[str, Any]:
        """How far it is: the answer of `GET /imports/{name}`, see `ui.http.imports`.

        Raises:
            NotHereError: there is no such import.
        """
        self._sweep()
        one = self._one(name)
        step = one.step
        # What nobody has asked for in a while has lost its turn, and takes another.
        job = None if step.is_over else self._jobs.ask(step, partial(self._work, one, step))
        waiting = [each.key for each in self._jobs.waiting()]
        if job is None or step.is_over:
            state = "failed" if step.problem else "kept" if step.checkpoint else "found"
        else:
            state = "keeping" if step.asked["step"] == "keep" else "waiting" if step in waiting else "running"
        return {
            "state": state,
            "ahead": waiting.index(step) + 1 if step in waiting else 0,
            "seconds": round(time.monotonic() - step.began, 1) if step.began and job else 0.0,
            "limit": settings.import_limits().seconds,
            "doing": job.words if job else "",
            "problem": step.problem,
            "found": step.found,
            "checkpoint": step.checkpoint,
        }

    def _one(self, name: str) -> Import:
        with self._lock:
            one = self._found.get(name)
        if one is None:
            raise NotHereError(NOT_HERE)
        one.asked = time.monotonic()
        return one

    def _at_rest(self, name: str) -> Import:
        """One that is not being kept: what is tried is ended by whoever asks for something else."""
        one = self._one(name)
        if not one.step.is_over and one.step.asked.get("step") == "keep":
            raise ImportRefusedError("a checkpoint is being made of it: wait for that")
        return one

    def _ask(self, one: Import, asked: dict[str, Any]) -> str:
        with self._lock:
            before = one.step
            self._jobs.cancel(before)
            one.step = Step({**asked, "files": list(one.about.sizes)}, found=before.found)
        self.look(one.name)
        return one.name

    def _work(self, one: Import, step: Step, task: Task) -> None:
        step.began = time.monotonic()
        try:
            # What needs no process to be told, which takes its time to start.
            not_nets.refuse(one.folder / steps.FILES / name for name in one.about.sizes)
            steps.ask(one.folder, step.asked)
            process.run(one.folder, settings.import_limits(), task)
            if step.asked["step"] == "keep":
                zipped = archive.pack(one.folder / steps.CHECKPOINT)
                step.checkpoint = runs_manager().take_in(zipped, step.asked["name"])
            else:
                step.found = _shown(steps.read(one.folder / steps.FOUND), one)
        except CancelledError:
            # Whoever asks next begins it anew.
            raise
        except VaeCoreError as error:
            is_of_file = str(error).startswith(tuple(one.about.sizes))
            # A file's name keeps its small letter.
            step.problem = f"{str(error).removesuffix('.')}." if is_of_file else sentence(error)
        except OSError as error:
            step.problem = sentence(f"the disk refuses: {error.strerror}")
        except Exception:
            step.problem, step.is_over = BROKEN, True
            raise
        step.is_over = True

    def _sweep(self) -> None:
        since = time.monotonic() - HOUR
        with self._lock:
            left = [name for name, one in self._found.items() if one.asked < since]
        for name in left:
            with suppress(NotHereError):
                self.leave(name)

    def _make_home(self) -> Path:
        """The folder of this process, which it holds as long as it lives."""
        if self._home is None or not self._home.is_dir():
            self._home = self._root / secrets.token_hex(8)
            self._home.mkdir(parents=True)
            self._held.enter_context(locked(self._home))
        return self._home


def _shown(found: dict[str, Any], one: Import) -> dict[str, Any]:
    """`Found` of `ui.http.imports`."""
    shown: dict[str, Any] = found["shown"]
    config = ModelConfig.from_json(found["model"])
    said = {key: [sentence(each) for each in shown[key]] for key in ("guesses", "warnings")}
    about = description(kind(role_of(config, None), config.half), config.latent_dim)
    return {**shown, **said, "files": list(one.about.sizes), "about": about, "half": config.half}


_managers: dict[Path, Imports] = {}
_managers_lock = threading.Lock()


def manager() -> Imports:
    """The one of this process."""
    root = settings.runs_root()
    with _managers_lock:
        if root not in _managers:
            _managers[root] = Imports(root)
        return _managers[root]
