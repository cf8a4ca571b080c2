from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.stats import entropy
from torch import Tensor
from torch.autograd.functional import jacobian as autograd_jacobian

from tests.core.spaces.analytic import paraboloid, sphere
from tests.tiny import CONFIGS, generator, model
from vae_core.checkpoint import load
from vae_core.data import Digits, as_input
from vae_core.errors import PathError
from vae_core.models import Autoencoder
from vae_core.spaces import manifold
from vae_core.spaces.projection import plane

Array = NDArray[np.float32]
Z = torch.randn(6, 2, generator=generator(), dtype=torch.float64)


def scaled(*scales: float) -> Callable[[Tensor], Tensor]:
    """A linear decoder into 784 pixels with these singular values."""
    weight = matrix(*scales)
    return lambda z: z @ weight


def matrix(*scales: float) -> Tensor:
    noise = torch.randn(784 + len(scales), len(scales), generator=generator(1), dtype=torch.float64)
    rows, turn = torch.linalg.qr(noise[:784]).Q, torch.linalg.qr(noise[784:]).Q
    return turn @ torch.diag(torch.tensor(scales, dtype=torch.float64)) @ rows.T


@pytest.mark.parametrize("kind", CONFIGS)
@pytest.mark.parametrize("seed", range(3))
def test_the_jacobian_is_that_of_autograd(kind: str, seed: int) -> None:
    decode = model(kind, seed).double().decode
    z = torch.randn(2, CONFIGS[kind].latent_dim, generator=generator(seed), dtype=torch.float64)
    found = manifold.jacobian(decode, z)
    assert found.dtype == torch.float64
    expected = autograd_jacobian(lambda code: decode(code[None]).flatten(), z[1])
    torch.testing.assert_close(found[1], expected, rtol=1e-12, atol=1e-14)


def test_the_metric_and_the_magnification_of_a_sphere_and_of_a_paraboloid() -> None:
    polar = Z[:, 0]
    expected = torch.diag_embed(torch.stack([torch.ones_like(polar), polar.sin().square()], -1))
    torch.testing.assert_close(manifold.metric(manifold.jacobian(sphere, Z)), expected)
    expected = torch.eye(2, dtype=torch.float64) + 4 * Z[:, :, None] * Z[:, None]
    torch.testing.assert_close(manifold.metric(manifold.jacobian(paraboloid, Z)), expected)
    found = manifold.magnification(manifold.jacobian(sphere, Z))
    torch.testing.assert_close(found, Z[:, 0].sin().abs())
    found = manifold.magnification(manifold.jacobian(paraboloid, Z))
    torch.testing.assert_close(found, (1 + 4 * Z.square().sum(1)).sqrt())


@pytest.mark.parametrize(("scales", "expected"), [([1e5, 3.0, 1e-5], 3.0), ([3e-20] * 10, 3.0**10 * 1e-200)])
def test_the_magnification_is_found_where_det_g_has_lost_it(scales: list[float], expected: float) -> None:
    found = manifold.magnification(matrix(*scales).T[None])
    assert float(found) == pytest.approx(expected, rel=1e-4)
    assert float(manifold.magnification(torch.zeros(1, 784, 2))) == 0


def test_the_magnification_on_a_plane_is_the_area_of_its_pictures() -> None:
    """Of z -> (z W, |z|^2), in which one more pixel moves by 2 z dz."""
    weight = matrix(4.0, 3.0, 2.0, 1.0, 0.5).float()
    codes = np.random.default_rng(0).normal(size=(50, 5)).astype(np.float32) * [3, 2, 1, 1, 1] + 2
    across = plane(codes.astype(np.float32))
    found = manifold.magnification_on(
        lambda z: torch.cat([z @ weight, z.square().sum(1, keepdim=True)], 1), across, across.points[:4]
    )
    axes = across.axes.astype(np.float64)
    for point, area in zip(across.points, found, strict=False):
        z = across.origin + point @ axes
        u, v = np.concatenate([axes @ weight.double().numpy(), 2 * (axes @ z)[:, None]], axis=1)
        assert area == pytest.approx(np.sqrt((u @ u) * (v @ v) - (u @ v) ** 2), rel=1e-4)


