from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.distributions import Normal
from torch.nn import functional

from vae_core import losses
from vae_core.config import ModelConfig
from vae_core.errors import ObjectiveError
from vae_core.models import VariationalAutoencoder
from vae_core.objective.beta import WrittenLoss, exact, pytorch, translate, translated
from vae_core.training.fit import new_model

OVER = st.sampled_from(["sum", "mean"])
WEIGHTS = st.fractions(Fraction(1, 5000), 100, max_denominator=5000)
written_losses = st.builds(
    WrittenLoss,
    error=st.sampled_from(["squared_error", "cross_entropy"]),
    over_pixels=OVER,
    over_batch=OVER,
    kl_over_codes=OVER,
    kl_over_batch=OVER,
    shape=st.sampled_from([(1, 2, 3), (3, 4, 4), (1, 7, 7)]),
    batch_size=st.integers(1, 6),
    latent_dim=st.integers(1, 5),
    reconstruction_weight=WEIGHTS,
    kl_weight=st.one_of(st.just(Fraction(0)), WEIGHTS),
)


def tensors(loss: WrittenLoss) -> dict[str, Tensor]:
    """What the three lines read."""
    generator = torch.Generator().manual_seed(0)
    pixels, codes = (loss.batch_size, *loss.shape), (loss.batch_size, loss.latent_dim)
    output = torch.randn(pixels, generator=generator, dtype=torch.float64).requires_grad_()
    mu, logvar = (torch.randn(codes, generator=generator, dtype=torch.float64).requires_grad_() for _ in range(2))
    name = "x_hat" if loss.error == "squared_error" else "logits"
    x = torch.rand(pixels, generator=generator, dtype=torch.float64)
    return {name: output, "x": x, "mu": mu, "logvar": logvar}


def executed(loss: WrittenLoss) -> tuple[Tensor, list[Tensor]]:
    """Its value and its gradients, by the text."""
    text = pytorch(loss)
    assert text.count("\n") == 2
    names = {"F": functional, **tensors(loss)}
    exec(text, names)
    return names["loss"], list(torch.autograd.grad(names["loss"], [v for v in names.values() if needs_grad(v)]))


def needs_grad(value: object) -> bool:
    return isinstance(value, Tensor) and value.is_leaf and value.requires_grad


@given(written_losses)
def test_the_written_loss_is_a_multiple_of_the_products_at_that_beta(loss: WrittenLoss) -> None:
    found = translate(loss)
    value, gradients = executed(loss)
    own_value, own_gradients = executed(translated(loss))
    torch.testing.assert_close(value, float(found.factor) * own_value)
    for gradient, own in zip(gradients, own_gradients, strict=True):
        torch.testing.assert_close(gradient, float(found.factor) * own)


@given(written_losses)
def test_the_products_three_lines_are_its_own_functions(loss: WrittenLoss) -> None:
    names = tensors(loss)
    output = next(iter(names.values()))
    likelihood: losses.Likelihood = "gaussian" if loss.error == "squared_error" else "bernoulli"
    beta = float(translate(loss).beta)
    parts = losses.reconstruction(output, names["x"], likelihood)
    expected = (parts + beta * losses.kl_divergence(names["mu"], names["logvar"])).mean()
    torch.testing.assert_close(executed(translated(loss))[0], expected)


@given(written_losses)
def test_its_own_loss_has_the_same_beta_and_factor_one(loss: WrittenLoss) -> None:
    own = translate(translated(loss))
    assert own == replace(translate(loss), factor=Fraction(1))
    assert (own.variance is None) == (loss.error == "cross_entropy")


@given(st.fractions(Fraction(1, 50), 50, max_denominator=50))
def test_of_squared_error_it_is_the_elbo_at_that_variance(beta: Fraction) -> None:
    """The gradient of error + beta KL is beta times that of -ln N(x; x_hat, v) + KL."""
    loss = WrittenLoss(shape=(1, 4, 4), batch_size=3, latent_dim=2, kl_weight=beta)
    variance = translate(loss).variance
    assert variance == beta / 2
    names = tensors(loss)
    sigma = torch.tensor(float(variance), dtype=torch.float64).sqrt()
    negative = -Normal(names["x_hat"], sigma).log_prob(names["x"]).flatten(1).sum(1)
    elbo = (negative + losses.kl_divergence(names["mu"], names["logvar"])).mean()
    expected = torch.autograd.grad(elbo, [names["x_hat"], names["mu"], names["logvar"]])
    for gradient, other in zip(executed(loss)[1], expected, strict=True):
        torch.testing.assert_close(gradient, float(beta) * other)


