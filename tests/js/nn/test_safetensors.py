"""safetensors.js reads what Python writes, and names what is wrong."""

import json
import struct
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from tests.js.node import Node

PARSE = """async (bytes) => {
  const { parse } = await load("nn/safetensors.js");
  try {
    return parse(bytes.buffer, "x.safetensors");
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}"""


def parse(node: Node, content: bytes) -> Any:
    return node.evaluate(PARSE, np.frombuffer(content, np.uint8))


def with_header(header: object, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def test_safetensors_reads_what_python_wrote(node: Node) -> None:
    arrays = {
        "a": np.arange(3, dtype=np.uint8),
        "b": np.array([[-1, 2**31 - 1]], dtype=np.int32),
        "c": np.array([[1.5, -2.25], [3e-8, np.inf]], dtype=np.float32),
        "d": np.array([1 / 3, 1e300]),
        "empty": np.zeros((0, 4), dtype=np.float32),
    }
    found = parse(node, safetensors.numpy.save(arrays, {"made": "here"}))
    assert set(found) == set(arrays)
    for name, array in arrays.items():
        assert found[name]["shape"] == list(array.shape)
        assert found[name]["data"].dtype == array.dtype
        np.testing.assert_array_equal(found[name]["data"], array.ravel())


def test_metadata_as_python_wrote_it(node: Node) -> None:
    read = """async (bytes) => (await load("nn/safetensors.js")).metadataOf(bytes.buffer)"""
    arrays = {"a": np.arange(3, dtype=np.uint8)}
    metadata = {"config": '{"kind": "ä"}', "made": "here"}
    contents = [safetensors.numpy.save(arrays, metadata), safetensors.numpy.save(arrays)]
    assert [node.evaluate(read, np.frombuffer(content, np.uint8)) for content in contents] == [metadata, {}]


ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "too short"),
        (b"\x08\0\0", "too short"),
        (struct.pack("<Q", 2**63) + b"{}", "truncated"),
        (with_header({"a": ENTRY})[:-3], "truncated"),
        (with_header({"a": ENTRY}, bytes(7)), "truncated inside tensor a"),
        (with_header(b"\xff\xfe"), "not JSON"),
        (with_header(b"{"), "not JSON"),
        (with_header([1]), "not a JSON object"),
        (with_header(None), "not a JSON object"),
        (with_header({"a": None}), "dtype undefined"),
        (with_header({"a": {**ENTRY, "dtype": "F16"}}, bytes(16)), "dtype F16"),
        (with_header({"a": {**ENTRY, "dtype": "constructor"}}, bytes(8)), "dtype constructor"),
        (with_header({"a": {**ENTRY, "shape": [-2]}}, bytes(8)), "badly described"),
        (with_header({"a": {**ENTRY, "shape": [3]}}, bytes(8)), "not the size"),
        (with_header({"a": {**ENTRY, "data_offsets": [8, 0]}}, bytes(8)), "not the size"),
        (with_header({"a": {**ENTRY, "data_offsets": [0]}}, bytes(8)), "badly described"),
    ],
)
def test_safetensors_faults(node: Node, content: bytes, words: str) -> None:
    answer = parse(node, content)
    assert isinstance(answer, str)
    assert answer.startswith("SafetensorsError: x.safetensors: ")
    assert words in answer
