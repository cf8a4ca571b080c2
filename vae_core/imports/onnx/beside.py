"""Weights that an ONNX file has in other files: only those are opened that came along with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from vae_core.errors import ConfigError
from vae_core.imports.content import content
from vae_core.nets.fields import require

NUMBER = re.compile(r"[0-9]{1,15}")


class Beside:
    """Files that came along."""

    def __init__(self, paths: Sequence[Path] = (), most: int = 0) -> None:
        """
        Args:
            paths: of the files.
            most: bytes of each.
        """
        self._paths = {path.name: path for path in paths}
        self._content = cache(lambda path: content(path, most))

    def part(self, location: str, offset: str, length: str) -> bytes:
        """What stands in one of them.

        Args:
            location: the file, as the net calls it; where only one came along, it is that.
            offset: where it begins, in bytes; empty for the beginning.
            length: how many bytes it has; empty for all that is left.

        Raises:
            ConfigError: that file did not come along, or has not so much. NetFileError: it cannot be read.
        """
        name = re.split(r"[/\\]", location)[-1]
        only = next(iter(self._paths.values())) if len(self._paths) == 1 else None
        path = self._paths.get(name, only)
        if path is None:
            raise ConfigError(f"lie in another file, {name[:80]!a}, which must come along with it")
        require(all(not each or NUMBER.fullmatch(each) for each in (offset, length)), "lie nowhere in another file")
        data, start = self._content(path), int(offset or 0)
        end = start + int(length) if length else len(data)
        require(end <= len(data), f"lie in {path.name}, which is shorter than that")
        return data[start:end]
