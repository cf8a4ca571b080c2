"""Nets in ONNX: one whole net in a file, or its encoder and its decoder in two."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vae_core.config import CHANNELS, SIDES
from vae_core.errors import ConfigError
from vae_core.imports.content import content
from vae_core.imports.graph.algebra import Unknown, Value
from vae_core.imports.graph.budget import Budget
from vae_core.imports.graph.classes import ClassNumber, inputs
from vae_core.imports.graph.parts import found_net, joined
from vae_core.imports.graph.signal import Root, Signal, start
from vae_core.imports.net import FoundNet, NetFileError
from vae_core.imports.onnx import file
from vae_core.imports.onnx.arrays import ARRANGEMENTS
from vae_core.imports.onnx.beside import Beside
from vae_core.imports.onnx.file import Graph, Node
from vae_core.imports.onnx.layers import LAYERS
from vae_core.nets.fields import require

OPERATORS = {**ARRANGEMENTS, **LAYERS}
# In the names of operators on whole numbers in place of others.
QUANTISED = ("QLinear", "Quantize", "ConvInteger", "MatMulInteger", "MatMulNBits")
# Most weights lie in them as they are.
MOST_BYTES = 300_000_000
# Of files beside a net's own: PyTorch's and Optimum's.
WEIGHTS = (".onnx.data", ".onnx_data")
# What NumPy says of shapes that do not fit.
UNFIT = (ValueError, IndexError, TypeError, OverflowError, ZeroDivisionError)


def read(paths: Sequence[Path]) -> FoundNet:
    """The net in one file, or in two that hold its encoder and its decoder; files of their weights may lie beside.

    Raises:
        NetFileError: a file cannot be read, or holds no net that can be taken; the sentence names the operator. Or
            the package `onnx` is not installed.
    """
    beside = [path for path in paths if path.name.lower().endswith(WEIGHTS)]
    nets = [path for path in paths if path not in beside]
    if not nets:
        raise NetFileError(paths[0], "it holds weights of a net whose own file, which ends in .onnx, must come along")
    return joined(nets, [_read(path, beside) for path in nets])


def _read(path: Path, beside: Sequence[Path]) -> FoundNet:
    graph = file.read(path, content(path, MOST_BYTES), Beside(beside, MOST_BYTES))
    try:
        return found_net(_outputs(graph))
    except ConfigError as error:
        raise NetFileError(path, str(error)) from error


def _outputs(graph: Graph) -> list[Value]:
    values: dict[str, Value] = {**graph.constants, **dict(_inputs(graph))}
    budget = Budget()
    for node in graph.nodes:
        found = _carried_out(node, values)
        for value in found:
            budget.spend(value)
        values.update(zip(node.outputs, found, strict=False))
        for name in node.outputs[len(found) :]:
            values[name] = Unknown(f"operator {node.name!r}, {node.kind}: it has one output more than is known here")
    return [values.get(name, Unknown(f"its output {name[:60]!r} is of no operator")) for name in graph.outputs]


def _carried_out(node: Node, values: dict[str, Value]) -> list[Value]:
    taken = [values.get(name, Unknown(f"{name[:60]!r} is of no operator")) if name else None for name in node.inputs]
    unknown = next((each for each in taken if isinstance(each, Unknown)), None)
    if unknown:
        return [unknown] * len(node.outputs)
    try:
        is_quantised = any(word in node.kind for word in QUANTISED)
        require(not is_quantised, "its numbers are quantised; export the net with numbers in floating point")
        require(node.kind in OPERATORS, "there is no such operator here")
        # What is no finite number is found when it becomes a weight.
        with np.errstate(all="ignore"):
            return OPERATORS[node.kind](node, taken)
    except ConfigError as error:
        problem = str(error)
    except UNFIT:
        problem = "what it gets does not fit it"
    return [Unknown(f"operator {node.name!r}, {node.kind}: {problem}")] * len(node.outputs)


def _inputs(graph: Graph) -> list[tuple[str, Signal | ClassNumber]]:
    classes = {
        name: ClassNumber(name, np.zeros([1] * len(sides), np.int32))
        for name, sides in graph.inputs
        if name in graph.whole and all(side in (None, 1) for side in sides[1:])
    }
    others = [(name, sides) for name, sides in graph.inputs if name not in classes]
    require(bool(others), "it has no input")
    signals = inputs([_start(name, sides) for name, sides in others])
    return [*classes.items(), *zip(dict(others), signals, strict=True)]


def _start(name: str, sides: tuple[int | None, ...]) -> Signal:
    """A picture or a row, with its batch where the first side is one."""
    shown = f"its input {name[:60]!r} is {' x '.join(str(each or '?') for each in sides) or 'a number'}"
    low, _ = SIDES
    is_square = len(sides) == 2 and sides[0] == sides[1] and (sides[0] or 0) >= low
    has_batch = (len(sides) in (2, 4) and not is_square) or (len(sides) == 3 and sides[0] not in CHANNELS)
    inner = [each or 0 for each in sides[has_batch:]]
    numbers = math.prod(inner)
    require(1 <= len(inner) <= 3 and 0 < numbers < 1 << 22, f"{shown}; it must be a row or a picture of a fixed size")
    if len(inner) == 1:
        return start(Root(name, (inner[0],)), has_batch)
    if len(inner) == 3 and inner[0] not in CHANNELS and inner[2] in CHANNELS:
        signal = start(Root(name, (inner[2], inner[0], inner[1])))
        signal = signal.view(np.moveaxis(signal.where, 0, -1))
    else:
        signal = start(Root(name, (1, *inner)[-3:]))
    return signal.view(signal.where.reshape(*[1] * has_batch, *inner))
