"""What `training.json` may say: written by `vae_core.training.run`, and by strangers whose models are opened here."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version
from typing import Any

TEXTS = ("recipe", "digits")
NUMBERS = ("seconds", "threads", "seed", "epochs")
HISTORY_NUMBERS = ("epoch", "loss", "reconstruction", "kl", "seconds", "images_per_second")


def versions(*more: str) -> dict[str, str]:
    """Of Python, of what every checkpoint depends on, and of `more` installed packages."""
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in ("torch", "numpy", "safetensors", *more)},
    }


def problem(values: Any) -> str | None:
    """What is wrong with a record, naming the field; None where nothing is. Fields that are absent are no problem."""
    if not isinstance(values, dict):
        return f"must hold a JSON object, not {type(values).__name__}"
    for key in TEXTS:
        if key in values and not isinstance(values[key], str):
            return f"field '{key}' must be a text"
    for key in NUMBERS:
        if key in values and not _is_number(values[key]):
            return f"field '{key}' must be a number"
    return _test_problem(values.get("test", {})) or _history_problem(values.get("history", []))


def _test_problem(test: Any) -> str | None:
    if not isinstance(test, dict):
        return "field 'test' must be an object"
    for name, metric in test.items():
        if not isinstance(metric, dict) or not {"value", "unit", "protocol"} <= metric.keys():
            return f"field 'test.{name}' must be an object with value, unit and protocol"
        if metric["value"] is not None and not _is_number(metric["value"]):
            return f"field 'test.{name}.value' must be a number or null"
        if not isinstance(metric["unit"], str) or not isinstance(metric["protocol"], str):
            return f"field 'test.{name}' must have a text as unit and as protocol"
    return None


def _history_problem(history: Any) -> str | None:
    if not isinstance(history, list):
        return "field 'history' must be a list"
    for i, entry in enumerate(history):
        if not isinstance(entry, dict):
            return f"field 'history[{i}]' must be an object"
        for key in HISTORY_NUMBERS:
            if not _is_number(entry.get(key)):
                return f"field 'history[{i}].{key}' must be a number"
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