def test_the_tangent_plane_of_a_linear_decoder_is_its_image() -> None:
    weight = matrix(5.0, 2.0, 1.0, 0.0)
    found = manifold.tangent(lambda z: z @ weight, np.zeros(4))
    np.testing.assert_allclose(found.jacobian, weight.T, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(found.singular, [5, 2, 1], rtol=1e-6)
    np.testing.assert_allclose(found.left * found.singular @ found.right, weight.T, atol=1e-6)
    metric = np.linalg.svd(weight.numpy() @ weight.numpy().T, compute_uv=False)[:3]
    assert found.effective_rank == pytest.approx(np.exp(entropy(metric)), rel=1e-6)


@pytest.mark.parametrize(("scales", "expected"), [([2.0] * 5, 5), ([3.0, 1e-4, 1e-4], 1), ([1.0, 1.0, 0.0], 2)])
def test_the_effective_rank_counts_equal_directions(scales: list[float], expected: float) -> None:
    found = manifold.tangent(scaled(*scales), np.ones(len(scales)))
    assert found.effective_rank == pytest.approx(expected, rel=1e-5)


def test_a_collapsed_decoder_has_a_point_for_a_plane() -> None:
    found = manifold.tangent(lambda z: torch.full((len(z), 784), 0.2) + 0 * z.sum(), np.ones(3, np.float32))
    assert found.effective_rank == 0
    assert found.left.shape == (784, 0)
    assert found.right.shape == (0, 3)
    with pytest.raises(PathError, match="does not change with the code"):
        manifold.directions(found, 2)


def test_directions_lie_in_the_plane_and_orthogonal_to_it() -> None:
    found = manifold.tangent(scaled(3.0, 1.0, 0.2), np.zeros(3))
    within, outside = manifold.directions(found, 400, seed=2)
    for vectors in (within, outside):
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(within @ found.left @ found.left.T, within, atol=1e-6)
    np.testing.assert_allclose(outside @ found.left, 0, atol=1e-6)
    # Uniform: no direction of the plane is preferred, however strong.
    np.testing.assert_allclose(np.square(within @ found.left).mean(0), 1 / 3, atol=0.07)
    with pytest.raises(PathError, match="every direction"):
        manifold.directions(manifold.tangent(lambda z: z, np.zeros(3)), 1)


class Projector(Autoencoder):
    """Reconstructs by a projection of pictures onto a subspace, without clipping: what an ideal autoencoder does."""

    def __init__(self, basis: Array) -> None:
        super().__init__(CONFIGS["linear"])
        self.basis = torch.from_numpy(basis)

    def encode(self, x: Tensor) -> Tensor:
        return x.flatten(1) @ self.basis

    def decode(self, z: Tensor) -> Tensor:
        return (z @ self.basis.T).reshape(-1, 1, 28, 28)


def test_a_projection_keeps_all_within_and_nothing_without(uci: Digits) -> None:
    model = Projector(np.linalg.qr(np.random.default_rng(0).normal(size=(784, 6)))[0].astype(np.float32))
    image = uci.images[0] / np.float32(255)
    within, outside = manifold.directions(manifold.tangent(model.decode, np.zeros(6, np.float32)), 5)
    along, across = manifold.kept(model, image, 3 * within, 2.0), manifold.kept(model, image, outside, 2.0)
    half = manifold.kept(model, image, within + outside, 2.0)
    np.testing.assert_allclose(np.linalg.norm((along.perturbed - image).reshape(5, -1), axis=1), 2, rtol=1e-5)
    for found, expected in ((along, 1), (across, 0)):
        np.testing.assert_allclose(found.share, expected, atol=1e-4)
        np.testing.assert_allclose(found.moved, expected, atol=1e-4)
    np.testing.assert_allclose(half.share, 0.5, atol=1e-4)
    np.testing.assert_allclose(half.moved, np.sqrt(0.5), atol=1e-4)
    expected_picture = model.decode(model.encode(torch.tensor(half.perturbed)[:, None])).squeeze(1)
    np.testing.assert_allclose(half.reconstructed, expected_picture, atol=1e-5)


def test_a_trained_model_follows_the_plane_and_ignores_what_leaves_it(uci: Digits, checkpoints_root: Path) -> None:
    """The first article's claim, on the shipped pair."""
    for name, least in (("ae-30", 0.6), ("vae-30", 0.2)):
        model = load(checkpoints_root / name)
        shares = []
        for image in uci.images[:8]:
            z = model.encode(as_input(image[None]))[0].numpy()
            directions = manifold.directions(manifold.tangent(model.decode, z), 8)
            pixels = image / np.float32(255)
            shares.append([manifold.kept(model, pixels, each, 1.0).share.mean() for each in directions])
        within, outside = np.mean(shares, axis=0)
        assert within > least
        assert abs(outside) < 0.02
