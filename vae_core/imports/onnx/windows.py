"""ONNX's operators that move a window over a picture, and those that change its sides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vae_core.imports.graph.algebra import Value
from vae_core.imports.graph.borders import same
from vae_core.imports.graph.signal import Array, Signal
from vae_core.imports.onnx.arrays import Operator, attribute, given, numbers, signal, weight_of
from vae_core.imports.onnx.file import Node
from vae_core.nets.fields import require
from vae_core.nets.layers import (
    AveragePooling,
    Border,
    Convolution,
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


def _convolution(node: Node, values: Sequence[Value | None]) -> list[Value]:
    x, weight, bias = signal(values), weight_of(values, 1, 4), given(values, 2)
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
    x, weight, bias = signal(values), weight_of(values, 1, 4), given(values, 2)
    groups, more = attribute(node, "group", 1), numbers(node, (), "output_padding", 0) or [0, 0]
    require(len(more) == 2, "its output_padding is not two numbers")
    kernel, stride, dilation = _kernel(node, weight), _pair(node, "strides"), _pair(node, "dilations")
    whole = [(x.where.shape[axis - 2] - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1 for axis in (0, 1)]
    border, added = _left_out(node, x.where.shape[-2:], whole, more)
    made = TransposedConvolution(
        kernel=kernel,
        stride=stride,
        padding=border,
        channels=weight.shape[1] * groups,
        dilation=dilation,
        groups=groups,
        output_padding=added,
    )
    return [x.convolution(made, weight, bias, node.name)]


def _left_out(node: Node, sides: Sequence[int], whole: Sequence[int], more: Sequence[int]) -> tuple[Border, Pair]:
    """What a transposed convolution leaves out of the whole that it makes, and adds to it, also where only the size
    that comes out is given."""
    way, given_sides = attribute(node, "auto_pad", "NOTSET"), numbers(node, (), "output_shape", 0)
    if given_sides is None and not way.startswith("SAME"):
        return _border(node, (0, 0), (0, 0), (1, 1)), (more[0], more[1])
    stride = _pair(node, "strides")
    wanted = (given_sides or [side * step for side, step in zip(sides, stride, strict=True)])[-2:]
    border: list[int] = []
    added: list[int] = []
    for axis in (0, 1):
        extra = whole[axis] + more[axis] - wanted[axis]
        half = max(extra, 0) // 2
        both = (half, max(extra, 0) - half)
        border += both if way == "SAME_UPPER" else both[::-1]
        added.append(more[axis] + max(-extra, 0))
    return (border[0], border[1], border[2], border[3]), (added[0], added[1])


def _pooling(node: Node, values: Sequence[Value | None]) -> list[Value]:
    x, kind = signal(values), MaxPooling if node.kind == "MaxPool" else AveragePooling
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
    x = signal(values)
    require(x.where.ndim == 4, "it takes a picture")
    kind = MaxPooling if node.kind == "GlobalMaxPool" else AveragePooling
    return [x.pictured(kind(kernel=(x.where.shape[2], x.where.shape[3])), node.name)]


def _reduced(node: Node, values: Sequence[Value | None]) -> list[Value]:
    """The mean or the largest of all pixels of a channel, wherever the channels lie."""
    x = signal(values)
    axes = [axis % max(x.where.ndim, 1) for axis in numbers(node, values, "axes", 1) or []]
    others = [axis for axis in range(x.where.ndim) if axis not in axes]
    require(len(set(axes)) == 2 and len(others) == 2, "it takes in something else than the pixels of a channel")
    kind = AveragePooling if node.kind == "ReduceMean" else MaxPooling
    picture = x.view(x.where.transpose(*others, *axes))
    out = picture.pictured(kind(kernel=(picture.where.shape[2], picture.where.shape[3])), node.name)
    where = out.where.reshape(out.where.shape[:2])
    return [out.view(np.expand_dims(where, tuple(axes)) if attribute(node, "keepdims", 1) else where)]


def _resize(node: Node, values: Sequence[Value | None]) -> list[Value]:
    x, is_old = signal(values), len(values) <= 2
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
    x, value = signal(values), given(values, 2)
    pads = numbers(node, values, "pads", 1) or numbers(node, (), "paddings", 0) or []
    axes = numbers(node, values, "axes", 3) or list(range(x.where.ndim))
    number = float(value.reshape(-1)[0]) if value is not None and value.size else attribute(node, "value", 0.0)
    require(attribute(node, "mode", "constant") == "constant" and number == 0, "it pads with something else than zeros")
    require(len(pads) == 2 * len(axes) and x.where.ndim >= 3, "it pads something else than a picture")
    border = dict.fromkeys(range(x.where.ndim), (0, 0))
    border.update({axis % x.where.ndim: (pads[i], pads[i + len(axes)]) for i, axis in enumerate(axes)})
    *others, rows, columns = (border[axis] for axis in range(x.where.ndim))
    require(all(each == (0, 0) for each in others), "it pads something else than a picture")
    return [_cropped(x, *rows, *columns)]


def _cropped(x: Signal, *border: int) -> Signal:
    """With zeros around it, or without its own border where a number is negative."""
    top, bottom, left, right = (max(-each, 0) for each in border)
    height, width = x.where.shape[-2:]
    inside = x.view(x.where[..., top : height - bottom, left : width - right]) if min(border) < 0 else x
    top, bottom, left, right = (max(each, 0) for each in border)
    return inside.pad((top, bottom, left, right))


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


WINDOWS: dict[str, Operator] = {
    "Conv": _convolution,
    "ConvTranspose": _transposed,
    "MaxPool": _pooling,
    "AveragePool": _pooling,
    "GlobalAveragePool": _global_pooling,
    "GlobalMaxPool": _global_pooling,
    "ReduceMean": _reduced,
    "ReduceMax": _reduced,
    "Upsample": _resize,
    "Resize": _resize,
    "Pad": _pad,
}
