"""Fetching MNIST: torchvision's addresses and MD5 sums, with a progress that a page can show."""

from __future__ import annotations

import gzip
import http.client
import os
import tempfile
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from hashlib import md5
from pathlib import Path

from vae_core import data
from vae_core.config import DIGIT
from vae_core.errors import DigitsError

# The four compressed files together, as the mirrors announce them.
MNIST_BYTES = 11_594_722
CHUNK = 1 << 16
TIMEOUT_SECONDS = 20.0

Progress = Callable[[int, int | None], None]


def download_mnist(data_dir: str | Path, on_progress: Progress | None = None) -> None:
    """Fetches MNIST into `data_dir/MNIST/raw`, each file checked and put in place whole.

    Args:
        data_dir: created where it is missing; a file that is already there and whole is kept, a damaged one replaced.
        on_progress: called with the compressed bytes so far and the bytes expected over all four files.

    Raises:
        DigitsError: no address answered, a file arrived damaged, or the folder cannot be written.
    """
    mnist = data.torchvision_mnist().MNIST
    raw = Path(data_dir) / "MNIST" / "raw"
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if on_progress:
            on_progress(min(done, MNIST_BYTES), MNIST_BYTES)

    try:
        raw.mkdir(parents=True, exist_ok=True)
        for name, checksum in mnist.resources:
            target = raw / name.removesuffix(".gz")
            if not _is_whole(target):
                _put(target, gzip.decompress(_fetch(name, checksum, mnist.mirrors, advance)))
        advance(max(MNIST_BYTES - done, 0))
    except (EOFError, zlib.error) as error:
        raise DigitsError(f"MNIST arrived damaged: {error}") from error
    except OSError as error:
        raise DigitsError(f"MNIST cannot be written to {raw}: {error.strerror or error}") from error


def _fetch(name: str, checksum: str, mirrors: list[str], advance: Callable[[int], None]) -> bytes:
    complaints = []
    for mirror in mirrors:
        content = bytearray()
        try:
            with urllib.request.urlopen(mirror + name, timeout=TIMEOUT_SECONDS) as response:
                while chunk := response.read(CHUNK):
                    content += chunk
                    advance(len(chunk))
        except (OSError, http.client.HTTPException) as error:
            advance(-len(content))
            complaints.append(_reason(error))
            continue
        if md5(content, usedforsecurity=False).hexdigest() == checksum:
            return bytes(content)
        advance(-len(content))
        complaints.append("the file arrived damaged")
    raise DigitsError(f"MNIST could not be downloaded: {name}: {'; '.join(dict.fromkeys(complaints))}")


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code}"
    if isinstance(error, TimeoutError):
        return f"no answer within {TIMEOUT_SECONDS:.0f} s"
    if isinstance(error, urllib.error.URLError):
        return f"the server cannot be reached ({error.reason})"
    return str(error) or type(error).__name__


def _is_whole(file: Path) -> bool:
    """Whether the file is there, as long as it should be and, where it holds labels, of digits only."""
    split: data.Split = "train" if file.name in data.MNIST_FILES["train"] else "test"
    count, holds_labels = data.MNIST_COUNTS[split], file.name == data.MNIST_FILES[split][1]
    try:
        data.check_idx(file, (count,) if holds_labels else (count, *DIGIT[1:]))
    except DigitsError:
        return False
    return not holds_labels or max(file.read_bytes()[-count:]) <= 9


def _put(target: Path, content: bytes) -> None:
    # A name of its own for every writer: two processes may fetch the same file at once.
    descriptor, partial = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fchmod(descriptor, 0o644)
            os.fsync(descriptor)
        os.replace(partial, target)
    finally:
        Path(partial).unlink(missing_ok=True)
