"""A set of pictures in a file of its own: safetensors, without a line of code in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import safetensors
import safetensors.numpy

from vae_core.config import SIDES, is_shape, shape_text
from vae_core.data import Digits, data_folders, shape_of
from vae_core.errors import DigitsError

SUFFIX = ".safetensors"
# Of a whole set, unpacked: a class has no use for more, and a page must not fall over one file.
MOST_BYTES = 500_000_000
CLASSES = 10


def find(name: str, data_dir: str | Path | None = None) -> Path | None:
    """The file of a set in the first of `vae_core.data.data_folders` that has it; None where none does."""
    files = (folder / f"{name}{SUFFIX}" for folder in data_folders(data_dir))
    return next((file for file in files if file.is_file()), None)


def read(file: Path) -> Digits:
    """The set of `file`, called as the file is without its suffix.

    It holds `images`, uint8 [N, H, W] or [N, C, H, W] with 1 or 3 channels and sides of 8 to 64, and `labels`, integers
    [N] of 0 to 9, which classes are coloured by.

    Raises:
        DigitsError: it cannot be read, or holds anything else; the sentence names file and fault.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise DigitsError(f"{file} is larger than {MOST_BYTES // 10**6} MB")
        found = safetensors.numpy.load(file.read_bytes())
    except OSError as error:
        raise DigitsError(f"{file} cannot be read: {error.strerror}") from error
    except (safetensors.SafetensorError, KeyError, ValueError, TypeError) as error:
        raise DigitsError(f"{file} is no safetensors file: {error}") from error
    if set(found) != {"images", "labels"}:
        raise DigitsError(f"{file} must hold images and labels, and holds {', '.join(sorted(found)) or 'nothing'}")
    images, labels = found["images"], found["labels"]
    if images.dtype != np.uint8 or images.ndim not in (3, 4):
        raise DigitsError(f"{file}: images are {images.dtype} {list(images.shape)}; they must be uint8 [N, C, H, W]")
    shape, (low, high) = shape_of(images), SIDES
    if not is_shape(shape):
        raise DigitsError(
            f"{file}: pictures are {shape_text(shape)}; they must have 1 or 3 channels and two sides of {low} to {high}"
        )
    if labels.dtype.kind not in "iu" or labels.shape != (len(images),) or not len(images):
        raise DigitsError(f"{file}: labels are {labels.dtype} {list(labels.shape)}; they must be one integer a picture")
    if labels.min() < 0 or labels.max() >= CLASSES:
        raise DigitsError(f"{file}: labels are {labels.min()} to {labels.max()}; they must be 0 to {CLASSES - 1}")
    grey = images[:, 0] if images.ndim == 4 and shape[0] == 1 else images
    return Digits(np.ascontiguousarray(grey), labels.astype(np.int64), file.name.removesuffix(SUFFIX))
