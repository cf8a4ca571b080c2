import dataclasses
import itertools
import json
import math
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from torch import Tensor

from tests.tiny import CONFIGS, generator
from vae_core.config import CorruptionConfig, ModelConfig, TrainingConfig
from vae_core.data import Digits, as_input
from vae_core.errors import TrainingError
from vae_core.losses import squared_error
from vae_core.models import Autoencoder
from vae_core.noise.corruption import corrupt
from vae_core.training import fit as training_module
from vae_core.training.fit import Resume, fit, new_model, objective_parts, one_cycle
from vae_core.training.optimizer import Adam

Images = NDArray[np.uint8]
QUICK = TrainingConfig(epochs=3, batch_size=32, learning_rate=3e-3)
NOISY = dataclasses.replace(QUICK, corruption=CorruptionConfig(kind="gaussian", level=0.5), beta=0.7)


@pytest.fixture(scope="module")
def few(uci: Digits) -> Images:
    return uci.images[:150]


def trained(config: ModelConfig, images: Images, training: TrainingConfig) -> Autoencoder:
    model = new_model(config, training.seed)
    for _ in fit(model, images, training):
        pass
    return model


def same_weights(a: Autoencoder, b: Autoencoder) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


@pytest.mark.parametrize("kind", CONFIGS)
def test_the_same_seed_gives_the_same_weights_to_the_bit(kind: str, few: Images) -> None:
    start, first = new_model(CONFIGS[kind], 0), trained(CONFIGS[kind], few, NOISY)
    torch.manual_seed(99)
    before = torch.get_rng_state()
    assert same_weights(start, new_model(CONFIGS[kind], 0))
    assert same_weights(first, trained(CONFIGS[kind], few, NOISY))
    assert torch.equal(torch.get_rng_state(), before), "the caller's"
    assert not same_weights(start, new_model(CONFIGS[kind], 1))
    assert not same_weights(first, trained(CONFIGS[kind], few, dataclasses.replace(NOISY, seed=1)))


@pytest.mark.parametrize("stop", [1, 2])
@pytest.mark.parametrize("kind", ["ae", "vae-sigma", "bernoulli"])
def test_a_training_that_went_on_ends_at_the_same_weights(kind: str, stop: int, few: Images) -> None:
    whole = trained(CONFIGS[kind], few, NOISY)
    model = new_model(CONFIGS[kind], NOISY.seed)
    last = list(itertools.islice(fit(model, few, NOISY), stop))[-1]
    state = {name: tensor.clone() for name, tensor in last.optimizer_state.items()}
    again = new_model(CONFIGS[kind], 7)
    again.load_state_dict(model.state_dict())
    reports = list(fit(again, few, NOISY, Resume(stop, state)))
    assert [report.epoch for report in reports] == list(range(stop + 1, 4))
    assert same_weights(whole, again)


def test_a_linear_autoencoder_reaches_pca(uci: Digits) -> None:
    """The planted answer of Baldi & Hornik (1989): the optimum is the span of the first components."""
    images, components = uci.images[:500], 4
    flat = images.reshape(500, -1) / np.float32(255)
    pca = PCA(components).fit(flat)
    best = float(np.square(pca.inverse_transform(pca.transform(flat)) - flat).sum(1).mean())
    config = ModelConfig(kind="ae", latent_dim=components, output="linear")
    model = trained(config, images, TrainingConfig(epochs=80, batch_size=25, learning_rate=3e-2))
    x = as_input(images)
    with torch.no_grad():
        reached = squared_error(model.decoder_output(model.encode(x)), x).mean().item()
    assert best * (1 - 1e-4) <= reached <= best * 1.03


@pytest.mark.parametrize(
    ("scale", "low", "high"), [(None, 9, 14), ("logvar", 20, 30), ("sigma", 20, 30)], ids=["ae", "logvar", "sigma"]
)
def test_a_short_training_lands_in_a_plausible_range(scale: str | None, low: float, high: float, uci: Digits) -> None:
    kind = "vae" if scale else "ae"
    config = ModelConfig(kind=kind, latent_dim=10, encoder=(64,), decoder=(64,), scale=scale)  # type: ignore[arg-type]
    training = TrainingConfig(epochs=8, batch_size=50, learning_rate=5e-3)
    reports = list(fit(new_model(config, 0), uci.images[:1500], training))
    losses = [report.loss for report in reports]
    assert low < losses[-1] < high
    assert losses[-1] < losses[3] < losses[0]
    if scale:
        assert 2 < reports[-1].kl < 30


def test_the_numbers_of_a_report_agree_with_each_other(few: Images) -> None:
    training = dataclasses.replace(NOISY, reconstruction_weight=0.25, beta=3.0)
    reports = list(fit(new_model(CONFIGS["vae-logvar"], 0), few, training))
    assert [report.epoch for report in reports] == [1, 2, 3]
    for report in reports:
        assert report.loss == pytest.approx(0.25 * report.reconstruction + 3.0 * report.kl, rel=1e-5)
        assert report.kl > 0
        assert report.images_per_second * report.seconds == pytest.approx(len(few))
        assert report.frame.shape == (112, 224)
        assert report.frame.dtype == np.uint8
        history = json.loads(json.dumps(report.to_json()))
        assert set(history) == {"epoch", "loss", "reconstruction", "kl", "seconds", "images_per_second"}
        assert history["loss"] == pytest.approx(report.loss, abs=1e-4)


