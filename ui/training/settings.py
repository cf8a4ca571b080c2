"""What whoever runs the app allows visitors to train: a switch and limits, from the environment at every look.

LATENT_TRAINING=off: nothing is trained, brought in, renamed or deleted; what is there can be watched.
LATENT_RUNS: trainings at once, 1; the others wait.
LATENT_EPOCHS, LATENT_PARAMETERS: of one training, 500 and 20 million; the latter of what is brought in, too.
LATENT_RUNS_KEPT, LATENT_DISK_MB: of all runs together, 50 and 2,000; where it is full, none starts.
LATENT_IMPORT_MB: of the files of a net that is imported, 500; they count as runs do until the visitor has left.
LATENT_IMPORT_MEMORY_MB, LATENT_IMPORT_SECONDS: of the process that reads and tries them, see `vae_core.imports.limits`.
RUNS_DIR: where the runs are; `runs/` beside app.py.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vae_core.errors import ConfigError
from vae_core.imports.limits import LEAST_MEMORY_MB, MEMORY_MB, SECONDS

ROOT = Path(__file__).resolve().parents[2]
SWITCH = "LATENT_TRAINING"
OFF = ("off", "0", "no", "false")
DEFAULTS = {
    "LATENT_RUNS": 1,
    "LATENT_EPOCHS": 500,
    "LATENT_PARAMETERS": 20_000_000,
    "LATENT_RUNS_KEPT": 50,
    "LATENT_DISK_MB": 2_000,
    "LATENT_IMPORT_MB": 500,
    "LATENT_IMPORT_MEMORY_MB": MEMORY_MB,
    "LATENT_IMPORT_SECONDS": SECONDS,
}


@dataclass(frozen=True)
class Limits:
    """What one training may be, and all runs together."""

    epochs: int
    parameters: int
    kept: int
    megabytes: int


@dataclass(frozen=True)
class ImportLimits:
    """What one import may be: MB of its files, MB of memory, and seconds of a step."""

    megabytes: int
    memory: int
    seconds: int


def is_off() -> bool:
    """Whether trainings, imports and deletions are switched off."""
    return os.environ.get(SWITCH, "").strip().lower() in OFF


def why_off() -> str:
    """A sentence for a visitor; empty where training is on."""
    return "Training is switched off on this server." if is_off() else ""


def at_once() -> int:
    """How many trainings go on at the same time.

    Raises:
        ConfigError: as `limits`.
    """
    return _number("LATENT_RUNS")


def limits() -> Limits:
    """The limits.

    Raises:
        ConfigError: one of them is no whole number above 0; the sentence names it.
    """
    return Limits(*(_number(f"LATENT_{name}") for name in ("EPOCHS", "PARAMETERS", "RUNS_KEPT", "DISK_MB")))


def import_limits() -> ImportLimits:
    """The limits of an import.

    Raises:
        ConfigError: as `limits`; or the memory is less than the libraries take.
    """
    found = ImportLimits(*(_number(f"LATENT_IMPORT_{name}") for name in ("MB", "MEMORY_MB", "SECONDS")))
    if found.memory < LEAST_MEMORY_MB:
        raise ConfigError(f"LATENT_IMPORT_MEMORY_MB is {found.memory}; it must be {LEAST_MEMORY_MB} or more")
    return found


def runs_root() -> Path:
    """The folder of the runs: `$RUNS_DIR`, or `runs/` beside app.py."""
    return _path(os.environ.get("RUNS_DIR") or ROOT / "runs")


@lru_cache(maxsize=8)
def _path(place: str | Path) -> Path:
    return Path(place).absolute()


def _number(name: str) -> int:
    text = os.environ.get(name) or str(DEFAULTS[name])
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 10**12):
        raise ConfigError(f"{name} is {text!r}; it must be a whole number above 0")
    return int(text)
