"""What a step does: it tries the files, or keeps one of the candidates that were found."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

from vae_core.imports import files, importing, tensors
from vae_core.imports.steps import candidates, folder
from vae_core.imports.wishes import shape, wishes
from vae_core.training.run import held_out_digits


def carry_out(place: Path) -> None:
    """The step that the folder asks for.

    Raises:
        VaeCoreError: the files cannot be taken, or the disk refuses.
    """
    asked = folder.read(place / folder.ASKED)
    if asked["step"] == "try":
        _try(place, asked)
    else:
        _keep(place, asked)


def _try(place: Path, asked: dict[str, Any]) -> None:
    started = time.perf_counter()
    say = partial(folder.say, place)
    known, picture = wishes(asked["wishes"]), shape(asked["shape"])
    digits = held_out_digits(asked["digits"])
    settled = importing.settled_files(_paths(place, asked["files"]), digits, known, picture, say)
    say("drawing what each candidate makes of ten pictures")
    found = candidates.to_json(settled, digits, known, picture)
    folder.put(place / folder.FOUND, {**found, "seconds": time.perf_counter() - started})


def _keep(place: Path, asked: dict[str, Any]) -> None:
    started = time.perf_counter()
    found = folder.read(place / folder.FOUND)
    folder.say(place, "reading the file")
    paths = _paths(place, asked["files"])
    settled = candidates.settled(found, asked["candidate"], files.read(paths, shape(found["shape"])))
    folder.say(place, "measuring it on test pictures")
    digits = held_out_digits(found["digits"])
    importing.save(place / folder.CHECKPOINT, settled, paths, digits, started - found["seconds"])


def _paths(place: Path, names: list[str]) -> list[Path]:
    """As `vae_core.imports.files.read` takes them: what pythae has saved is a folder, and JSON alone is no net."""
    home = place / folder.FILES
    if tensors.PYTHAE_CONFIG in names and not set(names).isdisjoint(tensors.PYTHAE_WEIGHTS):
        return [home]
    # Keras may have the net's description beside its weights.
    is_keras = any(name.lower().endswith((".h5", ".hdf5")) for name in names)
    nets = [name for name in names if is_keras or not name.endswith(".json")]
    return [home / name for name in nets or names]
