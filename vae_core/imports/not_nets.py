"""Files that are no net whatever their names end in: what a download often brings in place of one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vae_core.imports.net import NetFileError

# What a file begins with, small letters for large ones, and what it then is.
BEGINNINGS = {
    b"version https://git-lfs": "it is a pointer of Git LFS, and not the file that it stands for; `git lfs pull` "
    "fetches that, and so does the download on the repository's page",
    **dict.fromkeys(
        (b"<!doctype", b"<html", b"<?xml"),
        "it is a page of the web, and not the file that is offered there; that has an address of its own",
    ),
    b"\xff\xd8\xff": "it is a picture, JPEG",
    b"\x89png": "it is a picture, PNG",
    b"gif8": "it is a picture, GIF",
    b"%pdf": "it is a PDF",
    b"\x1f\x8b\x08": "it is packed with gzip; what is in it can be taken",
    b"7z\xbc\xaf": "it is a 7z archive; what is in it can be taken",
    b"rar!": "it is a RAR archive; what is in it can be taken",
}
LOOKED_AT = 64


def refuse(paths: Iterable[Path]) -> None:
    """Looks at how files begin; of one that cannot be read its reader says so.

    Raises:
        NetFileError: one is something else.
    """
    for path in paths:
        try:
            with path.open("rb") as stream:
                start = stream.read(LOOKED_AT).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        except OSError:
            continue
        for beginning, words in BEGINNINGS.items():
            if start.startswith(beginning):
                raise NetFileError(path, words)
