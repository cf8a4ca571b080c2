"""What a process loads once and every session and route shares: checkpoints, digits, encodings.

Results are keyed by names and by the time stamps of the files behind them, so that a retrained checkpoint or a fresh
download is seen at once, and everything handed out is read-only.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.memo import memo
from ui.palette import LABELS, Role
from vae_core import checkpoint, data, latent
from vae_core.config import ModelConfig
from vae_core.data import Digits
from vae_core.errors import CheckpointError, DigitsError, VaeCoreError
from vae_core.film import Frame
from vae_core.latent import Encodings
from vae_core.models import Autoencoder

ROOT = Path(__file__).resolve().parent.parent
DATA_DIR = ROOT / "data"
DIGIT_SETS = {"uci": "UCI", "mnist": "MNIST"}
TRAY_PER_CLASS = 10
ENCODINGS_SEED = 0

Stamp = tuple[tuple[str, int, int], ...]


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
        return f"{LABELS[self.role]}, {self.config.latent_dim} codes"


class UnknownNameError(VaeCoreError):
    """A checkpoint, digit set or file of that name cannot be used here; the message is one sentence."""


def checkpoint_root() -> Path:
    """The folder of the checkpoints: `$CHECKPOINTS_DIR`, or `checkpoints/` beside app.py."""
    return Path(os.environ.get("CHECKPOINTS_DIR") or ROOT / "checkpoints")


def data_dir() -> Path:
    """Where a download of MNIST goes: `$DIGITS_DIR`, or `data/` beside app.py."""
    return Path(os.environ.get("DIGITS_DIR") or DATA_DIR)


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
        UnknownNameError: there is none, or it cannot be used; the message says why.
    """
    good, bad = _shelf()
    if name in bad:
        raise UnknownNameError(f"The checkpoint {name} cannot be used: {bad[name]}.")
    if name not in good:
        raise UnknownNameError("There is no checkpoint of that name.")
    return good[name]


def role(name: str) -> Role:
    """The kind of the checkpoint, for its colour and its tag: an autoencoder trained on corrupted digits is a "dae".

    Raises:
        UnknownNameError: as `entry`.
    """
    return entry(name).role


def describe(name: str) -> str:
    """The checkpoint in a few words: "VAE, 30 codes".

    Raises:
        UnknownNameError: as `entry`.
    """
    return entry(name).description


def model(name: str) -> Autoencoder:
    """The loaded model.

    Raises:
        UnknownNameError: as `entry`.
    """
    path = entry(name).path
    return _model(path, _stamp(path))


def training(name: str) -> dict[str, Any]:
    """What the checkpoint's `training.json` says; empty where there is none that can be read.

    Raises:
        UnknownNameError: as `entry`.
    """
    path = entry(name).path
    return _training(path, _stamp(path))


def last_frame(name: str) -> Frame | None:
    """The last frame of the checkpoint's film, uint8 [height, width]; None where there is no film that can be read.

    Raises:
        UnknownNameError: as `entry`.
    """
    path = entry(name).path
    return _last_frame(path, _stamp(path))


def digit_sets() -> tuple[str, ...]:
    """The sets of digits that can be used here: "uci", and "mnist" where it is on disk and whole."""
    return tuple(DIGIT_SETS) if mnist_problem() is None else ("uci",)


def mnist_problem() -> str | None:
    """Why MNIST cannot be used, in one sentence; None where it can."""
    result = _mnist(*_mnist_place())
    return result if isinstance(result, str) else None


def mnist_damage() -> str | None:
    """As `mnist_problem` where files of MNIST are there that a download would mend; None where there are none."""
    return mnist_problem() if digits_stamp("mnist") else None


def digits(name: str) -> Digits:
    """UCI's 1,797 digits ("uci") or MNIST's 10,000 test digits ("mnist").

    Raises:
        UnknownNameError: there is no such set, or it is not on this machine.
    """
    if name == "uci":
        return data.uci_digits()
    if name == "mnist":
        found = _mnist(*_mnist_place())
        if isinstance(found, str):
            raise UnknownNameError(f"MNIST is not here: {found}.")
        return found
    raise UnknownNameError("There is no set of digits of that name.")


