import math
from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from tests import tiny
from tests.tiny import CONFIGS
from vae_core.config import ModelConfig
from vae_core.data import Digits, as_input
from vae_core.models import Autoencoder, VariationalAutoencoder
from vae_core.spaces.latent import Encodings, encodings
from vae_core.training.fit import new_model

LINEAR_VAE = ModelConfig(kind="vae", latent_dim=3, scale="logvar")


@pytest.fixture(scope="module")
def images(uci: Digits) -> NDArray[np.uint8]:
    return uci.images[:400]


@pytest.fixture(scope="module", params=CONFIGS)
def model(request: pytest.FixtureRequest) -> Autoencoder:
    return tiny.model(request.param)


@pytest.fixture(scope="module")
def found(model: Autoencoder, images: NDArray[np.uint8]) -> Encodings:
    return encodings(model, images)


def planted(config: ModelConfig, edit: Callable[[Autoencoder], object]) -> Autoencoder:
    model = new_model(config, 0).requires_grad_(False)
    edit(model)
    return model


def test_shapes_types_and_no_writing(found: Encodings, model: Autoencoder) -> None:
    d, n = model.config.latent_dim, 400
    bins = found.histogram.shape[1]
    shapes = {
        "codes": (n, d), "means": (n, d), "mean": (d,), "std": (d,), "cholesky": (d, d), "activity": (d,),
        "active": (d,), "histogram": (d, bins), "histogram_edges": (d, bins + 1),
    }  # fmt: skip
    assert {field.name for field in fields(found)} == set(shapes)
    for name, shape in shapes.items():
        array = getattr(found, name)
        assert array.shape == shape, name
        assert array.dtype == (np.bool_ if name == "active" else np.float32), name
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_moments_of_the_codes(found: Encodings, model: Autoencoder, images: NDArray[np.uint8]) -> None:
    np.testing.assert_allclose(found.means, model.encode(as_input(images)).numpy(), rtol=1e-5, atol=1e-6)
    codes = found.codes.astype(np.float64)
    np.testing.assert_allclose(found.mean, codes.mean(0), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.std, codes.std(0, ddof=1), rtol=1e-5)
    covariance = (codes - codes.mean(0)).T @ (codes - codes.mean(0)) / (len(codes) - 1)
    factor = found.cholesky.astype(np.float64)
    np.testing.assert_array_equal(factor, np.tril(factor))
    np.testing.assert_allclose(factor @ factor.T, covariance, rtol=1e-3, atol=1e-5 * np.trace(covariance))


def test_the_codes_of_a_vae_are_one_sample_of_its_posterior(images: NDArray[np.uint8]) -> None:
    def wide(model: Autoencoder) -> None:
        model.get_parameter("encoder.scale.weight").zero_()
        model.get_parameter("encoder.scale.bias").copy_(2 * torch.tensor([2.0, 1.0, 0.1]).log())

    found = encodings(planted(LINEAR_VAE, wide), images)
    noise = found.codes - found.means
    np.testing.assert_allclose(noise.std(0), [2.0, 1.0, 0.1], rtol=0.12)
    np.testing.assert_allclose(noise.mean(0), 0, atol=4 * 2.0 / np.sqrt(400))


