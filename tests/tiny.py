"""Random models small enough to make by the dozen, one of each kind the format knows."""

from pathlib import Path
from typing import Any

import torch

from vae_core import checkpoint
from vae_core.config import ModelConfig
from vae_core.models import Autoencoder
from vae_core.training.fit import new_model

CONFIGS: dict[str, ModelConfig] = {
    "ae": ModelConfig(kind="ae", latent_dim=4, encoder=(6,), decoder=(5, 7)),
    "vae-logvar": ModelConfig(kind="vae", latent_dim=4, encoder=(6,), decoder=(7,), scale="logvar"),
    "vae-sigma": ModelConfig(kind="vae", latent_dim=4, encoder=(6,), decoder=(7,), scale="sigma"),
    "linear": ModelConfig(kind="ae", latent_dim=3, output="linear"),
    "one-code": ModelConfig(kind="ae", latent_dim=1, encoder=(6,), decoder=(5,)),
    "tanh": ModelConfig(kind="ae", latent_dim=2, encoder=(6, 5), decoder=(5,), activation="tanh"),
    "bernoulli": ModelConfig(
        kind="vae", latent_dim=2, encoder=(6,), decoder=(7,), scale="logvar", likelihood="bernoulli"
    ),
}

HALVES: dict[str, ModelConfig] = {
    "decoder": ModelConfig(kind="vae", latent_dim=2, decoder=(5,), half="decoder"),
    "encoder": ModelConfig(kind="vae", latent_dim=2, encoder=(6,), scale="logvar", half="encoder"),
}


def model(kind: str = "ae", seed: int = 0) -> Autoencoder:
    """Random weights of the kind `CONFIGS[kind]`, in eval mode and without gradients, as a loaded model is."""
    return new_model((CONFIGS | HALVES)[kind], seed).eval().requires_grad_(False)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def write_flat(root: Path, kind: str) -> str:
    """Writes a checkpoint whose picture and whose code are the same for every digit; returns its name."""
    flat = new_model(CONFIGS[kind], 0)
    with torch.no_grad():
        for parameter in flat.parameters():
            parameter.zero_()
    checkpoint.save(root / "flat", flat)
    return "flat"


def write_checkpoint(
    root: Path, name: str, kind: str = "ae", seed: int = 0, training: dict[str, Any] | None = None
) -> Path:
    """Writes a checkpoint folder `root/name` with random weights of that kind, half a model too; returns the folder."""
    folder = root / name
    checkpoint.save(folder, new_model((CONFIGS | HALVES)[kind], seed), training)
    return folder
