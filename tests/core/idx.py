"""Small MNIST folders in the original format, whole or spoiled."""

import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from vae_core import data

COUNTS: dict[data.Split, int] = {"train": 6, "test": 4}


def idx(array: NDArray[np.uint8]) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def planted(split: data.Split) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Images [N, 28, 28] and labels [N] that no permutation or transposition leaves alone."""
    count = COUNTS[split]
    images = np.random.default_rng(count).integers(0, 256, (count, 28, 28), np.uint8)
    return images, (np.arange(count, dtype=np.uint8) * 3 + 1) % 10


def files() -> dict[str, bytes]:
    """The four files by name."""
    return {
        name: idx(array)
        for split, names in data.MNIST_FILES.items()
        for name, array in zip(names, planted(split), strict=True)
    }


def write(folder: Path) -> Path:
    """Writes the four files to `folder/MNIST/raw`; returns that folder."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, content in files().items():
        (raw / name).write_bytes(content)
    return raw


def shrink_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes MNIST six training and four test digits, so that whole sets fit in a test."""
    monkeypatch.setattr(data, "MNIST_COUNTS", COUNTS)
