"""A layer as Keras describes it, and what its settings may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vae_core.imports.graph.signal import Array
from vae_core.nets.fields import require
from vae_core.nets.layers import Pair


@dataclass(frozen=True)
class KerasLayer:
    """A layer as the file describes it; a setting that is none raises a ConfigError.

    Attributes:
        kind: its class.
        name: its own name.
        config: its settings.
        weights: float32, in Keras's order.
    """

    kind: str
    name: str
    config: dict[str, Any]
    weights: Sequence[Array] = ()

    def number(self, key: str, usual: float) -> float:
        """A finite number; it may lie in an object, as arrays do."""
        value = self.config.get(key, usual)
        if isinstance(value, dict):
            inner = value.get("config", value)
            value = inner.get("value") if isinstance(inner, dict) else None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        require(is_number and abs(value) < 1e30, f"its {key} is {_shown(value)}")
        return float(value)

    def integer(self, key: str, usual: int) -> int:
        """A whole number from 0."""
        value = self.config.get(key, usual)
        require(type(value) is int and 0 <= value <= 1 << 16, f"its {key} is {_shown(value)}")
        return value  # type: ignore[no-any-return]

    def pair(self, key: str, usual: int) -> Pair:
        """For rows and columns; one number is for both."""
        value = self.config.get(key, usual)
        both = value if isinstance(value, list) and len(value) == 2 else [value, value]
        require(all(type(each) is int and 0 <= each <= 1 << 16 for each in both), f"its {key} is {_shown(value)}")
        return both[0], both[1]

    @property
    def is_same(self) -> bool:
        """Whether as many rows and columns come out as go in, but for the stride."""
        value = self.config.get("padding", "valid")
        require(value in ("same", "valid"), f"its padding is {_shown(value)}")
        return value == "same"  # type: ignore[no-any-return]

    def kernel_and_bias(self, axes: int) -> tuple[Array, Array | None]:
        """The kernel, of so many axes, and the bias where it has one."""
        count = 2 if self.config.get("use_bias", True) is True else 1
        require(len(self.weights) == count, f"it has {len(self.weights)} arrays of weights and needs {count}")
        kernel, bias = self.weights[0], self.weights[1] if count == 2 else None
        require(kernel.ndim == axes and kernel.size > 0, f"its kernel is {list(kernel.shape)}")
        return kernel, bias


def _shown(value: object) -> str:
    return ascii(value)[:60]
