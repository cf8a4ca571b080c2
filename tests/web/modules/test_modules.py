"""How modules come, and safetensors.js and random.js against Python, each on its own."""

from __future__ import annotations

import json
import math
import struct
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from playwright.sync_api import Page

from ui.choices.link import format_z
from ui.http.modules import WEB

PARSE = """async (bytes) => {
  const { parse } = await load("nn/safetensors.js");
  try {
    const tensors = parse(new Uint8Array(bytes).buffer, "x.safetensors");
    return Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) =>
      [name, { shape, values: Array.from(data), type: data.constructor.name }]));
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}"""


def test_every_module_can_be_imported_and_texts_are_as_they_are(modules: Page) -> None:
    paths = [path for path in WEB.glob("*/**/*.*") if path.suffix in (".js", ".css", ".json")]
    found = modules.evaluate(
        """async (paths) => {
          const wrong = [];
          for (const [path, text] of Object.entries(paths)) {
            const imported = await load(path);
            const same = imported === (await load(path));
            const { default: value } = imported;
            if (!same || (path.endsWith(".css") && value !== text)) wrong.push(path);
            if (path.endsWith(".json") && JSON.stringify(value) !== JSON.stringify(JSON.parse(text))) wrong.push(path);
          }
          return wrong;
        }""",
        {path.relative_to(WEB).as_posix(): path.read_text() for path in paths},
    )
    assert found == []


def test_what_is_no_module_is_named(modules: Page) -> None:
    answer = modules.evaluate("() => load('nn/none.js').catch((error) => error.message)")
    assert answer == "There is no nn/none.js."


def parse(page: Page, content: bytes) -> Any:
    return page.evaluate(PARSE, list(content))


def with_header(header: object, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def test_safetensors_reads_what_python_wrote(modules: Page) -> None:
    arrays = {
        "a": np.arange(3, dtype=np.uint8),
        "b": np.array([[-1, 2**31 - 1]], dtype=np.int32),
        "c": np.array([[1.5, -2.25], [3e-8, np.inf]], dtype=np.float32),
        "d": np.array([1 / 3, 1e300]),
        "empty": np.zeros((0, 4), dtype=np.float32),
    }
    found = parse(modules, safetensors.numpy.save(arrays, {"made": "here"}))
    assert set(found) == set(arrays)
    for name, array in arrays.items():
        assert found[name]["shape"] == list(array.shape)
        assert found[name]["values"] == array.ravel().tolist()
    assert [found[name]["type"] for name in "abcd"] == [
        *("Uint8Array", "Int32Array", "Float32Array", "Float64Array"),
    ]


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
def test_safetensors_faults(modules: Page, content: bytes, words: str) -> None:
    answer = parse(modules, content)
    assert isinstance(answer, str)
    assert answer.startswith("SafetensorsError: x.safetensors: ")
    assert words in answer


def mulberry32(seed: int, count: int) -> list[float]:
    mask, state, numbers = 0xFFFFFFFF, seed & 0xFFFFFFFF, []
    for _ in range(count):
        state = (state + 0x6D2B79F5) & mask
        t = ((state ^ state >> 15) * (state | 1)) & mask
        t ^= (t + (t ^ t >> 7) * (t | 61)) & mask
        numbers.append(((t ^ t >> 14) + 0.5) / 2**32)
    return numbers


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_random_is_what_python_makes_of_the_same_recipe(modules: Page, seed: int) -> None:
    uniforms, normals = modules.evaluate(
        """async (seed) => {
          const { mulberry32, normals } = await load("maths/random.js");
          const [uniform, normal] = [mulberry32(seed), normals(mulberry32(seed))];
          return [Array.from({ length: 1000 }, uniform), Array.from({ length: 20000 }, normal)];
        }""",
        seed,
    )
    assert uniforms == mulberry32(seed, 1000)
    pairs = zip(uniforms[::2], uniforms[1::2], strict=True)
    expected = [math.sqrt(-2 * math.log(u)) * wave(2 * math.pi * v) for u, v in pairs for wave in (math.cos, math.sin)]
    np.testing.assert_allclose(normals[:1000], expected, rtol=1e-12)
    assert abs(np.mean(normals)) < 0.03
    assert abs(np.std(normals) - 1) < 0.03


def test_the_link_writes_z_as_python_does(modules: Page) -> None:
    z = [0.5, -1.234, 0.0, -0.0, 12.0, 0.001, -999.9, 1.23456789e-7, -1e-6, 9.87654321e-6, 1234567.89, -1e12, 1e-29]
    written = modules.evaluate(
        'async (z) => { const { formatZ } = await load("state/live_link.js"); return formatZ(z); }', z
    )
    assert written == format_z(z)


def test_neighbours_that_one_page_chooses_are_those_of_the_other_and_of_the_link(modules: Page) -> None:
    chosen, said = modules.evaluate(
        """async () => {
          const at = (name) => load(`${name}.js`);
          const { graphChoice, setGraph } = await at("state/graph_choice");
          const { Choice } = await at("manifold/choice");
          setGraph({ k: 7, distance: "cosine", mutual: true });
          new Choice().set({ k: 9 });
          return [graphChoice(), (await at("state/parameters")).query()];
        }"""
    )
    assert chosen == {"k": 9, "distance": "cosine", "mutual": True}
    assert {key: said[key] for key in said if said[key]} == {"neighbours": "9", "distance": "cosine", "mutual": "1"}
