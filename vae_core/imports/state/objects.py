"""What a pickle names of other programs: nothing of it is run, and what stands in its place only holds its entries.

A whole model that was pickled is such an object; its weights are read off it like those of a state dict.
"""

from __future__ import annotations

import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from torch import serialization

# Of a module of PyTorch, in the order in which its state dict has them.
MEMBERS = ("_parameters", "_buffers", "_modules")


class Holder:
    """Makes what PyTorch lets a pickle fill: entries, and attributes."""

    def __new__(cls, *arguments: object) -> OrderedDict[Any, Any]:  # type: ignore[misc]
        """Of any arguments, none of which it looks at."""
        return OrderedDict()


class Number:
    """In place of NumPy's, whose state is no dictionary."""

    def __new__(cls, *arguments: object) -> Number:
        """Of any arguments, none of which it looks at."""
        return super().__new__(cls)

    def __setstate__(self, state: object) -> None:
        pass


def inert(path: Path) -> AbstractContextManager[Any]:
    """While it lasts, `torch.load` with `weights_only` takes these for what the file names, and runs none of it.

    Args:
        path: what `torch.save` has written; in the format before PyTorch 1.6 nothing is replaced.
    """
    names = serialization.get_unsafe_globals_in_checkpoint(path) if zipfile.is_zipfile(path) else []
    return serialization.safe_globals([(Number if name.startswith("numpy.") else Holder, name) for name in names])


def is_module(found: object) -> bool:
    """Whether it is a module of PyTorch that was pickled whole."""
    return isinstance(found, OrderedDict) and all(isinstance(vars(found).get(key), Mapping) for key in MEMBERS)


def members(found: Any) -> dict[str, Any]:
    """Its parameters, its buffers and its modules, by name."""
    return {name: each for key in MEMBERS for name, each in vars(found)[key].items()}
