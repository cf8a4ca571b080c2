"""Whether a picture lies where real digits lie, in few enough numbers for a browser to tell at every frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_core.arrays import Frozen
from vae_core.data import as_input
from vae_core.metrics.coverage import MANIFOLD_DIGITS, MANIFOLD_NEIGHBOURS, stroke_features
from vae_core.models import Autoencoder
from vae_core.spaces.latent import Array

MOST_DIGITS = 5000
AXES = 48
FEWEST_DIGITS = 8
# Of as many digits as the page's precision takes; of more, as many times more.
NEAREST = 1.5
# Shares of the digits: up to the first a picture lies where they lie, and beyond the second no digit lies.
AT_THE_EDGE, NO_DIGIT = 0.85, 0.95
# Of the spread of the codes: what is nearer to a digit's code is that code.
OWN = 0.01
_LEVELS = 201
_BYTE = 127
_CHUNK = 500


@dataclass(frozen=True)
class DigitManifold(Frozen):
    """What is kept of a set of digits; arrays read-only. Its features are `stroke_features`, F = 324.

    Attributes:
        mean: float32 [F], of the digits.
        axes: float32 [K, F], orthonormal: the principal axes of the digits.
        step: float32 [1], in which `places` counts.
        places: int8 [M, K], each digit along the axes.
        rest: float32 [M], the squared length of what the axes do not reach.
        log_radius: float32 [M], ln of the radius of each digit's ball.
        nearest: int32 [1], of how many balls `apart` is the mean.
        levels: float32 [201], ascending: the quantiles, from the least to the largest, of `apart` of the digits, each
            without itself.
    """

    mean: Array
    axes: Array
    step: Array
    places: NDArray[np.int8]
    rest: Array
    log_radius: Array
    nearest: NDArray[np.int32]
    levels: Array


@dataclass(frozen=True)
class Whereabouts(Frozen):
    """Where pictures lie, seen from the digits; arrays read-only.

    Attributes:
        apart: float32 [N], how far from the digits, in radii of their balls.
        share: float32 [N] in [0, 1], of the digits that are at most as far from the others.
    """

    apart: Array
    share: Array


@torch.inference_mode()
def digit_manifold(images: NDArray[np.uint8], seed: int = 0) -> DigitManifold:
    """Describes where digits lie: a union of balls, as in Kynkaanniemi et al. (2019, arXiv:1904.06991).

    Whether a picture lies in one of the balls around 2,000 digits depends on which digits were drawn: two draws agree
    with an AUC of 0.67 (MNIST, `ae-16`). So more digits stand here, their balls as wide as those around 2,000 would be,
    and `whereabouts` asks for several. Distances are along the first 48 principal axes; of what these do not reach only
    the length is known, and counts as at right angles.

    Args:
        images: uint8 [N, H, W] or [N, C, H, W], at least eight; at most 5,000 are kept.
        seed: of the choice of digits.

    Raises:
        ValueError: fewer than eight images.
    """
    if len(images) < FEWEST_DIGITS:
        raise ValueError(f"to say where digits lie takes at least {FEWEST_DIGITS} of them, not {len(images)}")
    chosen = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))[:MOST_DIGITS].numpy()
    features = stroke_features(as_input(images[chosen]))
    mean = features.mean(0)
    centred = features - mean
    # In float64: of copies of one digit nothing is left but rounding.
    spread = centred.double().T @ centred.double()
    axes = torch.linalg.eigh(spread).eigenvectors.flip(1)[:, :AXES].T.float()
    along = centred @ axes.T
    step = along.abs().max().clamp_min(torch.finfo(along.dtype).tiny) / _BYTE
    places = (along / step).round()
    rest = (centred.square().sum(1) - along.square().sum(1)).clamp_min(0)
    squares = _Squares(places * step, rest)
    more = len(places) / min(MANIFOLD_DIGITS, len(images) // 2)
    neighbours, nearest = round(MANIFOLD_NEIGHBOURS * more), round(NEAREST * more)
    radius = torch.cat([near.kthvalue(neighbours, dim=1).values for near in squares.among()]).sqrt()
    # Copies of one digit: a ball without width would hold nothing but them.
    log_radius = radius.clamp_min(radius.max() * 1e-3 or 1e-3).log()
    apart = torch.cat([_apart(near, log_radius, nearest) for near in squares.among()])
    return DigitManifold(
        mean=mean.numpy(),
        axes=axes.contiguous().numpy(),
        step=step.reshape(1).numpy(),
        places=places.to(torch.int8).numpy(),
        rest=rest.numpy(),
        log_radius=log_radius.numpy(),
        nearest=np.array([nearest], np.int32),
        levels=np.quantile(apart.numpy(), np.linspace(0, 1, _LEVELS)).astype(np.float32),
    )


@torch.inference_mode()
def whereabouts(manifold: DigitManifold, pictures: Tensor) -> Whereabouts:
    """Where each picture lies: the geometric mean of its `nearest` least distances to a digit, over its ball's radius.

    Args:
        manifold: of the digits.
        pictures: float [N, C, H, W] in [0, 1].
    """
    centred = stroke_features(pictures) - torch.tensor(manifold.mean)
    along = centred @ torch.tensor(manifold.axes).T
    rest = (centred.square().sum(1) - along.square().sum(1)).clamp_min(0)
    squares = _Squares(torch.tensor(manifold.places) * torch.tensor(manifold.step), torch.tensor(manifold.rest))
    log_radius = torch.tensor(manifold.log_radius)
    nearest = int(manifold.nearest[0])
    near = [_apart(chunk, log_radius, nearest) for chunk in squares.of(along, rest)]
    apart = torch.cat([torch.empty(0), *near]).numpy()
    shares = np.linspace(0, 1, len(manifold.levels))
    return Whereabouts(apart, np.interp(apart, manifold.levels, shares).astype(np.float32))


@torch.inference_mode()
def unlike_digits(model: Autoencoder, images: NDArray[np.uint8], manifold: DigitManifold) -> Array:
    """The codes of digits that the model redraws so badly that no other digit lies there: float32 [L, D].

    A decoder alone gives no digit a code. Within `own_radius` of one of them a code is that of the digit.
    """
    if model.config.half == "decoder":
        return np.empty((0, model.config.latent_dim), np.float32)
    codes = model.encode(as_input(images))
    # A browser rounds otherwise: one digit more in this list changes no word, one less might.
    lost = whereabouts(manifold, model.decode(codes)).share > NO_DIGIT - 0.01
    return codes.numpy()[lost]


def own_radius(std: Array) -> float:
    """How near to a digit's code another code is still that digit's; from the deviations of the codes, float32 [D]."""
    return float(OWN * np.linalg.norm(std.astype(np.float64)))


@dataclass(frozen=True)
class _Squares:
    """Squared distances to digits: [M, K] along the axes and [M] beside them."""

    along: Tensor
    rest: Tensor

    def of(self, along: Tensor, rest: Tensor) -> Iterator[Tensor]:
        """Of others, a few rows at a time: [n, M] each."""
        for some, beside in zip(torch.split(along, _CHUNK), torch.split(rest, _CHUNK), strict=True):
            yield torch.cdist(some, self.along).square() + beside[:, None] + self.rest

    def among(self) -> Iterator[Tensor]:
        """Of the digits themselves; infinite from each to itself."""
        for k, chunk in enumerate(self.of(self.along, self.rest)):
            own = torch.arange(len(chunk))
            chunk[own, own + k * _CHUNK] = torch.inf
            yield chunk


def _apart(squares: Tensor, log_radius: Tensor, nearest: int) -> Tensor:
    """The geometric mean of the least ratios: squared distances [n, M] -> [n]."""
    ratios = 0.5 * squares.clamp_min(torch.finfo(squares.dtype).tiny).log() - log_radius
    return ratios.topk(nearest, dim=1, largest=False).values.mean(1).exp()
