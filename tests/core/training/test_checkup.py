"""Each fault is found in real trainings that have it, from any of several seeds, and none in those that go well."""

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache
from typing import Any

import pytest
import torch

from vae_core.config import CorruptionConfig, Likelihood, ModelConfig, TrainingConfig
from vae_core.data import as_input, uci_digits
from vae_core.models import Autoencoder, VariationalAutoencoder
from vae_core.spaces.latent import active_coordinates
from vae_core.training.checkup import Fault, Finding, findings
from vae_core.training.fit import fit, new_model
from vae_core.training.plan import Plan
from vae_core.training.recorded_run import mean_image_reconstruction

DIGITS = uci_digits().images[:300]
SEEDS = (0, 1)
AE = ModelConfig(kind="ae", latent_dim=2, encoder=(32,), decoder=(32,))
VAE = replace(AE, kind="vae", scale="logvar")
PLAIN = TrainingConfig(epochs=16, batch_size=15, learning_rate=1e-2)


@pytest.fixture(autouse=True)
def one_thread() -> Any:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def trained(
    model: ModelConfig, training: TrainingConfig, prepare: Callable[[Autoencoder], object] = lambda model: None
) -> list[list[Finding]]:
    """What is found after each epoch."""
    plan = Plan(name="run", model=model, training=training)
    steps: list[dict[str, Any]] = []
    epochs: list[dict[str, Any]] = []
    found = []
    fitted = new_model(model, training.seed)
    prepare(fitted)
    for report in fit(fitted, DIGITS, training, on_step=lambda step: steps.append(asdict(step))):
        epochs.append({**report.to_json(), "kl_codes": list(report.kl_codes), "active": active(fitted)})
        found.append(findings(plan, mean_image(model.likelihood), epochs, steps))
    return found


@torch.no_grad()
def active(model: Autoencoder) -> int | None:
    if not isinstance(model, VariationalAutoencoder):
        return None
    return int(active_coordinates(*model.posterior(as_input(DIGITS))).sum())


@cache
def mean_image(likelihood: Likelihood) -> float:
    return mean_image_reconstruction(DIGITS, likelihood)


def faults(found: list[list[Finding]]) -> list[Fault | None]:
    assert all(len(each) <= 1 for each in found)
    return [each[0].fault if each else None for each in found]


def check_words(found: list[list[Finding]]) -> None:
    for finding in (finding for each in found for finding in each):
        for sentence in (finding.words, finding.advice):
            assert sentence[0].isupper()
            assert sentence.endswith(".")
            assert "\n" not in sentence
        assert any(each.isdigit() for each in finding.words)


def dead(part: str) -> Callable[[Autoencoder], None]:
    """ReLUs of encoder or decoder that nothing switches on."""

    def prepare(model: Autoencoder) -> None:
        for name, parameter in model.named_parameters():
            if name.startswith(f"{part}.hidden") and name.endswith("bias"):
                parameter.data.fill_(-50)

    return prepare


ELU = replace(VAE, latent_dim=16, activation="elu")
BERNOULLI = replace(VAE, likelihood="bernoulli", latent_dim=8)
LINEAR = ModelConfig(kind="ae", latent_dim=16, output="linear")
# A net that a large step has saturated stays where it is, higher than it was before or not.
STUCK = {"no-progress", "rate-too-high"}
ILL: dict[str, tuple[set[Fault], ModelConfig, TrainingConfig]] = {
    "beta 30": ({"collapse"}, VAE, replace(PLAIN, beta=30)),
    "beta 100": ({"collapse"}, replace(VAE, latent_dim=16), replace(PLAIN, beta=100)),
    "beta 100 of bernoulli": ({"collapse"}, BERNOULLI, replace(PLAIN, beta=100)),
    "little reconstruction": ({"collapse"}, VAE, replace(PLAIN, reconstruction_weight=0.01)),
    "elu, rate 0.1": ({"kl-explodes"}, ELU, replace(PLAIN, epochs=8, learning_rate=0.1)),
    "elu, beta 0.3, rate 0.1": ({"kl-explodes"}, ELU, replace(PLAIN, epochs=8, learning_rate=0.1, beta=0.3)),
    "ae, rate 1e-6": ({"no-progress"}, AE, replace(PLAIN, learning_rate=1e-6)),
    "vae, rate 3e-6": ({"no-progress"}, VAE, replace(PLAIN, learning_rate=3e-6)),
    "bernoulli, rate 1e-6": ({"no-progress"}, BERNOULLI, replace(PLAIN, learning_rate=1e-6)),
    "few steps": ({"no-progress"}, AE, replace(PLAIN, batch_size=300)),
    "linear, rate 0.3": ({"rate-too-high"}, LINEAR, replace(PLAIN, learning_rate=0.3)),
    "linear, rate 1": ({"rate-too-high"}, LINEAR, replace(PLAIN, learning_rate=1.0)),
    "relu, rate 1": (
        STUCK,
        replace(AE, latent_dim=30, encoder=(128,), decoder=(128,)),
        replace(PLAIN, learning_rate=1),
    ),
    "tanh, rate 1": (STUCK, replace(AE, activation="tanh"), replace(PLAIN, learning_rate=1.0)),
    "ae, rate 6e-4": ({"mean-image"}, AE, replace(PLAIN, learning_rate=6e-4)),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ILL)
