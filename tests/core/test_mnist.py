import re
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
import torch

from tests.core import idx
from vae_core import data
from vae_core.data import Digits, DigitsError, find_mnist, mnist_digits
from vae_core.pictures.mnist_format import CENTRE_OF_MASS

TEST_IMAGES, TEST_LABELS = data.MNIST_FILES["test"]


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`MNIST/raw` with six training and four test digits."""
    idx.shrink_mnist(monkeypatch)
    return idx.write(tmp_path)


@pytest.mark.needs_mnist
def test_mnist_is_whole(mnist_train: Digits, mnist_test: Digits) -> None:
    """Label counts as LeCun, Cortes & Burges give them."""
    assert (len(mnist_train), len(mnist_test)) == (60_000, 10_000)
    assert mnist_train.name == mnist_test.name == "mnist"
    assert np.bincount(mnist_train.labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(mnist_test.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert (mnist_train.images.mean() / 255).round(4) == 0.1307
    assert (mnist_train.images.std() / 255).round(4) == 0.3081
    assert mnist_test.images.dtype == np.uint8
    assert mnist_test.labels.dtype == np.int64
    assert not mnist_test.images.flags.writeable


@pytest.mark.needs_mnist
def test_where_mnists_digits_stand(mnist_test: Digits) -> None:
    """Moved by whole pixels, within that rounding of the place where all other digits are put exactly."""
    masses = mnist_test.images.astype(np.float64)
    for axis in (1, 2):
        lines = masses.sum(3 - axis)
        centres = lines @ np.arange(28) / lines.sum(1)
        assert centres.mean() == pytest.approx(CENTRE_OF_MASS, abs=0.01)
        assert np.abs(centres - CENTRE_OF_MASS).max() == pytest.approx(0.5, abs=0.01)


def test_the_files_are_read_as_they_were_written_and_the_test_digits_alone_are_enough(raw: Path) -> None:
    splits: tuple[data.Split, ...] = ("train", "test")
    for split in splits:
        digits, (images, labels) = mnist_digits(split, raw.parents[1]), idx.planted(split)
        np.testing.assert_array_equal(digits.images, images)
        np.testing.assert_array_equal(digits.labels, labels)
        assert digits.labels.dtype == np.int64
    for name in data.MNIST_FILES["train"]:
        (raw / name).unlink()
    assert len(mnist_digits("test", raw.parents[1])) == 4
    with pytest.raises(DigitsError, match="train-images-idx3-ubyte is missing"):
        mnist_digits("train", raw.parents[1])


def test_a_processed_copy_of_old_torchvisions_is_not_unpickled(raw: Path) -> None:
    """Before 2021 torchvision kept `processed/*.pt`, a pickle, and still prefers it."""
    processed = raw.parent / "processed"
    processed.mkdir()
    for name in ("training.pt", "test.pt"):
        torch.save((torch.zeros(2, 28, 28, dtype=torch.uint8), torch.zeros(2)), processed / name)
    np.testing.assert_array_equal(mnist_digits("test", raw.parents[1]).images, idx.planted("test")[0])


def announcing(*shape: int) -> Callable[[bytes], bytes]:
    return lambda whole: bytes((0, 0, 8, 3)) + struct.pack(">3I", *shape) + whole[16:]


SPOILED: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "truncated images": (TEST_IMAGES, lambda whole: whole[:-1], "is truncated: 3151 bytes instead of 3152"),
    "truncated labels": (TEST_LABELS, lambda whole: whole[:-3], "is truncated: 9 bytes instead of 12"),
    "too long": (TEST_IMAGES, lambda whole: whole + b"\0", "is too long: 3153 bytes instead of 3152"),
    "empty": (TEST_IMAGES, lambda whole: b"", "is no IDX file of 3 dimensions: it starts with nothing"),
    "half a header": (TEST_IMAGES, lambda whole: whole[:6], "does not announce"),
    "labels for images": (TEST_IMAGES, lambda whole: idx.idx(np.zeros(4, np.uint8)), "is no IDX file of 3 dimensions"),
    "still compressed": (TEST_LABELS, lambda whole: b"\x1f\x8b\x08\x00" + whole, "it starts with 1f8b0800"),
    "a web page": (TEST_IMAGES, lambda whole: b"<html><body>404</body>", "it starts with 3c68746d"),
    "floats": (TEST_IMAGES, lambda whole: b"\0\0\x0d\x03" + whole[4:], "is no IDX file of 3 dimensions"),
    "another count": (TEST_IMAGES, announcing(5, 28, 28), "does not announce 4 x 28 x 28"),
    "another size": (TEST_IMAGES, announcing(4, 14, 56), "does not announce 4 x 28 x 28"),
    "a label of 200": (TEST_LABELS, lambda whole: whole[:-1] + b"\xc8", "holds a label 200; labels are 0 to 9"),
}


@pytest.mark.parametrize("spoiled", SPOILED)
def test_a_spoiled_file_is_named_with_what_is_wrong(raw: Path, spoiled: str) -> None:
    name, spoil, complaint = SPOILED[spoiled]
    file = raw / name
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(DigitsError, match=re.escape(complaint)) as caught:
        mnist_digits("test", raw.parents[1])
    assert str(caught.value).startswith(str(file))
    assert "\n" not in str(caught.value)


def test_what_is_missing_or_not_to_be_read_is_named(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", Mock(side_effect=PermissionError(13, "Permission denied")))
        with pytest.raises(DigitsError, match=f"{TEST_IMAGES}.*Permission denied"):
            mnist_digits("test", tmp_path)
    for name in (TEST_LABELS, TEST_IMAGES):
        (raw / name).unlink()
        with pytest.raises(DigitsError, match=f"{name} is missing"):
            mnist_digits("test", tmp_path)
    monkeypatch.delenv("DIGITS_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    shutil.rmtree(raw)
    with pytest.raises(DigitsError, match=re.escape(str(tmp_path / "MNIST" / "raw"))):
        mnist_digits("test", tmp_path)


def test_mnist_is_looked_for_in_the_folder_asked_for_then_the_environment_then_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, environment, here = tmp_path / "asked", tmp_path / "environment", tmp_path / "here"
    for folder in (asked, environment, here / "data"):
        (folder / "MNIST" / "raw").mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setenv("DIGITS_DIR", str(environment))
    assert find_mnist(asked) == asked
    assert find_mnist(str(asked)) == asked
    assert find_mnist() == environment
    monkeypatch.setenv("DIGITS_DIR", str(tmp_path / "nowhere"))
    assert find_mnist() == Path("data")
    monkeypatch.delenv("DIGITS_DIR")
    assert find_mnist() == Path("data")
    monkeypatch.chdir(tmp_path)
    assert find_mnist() is None
    assert find_mnist(tmp_path / "nowhere") is None
    monkeypatch.setenv("DIGITS_DIR", str(environment))
    assert find_mnist(tmp_path / "nowhere") == environment
