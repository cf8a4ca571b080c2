"""The sets of digits that this machine has, loaded once a process, and a tray of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.errors import NotHereError
from ui.files import Look, Stamp, stamp, without_folder
from ui.jobs.cache import STAMPS, cached
from vae_core import data
from vae_core.data import Digits
from vae_core.errors import DigitsError

DATA_DIR = Path(__file__).resolve().parents[2] / "data"
LABELS = {"uci": "UCI", "mnist": "MNIST"}
TRAY_PER_CLASS = 10


def data_dir() -> Path:
    """Where a download of MNIST goes: `$DIGITS_DIR`, or `data/` beside app.py."""
    return Path(os.environ.get("DIGITS_DIR") or DATA_DIR)


def names() -> tuple[str, ...]:
    """The sets of digits that can be used here: "uci", and "mnist" where it is on disk and whole."""
    return tuple(LABELS) if mnist_problem() is None else ("uci",)


def mnist_problem() -> str | None:
    """Why MNIST cannot be used, in one sentence; None where it can."""
    result = _mnist(*_mnist_place())
    return result if isinstance(result, str) else None


def mnist_damage() -> str | None:
    """As `mnist_problem` where files of MNIST are there that a download would mend; None where there are none."""
    return mnist_problem() if _mnist_place()[1] else None


def load(name: str) -> Digits:
    """UCI's 1,797 digits ("uci") or MNIST's 10,000 test digits ("mnist").

    Raises:
        NotHereError: there is no such set, or it is not on this machine.
    """
    if name == "uci":
        return data.uci_digits()
    if name == "mnist":
        found = _mnist(*_mnist_place())
        if isinstance(found, str):
            raise NotHereError(f"MNIST is not here: {found}.")
        return found
    raise NotHereError("There is no set of digits of that name.")


def tray(digits_name: str) -> dict[str, NDArray[Any]]:
    """Ten digits of each class, the first of each in the set, ordered by class.

    Returns:
        `images` uint8 [100, 28, 28], `labels` uint8 [100], `index` int32 [100], the row in the set; `size` int32 [1],
        of the set.

    Raises:
        NotHereError: as `load`.
    """
    found = load(digits_name)
    index = np.concatenate([np.flatnonzero(found.labels == label)[:TRAY_PER_CLASS] for label in range(10)])
    return {
        "images": np.ascontiguousarray(found.images[index]),
        "labels": found.labels[index].astype(np.uint8),
        "index": index.astype(np.int32),
        "size": np.array([len(found.labels)], np.int32),
    }


def stamp_of(name: str) -> Stamp:
    """Changes whenever the set of digits does.

    Raises:
        NotHereError: as `load`.
    """
    load(name)
    return _mnist_place()[1] if name == "mnist" else ()


def look_again() -> None:
    """Whoever asks next sees what is on disk then, and not what was there at the last look."""
    _look.again()


def _mnist_place() -> tuple[Path | None, Stamp]:
    return _look((os.environ.get("DIGITS_DIR"), DATA_DIR))


def _look_in(folders: tuple[str | Path | None, ...], _before: object) -> tuple[Path | None, Stamp]:
    root = next((Path(folder) for folder in folders if folder and (Path(folder) / "MNIST" / "raw").is_dir()), None)
    return root, stamp(root / "MNIST" / "raw") if root else ()


_look: Look[tuple[str | Path | None, ...], tuple[Path | None, Stamp]] = Look(_look_in)


@cached(megabytes=128)
def _mnist(root: Path | None, stamp: Stamp) -> Digits | str:
    if root is None:
        return "there is no folder MNIST/raw in the data folder"
    try:
        return data.mnist_digits("test", root)
    except DigitsError as error:
        return without_folder(error, root / "MNIST" / "raw")


STAMPS["digits"] = stamp_of
