"""The README's table of latent spaces, measured on MNIST's test digits: `python -m bench.spaces`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.readme import ROOT, write
from vae_core.checkpoint import load
from vae_core.data import Digits, mnist_digits
from vae_core.metrics import completeness, continuity_between_digits
from vae_core.spaces import normality
from vae_core.spaces.latent import encodings

CHECKPOINTS = ("ae-2", "vae-2", "ae-16", "vae-16", "ae-30", "vae-30")
HEAD = ("checkpoint", "KL to N(0, I)", "N(0, I)", "fitted Gaussian", "reconstructed", "detour", "largest step")


def row(checkpoint: str, digits: Digits, seed: int = 0) -> list[str]:
    """What the two pages of a model show: KL in nats, three times precision / recall in per cent, two ratios."""
    model = load(ROOT / "checkpoints" / checkpoint)
    kl = normality.gaussian_kl(encodings(model, digits.images, seed).codes)
    covered = completeness(model, digits.images, seed)
    shares = [
        f"{100 * covered[source].precision:.0f} / {100 * covered[source].recall:.0f}"
        for source in ("prior", "fitted", "reconstructed")
    ]
    lines = continuity_between_digits(model, digits.images, seed=seed)
    ratios = [f"{np.nanmean(values):.2f} ± {np.nanstd(values):.2f}" for values in (lines.detour, lines.jump)]
    return [f"`{checkpoint}`", f"{kl:.2f}", *shares, *ratios]


def table(checkpoints: Sequence[str] = CHECKPOINTS) -> str:
    """The table in Markdown."""
    digits = mnist_digits("test")
    rows = [HEAD, ["---"] * len(HEAD), *(row(checkpoint, digits) for checkpoint in checkpoints)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


if __name__ == "__main__":
    write("spaces", table())
