"""ONNX's operators that arrange numbers otherwise: of constants as NumPy does it, of a signal by what stands where."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from vae_core.imports.graph import algebra, classes
from vae_core.imports.graph.algebra import Clipped, Exponential, Noise, Spread, Value
from vae_core.imports.graph.classes import ClassNumber
from vae_core.imports.graph.signal import Array, Signal
from vae_core.imports.onnx.file import Node
from vae_core.nets.fields import require
from vae_core.nets.layers import MOST_NUMBERS

Operator = Callable[[Node, Sequence[Value | None]], list[Value]]


def given(values: Sequence[Value | None], i: int) -> Array | None:
    """A constant input; None where it is left out."""
    value = values[i] if i < len(values) else None
    require(value is None or isinstance(value, np.ndarray), "what it needs to know is computed only when the net runs")
    return value  # type: ignore[return-value]


def signal(values: Sequence[Value | None], i: int = 0) -> Signal:
    """An input that is a layer's output."""
    value = values[i] if i < len(values) else None
    require(not isinstance(value, Clipped), algebra.CUT_OFF)
    require(isinstance(value, Signal), "it is applied to something else than a layer's output")
    return value  # type: ignore[return-value]


def weight_of(values: Sequence[Value | None], i: int, axes: int) -> Array:
    """A constant input of so many axes."""
    array = given(values, i)
    require(array is not None and array.ndim == axes and array.size > 0, f"its weights have not {axes} axes")
    return array  # type: ignore[return-value]


def numbers(node: Node, values: Sequence[Value | None], key: str, i: int) -> list[int] | None:
    """Whole numbers that older versions have as an attribute, and newer ones as an input."""
    array = given(values, i)
    if array is None:
        found = node.attributes.get(key)
        require(found is None or isinstance(found, tuple), f"its {key} is no list")
        return None if found is None else [int(each) for each in found]
    require(array.size <= 64, f"its {key} is no short list")
    return [int(each) for each in array.reshape(-1)]


def attribute(node: Node, key: str, usual: Any) -> Any:
    """Of the type of what is usual."""
    value = node.attributes.get(key, usual)
    require(type(value) is type(usual), f"its {key} is not as it should be")
    return value


def arranged(x: Value | None, change: Callable[[Array], Array]) -> Value:
    """The same numbers, or some of them, in another arrangement."""
    if isinstance(x, Noise):
        return x
    if isinstance(x, np.ndarray):
        return bounded(np.asarray(change(x)))
    if isinstance(x, ClassNumber):
        return replace(x, where=bounded(change(x.where)))
    if isinstance(x, Clipped):
        return replace(x, of=arranged(x.of, change))  # type: ignore[arg-type]
    require(isinstance(x, Signal), "it rearranges something else than a layer's output")
    assert isinstance(x, Signal)
    return x.view(bounded(change(x.where)))


def bounded(array: Array) -> Array:
    require(array.size <= MOST_NUMBERS, "what comes out is more than fits")
    return array


def _reshape(node: Node, values: Sequence[Value | None]) -> list[Value]:
    shape, is_signal = numbers(node, values, "shape", 1) or [], not isinstance(values[0], np.ndarray)

    def change(array: Array) -> Array:
        # 0 is the side that was there.
        sides = [array.shape[i] if each == 0 and i < array.ndim else each for i, each in enumerate(shape)]
        is_whole = -1 not in sides and math.prod(sides) == array.size * math.prod(sides[:1])
        if is_signal and sides and sides[0] > 1 and (is_whole or (-1 in sides and array.shape[:1] == (1,))):
            # The net was saved for so many pictures at a time.
            sides[0] = 1
        return array.reshape(sides)

    return [arranged(values[0], change)]


def _flatten(node: Node, values: Sequence[Value | None]) -> list[Value]:
    axis = attribute(node, "axis", 1)

    def change(array: Array) -> Array:
        return array.reshape(math.prod(array.shape[:axis]), -1)

    return [arranged(values[0], change)]