def test_a_fault_is_found(name: str, seed: int) -> None:
    expected, model, training = ILL[name]
    found = trained(model, replace(training, seed=seed))
    check_words(found)
    assert expected & set(faults(found))


@pytest.mark.parametrize(
    ("part", "model", "fault"),
    [
        ("encoder", AE, "mean-image"),
        ("encoder", VAE, "collapse"),
        ("decoder", AE, "no-progress"),
        ("decoder", VAE, "no-progress"),
    ],
)
def test_relus_that_are_dead_are_found(part: str, model: ModelConfig, fault: Fault) -> None:
    found = trained(model, PLAIN, dead(part))
    check_words(found)
    assert faults(found)[-1] == fault


WELL: dict[str, tuple[ModelConfig, TrainingConfig]] = {
    "ae": (AE, PLAIN),
    "vae": (VAE, PLAIN),
    "vae of 16 codes": (replace(VAE, latent_dim=16), PLAIN),
    "beta 0": (VAE, replace(PLAIN, beta=0)),
    "beta 0 of 16 codes": (replace(VAE, latent_dim=16), replace(PLAIN, beta=0)),
    "beta 0.01": (VAE, replace(PLAIN, beta=0.01)),
    "beta 10 that keeps its codes": (BERNOULLI, replace(PLAIN, beta=10, epochs=24)),
    "the KL alone": (VAE, replace(PLAIN, reconstruction_weight=0)),
    "sigma": (replace(VAE, scale="sigma"), PLAIN),
    "linear": (LINEAR, PLAIN),
    "gaussian noise": (
        replace(AE, latent_dim=8),
        replace(PLAIN, corruption=CorruptionConfig(kind="gaussian", level=0.5)),
    ),
    "masking": (replace(AE, latent_dim=8), replace(PLAIN, corruption=CorruptionConfig(kind="masking", level=0.5))),
    "bernoulli ae": (replace(AE, likelihood="bernoulli"), PLAIN),
    "bernoulli vae": (BERNOULLI, PLAIN),
    "tanh": (replace(AE, activation="tanh"), PLAIN),
    "elu": (replace(AE, activation="elu"), PLAIN),
    "softplus": (replace(VAE, activation="softplus"), PLAIN),
    "tiny": (ModelConfig(kind="ae", latent_dim=1, encoder=(8,), decoder=(8,), activation="elu"), PLAIN),
    "deep": (replace(AE, encoder=(32, 16), decoder=(16, 32)), replace(PLAIN, epochs=24)),
    "one epoch": (AE, replace(PLAIN, epochs=1)),
    "one epoch of a vae": (VAE, replace(PLAIN, epochs=1)),
    "two epochs": (VAE, replace(PLAIN, epochs=2)),
    "three epochs": (AE, replace(PLAIN, epochs=3)),
    "a small rate that learns": (AE, replace(PLAIN, epochs=24, learning_rate=2e-3)),
    "a large rate that learns": (AE, replace(PLAIN, learning_rate=3e-2)),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", WELL)
def test_nothing_is_found_where_all_goes_well(name: str, seed: int) -> None:
    model, training = WELL[name]
    assert trained(model, replace(training, seed=seed)) == [[] for _ in range(training.epochs)]
