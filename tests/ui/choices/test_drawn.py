import base64
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray

from ui.choices.drawn import LONGEST, pack, unpack

DIGIT = np.zeros((28, 28), np.uint8)
DIGIT[4:24, 13:16] = [7, 15, 7]
NOISE = np.random.default_rng(0).integers(0, 16, (28, 28), np.uint8)


def deflated(content: bytes) -> str:
    compressor = zlib.compressobj(wbits=-15)
    return base64.urlsafe_b64encode(compressor.compress(content) + compressor.flush()).decode().rstrip("=")


@pytest.mark.parametrize("levels", [DIGIT, NOISE, np.zeros_like(DIGIT), np.full_like(DIGIT, 15)])
def test_a_digit_comes_back_from_its_text(levels: NDArray[np.uint8]) -> None:
    text = pack(levels)
    assert len(text) <= LONGEST
    found = unpack(text)
    assert found is not None
    np.testing.assert_array_equal(found, levels)


def test_the_text_is_what_the_format_says() -> None:
    first = np.zeros((28, 28), np.uint8)
    first[0, :3] = [1, 2, 15]
    text = pack(first)
    content = zlib.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), wbits=-15)
    assert content == bytes([0x12, 0xF0]) + bytes(390)
    assert len(pack(DIGIT)) < 60, "a digit is short enough for a link"


@pytest.mark.parametrize(
    "text",
    [
        *("", "A", "AAAA", "a b", "é", "====", pack(DIGIT)[:-4], pack(DIGIT) + "AAAA", "A" * 10_000),
        *(deflated(bytes(391)), deflated(bytes(393)), deflated(bytes(10**9 // 64))),
    ],
)
def test_what_is_no_digit_is_none(text: str) -> None:
    assert unpack(text) is None


def test_no_text_at_all_raises() -> None:
    random = np.random.default_rng(1)
    good = pack(NOISE)
    alphabet = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
    for _ in range(500):
        characters = np.array(list(good))
        at = random.integers(0, len(characters), 3)
        characters[at] = random.choice(alphabet, 3)
        found = unpack("".join(characters)[: random.integers(1, len(good) + 1)])
        assert found is None or (found.shape == (28, 28) and found.max() <= 15)
