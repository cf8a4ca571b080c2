"""A file as somebody sent it."""

from __future__ import annotations

import os
from pathlib import Path

from vae_core.imports.net import NetFileError
from vae_core.storage.archive import MOST_BYTES


def content(path: Path, most: int = MOST_BYTES) -> bytes:
    """All of it.

    Raises:
        NetFileError: it cannot be read, is no file of the common kind, or has more than `most` bytes.
    """
    try:
        if not path.is_file():
            raise NetFileError(path, "there is no such file")
        with path.open("rb") as stream:
            # Room is made for as much as is asked for.
            size = os.fstat(stream.fileno()).st_size
            data = stream.read(min(size, most) + 1)
    except OSError as error:
        raise NetFileError(path, f"it cannot be read: {error.strerror}") from error
    if len(data) > most:
        raise NetFileError(path, f"it is larger than {most / 1e6:,.0f} MB")
    return data
