"""Keras files in the documented layouts, and what Keras computes with them: by the formulas, channels last."""

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from scipy.special import erf, expit

from vae_core.imports.keras.weights import snake_case

Array = np.ndarray
FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "tanh": np.tanh,
    "sigmoid": expit,
    "softplus": lambda x: np.logaddexp(x, 0),
    "silu": lambda x: x * expit(x),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0))),
    "gelu": lambda x: x * (1 + erf(x / np.sqrt(2))) / 2,
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
}


@dataclass
class Written:
    """A layer of a net under test.

    Attributes:
        kind: its class.
        config: its settings.
        compute: what it makes of a batch, channels last.
        weights: in Keras's order.
        inbound: names of the layers it takes; the one before, else.
    """

    kind: str
    config: dict[str, Any]
    compute: Callable[..., Array]
    weights: list[Array] = field(default_factory=list)
    inbound: list[str] | None = None
    name: str = ""


def dense(
    rng: np.random.Generator, inputs: int, units: int, function: str = "linear", use_bias: bool = True
) -> Written:
    kernel, bias = rng.normal(size=(inputs, units)) / np.sqrt(inputs), rng.normal(size=units) * use_bias
    config = {"units": units, "activation": function, "use_bias": use_bias}
    weights = [kernel, bias] if use_bias else [kernel]
    return Written("Dense", config, lambda x: FUNCTIONS[function](x @ kernel + bias), weights)


