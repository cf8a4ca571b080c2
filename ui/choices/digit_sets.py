"""The sets of digits, and of other pictures, that this machine has, loaded once a process, and a tray of them.

UCI's come with scikit-learn. MNIST, and sets of one's own, each a `<name>.safetensors`, are looked for in `data_dir()`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.errors import NotHereError
from ui.files import Look, Stamp, stamp, without_folder
from ui.jobs.cache import STAMPS, cached
from vae_core import data
from vae_core.config import Shape
from vae_core.data import Digits, shape_of
from vae_core.errors import DigitsError
from vae_core.pictures import set_file

DATA_DIR = Path(__file__).resolve().parents[2] / "data"
LABELS = {"uci": "UCI", "mnist": "MNIST"}
TRAY_PER_CLASS = 10
# Names stand in addresses as they are.
NAME = re.compile(r"[\w.-]{1,60}")


def data_dir() -> Path:
    """Where a download of MNIST goes: `$DIGITS_DIR`, or `data/` beside app.py."""
    return Path(os.environ.get("DIGITS_DIR") or DATA_DIR)


def names() -> tuple[str, ...]:
    """The sets that can be used here: "uci", "mnist" where it is on disk and whole, and sets of one's own."""
    return tuple(shapes())


def shapes() -> dict[str, Shape]:
    """Channels, height and width of the pictures of each of `names`, all of one look."""
    return {name: shape_of(found.images) for name, found in here().items()}


def here() -> dict[str, Digits]:
    """Each of `names`, all of one look."""
    sets = {"uci": data.uci_digits(), "mnist": _mnist(*_mnist_place())}
    sets |= {name: _read(*place) for name, place in _own().items()}
    return {name: found for name, found in sets.items() if isinstance(found, Digits)}


def label(name: str) -> str:
    """What a page calls a set: "UCI digits"; of a set of one's own, its name and "pictures"."""
    return f"{LABELS[name]} digits" if name in LABELS else f"{name} pictures"


def problems() -> Mapping[str, str]:
    """What is wrong with each set of one's own that cannot be used, by file, one sentence without full stop each."""
    found = {place[0].name: _read(*place) for place in _own().values()}
    return {name: problem for name, problem in found.items() if isinstance(problem, str)}


def mnist_problem() -> str | None:
    """Why MNIST cannot be used, in one sentence; None where it can."""
    result = _mnist(*_mnist_place())
    return result if isinstance(result, str) else None


def mnist_damage() -> str | None:
    """As `mnist_problem` where files of MNIST are there that a download would mend; None where there are none."""
    return mnist_problem() if _mnist_place()[1] else None


def load(name: str) -> Digits:
    """UCI's 1,797 digits ("uci"), MNIST's 10,000 test digits ("mnist"), or a set of one's own.

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
    place = _own().get(name)
    if place is None:
        raise NotHereError("There is no set of digits of that name.")
    own = _read(*place)
    if isinstance(own, str):
        raise NotHereError(f"The set {name} cannot be used: {own}.")
    return own


def shape(name: str) -> Shape:
    """Channels, height and width of the set's pictures.

    Raises:
        NotHereError: as `load`.
    """
    return shape_of(load(name).images)


def tray(digits_name: str) -> dict[str, NDArray[Any]]:
    """Ten digits of each class, the first of each in the set, ordered by class.

    Returns:
        `images` uint8 [100, C, H, W], `labels` uint8 [100], `index` int32 [100], the row in the set; `size` int32
        [1], of the set. Of a class with fewer there are fewer.

    Raises:
        NotHereError: as `load`.
    """
    found = load(digits_name)
    index = np.concatenate(
        [np.flatnonzero(found.labels == label)[:TRAY_PER_CLASS] for label in range(set_file.CLASSES)]
    )
    return {
        "images": found.images[index].reshape(-1, *shape_of(found.images)),
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
    if name in LABELS:
        return _mnist_place()[1] if name == "mnist" else ()
    return _own().get(name, (None, ()))[1]


def look_again() -> None:
    """Whoever asks next sees what is on disk then, and not what was there at the last look."""
    _look.again()
    _look_for_own.again()


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


def _own() -> Mapping[str, tuple[Path, Stamp]]:
    """Sets of one's own by name, each with its file and a stamp of it."""
    return _look_for_own(data_dir())


def _find_own(folder: Path, _before: object) -> Mapping[str, tuple[Path, Stamp]]:
    """A hidden file, or one that takes a name of ours, is none."""
    files = [(Path(str(line[0])), line) for line in stamp(folder)]
    names = {file.name.removesuffix(set_file.SUFFIX): (file, (line,)) for file, line in files if _may_be_set(file)}
    return {name: names[name] for name in sorted(names) if name not in LABELS}


def _may_be_set(file: Path) -> bool:
    return file.suffix == set_file.SUFFIX and not file.name.startswith(".") and file.is_file()


_look_for_own: Look[Path, Mapping[str, tuple[Path, Stamp]]] = Look(_find_own)


@cached(megabytes=1024)
def _read(file: Path, stamp: Stamp) -> Digits | str:
    if not NAME.fullmatch(file.name.removesuffix(set_file.SUFFIX)):
        return "its name must be of letters, digits, dots, dashes and underscores"
    try:
        return set_file.read(file)
    except DigitsError as error:
        return without_folder(error, file.parent)


STAMPS["digits"] = stamp_of
