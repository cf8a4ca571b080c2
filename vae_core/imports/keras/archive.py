"""A `.keras` file: a zip of the net's description and its weights. Nothing of it is written to the disk."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from vae_core.errors import ArchiveError
from vae_core.imports.keras.hdf5 import MOST_TEXT
from vae_core.imports.net import NetFileError
from vae_core.storage.archive import DAMAGED, MOST_BYTES, check_directory, check_entry, content_of

SIGNATURE = b"PK\3\4"
CONFIG_FILE, WEIGHTS_FILE = "config.json", "model.weights.h5"
MOST = {CONFIG_FILE: MOST_TEXT, WEIGHTS_FILE: MOST_BYTES}


def read(path: Path, content: bytes) -> tuple[str, bytes]:
    """The description, JSON, and the weights, HDF5.

    Args:
        path: to name it by.
        content: the file.

    Raises:
        NetFileError: it is no such zip, or damaged, or grows beyond all measure.
    """
    try:
        check_directory(content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            config, weights = (_file(archive, name) for name in (CONFIG_FILE, WEIGHTS_FILE))
        return config.decode("utf-8"), weights
    except ArchiveError as error:
        raise NetFileError(path, str(error)) from error
    except DAMAGED as error:
        raise NetFileError(path, "it is no zip, or damaged") from error


def _file(archive: zipfile.ZipFile, name: str) -> bytes:
    # What else lies in it, wherever it says to lie, is not looked at.
    found = [info for info in archive.infolist() if info.orig_filename == name]
    if len(found) != 1:
        raise ArchiveError(f"it should hold one {name} and holds {len(found)}")
    check_entry(name, found[0], MOST[name])
    return content_of(archive, name, found[0])
