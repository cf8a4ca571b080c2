"""An ONNX file as plain data: all that the package `onnx` is needed for. Nothing outside of the file is ever opened."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import Any

import numpy as np

from vae_core.errors import ConfigError
from vae_core.imports.graph.signal import MOST_WEIGHTS, Array
from vae_core.imports.net import NetFileError
from vae_core.imports.onnx.beside import Beside

MISSING = "the package onnx, which reads it, is not installed here: pip install -r requirements-import.txt"
MOST_NODES, MOST_FIELDS, MOST_DEPTH = 2000, 200_000, 24
STANDARD = ("", "ai.onnx")
# INT32 and INT64 of TensorProto.
WHOLE = (6, 7)


@dataclass(frozen=True)
class Node:
    """An operator.

    Attributes:
        kind: which.
        name: its own, or that of what it gives.
        inputs, outputs: names of values; an input that is left out has none.
        attributes: numbers, texts, tuples of them, and arrays; None where it is something else.
    """

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any]


@dataclass(frozen=True)
class Graph:
    """Attributes of an ONNX graph.

    Attributes:
        nodes: each after those that it needs.
        constants: arrays by name, float32 and int64.
        inputs: name and dimensions, None where it is open; without the constants.
        whole: names of inputs that are whole numbers.
        outputs: names.
    """

    nodes: tuple[Node, ...]
    constants: dict[str, Array]
    inputs: tuple[tuple[str, tuple[int | None, ...]], ...]
    outputs: tuple[str, ...]
    whole: frozenset[str] = frozenset()


def read(path: Path, content: bytes, beside: Beside | None = None) -> Graph:
    """
    Args:
        path: to name it by.
        content: the file.
        beside: what came along with it.

    Raises:
        NetFileError: it is damaged or too large, refers to a file that did not come along, or `onnx` is not installed.
    """
    try:
        import onnx
        from google.protobuf.message import DecodeError
    except ImportError as error:
        raise NetFileError(path, MISSING) from error
    if not _is_small(content, onnx.ModelProto.DESCRIPTOR):
        raise NetFileError(path, "it is no ONNX file, or damaged, or of more parts than any net")
    try:
        model = onnx.ModelProto.FromString(content)
        return _Reader(path, beside or Beside()).graph(model)
    except (DecodeError, UnicodeDecodeError) as error:
        raise NetFileError(path, "it is no ONNX file, or damaged") from error


class _Reader:
    def __init__(self, path: Path, beside: Beside) -> None:
        self._path, self._beside, self._left = path, beside, MOST_WEIGHTS

    def graph(self, model: Any) -> Graph:
        graph = model.graph
        if len(graph.node) > MOST_NODES:
            raise NetFileError(self._path, f"it has more than {MOST_NODES} operators")
        if graph.sparse_initializer:
            raise NetFileError(self._path, "it has sparse weights, which are not read here")
        constants = {_text(each.name): self._array(each) for each in graph.initializer}
        given = tuple((_text(each.name), _dimensions(each)) for each in graph.input)
        inputs = tuple((name, sides) for name, sides in given if name not in constants)
        nodes = _ordered([self._node(each) for each in graph.node])
        outputs = tuple(_text(each.name) for each in graph.output)
        whole = frozenset(_text(each.name) for each in graph.input if each.type.tensor_type.elem_type in WHOLE)
        return Graph(nodes, constants, inputs, outputs, whole)

    def _node(self, node: Any) -> Node:
        inputs, outputs = (tuple(map(_text, names)) for names in (node.input, node.output))
        kind, domain, name = (_text(each)[:100] for each in (node.op_type, node.domain, node.name))
        kind = kind if domain in STANDARD else f"{domain}.{kind}"
        attributes = {_text(each.name): self._attribute(each) for each in node.attribute}
        return Node(kind, name or "".join(outputs[:1])[:100], inputs, outputs, attributes)

    def _attribute(self, given: Any) -> Any:
        match given.type:
            case given.FLOAT:
                return float(given.f)
            case given.INT:
                return int(given.i)
            case given.STRING:
                return _text(given.s)
            case given.FLOATS:
                return tuple(map(float, given.floats))
            case given.INTS:
                return tuple(map(int, given.ints))
            case given.TENSOR:
                return self._array(given.t)
        return None

    def _array(self, tensor: Any) -> Array:
        from onnx import TensorProto, numpy_helper

        shown = ascii(_text(tensor.name)[:100])
        numbers = (TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16, TensorProto.BFLOAT16)
        whole = (TensorProto.INT64, TensorProto.INT32, TensorProto.UINT8, TensorProto.INT8, TensorProto.BOOL)
        if tensor.data_type not in (*numbers, *whole):
            raise NetFileError(self._path, f"its weights {shown} are of a type that is not read here")
        if len(tensor.dims) > 8 or any(side < 0 for side in tensor.dims):
            raise NetFileError(self._path, f"its weights {shown} have no shape that weights have")
        self._left -= math.prod(tensor.dims)
        if self._left < 0:
            raise NetFileError(self._path, f"it has more than {MOST_WEIGHTS:,} weights")
        if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
            tensor = self._brought(tensor)
        try:
            array = numpy_helper.to_array(tensor)
        except (ValueError, TypeError, OverflowError) as error:
            raise NetFileError(self._path, f"its weights {shown} are not as many as it says") from error
        with np.errstate(over="ignore"):
            return array.astype(np.float32 if tensor.data_type in numbers else np.int64)

    def _brought(self, tensor: Any) -> Any:
        """The same with its numbers, which lie in another file."""
        from onnx import TensorProto

        said = {_text(each.key): _text(each.value) for each in tensor.external_data}
        try:
            part = self._beside.part(*(said.get(key, "") for key in ("location", "offset", "length")))
        except ConfigError as error:
            raise NetFileError(self._path, f"its weights {_text(tensor.name)[:100]!a} {error}") from error
        return TensorProto(dims=tensor.dims, data_type=tensor.data_type, raw_data=part)


def _ordered(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Each after those that it needs, also where a tool has appended some; what needs itself stays at the end."""
    makers = {name: i for i, node in enumerate(nodes) for name in node.outputs if name}
    needs = [{makers[name] for name in node.inputs if name in makers} for node in nodes]
    takers: list[list[int]] = [[] for _ in nodes]
    for i, each in enumerate(needs):
        for maker in each:
            takers[maker].append(i)
    waiting, ready = [len(each) for each in needs], [i for i, each in enumerate(needs) if not each]
    heapify(ready)
    order = []
    while ready:
        order.append(heappop(ready))
        for taker in takers[order[-1]]:
            waiting[taker] -= 1
            if not waiting[taker]:
                heappush(ready, taker)
    rest = set(range(len(nodes))) - set(order)
    return tuple(nodes[i] for i in (*order, *sorted(rest)))


