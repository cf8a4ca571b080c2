"""Files of other programs, by what their names end in, as nets."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from vae_core.config import CHANNELS, Shape, is_shape, shape_text
from vae_core.imports import not_nets
from vae_core.imports.net import FoundNet, NetFileError
from vae_core.nets.layers import Dense

PYTORCH, KERAS = "vae_core.imports.pytorch", "vae_core.imports.keras"
# The module whose `read` takes such files; imported only then, for each needs a library of its own.
READERS = {
    **dict.fromkeys((".pt", ".pth", ".pth.tar", ".bin", ".ckpt", ".pkl", ".safetensors"), PYTORCH),
    **dict.fromkeys((".keras", ".h5", ".hdf5", ".json"), KERAS),
    **dict.fromkeys((".onnx", ".onnx.data", ".onnx_data"), "vae_core.imports.onnx"),
}


def read(paths: Sequence[Path], shape: Shape | None = None) -> FoundNet:
    """The net of one file, or of several that are its parts.

    Args:
        paths: files of one kind, see `READERS`, or a pythae folder.
        shape: channels, height and width of a picture, where it is known.

    Raises:
        NetFileError: there is no such file, it is of another kind, or its reader refuses it.
    """
    kinds = {_reader(path): path for path in paths}
    if len(kinds) > 1:
        raise NetFileError(paths[0], f"it is of another kind than {paths[-1].name}; parts of a net are of one kind")
    not_nets.refuse(paths)
    kind = next(iter(kinds))
    reader: Callable[..., FoundNet] = import_module(kind).read
    if kind == PYTORCH:
        return reader(paths, shape)
    return _with_shape(paths[0], reader(paths, shape) if kind == KERAS else reader(paths), shape)


def _with_shape(path: Path, net: FoundNet, shape: Shape | None) -> FoundNet:
    """A net of rows of pixels says no shape of a picture: it is square where nothing else is known."""
    if net.shape and shape and net.shape != shape:
        raise NetFileError(path, f"its pictures are {shape_text(net.shape)}, not {shape_text(shape)}")
    if net.shape:
        return net
    pixels = _pixels(net)
    side = {channels: math.isqrt(pixels // channels) for channels in CHANNELS}
    squares = [(channels, size, size) for channels, size in side.items() if channels * size * size == pixels]
    found = next(filter(is_shape, [shape] if shape else squares), None)
    if found is None or math.prod(found) != pixels:
        raise NetFileError(path, f"its pictures have {pixels} numbers, and nothing says how high and wide they are")
    return replace(net, shape=found)


def _pixels(net: FoundNet) -> int:
    """Of a row; 0 where no layer says it."""
    if net.decoder:
        dense = [link.layer.units for link in net.decoder if isinstance(link.layer, Dense)]
        return dense[-1] if dense else 0
    weights = [link.tensors["weight"] for link in net.encoder or () if isinstance(link.layer, Dense)]
    return weights[0].shape[1] if weights else 0


def _reader(path: Path) -> str:
    if path.is_dir():
        return PYTORCH
    for suffix, module in READERS.items():
        if path.name.lower().endswith(suffix):
            return module
    raise NetFileError(path, f"files of nets end in {', '.join(READERS)}")
