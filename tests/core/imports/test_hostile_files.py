"""What lies, nests, grows or leads elsewhere is refused in one sentence, in bounded memory."""

import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from tests.core.imports.hostile import DESCRIPTION, layers, refused
from tests.core.imports.keras import keras_files as kf
from vae_core.imports import keras
from vae_core.imports import onnx as onnx_importer
from vae_core.imports.keras import hdf5
from vae_core.imports.net import NetFileError
from vae_core.imports.onnx import file as onnx_file


@pytest.fixture
def peak() -> Iterator[None]:
    """Fails a test whose Python objects and arrays take more than 64 MB."""
    tracemalloc.start()
    yield
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 64e6


def with_weights(path: Path, change: Callable[[h5py.Group, str], None]) -> Path:
    """The encoder, with the kernel of its last layer replaced."""
    kf.write_h5(path, layers(), DESCRIPTION)
    with h5py.File(path, "r+") as file:
        group = file["model_weights/dense_10/dense_10"]
        del group["weight_0:0"]
        change(group, "weight_0:0")
    return path


def test_weights_in_another_file(tmp_path: Path) -> None:
    """Each of HDF5's ways to say so; the other file is there, and would fit."""
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["w"] = np.zeros((50, 3), np.float32)
    raw = tmp_path / "other.bin"
    raw.write_bytes(bytes(600))
    layout = h5py.VirtualLayout((50, 3), np.float32)
    layout[:] = h5py.VirtualSource(str(other), "w", (50, 3))
    ways: list[tuple[str, Callable[[h5py.Group, str], Any]]] = [
        ("link to somewhere else", lambda group, name: group.__setitem__(name, h5py.ExternalLink(str(other), "w"))),
        ("link to somewhere else", lambda group, name: group.__setitem__(name, h5py.SoftLink("/model_weights"))),
        ("lies in another file", lambda group, name: group.create_virtual_dataset(name, layout)),
        (
            "lies in another file",
            lambda group, name: group.create_dataset(name, (50, 3), np.float32, external=[(str(raw), 0, 600)]),
        ),
    ]
    for why, way in ways:
        refused(keras.read, with_weights(tmp_path / "x.h5", way), why)


@pytest.mark.usefixtures("peak")
def test_arrays_that_lie(tmp_path: Path) -> None:
    reference = h5py.special_dtype(ref=h5py.Reference)
    text = h5py.string_dtype()
    ways: list[tuple[str, Callable[[h5py.Group, str], Any]]] = [
        ("more than 33,554,432 weights", lambda group, name: group.create_dataset(name, (1 << 20, 1 << 20), "f4")),
        ("larger than it is", lambda group, name: group.create_dataset(name, (1 << 12, 1 << 12), "f4")),
        (
            "larger than it is",
            lambda group, name: group.create_dataset(name, (1 << 12, 1 << 12), "f4", chunks=(64, 64), compression=4),
        ),
        ("no array of numbers", lambda group, name: group.create_dataset(name, (3,), reference)),
        ("no array of numbers", lambda group, name: group.create_dataset(name, (3,), text)),
        (
            "another method than deflate",
            lambda group, name: group.create_dataset(name, data=np.zeros(9), compression="lzf"),
        ),
        ("kernel is \\[50, 3, 1\\]", lambda group, name: group.create_dataset(name, data=np.zeros((50, 3, 1)))),
        ("weights for 49 numbers", lambda group, name: group.create_dataset(name, data=np.zeros((49, 3)))),
        ("no finite numbers", lambda group, name: group.create_dataset(name, data=np.full((50, 3), np.nan))),
        ("no finite numbers", lambda group, name: group.create_dataset(name, data=np.full((50, 3), 1e300))),
        ("are not in the file", lambda group, name: None),
    ]
    for why, way in ways:
        refused(keras.read, with_weights(tmp_path / "x.h5", way), why)


@pytest.mark.usefixtures("peak")
def test_many_or_deep_groups_and_long_texts(tmp_path: Path) -> None:
    path = tmp_path / "x.h5"
    with h5py.File(path, "w") as file:
        for i in range(5000):
            file.create_group(str(i))
    refused(keras.read, path, "more than 4096 groups")
    with h5py.File(path, "w") as file:
        file.create_group("/".join("a" * 40))
        file["a/a/round"] = file["a"]
    refused(keras.read, path, "lie deeper than 12")
    with h5py.File(path, "w") as file:
        # All of them could be one, as long as the file.
        file["text"] = np.zeros(1 << 18)
        file.attrs.create("layer_names", ["x" * 60_000] * 100, dtype=h5py.string_dtype())
    refused(keras.read, path, "layer_names in it is longer")


@pytest.mark.usefixtures("peak")
def test_descriptions_that_nest(tmp_path: Path) -> None:
    path, weights = tmp_path / "x.keras", kf.weights_h5(layers())
    texts = [
        ("no JSON", "[" * 100_000),
        ("not as Keras writes it", '{"config": ' + '{"a": ' * 90 + "1" + "}" * 91),
        ("not as Keras writes it", "[]"),
        ("no JSON", "9" * 10_000),
    ]
    for why, text in texts:
        with zipfile.ZipFile(path, "w") as made:
            made.writestr("config.json", text)
            made.writestr("model.weights.h5", weights)
        refused(keras.read, path, why)
    # Eight nets of eight nets of eight nets of eight layers.
    inner: list[dict[str, Any]] = [{"class_name": "Dropout", "config": {"name": f"d{i}"}} for i in range(8)]
    for _ in range(3):
        inner = [{"class_name": "Sequential", "config": {"name": f"n{i}", "layers": inner}} for i in range(8)]
    net = {"class_name": "Sequential", "config": {"name": "s", "layers": inner}}
    kf.write_archive(path, {**net, "build_config": {"input_shape": [None, 100]}}, weights)
    refused(keras.read, path, "more than 2000 layers together")
    for _ in range(6):
        net = {"class_name": "Sequential", "config": {"name": "s", "layers": [net]}}
    kf.write_archive(path, {**net, "build_config": {"input_shape": [None, 100]}}, weights)
    refused(keras.read, path, "deeper than 4")


