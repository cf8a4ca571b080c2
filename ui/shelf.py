"""Which models there are: the checkpoints, and beside them the runs that are over, as they were at the last look.

The folders are looked at once a second at most, however many ask, and of what lies there only what has changed is read.
A run that goes on is none of these: its checkpoint changes with every epoch, and no page is to load anew each time.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ui.figures.palette import LABELS, Role
from ui.files import Look, Stamp, without_folder
from ui.training.settings import runs_root
from vae_core import checkpoint
from vae_core.config import ModelConfig, Part
from vae_core.errors import CheckpointError

ROOT = Path(__file__).resolve().parent.parent

Place = tuple[Path, Path]


@dataclass(frozen=True)
class Shelved:
    """A checkpoint that can be used, as it was when it was last looked at.

    Attributes:
        name, config: see `vae_core.checkpoint`.
        path: where it is read from by the functions there, which know what a replacement under way leaves.
        role: its kind for the eye.
        stamp: changes whenever one of its files does.
        training: what its `training.json` says; empty where there is none that can be read.
    """

    name: str
    path: Path
    config: ModelConfig
    role: Role
    stamp: Stamp
    training: Mapping[str, Any] = field(compare=False)

    @property
    def kind(self) -> str:
        """In a word: "VAE"; or "decoder alone", of which nobody knows how it was trained."""
        return kind(self.role, self.config.half)

    @property
    def description(self) -> str:
        """A few words: "VAE, 30 codes", "decoder alone, 2 codes"."""
        return description(self.kind, self.config.latent_dim)

    @property
    def is_unfinished(self) -> bool:
        """Whether its training goes on, or was broken off and can be resumed."""
        return checkpoint.OPTIMIZER_FILE in _files(self.stamp)

    @property
    def is_run(self) -> bool:
        """Whether it was trained or brought in here, and does not come with the app."""
        return self.path.parent == runs_root()

    @property
    def version(self) -> str:
        """Of all that is known of it, as short text for addresses."""
        return hashlib.sha256(repr(self.stamp).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Shelf:
    """Every checkpoint by name: with its stamp, and as what it can be used or why it cannot be."""

    entries: Mapping[str, tuple[Stamp, Shelved | str]]

    @cached_property
    def good(self) -> Mapping[str, Shelved]:
        """Sorted for a reader: AE, DAE, VAE, then size and name."""
        good = [entry for _, entry in self.entries.values() if isinstance(entry, Shelved)]
        order = list(LABELS)
        good.sort(key=lambda shelved: (order.index(shelved.role), shelved.config.latent_dim, _natural(shelved.name)))
        return MappingProxyType({shelved.name: shelved for shelved in good})

    @cached_property
    def configs(self) -> Mapping[str, ModelConfig]:
        return MappingProxyType({name: shelved.config for name, shelved in self.good.items()})

    @cached_property
    def bad(self) -> Mapping[str, str]:
        return MappingProxyType({name: entry for name, (_, entry) in self.entries.items() if isinstance(entry, str)})


def role_of(config: ModelConfig, corruption: object) -> Role:
    """The kind of a model for the eye: an autoencoder trained on corrupted pictures is a "dae"."""
    return "vae" if config.kind == "vae" else "dae" if corruption else "ae"


def kind(role: Role, half: Part | None) -> str:
    """In a word, see `Shelved.kind`."""
    return f"{half} alone" if half else LABELS[role]


def description(kind: str, codes: int) -> str:
    """A few words.

    >>> description(kind("vae", None), 30), description(kind("vae", "decoder"), 1)
    ('VAE, 30 codes', 'decoder alone, 1 code')
    """
    return f"{kind}, {codes} code{'s' if codes > 1 else ''}"


def checkpoint_root() -> Path:
    """The folder of the checkpoints: `$CHECKPOINTS_DIR`, or `checkpoints/` beside app.py."""
    return _path(os.environ.get("CHECKPOINTS_DIR") or ROOT / "checkpoints")


# To make a path takes longer than all else of a look at the shelf.
_path = lru_cache(maxsize=8)(Path)


def shelf() -> Shelf:
    """What is there."""
    return _look((checkpoint_root(), runs_root()))


def look_again() -> None:
    """Whoever asks next sees what is on disk then, and not what was there at the last look."""
    _look.again()


def _look_at(place: Place, before: Shelf | None) -> Shelf:
    """One by one: of many checkpoints one has changed, no reason to read all the others again."""
    known = before.entries if before else {}
    entries: dict[str, tuple[Stamp, Shelved | str]] = {}
    for name, path in _folders(*place).items():
        stamp = checkpoint.version(path)
        old = known.get(name)
        if path.parent == place[1] and not _is_over(path, stamp, old):
            continue
        entries[name] = old if old and old[0] == stamp else (stamp, _read_entry(name, path, stamp))
    return before if before and entries == before.entries else Shelf(entries)


_look: Look[Place, Shelf] = Look(_look_at)


def _folders(checkpoints: Path, runs: Path) -> dict[str, Path]:
    """A run never hides a checkpoint, whatever has been put there by hand."""
    return {**checkpoint.folders(runs), **checkpoint.folders(checkpoints)}


def _is_over(path: Path, stamp: Stamp, old: tuple[Stamp, Shelved | str] | None) -> bool:
    """Whether a run's folder holds a checkpoint without the optimizer's state, which all hold until they are over."""
    files = _files(stamp)
    if checkpoint.OPTIMIZER_FILE in files or not {checkpoint.CONFIG_FILE, checkpoint.WEIGHTS_FILE} <= files:
        return False
    # While a save moves its files one may be missed, and not twice the same way.
    return (old is not None and old[0] == stamp) or checkpoint.version(path) == stamp


def _files(stamp: Stamp) -> set[str | int]:
    return {file for file, *_ in stamp}


def _read_entry(name: str, path: Path, stamp: Stamp) -> Shelved | str:
    found = checkpoint.entry(path)
    if found.config is None:
        return without_folder(found.problem, path.parent)
    try:
        about = checkpoint.load_training(path)
    except CheckpointError:  # a model without its history can still be explored
        about = {}
    role = role_of(found.config, about.get("corruption"))
    return Shelved(name, path, found.config, role, stamp, MappingProxyType(about))


def _natural(name: str) -> list[tuple[float, str]]:
    """Sorts "beta-3" before "beta-10"."""
    parts = re.split(r"(\d+(?:\.\d+)?)", name)
    return [(float(part), "") if i % 2 else (0.0, part) for i, part in enumerate(parts)]
