"""What a process loads once and every session and route shares: models, and digits as they encode them.

Which there are is on the shelf, see `ui.shelf`. Results are keyed by names and by the time stamps of the files behind
them, so that a retrained checkpoint or a fresh download is seen within a second, and everything handed out is
read-only. Whatever lies in those folders costs at most the checkpoint that it belongs to.

Every function that is given a name raises `NotHereError` where there is no such checkpoint or set of digits, or it
cannot be used; the message says why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import numpy as np
from numpy.typing import NDArray

from ui.choices import digit_sets
from ui.errors import NotHereError
from ui.figures.palette import Role
from ui.files import Stamp, without_folder
from ui.jobs.cache import STAMPS, cached
from ui.shelf import ROOT, Shelved, checkpoint_root, look_again, shelf
from vae_core import checkpoint
from vae_core.config import PARTS, ModelConfig, Part, shape_text
from vae_core.data import Digits, shape_of
from vae_core.errors import CheckpointError
from vae_core.models import Autoencoder
from vae_core.pictures import set_file
from vae_core.pictures.film import Frame
from vae_core.spaces import latent
from vae_core.spaces.latent import Encodings
from vae_core.storage import archive

__all__ = ["ROOT", "checkpoint_root"]

ENCODINGS_SEED = 0
# The parameter of an address that says which checkpoint of that name is meant.
VERSION = "v"
# Of a file that is handed to the browser.
MOST_BYTES = 500_000_000

T = TypeVar("T")


def models(digits: str | None = None, parts: Collection[Part] = ()) -> Mapping[str, ModelConfig]:
    """The checkpoints that can be used, by name, sorted for a reader: AE, DAE, VAE, then size and name.

    Args:
        digits: a set; only what takes its pictures, and their labels.
        parts: only what has these; a decoder or an encoder may be there alone.
    """
    configs = shelf().configs
    found = digits and digit_sets.load(digits)
    return {
        name: config
        for name, config in configs.items()
        if set(parts) <= set(config.parts) and not (found and _misfit(config, found))
    }


def whole_models(digits: str) -> Mapping[str, ModelConfig]:
    """Those of `models` that encode and decode."""
    return models(digits, PARTS)


def sets() -> tuple[str, ...]:
    """The sets of pictures for which there is a model that is whole: any page can show one of it."""
    whole = models(parts=PARTS).values()
    return tuple(
        name for name, found in digit_sets.here().items() if any(not _misfit(config, found) for config in whole)
    )


def problems() -> Mapping[str, str]:
    """What is wrong with each checkpoint, by name, and each set, by file, that cannot be used, one sentence each."""
    here, usable = digit_sets.here(), sets()
    unseen = {
        name: f"there is no set of pictures of {shape_text(config.shape)}{_whose_labels(config)}"
        for name, config in models().items()
        if all(_misfit(config, found) for found in here.values())
    }
    unseen |= {
        name: f"it is half a model, and there is no whole one of pictures of {shape_text(config.shape)} beside it"
        for name, config in models().items()
        if name not in unseen and all(_misfit(config, here[each]) for each in usable)
    }
    lonely = {
        f"{name}{set_file.SUFFIX}": f"there is no model of pictures of {shape_text(shape_of(found.images))}"
        for name, found in here.items()
        if name not in (*digit_sets.LABELS, *usable)
    }
    return {**shelf().bad, **unseen, **digit_sets.problems(), **lonely}


def check_fit(model: str, digits: str) -> None:
    """Whether the model takes the pictures of that set, and their labels where it takes any.

    Raises:
        NotHereError: as `entry` and `digit_sets.load`; or it takes others.
    """
    if problem := _misfit(entry(model).config, digit_sets.load(digits)):
        raise NotHereError(f"{model} takes {problem}.")


def entry(name: str) -> Shelved:
    """The checkpoint of that name."""
    known = shelf()
    if name in known.bad:
        raise NotHereError(f"The checkpoint {name} cannot be used: {known.bad[name]}.")
    if name not in known.good:
        raise NotHereError("There is no checkpoint of that name.")
    return known.good[name]


def role(name: str) -> Role:
    """The kind of the checkpoint, for its colour and its tag: an autoencoder trained on corrupted digits is a "dae"."""
    return entry(name).role


@cached(megabytes=512, key=entry)
def model(name: str) -> Autoencoder:
    """The loaded model."""
    return _of(name, checkpoint.load)


def given(model: str, digits: str) -> Autoencoder:
    """The loaded model with the labels of a set's pictures, where it takes any: to encode and decode all of them, and
    some of them by `rows`.

    Raises:
        NotHereError: as `check_fit`.
    """
    check_fit(model, digits)
    return _load(model).given(digit_sets.load(digits).labels)


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
    return latent.encodings(given(model, digits), digit_sets.load(digits).images, seed=ENCODINGS_SEED)


def means(model: str, digits: str) -> NDArray[np.float32]:
    """E[z|x] of the digits, float32 [N, D].

    Raises:
        NotHereError: as `check_fit`.
        HalfModelError: a decoder alone gives no digit a code.
    """
    given(model, digits).part("encoder")
    return encodings(model, digits).means


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


def packed(name: str) -> bytes:
    """The checkpoint as a zip, see `vae_core.storage.archive`.

    Raises:
        NotHereError: as `entry`; or it cannot be read.
    """
    return _of(name, archive.pack)


def _misfit(config: ModelConfig, digits: Digits) -> str:
    """What such a model takes and the set has not, fit to follow "ae-2 takes "; empty where it takes its pictures."""
    asked = shape_of(digits.images)
    if config.shape != asked:
        return f"pictures of {shape_text(config.shape)}, and those of {digits.name} are of {shape_text(asked)}"
    if config.classes and (last := digits.labels.max()) >= config.classes:
        return f"labels up to {config.classes - 1}, and {digits.name} has a label {last}"
    return ""


def _whose_labels(config: ModelConfig) -> str:
    return f" with labels up to {config.classes - 1}" if config.classes else ""


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
            raise NotHereError(f"{without_folder(error, shelved.path.parent)}.") from error
    look_again()
    return _of(name, read, looks - 1)
