"""Digits in MNIST's format: white on black, 28 x 28, the centre of mass in the middle of the field."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

from vae_core.config import IMAGE_SIZE
from vae_core.errors import DigitsError

Split = Literal["train", "test"]

UCI_ZOOM = 2.5
UCI_CONTRAST_SLOPE = 10.0
UCI_CONTRAST_MIDPOINT = 0.55

MNIST_FILES: dict[Split, tuple[str, str]] = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
MNIST_COUNTS: dict[Split, int] = {"train": 60_000, "test": 10_000}


@dataclass(frozen=True)
class Digits:
    """A set of digits.

    Attributes:
        images: uint8 [N, 28, 28], read-only.
        labels: int64 [N], 0 to 9, read-only.
        name: "uci" or "mnist", for captions and links.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    name: str

    def __post_init__(self) -> None:
        self.images.setflags(write=False)
        self.labels.setflags(write=False)

    def __len__(self) -> int:
        return len(self.labels)


def as_input(images: NDArray[np.uint8]) -> Tensor:
    """uint8 [N, 28, 28] -> float32 [N, 1, 28, 28] in [0, 1], the input of every model."""
    return torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1)


def center_of_mass(image: NDArray[np.floating]) -> NDArray[np.float32]:
    """Places an image of at most 28 x 28 in a 28 x 28 field with its centre of mass at (13.5, 13.5), as MNIST does.

    LeCun et al. (1998), section III.A. A blank image stays blank.
    """
    field = np.zeros((IMAGE_SIZE, IMAGE_SIZE), np.float32)
    top, left = (IMAGE_SIZE - image.shape[0]) // 2, (IMAGE_SIZE - image.shape[1]) // 2
    field[top : top + image.shape[0], left : left + image.shape[1]] = image
    if not field.any():
        return field
    middle = (IMAGE_SIZE - 1) / 2
    shift = np.subtract(middle, ndimage.center_of_mass(field))
    return np.asarray(ndimage.shift(field, shift, order=1, mode="grid-constant"))


@cache
def uci_digits() -> Digits:
    """scikit-learn's 1,797 scans of 8 x 8 (Alpaydin & Kaynak, 1998), brought into MNIST's format.

    Cubic upsampling by 2.5, a logistic contrast curve, centre of mass to the middle.
    """
    from sklearn.datasets import load_digits

    scans = load_digits()
    images = np.stack([center_of_mass(_enlarge(scan / 16)) for scan in scans.images])
    return Digits(np.rint(images * 255).astype(np.uint8), scans.target.astype(np.int64), "uci")


def _enlarge(scan: NDArray[np.floating]) -> NDArray[np.floating]:
    smooth = ndimage.zoom(scan, UCI_ZOOM, order=3, mode="grid-constant", grid_mode=True)

    def logistic(value: NDArray[np.floating] | float) -> NDArray[np.floating]:
        return 1 / (1 + np.exp(-UCI_CONTRAST_SLOPE * (np.asarray(value) - UCI_CONTRAST_MIDPOINT)))

    return np.clip((logistic(smooth) - logistic(0.0)) / (logistic(1.0) - logistic(0.0)), 0, 1)


def find_mnist(data_dir: str | Path | None = None) -> Path | None:
    """The first of `data_dir`, `$DIGITS_DIR` and `data/` that holds the folder `MNIST/raw`; None where none does."""
    return next((folder for folder in _mnist_folders(data_dir) if (folder / "MNIST" / "raw").is_dir()), None)


def _mnist_folders(data_dir: str | Path | None) -> list[Path]:
    return [Path(folder) for folder in (data_dir, os.environ.get("DIGITS_DIR"), "data") if folder]


def mnist_digits(split: Split = "test", data_dir: str | Path | None = None) -> Digits:
    """MNIST's 60,000 training or 10,000 test digits (LeCun, Cortes & Burges), through torchvision.

    Args:
        split: "train" or "test".
        data_dir: looked into before the others, see `find_mnist`.

    Raises:
        DigitsError: no such folder, a file missing, truncated, or not IDX.
    """
    root = find_mnist(data_dir)
    if root is None:
        where = " or ".join(str(folder / "MNIST" / "raw") for folder in _mnist_folders(data_dir))
        raise DigitsError(f"there is no MNIST: expected the folder {where}")
    images_file, labels_file = (root / "MNIST" / "raw" / name for name in MNIST_FILES[split])
    count = MNIST_COUNTS[split]
    check_idx(images_file, (count, IMAGE_SIZE, IMAGE_SIZE))
    check_idx(labels_file, (count,))
    reader = torchvision_mnist()
    images = reader.read_image_file(str(images_file)).numpy()
    labels = reader.read_label_file(str(labels_file)).numpy().astype(np.int64)
    if labels.max() > 9:
        raise DigitsError(f"{labels_file} holds a label {labels.max()}; labels are 0 to 9")
    return Digits(images, labels, "mnist")


def check_idx(file: Path, shape: tuple[int, ...]) -> None:
    """Whether a file is a whole IDX file of bytes: torchvision's own complaints are assertions without a file name.

    Raises:
        DigitsError: it is not; the sentence names file and fault.
    """
    if not file.is_file():
        raise DigitsError(f"{file} is missing")
    header = struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape)
    try:
        with file.open("rb") as stream:
            found = stream.read(len(header))
    except OSError as error:
        raise DigitsError(f"{file} cannot be read: {error.strerror}") from error
    if found[:4] != header[:4]:
        raise DigitsError(
            f"{file} is no IDX file of {len(shape)} dimensions: it starts with {found[:4].hex() or 'nothing'}"
        )
    if found != header:
        raise DigitsError(f"{file} does not announce {' x '.join(map(str, shape))} bytes in its header")
    expected, actual = len(header) + int(np.prod(shape)), file.stat().st_size
    if actual != expected:
        kind = "truncated" if actual < expected else "too long"
        raise DigitsError(f"{file} is {kind}: {actual} bytes instead of {expected}")


@cache
def torchvision_mnist() -> ModuleType:
    """`torchvision.datasets.mnist`, imported late: the import takes seconds and only MNIST needs it.

    The package index pairs a CPU build of torch with a CUDA build of torchvision, whose compiled operators then do not
    load, and torchvision's import stops at the first it wants to describe. Reading images needs none of them, so they
    are declared without a body.
    """
    try:
        from torchvision.datasets import mnist
    except RuntimeError as error:
        if "operator torchvision::" not in str(error):
            raise
        library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
        for operator in ("nms", "qnms"):
            signature = f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
            library.define(signature)  # type: ignore[no-untyped-call]
        from torchvision.datasets import mnist
    return mnist  # type: ignore[no-any-return]
