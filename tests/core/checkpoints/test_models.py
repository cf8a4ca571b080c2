import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor

from tests.tiny import CONFIGS, generator
from vae_core.config import DIGIT, ModelConfig, Shape, TrainingConfig
from vae_core.losses import kl_divergence
from vae_core.models import Autoencoder, VariationalAutoencoder, build, parameter_count, reparameterize
from vae_core.training.fit import new_model, objective_parts

WIDTHS = st.lists(st.integers(1, 9), max_size=3).map(tuple)
NUMPY_ACTIVATIONS = {
    "relu": lambda h: np.maximum(h, 0),
    "tanh": np.tanh,
    "elu": lambda h: np.where(h > 0, h, np.expm1(np.minimum(h, 0))),
    "softplus": lambda h: np.logaddexp(h, 0),
}


@st.composite
def configs(draw: st.DrawFn) -> ModelConfig:
    kind = draw(st.sampled_from(["ae", "vae"]))
    likelihood = draw(st.sampled_from(["bernoulli", "gaussian"]))
    return ModelConfig(
        kind=kind,
        latent_dim=draw(st.integers(1, 7)),
        encoder=draw(WIDTHS),
        decoder=draw(WIDTHS),
        scale=draw(st.sampled_from(["logvar", "sigma"])) if kind == "vae" else None,
        likelihood=likelihood,
        activation=draw(st.sampled_from(["relu", "tanh", "elu", "softplus"])),
        output="sigmoid" if likelihood == "bernoulli" else draw(st.sampled_from(["sigmoid", "linear"])),
        shape=draw(st.just(DIGIT) | st.tuples(st.sampled_from([1, 3]), st.integers(8, 64), st.integers(8, 64))),
    )


def images(count: int, seed: int = 0, shape: Shape = DIGIT) -> Tensor:
    return torch.rand(count, *shape, generator=generator(seed))


def dense(model: Autoencoder, part: str, head: str, h: NDArray[np.float64]) -> NDArray[np.float64]:
    """The forward pass as the file format describes it, from the named tensors alone."""
    weights = {name: tensor.double().numpy() for name, tensor in model.state_dict().items()}
    for i in range(len(model.config.encoder if part == "encoder" else model.config.decoder)):
        h = h @ weights[f"{part}.hidden.{i}.weight"].T + weights[f"{part}.hidden.{i}.bias"]
        h = NUMPY_ACTIVATIONS[model.config.activation](h)
    return h @ weights[f"{part}.{head}.weight"].T + weights[f"{part}.{head}.bias"]


@given(configs(), st.integers(1, 4))
def test_shapes_range_and_values_of_any_architecture(config: ModelConfig, count: int) -> None:
    model, x = new_model(config, 1), images(count, shape=config.shape)
    z = model.encode(x)
    assert z.shape == (count, config.latent_dim)
    flat = x.double().flatten(1).numpy()
    np.testing.assert_allclose(
        z.detach().numpy(), dense(model, "encoder", "mu" if config.kind == "vae" else "code", flat), atol=1e-5
    )
    far = 50 * torch.randn(count, config.latent_dim, generator=generator(2))
    decoded = model.decode(far).detach()
    assert decoded.shape == (count, *config.shape)
    assert decoded.dtype == torch.float32
    assert 0 <= decoded.min() <= decoded.max() <= 1
    raw = dense(model, "decoder", "out", far.double().numpy())
    expected = np.clip(raw, 0, 1) if config.output == "linear" else 1 / (1 + np.exp(-raw))
    np.testing.assert_allclose(decoded.flatten(1).numpy(), expected, atol=1e-4)


@given(configs())
def test_a_vae_encodes_to_mu_and_gives_a_posterior(config: ModelConfig) -> None:
    model, x = build(config), images(3, shape=config.shape)
    assert isinstance(model, VariationalAutoencoder) == (config.kind == "vae")
    if isinstance(model, VariationalAutoencoder):
        mu, logvar = model.posterior(x)
        assert mu.shape == logvar.shape == (3, config.latent_dim)
        assert torch.equal(model.encode(x), mu)
        assert logvar.isfinite().all()
        head = dense(model, "encoder", "scale", x.double().flatten(1).numpy())
        expected = head if config.scale == "logvar" else np.log(head**2 + 1e-10)
        np.testing.assert_allclose(logvar.detach().numpy(), expected, atol=1e-3)


