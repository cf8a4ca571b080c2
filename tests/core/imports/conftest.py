"""Files that are whole, to be damaged."""

import numpy as np
import pytest

from tests.core.imports.hostile import DESCRIPTION, layers
from tests.core.imports.keras import keras_files as kf
from vae_core.imports import keras


@pytest.fixture(scope="module")
def h5(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = kf.write_h5(tmp_path_factory.mktemp("h5") / "encoder.h5", layers(), DESCRIPTION)
    assert keras.read([path]).encoder
    return path.read_bytes()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("keras") / "encoder.keras"
    kf.write_archive(path, DESCRIPTION, kf.weights_h5(layers()))
    assert keras.read([path]).encoder
    return path.read_bytes()


@pytest.fixture(scope="module")
def onnx_content() -> bytes:
    onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install -r requirements-import.txt")
    node, rng = onnx.helper.make_node, np.random.default_rng(0)
    nodes = [
        node("Conv", ["x", "k"], ["a"], pads=[1, 1, 1, 1], strides=[2, 2], kernel_shape=[3, 3]),
        node("Relu", ["a"], ["b"]),
        node("Shape", ["b"], ["s"]),
        node("Slice", ["s", "zero", "one"], ["n"]),
        node("Concat", ["n", "rest"], ["t"], axis=0),
        node("Reshape", ["b", "t"], ["c"]),
        node("Gemm", ["c", "w", "wb"], ["d"], transB=1),
        node("Split", ["d"], ["mu", "logvar"], axis=1),
        node("Constant", [], ["half"], value_float=0.5),
        node("Mul", ["logvar", "half"], ["e"]),
        node("Exp", ["e"], ["sigma"]),
        node("RandomNormalLike", ["sigma"], ["eps"]),
        node("Mul", ["eps", "sigma"], ["f"]),
        node("Add", ["mu", "f"], ["z"]),
        node("MatMul", ["z", "v"], ["y"]),
    ]
    weights = {
        "k": rng.normal(size=(2, 1, 3, 3)), "w": rng.normal(size=(4, 50)), "wb": rng.normal(size=4),
        "v": rng.normal(size=(2, 100)),
    }  # fmt: skip
    tensors = [onnx.numpy_helper.from_array(each.astype(np.float32), name) for name, each in weights.items()]
    whole = {"zero": [0], "one": [1], "rest": [-1]}
    tensors += [onnx.numpy_helper.from_array(np.array(each), name) for name, each in whole.items()]
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(nodes, "g", [value("x", 1, [1, 1, 10, 10])], [value("y", 1, None)], tensors)
    content: bytes = onnx.helper.make_model(graph).SerializeToString()
    return content
