"""Whatever a file holds, an importer takes it or says in one sentence why not, in bounded memory."""

import io
import json
import re
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import odd
from tests.core.imports import keras_files as kf
from vae_core.imports import keras
from vae_core.imports import onnx as onnx_importer
from vae_core.imports.keras import hdf5
from vae_core.imports.net import FoundNet, NetFileError
from vae_core.imports.onnx import file as onnx_file

MANY = settings(max_examples=150)


def layers() -> list[kf.Written]:
    rng = np.random.default_rng(0)
    return kf.named([
        kf.convolution(rng, 1, 2, 3, padding="same", strides=2, activation="relu"), kf.normalisation(rng, 2),
        kf.flatten(), kf.dense(rng, 50, 3), kf.leaky(0.1),
    ])  # fmt: skip


DESCRIPTION = kf.functional(layers(), (10, 10, 1), [layers()[-1].name])


def refused(read: Callable[..., FoundNet], path: Path, why: str) -> None:
    with pytest.raises(NetFileError, match=why) as caught:
        read([path])
    assert str(caught.value).startswith(f"{path.name}: ")
    assert "\n" not in str(caught.value)


def read_or_refused(read: Callable[..., FoundNet], path: Path) -> None:
    problem = ""
    try:
        found = read([path])
    except NetFileError as error:
        problem = str(error)
    if problem:
        assert re.fullmatch(rf"{re.escape(path.name)}: .+", problem)
    else:
        assert found.encoder is not None or found.decoder is not None


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


@st.composite
def damages(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """Some bytes changed, or a part cut off, taken out, or put in twice."""
    places = draw(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=6))
    kind, low, high = (
        draw(st.sampled_from(["", "", "cut", "out", "twice"])),
        draw(st.floats(0, 1)),
        draw(st.floats(0, 1)),
    )

    def damage(content: bytes) -> bytes:
        changed = bytearray(content)
        for share, byte in places:
            changed[int(share * len(changed))] = byte
        begin, end = sorted((int(low * len(changed)), int(high * len(changed))))
        match kind:
            case "cut":
                return bytes(changed[:end])
            case "out":
                return bytes(changed[:begin] + changed[end:])
            case "twice":
                return bytes(changed[:end] + changed[begin:])
        return bytes(changed)

    return damage


@given(damage=damages())
@MANY
def test_a_damaged_h5(tmp_path_factory: Any, h5: bytes, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path_factory.mktemp("damaged") / "x.h5"
    path.write_bytes(damage(h5))
    read_or_refused(keras.read, path)


@given(damage=damages(), is_inside=st.booleans())
@MANY
def test_a_damaged_archive(
    tmp_path_factory: Any, archive: bytes, damage: Callable[[bytes], bytes], is_inside: bool
) -> None:
    """As a whole, or what lies in it."""
    path = tmp_path_factory.mktemp("damaged") / "x.keras"
    if is_inside:
        kf.write_archive(path, DESCRIPTION, damage(kf.weights_h5(layers())))
    else:
        path.write_bytes(damage(archive))
    read_or_refused(keras.read, path)


@given(damage=damages())
@MANY
def test_a_damaged_onnx(tmp_path_factory: Any, onnx_content: bytes, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path_factory.mktemp("damaged") / "x.onnx"
    path.write_bytes(damage(onnx_content))
    read_or_refused(onnx_importer.read, path)


KEYS = ["class_name", "config", "layers", "inbound_nodes", "units", "strides", "padding", "kernel_size", "activation"]


@given(description=odd.values(DESCRIPTION, KEYS))
@MANY
def test_a_description_that_is_odd(tmp_path_factory: Any, description: Any) -> None:
    path = tmp_path_factory.mktemp("odd") / "x.keras"
    kf.write_archive(path, description, kf.weights_h5(layers()))
    read_or_refused(keras.read, path)


@given(data=st.data())
@MANY
def test_a_layer_that_is_odd(tmp_path_factory: Any, data: st.DataObject) -> None:
    description = json.loads(json.dumps(DESCRIPTION))
    layer = data.draw(st.sampled_from(description["config"]["layers"]))
    place = data.draw(st.sampled_from([layer, layer["config"]]))
    place[data.draw(st.sampled_from(sorted({*place, *KEYS})))] = data.draw(odd.JSON)
    path = tmp_path_factory.mktemp("odd") / "x.keras"
    kf.write_archive(path, description, kf.weights_h5(layers()))
    read_or_refused(keras.read, path)


@given(data=st.data())
@MANY
def test_an_operator_that_is_odd(tmp_path_factory: Any, onnx_content: bytes, data: st.DataObject) -> None:
    import onnx

    model = onnx.load_model_from_string(onnx_content)
    node = data.draw(st.sampled_from(list(model.graph.node)))
    names = ["x", "k", "w", "wb", "v", "a", "b", "mu", "sigma", "eps", "f", "z", "s", "half", "", "nowhere"]
    known = sorted(onnx_importer.reader.OPERATORS)
    if data.draw(st.booleans()):
        node.op_type = data.draw(st.sampled_from([*known, "Loop", "If", "Softmax"]))
    for i in range(len(node.input)):
        if data.draw(st.integers(0, 2)) == 0:
            node.input[i] = data.draw(st.sampled_from(names))
    keys = ["axis", "perm", "pads", "strides", "kernel_shape", "dilations", "group", "axes", "to", "value", "alpha"]
    numbers = st.integers(-(2**40), 2**40) | st.integers(-3, 3)
    values = numbers | st.lists(numbers, min_size=1, max_size=5) | st.floats(allow_nan=True) | st.just("SAME_UPPER")
    for key in data.draw(st.lists(st.sampled_from(keys), max_size=2, unique=True)):
        kept = [each for each in node.attribute if each.name != key]
        del node.attribute[:]
        node.attribute.extend([*kept, onnx.helper.make_attribute(key, data.draw(values))])
    path = tmp_path_factory.mktemp("odd") / "x.onnx"
    path.write_bytes(model.SerializeToString())
    read_or_refused(onnx_importer.read, path)


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
