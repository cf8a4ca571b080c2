"""The checkpoints that the browser's half is tested with."""

import shutil
from pathlib import Path

from tests import tiny
from vae_core import checkpoint
from vae_core.config import ModelConfig
from vae_core.training.fit import new_model

# The pair the app opens with, in the article's widths: what is tested here must not depend on how well it is trained.
PAIR = {
    "ae-30": ModelConfig(kind="ae", latent_dim=30, encoder=(250,), decoder=(320,)),
    "vae-30": ModelConfig(kind="vae", latent_dim=30, encoder=(250,), decoder=(320,), scale="logvar"),
}
# Longer than there is room for.
LONG_NAMES = (
    "tiny-ae-trained-on-rotated-digits-with-masking-noise",
    "tiny-vae-with-a-beta-of-two-and-a-half-second-try",
)
ACTIVATIONS = {
    "tiny-elu": ModelConfig(kind="ae", latent_dim=3, encoder=(6,), decoder=(7,), activation="elu"),
    "tiny-softplus": ModelConfig(kind="ae", latent_dim=3, encoder=(6,), decoder=(7,), activation="softplus"),
}


def write(root: Path, shipped: Path) -> Path:
    """The shipped checkpoints as they are now, and one of each kind with random weights; returns `root`."""
    root.mkdir()
    for entry in checkpoint.available(shipped):
        if entry.problem is None:
            shutil.copytree(entry.path, root / entry.name)
    for kind in tiny.CONFIGS | tiny.HALVES:
        tiny.write_checkpoint(root, f"tiny-{kind}", kind, seed=1)
    for name, kind in zip(LONG_NAMES, ("ae", "vae-logvar"), strict=True):
        tiny.write_checkpoint(root, name, kind, seed=1)
    for name, config in {**PAIR, **ACTIVATIONS}.items():
        if not (root / name).exists():
            checkpoint.save(root / name, new_model(config, seed=1))
    return root