def test_a_histogram_is_the_density_of_all_codes(found: Encodings) -> None:
    for codes, density, edges in zip(found.codes.T, found.histogram, found.histogram_edges, strict=True):
        widths = np.diff(edges.astype(np.float64))
        assert (widths > 0).all()
        assert (density * widths).sum() == pytest.approx(1, rel=1e-4)
        assert edges[0] <= codes.min()
        assert edges[-1] >= codes.max() - 1e-6
        for b in (3, len(density) // 2):
            expected = ((codes >= edges[b]) & (codes < edges[b + 1])).sum()
            assert density[b] * widths[b] * len(codes) == pytest.approx(expected, abs=1.1)


def test_activity_of_a_vae_is_its_mean_kl_by_coordinate(images: NDArray[np.uint8]) -> None:
    for kind in ("vae-logvar", "vae-sigma", "bernoulli"):
        model = new_model(CONFIGS[kind], 1).requires_grad_(False)
        assert isinstance(model, VariationalAutoencoder)
        mu, logvar = model.posterior(as_input(images))
        expected = kl_divergence(Normal(mu, (0.5 * logvar).exp()), Normal(0.0, 1.0)).mean(0)
        np.testing.assert_allclose(encodings(model, images).activity, expected.numpy(), rtol=1e-4)


def test_the_codes_of_an_ae_are_its_means_and_their_activity_is_their_variance(images: NDArray[np.uint8]) -> None:
    found = encodings(new_model(CONFIGS["ae"], 1), images)
    np.testing.assert_array_equal(found.codes, found.means)
    np.testing.assert_allclose(found.activity, found.means.astype(np.float64).var(0, ddof=1), rtol=1e-4)


def test_a_coordinate_the_encoder_ignores_is_inactive(images: NDArray[np.uint8]) -> None:
    def ignore(model: Autoencoder) -> None:
        for head in ("mu", "scale"):
            model.get_parameter(f"encoder.{head}.weight")[1] = 0
            model.get_parameter(f"encoder.{head}.bias")[1] = 0
        model.get_parameter("encoder.mu.weight")[[0, 2]] *= 20

    found = encodings(planted(LINEAR_VAE, ignore), images)
    assert found.active.tolist() == [True, False, True]
    assert found.activity[1] == pytest.approx(0, abs=1e-7)
    assert found.activity.argmin() == 1
    assert found.std[1] == pytest.approx(1, abs=0.15), "its samples are those of the prior"


def extreme(name: str, weight: Tensor, bias: Tensor) -> None:
    """The second coordinate of a linear encoder, or all of them."""
    if name == "vanish":
        weight.zero_()
    if name == "explode":
        weight[1] *= 1e12
    if "collapse" in name:
        weight[1], bias[1] = 0, 0.7
    if name == "almost collapse":
        # Codes that differ by a few units in the last place.
        weight[1, 300], bias[1] = 1.5e-7, 1.0


def scaled(config: ModelConfig, power: int) -> Autoencoder:
    """A random model, its codes multiplied by a power of ten and its decoder divided by it: the same pictures."""
    factor = 10.0**power

    def edit(model: Autoencoder) -> None:
        head = "mu" if config.kind == "vae" else "code"
        for part in ("weight", "bias"):
            model.get_parameter(f"encoder.{head}.{part}").mul_(factor)
        if config.kind == "vae":
            model.get_parameter("encoder.scale.bias").add_(2 * math.log(factor))
        first = next(name for name, _ in model.named_parameters() if name.startswith("decoder.") and "weight" in name)
        model.get_parameter(first).div_(factor)

    return planted(config, edit)


@given(st.integers(-6, 6), st.sampled_from(["ae", "tanh", "vae-logvar"]))
def test_a_model_of_another_scale_is_described_alike(images: NDArray[np.uint8], power: int, kind: str) -> None:
    one, other = (encodings(scaled(CONFIGS[kind], p), images[:60]) for p in (0, power))
    factor = 10.0**power
    assert one.active.tolist() == other.active.tolist()
    for name in ("mean", "std", "cholesky", "histogram_edges"):
        expected = getattr(one, name).astype(np.float64)
        atol = 1e-4 * np.abs(expected).max()
        np.testing.assert_allclose(getattr(other, name) / factor, expected, rtol=1e-3, atol=atol, err_msg=name)


@pytest.mark.parametrize("name", ["collapse", "almost collapse", "vanish", "explode"])
def test_extreme_coordinates_do_not_break_the_description(name: str, images: NDArray[np.uint8]) -> None:
    model = tiny.model("linear")
    extreme(name, model.get_parameter("encoder.code.weight"), model.get_parameter("encoder.code.bias"))
    found = encodings(model, images)
    for field in fields(found):
        assert np.isfinite(getattr(found, field.name)).all(), field.name
    assert found.active[1] == (name == "explode")
    assert (np.diff(found.histogram_edges) > 0).all()
    areas = (found.histogram.astype(np.float64) * np.diff(found.histogram_edges.astype(np.float64))).sum(1)
    np.testing.assert_allclose(areas, 1, rtol=5e-3)


def test_one_coordinate_and_two_digits_are_enough(images: NDArray[np.uint8]) -> None:
    found = encodings(tiny.model("one-code"), images)
    assert found.cholesky.shape == (1, 1)
    assert found.cholesky[0, 0] == pytest.approx(found.std[0], rel=1e-3)
    for count in (2, 3, 5):
        assert np.isfinite(encodings(tiny.model("vae-logvar"), images[:count]).cholesky).all()
    for count in (0, 1):
        with pytest.raises(ValueError, match="at least two digits"):
            encodings(tiny.model(), images[:count])


def test_the_seed_alone_decides(images: NDArray[np.uint8]) -> None:
    model = new_model(CONFIGS["vae-logvar"], 0)
    first = encodings(model, images, 3)
    torch.manual_seed(8)
    np.testing.assert_array_equal(first.codes, encodings(model, images, 3).codes)
    assert not np.array_equal(first.codes, encodings(model, images, 4).codes)


def test_a_narrow_coordinate_beside_a_wide_one_keeps_its_width(images: NDArray[np.uint8]) -> None:
    model, scale = tiny.model("linear"), torch.tensor([1e-3, 1e3, 1e3])
    for parameter in model.encoder.get_submodule("code").parameters():
        parameter.mul_(scale if parameter.ndim == 1 else scale[:, None])
    found = encodings(model, images)
    widths = np.sqrt(np.square(found.cholesky.astype(np.float64)).sum(1))
    np.testing.assert_allclose(widths, found.std, rtol=1e-3)
