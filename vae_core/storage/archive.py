"""A checkpoint as a zip: what one downloads, and what a stranger may send.

A zip that comes in holds `FILES` of one checkpoint, of which the first two must be there, at its top or in one folder;
what macOS adds on its own is passed over. Whatever else is in it, or not as it should be, is a reason to take in
nothing. Nothing is written before all of it has been unpacked in memory, and nothing appears in the folder of the
checkpoints before it has been loaded and tried.
"""

from __future__ import annotations

import copy
import io
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Collection
from pathlib import Path

from vae_core import checkpoint
from vae_core.checkpoint import CONFIG_FILE, FILM_FILE, MOST_FILM, MOST_JSON, TRAINING_FILE, WEIGHTS_FILE
from vae_core.config import ModelConfig
from vae_core.errors import ArchiveError, CheckpointError
from vae_core.storage import own_files
from vae_core.training.plan import NAME

FILES = (CONFIG_FILE, WEIGHTS_FILE, TRAINING_FILE, FILM_FILE)
MOST_BYTES = 500_000_000
MOST = {CONFIG_FILE: MOST_JSON, WEIGHTS_FILE: MOST_BYTES, TRAINING_FILE: MOST_JSON, FILM_FILE: MOST_FILM}
UNNAMED = "imported"

# Four files and their folder take some 500 bytes.
MOST_DIRECTORY_BYTES = 20_000
END_BYTES, LOCATOR_BYTES = 22, 20
END, LOCATOR_64 = b"PK\5\6", b"PK\6\7"
# Encrypted, strongly encrypted, with an encrypted directory.
ENCRYPTED = 0x2041
# A history of numbers shrinks to a tenth, weights hardly.
MOST_RATIO, FREE_BYTES = 100, 100_000
DATE = (1980, 1, 1, 0, 0, 0)
# What `zipfile` makes of a zip that is no whole one, or that it has no method for.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError)


def pack(path: str | Path) -> bytes:
    """The zip of a checkpoint as it is at one moment, in a folder of its name; the same bytes of the same files.

    An unfinished training's state is left out: what comes out is a model, not a training that can go on.

    Raises:
        CheckpointError: a file cannot be read. ArchiveError: its weights or config are missing.
    """
    folder = checkpoint.resolve(path)
    with own_files.opened(folder, FILES) as files:
        contents = {name: files.read(name, MOST[name]) for name in FILES}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in contents.items():
            if content is not None:
                info = zipfile.ZipInfo(f"{_clean(Path(path).name)}/{name}", DATE)
                info.external_attr = (stat.S_IFREG | 0o644) << 16
                # Weights and films hardly shrink.
                info.compress_type = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
                archive.writestr(info, content)
            elif name in (CONFIG_FILE, WEIGHTS_FILE):
                raise ArchiveError(f"{folder / name} is missing")
    return stream.getvalue()


def unpack(
    content: bytes,
    root: Path,
    wanted: str | None = None,
    taken: Collection[str] = (),
    most: int = MOST_BYTES,
    admit: Callable[[ModelConfig], object] = lambda model: None,
) -> Path:
    """Takes a zip in as a new checkpoint folder of `root`, which must be there; returns the folder.

    Args:
        content: the zip.
        root: the folder of the checkpoints.
        wanted: how it should be called; else as the folder in the zip. Made a name as `Plan.name` is one, and free by
            "-2", "-3", ..
        taken: names that are not free, besides those in `root`.
        most: bytes of all files together, unpacked.
        admit: raises what keeps such a model out.

    Raises:
        ArchiveError: it is no zip of a checkpoint that can be used, or the disk refuses; nothing is changed then.
    """
    called, files = _files(content, most)
    name = _clean(wanted or called)

    def place(stage: Path) -> Path:
        admit(_checked(stage))
        return root / _free(name, root, taken)

    try:
        return own_files.add(root, files, place)
    except OSError as error:
        raise ArchiveError(f"it cannot be saved: {error.strerror}") from error


