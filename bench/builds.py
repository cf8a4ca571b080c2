"""The README's table of VAEs of one size of the code and another build: `python -m bench.builds`."""

from __future__ import annotations

from bench.readme import ROOT, write
from vae_core.checkpoint import WEIGHTS_FILE, load_config, load_training

NAMES = ("vae-16", "cvae-16", "vae-conv-16")
METRICS = ("bce_plus_kl", "squared_error_at_mu")


def row(name: str) -> str:
    """One checkpoint's."""
    folder = ROOT / "checkpoints" / name
    config, test = load_config(folder), load_training(folder)["test"]
    megabytes = (folder / WEIGHTS_FILE).stat().st_size / 1e6
    millions = config.products("decoder") / 1e6
    numbers = " | ".join(f"{test[metric]['value']:.2f}" for metric in METRICS)
    return f"| `{name}` | {config.layers} | {megabytes:.1f} | {millions:.2f} | {numbers} |"


def table() -> str:
    """The table in Markdown."""
    head = ("checkpoint", "layers", "MB", "million multiply-adds a picture", "grey BCE + KL", "squared error at mu")
    return "\n".join([f"| {' | '.join(head)} |", "|---" * 2 + "|--:" * 4 + "|", *map(row, NAMES)])


if __name__ == "__main__":
    write("builds", table())
