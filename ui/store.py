"""What a process loads once and every session and route shares: checkpoints, and digits as they encode them.

The folder of the checkpoints is looked at once a second at most, however many ask. Results are keyed by names and by
the time stamps of the files behind them, so that a retrained checkpoint or a fresh download is seen by then, and
everything handed out is read-only. Whatever lies in that folder costs at most the checkpoint that it belongs to.

Every function that is given a name raises `NotHereError` where there is no such checkpoint or set of digits, or it
cannot be used; the message says why.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from ui.choices import digit_sets
from ui.errors import NotHereError
from ui.figures.palette import LABELS, Role
from ui.files import Look, Stamp, without_folder
from ui.jobs.cache import STAMPS, cached
from vae_core import checkpoint
from vae_core.config import ModelConfig, shape_text
from vae_core.errors import CheckpointError
from vae_core.models import Autoencoder
from vae_core.pictures import set_file
from vae_core.pictures.film import Frame
from vae_core.spaces import latent
from vae_core.spaces.latent import Encodings

ROOT = Path(__file__).resolve().parent.parent
ENCODINGS_SEED = 0
# The parameter of an address that says which checkpoint of that name is meant.
VERSION = "v"
# Of a file that is handed to the browser.
MOST_BYTES = 500_000_000

T = TypeVar("T")


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
    def description(self) -> str:
        """A few words: "VAE, 30 codes"."""
        codes = self.config.latent_dim
        return f"{LABELS[self.role]}, {codes} code{'s' if codes > 1 else ''}"

    @property
    def is_unfinished(self) -> bool:
        """Whether its training goes on, or was broken off and can be resumed."""
        return any(file == checkpoint.OPTIMIZER_FILE for file, *_ in self.stamp)

    @property
    def version(self) -> str:
        """Of all that is known of it, as short text for addresses."""
        return hashlib.sha256(repr(self.stamp).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class _Shelf:
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


def checkpoint_root() -> Path:
    """The folder of the checkpoints: `$CHECKPOINTS_DIR`, or `checkpoints/` beside app.py."""
    return _path(os.environ.get("CHECKPOINTS_DIR") or ROOT / "checkpoints")


# To make a path takes longer than all else of a look at the shelf.
_path = lru_cache(maxsize=8)(Path)


def models(digits: str | None = None) -> Mapping[str, ModelConfig]:
    """The checkpoints that can be used, by name, sorted for a reader: AE, DAE, VAE, then size and name.

    Args:
        digits: a set; only what takes its pictures.
    """
    configs = _shelf().configs
    if digits is None:
        return configs
    shape = digit_sets.shape(digits)
    return {name: config for name, config in configs.items() if config.shape == shape}


def sets() -> tuple[str, ...]:
    """The sets of pictures for which there is a model."""
    takes = {config.shape for config in models().values()}
    return tuple(name for name, shape in digit_sets.shapes().items() if shape in takes)


def problems() -> Mapping[str, str]:
    """What is wrong with each checkpoint, by name, and each set, by file, that cannot be used, one sentence each."""
    shapes, usable = digit_sets.shapes(), sets()
    unseen = {
        name: f"there is no set of pictures of {shape_text(config.shape)}"
        for name, config in models().items()
        if config.shape not in shapes.values()
    }
    lonely = {
        f"{name}{set_file.SUFFIX}": f"there is no model of pictures of {shape_text(shape)}"
        for name, shape in shapes.items()
        if name not in (*digit_sets.LABELS, *usable)
    }
    return {**_shelf().bad, **unseen, **digit_sets.problems(), **lonely}


def check_fit(model: str, digits: str) -> None:
    """Whether the model takes the pictures of that set.

    Raises:
        NotHereError: as `entry` and `digit_sets.load`; or it takes others.
    """
    own, asked = entry(model).config.shape, digit_sets.shape(digits)
    if own != asked:
        raise NotHereError(
            f"{model} takes pictures of {shape_text(own)}, and those of {digits} are of {shape_text(asked)}."
        )


def entry(name: str) -> Shelved:
    """The checkpoint of that name."""
    shelf = _shelf()
    if name in shelf.bad:
        raise NotHereError(f"The checkpoint {name} cannot be used: {shelf.bad[name]}.")
    if name not in shelf.good:
        raise NotHereError("There is no checkpoint of that name.")
    return shelf.good[name]


def role(name: str) -> Role:
    """The kind of the checkpoint, for its colour and its tag: an autoencoder trained on corrupted digits is a "dae"."""
    return entry(name).role


@cached(megabytes=512, key=entry)
def model(name: str) -> Autoencoder:
    """The loaded model."""
    return _of(name, checkpoint.load)


def training(name: str) -> Mapping[str, Any]:
    """What the checkpoint's `training.json` says; empty where there is none that can be read."""
    return entry(name).training