def _files(content: bytes, most: int) -> tuple[str, dict[str, bytes]]:
    """The name of the folder in the zip, empty where it has none, and its files."""
    check_directory(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            folder, entries = _entries(archive.infolist())
            if sum(entry.file_size for entry in entries.values()) > most:
                raise ArchiveError(f"it is larger than {most / 1e6:,.1f} MB unpacked")
            return folder, {name: content_of(archive, name, entry) for name, entry in entries.items()}
    except DAMAGED as error:
        raise ArchiveError("it is no zip, or damaged") from error


def check_directory(content: bytes) -> None:
    """That a zip has few entries: `zipfile` makes an object of every one, before anybody can count them.

    Raises:
        ArchiveError: it is no zip, or its directory is long.
    """
    end = content[-END_BYTES:]
    if not end.startswith(END) or not end.endswith(b"\0\0"):
        raise ArchiveError("it is no zip, or damaged")
    locator = content[-END_BYTES - LOCATOR_BYTES : -END_BYTES]
    if int.from_bytes(end[12:16], "little") > MOST_DIRECTORY_BYTES or locator.startswith(LOCATOR_64):
        raise ArchiveError("it holds too many files")


def _entries(infos: list[zipfile.ZipInfo]) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """The name of their folder and the entries of the files, by name."""
    found: dict[str, zipfile.ZipInfo] = {}
    folders = set()
    for info in infos:
        # As it stands there: `filename` ends at a null character.
        *parents, name = info.orig_filename.split("/")
        shown = ascii(info.orig_filename)
        if any(part in ("", ".", "..") for part in parents) or re.search(r"[\\:\0]", info.orig_filename):
            raise ArchiveError(f"{shown} in it is a path that leads elsewhere")
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, *([] if name else [stat.S_IFDIR])):
            raise ArchiveError(f"{shown} in it is a link, or no file of the common kind")
        if parents[:1] == ["__MACOSX"] or name == ".DS_Store":
            continue
        if len(parents) > 1 or not (name in FILES or (name == "" and info.file_size == 0)):
            raise ArchiveError(f"{shown} in it is none of a checkpoint's files, which are {', '.join(FILES)}")
        folders.add("".join(parents))
        if not name:
            continue
        if name in found:
            raise ArchiveError(f"{name} is in it twice")
        check_entry(shown, info, MOST[name])
        found[name] = info
    if len(folders) > 1:
        raise ArchiveError("its files lie in several folders")
    for name in (CONFIG_FILE, WEIGHTS_FILE):
        if name not in found:
            raise ArchiveError(f"it holds no {name}")
    return folders.pop(), found


def check_entry(shown: str, info: zipfile.ZipInfo, most: int) -> None:
    """That a file in a zip is one as everybody writes them, of at most so many bytes.

    Raises:
        ArchiveError: it is encrypted, compressed otherwise, too large, or far larger than its compressed form.
    """
    if info.flag_bits & ENCRYPTED:
        raise ArchiveError(f"{shown} in it is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArchiveError(f"{shown} in it is compressed by another method than deflate")
    if info.file_size > most:
        raise ArchiveError(f"{shown} in it is too large: {info.file_size / 1e6:,.0f} MB")
    if info.file_size > MOST_RATIO * info.compress_size + FREE_BYTES:
        raise ArchiveError(f"{shown} in it grows to more than {MOST_RATIO} times its size when it is unpacked")


def content_of(archive: zipfile.ZipFile, name: str, info: zipfile.ZipInfo) -> bytes:
    """What a file in a zip holds.

    Raises:
        ArchiveError: it is longer or shorter than the directory says.
    """
    # `zipfile` reads as much as the directory says, and no further: one byte more shows whether there is more.
    longer = copy.copy(info)
    longer.file_size += 1
    with archive.open(longer) as stream:
        content = stream.read(longer.file_size)
    if len(content) != info.file_size:
        raise ArchiveError(f"{name} in it is not as large as its directory says")
    return content


def _checked(folder: Path) -> ModelConfig:
    """What the folder holds, which all can be read."""
    try:
        entry = checkpoint.entry(folder)
        if entry.config is None:
            raise CheckpointError(entry.problem)
        with own_files.opened(folder, (TRAINING_FILE,)) as files:
            has_training = TRAINING_FILE in files
        if has_training:
            checkpoint.load_training(folder)
        checkpoint.load_frames(folder)
        return entry.config
    except CheckpointError as error:
        raise ArchiveError(str(error).replace(f"{folder}{os.sep}", "")) from error


def _clean(name: str) -> str:
    """As `Plan.name` may be.

    >>> _clean("Größe 2 (final).old")
    'gro-e-2-final-.old'
    """
    plain = unicodedata.normalize("NFKD", name).lower()
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    cleaned = re.sub(r"[^a-z0-9._-]+", "-", letters).strip("._-")[:60].strip("._-") or UNNAMED
    assert NAME.fullmatch(cleaned)
    return cleaned


def _free(name: str, root: Path, taken: Collection[str]) -> str:
    free, number = name, 1
    while free in taken or os.path.lexists(root / free):
        number += 1
        suffix = f"-{number}"
        free = f"{name[: 60 - len(suffix)]}{suffix}"
    return free
