"""ONNX files: what comes out is what ONNX Runtime makes of them, or PyTorch of the net that was exported."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from tests.core.imports.carried_out import code, decoded, real_file
from tests.core.imports.onnx.written import CLOSE, Vae, by_runtime, exported, filled, found, graph, random
from vae_core.imports import onnx as importer
from vae_core.imports.net import NetFileError

onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install -r requirements-import.txt")
runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

VERSIONS = st.sampled_from([9, 11, 13, 17, 18, 20])


class Picture(nn.Module):
    """A row as a picture; PyTorch's own is in newer versions of ONNX alone."""

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return x.view(-1, *self.shape)


FUNCTIONS: list[Callable[[], nn.Module]] = [
    nn.ReLU, nn.LeakyReLU, nn.ELU, nn.Sigmoid, nn.Tanh, nn.Softplus, nn.SiLU, nn.GELU, nn.Identity,
    lambda: nn.LeakyReLU(0.3), lambda: nn.ELU(0.5), nn.PReLU, nn.Dropout,
]  # fmt: skip


@given(
    kernel=st.integers(1, 4), stride=st.integers(1, 3), padding=st.integers(0, 2), dilation=st.integers(1, 2),
    groups=st.sampled_from([1, 2]), function=st.integers(0, len(FUNCTIONS) - 1), pool=st.integers(0, 4),
    normalised=st.integers(0, 2), side=st.integers(11, 13), batch=st.sampled_from([1, 4]), seed=st.integers(0, 9),
    version=VERSIONS, is_open=st.booleans(),
)  # fmt: skip
def test_encoders(
    tmp_path_factory: Any, kernel: int, stride: int, padding: int, dilation: int, groups: int, function: int, pool: int,
    normalised: int, side: int, batch: int, seed: int, version: int, is_open: bool,
) -> None:  # fmt: skip
    pools: list[nn.Module] = [
        nn.Identity(), nn.MaxPool2d(2), nn.AvgPool2d(2, 1), nn.MaxPool2d(3, 2, 1), nn.AvgPool2d(3, 2, 1)
    ]  # fmt: skip
    norm = [[], [nn.BatchNorm2d(4)], [nn.BatchNorm2d(4)]][normalised]
    act = FUNCTIONS[function]()
    body = nn.Sequential(
        nn.ZeroPad2d((1, 0, 2, 1)),
        nn.Conv2d(1, 2, 3, padding=1),
        nn.Conv2d(2, 4, kernel, stride, padding, dilation, groups),
        *([*norm, act] if normalised == 1 else [act, *norm]),
        pools[pool],
        nn.Flatten(),
    )
    x = torch.rand(batch, 1, side, side + 1, generator=torch.Generator().manual_seed(seed))
    numbers = body.eval()(x).shape[1]
    head = [nn.Linear(numbers, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 3)]
    net = filled(nn.Sequential(*body, *head), seed)
    more = {"input_names": ["x"], "dynamic_axes": {"x": {0: "batch"}}} if is_open else {}
    content = exported(net, x, version=version, **more)
    expected = by_runtime(content, x.numpy())[0]
    read = found(tmp_path_factory.mktemp("onnx"), content)
    assert read.shape == (1, side, side + 1)
    np.testing.assert_allclose(code(read, x.numpy()), expected, **CLOSE)


@given(
    kernel=st.integers(1, 4), stride=st.integers(1, 3), padding=st.integers(0, 1), more=st.integers(0, 1),
    groups=st.sampled_from([1, 2]), function=st.integers(0, len(FUNCTIONS) - 1), normalised=st.booleans(),
    channels=st.sampled_from([1, 3]), seed=st.integers(0, 9), version=VERSIONS, batch=st.sampled_from([1, 4]),
)  # fmt: skip
def test_decoders(
    tmp_path_factory: Any, kernel: int, stride: int, padding: int, more: int, groups: int, function: int,
    normalised: bool, channels: int, seed: int, version: int, batch: int,
) -> None:  # fmt: skip
    net = filled(nn.Sequential(
        nn.Linear(3, 4 * 4 * 5), FUNCTIONS[function](), Picture(4, 4, 5),
        nn.ConvTranspose2d(4, 6, kernel, stride, min(padding, kernel - 1), more * (stride > 1), groups),
        *([nn.BatchNorm2d(6)] if normalised else []), FUNCTIONS[function](),
        nn.Upsample(scale_factor=3), nn.Conv2d(6, channels, 3, padding=1), nn.Sigmoid(),
    ), seed)  # fmt: skip
    z = torch.randn(batch, 3, generator=torch.Generator().manual_seed(seed))
    content = exported(net, z, version=version)
    expected = by_runtime(content, z.numpy())[0]
    sides = expected.shape[2:]
    folder = tmp_path_factory.mktemp("onnx")
    if min(sides) < 8 or max(sides) > 64:
        with pytest.raises(NetFileError, match=r"0\.onnx: its pictures are "):
            found(folder, content)
        return
    read = found(folder, content)
    assert read.shape == expected.shape[1:]
    assert (read.encoder, read.heads) == (None, ())
    np.testing.assert_allclose(decoded(read, z.numpy()), expected.reshape(batch, -1), **CLOSE)


