"""Completeness: whether what a model generates lies among real digits, and the other way round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_core.data import as_input
from vae_core.models import Autoencoder
from vae_core.spaces.latent import encodings

MANIFOLD_NEIGHBOURS = 3
MANIFOLD_DIGITS = 2000
_ORIENTATIONS = 9
_CELLS = 4
# Of skimage.feature.hog's L2-Hys.
_LARGEST = 0.2
_EPSILON = 1e-5


@dataclass(frozen=True)
class Coverage:
    """What generated pictures and real ones have of each other, each a share in [0, 1].

    Attributes:
        precision: of the generated pictures that lie inside the manifold of the real ones.
        recall: of the real pictures that lie inside the manifold of the generated ones.
    """

    precision: float
    recall: float


def precision_recall(real: Tensor, generated: Tensor, neighbours: int = MANIFOLD_NEIGHBOURS) -> Coverage:
    """k-nearest-neighbour precision and recall (Kynkaanniemi et al., 2019, arXiv:1904.06991, equations 1 and 2).

    A set's manifold is the union of the balls around its members, each as wide as the distance to the member's k-th
    nearest other. The paper takes k = 3 and as many real as generated members.

    Args:
        real: features, float [M, F], more than `neighbours`.
        generated: features, float [N, F], more than `neighbours`.

    Raises:
        ValueError: one of the sets is too small.
    """
    if min(len(real), len(generated)) <= neighbours:
        raise ValueError(f"a manifold takes more than {neighbours} pictures, not {min(len(real), len(generated))}")
    real, generated = real.double(), generated.double()
    distances = torch.cdist(generated, real)  # [N, M]
    inside_real = (distances <= _radii(real, neighbours)).any(1)
    inside_generated = (distances <= _radii(generated, neighbours)[:, None]).any(0)
    return Coverage(inside_real.float().mean().item(), inside_generated.float().mean().item())


def _radii(features: Tensor, neighbours: int) -> Tensor:
    """The distance of each member to its k-th nearest other: [N, F] -> [N]."""
    distances = torch.cdist(features, features)
    return distances.fill_diagonal_(torch.inf).kthvalue(neighbours, dim=1).values


def stroke_features(pictures: Tensor) -> Tensor:
    """Histograms of oriented gradients: pictures [N, C, H, W] in [0, 1] -> float32 [N, 324].

    Nine orientations in 4 x 4 cells, of a digit 7 x 7 pixels each, normalised in blocks of 2 x 2 cells; of several
    channels that with the strongest gradient counts (Dalal & Triggs, 2005). They stand where Kynkaanniemi et al. take a
    network's features: between pixels a blur lies near every digit, and the mean of all digits would count as one of
    them. As skimage.feature.hog, for many pictures at once: ten times as fast.
    """
    x = pictures.float()
    down, right = torch.zeros_like(x), torch.zeros_like(x)
    down[..., 1:-1, :] = x[..., 2:, :] - x[..., :-2, :]
    right[..., 1:-1] = x[..., 2:] - x[..., :-2]
    strength, channel = torch.hypot(down, right).max(1, keepdim=True)  # [N, 1, H, W]
    turn = torch.atan2(down.gather(1, channel), right.gather(1, channel)) / torch.pi % 1  # of a half circle
    rows, columns = (torch.arange(side) * _CELLS // side for side in x.shape[2:])
    cell = rows[:, None] * _CELLS + columns
    slots = cell * _ORIENTATIONS + (turn * _ORIENTATIONS).long().clamp_max(_ORIENTATIONS - 1)
    histograms = torch.zeros(len(x), _CELLS**2 * _ORIENTATIONS)
    histograms.scatter_add_(1, slots.flatten(1), strength.flatten(1))
    areas = torch.bincount(cell.flatten(), minlength=_CELLS**2)
    cells = histograms.reshape(-1, _CELLS, _CELLS, _ORIENTATIONS) / areas.reshape(_CELLS, _CELLS, 1)
    blocks = cells.unfold(1, 2, 1).unfold(2, 2, 1).permute(0, 1, 2, 4, 5, 3).flatten(3)  # [N, 3, 3, 36]
    return _unit(_unit(blocks).clamp_max(_LARGEST)).flatten(1)


def _unit(blocks: Tensor) -> Tensor:
    return blocks / (blocks.square().sum(-1, keepdim=True) + _EPSILON**2).sqrt()


@torch.inference_mode()
def completeness(model: Autoencoder, images: NDArray[np.uint8], seed: int = 0) -> dict[str, Coverage]:
    """How much of what a model generates looks like digits, and how many digits it could have generated.

    The digits are shuffled and halved, at most 2,000 a half. Each entry compares as many pictures with the first half,
    by `precision_recall` of `stroke_features`:

    - "real": the second half itself, which no generator need surpass;
    - "reconstructed": the second half, encoded and decoded: what the decoder can draw;
    - "prior": decoded samples of N(0, I);
    - "fitted": decoded samples of the Gaussian fitted to the codes of all `images`.

    A class-conditional model draws the samples with the labels of the second half. Of a decoder alone, which gives no
    digit a code, there are "real" and "prior".

    Args:
        model: any that decodes.
        images: uint8 [N, H, W] or [N, C, H, W], at least eight.
        seed: of the shuffle and of the samples.

    Raises:
        ValueError: fewer than eight images.
    """
    half = min(len(images) // 2, MANIFOLD_DIGITS)
    generator = torch.Generator().manual_seed(seed)
    x = as_input(images)
    order = torch.randperm(len(x), generator=generator)
    real, held_out = x[order[:half]], x[order[half : 2 * half]]
    given = model.rows(order[half : 2 * half])
    z = torch.randn(half, model.config.latent_dim, generator=generator)
    pictures = {"real": held_out, "prior": given.decode(z)}
    if "encoder" in model.config.parts:
        codes = encodings(model, images, seed)
        fitted = torch.tensor(codes.mean) + z @ torch.tensor(codes.cholesky).T
        pictures |= {"reconstructed": given.decode(given.encode(held_out)), "fitted": given.decode(fitted)}
    manifold = stroke_features(real)
    return {name: precision_recall(manifold, stroke_features(each)) for name, each in pictures.items()}
