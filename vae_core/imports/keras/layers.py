"""Keras's layers as ours.

Keras has channels last and TensorFlow's borders: "same" puts the odd row or column at the bottom or the right.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from vae_core.imports.graph.borders import same, transposed
from vae_core.imports.graph.signal import SELU, Array, Signal
from vae_core.imports.keras.class_layers import CLASS_LAYERS
from vae_core.imports.keras.settings import KerasLayer
from vae_core.nets.fields import require
from vae_core.nets.layers import (
    AveragePooling,
    Border,
    Convolution,
    Function,
    Layer,
    MaxPooling,
    Pair,
    TransposedConvolution,
    Upsampling,
)

# They do nothing once a net is trained.
PASSED_OVER = (
    *("Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization"),
    *("InputLayer", "Identity"),
)
FUNCTIONS: dict[str, Function] = {
    **{"relu": "relu", "elu": "elu", "tanh": "tanh", "sigmoid": "sigmoid", "softplus": "softplus", "gelu": "gelu"},
    **{"linear": "identity", "silu": "silu", "swish": "silu", "leaky_relu": "leaky_relu"},
}
# What Keras takes where nothing is said, of the function of that name.
LEAKY_FUNCTION = 0.2


def is_known(kind: str) -> bool:
    return kind in _LAYERS or kind in PASSED_OVER


def apply(layer: KerasLayer, x: Signal) -> Signal:
    """What the layer makes of it.

    Raises:
        ConfigError: a net here has no such layer, or it has other settings or weights than it can have.
    """
    if layer.kind in PASSED_OVER:
        return x
    require(layer.kind in _LAYERS, "there is no such layer here")
    out = _LAYERS[layer.kind](layer, x)
    return out if layer.kind in _FUNCTION_LAYERS else _function(layer, out, layer.config.get("activation"))


def _function(layer: KerasLayer, x: Signal, given: Any) -> Signal:
    """The function that a layer ends in: a name, or an object that holds one."""
    if isinstance(given, dict) and given.get("class_name") in _FUNCTION_LAYERS:
        config = given.get("config")
        return apply(KerasLayer(given["class_name"], layer.name, config if isinstance(config, dict) else {}, ()), x)
    if isinstance(given, dict):
        given = given.get("config")
        given = given.get("name") if isinstance(given, dict) else given
    if given is None:
        return x
    if given == "selu":
        return x.selu(layer.name, *SELU)
    require(isinstance(given, str) and given in FUNCTIONS, f"there is no function {ascii(given)[:60]} here")
    function = FUNCTIONS[given]
    return x.activation(function, layer.name, LEAKY_FUNCTION if function == "leaky_relu" else 1.0)


def _dense(layer: KerasLayer, x: Signal) -> Signal:
    kernel, bias = layer.kernel_and_bias(2)
    return x.dense(kernel.T, bias, layer.name)


def _convolution(layer: KerasLayer, x: Signal) -> Signal:
    kernel, bias = layer.kernel_and_bias(4)
    groups = layer.integer("groups", 1)
    return _convolved(layer, x, kernel.transpose(3, 2, 0, 1), bias, groups)


def _depthwise(layer: KerasLayer, x: Signal) -> Signal:
    kernel, bias = layer.kernel_and_bias(4)
    return _convolved(layer, x, _by_depth(kernel), bias, kernel.shape[2])


def _separable(layer: KerasLayer, x: Signal) -> Signal:
    require(len(layer.weights) in (2, 3) and all(each.ndim == 4 for each in layer.weights[:2]), "it lacks weights")
    by_depth, by_point, *biases = layer.weights
    between = _convolved(layer, x, _by_depth(by_depth), None, by_depth.shape[2])
    point = by_point.transpose(3, 2, 0, 1)
    made, bias = Convolution(kernel=(1, 1), channels=len(point)), biases[0] if biases else None
    return _on_picture(layer, between, lambda picture: picture.convolution(made, point, bias, layer.name))


def _on_picture(layer: KerasLayer, x: Signal, change: Callable[[Signal], Signal]) -> Signal:
    """Channels first and back."""
    require(x.where.ndim == 3, f"it takes a picture and gets {list(x.where.shape)}")
    if layer.config.get("data_format") == "channels_first":
        return change(x)
    out = change(replace(x, where=np.moveaxis(x.where, -1, 0)))
    return replace(out, where=np.moveaxis(out.where, 0, -1))


def _by_depth(kernel: Array) -> Array:
    height, width, channels, times = kernel.shape
    return kernel.transpose(2, 3, 0, 1).reshape(channels * times, 1, height, width)


def _convolved(layer: KerasLayer, x: Signal, weight: Array, bias: Array | None, groups: int) -> Signal:
    kernel, stride, dilation = _window(weight), layer.pair("strides", 1), layer.pair("dilation_rate", 1)
    is_same = layer.is_same

    def convolve(picture: Signal) -> Signal:
        reach = [(kernel[axis] - 1) * dilation[axis] + 1 for axis in (0, 1)]
        inside = picture.where.shape[-2:]
        # What waits around the picture is a part of it to Keras.
        sides = [inside[axis] + sum(picture.border[2 * axis : 2 * axis + 2]) for axis in (0, 1)]
        border = same(sides, reach, stride) if is_same else (0, 0, 0, 0)
        made = Convolution(
            kernel=kernel, stride=stride, padding=border, channels=len(weight), dilation=dilation, groups=groups
        )
        return picture.convolution(made, weight, bias, layer.name)

    return _on_picture(layer, x, convolve)


def _window(weight: Array) -> Pair:
    return weight.shape[2], weight.shape[3]


def _transposed(layer: KerasLayer, x: Signal) -> Signal:
    kernel, bias = layer.kernel_and_bias(4)
    weight = kernel.transpose(3, 2, 0, 1)
    window, stride, dilation = _window(weight), layer.pair("strides", 1), layer.pair("dilation_rate", 1)
    require(layer.integer("groups", 1) == 1, "it has groups, which Keras itself does not")
    require(min(stride) >= 1, "its stride is 0")
    more = None if layer.config.get("output_padding") is None else layer.pair("output_padding", 0)
    is_same = layer.is_same

    def convolve(picture: Signal) -> Signal:
        reach = [(window[axis] - 1) * dilation[axis] + 1 for axis in (0, 1)]
        border, added = transposed(picture.where.shape[-2:], reach, stride, is_same, more)
        made = TransposedConvolution(
            kernel=window,
            stride=stride,
            padding=border,
            channels=weight.shape[1],
            dilation=dilation,
            output_padding=added,
        )
        return picture.convolution(made, weight, bias, layer.name)

    return _on_picture(layer, x, convolve)


def _normalisation(layer: KerasLayer, x: Signal) -> Signal:
    config = layer.config
    axis = config.get("axis", -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    is_first = axis == 1 and x.where.ndim == 3
    require(is_first or axis in (-1, x.where.ndim), "it normalises along neither the first axis nor the last")
    has_scale, has_shift = (config.get(key, True) is True for key in ("scale", "center"))
    count = 2 + has_scale + has_shift
    require(len(layer.weights) == count, f"it has {len(layer.weights)} arrays of weights and needs {count}")
    *factors, mean, variance = (each.astype(np.float64) for each in layer.weights)
    gamma = factors.pop(0) if has_scale else np.ones_like(mean)
    beta = factors.pop(0) if has_shift else np.zeros_like(mean)
    shapes = {each.shape for each in (gamma, beta, mean, variance)}
    require(shapes == {x.where.shape[:1] if is_first else x.where.shape[-1:]}, "its weights do not fit what it gets")
    spread = variance + layer.number("epsilon", 1e-3)
    require(bool((spread > 0).all()), "its variance is not positive")
    scale = gamma / np.sqrt(spread)
    shift, shape = beta - mean * scale, (-1, *[1] * (x.where.ndim - 1 if is_first else 0))
    return x.affine(scale.reshape(shape), shift.reshape(shape), layer.name)


def _rescaling(layer: KerasLayer, x: Signal) -> Signal:
    return x.affine(layer.number("scale", 1.0), layer.number("offset", 0.0), layer.name)


def _pooling(layer: KerasLayer, x: Signal) -> Signal:
    window = layer.pair("pool_size", 2)
    stride = window if layer.config.get("strides") is None else layer.pair("strides", 2)
    kind = MaxPooling if layer.kind == "MaxPooling2D" else AveragePooling

    def pool(picture: Signal) -> Signal:
        sides = picture.where.shape[-2:]
        border = same(sides, window, stride) if layer.is_same else (0, 0, 0, 0)
        require(kind is MaxPooling or not any(border), "its means are of fewer pixels at the border")
        return picture.pictured(kind(kernel=window, stride=stride, padding=border), layer.name)

    return _on_picture(layer, x, pool)


def _global_pooling(layer: KerasLayer, x: Signal) -> Signal:
    kind = MaxPooling if "Max" in layer.kind else AveragePooling

    def pool(picture: Signal) -> Signal:
        height, width = picture.where.shape[-2:]
        return picture.pictured(kind(kernel=(height, width)), layer.name)

    out = _on_picture(layer, x, pool)
    return out if layer.config.get("keepdims") is True else out.view(out.where.reshape(-1))


def _upsampling(layer: KerasLayer, x: Signal) -> Signal:
    how = layer.config.get("interpolation", "nearest")
    require(how == "nearest", f"it interpolates in the way {ascii(how)[:60]}; only nearest is known here")
    made: Layer = Upsampling(factor=layer.pair("size", 2))
    return _on_picture(layer, x, lambda picture: picture.pictured(made, layer.name))


def _zeros(layer: KerasLayer, x: Signal) -> Signal:
    border = _four(layer, "padding", 1)
    return _on_picture(layer, x, lambda picture: picture.pad(border))


def _cropping(layer: KerasLayer, x: Signal) -> Signal:
    top, bottom, left, right = _four(layer, "cropping", 0)

    def crop(picture: Signal) -> Signal:
        height, width = picture.where.shape[-2:]
        return picture.view(picture.where[:, top : height - bottom, left : width - right])

    return _on_picture(layer, x, crop)


def _four(layer: KerasLayer, key: str, usual: int) -> Border:
    """Top, bottom, left and right, of one number, of two, or of two pairs."""
    given = layer.config.get(key, usual)
    rows, columns = given if isinstance(given, list) and len(given) == 2 else (given, given)
    border = [
        each
        for side in (rows, columns)
        for each in (side if isinstance(side, list) and len(side) == 2 else (side, side))
    ]
    require(all(type(each) is int and 0 <= each <= 64 for each in border), f"its {key} is no four numbers of 0 to 64")
    return border[0], border[1], border[2], border[3]


def _flat(layer: KerasLayer, x: Signal) -> Signal:
    where = np.moveaxis(x.where, 0, -1) if layer.config.get("data_format") == "channels_first" else x.where
    return x.view(where.reshape(-1))


def _reshaped(layer: KerasLayer, x: Signal) -> Signal:
    shape = layer.config.get("target_shape")
    sides = [each for each in shape if type(each) is int and each > 0] if isinstance(shape, list) else []
    is_open = isinstance(shape, list) and shape.count(-1) == 1 and len(sides) == len(shape) - 1
    fits = x.where.size % math.prod(sides) == 0 if is_open else sides == shape and math.prod(sides) == x.where.size
    require(fits and len(sides) <= 4, f"{list(x.where.shape)} has not the numbers of {ascii(shape)[:60]}")
    return x.view(x.where.reshape(shape))


def _permuted(layer: KerasLayer, x: Signal) -> Signal:
    order = layer.config.get("dims")
    axes = [each - 1 for each in order if type(each) is int] if isinstance(order, list) else []
    require(sorted(axes) == list(range(x.where.ndim)), f"its dims are {ascii(order)[:60]}")
    return x.view(x.where.transpose(axes))


def _activation(layer: KerasLayer, x: Signal) -> Signal:
    return _function(layer, x, layer.config.get("activation"))


def _relu(layer: KerasLayer, x: Signal) -> Signal:
    bounded = layer.config.get("max_value") is not None or layer.number("threshold", 0.0) != 0
    require(not bounded, "it has a threshold or a largest value")
    slope = layer.number("negative_slope", 0.0)
    return x.activation("leaky_relu", layer.name, slope) if slope else x.activation("relu", layer.name)


def _leaky(layer: KerasLayer, x: Signal) -> Signal:
    key = "negative_slope" if "negative_slope" in layer.config else "alpha"
    return x.activation("leaky_relu", layer.name, layer.number(key, 0.3))


def _elu(layer: KerasLayer, x: Signal) -> Signal:
    return x.activation("elu", layer.name, layer.number("alpha", 1.0))


def _parametric(layer: KerasLayer, x: Signal) -> Signal:
    """A leaky ReLU whose slope was learnt: one for all numbers, as a net here has it."""
    slopes = layer.weights[0].reshape(-1) if len(layer.weights) == 1 else np.zeros(0)
    require(slopes.size > 0 and bool((slopes == slopes[0]).all()), "it has a slope for each of its numbers")
    return x.activation("leaky_relu", layer.name, float(slopes[0]))


_FUNCTION_LAYERS: dict[str, Callable[[KerasLayer, Signal], Signal]] = {
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": _leaky,
    "ELU": _elu,
}
_LAYERS: dict[str, Callable[[KerasLayer, Signal], Signal]] = {
    **_FUNCTION_LAYERS,
    "Dense": _dense,
    "Conv2D": _convolution,
    "DepthwiseConv2D": _depthwise,
    "SeparableConv2D": _separable,
    "Conv2DTranspose": _transposed,
    "BatchNormalization": _normalisation,
    "Rescaling": _rescaling,
    "MaxPooling2D": _pooling,
    "AveragePooling2D": _pooling,
    "GlobalAveragePooling2D": _global_pooling,
    "GlobalMaxPooling2D": _global_pooling,
    "UpSampling2D": _upsampling,
    "ZeroPadding2D": _zeros,
    "Cropping2D": _cropping,
    "PReLU": _parametric,
    "Flatten": _flat,
    "Reshape": _reshaped,
    "Permute": _permuted,
    **CLASS_LAYERS,
}
