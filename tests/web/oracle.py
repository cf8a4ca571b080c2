"""What PyTorch and the core make of the checkpoints that the app serves."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import ArrayLike, NDArray

from vae_core import checkpoint
from vae_core.data import Digits
from vae_core.models import Autoencoder
from vae_core.spaces import latent, projection
from vae_core.spaces.latent import Encodings
from vae_core.spaces.projection import Plane

# A picture is rounded to 256 grey levels.
LEVEL = 1 / 255
GREY = 2.5e-3
# The link keeps six digits of z, and a slider three decimals.
LINK_GREY = 0.02
STEP = 6e-4


class Oracle:
    """Each checkpoint is loaded, and encodes the UCI digits, once."""

    def __init__(self, root: Path, uci: Digits) -> None:
        self.root, self.uci = root, uci
        self.model = functools.cache(self._model)
        self.encodings = functools.cache(self._encodings)

    def need(self, *names: str) -> None:
        """Skips a test of what is not shipped."""
        for name in names:
            if not (self.root / name).exists():
                pytest.skip(f"{name} is not shipped")

    def _model(self, name: str) -> Autoencoder:
        return checkpoint.load(self.root / name)

    def _encodings(self, name: str) -> Encodings:
        return latent.encodings(self.model(name).given(self.uci.labels), self.uci.images)

    def plane(self, name: str) -> Plane:
        return projection.plane(self.encodings(name).codes)

    def as_tensor(self, values: ArrayLike) -> torch.Tensor:
        return torch.tensor(np.asarray(values, np.float32))

    def decode(self, name: str, codes: ArrayLike) -> NDArray[np.float64]:
        """[..., D] -> [..., 28, 28]"""
        z = self.as_tensor(codes)
        pictures = self.model(name).decode(z.reshape(-1, z.shape[-1]))
        return pictures.double().numpy().reshape(*z.shape[:-1], 28, 28)

    def encode(self, name: str, pixels: NDArray[Any]) -> NDArray[np.float32]:
        """Grey levels in [0, 1], [N, 28, 28] -> [N, D], [28, 28] -> [D]"""
        x = self.as_tensor(pixels).reshape(-1, 1, 28, 28)
        return self.model(name).encode(x).numpy().reshape(*pixels.shape[:-2], -1)

    def codes(self, name: str, rows: object) -> NDArray[np.float32]:
        """Of rows of the UCI digits, or of one."""
        return self.encode(name, self.pixels(rows))

    def pixels(self, rows: Any) -> NDArray[np.float32]:
        return self.uci.images[rows].astype(np.float32) / 255

    def reconstruct(self, name: str, pixels: NDArray[Any]) -> NDArray[np.float64]:
        return self.decode(name, self.encode(name, pixels))

    def nearest(self, name: str, pixels: NDArray[Any], count: int = 10) -> list[int]:
        """Rows of the UCI digits whose means are nearest to the code of a picture, the row itself among them."""
        means = self.encodings(name).means.astype(np.float64)
        distances = np.linalg.norm(means - self.encode(name, pixels), axis=1)
        return [int(row) for row in np.argsort(distances, kind="stable")[:count]]
