"""What Keras keeps in an HDF5 file, read into memory: nothing outside of the file is ever opened."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from vae_core.imports.graph.signal import MOST_WEIGHTS, Array
from vae_core.imports.net import NetFileError
from vae_core.storage.archive import FREE_BYTES, MOST_RATIO

SIGNATURE = b"\x89HDF\r\n\x1a\n"
MOST_DEPTH, MOST_OBJECTS, MOST_TEXT, MOST_CHUNK = 12, 4096, 1 << 24, 1 << 28
# Deflate, shuffle and checksum: what every HDF5 library has built in.
FILTERS = (h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32)
# A net is described in them, or its layers are listed; a long list is cut into several, numbered ones.
CONFIG, LISTS = "model_config", ("layer_names", "weight_names")
# The state of the optimizer, which may be larger than the net.
PASSED_OVER = ("optimizer", "optimizer_weights", "_optimizer")
DAMAGED = (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError, OverflowError, MemoryError)


@dataclass(frozen=True)
class Stored:
    """The file.

    Attributes:
        config: the net as JSON, where the file has it.
        weights: float32, by path.
        lists: names of layers in order by the group's path, or of a layer's weights.
    """

    config: str | None
    weights: dict[str, Array]
    lists: dict[str, tuple[str, ...]]


def read(path: Path, content: bytes) -> Stored:
    """
    Args:
        path: to name it by.
        content: the file.

    Raises:
        NetFileError: it is damaged or too large, or refers to something outside of itself.
    """
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            return _Reader(path, len(content)).read(file)
    except DAMAGED as error:
        raise NetFileError(path, "it is damaged, or no HDF5 file as Keras writes them") from error


class _Reader:
    def __init__(self, path: Path, size: int) -> None:
        self._path, self._size = path, size
        self._left, self._objects = MOST_WEIGHTS, 0
        self._stored = Stored(None, {}, {})

    def read(self, file: h5py.File) -> Stored:
        # By way of a stack, so that a deep file costs no depth of calls.
        groups = [("", file)]
        while groups:
            at, group = groups.pop()
            self._lists(at, group)
            for name, member in self._members(at, group):
                path = f"{at}/{name}" if at else name
                if isinstance(member, h5py.Group):
                    if path.count("/") >= MOST_DEPTH:
                        raise NetFileError(self._path, f"its groups lie deeper than {MOST_DEPTH} in each other")
                    groups.append((path, member))
                elif isinstance(member, h5py.Dataset):
                    self._weights(path, member)
                else:
                    raise NetFileError(self._path, f"{_shown(path)} in it is no array")
        config = self._texts(file, CONFIG) if CONFIG in file.attrs else ()
        return Stored("".join(config) or None, self._stored.weights, self._stored.lists)

    def _members(self, at: str, group: h5py.Group) -> Iterator[tuple[str, object]]:
        for name in group:
            self._objects += 1
            if self._objects > MOST_OBJECTS:
                raise NetFileError(self._path, f"it holds more than {MOST_OBJECTS} groups and arrays")
            if not at and name in PASSED_OVER:
                continue
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise NetFileError(self._path, f"{_shown(name)} in it is a link to somewhere else")
            yield name, group[name]

    def _lists(self, at: str, group: h5py.Group) -> None:
        for key in LISTS:
            if key in group.attrs:
                self._stored.lists[at] = self._texts(group, key)
            part = 0
            while f"{key}{part}" in group.attrs:
                self._stored.lists[at] = self._stored.lists.get(at, ()) + self._texts(group, f"{key}{part}")
                part += 1

    def _texts(self, group: h5py.Group, key: str) -> tuple[str, ...]:
        attribute = group.attrs.get_id(key)
        kind, count = attribute.get_type(), math.prod(attribute.shape)
        if not count:
            return ()
        if not isinstance(kind, h5py.h5t.TypeStringID):
            raise NetFileError(self._path, f"{key} in it is no text")
        # All texts of variable length may be one and the same, as long as the file.
        each = self._size if kind.is_variable_str() else kind.get_size()
        if (count > 1 and each * count > MOST_TEXT) or (each > MOST_TEXT and not kind.is_variable_str()):
            raise NetFileError(self._path, f"{key} in it is longer than any text of a net")
        values = np.atleast_1d(np.asarray(group.attrs[key], dtype=object)).reshape(-1)
        texts = tuple(value.decode() if isinstance(value, bytes) else str(value) for value in values)
        if sum(map(len, texts)) > MOST_TEXT:
            raise NetFileError(self._path, f"{key} in it is longer than any text of a net")
        return texts

    def _weights(self, path: str, data: h5py.Dataset) -> None:
        shown = _shown(path)
        creation = data.id.get_create_plist()
        filters = [creation.get_filter(i)[0] for i in range(creation.get_nfilters())]
        if data.external or data.is_virtual:
            raise NetFileError(self._path, f"{shown} in it lies in another file")
        if not set(filters) <= set(FILTERS):
            raise NetFileError(self._path, f"{shown} in it is compressed by another method than deflate")
        if data.dtype.kind in "iub":
            # Counters and the state of random numbers.
            return
        if data.dtype.kind != "f" or data.dtype.itemsize not in (2, 4, 8) or data.shape is None:
            raise NetFileError(self._path, f"{shown} in it is no array of numbers")
        self._left -= data.size
        if self._left < 0 or data.ndim > 8:
            raise NetFileError(self._path, f"it holds more than {MOST_WEIGHTS:,} weights")
        item = data.dtype.itemsize
        stored = data.id.get_storage_size()
        if data.chunks and math.prod(data.chunks) * item > MOST_CHUNK:
            raise NetFileError(self._path, f"{shown} in it is stored in larger parts than any net")
        if data.size * item > (MOST_RATIO * stored + FREE_BYTES if filters else stored) or stored > self._size:
            raise NetFileError(self._path, f"{shown} in it says that it is larger than it is")
        with np.errstate(over="ignore"):
            self._stored.weights[path] = np.asarray(data[()], np.float32)


def _shown(name: str) -> str:
    return ascii(name[:100])
