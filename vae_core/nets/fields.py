"""Frozen dataclasses that go to JSON and back unchanged."""

from __future__ import annotations

import dataclasses
import sys
import types
import typing
from typing import Any, Literal, Self

from vae_core.errors import ConfigError


class Json:
    """JSON both ways, with every complaint naming the field."""

    def to_json(self) -> dict[str, Any]:
        """The fields as plain JSON values, in order; tuples become lists."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The inverse of `to_json`.

        Raises:
            ConfigError: `values` is no object, or a field is unknown, missing, of the wrong type or out of range.
        """
        name = cls.__name__
        if not isinstance(values, dict):
            raise ConfigError(f"{name} must be a JSON object, not {type(values).__name__}")
        hints = typing.get_type_hints(cls)
        fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
        if unknown := sorted(set(values) - set(fields)):
            raise ConfigError(f"{name} has an unknown field '{unknown[0]}'")
        arguments = {}
        for key, field in fields.items():
            if key in values:
                arguments[key] = convert(f"{name}.{key}", values[key], hints[key])
            elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                raise ConfigError(f"{name} lacks the field '{key}'")
        return cls(**arguments)


def _plain(value: Any) -> Any:
    if isinstance(value, Json):
        return value.to_json()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def convert(name: str, value: Any, hint: Any) -> Any:
    origin, options = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        if value is None and type(None) in options:
            return None
        # Of lists, the one whose items are objects where these are.
        has_objects = isinstance(value, list) and any(isinstance(item, dict) for item in value)
        fitting = [option for option in options if option is not type(None)]
        return convert(name, value, fitting[-1] if has_objects else fitting[0])
    if origin is Literal:
        if value not in options or isinstance(value, bool):
            raise ConfigError(f"{name} is {value!r}; it must be one of {', '.join(map(str, options))}")
        return value
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ConfigError(f"{name} must be a list, not {value!r}")
        if Ellipsis not in options and len(value) != len(options):
            raise ConfigError(f"{name} must be a list of {len(options)}, not of {len(value)}")
        return tuple(_item(f"{name}[{i}]", item, options[0]) for i, item in enumerate(value))
    if dataclasses.is_dataclass(hint):
        return hint.from_json(value)  # type: ignore[union-attr]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if hint is float and number and abs(value) <= sys.float_info.max:
        return float(value)
    if hint is int and number and isinstance(value, int):
        return value
    if hint is str and isinstance(value, str):
        return value
    raise ConfigError(f"{name} must be a {hint.__name__}, not {value!r}")


def _item(name: str, value: Any, hint: Any) -> Any:
    try:
        return convert(name, value, hint)
    except ConfigError as error:
        if dataclasses.is_dataclass(hint):
            raise ConfigError(f"{name}: {error}") from error
        raise


def require(condition: bool, message: str) -> None:
    if not condition:
        raise ConfigError(message)