def test_a_report_is_a_mean_over_images_not_over_batches(few: Images) -> None:
    """150 digits in batches of 64 leave one of 22; a learning rate of nothing leaves the model as it was."""
    still = TrainingConfig(epochs=1, batch_size=64, learning_rate=1e-30)
    model = new_model(CONFIGS["ae"], 0)
    (report,) = fit(model, few, still)
    x = few.reshape(150, -1).astype(np.float64) / 255
    with torch.no_grad():
        x_hat = model.decode(model.encode(as_input(few))).flatten(1).double().numpy()
    assert report.reconstruction == pytest.approx(np.square(x_hat - x).sum(1).mean(), rel=1e-5)
    assert report.loss == report.reconstruction
    assert report.kl == 0


def test_an_epoch_sees_every_digit_once_in_its_own_order(few: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def spy(model: Autoencoder, clean: Tensor, *rest: Any) -> tuple[Tensor, Tensor]:
        seen.extend(image.numpy().tobytes() for image in clean)
        return objective_parts(model, clean, *rest)

    monkeypatch.setattr(training_module, "objective_parts", spy)
    trained(CONFIGS["ae"], few, QUICK)
    epochs = [seen[i : i + 150] for i in range(0, 450, 150)]
    assert len(seen) == 450
    assert [sorted(epoch) for epoch in epochs] == [sorted(image.numpy().tobytes() for image in as_input(few))] * 3
    assert epochs[0] != epochs[1] != epochs[2] != epochs[0]


def test_the_noise_of_every_epoch_is_its_own(few: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    means: list[float] = []

    def spy(x: Tensor, *rest: Any) -> Tensor:
        corrupted = corrupt(x, *rest)
        means.append((corrupted - x).mean().item())
        return corrupted

    monkeypatch.setattr(training_module, "corrupt", spy)
    trained(CONFIGS["ae"], few, dataclasses.replace(NOISY, batch_size=150))
    assert len(set(means)) == 3


def test_a_denoising_objective_compares_with_the_clean_image(few: Images) -> None:
    model, clean = new_model(CONFIGS["ae"], 0), as_input(few)
    masked = TrainingConfig(corruption=CorruptionConfig(kind="masking", level=1.0))
    with torch.no_grad():
        reconstruction, kl = objective_parts(model, clean, masked, generator())
        from_black = model.decode(model.encode(torch.zeros_like(clean)))
    torch.testing.assert_close(reconstruction, squared_error(from_black, clean))
    assert not kl.any()


def test_without_the_kl_the_posterior_narrows_and_with_it_alone_it_is_the_prior(uci: Digits) -> None:
    config = ModelConfig(kind="vae", latent_dim=2, encoder=(32,), decoder=(32,), scale="logvar")
    base = TrainingConfig(epochs=6, batch_size=50, learning_rate=5e-3)
    images = uci.images[:500]
    *_, free = fit(new_model(config, 0), images, dataclasses.replace(base, beta=0.0))
    *_, bound = fit(new_model(config, 0), images, dataclasses.replace(base, reconstruction_weight=0.0))
    assert free.kl > 5
    assert free.loss == pytest.approx(free.reconstruction)
    assert bound.kl < 0.05
    assert bound.reconstruction > free.reconstruction + 10


def test_no_digits_or_an_autoencoder_without_its_reconstruction_term_is_an_error(few: Images) -> None:
    with pytest.raises(TrainingError, match="no digits"):
        next(fit(new_model(CONFIGS["ae"], 0), few[:0], QUICK))
    with pytest.raises(TrainingError, match="nothing to learn"):
        next(fit(new_model(CONFIGS["ae"], 0), few, dataclasses.replace(QUICK, reconstruction_weight=0.0)))


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("epoch", [1, 2])
def test_a_loss_that_is_not_finite_names_its_epoch(value: float, epoch: int, few: Images) -> None:
    model = new_model(CONFIGS["vae-logvar"], 0)
    epochs = fit(model, few, QUICK)
    for _ in range(epoch - 1):
        next(epochs)
    with torch.no_grad():
        model.get_parameter("encoder.scale.bias")[0] = value
    with pytest.raises(TrainingError, match=rf"no longer finite in epoch {epoch}\b"):
        next(epochs)


def test_a_loaded_model_trains_though_its_gradients_were_off(few: Images) -> None:
    model = new_model(CONFIGS["ae"], 0).requires_grad_(False)
    before = [parameter.clone() for parameter in model.parameters()]
    next(fit(model, few, QUICK))
    assert all(not torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    assert not model.training


def test_one_cycle_is_the_schedule_of_torch_but_for_where_it_ends() -> None:
    steps = 5001
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=1.0, total_steps=steps, pct_start=0.3, div_factor=25, final_div_factor=40
    )
    for step in range(0, steps - 1):
        assert one_cycle(step / (steps - 1)) == pytest.approx(schedule.get_last_lr()[0], abs=2e-3)
        optimizer.step()
        schedule.step()
    assert [one_cycle(share) for share in (0.0, 0.3, 1.0)] == pytest.approx([1 / 25, 1.0, 1 / 1000])
    rise, fall = ([one_cycle(i / 1000) for i in part] for part in (range(301), range(300, 1001)))
    assert rise == sorted(rise)
    assert fall == sorted(fall, reverse=True)


def test_weights_broken_by_the_last_step_are_not_reported(few: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    model = new_model(CONFIGS["ae"], 0)
    step = Adam.step

    def break_weights(self: Adam, learning_rate: float) -> None:
        step(self, learning_rate)
        with torch.no_grad():
            next(model.parameters())[0, 0] = torch.nan

    monkeypatch.setattr(Adam, "step", break_weights)
    with pytest.raises(TrainingError, match="no longer finite in epoch 1"):
        next(fit(model, few, TrainingConfig(epochs=1, batch_size=len(few))))
