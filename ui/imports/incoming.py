"""What a visitor sends of a net, and says of it: nothing of it is trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ui.choices import digit_sets
from ui.errors import ImportRefusedError
from vae_core.imports.wishes import shape, wishes

# A folder of pythae has eight.
MOST_FILES = 20
LONGEST_NAME = 80


@dataclass(frozen=True)
class About:
    """What is to come.

    Attributes:
        sizes: bytes of each file, by the name that it gets here, in the order in which they come.
        known: see `known`.
    """

    sizes: Mapping[str, int]
    known: Mapping[str, Any]

    @property
    def bytes(self) -> int:
        """Of all files."""
        return sum(self.sizes.values())


def about(text: str) -> About:
    """Of JSON: `files`, each with `name` and `size`, and what `known` takes.

    Raises:
        VaeCoreError: it is nothing of the kind, or as `known`.
    """
    values: Any = None
    with suppress(ValueError, RecursionError):
        values = json.loads(text)
    listed = values.get("files") if isinstance(values, dict) else None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ImportRefusedError("what was sent does not say which files it is")
    named = [(each.get("name"), each.get("size")) for each in listed]
    if not all(isinstance(name, str) and type(size) is int and size >= 0 for name, size in named):
        raise ImportRefusedError("a file that is sent has a name and a size")
    if not 1 <= len(named) <= MOST_FILES:
        raise ImportRefusedError(f"an import has 1 to {MOST_FILES} files, not {len(named)}")
    sizes = dict(zip(safe_names(name for name, _ in named), (size for _, size in named), strict=True))
    return About(sizes, known(values))


def known(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is not to be tried, as a step takes it, see `vae_core.imports.steps.folder.ask`.

    Args:
        values: `digits`, a set to try it on, None for the usual one; `shape` of a picture, and `wishes` by key, see
            `vae_core.imports.wishes`, None where nothing is known.

    Raises:
        VaeCoreError: there is no such set, shape or answer.
    """
    digits = values.get("digits") or ("mnist" if digit_sets.mnist_problem() is None else "uci")
    asked = values.get("wishes") or {}
    if not isinstance(digits, str) or not isinstance(asked, dict):
        raise ImportRefusedError("a set of digits has a name, and what is known of a net stands by its key")
    digit_sets.load(digits)
    wishes(asked)
    shape(values.get("shape"))
    return {"digits": digits, "wishes": asked, "shape": values.get("shape")}


def safe_names(names: Iterable[str]) -> list[str]:
    """Names of files in one folder: their last part, in letters that every system takes, and no two alike.

    >>> safe_names(["../../etc/Mein Netz.pth", "C:\\\\nets\\\\.mein netz.PTH", ""])
    ['Mein_Netz.pth', '2-mein_netz.PTH', 'file']
    """
    found: list[str] = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9._-]+", "_", re.split(r"[/\\]", name)[-1])[-LONGEST_NAME:].lstrip("._-") or "file"
        taken = {each.lower() for each in found}
        free, number = plain, 1
        while free.lower() in taken:
            number += 1
            free = f"{number}-{plain}"
        found.append(free)
    return found


class Incoming:
    """Files that arrive one after the other; to be closed."""

    def __init__(self, folder: Path, sizes: Mapping[str, int]) -> None:
        """
        Args:
            folder: takes them; must be there.
            sizes: bytes by name, in their order.
        """
        self._folder = folder
        self._waiting = list(sizes.items())[::-1]
        self._stream: BinaryIO | None = None
        self._left = 0
        self._next()

    def take(self, content: bytes) -> None:
        """
        Args:
            content: what comes next.

        Raises:
            ImportRefusedError: it is more than was said. OSError: the disk refuses.
        """
        at = 0
        while at < len(content):
            if self._stream is None:
                raise ImportRefusedError("more was sent than the files are large")
            part = content[at : at + self._left]
            self._stream.write(part)
            at += len(part)
            self._left -= len(part)
            self._next()

    def close(self) -> None:
        """Raises nothing, also where not all has come."""
        if self._stream:
            self._stream.close()

    def check_whole(self) -> None:
        """
        Raises:
            ImportRefusedError: less has come than was said.
        """
        if self._stream is not None:
            raise ImportRefusedError("less was sent than the files are large")

    def _next(self) -> None:
        while self._left == 0:
            self.close()
            self._stream = None
            if not self._waiting:
                return
            name, self._left = self._waiting.pop()
            self._stream = (self._folder / name).open("xb")
