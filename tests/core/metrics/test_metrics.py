import json
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_core import pca
from vae_core.config import CorruptionConfig, CorruptionKind, ModelConfig
from vae_core.data import Digits
from vae_core.metrics import Metric, evaluate
from vae_core.models import Autoencoder, build

GREY = math.log(0.25 / 0.75)


@pytest.fixture(scope="module")
def images(uci: Digits) -> NDArray[np.uint8]:
    return uci.images[:300]


@torch.no_grad()
def planted(config: ModelConfig, **tensors: Tensor | float) -> Autoencoder:
    """A model whose weights are all zero but for those given, dots written as double underscores."""
    model = build(config)
    for name, parameter in model.named_parameters():
        parameter.fill_(0)
        if (value := tensors.get(name.replace(".", "__"))) is not None:
            parameter.copy_(torch.as_tensor(value))
    return model.eval().requires_grad_(False)


def values(metrics: list[Metric]) -> dict[str, float]:
    assert len({metric.name for metric in metrics}) == len(metrics)
    assert all(metric.unit and metric.protocol for metric in metrics)
    return {metric.name: metric.value for metric in metrics}


def flat(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    return images.reshape(len(images), -1).astype(np.float64) / 255


def mean_psnr(x_hat: NDArray[np.float64] | float, x: NDArray[np.float64]) -> float:
    return float((-10 * np.log10(np.square(x_hat - x).mean(1))).mean())


def test_a_perfect_model_makes_no_error(images: NDArray[np.uint8]) -> None:
    identity = planted(
        ModelConfig(kind="ae", latent_dim=784, output="linear"),
        encoder__code__weight=torch.eye(784),
        decoder__out__weight=torch.eye(784),
    )
    found = values(evaluate(identity, images))
    assert found["squared_error"] == 0
    assert found["psnr"] == math.inf


def cross_entropy(x: NDArray[np.float64]) -> float:
    """Of the constant grey."""
    return float(-(x * np.log(0.25) + (1 - x) * np.log(0.75)).sum(1).mean())


def test_a_constant_model_errs_by_what_it_ignores(images: NDArray[np.uint8]) -> None:
    constant = planted(ModelConfig(kind="ae", latent_dim=2), decoder__out__bias=GREY)
    found, x = values(evaluate(constant, images)), flat(images)
    assert found["squared_error"] == pytest.approx(np.square(x - 0.25).sum(1).mean(), rel=1e-5)
    assert found["psnr"] == pytest.approx(mean_psnr(0.25, x), rel=1e-5)
    constant = planted(ModelConfig(kind="ae", latent_dim=2, likelihood="bernoulli"), decoder__out__bias=GREY)
    metrics = evaluate(constant, images)
    assert metrics[0].name == "bce", "a model's own likelihood comes first"
    assert values(metrics)["bce"] == pytest.approx(cross_entropy(x), rel=1e-5)


@pytest.mark.parametrize("scale", ["logvar", "sigma"])
@pytest.mark.parametrize("likelihood", ["gaussian", "bernoulli"])
def test_a_vae_whose_posterior_is_known(likelihood: str, scale: str, images: NDArray[np.uint8]) -> None:
    """mu = 1.5 and sigma = 1/2 in both coordinates, a decoder that ignores z: all in closed form."""
    config = ModelConfig(kind="vae", latent_dim=2, scale=scale, likelihood=likelihood)  # type: ignore[arg-type]
    model = planted(
        config,
        encoder__mu__bias=1.5,
        encoder__scale__bias=-0.5 if scale == "sigma" else 2 * math.log(0.5),
        decoder__out__bias=GREY,
    )
    found, x = values(evaluate(model, images)), flat(images)
    kl = 2 * 0.5 * (1.5**2 + 0.25 - 1 - math.log(0.25))
    error = np.square(x - 0.25).sum(1).mean()
    name, own = ("bce", cross_entropy(x)) if likelihood == "bernoulli" else ("squared_error", error)
    assert [found["kl"], found[name], found[f"{name}_plus_kl"]] == pytest.approx([kl, own, own + kl], rel=1e-5)
    assert found["squared_error"] == found["squared_error_at_mu"] == pytest.approx(error, rel=1e-5)
    assert found["active_units"] == 0


def test_a_sample_costs_what_its_spread_costs(images: NDArray[np.uint8]) -> None:
    """A linear decoder of weight 0.1 on one grey pixel turns sigma = 1 into an extra squared error of 0.01."""
    weight = torch.zeros(784, 1)
    weight[400] = 0.1
    model = planted(
        ModelConfig(kind="vae", latent_dim=1, scale="logvar", output="linear"),
        decoder__out__weight=weight,
        decoder__out__bias=0.5,
    )
    many = np.concatenate([images] * 10)
    many[:, 14, 8] = 128
    found = values(evaluate(model, many))
    assert found["squared_error"] - found["squared_error_at_mu"] == pytest.approx(0.01, abs=0.0015)


def test_active_units_count_the_coordinates_that_follow_the_digit(images: NDArray[np.uint8]) -> None:
    """Two coordinates that copy the same pixel are both active; one that is constant and one that whispers are not."""
    pixel = 14 * 28 + 14
    weight = torch.zeros(4, 784)
    weight[0, pixel] = weight[1, pixel] = 1.0
    weight[2, pixel] = 0.05
    model = planted(ModelConfig(kind="vae", latent_dim=4, scale="logvar"), encoder__mu__weight=weight)
    variance = flat(images)[:, pixel].var(ddof=1)
    assert variance > 0.01 > 0.05**2 * variance
    assert values(evaluate(model, images))["active_units"] == 2


@pytest.mark.parametrize(
    ("kind", "decibels"),
    [
        # As it is seen, in [0, 1].
        ("gaussian", lambda x: mean_psnr(np.clip(x + np.random.default_rng(0).normal(0, 0.5, x.shape), 0, 1), x)),
        ("masking", lambda x: mean_psnr(0, x) + 10 * math.log10(2)),
    ],
    ids=["gaussian", "masking"],
)
def test_denoising_is_measured_against_the_clean_image(
    kind: CorruptionKind, decibels: Callable[[NDArray[np.float64]], float], images: NDArray[np.uint8]
) -> None:
    constant = planted(ModelConfig(kind="ae", latent_dim=2), decoder__out__bias=GREY)
    metrics = evaluate(constant, images, CorruptionConfig(kind=kind, level=0.5))
    found, x = values(metrics), flat(images)
    assert found["corrupted_psnr"] == pytest.approx(decibels(x), abs=0.08)
    assert found["denoised_psnr"] == pytest.approx(mean_psnr(0.25, x), rel=1e-5)
    assert found["denoised_squared_error"] == pytest.approx(np.square(x - 0.25).sum(1).mean(), rel=1e-5)
    protocol = next(metric.protocol for metric in metrics if metric.name == "denoised_psnr")
    assert f"{kind} 0.5" in protocol
    assert ("unclipped" in protocol) == (kind == "gaussian")


def test_the_seed_decides_and_the_caller_keeps_its_random_state(images: NDArray[np.uint8]) -> None:
    torch.manual_seed(0)
    model = build(ModelConfig(kind="vae", latent_dim=2, scale="logvar"))
    before = torch.get_rng_state()
    corruption = CorruptionConfig(kind="box", level=0.3)
    first, again, other = (values(evaluate(model, images, corruption, seed)) for seed in (1, 1, 2))
    assert first == again
    assert first["squared_error"] != other["squared_error"]
    assert first["squared_error_at_mu"] == other["squared_error_at_mu"]
    assert torch.equal(torch.get_rng_state(), before)


def test_the_error_of_pca_is_what_its_components_leave(uci: Digits) -> None:
    train, test = flat(uci.images[:250]), flat(uci.images[250:400])
    mean = train.mean(0)
    components = np.linalg.svd(train - mean, full_matrices=False)[2][:7]
    shown = np.clip(mean + (test - mean) @ components.T @ components, 0, 1)
    found = pca.squared_error(uci.images[:250], uci.images[250:400], 7)
    assert found.value == pytest.approx(np.square(shown - test).sum(1).mean(), rel=1e-3)
    assert "7 components" in found.protocol


def test_pictures_are_compared_as_they_are_seen(images: NDArray[np.uint8]) -> None:
    """A linear decoder that leaves [0, 1] everywhere: errors are those of what `decode` returns, black and white."""
    beyond = torch.where(torch.arange(784) % 2 == 0, 3.0, -2.0)
    model = planted(ModelConfig(kind="ae", latent_dim=1, output="linear"), decoder__out__bias=beyond)
    found, x = values(evaluate(model, images)), flat(images)
    assert found["squared_error"] == pytest.approx(np.square((np.arange(784) % 2 == 0) - x).sum(1).mean(), rel=1e-5)


def test_what_json_cannot_say_is_null() -> None:
    found = [Metric("psnr", value, "dB", "planted").rounded(2) for value in (19.206, math.inf, math.nan)]
    assert json.dumps(found, allow_nan=False) == "[19.21, null, null]"


def test_the_mean_is_over_images(images: NDArray[np.uint8]) -> None:
    model = build(ModelConfig(kind="ae", latent_dim=2))
    apart = [values(evaluate(model, images[i : i + 1]))["psnr"] for i in range(20)]
    assert values(evaluate(model, images[:20]))["psnr"] == pytest.approx(np.mean(apart), rel=1e-5)