def _text(given: str | bytes) -> str:
    """What is no text in a file comes as bytes."""
    return given.decode("utf-8", "replace") if isinstance(given, bytes) else given


def _dimensions(value: Any) -> tuple[int | None, ...]:
    shape = value.type.tensor_type.shape.dim
    return tuple(each.dim_value if each.dim_value > 0 else None for each in shape)


def _is_small(content: bytes, descriptor: Any) -> bool:
    """Whether it has few enough parts to make objects of: an empty one takes two bytes here and a hundred there."""
    stack, count = [(0, len(content), descriptor, 0)], 0
    while stack:
        at, end, message, depth = stack.pop()
        while at < end:
            count += 1
            key, at = _varint(content, at, end)
            wire, field = key & 7, message.fields_by_number.get(key >> 3)
            if wire == 2:
                size, at = _varint(content, at, end)
                if field is not None and field.message_type is not None:
                    stack.append((at, at + size, field.message_type, depth + 1))
                at += size
            elif wire == 0:
                _, at = _varint(content, at, end)
            else:
                at += {1: 8, 5: 4}.get(wire, len(content))
            if at > end or count > MOST_FIELDS or depth > MOST_DEPTH:
                return False
    return count > 0


def _varint(content: bytes, at: int, end: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= end:
            break
        byte = content[at]
        at, value = at + 1, value | (byte & 127) << shift
        if byte < 128:
            return value, at
    return 0, end + 1