@pytest.mark.parametrize("kind", CONFIGS)
def test_gradients_reach_every_parameter(kind: str) -> None:
    config = CONFIGS[kind]
    model = new_model(config, 0)
    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            torch.nn.init.normal_(module.weight, std=0.1, generator=generator(0))
    reconstruction, kl = objective_parts(model, images(64), TrainingConfig(), generator(0))
    (reconstruction + kl.sum(1)).mean().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_the_sign_of_a_learned_sigma_matters_neither_to_kl_nor_to_samples() -> None:
    model = new_model(CONFIGS["vae-sigma"], 3)
    torch.nn.init.zeros_(model.get_parameter("encoder.scale.bias"))
    other, x = build(model.config), images(40)
    other.load_state_dict(
        {name: -tensor if name.startswith("encoder.scale") else tensor for name, tensor in model.state_dict().items()}
    )
    head = dense(model, "encoder", "scale", x.double().flatten(1).numpy())
    assert head.min() < 0 < head.max()
    assert isinstance(model, VariationalAutoencoder)
    assert isinstance(other, VariationalAutoencoder)
    assert torch.equal(kl_divergence(*model.posterior(x)), kl_divergence(*other.posterior(x)))
    draws = [each.sample_code(x, generator(5)) for each in (model, other)]
    assert torch.equal(*draws)


def test_samples_spread_by_the_magnitude_of_a_negative_sigma() -> None:
    model = new_model(CONFIGS["vae-sigma"], 0)
    with torch.no_grad():
        model.encoder.get_submodule("scale").weight.zero_()  # type: ignore[operator]
        model.encoder.get_submodule("scale").bias.copy_(torch.tensor([-2.0, -0.5, 0.5, 0.0]))  # type: ignore[operator]
    x = images(1).expand(20_000, -1, -1, -1)
    with torch.no_grad():
        z = model.sample_code(x, generator(0))
    torch.testing.assert_close(z.std(0), torch.tensor([2.0, 0.5, 0.5, 0.0]), rtol=0.02, atol=1e-4)
    torch.testing.assert_close(z.mean(0), model.encode(x[:1])[0].detach(), rtol=0, atol=0.06)


def test_reparameterize_draws_from_the_posterior() -> None:
    mu, logvar = torch.tensor([[1.0, -2.0]]), torch.tensor([[0.0, 2 * math.log(3.0)]])
    z = reparameterize(mu.expand(50_000, 2), logvar.expand(50_000, 2), generator(0))
    torch.testing.assert_close(z.mean(0), mu[0], rtol=0, atol=0.05)
    torch.testing.assert_close(z.std(0), torch.tensor([1.0, 3.0]), rtol=0.02, atol=0)
    assert abs(torch.corrcoef(z.T)[0, 1]) < 0.02


def test_a_model_without_hidden_layers_is_affine_both_ways() -> None:
    model = new_model(CONFIGS["linear"], 0)
    a, b = images(4, 1), images(4, 2)
    for function, ends in ((model.encode, (a, b)), (model.decoder_output, (model.encode(a), model.encode(b)))):
        mixed, apart = 0.3 * ends[0] + 0.7 * ends[1], [function(end) for end in ends]
        torch.testing.assert_close(function(mixed), 0.3 * apart[0] + 0.7 * apart[1])


def test_a_decoder_gives_the_loss_what_is_not_clamped_or_logits() -> None:
    model = new_model(CONFIGS["linear"], 0)
    z = 100 * torch.randn(8, 3, generator=generator(0))
    output = model.decoder_output(z)
    assert output.min() < 0 < 1 < output.max()
    assert torch.equal(model.decode(z), output.clamp(0, 1))
    model = new_model(CONFIGS["bernoulli"], 0)
    z = torch.randn(8, 2, generator=generator(0))
    torch.testing.assert_close(torch.logit(model.decode(z)), model.decoder_output(z), rtol=1e-4, atol=1e-4)


def test_the_names_of_the_tensors_are_those_of_the_format() -> None:
    assert set(new_model(CONFIGS["vae-sigma"], 0).state_dict()) == {
        f"{layer}.{part}"
        for layer in ("encoder.hidden.0", "encoder.mu", "encoder.scale", "decoder.hidden.0", "decoder.out")
        for part in ("weight", "bias")
    }
    assert set(new_model(CONFIGS["linear"], 0).state_dict()) == {
        "encoder.code.weight", "encoder.code.bias", "decoder.out.weight", "decoder.out.bias"
    }  # fmt: skip


@given(configs())
def test_parameters_are_counted_without_the_weights(config: ModelConfig) -> None:
    assert parameter_count(config) == sum(tensor.numel() for tensor in build(config).state_dict().values())
