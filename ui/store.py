"""What a process loads once and every session and route shares: checkpoints, and digits as they encode them.

Results are keyed by names and by the time stamps of the files behind them, so that a retrained checkpoint or a fresh
download is seen at once, and everything handed out is read-only.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ui import digit_sets
from ui.errors import NotHereError
from ui.files import Stamp, stamp, without_folder
from ui.memo import memo
from ui.palette import LABELS, Role
from vae_core import checkpoint, latent
from vae_core.config import ModelConfig
from vae_core.errors import CheckpointError
from vae_core.film import Frame
from vae_core.latent import Encodings
from vae_core.models import Autoencoder

ROOT = Path(__file__).resolve().parent.parent
ENCODINGS_SEED = 0


@dataclass(frozen=True)
class Shelved:
    """A checkpoint that can be used: its name, folder, architecture and kind for the eye."""

    name: str
    path: Path
    config: ModelConfig
    role: Role

    @property
    def description(self) -> str:
        """A few words: "VAE, 30 codes"."""
        codes = self.config.latent_dim
        return f"{LABELS[self.role]}, {codes} code{'s' if codes > 1 else ''}"


def checkpoint_root() -> Path:
    """The folder of the checkpoints: `$CHECKPOINTS_DIR`, or `checkpoints/` beside app.py."""
    return Path(os.environ.get("CHECKPOINTS_DIR") or ROOT / "checkpoints")


def models() -> dict[str, ModelConfig]:
    """The checkpoints that can be used, by name, sorted for a reader: AE, DAE, VAE, then size and name."""
    return {shelved.name: shelved.config for shelved in _shelf()[0].values()}


def descriptions() -> dict[str, str]:
    """A few words on each of `models` for a menu: {"vae-30": "VAE, 30 codes"}."""
    return {shelved.name: shelved.description for shelved in _shelf()[0].values()}


def problems() -> dict[str, str]:
    """What is wrong with each checkpoint that cannot be used, by name, one sentence each."""
    return dict(_shelf()[1])


def entry(name: str) -> Shelved:
    """The checkpoint of that name.

    Raises:
        NotHereError: there is none, or it cannot be used; the message says why.
    """
    good, bad = _shelf()
    if name in bad:
        raise NotHereError(f"The checkpoint {name} cannot be used: {bad[name]}.")
    if name not in good:
        raise NotHereError("There is no checkpoint of that name.")
    return good[name]


def role(name: str) -> Role:
    """The kind of the checkpoint, for its colour and its tag: an autoencoder trained on corrupted digits is a "dae".

    Raises:
        NotHereError: as `entry`.
    """
    return entry(name).role


def describe(name: str) -> str:
    """The checkpoint in a few words: "VAE, 30 codes".

    Raises:
        NotHereError: as `entry`.
    """
    return entry(name).description


def model(name: str) -> Autoencoder:
    """The loaded model.

    Raises:
        NotHereError: as `entry`.
    """
    path = entry(name).path
    return _model(path, stamp(path))


def training(name: str) -> dict[str, Any]:
    """What the checkpoint's `training.json` says; empty where there is none that can be read.

    Raises:
        NotHereError: as `entry`.
    """
    path = entry(name).path
    return _training(path, stamp(path))


def last_frame(name: str) -> Frame | None:
    """The last frame of the checkpoint's film, uint8 [height, width]; None where there is no film that can be read.

    Raises:
        NotHereError: as `entry`.
    """
    path = entry(name).path
    return _last_frame(path, stamp(path))


def encodings(model_name: str, digits_name: str) -> Encodings:
    """The digits as the model encodes them, with the seed `ENCODINGS_SEED`.

    Raises:
        NotHereError: as `entry` and `digit_sets.load`.
    """
    path = entry(model_name).path
    digit_sets.load(digits_name)
    return _encodings(path, stamp(path), digits_name, digit_sets.stamp_of(digits_name))


def model_stamp(name: str) -> Stamp:
    """Changes whenever a file of the checkpoint does: part of the key of whatever is computed from it.

    Raises:
        NotHereError: as `entry`.
    """
    return stamp(entry(name).path)


def is_unfinished(name: str) -> bool:
    """Whether the checkpoint's training goes on, or was broken off and can be resumed.

    Raises:
        NotHereError: as `entry`.
    """
    return (entry(name).path / checkpoint.OPTIMIZER_FILE).is_file()


def _shelf() -> tuple[dict[str, Shelved], dict[str, str]]:
    root = checkpoint_root()
    stamps = {
        name: tuple(each for folder in sorted(folders) for each in stamp(folder))
        for name, folders in checkpoint.folders(root).items()
    }
    return _read_shelf(root, tuple(stamps.items()))


@memo(size=2)
def _read_shelf(root: Path, stamps: tuple[tuple[str, Stamp], ...]) -> tuple[dict[str, Shelved], dict[str, str]]:
    found = {name: _read_entry(root / name, stamp) for name, stamp in stamps}
    good = [entry for entry in found.values() if isinstance(entry, Shelved)]
    order = list(LABELS)
    good.sort(key=lambda shelved: (order.index(shelved.role), shelved.config.latent_dim, _natural(shelved.name)))
    bad = {name: entry for name, entry in found.items() if isinstance(entry, str)}
    return {shelved.name: shelved for shelved in good}, bad


# One by one: a training writes its own checkpoint after every epoch, which is no reason to read all the others again.
@memo(size=1024)
def _read_entry(path: Path, stamp: Stamp) -> Shelved | str:
    found = checkpoint.entry(path)
    if found.config is None:
        return without_folder(found.problem, path.parent)
    return Shelved(found.name, found.path, found.config, _role(found.path, found.config))


def _role(path: Path, config: ModelConfig) -> Role:
    if config.kind == "vae":
        return "vae"
    return "dae" if _training(path, stamp(path)).get("corruption") else "ae"


@memo(size=64)
def _model(path: Path, stamp: Stamp) -> Autoencoder:
    return checkpoint.load(path)


@memo(size=128)
def _training(path: Path, stamp: Stamp) -> dict[str, Any]:
    try:
        return checkpoint.load_training(path)
    except CheckpointError:  # a model without its history can still be explored
        return {}


@memo(size=64)
def _last_frame(path: Path, stamp: Stamp) -> Frame | None:
    try:
        frames = checkpoint.load_frames(path)
    except CheckpointError:  # the page says that there is no film
        return None
    return frames[-1] if frames else None


@memo(size=64)
def _encodings(path: Path, stamp: Stamp, digits_name: str, digits_stamp: Stamp) -> Encodings:
    return latent.encodings(_model(path, stamp), digit_sets.load(digits_name).images, seed=ENCODINGS_SEED)


def _natural(name: str) -> list[tuple[float, str]]:
    """Sorts "beta-3" before "beta-10"."""
    parts = re.split(r"(\d+(?:\.\d+)?)", name)
    return [(float(part), "") if i % 2 else (0.0, part) for i, part in enumerate(parts)]
