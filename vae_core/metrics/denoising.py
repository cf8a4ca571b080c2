"""How much of a corruption a model takes away, over its level.

Protocol: digit i is corrupted by field i of the seed (`vae_core.noise.seeded_noise`), so that every model and level
gets the same noise; the corrupted digit is decoded at an AE's code or a VAE's mu; PSNR and SSIM are taken of each digit
between the clean one and the picture as it is seen, in [0, 1], then mean and standard deviation over the digits.

A small box misses many digits, whose PSNR is infinite as long as no model has touched them. So that all means are over
the same digits, those that the corruption has left as they were count for nobody, unless it has changed none at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vae_core.config import CorruptionKind
from vae_core.metrics.similarity import psnr, ssim
from vae_core.models import Autoencoder
from vae_core.noise.seeded_noise import corrupt

Digits = NDArray[np.uint8]
Images = NDArray[np.float32]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """Quality over the level of a corruption; all arrays float64 [L].

    Attributes:
        levels: as they were asked for.
        psnr_mean, psnr_std: in dB; infinite and 0 of the corrupted digits themselves where none is changed.
        ssim_mean, ssim_std: -1 to 1.
        changed: how many digits the corruption has changed: those that count, or where there are none, all do.
    """

    levels: Numbers
    psnr_mean: Numbers
    psnr_std: Numbers
    ssim_mean: Numbers
    ssim_std: Numbers
    changed: Numbers


@torch.inference_mode()
def curve(
    model: Autoencoder, images: Digits, kind: CorruptionKind, levels: Sequence[float], seed: int, clip: bool = True
) -> Curve:
    """What the model makes of corrupted digits.

    Args:
        model: any model.
        images: uint8 [N, H, W] or [N, C, H, W], at least one.
        kind: of the corruption.
        levels: of the corruption, each 0 to 1.
        seed: of the noise.
        clip: whether the model gets Gaussian noise clipped to [0, 1].

    Raises:
        ConfigError: there is no such corruption.
    """

    def restored(noisy: Images, rows: NDArray[np.bool_]) -> Images:
        given = model.rows(rows)
        x_hat = given.decode(given.encode(torch.from_numpy(noisy).reshape(-1, *model.config.shape)))
        return np.asarray(x_hat.numpy().reshape(noisy.shape))

    return _curve(restored, images, kind, levels, seed, clip)


def noisy_curve(images: Digits, kind: CorruptionKind, levels: Sequence[float], seed: int, clip: bool = True) -> Curve:
    """The corrupted digits' own quality, to hold against a model's; arguments as `curve`.

    Raises:
        ConfigError: there is no such corruption.
    """
    return _curve(lambda noisy, _: noisy, images, kind, levels, seed, clip)


def _curve(
    restored: Callable[[Images, NDArray[np.bool_]], Images],
    images: Digits,
    kind: CorruptionKind,
    levels: Sequence[float],
    seed: int,
    clip: bool,
) -> Curve:
    x = np.asarray(images / np.float32(255), np.float32)
    rows = []
    for level in levels:
        noisy = corrupt(x, kind, level, seed, clip=clip)
        changed = (np.clip(noisy, 0, 1) != x).reshape(len(x), -1).any(1)
        counted = changed if changed.any() else ~changed
        x_hat = np.clip(restored(noisy[counted], counted), 0, 1)
        decibels, likeness = psnr(x_hat, x[counted]), ssim(x_hat, x[counted])
        spread = decibels.std() if np.isfinite(decibels).all() else 0.0
        rows.append((level, decibels.mean(), spread, likeness.mean(), likeness.std(), changed.sum()))
    return Curve(*np.array(rows, np.float64).reshape(-1, 6).T)