@given(
    version=VERSIONS,
    heads=st.sampled_from(["two", "halves", "slices", "interleaved"]),
    spread=st.sampled_from(["half", "divided", "root", "ln sigma", "sigma", "softplus"]),
    outputs=st.sampled_from(["all", "swapped", "codes", "at mu", "noise given"]),
)
@settings(max_examples=60)
def test_one_whole_vae(tmp_path_factory: Any, version: int, heads: str, spread: str, outputs: str) -> None:
    net = Vae(heads, spread, outputs).eval()
    x, z = torch.rand(3, 1, 12, 12), torch.randn(3, 2)
    inputs = (x, torch.randn(3, 2)) if outputs == "noise given" else (x,)
    read = found(tmp_path_factory.mktemp("onnx"), exported(net, *inputs, version=version))
    with torch.no_grad():
        mu, second = net.posterior(x)
        if outputs != "at mu":
            # What sigma is made of is known; it is handed on as ln sigma^2.
            second = {"ln sigma": 2 * second, "softplus": nn.functional.softplus(second)}.get(spread, second)
        expected = net.decoder(z).numpy()
    assert read.shape == (1, 12, 12)
    np.testing.assert_allclose(code(read, x.numpy()), mu, **CLOSE)
    np.testing.assert_allclose(code(read, x.numpy(), 1), second, **CLOSE)
    if outputs == "codes":
        assert read.decoder is None
    else:
        np.testing.assert_allclose(decoded(read, z.numpy()), expected, **CLOSE)


def test_a_reshape_that_asks_for_sizes_on_the_way(tmp_path: Path) -> None:
    class Asking(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.linear = nn.Conv2d(1, 2, 3, 2), nn.Linear(50, 3)

        def forward(self, x: Tensor) -> Tensor:
            h = torch.relu(self.conv(x - 0.5) / 2)
            h = h.transpose(1, 2).contiguous().view(h.size(0), -1, h.shape[1] * 5)
            return self.linear(h.reshape(h.size(0), h.size(1) * h.size(2)))

    x = torch.rand(2, 1, 11, 11)
    content = exported(filled(Asking(), 3), x, input_names=["x"], dynamic_axes={"x": [0]})
    assert "Shape" in {node.op_type for node in onnx.load_model_from_string(content).graph.node}
    read = found(tmp_path, content)
    np.testing.assert_allclose(code(read, x.numpy()), by_runtime(content, x.numpy())[0], **CLOSE)


def test_a_dense_autoencoder_is_cut_where_it_is_narrowest(tmp_path: Path) -> None:
    net = filled(nn.Sequential(
        nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 4), nn.Tanh(), nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 784)
    ), 0)  # fmt: skip
    x = torch.rand(3, 784)
    read = found(tmp_path, exported(net, x))
    assert read.shape is None
    assert len(read.guesses) == 1
    assert "narrowest, 4 numbers" in read.guesses[0]
    with torch.no_grad():
        z = net[:4](x).numpy()
        np.testing.assert_allclose(code(read, x.numpy()), z, **CLOSE)
        np.testing.assert_allclose(decoded(read, z), net(x).numpy(), **CLOSE)


def test_encoder_and_decoder_in_two_files(tmp_path: Path) -> None:
    """The encoder gives mu and ln sigma^2 in one row of 8, the decoder takes 4."""
    encoder = filled(nn.Sequential(nn.Flatten(), nn.Linear(144, 8)), 0)
    decoder = filled(nn.Sequential(nn.Linear(4, 144), nn.Sigmoid(), Picture(1, 12, 12)), 1)
    x, z = torch.rand(2, 1, 12, 12), torch.randn(2, 4)
    contents = exported(encoder, x), exported(decoder, z)
    for order in (contents, contents[::-1]):
        read = found(tmp_path, *order)
        assert "the encoder's 8 outputs are taken as 4 of mu, then 4 of the second head" in read.guesses
        both = np.concatenate([code(read, x.numpy(), head) for head in (0, 1)], axis=1)
        np.testing.assert_allclose(both, by_runtime(contents[0], x.numpy())[0], **CLOSE)
        np.testing.assert_allclose(decoded(read, z.numpy()), decoder(z).detach().flatten(1).numpy(), **CLOSE)
    other = exported(nn.Linear(3, 144), torch.randn(2, 3))
    with pytest.raises(NetFileError, match=r"with 1\.onnx, the encoder gives 8 codes and the decoder takes 3"):
        found(tmp_path, contents[0], other)
    with pytest.raises(NetFileError, match="should be an encoder and a decoder"):
        found(tmp_path, contents[0], contents[0])


