"""Keras's layers that take the number of a class, which is an input of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vae_core.imports.graph import classes
from vae_core.imports.graph.classes import ClassNumber
from vae_core.imports.graph.signal import Signal
from vae_core.imports.keras.settings import KerasLayer
from vae_core.nets.fields import require


def _class(x: Signal) -> ClassNumber:
    is_class = x.root.is_aside and not x.chain and x.where.size == 1
    require(is_class, "it takes something else than the number of a class, given beside the picture or the code")
    return ClassNumber(x.root.name, np.zeros_like(x.where))


def _embedding(layer: KerasLayer, x: Signal) -> Signal:
    require(len(layer.weights) == 1, f"it has {len(layer.weights)} arrays of weights and needs 1")
    return classes.embedded(_class(x), layer.weights[0], layer.name)


def _one_hot(layer: KerasLayer, x: Signal) -> Signal:
    require(layer.config.get("output_mode") == "one_hot", "it does not write the class one-hot")
    number = _class(x)
    # An axis of length 1 becomes that of the classes.
    row = ClassNumber(number.name, number.where.reshape(number.where.shape[:-1]))
    return classes.one_hot(row, layer.integer("num_tokens", 0))


CLASS_LAYERS: dict[str, Callable[[KerasLayer, Signal], Signal]] = {
    "Embedding": _embedding,
    "CategoryEncoding": _one_hot,
}
