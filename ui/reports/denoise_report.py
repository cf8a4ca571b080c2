"""How well models denoise at each level of a corruption, measured in the background once a process."""

from __future__ import annotations

from collections.abc import Sequence

from ui import store
from ui.choices import digit_sets
from ui.reports.report import Report, as_csv
from vae_core.config import CorruptionConfig, CorruptionKind
from vae_core.errors import ConfigError
from vae_core.metrics.denoising import Curve, curve, noisy_curve

DIGITS = 1000
LEVELS = tuple(step / 10 for step in range(11))
CORRUPTED = "corrupted"
NAMES: dict[CorruptionKind, str] = {
    "gaussian": "Gaussian noise",
    "masking": "Masking",
    "salt_and_pepper": "Salt and pepper",
    "box": "A box cut out",
}
AXES: dict[CorruptionKind, str] = {
    "gaussian": "σ of the noise",
    "masking": "share of the pixels made black",
    "salt_and_pepper": "share of the pixels made black or white",
    "box": "side of the box over the side of the picture",
}
COLUMNS = ("psnr_mean", "psnr_std", "ssim_mean", "ssim_std", "changed")


@Report
def curves(model: str | None, digits: str, kind: CorruptionKind, seed: int) -> Curve:
    """PSNR and SSIM to the clean digits at each of `LEVELS`.

    Args:
        model: name of a checkpoint; None for the corrupted digits themselves.
        digits: "uci" or "mnist", of which the first `DIGITS` are taken.
        kind: of the corruption; Gaussian noise is not clipped, as in training.
        seed: of the noise.
    """
    images = digit_sets.load(digits).images[:DIGITS]
    if model is None:
        return noisy_curve(images, kind, LEVELS, seed, clip=False)
    return curve(store.given(model, digits).rows(range(len(images))), images, kind, LEVELS, seed, clip=False)


def trained_level(model: str, kind: CorruptionKind) -> float | None:
    """The level of that corruption which the model was trained against; None where it was not.

    Raises:
        NotHereError: no such checkpoint can be used here.
    """
    try:
        corruption = CorruptionConfig.from_json(store.training(model).get("corruption"))
    except ConfigError:  # none, or none of ours
        return None
    return corruption.level if corruption.kind == kind else None


def protocol(digits: str, kind: CorruptionKind, seed: int) -> str:
    """How it was measured, in one or two sentences."""
    count = min(len(digit_sets.load(digits)), DIGITS)
    given = ", given to the models unclipped," if kind == "gaussian" else ""
    spared = " A digit that the box misses counts for none of the lines." if kind == "box" else ""
    return (
        f"{NAMES[kind]}{given} on {count:,} {digit_sets.label(digits)}, other noise for each; one pass, a VAE "
        f"decoded at μ; pictures compared in [0, 1]; mean over the digits and a band of one deviation.{spared} Seed "
        f"{seed}."
    )


def file(names: Sequence[str], found: Sequence[Curve], kind: CorruptionKind) -> str:
    """A line for each model and level as CSV, the corrupted digits' own first."""
    lines = [
        [kind, name, f"{level:g}", *(f"{getattr(one, column)[i]:.4f}".removesuffix(".0000") for column in COLUMNS)]
        for name, one in zip(names, found, strict=True)
        for i, level in enumerate(one.levels)
    ]
    return as_csv(["corruption", "model", "level", *COLUMNS], lines)