def encodings(model_name: str, digits_name: str) -> Encodings:
    """The digits as the model encodes them, with the seed `ENCODINGS_SEED`.

    Raises:
        UnknownNameError: as `entry` and `digits`.
    """
    path = entry(model_name).path
    digits(digits_name)
    return _encodings(path, _stamp(path), digits_name, digits_stamp(digits_name))


def tray(digits_name: str) -> dict[str, NDArray[Any]]:
    """Ten digits of each class, the first of each in the set, ordered by class.

    Returns:
        `images` uint8 [100, 28, 28], `labels` uint8 [100], `index` int32 [100], the row in the set.

    Raises:
        UnknownNameError: as `digits`.
    """
    found = digits(digits_name)
    index = np.concatenate([np.flatnonzero(found.labels == label)[:TRAY_PER_CLASS] for label in range(10)])
    return {
        "images": np.ascontiguousarray(found.images[index]),
        "labels": found.labels[index].astype(np.uint8),
        "index": index.astype(np.int32),
    }


def model_stamp(name: str) -> Stamp:
    """Changes whenever a file of the checkpoint does: part of the key of whatever is computed from it.

    Raises:
        UnknownNameError: as `entry`.
    """
    return _stamp(entry(name).path)


def digits_stamp(name: str) -> Stamp:
    """Changes whenever the set of digits does."""
    return _mnist_place()[1] if name == "mnist" else ()


def without_folder(problem: object, folder: Path) -> str:
    """The sentence with the files in that folder by name alone: a visitor has no use for the server's folders."""
    return str(problem).replace(f"{folder}{os.sep}", "")


def is_unfinished(name: str) -> bool:
    """Whether the checkpoint's training goes on, or was broken off and can be resumed.

    Raises:
        UnknownNameError: as `entry`.
    """
    return (entry(name).path / checkpoint.OPTIMIZER_FILE).is_file()


def _shelf() -> tuple[dict[str, Shelved], dict[str, str]]:
    root = checkpoint_root()
    try:
        folders = sorted(item.name for item in os.scandir(root) if item.is_dir())
    except OSError:
        folders = []
    stamps: dict[str, Stamp] = {}
    for folder in folders:
        if name := _checkpoint_name(folder):
            stamps[name] = stamps.get(name, ()) + _stamp(root / folder)
    return _read_shelf(root, tuple(stamps.items()))


def _checkpoint_name(folder: str) -> str:
    """Empty for a folder that is none; `.NAME.old` is NAME while a save replaces it, see `vae_core.checkpoint`."""
    if not folder.startswith("."):
        return folder
    return folder[1:].removesuffix(".old") if folder.endswith(".old") else ""


def _stamp(folder: str | Path) -> Stamp:
    try:
        with os.scandir(folder) as items:
            found = [(item.path, item.stat()) for item in items]
    except OSError:  # a save renames folders while this looks
        return ()
    return tuple(sorted((path, stat.st_mtime_ns, stat.st_size) for path, stat in found))


def _mnist_place() -> tuple[Path | None, Stamp]:
    folders = (os.environ.get("DIGITS_DIR"), DATA_DIR)
    root = next((Path(folder) for folder in folders if folder and data.find_mnist(folder)), None)
    return root, _stamp(root / "MNIST" / "raw") if root else ()


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
    return "dae" if _training(path, _stamp(path)).get("corruption") else "ae"


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


@memo(size=2)
def _mnist(root: Path | None, stamp: Stamp) -> Digits | str:
    if root is None:
        return "there is no folder MNIST/raw in the data folder"
    try:
        return data.mnist_digits("test", root)
    except DigitsError as error:
        return without_folder(error, root / "MNIST" / "raw")


@memo(size=64)
def _encodings(path: Path, stamp: Stamp, digits_name: str, digits_stamp: Stamp) -> Encodings:
    return latent.encodings(_model(path, stamp), digits(digits_name).images, seed=ENCODINGS_SEED)


def _natural(name: str) -> list[tuple[float, str]]:
    """Sorts "beta-3" before "beta-10"."""
    parts = re.split(r"(\d+(?:\.\d+)?)", name)
    return [(float(part), "") if i % 2 else (0.0, part) for i, part in enumerate(parts)]