def _before(side: int, window: int, stride: int) -> tuple[int, int]:
    """TensorFlow's "same": rows before, and of what comes out."""
    out = -(-side // stride)
    return max((out - 1) * stride + window - side, 0) // 2, out


def _at(x: Array, rows: int, columns: int) -> Array:
    inside = 0 <= rows < x.shape[1] and 0 <= columns < x.shape[2]
    return x[:, rows, columns] if inside else np.zeros_like(x[:, 0, 0])


def convolution(rng: np.random.Generator, inputs: int, filters: int, kernel: int, **config: Any) -> Written:
    """y[i, j] = sum over a, b of x[i s + a d - before, j s + b d - before] K[a, b]."""
    stride, dilation, groups = (config.get(key, 1) for key in ("strides", "dilation_rate", "groups"))
    weight = rng.normal(size=(kernel, kernel, inputs // groups, filters)) / kernel
    bias = rng.normal(size=filters)
    function = config.get("activation", "linear")

    def compute(x: Array) -> Array:
        window = (kernel - 1) * dilation + 1
        sides = [
            _before(side, window, stride) if config.get("padding") == "same" else (0, (side - window) // stride + 1)
            for side in x.shape[1:3]
        ]
        (top, height), (left, width) = sides
        y = np.zeros((len(x), height, width, filters)) + bias
        ins, outs = inputs // groups, filters // groups
        for i, j, a, b, g in np.ndindex(height, width, kernel, kernel, groups):
            seen = _at(x, i * stride + a * dilation - top, j * stride + b * dilation - left)
            y[:, i, j, g * outs : (g + 1) * outs] += (
                seen[:, g * ins : (g + 1) * ins] @ weight[a, b][:, g * outs : (g + 1) * outs]
            )
        return FUNCTIONS[function](y)

    full = {"filters": filters, "kernel_size": [kernel, kernel], "use_bias": True, **config}
    return Written("Conv2D", full, compute, [weight, bias])


def transposed(rng: np.random.Generator, inputs: int, filters: int, kernel: int, **config: Any) -> Written:
    """The gradient of the convolution that makes what comes in of what comes out."""
    stride = config.get("strides", 1)
    weight, bias = rng.normal(size=(kernel, kernel, filters, inputs)) / kernel, rng.normal(size=filters)
    function = config.get("activation", "linear")

    def compute(x: Array) -> Array:
        sides = []
        for side in x.shape[1:3]:
            if config.get("padding") == "same":
                out = side * stride
                sides.append((_before(out, kernel, stride)[0], out))
            else:
                sides.append((0, side * stride + max(kernel - stride, 0)))
        (top, height), (left, width) = sides
        y = np.zeros((len(x), height, width, filters))
        for i, j, a, b in np.ndindex(*x.shape[1:3], kernel, kernel):
            row, column = i * stride + a - top, j * stride + b - left
            if 0 <= row < height and 0 <= column < width:
                y[:, row, column] += x[:, i, j] @ weight[a, b].T
        return FUNCTIONS[function](y + bias)

    full = {"filters": filters, "kernel_size": [kernel, kernel], "use_bias": True, **config}
    return Written("Conv2DTranspose", full, compute, [weight, bias])


def pooling(kind: str, window: int, stride: int | None, padding: str = "valid") -> Written:
    step = stride or window

    def compute(x: Array) -> Array:
        (top, height), (left, width) = (
            _before(side, window, step) if padding == "same" else (0, (side - window) // step + 1)
            for side in x.shape[1:3]
        )
        y = np.empty((len(x), height, width, x.shape[3]))
        for i, j in np.ndindex(height, width):
            rows, columns = (max(at, 0) for at in (i * step - top, j * step - left))
            part = x[:, rows : i * step - top + window, columns : j * step - left + window]
            y[:, i, j] = part.max((1, 2)) if kind == "MaxPooling2D" else part.mean((1, 2))
        return y

    config = {
        "pool_size": [window, window],
        "strides": None if stride is None else [stride, stride],
        "padding": padding,
    }
    return Written(kind, config, compute)


def normalisation(rng: np.random.Generator, channels: int, scale: bool = True, center: bool = True) -> Written:
    gamma, beta, mean = rng.normal(size=(3, channels))
    variance, epsilon = rng.uniform(0.1, 2, channels), 1e-3
    gamma, beta = (gamma if scale else np.ones(channels)), (beta if center else np.zeros(channels))
    weights = [*([gamma] if scale else []), *([beta] if center else []), mean, variance]
    config = {"axis": -1, "epsilon": epsilon, "scale": scale, "center": center}
    return Written(
        "BatchNormalization", config, lambda x: (x - mean) / np.sqrt(variance + epsilon) * gamma + beta, weights
    )


def activation(function: str) -> Written:
    return Written("Activation", {"activation": function}, FUNCTIONS[function])


def leaky(slope: float, key: str = "negative_slope") -> Written:
    return Written("LeakyReLU", {key: slope}, lambda x: np.where(x > 0, x, slope * x))


def flatten() -> Written:
    return Written("Flatten", {"data_format": "channels_last"}, lambda x: x.reshape(len(x), -1))


def reshape(*shape: int) -> Written:
    return Written("Reshape", {"target_shape": list(shape)}, lambda x: x.reshape(len(x), *shape))


def upsampling(factor: int) -> Written:
    config = {"size": [factor, factor], "interpolation": "nearest"}
    return Written("UpSampling2D", config, lambda x: x.repeat(factor, 1).repeat(factor, 2))


def zeros(top: int, bottom: int, left: int, right: int) -> Written:
    config = {"padding": [[top, bottom], [left, right]]}
    return Written("ZeroPadding2D", config, lambda x: np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0))))


def dropout() -> Written:
    return Written("Dropout", {"rate": 0.5}, lambda x: x)


def run(layers: Sequence[Written], x: Array) -> Array:
    """What Keras makes of [B, .., channels], in double precision."""
    x = x.astype(np.float64)
    for layer in layers:
        x = layer.compute(x)
    return x


def named(layers: Sequence[Written], prefix: str = "") -> list[Written]:
    for i, layer in enumerate(layers):
        layer.name = layer.name or f"{prefix}{snake_case(layer.kind)}_{i + 7}"
    return list(layers)


def sequential(layers: Sequence[Written], size: Sequence[int], name: str = "sequential") -> dict[str, Any]:
    """Its description."""
    start = {"class_name": "InputLayer", "config": {"batch_shape": [None, *size], "name": f"{name}_input"}}
    return {
        "class_name": "Sequential",
        "config": {"name": name, "layers": [start, *(_described(each) for each in named(layers))]},
    }


def functional(
    layers: Sequence[Written], size: Sequence[int], outputs: Sequence[str], name: str = "model", keras: int = 3
) -> dict[str, Any]:
    """Its description, in the way of Keras 2 or 3; each layer takes the one before where it does not say which."""
    entry = f"{name}_input"
    key = "batch_shape" if keras == 3 else "batch_input_shape"
    described: list[dict[str, Any]] = [
        {"class_name": "InputLayer", "name": entry, "config": {key: [None, *size], "name": entry}, "inbound_nodes": []}
    ]
    before = entry
    for layer in named(layers):
        takes = layer.inbound or [before]
        if keras == 3:
            tensors = [{"class_name": "__keras_tensor__", "config": {"keras_history": [each, 0, 0]}} for each in takes]
            node: Any = {"args": tensors if len(takes) == 1 else [tensors], "kwargs": {}}
        else:
            node = [[each, 0, 0, {}] for each in takes]
        described.append({**_described(layer), "name": layer.name, "inbound_nodes": [node]})
        before = layer.name
    return {
        "class_name": "Functional" if keras == 3 else "Model",
        "config": {
            "name": name,
            "layers": described,
            "input_layers": [[entry, 0, 0]],
            "output_layers": [[each, 0, 0] for each in outputs],
        },
    }


def _described(layer: Written) -> dict[str, Any]:
    return {"class_name": layer.kind, "config": {"name": layer.name, **layer.config}}


def write_h5(path: Path, layers: Sequence[Written], description: dict[str, Any] | None) -> Path:
    """The layout of `model.save("x.h5")`; without a description, that of `model.save_weights("x.h5")`."""
    with h5py.File(path, "w") as file:
        root = file
        if description is not None:
            file.attrs["model_config"] = json.dumps(description).encode()
            root = file.create_group("model_weights")
        root.attrs["layer_names"] = np.array([layer.name.encode() for layer in layers])
        for layer in layers:
            group = root.create_group(layer.name)
            names = [f"{layer.name}/weight_{i}:0" for i in range(len(layer.weights))]
            group.attrs["weight_names"] = np.array([name.encode() for name in names])
            for name, weight in zip(names, layer.weights, strict=True):
                group.create_dataset(name, data=weight.astype(np.float32))
    return path


def write_nested_h5(path: Path, parts: dict[str, list[Written]], description: dict[str, Any] | None) -> Path:
    """The same of nets in a net: each group lists the weights of all layers of one."""
    with h5py.File(path, "w") as file:
        root = file
        if description is not None:
            file.attrs["model_config"] = json.dumps(description)
            root = file.create_group("model_weights")
        root.attrs["layer_names"] = np.array([name.encode() for name in parts])
        for name, members in parts.items():
            group = root.create_group(name)
            weights = {f"{each.name}/w{i}:0": w for each in members for i, w in enumerate(each.weights)}
            group.attrs["weight_names"] = np.array([key.encode() for key in weights])
            for key, weight in weights.items():
                group.create_dataset(key, data=weight.astype(np.float32))
    return path


def weights_h5(layers: Sequence[Written], says_names: bool = True) -> bytes:
    """The layout of Keras 3's `model.weights.h5`."""
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        seen: dict[str, int] = {}
        for layer in layers:
            plain = snake_case(layer.kind)
            number = seen.get(plain, 0)
            seen[plain] = number + 1
            group = file.create_group(f"layers/{plain}_{number}/vars" if number else f"layers/{plain}/vars")
            if says_names:
                group.attrs["name"] = layer.name
            for i, weight in enumerate(layer.weights):
                group.create_dataset(str(i), data=weight.astype(np.float32))
    return stream.getvalue()


def write_archive(path: Path, description: dict[str, Any], weights: bytes) -> Path:
    """The layout of `model.save("x.keras")`."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.8.0"}))
        archive.writestr("config.json", json.dumps(description))
        archive.writestr("model.weights.h5", weights)
    return path