def frames(name: str) -> list[Frame]:
    """All frames of the checkpoint's film; empty where there is none.

    Raises:
        NotHereError: as `entry`; or the film cannot be read.
    """
    return _of(name, checkpoint.load_frames)


@cached(megabytes=64, key=entry)
def last_frame(name: str) -> Frame | None:
    """The last frame of the checkpoint's film, uint8 [height, width]; None where there is no film that can be read."""
    try:
        found = checkpoint.load_frames(entry(name).path)
    except CheckpointError:  # the page says that there is no film
        return None
    return found[-1] if found else None


def model_stamp(name: str) -> Stamp:
    """Changes whenever a file of the checkpoint does: part of the key of whatever is computed from it."""
    return entry(name).stamp


STAMPS["model"] = model_stamp
# Where `model` is a name.
_load = model


@cached(megabytes=512)
def encodings(model: str, digits: str) -> Encodings:
    """The digits as the model encodes them, with the seed `ENCODINGS_SEED`.

    Raises:
        NotHereError: as `check_fit`.
    """
    check_fit(model, digits)
    return latent.encodings(_load(model), digit_sets.load(digits).images, seed=ENCODINGS_SEED)


def version(name: str) -> str:
    """`model_stamp` as short text: what the browser asks for carries it, see `ui.http.routes`."""
    return entry(name).version


def address(kind: str, name: str, rest: str, **query: str) -> str:
    """Where the browser finds what belongs to this very checkpoint: "encodings/vae-30/uci.safetensors?v=..".

    Args:
        kind: "checkpoints", "encodings", or what else `ui.http.routes` has of a model.
        name: of the checkpoint.
        rest: what follows the name.
        query: parameters, as text.
    """
    return f"{kind}/{quote(name, safe='')}/{rest}?{urlencode({**query, VERSION: version(name)})}"


def content(name: str, file: str) -> bytes:
    """The bytes of one of the checkpoint's files.

    Raises:
        NotHereError: as `entry`; or it has no such file.
    """
    found = _of(name, lambda path: checkpoint.read(path, file, MOST_BYTES))
    if found is None:
        raise NotHereError("There is no such file.")
    return found


def _shelf() -> _Shelf:
    return _look(checkpoint_root())


def _of(name: str, read: Callable[[Path], T], looks: int = 2) -> T:
    """What is read of the checkpoint's folder, where it still is what it was at the last look; else after another look.

    Raises:
        NotHereError: as `entry`; or it cannot be read.
    """
    shelved = entry(name)
    try:
        found = read(shelved.path)
        if checkpoint.version(shelved.path) != shelved.stamp:
            raise CheckpointError(f"{shelved.path} has been saved anew")
        return found
    except CheckpointError as error:
        if looks == 1:
            raise NotHereError(f"{without_folder(error, checkpoint_root())}.") from error
    _look.again()
    return _of(name, read, looks - 1)


def _look_at(root: Path, before: _Shelf | None) -> _Shelf:
    """One by one: a training writes its own checkpoint after every epoch, no reason to read all the others again."""
    known = before.entries if before else {}
    entries: dict[str, tuple[Stamp, Shelved | str]] = {}
    for name, path in checkpoint.folders(root).items():
        stamp = checkpoint.version(path)
        old = known.get(name)
        entries[name] = old if old and old[0] == stamp else (stamp, _read_entry(name, path, stamp))
    return before if before and entries == before.entries else _Shelf(entries)


_look = Look(_look_at)


def _read_entry(name: str, path: Path, stamp: Stamp) -> Shelved | str:
    found = checkpoint.entry(path)
    if found.config is None:
        return without_folder(found.problem, path.parent)
    try:
        about = checkpoint.load_training(path)
    except CheckpointError:  # a model without its history can still be explored
        about = {}
    role: Role = "vae" if found.config.kind == "vae" else "dae" if about.get("corruption") else "ae"
    return Shelved(name, path, found.config, role, stamp, MappingProxyType(about))


def _natural(name: str) -> list[tuple[float, str]]:
    """Sorts "beta-3" before "beta-10"."""
    parts = re.split(r"(\d+(?:\.\d+)?)", name)
    return [(float(part), "") if i % 2 else (0.0, part) for i, part in enumerate(parts)]
