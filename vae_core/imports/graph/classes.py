"""The class of a picture in the graph of a file: its number, one-hot, or a learned row of numbers; joined to others.

What is made of the class alone is a table with a row for each class, so that W [x, E y] = [W_x, W_e E] [x, one-hot of
y], and the net takes the class one-hot, which is what `vae_core.nets` has.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from vae_core.errors import ConfigError
from vae_core.imports.graph.signal import JOINED, LEAST_PICTURE, MOST_WEIGHTS, Array, Root, Signal, start
from vae_core.nets.fields import require
from vae_core.nets.layers import MOST_CLASSES, MOST_NUMBERS
from vae_core.nets.modules import module


@dataclass(frozen=True, eq=False)
class ClassNumber:
    """The number of a class: an input of its own.

    Attributes:
        name: as the file says.
        where: zeros, as many sides of length 1 as the file has there.
    """

    name: str
    where: Array


def inputs(signals: Sequence[Signal]) -> list[Signal]:
    """Those of a graph, all but one of them marked as inputs aside: the first is the main one, or a picture if any."""
    sizes = [math.prod(signal.root.size) for signal in signals]
    largest = sizes.index(max(sizes, default=0)) if sizes else 0
    main = largest if sizes and sizes[largest] >= LEAST_PICTURE else 0
    return [
        signal if i == main else replace(signal, root=replace(signal.root, is_aside=True))
        for i, signal in enumerate(signals)
    ]


def one_hot(number: ClassNumber, classes: int) -> Signal:
    """[.., classes]: 1 at the class, and 0 elsewhere."""
    require(1 <= classes <= MOST_CLASSES, f"it tells apart {classes} classes; from 1 to {MOST_CLASSES} can be")
    label = start(Root(number.name, (classes,), is_aside=True))
    return label.view(label.where.reshape(*number.where.shape, classes))


def embedded(number: ClassNumber, table: Array, source: str) -> Signal:
    """[.., numbers]: the row of the class in a table [classes, numbers]."""
    require(table.ndim == 2, "its table has not a row for each class")
    return one_hot(number, len(table)).dense(np.asarray(table, np.float32).T, None, source)


def joined(values: Sequence[object]) -> Signal:
    """A class, or what is made of it alone, joined to other numbers.

    Raises:
        ConfigError: something else is joined.
    """
    match values:
        case [Signal() as x, Signal() as label] if label.root.is_aside and not x.root.is_aside:
            before = False
        case [Signal() as label, Signal() as x] if label.root.is_aside and not x.root.is_aside:
            before = True
        case _:
            raise ConfigError("it joins two ways through the net")
    classes = math.prod(label.root.size)
    is_row = len(label.root.size) == 1 and classes <= MOST_CLASSES
    require(is_row, f"it joins an input that is no row of at most {MOST_CLASSES} numbers")
    if not label.chain:
        return x.label(classes, before)
    table, kept = _table(label), x.where.size
    count = (kept + len(table)) * (kept + classes)
    require(count <= MOST_WEIGHTS, f"it joins a row made of a class to {kept:,} numbers, which are too many")
    together = x.label(classes, before=False)
    rows = np.zeros((kept + len(table), kept + classes), np.float32)
    at_x, at_label = (slice(len(table), None), slice(len(table))) if before else (slice(kept), slice(kept, None))
    rows[at_x, :kept] = np.eye(kept, dtype=np.float32)
    rows[at_label, kept:] = table
    return together.dense(rows, None, JOINED)


def _table(label: Signal) -> Array:
    """[numbers, classes], the numbers as they are arranged: what the layers make of each class."""
    size, made = label.root.size, torch.eye(*label.root.size)
    for link in label.chain:
        layer = module(link.layer, size)
        if isinstance(layer, torch.nn.Module) and link.tensors:
            layer.load_state_dict(link.tensors)
        size = link.layer.output(size)
        require(math.prod(size) * len(made) <= MOST_NUMBERS, "it makes more of a class than fits")
        with torch.inference_mode():
            made = layer(made)
    return np.asarray(made.reshape(len(made), -1)[:, label.where.reshape(-1).tolist()].T)
