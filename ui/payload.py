"""Bodies of HTTP answers with their entity tags: encodings and the tray as safetensors, and files as they are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import safetensors.numpy

from ui import digit_sets, store
from ui.errors import NotHereError
from ui.files import Stamp
from ui.memo import memo

FLOATS = ("mean", "std", "cholesky", "activity", "histogram", "histogram_edges", "reference", "nearest")


@dataclass(frozen=True)
class Payload:
    """The body of an HTTP answer and its strong entity tag, quotes included."""

    content: bytes
    etag: str

    @classmethod
    def of(cls, content: bytes) -> Payload:
        return cls(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def encodings(model: str, digits: str) -> Payload:
    """`FLOATS` of `vae_core.latent.Encodings` as float32 and `active` as uint8.

    Raises:
        NotHereError: no such checkpoint or set of digits can be used here.
    """
    digit_sets.load(digits)
    return _encodings(model, store.model_stamp(model), digits, digit_sets.stamp_of(digits))


def tray(digits: str) -> Payload:
    """`digit_sets.tray` as it is.

    Raises:
        NotHereError: no such set of digits can be used here.
    """
    digit_sets.load(digits)
    return _tray(digits, digit_sets.stamp_of(digits))


def file(path: Path) -> Payload:
    """The bytes of a file as it is now.

    Raises:
        NotHereError: there is no such file.
    """
    try:
        stat = path.stat()
        return _file(path, stat.st_mtime_ns, stat.st_size)
    except OSError:
        raise NotHereError("There is no such file.") from None


@memo(size=64)
def _encodings(model: str, model_stamp: Stamp, digits: str, digits_stamp: Stamp) -> Payload:
    found = store.encodings(model, digits)
    arrays = {name: np.ascontiguousarray(getattr(found, name), np.float32) for name in FLOATS}
    return Payload.of(safetensors.numpy.save({**arrays, "active": found.active.astype(np.uint8)}))


@memo(size=2)
def _tray(digits: str, digits_stamp: Stamp) -> Payload:
    return Payload.of(safetensors.numpy.save(digit_sets.tray(digits)))


@memo(size=64)
def _file(path: Path, mtime_ns: int, size: int) -> Payload:
    return Payload.of(path.read_bytes())
