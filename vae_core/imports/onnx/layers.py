"""ONNX's operators that are layers, functions, or a net's arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from vae_core.imports.graph import algebra
from vae_core.imports.graph.algebra import Noise, Value
from vae_core.imports.graph.borders import same
from vae_core.imports.graph.signal import Array, Signal
from vae_core.imports.onnx.arrays import Operator, attribute, given, numbers
from vae_core.imports.onnx.file import Node
from vae_core.nets.fields import require
from vae_core.nets.layers import (
    AveragePooling,
    Border,
    Convolution,
    Function,
    MaxPooling,
    Pair,
    TransposedConvolution,
    Upsampling,
)

# How a resized picture's pixels are looked up, where that gives each pixel as a rectangle.
NEAREST = {
    ("asymmetric", "floor"),
    ("half_pixel", "round_prefer_floor"),
    ("half_pixel", "round_prefer_ceil"),
    ("pytorch_half_pixel", "round_prefer_floor"),
    ("tf_half_pixel_for_nn", "floor"),
}


def _signal(values: Sequence[Value | None], i: int = 0) -> Signal:
    value = values[i] if i < len(values) else None
    require(isinstance(value, Signal), "it is applied to something else than a layer's output")
    return value  # type: ignore[return-value]


def _weight(values: Sequence[Value | None], i: int, axes: int) -> Array:
    array = given(values, i)
    require(array is not None and array.ndim == axes and array.size > 0, f"its weights have not {axes} axes")
    return array  # type: ignore[return-value]


def _gemm(node: Node, values: Sequence[Value | None]) -> list[Value]:
    require(attribute(node, "transA", 0) == 0, "it turns what goes in around")
    weight, bias = _weight(values, 1, 2), given(values, 2)
    weight = weight if attribute(node, "transB", 0) else weight.T
    if bias is not None:
        bias = np.broadcast_to(bias, (1, len(weight)))[0] * attribute(node, "beta", 1.0)
    return [_signal(values).dense(weight * attribute(node, "alpha", 1.0), bias, node.name)]


def _matmul(node: Node, values: Sequence[Value | None]) -> list[Value]:
    return [_signal(values).dense(_weight(values, 1, 2).T, None, node.name)]


def _convolution(node: Node, values: Sequence[Value | None]) -> list[Value]:
    x, weight, bias = _signal(values), _weight(values, 1, 4), given(values, 2)
    kernel = _kernel(node, weight)
    stride, dilation = _pair(node, "strides"), _pair(node, "dilations")
    reach = [(kernel[axis] - 1) * dilation[axis] + 1 for axis in (0, 1)]
    made = Convolution(
        kernel=kernel,
        stride=stride,
        padding=_border(node, x.where.shape[-2:], reach, stride),
        channels=len(weight),
        dilation=dilation,
        groups=attribute(node, "group", 1),
    )
    return [x.convolution(made, weight, bias, node.name)]


def _transposed(node: Node, values: Sequence[Value | None]) -> list[Value]:
    x, weight, bias = _signal(values), _weight(values, 1, 4), given(values, 2)
    groups, more = attribute(node, "group", 1), numbers(node, (), "output_padding", 0) or [0, 0]
    require("output_shape" not in node.attributes, "it says how large its output is instead of its border")
    require(attribute(node, "auto_pad", "NOTSET") in ("NOTSET", "VALID"), "its border is not given in numbers")
    require(len(more) == 2, "its output_padding is not two numbers")
    made = TransposedConvolution(
        kernel=_kernel(node, weight),
        stride=_pair(node, "strides"),
        padding=_border(node, (0, 0), (0, 0), (1, 1)),
        channels=weight.shape[1] * groups,
        dilation=_pair(node, "dilations"),
        groups=groups,
        output_padding=(more[0], more[1]),
    )
    return [x.convolution(made, weight, bias, node.name)]


def _normalisation(node: Node, values: Sequence[Value | None]) -> list[Value]:
    x = _signal(values)
    require(attribute(node, "training_mode", 0) == 0 and attribute(node, "spatial", 1) == 1, "it is still in training")
    scale, shift, mean, variance = (_weight(values, i, 1).astype(np.float64) for i in (1, 2, 3, 4))
    spread = variance + attribute(node, "epsilon", 1e-5)
    require(bool((spread > 0).all()), "its variance is not positive")
    factor = scale / np.sqrt(spread)
    shape = (-1, *[1] * max(x.where.ndim - 2, 0))
    return [x.affine(factor.reshape(shape), (shift - mean * factor).reshape(shape), node.name)]


def _pooling(node: Node, values: Sequence[Value | None]) -> list[Value]:
    x, kind = _signal(values), MaxPooling if node.kind == "MaxPool" else AveragePooling
    kernel, stride = _pair(node, "kernel_shape"), _pair(node, "strides")
    sides = x.where.shape[-2:]
    border = _border(node, sides, kernel, stride)
    require(_pair(node, "dilations") == (1, 1), "its window has gaps")
    whole = [sides[axis] + sum(border[2 * axis : 2 * axis + 2]) - kernel[axis] for axis in (0, 1)]
    rounds_up = attribute(node, "ceil_mode", 0) and any(room % step for room, step in zip(whole, stride, strict=True))
    require(not rounds_up, "its last window goes beyond the border")
    counts = kind is MaxPooling or not any(border) or attribute(node, "count_include_pad", 0) == 1
    require(counts, "its means are of fewer pixels at the border")
    return [x.pictured(kind(kernel=kernel, stride=stride, padding=border), node.name)]


def _global_pooling(node: Node, values: Sequence[Value | None]) -> list[Value]:
    x = _signal(values)
    require(x.where.ndim == 4, "it takes a picture")
    kind = MaxPooling if node.kind == "GlobalMaxPool" else AveragePooling
    return [x.pictured(kind(kernel=(x.where.shape[2], x.where.shape[3])), node.name)]


def _resize(node: Node, values: Sequence[Value | None]) -> list[Value]:
    x, is_old = _signal(values), len(values) <= 2
    require(attribute(node, "mode", "nearest") == "nearest", "it interpolates; only nearest is known here")
    usual = ("asymmetric", "floor") if is_old else ("half_pixel", "round_prefer_floor")
    keys = ("coordinate_transformation_mode", "nearest_mode")
    way = tuple(attribute(node, key, each) for key, each in zip(keys, usual, strict=True))
    require(way in NEAREST, f"it looks pixels up by {' and '.join(way)}, which gives no rectangles")
    scales, sides = given(values, 1 if is_old else 2), given(values, 3)
    if scales is None and "scales" in node.attributes:
        scales = np.asarray(attribute(node, "scales", ()))
    if scales is None or scales.size == 0:
        require(sides is not None and sides.size == x.where.ndim, "it does not say by how much")
        scales = np.asarray(sides) / np.asarray(x.where.shape)
    require(scales.shape == (4,) and x.where.ndim == 4, "it enlarges something else than a picture")
    factor = [round(float(each)) for each in scales if 1 <= each <= 64]
    is_whole = len(factor) == 4 and bool(np.allclose(factor, scales)) and factor[:2] == [1, 1]
    require(is_whole, f"it enlarges by {scales.tolist()}; only whole factors of height and width are known here")
    return [x.pictured(Upsampling(factor=(factor[2], factor[3])), node.name)]


def _pad(node: Node, values: Sequence[Value | None]) -> list[Value]:
    x, value = _signal(values), given(values, 2)
    pads = numbers(node, values, "pads", 1) or numbers(node, (), "paddings", 0) or []
    axes = numbers(node, values, "axes", 3) or list(range(x.where.ndim))
    number = float(value.reshape(-1)[0]) if value is not None and value.size else attribute(node, "value", 0.0)
    require(attribute(node, "mode", "constant") == "constant" and number == 0, "it pads with something else than zeros")
    require(len(pads) == 2 * len(axes) and x.where.ndim >= 3, "it pads something else than a picture")
    border = dict.fromkeys(range(x.where.ndim), (0, 0))
    border.update({axis % x.where.ndim: (pads[i], pads[i + len(axes)]) for i, axis in enumerate(axes)})
    *others, rows, columns = (border[axis] for axis in range(x.where.ndim))
    require(all(each == (0, 0) for each in others), "it pads something else than a picture")
    return [x.pad((*rows, *columns))]


def _function(function: Function, slope: float = 1.0) -> Operator:
    def apply(node: Node, values: Sequence[Value | None]) -> list[Value]:
        found = attribute(node, "alpha", slope) if function in ("leaky_relu", "elu") else 1.0
        return [_signal(values).activation(function, node.name, found)]

    return apply


def _gelu(node: Node, values: Sequence[Value | None]) -> list[Value]:
    is_tanh = attribute(node, "approximate", "none") == "tanh"
    return [_signal(values).activation("gelu_tanh" if is_tanh else "gelu", node.name)]


def _prelu(node: Node, values: Sequence[Value | None]) -> list[Value]:
    slope = given(values, 1)
    require(slope is not None and slope.size > 0 and bool((slope == slope.flat[0]).all()), "each channel has its slope")
    return [_signal(values).activation("leaky_relu", node.name, float(slope.flat[0]))]  # type: ignore[union-attr]


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


def _noise(node: Node, values: Sequence[Value | None]) -> list[Value]:
    return [Noise()]


def _same(node: Node, values: Sequence[Value | None]) -> list[Value]:
    require(values[0] is not None, "it lacks an input")
    return [values[0]]  # type: ignore[list-item]


def _pair(node: Node, key: str) -> Pair:
    found = numbers(node, (), key, 0) or [1, 1]
    require(len(found) == 2, f"its {key} is not two numbers")
    return found[0], found[1]


def _kernel(node: Node, weight: Array) -> Pair:
    kernel = weight.shape[2], weight.shape[3]
    require(_pair(node, "kernel_shape") in (kernel, (1, 1)), "its kernel_shape is not that of its weights")
    return kernel


def _border(node: Node, sides: Sequence[int], reach: Sequence[int], stride: Pair) -> Border:
    way = attribute(node, "auto_pad", "NOTSET")
    require(way in ("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"), "its auto_pad is none of ONNX's")
    if way.startswith("SAME"):
        top, bottom, left, right = same(sides, reach, stride)
        return (top, bottom, left, right) if way == "SAME_UPPER" else (bottom, top, right, left)
    pads = (numbers(node, (), "pads", 0) if way == "NOTSET" else None) or [0, 0, 0, 0]
    require(len(pads) == 4, "its pads are not four numbers")
    return pads[0], pads[2], pads[1], pads[3]


LAYERS: dict[str, Operator] = {
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Conv": _convolution,
    "ConvTranspose": _transposed,
    "BatchNormalization": _normalisation,
    "MaxPool": _pooling,
    "AveragePool": _pooling,
    "GlobalAveragePool": _global_pooling,
    "GlobalMaxPool": _global_pooling,
    "Upsample": _resize,
    "Resize": _resize,
    "Pad": _pad,
    "Relu": _function("relu"),
    "LeakyRelu": _function("leaky_relu", 0.01),
    "Elu": _function("elu"),
    "Sigmoid": _function("sigmoid"),
    "Tanh": _function("tanh"),
    "Softplus": _function("softplus"),
    "Gelu": _gelu,
    "PRelu": _prelu,
    "Add": _add,
    "Sub": _subtract,
    "Mul": _multiply,
    "Div": _divide,
    "Mod": _remainder,
    "Neg": _negative,
    "Exp": _of_one(algebra.exponential),
    "Erf": _of_one(algebra.error_function),
    "Sqrt": _of_one(algebra.root_of, True),
    "RandomNormal": _noise,
    "RandomNormalLike": _noise,
    "Identity": _same,
    "Dropout": _same,
}
