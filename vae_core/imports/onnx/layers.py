"""ONNX's operators that are layers, functions, or a net's arithmetic."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from vae_core.imports.graph import algebra
from vae_core.imports.graph.algebra import Noise, Value
from vae_core.imports.graph.signal import SELU, Signal
from vae_core.imports.onnx.arrays import Operator, attribute, given, signal, weight_of
from vae_core.imports.onnx.file import Node
from vae_core.imports.onnx.windows import WINDOWS
from vae_core.nets.fields import require
from vae_core.nets.layers import (
    Function,
)


def _gemm(node: Node, values: Sequence[Value | None]) -> list[Value]:
    require(attribute(node, "transA", 0) == 0, "it turns what goes in around")
    weight, bias = weight_of(values, 1, 2), given(values, 2)
    weight = weight if attribute(node, "transB", 0) else weight.T
    if bias is not None:
        bias = np.broadcast_to(bias, (1, len(weight)))[0] * attribute(node, "beta", 1.0)
    return [signal(values).dense(weight * attribute(node, "alpha", 1.0), bias, node.name)]


def _matmul(node: Node, values: Sequence[Value | None]) -> list[Value]:
    return [signal(values).dense(weight_of(values, 1, 2).T, None, node.name)]


def _normalisation(node: Node, values: Sequence[Value | None]) -> list[Value]:
    x = signal(values)
    require(attribute(node, "training_mode", 0) == 0 and attribute(node, "spatial", 1) == 1, "it is still in training")
    scale, shift, mean, variance = (weight_of(values, i, 1).astype(np.float64) for i in (1, 2, 3, 4))
    spread = variance + attribute(node, "epsilon", 1e-5)
    require(bool((spread > 0).all()), "its variance is not positive")
    factor = scale / np.sqrt(spread)
    shape = (-1, *[1] * max(x.where.ndim - 2, 0))
    return [x.affine(factor.reshape(shape), (shift - mean * factor).reshape(shape), node.name)]


def _function(function: Function, slope: float = 1.0) -> Operator:
    def apply(node: Node, values: Sequence[Value | None]) -> list[Value]:
        found = attribute(node, "alpha", slope) if function in ("leaky_relu", "elu") else 1.0
        return [signal(values).activation(function, node.name, found)]

    return apply


def _selu(node: Node, values: Sequence[Value | None]) -> list[Value]:
    alpha, gamma = (attribute(node, key, usual) for key, usual in zip(("alpha", "gamma"), SELU, strict=True))
    return [signal(values).selu(node.name, alpha, gamma)]


def _gelu(node: Node, values: Sequence[Value | None]) -> list[Value]:
    is_tanh = attribute(node, "approximate", "none") == "tanh"
    return [signal(values).activation("gelu_tanh" if is_tanh else "gelu", node.name)]


def _prelu(node: Node, values: Sequence[Value | None]) -> list[Value]:
    slope = given(values, 1)
    require(slope is not None and slope.size > 0 and bool((slope == slope.flat[0]).all()), "each channel has its slope")
    return [signal(values).activation("leaky_relu", node.name, float(slope.flat[0]))]  # type: ignore[union-attr]


def _aligned(node: Node, values: Sequence[Value | None]) -> tuple[Value, Value]:
    """Both inputs; before version 7, the second may say along which axis of the first it lies."""
    a, b = values[0], values[1]
    require(a is not None and b is not None, "it lacks an input")
    axis = node.attributes.get("axis")
    if isinstance(axis, int) and isinstance(b, np.ndarray) and isinstance(a, Signal):
        b = b.reshape(*b.shape, *[1] * (a.where.ndim - axis % a.where.ndim - b.ndim))
    return a, b  # type: ignore[return-value]


def _add(node: Node, values: Sequence[Value | None]) -> list[Value]:
    return [algebra.add(*_aligned(node, values), node.name)]


def _subtract(node: Node, values: Sequence[Value | None]) -> list[Value]:
    a, b = _aligned(node, values)
    return [algebra.add(a, algebra.negative(b, node.name), node.name)]


def _multiply(node: Node, values: Sequence[Value | None]) -> list[Value]:
    return [algebra.multiply(*_aligned(node, values), node.name)]


def _divide(node: Node, values: Sequence[Value | None]) -> list[Value]:
    a, b = _aligned(node, values)
    require(isinstance(b, np.ndarray) and bool((b != 0).all()), "it divides by something else than a constant")
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.dtype.kind == b.dtype.kind == "i":
        algebra.bounded(a, b)
        return [a // b]
    return [algebra.multiply(a, np.asarray(1 / np.asarray(b, np.float64)), node.name)]


def _remainder(node: Node, values: Sequence[Value | None]) -> list[Value]:
    a, b = given(values, 0), given(values, 1)
    require(a is not None and b is not None and bool((b != 0).all()), "it divides by zero")
    assert a is not None
    assert b is not None
    algebra.bounded(a, b)
    return [np.asarray(a % b)]


def _negative(node: Node, values: Sequence[Value | None]) -> list[Value]:
    require(values[0] is not None, "it lacks an input")
    return [algebra.negative(values[0], node.name)]  # type: ignore[arg-type]


def _of_one(compute: Callable[..., Value], *more: Any) -> Operator:
    def apply(node: Node, values: Sequence[Value | None]) -> list[Value]:
        return [compute(values[0], *([node.name] if more else []))]

    return apply


def _clip(node: Node, values: Sequence[Value | None]) -> list[Value]:
    bounds = []
    for i, (key, usual) in enumerate((("min", -math.inf), ("max", math.inf)), start=1):
        bound = given(values, i)
        bounds.append(float(bound.reshape(-1)[0]) if bound is not None and bound.size else attribute(node, key, usual))
    require(values[0] is not None, "it lacks an input")
    return [algebra.clipped(values[0], bounds[0], bounds[1], node.name)]  # type: ignore[arg-type]


def _noise(node: Node, values: Sequence[Value | None]) -> list[Value]:
    return [Noise()]


def _same(node: Node, values: Sequence[Value | None]) -> list[Value]:
    require(values[0] is not None, "it lacks an input")
    return [values[0]]  # type: ignore[list-item]


LAYERS: dict[str, Operator] = {
    **WINDOWS,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "BatchNormalization": _normalisation,
    "Relu": _function("relu"),
    "LeakyRelu": _function("leaky_relu", 0.01),
    "Elu": _function("elu"),
    "Sigmoid": _function("sigmoid"),
    "Tanh": _function("tanh"),
    "Softplus": _function("softplus"),
    "Selu": _selu,
    "Gelu": _gelu,
    "PRelu": _prelu,
    "Add": _add,
    "Sub": _subtract,
    "Mul": _multiply,
    "Div": _divide,
    "Mod": _remainder,
    "Neg": _negative,
    "Clip": _clip,
    "Exp": _of_one(algebra.exponential),
    "Erf": _of_one(algebra.error_function),
    "Sqrt": _of_one(algebra.root_of, True),
    "RandomNormal": _noise,
    "RandomNormalLike": _noise,
    "Identity": _same,
    "Dropout": _same,
}