@pytest.mark.parametrize("channels", [1, 3])
def test_channels_last_as_tensorflow_exports_them(tmp_path: Path, channels: int) -> None:
    """A convolution between transposes, a flatten of channels last, and back."""
    node = onnx.helper.make_node
    nodes = [
        node("Transpose", ["x"], ["a"], perm=[0, 3, 1, 2]),
        node("Conv", ["a", "k"], ["b"], kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER"),
        node("Add", ["b", "kb"], ["c"]),
        node("Transpose", ["c"], ["d"], perm=[0, 2, 3, 1]),
        node("Relu", ["d"], ["e"]),
        node("Reshape", ["e", "row"], ["f"]),
        node("MatMul", ["f", "w"], ["g"]),
        node("Add", ["g", "wb"], ["z"]),
        node("MatMul", ["z", "v"], ["h"]),
        node("Sigmoid", ["h"], ["i"]),
        node("Reshape", ["i", "picture"], ["y"]),
    ]
    weights = {
        "k": random(4, channels, 3, 3), "kb": random(1, 4, 1, 1), "row": np.array([-1, 5 * 6 * 4]), "w": random(120, 3),
        "wb": random(3), "v": random(3, 10 * 12 * channels), "picture": np.array([-1, 10, 12, channels]),
    }  # fmt: skip
    x = np.abs(random(2, 10, 12, channels, seed=1))
    content = graph(nodes, {"x": ["n", 10, 12, channels]}, ["y", "z"], weights)
    y, z = by_runtime(content, x)
    read = found(tmp_path, content)
    assert read.shape == (channels, 10, 12)
    np.testing.assert_allclose(code(read, np.moveaxis(x, -1, 1)), z, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(decoded(read, z), np.moveaxis(y, -1, 1).reshape(2, -1), **CLOSE)


def test_a_label_is_joined(tmp_path: Path) -> None:
    node = onnx.helper.make_node
    nodes = [
        node("Concat", ["y", "z"], ["a"], axis=1),
        node("Gemm", ["a", "w", "b"], ["c"], transB=1, alpha=0.5, beta=2.0),
    ]
    content = graph(nodes, {"z": [1, 2], "y": [1, 5]}, ["c"], {"w": random(100, 7), "b": random(100)})
    read = found(tmp_path, content)
    assert read.decoder is not None
    assert read.decoder[0].layer.to_json() == {"type": "label", "classes": 5}
    z, y = random(1, 2), np.eye(5)[[3]]
    link = read.decoder[1]
    out = np.concatenate([z, y], 1) @ link.tensors["weight"].numpy().T + link.tensors["bias"].numpy()
    np.testing.assert_allclose(out, by_runtime(content, z, y)[0], **CLOSE)


def test_the_published_vae() -> None:
    """One graph, unbatched; the noise of one run is a constant in it."""
    path = real_file("geometry-of-vaes/MNIST.onnx")
    read = importer.read([path])
    assert len(read.heads) == 2
    model = onnx.load(path)
    w = [onnx.numpy_helper.to_array(each) for each in sorted(model.graph.initializer, key=lambda each: int(each.name))]

    def dense(i: int, x: np.ndarray) -> np.ndarray:
        return x @ w[2 * i].T.astype(np.float64) + w[2 * i + 1]

    x, z = np.random.default_rng(0).uniform(size=(4, 784)), random(4, 20)
    h = np.maximum(dense(1, np.maximum(dense(0, x), 0)), 0)
    np.testing.assert_allclose(code(read, x), dense(2, h), **CLOSE)
    np.testing.assert_allclose(code(read, x, 1), dense(3, h), **CLOSE)
    y = dense(6, np.maximum(dense(5, np.maximum(dense(4, z), 0)), 0))
    np.testing.assert_allclose(decoded(read, z), 1 / (1 + np.exp(-y)), **CLOSE)