def _transpose(node: Node, values: Sequence[Value | None]) -> list[Value]:
    order = numbers(node, (), "perm", 0)
    return [arranged(values[0], lambda array: array.transpose(order))]


def _squeeze(node: Node, values: Sequence[Value | None]) -> list[Value]:
    axes = numbers(node, values, "axes", 1)
    return [arranged(values[0], lambda array: array.squeeze(None if axes is None else tuple(axes)))]


def _unsqueeze(node: Node, values: Sequence[Value | None]) -> list[Value]:
    axes = numbers(node, values, "axes", 1) or []
    return [arranged(values[0], lambda array: np.expand_dims(array, tuple(axes)))]


def _slice(node: Node, values: Sequence[Value | None]) -> list[Value]:
    starts, ends = numbers(node, values, "starts", 1) or [], numbers(node, values, "ends", 2) or []
    axes = numbers(node, values, "axes", 3) or list(range(len(starts)))
    steps = numbers(node, values, "steps", 4) or [1] * len(starts)

    def change(array: Array) -> Array:
        parts = [slice(None)] * array.ndim
        for begin, end, axis, step in zip(starts, ends, axes, steps, strict=True):
            # Backwards, an end far below zero is before the first.
            stop = None if step < 0 and end < -array.shape[axis] else end
            parts[axis] = slice(begin, stop, step)
        return array[tuple(parts)]

    return [arranged(values[0], change)]


def _gather(node: Node, values: Sequence[Value | None]) -> list[Value]:
    axis, table = attribute(node, "axis", 0), values[0]
    if isinstance(values[1], ClassNumber) and isinstance(table, np.ndarray):
        require(axis == 0, "it takes a column of its table for a class, and not a row")
        return [classes.embedded(values[1], table, node.name)]
    indices = given(values, 1)
    if indices is None or indices.size > MOST_NUMBERS:
        require(False, "it has no indices, or too many")
    places = indices

    def change(array: Array) -> Array:
        rest = array.size // max(array.shape[axis], 1)
        require(places is not None and rest * places.size <= MOST_NUMBERS, "what comes out is more than fits")
        return np.take(array, places.astype(np.int64), axis)  # type: ignore[union-attr]

    return [arranged(values[0], change)]


