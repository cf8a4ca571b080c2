"""What all layers of a net have: a type, fields that go to JSON and back, and a shape that comes out of a shape."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from vae_core.errors import ConfigError
from vae_core.nets.fields import Json, require

Size = tuple[int, ...]
# By the `type` of each.
LAYERS: dict[str, type[Layer]] = {}


@dataclass(frozen=True, kw_only=True)
class Layer(Json):
    """What all layers can tell; each kind's name is its `type` in JSON.

    >>> Layer.from_json({"type": "dense", "units": 20}).output((784,))
    (20,)
    """

    type: ClassVar[str]

    def __init_subclass__(cls) -> None:
        if "type" in vars(cls):
            LAYERS[cls.type] = cls

    def output(self, size: Size) -> Size:
        """The shape that comes out.

        Raises:
            ConfigError: what goes in does not fit.
        """
        return size

    def weights(self, size: Size) -> dict[str, Size]:
        """The shapes of its tensors by name, for what goes in."""
        return {}

    def products(self, size: Size) -> int:
        """How many multiplications with a weight it takes for one picture; of pooling, how many numbers it looks at."""
        return 0

    def held(self, size: Size) -> int:
        """How many numbers it makes of one picture, those on the way to what comes out included."""
        return math.prod(self.output(size))

    def to_json(self) -> dict[str, Any]:
        """The type, and the fields that are not as they usually are."""
        usual = {field.name: field.default for field in dataclasses.fields(self)}
        given = {key: value for key, value in super().to_json().items() if getattr(self, key) != usual[key]}
        return {"type": self.type, **given}

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The inverse of `to_json`; of `Layer` itself, the layer of that type.

        Raises:
            ConfigError: there is no such type, or as `Json.from_json`.
        """
        kind = values.get("type") if isinstance(values, dict) else values
        if not isinstance(values, dict) or not isinstance(kind, str) or kind not in LAYERS:
            raise ConfigError(f"Layer.type is {kind!r}; it must be one of {', '.join(LAYERS)}")
        fields = {key: value for key, value in values.items() if key != "type"}
        return super(Layer, LAYERS[kind]).from_json(fields)  # type: ignore[return-value]


def channels_of(layer: Layer, size: Size) -> int:
    """How many channels go in."""
    require(len(size) == 3, f"{layer.type} takes channels, height and width, not {shape_text(size)}")
    return size[0]


def shape_text(shape: Sequence[int]) -> str:
    """Channels, height and width, or the units of a row, for a reader.

    >>> shape_text((3, 32, 32))
    '3 x 32 x 32'
    """
    return " x ".join(map(str, shape))
