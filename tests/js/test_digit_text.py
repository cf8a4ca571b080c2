"""A drawing's link, in browsers that can shrink bytes and in those that cannot."""

import base64
import zlib

import numpy as np
import pytest

from tests.js.node import Node
from ui.choices import drawn

UNPACK = """async (texts) => {
  const { unpack } = await load("maths/digit_text.js");
  return Promise.all(texts.map((text) => unpack(text)));
}"""
PACK = """async ([all, without]) => {
  const { pack } = await load("maths/digit_text.js");
  const { CompressionStream } = window;
  if (without === "all of it") delete window.CompressionStream;
  // Chrome before 103 knows two other formats.
  if (without === "the format") window.CompressionStream = class { constructor() { throw new TypeError("format"); } };
  try {
    return await Promise.all(all.map(pack));
  } finally {
    window.CompressionStream = CompressionStream;
  }
}"""


def pictures() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 16, (28, 28), dtype=np.uint8)
    sparse = (noise * (rng.random((28, 28)) < 0.1)).astype(np.uint8)
    stripes = np.tile(np.arange(28, dtype=np.uint8) % 16, (28, 1))
    return [noise, sparse, stripes, np.zeros((28, 28), np.uint8), np.full((28, 28), 15, np.uint8)]


def text_of(levels: np.ndarray, level: int, strategy: int) -> str:
    pairs = levels.reshape(-1, 2)
    deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS, 9, strategy)
    packed = deflate.compress((pairs[:, 0] << 4 | pairs[:, 1]).tobytes()) + deflate.flush()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def test_every_kind_of_block_is_read(node: Node) -> None:
    every = [
        (levels, text_of(levels, level, strategy))
        for levels in pictures()
        for level in (0, 1, 9)
        for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE)
    ]
    found = node.evaluate(UNPACK, [text for _, text in every])
    for (levels, text), levels_found in zip(every, found, strict=True):
        assert drawn.unpack(text) is not None
        np.testing.assert_array_equal(levels_found, levels.ravel())


def test_what_is_no_digit_is_none_and_no_error(node: Node) -> None:
    rng = np.random.default_rng(1)
    whole = [base64.urlsafe_b64decode(f"{drawn.pack(one)}===") for one in pictures()]
    broken = [one[:cut] for one in whole for cut in range(0, len(one), 7)]
    longer = [one + bytes(1) for one in whole]
    noise = [rng.bytes(int(size)) for size in rng.integers(1, 300, 300)]
    texts = [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in (*broken, *longer, *noise)]
    found = node.evaluate(UNPACK, [*texts, "A", "é", "", "A" * 10_000])
    assert found == [None] * len(found)


@pytest.mark.parametrize("without", ["nothing", "all of it", "the format"])
def test_what_a_browser_writes_python_and_it_read(node: Node, without: str) -> None:
    levels = pictures()
    texts = node.evaluate(PACK, [[one.ravel() for one in levels], without])
    for one, text in zip(levels, texts, strict=True):
        read = drawn.unpack(text)
        assert read is not None
        np.testing.assert_array_equal(read, one)
    np.testing.assert_array_equal(node.evaluate(UNPACK, texts), [one.ravel() for one in levels])
