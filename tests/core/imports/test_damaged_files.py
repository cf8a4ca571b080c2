"""However a file is damaged or odd, an importer takes it or says in one sentence why not."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests import odd
from tests.core.imports.hostile import DESCRIPTION, layers, read_or_refused
from tests.core.imports.keras import keras_files as kf
from vae_core.imports import keras
from vae_core.imports import onnx as onnx_importer

MANY = settings(max_examples=150)


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
