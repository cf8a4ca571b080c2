from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from vae_core.errors import DigitsError
from vae_core.pictures import set_file

IMAGES, LABELS = np.zeros((3, 20, 16), np.uint8), np.array([0, 9, 4])
Write = Callable[..., Path]
BAD: dict[str, tuple[dict[str, object], str]] = {
    "no labels": ({"images": IMAGES}, "must hold images and labels, and holds images"),
    "something else": ({"images": IMAGES, "labels": LABELS, "names": LABELS}, "and holds images, labels, names"),
    "floats": ({"images": IMAGES.astype(np.float32), "labels": LABELS}, "images are float32 [3, 20, 16]; they must"),
    "rows of pixels": ({"images": np.zeros((3, 320), np.uint8), "labels": LABELS}, "images are uint8 [3, 320]"),
    "two channels": ({"images": np.zeros((3, 2, 20, 16), np.uint8), "labels": LABELS}, "pictures are 2 x 20 x 16;"),
    "too narrow": ({"images": np.zeros((3, 20, 7), np.uint8), "labels": LABELS}, "pictures are 1 x 20 x 7; they must"),
    "too high": ({"images": np.zeros((3, 65, 9), np.uint8), "labels": LABELS}, "two sides of 8 to 64"),
    "too few labels": ({"images": IMAGES, "labels": LABELS[:2]}, "labels are int64 [2]; they must be one integer a"),
    "half labels": ({"images": IMAGES, "labels": LABELS / 2}, "labels are float64 [3]"),
    "an eleventh class": ({"images": IMAGES, "labels": LABELS + 1}, "labels are 1 to 10; they must be 0 to 9"),
    "a class below": ({"images": IMAGES, "labels": LABELS - 1}, "labels are -1 to 8"),
    "nothing": ({"images": IMAGES[:0], "labels": LABELS[:0]}, "labels are int64 [0]"),
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(arrays: dict[str, np.ndarray]) -> Path:
        safetensors.numpy.save_file(arrays, tmp_path / "mine.safetensors")
        return tmp_path / "mine.safetensors"

    return write


@pytest.mark.parametrize("shape", [(20, 16), (1, 20, 16), (3, 64, 8)], ids=str)
def test_a_set_comes_back(shape: tuple[int, ...], write: Write) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, *shape), np.uint8)
    found = set_file.read(write({"images": images, "labels": LABELS.astype(np.uint8)}))
    assert (found.name, found.labels.tolist()) == ("mine", LABELS.tolist())
    np.testing.assert_array_equal(found.images.reshape(images.shape), images)
    assert found.images.ndim == (4 if shape[0] == 3 else 3)


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_set_is_named(case: str, write: Write) -> None:
    arrays, words = BAD[case]
    file = write(arrays)
    with pytest.raises(DigitsError) as raised:
        set_file.read(file)
    assert words in str(raised.value)
    assert str(raised.value).startswith(str(file))


@given(st.binary(max_size=200), st.integers(0, 400))
def test_whatever_bytes_there_are_one_sentence_says_so(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, cut: int
) -> None:
    whole = safetensors.numpy.save({"images": IMAGES, "labels": LABELS})
    file = tmp_path_factory.mktemp("any") / "mine.safetensors"
    for content in (noise, whole[:cut]):
        file.write_bytes(content)
        with pytest.raises(DigitsError, match="is no safetensors file"):
            set_file.read(file)


def test_a_file_that_is_not_there_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    with pytest.raises(DigitsError, match="cannot be read: No such file"):
        set_file.read(tmp_path / "none.safetensors")
    monkeypatch.setattr(set_file, "MOST_BYTES", 500)
    with pytest.raises(DigitsError, match="is larger than"):
        set_file.read(write({"images": IMAGES, "labels": LABELS}))
