"""Sets of pictures; digits are in MNIST's format: white on black, 28 x 28, see `mnist_format`."""

from __future__ import annotations

import gzip
import importlib.util
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
from scipy.special import expit
from torch import Tensor
from torch.nn import functional

from vae_core.arrays import Frozen
from vae_core.config import DIGIT, Shape
from vae_core.errors import DigitsError
from vae_core.pictures.mnist_format import mnist_format

Split = Literal["train", "test"]

# Of the renderings tried on a grid, the one whose squared errors under `vae-16` and `vae-30` have the least sum among
# those with at most a tenth more ink than MNIST's digits: ever broader strokes would be ever easier to reconstruct.
UCI_ZOOM = 5
UCI_CONTRAST_SLOPE = 12.0
UCI_CONTRAST_MIDPOINT = 0.55
UCI_BLUR = 0.6

MNIST_FILES: dict[Split, tuple[str, str]] = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
MNIST_COUNTS: dict[Split, int] = {"train": 60_000, "test": 10_000}


@dataclass(frozen=True)
class Digits(Frozen):
    """A set of digits, or of other pictures.

    Attributes:
        images: uint8 [N, H, W], of several channels [N, C, H, W]; read-only.
        labels: int64 [N], 0 to 9, read-only.
        name: "uci" or "mnist", for captions and links.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    name: str

    def __len__(self) -> int:
        return len(self.labels)


def shape_of(images: NDArray[np.uint8]) -> Shape:
    """Channels, height and width of uint8 [N, H, W] or [N, C, H, W].

    >>> shape_of(np.zeros((5, 20, 16), np.uint8))
    (1, 20, 16)
    """
    height, width = images.shape[-2:]
    return images.shape[1] if images.ndim == 4 else 1, height, width


def as_input(images: NDArray[np.uint8]) -> Tensor:
    """uint8 [N, H, W] or [N, C, H, W] -> float32 [N, C, H, W] in [0, 1], the input of every model."""
    return torch.from_numpy(images.astype(np.float32) / 255).reshape(-1, *shape_of(images))


def examples(shape: Shape, count: int) -> Tensor:
    """What a model of such pictures can be tried on: the first UCI digits, stretched, float32 [count, C, H, W].

    >>> examples((3, 20, 16), 2).shape
    torch.Size([2, 3, 20, 16])
    """
    digits = as_input(uci_digits().images[:count])
    if shape == DIGIT:
        return digits
    return functional.interpolate(digits, shape[1:], mode="bilinear").expand(-1, shape[0], -1, -1)


@cache
def uci_digits() -> Digits:
    """scikit-learn's 1,797 scans of 8 x 8 (Alpaydin & Kaynak, 1998), brought into MNIST's format.

    Cubic upsampling, a logistic contrast curve that makes strokes of it, `mnist_format`, and a Gaussian blur.
    """
    scans, labels = _uci_scans()
    digits = np.stack([mnist_format(strokes) for strokes in _strokes(scans / 16)])
    soft = ndimage.gaussian_filter(digits, (0, UCI_BLUR, UCI_BLUR))
    return Digits(np.rint(soft * 255).astype(np.uint8), labels, "uci")


def _uci_scans() -> tuple[NDArray[np.floating], NDArray[np.int64]]:
    """`sklearn.datasets.load_digits`, from its file: a training should not wait a second and more for that import.

    [N, 8, 8], of 0 to 16, and [N].
    """
    spec = importlib.util.find_spec("sklearn")
    assert spec is not None
    assert spec.origin is not None
    with gzip.open(Path(spec.origin).parent / "datasets" / "data" / "digits.csv.gz", "rt") as stream:
        table = np.loadtxt(stream, delimiter=",")
    return table[:, :-1].reshape(-1, 8, 8), table[:, -1].astype(np.int64)


def _strokes(scans: NDArray[np.floating]) -> NDArray[np.floating]:
    """[N, 8, 8] -> [N, 8 * UCI_ZOOM, 8 * UCI_ZOOM], both in [0, 1]."""
    enlarge = ndimage.zoom(np.eye(8), (UCI_ZOOM, 1), order=3, mode="grid-constant", grid_mode=True)
    white, black = expit(UCI_CONTRAST_SLOPE * (np.array([1, 0]) - UCI_CONTRAST_MIDPOINT))
    curve = expit(UCI_CONTRAST_SLOPE * (enlarge @ scans @ enlarge.T - UCI_CONTRAST_MIDPOINT))
    return np.asarray(np.clip((curve - black) / (white - black), 0, 1))


def find_mnist(data_dir: str | Path | None = None) -> Path | None:
    """The first of `data_dir`, `$DIGITS_DIR` and `data/` that holds the folder `MNIST/raw`; None where none does."""
    return next((folder for folder in data_folders(data_dir) if (folder / "MNIST" / "raw").is_dir()), None)


def data_folders(data_dir: str | Path | None = None) -> list[Path]:
    """Where pictures are looked for: `data_dir`, `$DIGITS_DIR`, then `data/`."""
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
        where = " or ".join(str(folder / "MNIST" / "raw") for folder in data_folders(data_dir))
        raise DigitsError(f"there is no MNIST: expected the folder {where}")
    images_file, labels_file = (root / "MNIST" / "raw" / name for name in MNIST_FILES[split])
    count = MNIST_COUNTS[split]
    check_idx(images_file, (count, *DIGIT[1:]))
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
