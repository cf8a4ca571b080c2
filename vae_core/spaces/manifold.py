"""The manifold of a decoder's pictures: its Jacobian, its metric, its tangent planes.

The pictures are those the eye sees, after the sigmoid and in [0, 1], and of a VAE the decoder's mean. All distances
between them are Euclidean over their pixels.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd import forward_ad
from torch.func import jvp, vmap

from vae_core.arrays import Frozen
from vae_core.errors import PathError
from vae_core.models import Autoencoder
from vae_core.spaces.projection import Plane

# Columns of Jacobians that are computed together; of 784 pixels they take 24 MB.
COLUMNS_AT_ONCE = 7500

Decode = Callable[[Tensor], Tensor]
# Forward mode has one level for the whole process: two threads in it at once get zeros, or an error.
_FORWARD_MODE = threading.Lock()
Array = NDArray[np.float32]


@dataclass(frozen=True)
class Tangent(Frozen):
    """The plane that touches the manifold of pictures at one code; arrays read-only, r the rank of the Jacobian.

    Attributes:
        jacobian: float32 [P, D]; column d is how the picture changes with coordinate d. P is 784 for digits.
        left: float32 [P, r], orthonormal columns: the plane's directions in pictures, the strongest first.
        singular: float32 [r], descending, above 0: how far the picture moves for a unit step along `right`.
        right: float32 [r, D], orthonormal rows: the same directions in codes.
        effective_rank: of the metric G = J^T J (Roy & Vetterli, 2007): exp of the entropy of the shares of its singular
            values, which are s_i^2. r where all are equal, 1 where one outweighs the rest, 0 where r is 0.
    """

    jacobian: Array
    left: Array
    singular: Array
    right: Array
    effective_rank: float


@dataclass(frozen=True)
class Kept(Frozen):
    """What a model keeps of perturbations of one digit; arrays read-only.

    Attributes:
        share: float32 [K], the change of the reconstruction along the perturbation, over the perturbation's length: 1
            is all of it, 0 is none, negative the opposite.
        moved: float32 [K], the whole change of the reconstruction over the perturbation's length, at least |share|.
        perturbed: float32 [K, ...], of the picture's shape: what the model was shown, not clipped.
        reconstructed: float32 [K, ...] in [0, 1].
    """

    share: Array
    moved: Array
    perturbed: Array
    reconstructed: Array


def jacobian(decode: Decode, z: Tensor) -> Tensor:
    """J = d decode / d z at each code, forward mode: [B, D] -> [B, P, D], in the type of z.

    The first call of a process takes a second longer than all others, while torch gets forward mode ready.

    Args:
        decode: [B, D] -> [B, ...] of P numbers each, such as `model.decode`; each of its own code alone.
        z: codes, of the type of the decoder's weights.
    """

    def column(direction: Tensor) -> Tensor:
        change: Tensor = jvp(decode, (z,), (direction.expand_as(z),))[1]
        return change.flatten(1)

    directions = torch.eye(z.shape[1], dtype=z.dtype)
    with _FORWARD_MODE:
        _load_forward_mode()
        found: Tensor = vmap(column, out_dims=2, chunk_size=max(1, COLUMNS_AT_ONCE // len(z)))(directions)
    return found


def metric(jacobian: Tensor) -> Tensor:
    """The pull-back metric G = J^T J: [B, P, D] -> [B, D, D] (Arvanitidis et al., 2018, for the decoder's mean).

    A small step dz changes the picture by sqrt(dz^T G dz).
    """
    product: Tensor = jacobian.mT @ jacobian
    return product


def magnification(jacobian: Tensor) -> Tensor:
    """sqrt(det G), the area of pictures over the area of codes: [B, P, D] with P >= D -> float64 [B].

    Bishop, Svensen & Williams (1997), *Magnification factors for the GTM algorithm*. It is the product of J's singular
    values and 0 where its rank is below D. Taken from J itself: G squares the ratio of the singular values.
    """
    upper = torch.linalg.qr(jacobian.double(), mode="r").R
    product: Tensor = upper.diagonal(dim1=-2, dim2=-1).abs().log().sum(-1).exp()
    return product


def magnification_on(decode: Decode, plane: Plane, points: Array) -> NDArray[np.float64]:
    """`magnification` of the decoder on a plane through latent space, at points of that plane: [N, 2] -> [N].

    For two-dimensional codes the plane is all there is.
    """
    origin, axes = torch.tensor(plane.origin), torch.tensor(plane.axes)
    found = jacobian(lambda point: decode(origin + point @ axes), torch.tensor(points))
    return np.asarray(magnification(found))


def tangent(decode: Decode, z: Array) -> Tangent:
    """The tangent plane at one code, float32 [D].

    Where no pixel changes with the code, the rank is 0 and the plane a point.
    """
    found = jacobian(decode, torch.tensor(z)[None])[0].double().numpy()
    left, singular, right = np.linalg.svd(found, full_matrices=False)
    # Of a Jacobian in float32; as in numpy.linalg.matrix_rank.
    rank = int((singular > singular[0] * max(found.shape) * np.finfo(np.float32).eps).sum())
    weight = np.square(singular[:rank])
    share = weight / weight.sum()
    return Tangent(
        jacobian=found.astype(np.float32),
        left=left[:, :rank].astype(np.float32),
        singular=singular[:rank].astype(np.float32),
        right=right[:rank].astype(np.float32),
        effective_rank=float(np.exp(-(share * np.log(share)).sum())) if rank else 0.0,
    )


def directions(plane: Tangent, count: int, seed: int = 0) -> tuple[Array, Array]:
    """Random unit vectors within the tangent plane and orthogonal to it: two float32 [count, P].

    Each uniform over its unit sphere.

    Raises:
        PathError: the plane is a point, or leaves no direction out.
    """
    pixels, rank = plane.left.shape
    if rank == 0:
        raise PathError("the picture does not change with the code here, so there is no tangent plane")
    if rank == pixels:
        raise PathError("every direction lies in the tangent plane here")
    normal = np.random.default_rng(seed).standard_normal((count, pixels))
    left = plane.left.astype(np.float64)
    coordinates = normal @ left
    return _unit(coordinates @ left.T), _unit(normal - coordinates @ left.T)


@torch.inference_mode()
def kept(model: Autoencoder, image: Array, directions: Array, length: float) -> Kept:
    """Perturbs a digit and measures how much of each perturbation its reconstruction shows.

    Rifai et al. (2011) and Alain & Bengio (2014): a regularised autoencoder follows its input along the manifold and
    is insensitive to changes orthogonal to it. The step has a length: where the decoder bends, or clips at 0 and 1,
    less than all is kept even within the plane.

    Args:
        model: any model; a VAE reconstructs from mu.
        image: float32 [H, W] or [C, H, W] in [0, 1], P numbers.
        directions: float32 [K, P], of any length above 0.
        length: of each perturbation in pixel space, above 0.
    """
    unit = _unit(directions.astype(np.float64))
    perturbed = image[None] + length * unit.reshape(-1, *image.shape)
    shown = torch.from_numpy(np.concatenate([image[None], perturbed]).astype(np.float32))
    decoded = model.decode(model.encode(shown.reshape(-1, *model.config.shape)))
    before, *after = decoded.numpy().reshape(-1, *image.shape)
    reconstructed = np.stack(after)
    change = (reconstructed - before).reshape(len(unit), -1).astype(np.float64)
    return Kept(
        share=np.asarray((change * unit).sum(1) / length, np.float32),
        moved=np.asarray(np.linalg.norm(change, axis=1) / length, np.float32),
        perturbed=perturbed.astype(np.float32),
        reconstructed=reconstructed,
    )


@cache
def _load_forward_mode() -> None:
    """With its first dual number torch compiles formulas by a part of its own that it has deprecated."""
    with warnings.catch_warnings(), forward_ad.dual_level():
        warnings.simplefilter("ignore", DeprecationWarning)
        forward_ad.make_dual(torch.zeros(1), torch.zeros(1))  # type: ignore[no-untyped-call]


def _unit(vectors: NDArray[np.float64]) -> Array:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