@pytest.mark.usefixtures("peak")
def test_archives_that_grow_or_lead_elsewhere(tmp_path: Path, archive: bytes) -> None:
    path = tmp_path / "x.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("config.json", "{}")
        made.writestr("model.weights.h5", bytes(30_000_000))
    refused(keras.read, path, "100 times its size")
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("config.json", "{}")
    refused(keras.read, path, "should hold one model.weights.h5 and holds 0")
    with zipfile.ZipFile(path, "w") as made:
        for i in range(1000):
            made.writestr(str(i), "")
    refused(keras.read, path, "too many files")
    # What else lies in it is written nowhere.
    with zipfile.ZipFile(io.BytesIO(archive)) as given, zipfile.ZipFile(path, "w") as made:
        made.writestr("../../planted.txt", "x")
        made.writestr("/tmp/planted.txt", "x")
        for name in given.namelist():
            made.writestr(name, given.read(name))
    assert keras.read([path]).encoder
    assert [each.name for each in tmp_path.parent.rglob("planted.txt")] == []


def test_what_is_no_file_at_all(tmp_path: Path) -> None:
    for read in (keras.read, onnx_importer.read):
        refused(read, tmp_path / "absent.h5", "no such file")
        refused(read, tmp_path, "no such file")
    path = tmp_path / "x.h5"
    path.write_bytes(b"GIF89a")
    refused(keras.read, path, "neither an HDF5 file nor")
    path.write_bytes(hdf5.SIGNATURE)
    refused(keras.read, path, "damaged")
    with pytest.raises(NetFileError, match="not in 3"):
        keras.read([kf.write_h5(path, layers(), DESCRIPTION)] * 3)


def test_onnx_that_lies(tmp_path: Path, onnx_content: bytes) -> None:
    import onnx

    path = tmp_path / "x.onnx"

    def changed(change: Callable[[Any], Any]) -> Path:
        model = onnx.load_model_from_string(onnx_content)
        change(model.graph)
        path.write_bytes(model.SerializeToString())
        return path

    def outside(graph: Any) -> None:
        (tmp_path / "w.bin").write_bytes(bytes(800))
        onnx.external_data_helper.set_external_data(graph.initializer[1], "w.bin")
        graph.initializer[1].ClearField("raw_data")
        graph.initializer[1].data_location = onnx.TensorProto.EXTERNAL

    def of_node(**fields: str) -> Callable[[Any], None]:
        return lambda graph: [setattr(graph.node[1], key, value) for key, value in fields.items()]

    ways: list[tuple[str, Callable[[Any], Any]]] = [
        ("lie in another file", outside),
        ("more than 33,554,432 weights", lambda graph: graph.initializer[0].dims.extend([1 << 40])),
        ("not as many as it says", lambda graph: graph.initializer[0].dims.extend([7])),
        ("no shape", lambda graph: graph.initializer[0].dims.extend([-7])),
        ("of a type that is not read", lambda graph: setattr(graph.initializer[0], "data_type", 8)),
        ("operator 'b', Loop: there is no such operator", of_node(op_type="Loop")),
        ("operator 'b', my.domain.Relu: there is no such operator", of_node(domain="my.domain")),
        ("'nowhere' is of no operator", lambda graph: graph.node[1].input.__setitem__(0, "nowhere")),
        ("more than 2000 operators", lambda graph: graph.node.extend([graph.node[1]] * 2001)),
        (
            "must be a row or a picture",
            lambda graph: graph.input[0].type.tensor_type.shape.dim[2].ClearField("dim_value"),
        ),
        ("it has no output", lambda graph: graph.ClearField("output")),
        ("it has no input", lambda graph: graph.ClearField("input")),
    ]
    for why, way in ways:
        refused(onnx_importer.read, changed(way), why)
    # Two bytes each, and a hundred once they are objects.
    path.write_bytes(b"\x3a" + b"\xc0\x84\x3d" + b"\x0a\x00" * 500_000)
    refused(onnx_importer.read, path, "of more parts than any net")
    # The same small weights, made into large ones again and again.
    node, rows = onnx.helper.make_node, np.zeros((1, 4000), np.float32)
    nodes = [node("MatMul", ["x", "w"], [f"y{i}"]) for i in range(60)]
    value = onnx.helper.make_tensor_value_info
    tensors = [onnx.numpy_helper.from_array(np.tile(rows, (1024, 1)), "w")]
    outputs = [value(f"y{i}", 1, None) for i in range(60)]
    graph = onnx.helper.make_graph(nodes, "g", [value("x", 1, [1, 1024])], outputs, tensors)
    path.write_bytes(onnx.helper.make_model(graph).SerializeToString())
    refused(onnx_importer.read, path, "makes more of its weights than any net")


def test_onnx_where_the_package_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, onnx_content: bytes
) -> None:
    import sys

    path = tmp_path / "x.onnx"
    path.write_bytes(onnx_content)
    monkeypatch.setitem(sys.modules, "onnx", None)
    refused(onnx_importer.read, path, re.escape(onnx_file.MISSING))