def test_the_gradients_of_a_whole_net_are_proportional_too() -> None:
    model = new_model(ModelConfig(kind="vae", latent_dim=3, scale="logvar", shape=(1, 8, 8)), 0)
    assert isinstance(model, VariationalAutoencoder)
    x = torch.rand(4, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    loss = WrittenLoss(
        over_pixels="mean", kl_over_batch="sum", shape=(1, 8, 8), batch_size=4, latent_dim=3, kl_weight=exact("0.03")
    )
    found = []
    for each in (loss, translated(loss)):
        mu, logvar = model.posterior(x)
        names = {"F": functional, "x": x, "mu": mu, "logvar": logvar, "x_hat": model.decoder_output(mu)}
        exec(pytorch(each), names)
        found.append(torch.autograd.grad(names["loss"], list(model.parameters())))
    for written, own in zip(*found, strict=True):
        torch.testing.assert_close(written, float(translate(loss).factor) * own, rtol=1e-4, atol=1e-7)
    assert translate(loss).beta == Fraction(64 * 4 * 3, 100)


@pytest.mark.parametrize(
    ("loss", "beta"),
    [
        (WrittenLoss(), 1),
        (WrittenLoss(over_batch="sum", kl_over_batch="sum"), 1),
        (WrittenLoss(over_pixels="mean"), 784),
        (WrittenLoss(over_pixels="mean", kl_over_codes="mean"), Fraction(784, 30)),
        (WrittenLoss(over_pixels="mean", reconstruction_weight=Fraction(784)), 1),
        (WrittenLoss(kl_over_batch="sum", batch_size=128), 128),
        (WrittenLoss(over_pixels="mean", shape=(3, 64, 64), kl_weight=exact(0.00025)), Fraction(12288, 4000)),
        (WrittenLoss(kl_weight=Fraction(0)), 0),
    ],
)
def test_the_betas_of_losses_that_people_write(loss: WrittenLoss, beta: Fraction) -> None:
    assert translate(loss).beta == beta


def test_averaged_over_both_the_weight_is_the_normalised_beta() -> None:
    loss = WrittenLoss(over_pixels="mean", kl_over_codes="mean", kl_weight=exact(0.37), latent_dim=12)
    assert translate(loss).normalised == exact(0.37)


@pytest.mark.parametrize(
    ("number", "fraction"),
    [
        (0.1, Fraction(1, 10)),
        (2.5e-4, Fraction(1, 4000)),
        (" 1e-3 ", Fraction(1, 1000)),
        ("1 / 784", Fraction(1, 784)),
        ("0.5/30", Fraction(1, 60)),
        (3, Fraction(3)),
        (Fraction(2, 3), Fraction(2, 3)),
        (".5", Fraction(1, 2)),
    ],
)
def test_numbers_are_taken_as_they_are_written(number: float, fraction: Fraction) -> None:
    assert exact(number) == fraction


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "1/2/3", "1e9999999", "1,5", "--1", "1_000"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ObjectiveError, match="is not a number"):
        exact(text)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batch_size": 0}, "the batch size is 0; it must be at least 1"),
        ({"latent_dim": -1}, "the number of codes is -1"),
        ({"shape": (1, 0, 28)}, "the height is 0"),
        ({"kl_weight": Fraction(-1, 2)}, r"the weight of the KL term is -0\.5; it must be at least 0"),
        ({"kl_weight": Fraction(0), "reconstruction_weight": Fraction(0)}, "both weights are 0"),
    ],
)
def test_losses_that_are_none(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ObjectiveError, match=message):
        replace(WrittenLoss(), **changes)


def test_kl_alone_has_no_beta_but_three_lines() -> None:
    loss = WrittenLoss(reconstruction_weight=Fraction(0), shape=(1, 2, 2), batch_size=2, latent_dim=1)
    with pytest.raises(ObjectiveError, match="the KL term alone is the loss of no beta"):
        translate(loss)
    value, _ = executed(loss)
    names = tensors(loss)
    torch.testing.assert_close(value, losses.kl_divergence(names["mu"], names["logvar"]).mean())
    with pytest.raises(ObjectiveError, match="'1/0' divides by 0"):
        exact("1/0")


def test_every_way_to_write_it_reads_differently() -> None:
    ways = itertools.product(["squared_error", "cross_entropy"], *[["sum", "mean"]] * 4)
    fields = ("error", "over_pixels", "over_batch", "kl_over_codes", "kl_over_batch")
    texts = {pytorch(replace(WrittenLoss(), **dict(zip(fields, way, strict=True)))) for way in ways}
    assert len(texts) == 32
