"""Pictures that are no digits, and models of them: higher than wide, and in colour."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from vae_core import checkpoint
from vae_core.config import CorruptionConfig, ModelConfig, Shape, TrainingConfig
from vae_core.data import shape_of
from vae_core.pictures.film import Frame
from vae_core.training.fit import fit, new_model

SETS: dict[str, Shape] = {"bars": (1, 20, 16), "coloured-bars": (3, 32, 32)}


def bars(shape: Shape, count: int = 240) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pictures with two causes, where a bright bar lies and what colour it has; and the first, 0 to 9.

    Returns:
        uint8 [count, H, W], of several channels [count, C, H, W]; and labels [count].
    """
    rng = np.random.default_rng(0)
    channels, height, width = shape
    place, colour = rng.integers(0, width - 3, count), rng.uniform(80, 255, (count, channels))
    images = rng.integers(0, 50, (count, channels, height, width), np.uint8)
    for i in range(count):
        images[i, :, 2:-2, place[i] : place[i] + 3] = colour[i][:, None, None]
    return images[:, 0] if channels == 1 else images, place * 10 // (width - 3)


def write_sets(folder: Path) -> Path:
    """A file for each of `SETS`, as `vae_core.pictures.set_file` reads them; returns the folder."""
    folder.mkdir(exist_ok=True)
    for name, shape in SETS.items():
        images, labels = bars(shape)
        safetensors.numpy.save_file({"images": images, "labels": labels}, folder / f"{name}.safetensors")
    return folder


def write_models(root: Path) -> Path:
    """Of each of `SETS` an AE of two codes, a denoising AE and a VAE, a little trained, each with its film."""
    root.mkdir(exist_ok=True)
    noise = CorruptionConfig(kind="gaussian", level=0.5)
    for name, shape in SETS.items():
        images, _ = bars(shape)
        for kind, codes, corruption in (("ae", 2, None), ("dae", 4, noise), ("vae", 4, None)):
            config = ModelConfig(
                kind="vae" if kind == "vae" else "ae",
                latent_dim=codes,
                encoder=(48,),
                decoder=(48,),
                scale="logvar" if kind == "vae" else None,
                shape=shape_of(images),
            )
            model = new_model(config, seed=1)
            training = TrainingConfig(epochs=8, batch_size=40, learning_rate=1e-2, beta=0.1, corruption=corruption)
            frames: list[Frame] = [report.frame for report in fit(model, images, training)]
            about = {"corruption": {"kind": "gaussian", "level": 0.5}} if corruption else {}
            checkpoint.save(root / f"{kind}-{name}", model.requires_grad_(False), about, frames=frames)
    return root
