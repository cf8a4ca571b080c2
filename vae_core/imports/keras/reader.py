"""Nets that Keras saved: `.h5` of Keras 1 to 3, with or without the net's description, and `.keras`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from vae_core.config import Shape
from vae_core.errors import ConfigError
from vae_core.imports.content import content
from vae_core.imports.graph.parts import found_net, joined
from vae_core.imports.keras import archive, hdf5
from vae_core.imports.keras.description import NETS, Interpreter, Json
from vae_core.imports.keras.hdf5 import MOST_TEXT, Stored
from vae_core.imports.keras.unnamed import weights_only
from vae_core.imports.keras.weights import ByClass, ByName, Weights
from vae_core.imports.net import FoundNet, NetFileError

MOST_NESTING = 60
JSON = ".json"


def read(paths: Sequence[Path], shape: Shape | None = None) -> FoundNet:
    """The net in one file, or in two that hold its encoder and its decoder.

    Args:
        paths: of the files, and of descriptions, JSON, beside weights.
        shape: channels, height and width of a picture, where it is known.

    Raises:
        NetFileError: a file cannot be read, or holds no net that can be taken; the sentence names the layer.
    """
    texts = [path for path in paths if path.suffix.lower() == JSON]
    paths = [path for path in paths if path not in texts]
    if not paths:
        raise NetFileError(texts[0], "it describes a net whose weights, an HDF5 file, must come along")
    files = [_told(path, _stored(path), texts) for path in paths]
    with _named(paths[0]):
        descriptions = [_description(stored) for stored in files]
        if not any(descriptions):
            return weights_only(paths, files, shape)
    nets = []
    for path, stored, given in zip(paths, files, descriptions, strict=True):
        with _named(path):
            nets.append(_described(stored, given) if given else weights_only([path], [stored], shape))
    return joined(paths, nets)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """A complaint says of which file it is."""
    try:
        yield
    except ConfigError as error:
        raise NetFileError(path, str(error)) from error


def _told(path: Path, stored: Stored, texts: Sequence[Path]) -> Stored:
    """With the description whose name begins most alike, where it has none of its own; other JSON is passed over."""
    if stored.config is not None:
        return stored
    alike = sorted(texts, key=lambda each: _common(each.name, path.name), reverse=True)
    for each in alike:
        with suppress(ConfigError, UnicodeDecodeError):
            text = content(each, MOST_TEXT).decode("utf-8-sig")
            if _parsed(text).get("class_name") in NETS:
                return replace(stored, config=text)
    return stored


def _common(one: str, other: str) -> int:
    """With how many letters both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _stored(path: Path) -> Stored:
    data = content(path)
    if data.startswith(archive.SIGNATURE):
        text, weights = archive.read(path, data)
        return replace(hdf5.read(path, weights), config=text)
    if data.startswith(hdf5.SIGNATURE):
        return hdf5.read(path, data)
    raise NetFileError(path, "it is neither an HDF5 file nor a .keras archive")


def _description(stored: Stored) -> Json | None:
    """None where there is none that says of which layers the net is: of a class of somebody's own."""
    given = None if stored.config is None else _parsed(stored.config)
    return given if given and (given.get("class_name") in NETS or dict(_nets(given.get("config")))) else None


def _described(stored: Stored, given: Json) -> FoundNet:
    interpreter = Interpreter()
    weights: Weights = ByName(stored, "") if "" in stored.lists else ByClass(stored, "")
    if any(path.startswith("model_weights/") for path in stored.weights):
        weights = ByName(stored, "model_weights/")
    if given.get("class_name") in NETS:
        outputs = interpreter.net(given, weights)
        found = found_net(outputs, interpreter.inner)
        return replace(found, guesses=(*interpreter.guesses, *found.guesses))
    # A class of somebody's own, which holds an encoder and a decoder.
    parts = dict(_nets(given.get("config")))
    nets = [interpreter.net(part, ByClass(stored, f"{name}/")) for name, part in parts.items()]
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
