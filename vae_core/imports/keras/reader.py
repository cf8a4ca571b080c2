"""Nets that Keras saved: `.h5` of Keras 1 to 3, with or without the net's description, and `.keras`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from vae_core.errors import ConfigError
from vae_core.imports.content import content
from vae_core.imports.graph.parts import found_net, joined
from vae_core.imports.keras import archive, hdf5
from vae_core.imports.keras.description import NETS, Interpreter, Json
from vae_core.imports.keras.hdf5 import Stored
from vae_core.imports.keras.unnamed import weights_only
from vae_core.imports.keras.weights import ByClass, ByName, Weights
from vae_core.imports.net import FoundNet, NetFileError

MOST_NESTING = 60


def read(paths: Sequence[Path]) -> FoundNet:
    """The net in one file, or in two that hold its encoder and its decoder.

    Raises:
        NetFileError: a file cannot be read, or holds no net that can be taken; the sentence names the layer.
    """
    return joined(paths, [_read(path) for path in paths])


def _read(path: Path) -> FoundNet:
    data = content(path)
    if data.startswith(archive.SIGNATURE):
        text, weights = archive.read(path, data)
        stored = replace(hdf5.read(path, weights), config=text)
    elif data.startswith(hdf5.SIGNATURE):
        stored = hdf5.read(path, data)
    else:
        raise NetFileError(path, "it is neither an HDF5 file nor a .keras archive")
    try:
        if stored.config is None:
            return weights_only(stored)
        return _described(stored, _parsed(stored.config))
    except ConfigError as error:
        raise NetFileError(path, str(error)) from error


def _described(stored: Stored, given: Json) -> FoundNet:
    interpreter = Interpreter()
    weights: Weights = ByName(stored, "model_weights/")
    if not any(path.startswith("model_weights/") for path in stored.weights):
        weights = ByClass(stored, "")
    if given.get("class_name") in NETS:
        outputs = interpreter.net(given, weights)
        found = found_net(outputs, interpreter.inner)
        return replace(found, guesses=(*interpreter.guesses, *found.guesses))
    # A class of somebody's own, which holds an encoder and a decoder.
    parts = dict(_nets(given.get("config")))
    nets = [interpreter.net(part, ByClass(stored, f"{name}/")) for name, part in parts.items()]
    if not nets:
        raise ConfigError(
            f"it is of a class of its own, {str(given.get('class_name'))[:60]!r}, and does not say of which layers; "
            "encoder and decoder can be saved each for itself"
        )
    path = Path(str(given.get("class_name"))[:60])
    return joined([path] * len(nets), [found_net(outputs) for outputs in nets])


def _nets(config: Any) -> Iterator[tuple[str, Json]]:
    if isinstance(config, dict):
        for name, part in config.items():
            if isinstance(part, dict) and part.get("class_name") in NETS:
                yield name, part


def _parsed(text: str) -> Json:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError("its description of the net is no JSON") from error
    # Level by level, so that a deep one costs no depth of calls.
    level: list[Any] = [given]
    for _ in range(MOST_NESTING):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    if level or not isinstance(given, dict):
        raise ConfigError("its description of the net is not as Keras writes it")
    return given