def _split(node: Node, values: Sequence[Value | None]) -> list[Value]:
    axis, parts = attribute(node, "axis", 0), numbers(node, values, "split", 1)
    x, count = values[0], len(node.outputs)
    array = x.where if isinstance(x, Signal) else x
    require(isinstance(array, np.ndarray), "it splits something else than a layer's output")
    assert isinstance(array, np.ndarray)
    side = array.shape[axis]
    each = -(-side // count)
    parts = parts or [each] * (count - 1) + [side - each * (count - 1)]
    require(len(parts) == count and sum(parts) == side and min(parts) > 0, f"its parts {parts} do not fit {side}")
    ends = [sum(parts[: i + 1]) for i in range(count)]

    def part(i: int) -> Value:
        return arranged(x, lambda whole: np.take(whole, np.arange(ends[i] - parts[i], ends[i]), axis))

    return [part(i) for i in range(count)]


def _concat(node: Node, values: Sequence[Value | None]) -> list[Value]:
    axis = attribute(node, "axis", 1)
    arrays = [each for each in values if isinstance(each, np.ndarray)]
    if len(arrays) == len(values):
        require(sum(each.size for each in arrays) <= MOST_NUMBERS, "what comes out is more than fits")
        return [np.concatenate(arrays, axis)]
    first = values[0]
    require(isinstance(first, Signal) and axis in (-1, first.where.ndim - 1), "it joins two ways through the net")
    return [classes.joined([each for each in values if each is not None])]


def _expand(node: Node, values: Sequence[Value | None]) -> list[Value]:
    sides = numbers(node, values, "shape", 1) or []

    def change(array: Array) -> Array:
        shape = np.broadcast_shapes(array.shape, tuple(sides))
        require(math.prod(shape) <= MOST_NUMBERS, "what comes out is more than fits")
        return np.broadcast_to(array, shape)

    return [arranged(values[0], change)]


def _shape(node: Node, values: Sequence[Value | None]) -> list[Value]:
    x = values[0]
    if isinstance(x, Exponential | Spread):
        x = x.log if isinstance(x, Exponential) else x.head
    array = x.where if isinstance(x, Signal | ClassNumber) else x
    require(isinstance(array, np.ndarray), "it asks for the shape of random numbers")
    assert isinstance(array, np.ndarray)
    return [np.array(array.shape, np.int64)]


def _constant(node: Node, values: Sequence[Value | None]) -> list[Value]:
    for key in ("value", "value_float", "value_int", "value_floats", "value_ints"):
        value = node.attributes.get(key)
        if value is not None:
            return [np.asarray(value, np.int64 if "int" in key else None)]
    require(False, "it has no numbers")
    return []


def _constant_of_shape(node: Node, values: Sequence[Value | None]) -> list[Value]:
    shape = numbers(node, values, "shape", 0) or []
    require(all(side >= 0 for side in shape) and math.prod(shape) <= MOST_NUMBERS, "what comes out is more than fits")
    value = attribute(node, "value", np.zeros(1, np.float32))
    return [np.full(shape, value.reshape(-1)[0])]


def _cast(node: Node, values: Sequence[Value | None]) -> list[Value]:
    # 6 and 7 are whole numbers, 9 is yes or no.
    is_whole, x = attribute(node, "to", 1) in (6, 7, 9), values[0]
    if isinstance(x, np.ndarray):
        return [x.astype(np.int64 if is_whole else np.float32)]
    if isinstance(x, ClassNumber):
        return [x]
    require(x is not None and not is_whole, "it makes whole numbers of a layer's output")
    return [x]  # type: ignore[list-item]


def _one_hot(node: Node, values: Sequence[Value | None]) -> list[Value]:
    depth, off_and_on = given(values, 1), given(values, 2)
    require(isinstance(values[0], ClassNumber), "it is applied to something else than the number of a class")
    require(depth is not None and depth.size == 1, "it does not say how many classes there are")
    require(off_and_on is not None and off_and_on.reshape(-1).tolist() == [0, 1], "it marks a class by other than 0, 1")
    require(attribute(node, "axis", -1) in (-1, values[0].where.ndim), "its classes are not the last axis")  # type: ignore[union-attr]
    return [classes.one_hot(values[0], int(depth.reshape(-1)[0]))]  # type: ignore[arg-type, union-attr]


def _scatter(node: Node, values: Sequence[Value | None]) -> list[Value]:
    """Ones at the class in a row of zeros, as a class is often written one-hot."""
    zeros, number, ones = given(values, 0), values[1], given(values, 2)
    require(zeros is not None and ones is not None and isinstance(number, ClassNumber), "it scatters more than a class")
    is_one_hot = not zeros.any() and (ones == 1).all() and attribute(node, "axis", 0) in (-1, zeros.ndim - 1)  # type: ignore[union-attr]
    require(bool(is_one_hot) and attribute(node, "reduction", "none") == "none", "it marks a class by other than 0, 1")
    # Of as many pictures as the net was saved for, or of any number.
    row = arranged(number, lambda where: where.squeeze(-1))
    return [classes.one_hot(row, zeros.shape[-1])]  # type: ignore[arg-type, union-attr]


ARRANGEMENTS: dict[str, Operator] = {
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Transpose": _transpose,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Slice": _slice,
    "Gather": _gather,
    "Split": _split,
    "Concat": _concat,
    "Expand": _expand,
    "Shape": _shape,
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Cast": _cast,
    "OneHot": _one_hot,
    "ScatterElements": _scatter,
    "Scatter": _scatter,
}
