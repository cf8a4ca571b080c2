"""Where the weights of a layer stand in a Keras file: by the layer's name, or by its class and number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from vae_core.errors import ConfigError
from vae_core.imports.graph.signal import Array
from vae_core.imports.keras.hdf5 import Stored

# What holds the layers of a net in Keras 3, and in TensorFlow's Keras 2.12 to 2.15.
CONTAINERS = ("layers", "_layer_checkpoint_dependencies")


class Weights(Protocol):
    """The weights of a net's layers."""

    def numbered(self, layers: Sequence[tuple[str, str]]) -> Sequence[Self]:
        """Those of its layers or inner nets, of each the class and the name, in order."""

    def arrays(self) -> list[Array]:
        """Of a layer: in Keras's order."""


@dataclass(frozen=True)
class ByName:
    """HDF5 as Keras 1 and 2 write it: a group for each outermost layer, which lists all weights below."""

    stored: Stored
    root: str
    group: str = ""
    inner: str = ""

    def numbered(self, layers: Sequence[tuple[str, str]]) -> Sequence[Self]:
        if self.group:
            return [type(self)(self.stored, self.root, self.group, name) for _, name in layers]
        return [type(self)(self.stored, self.root, f"{self.root}{name}") for _, name in layers]

    def arrays(self) -> list[Array]:
        names = self.stored.lists.get(self.group, ())
        if self.inner:
            # In an inner net a weight is called <layer>/<weight>, or <net>/<layer>/<weight>.
            names = tuple(name for name in names if name.split("/")[-2:-1] == [self.inner])
        found = [self.stored.weights.get(f"{self.group}/{name}") for name in names]
        missing = [name for name, array in zip(names, found, strict=True) if array is None]
        if missing:
            raise ConfigError(f"its weights {missing[0][:100]!a} are not in the file")
        return [array for array in found if array is not None]


@dataclass(frozen=True)
class ByClass:
    """HDF5 as Keras 3 writes it: groups are called after the classes of the layers, and numbered."""

    stored: Stored
    group: str

    def numbered(self, layers: Sequence[tuple[str, str]]) -> Sequence[Self]:
        seen: Counter[str] = Counter()
        found = []
        for kind, name in layers:
            plain = snake_case(kind)
            called = f"{plain}_{seen[plain]}" if seen[plain] else plain
            seen[plain] += 1
            found.append(type(self)(self.stored, self._group(called, name)))
        return found

    def _group(self, called: str, name: str) -> str:
        groups = [f"{self.group}{container}/" for container in CONTAINERS]
        # Some versions take the names instead of the classes.
        for each in (called, name):
            for group in groups:
                if any(path.startswith(f"{group}{each}/") for path in self.stored.weights):
                    return f"{group}{each}/"
        return f"{groups[0]}{called}/"

    def arrays(self) -> list[Array]:
        own = f"{self.group}vars/"
        numbers = {path.removeprefix(own): array for path, array in self.stored.weights.items() if path.startswith(own)}
        return [array for _, array in sorted((int(key), array) for key, array in numbers.items() if key.isdecimal())]


def snake_case(name: str) -> str:
    """The name that Keras gives to a class in a file.

    >>> snake_case("Conv2DTranspose"), snake_case("BatchNormalization")
    ('conv2d_transpose', 'batch_normalization')
    """
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()
