"""A picture whose border is left out: by a layer of its own, by a slice, or by the size that is to come out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn, rand, randn

from tests.core.imports.carried_out import code, decoded
from tests.core.imports.keras import keras_files as kf
from tests.core.imports.onnx.written import CLOSE, by_runtime, exported, filled, found, graph, random
from vae_core.imports import keras
from vae_core.nets.layers import TransposedConvolution

onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install -r requirements-import.txt")

BORDERS = st.tuples(*[st.integers(0, 3)] * 4)


class Cropped(nn.Module):
    """Before the modules or after them."""

    def __init__(self, border: tuple[int, ...], is_first: bool, way: str, *modules: nn.Module) -> None:
        super().__init__()
        self.body = nn.Sequential(*modules)
        self.border, self.is_first, self.way = border, is_first, way

    def crop(self, x: Tensor) -> Tensor:
        top, bottom, left, right = self.border
        if self.way == "pad":
            # Zeros below wait for a convolution.
            return nn.functional.pad(x, (-left, -right, -top, self.is_first - bottom))
        return x[:, :, top : x.shape[2] - bottom, left : x.shape[3] - right]

    def forward(self, x: Tensor) -> Tensor:
        cropped: Tensor = self.body(self.crop(x)) if self.is_first else self.crop(self.body(x))
        return cropped


class Picture(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.view(-1, 4, 8, 8)


@given(border=BORDERS, way=st.sampled_from(["slice", "pad"]), version=st.sampled_from([9, 13, 17]))
def test_what_goes_in(tmp_path_factory: Any, border: tuple[int, ...], way: str, version: int) -> None:
    x = rand(2, 3, 16, 17)
    body = nn.Sequential(nn.Conv2d(3, 2, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.LazyLinear(3))
    net = Cropped(border, True, way, *body)
    net.eval()(x)
    content = exported(filled(net, 0), x, version=version)
    read = found(tmp_path_factory.mktemp("onnx"), content)
    np.testing.assert_allclose(code(read, x.numpy()), by_runtime(content, x.numpy())[0], **CLOSE)


@given(
    border=BORDERS, way=st.sampled_from(["slice", "pad"]), is_transposed=st.booleans(), is_normalised=st.booleans(),
    stride=st.integers(2, 3), more=st.integers(0, 1), function=st.sampled_from([nn.ReLU, nn.Sigmoid]),
)  # fmt: skip
def test_what_comes_out(
    tmp_path_factory: Any, border: tuple[int, ...], way: str, is_transposed: bool, is_normalised: bool, stride: int,
    more: int, function: type[nn.Module],
) -> None:  # fmt: skip
    up = [nn.ConvTranspose2d(4, 3, 4, stride, 1, more)]
    layers = up if is_transposed else [nn.Upsample(scale_factor=stride), nn.Conv2d(4, 3, 3, padding=1)]
    after = [*([nn.BatchNorm2d(3)] if is_normalised else []), function()]
    z = randn(2, 2)
    net = filled(Cropped(border, False, way, nn.Linear(2, 256), Picture(), *layers, *after), 1)
    content = exported(net, z)
    read = found(tmp_path_factory.mktemp("onnx"), content)
    np.testing.assert_allclose(decoded(read, z.numpy()), by_runtime(content, z.numpy())[0].reshape(2, -1), **CLOSE)
    assert read.decoder is not None
    assert not is_transposed or all(link.layer.type != "convolution" for link in read.decoder)


@given(
    kernel=st.integers(1, 4), stride=st.integers(1, 3), side=st.integers(8, 9), beside=st.integers(-1, 3),
    way=st.sampled_from(["NOTSET", "SAME_UPPER", "SAME_LOWER"]), is_said=st.booleans(),
)  # fmt: skip
def test_a_transposed_convolution_whose_size_is_given(
    tmp_path_factory: Any, kernel: int, stride: int, side: int, beside: int, way: str, is_said: bool
) -> None:
    """As TensorFlow's are exported, channels last."""
    node = onnx.helper.make_node
    natural = (side - 1) * stride + kernel
    sizes = [max(side, natural - max(beside + each, 1 - stride)) for each in (0, 1)]
    size = {"output_shape": sizes} if is_said or way == "NOTSET" else {}
    nodes = [
        node("MatMul", ["z", "a"], ["b"]),
        node("Reshape", ["b", "picture"], ["c"]),
        node("Transpose", ["c"], ["d"], perm=[0, 3, 1, 2]),
        node("ConvTranspose", ["d", "w"], ["e"], strides=[stride, stride], auto_pad=way, **size),
        node("Slice", ["e", "from", "to", "axes"], ["f"]),
        node("Add", ["f", "bias"], ["g"]),
        node("Relu", ["g"], ["h"]),
        node("Transpose", ["h"], ["y"], perm=[0, 2, 3, 1]),
    ]
    weights = {
        "a": random(2, side * side * 2), "picture": np.array([-1, side, side, 2]), "w": random(2, 3, kernel, kernel),
        "from": np.array([0, 0]), "to": np.array([8, 8]), "axes": np.array([2, 3]), "bias": random(1, 3, 1, 1),
    }  # fmt: skip
    content = graph(nodes, {"z": ["n", 2]}, ["y"], weights, 17)
    z = random(3, 2)
    y = by_runtime(content, z)[0]
    read = found(tmp_path_factory.mktemp("onnx"), content)
    np.testing.assert_allclose(decoded(read, z), np.moveaxis(y, -1, 1).reshape(3, -1), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("cropping", [2, [1, 2], [[1, 0], [2, 3]]])
@pytest.mark.parametrize("is_last", [True, False])
def test_a_layer_of_keras(tmp_path: Path, cropping: Any, is_last: bool) -> None:
    rows, columns = (cropping, cropping) if isinstance(cropping, int) else cropping
    (top, bottom), (left, right) = ((each, each) if isinstance(each, int) else each for each in (rows, columns))
    crop = kf.Written(
        "Cropping2D", {"cropping": cropping}, lambda x: x[:, top : x.shape[1] - bottom, left : x.shape[2] - right]
    )
    rng = np.random.default_rng(0)
    up = kf.transposed(rng, 4, 3, 3, strides=2, padding="same", activation="sigmoid")
    even = kf.convolution(rng, 3, 3, 3, padding="same")
    start = [kf.dense(rng, 2, 256), kf.reshape(8, 8, 4), up]
    layers = kf.named([*start, *([even, crop] if is_last else [crop, even])])
    net = keras.read([kf.write_h5(tmp_path / "d.h5", layers, kf.sequential(layers, (2,)))])
    z = rng.normal(size=(3, 2))
    np.testing.assert_allclose(decoded(net, z), np.moveaxis(kf.run(layers, z), -1, 1).reshape(3, -1), **CLOSE)
    assert net.decoder is not None
    lies = [link.layer.padding for link in net.decoder if isinstance(link.layer, TransposedConvolution)]
    assert (lies == [(0, 1, 0, 1)]) == is_last
