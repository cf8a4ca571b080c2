"""Files of other programs, by what their names end in, as nets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from vae_core.config import Shape
from vae_core.imports.net import FoundNet, NetFileError

PYTORCH = "vae_core.imports.pytorch"
# The module whose `read` takes such files; imported only then, for each needs a library of its own.
READERS = {
    **dict.fromkeys((".pt", ".pth", ".pth.tar", ".bin", ".ckpt", ".pkl", ".safetensors"), PYTORCH),
    **dict.fromkeys((".keras", ".h5", ".hdf5"), "vae_core.imports.keras"),
    ".onnx": "vae_core.imports.onnx",
}


def read(paths: Sequence[Path], shape: Shape | None = None) -> FoundNet:
    """The net of one file, or of several that are its parts.

    Args:
        paths: files of one kind, see `READERS`, or a pythae folder.
        shape: channels, height and width of a picture, where it is known; of use only to files that do not say it.

    Raises:
        NetFileError: there is no such file, it is of another kind, or its reader refuses it.
    """
    kinds = {_reader(path): path for path in paths}
    if len(kinds) > 1:
        raise NetFileError(paths[0], f"it is of another kind than {paths[-1].name}; parts of a net are of one kind")
    reader: Callable[..., FoundNet] = import_module(next(iter(kinds))).read
    return reader(paths, shape) if next(iter(kinds)) == PYTORCH else reader(paths)


def _reader(path: Path) -> str:
    if path.is_dir():
        return PYTORCH
    for suffix, module in READERS.items():
        if path.name.lower().endswith(suffix):
            return module
    raise NetFileError(path, f"files of nets end in {', '.join(READERS)}")
