"""Fitting a model: one generator that yields a report an epoch and leaves the model trained that far."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vae_core import losses
from vae_core.config import ModelConfig, TrainingConfig
from vae_core.data import as_input
from vae_core.errors import TrainingError
from vae_core.models import Autoencoder, VariationalAutoencoder, build, displaced
from vae_core.noise.corruption import corrupt
from vae_core.noise.draws import normal_like
from vae_core.pictures import film
from vae_core.training import distributed
from vae_core.training.device import find
from vae_core.training.optimizer import Adam

# One-cycle schedule (Smith & Topin, 2019): a rise over the first 30 %, then a fall to a thousandth.
WARM_UP = 0.3
START_DIVISOR = 25.0
END_DIVISOR = 1000.0

# Nobody sees more, and reading a number waits for the step.
STEP_SECONDS = 0.1


@dataclass(frozen=True)
class EpochReport:
    """What an epoch brought.

    Attributes:
        epoch: counted from 1.
        loss: the weighted objective, nats per image, mean over the training digits as they were seen.
        reconstruction: -ln p(x|z), nats per image.
        kl: KL(q(z|x) || N(0, I)), nats per image; 0 for an AE.
        kl_codes: of each code, nats per image; their sum is `kl`. Empty for an AE.
        seconds: wall-clock time of the epoch.
        images_per_second: training digits over `seconds`.
        frame: uint8 [4 H, 8 W] or [4 H, 8 W, 3], see `vae_core.pictures.film`.
        optimizer_state: tensors that let `fit` go on after this epoch to the bit; they change with the next epoch.
    """

    epoch: int
    loss: float
    reconstruction: float
    kl: float
    seconds: float
    images_per_second: float
    frame: film.Frame = field(repr=False)
    optimizer_state: dict[str, Tensor] = field(repr=False)
    kl_codes: tuple[float, ...] = field(default=(), repr=False)

    def to_json(self) -> dict[str, Any]:
        """The numbers alone, for a history."""
        return {key: round(value, 4) for key, value in vars(self).items() if isinstance(value, int | float)}


@dataclass(frozen=True)
class StepReport:
    """What one step of the first epoch brought: its batch's mean loss and parts in nats per image, `step` from 1."""

    epoch: int
    step: int
    loss: float
    reconstruction: float
    kl: float


@dataclass(frozen=True)
class Resume:
    """Where a training stopped: the epochs done and the `optimizer_state` of the last report."""

    epoch: int
    optimizer_state: dict[str, Tensor]


def new_model(model_config: ModelConfig, seed: int) -> Autoencoder:
    """A model whose initial weights depend on `seed` alone; the caller's random state is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build(model_config)


def fit(
    model: Autoencoder,
    images: NDArray[Any],
    config: TrainingConfig,
    resume: Resume | None = None,
    on_step: Callable[[StepReport], object] | None = None,
    device: str = "cpu",
) -> Iterator[EpochReport]:
    """Trains `model` in place, one EpochReport an epoch.

    The digits are one resident tensor in the order of a fresh permutation each epoch. Every random number of an epoch
    comes from a generator seeded by (seed, epoch), on the CPU whatever the device: the same seed, machine, device and
    thread count give the same weights to the bit, also over an interruption. Several processes, see
    `vae_core.training.distributed`, take their shares of the same batches and of the same noise, go on from the weights
    and the `resume` of the first, and yield the same reports.

    Args:
        model: from `new_model`, or loaded where a training goes on; class-conditional, it is `given` the labels of the
            images. It stays on the CPU: on another device a copy of it is trained, whose weights are brought back
            before each report.
        images: uint8 [N, H, W] or [N, C, H, W], of the model's shape.
        config: how to train.
        resume: go on after that epoch.
        on_step: told of steps of the first epoch, at most one in `STEP_SECONDS`, and of the very first; of this
            process's share of the batch.
        device: see `vae_core.training.device.find`.

    Raises:
        TrainingError: no digits, no such device, another process has ended, or the loss is no longer finite (the
            message names the epoch).
        LabelError: a class-conditional model has not been given labels.
    """
    if len(images) == 0:
        raise TrainingError("there are no digits to train on")
    if not isinstance(model, VariationalAutoencoder) and config.reconstruction_weight == 0:
        raise TrainingError("an autoencoder without its reconstruction term has nothing to learn")
    x = as_input(images)
    subject = film.subject(model, x, torch.Generator().manual_seed(config.seed))
    pictured = model.rows(torch.arange(len(subject)) % len(x))
    on = find(device)
    x, trained = x.to(on), model if on == torch.device("cpu") else copy.deepcopy(model).to(on)
    if trained.labels is not None:
        trained = trained.given(trained.labels.to(on))
    parameters = dict(trained.named_parameters())
    for parameter in parameters.values():
        parameter.requires_grad_(True)
    resume = distributed.told(resume)
    optimizer = Adam(parameters, resume.optimizer_state if resume else None)
    objective = distributed.synchronized(_Objective(trained, x, config))
    for epoch in range(resume.epoch if resume else 0, config.epochs):
        started = time.perf_counter()
        trained.train()
        sums = distributed.total(_epoch(objective, x, config, optimizer, epoch, None if epoch else on_step))
        reconstruction, *kl_codes = (sums / len(x)).tolist()
        loss = config.reconstruction_weight * reconstruction + config.beta * sum(kl_codes)
        # The loss of an epoch is taken before its last step, which may be the one that breaks the weights.
        if not math.isfinite(loss) or not all(weights.isfinite().all() for weights in parameters.values()):
            raise TrainingError(f"the loss is no longer finite in epoch {epoch + 1}: try a lower learning rate")
        if trained is not model:
            model.load_state_dict(trained.state_dict())
        model.eval()
        seconds = time.perf_counter() - started
        yield EpochReport(
            epoch=epoch + 1,
            loss=loss,
            reconstruction=reconstruction,
            kl=sum(kl_codes),
            kl_codes=tuple(kl_codes),
            seconds=seconds,
            images_per_second=len(x) / seconds,
            frame=film.frame(pictured, subject),
            optimizer_state=optimizer.state(),
        )


class _Objective(nn.Module):
    """`objective_parts` of rows of x as the module whose gradients several processes share."""

    def __init__(self, model: Autoencoder, x: Tensor, config: TrainingConfig) -> None:
        super().__init__()
        self.model, self.x, self.config = model, x, config

    def forward(self, rows: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        model = self.model.rows(distributed.share(rows))
        return objective_parts(model, self.x.index_select(0, rows), self.config, generator)


@distributed.in_words()
def _epoch(
    objective: nn.Module,
    x: Tensor,
    config: TrainingConfig,
    optimizer: Adam,
    epoch: int,
    on_step: Callable[[StepReport], object] | None,
) -> Tensor:
    """One pass over x; returns the sums over this process's images of the reconstruction and the KL of each code,
    [1 + D or 0].
    """
    generator = torch.Generator().manual_seed((config.seed << 20) + epoch)
    batches = torch.split(torch.randperm(len(x), generator=generator).to(x.device), config.batch_size)
    reconstructions: list[Tensor] = []
    kls: list[Tensor] = []
    told = -math.inf
    for step, rows in enumerate(batches):
        reconstruction, kl_codes = objective(rows, generator)
        loss = config.reconstruction_weight * reconstruction.sum() + config.beta * kl_codes.sum()
        # The mean over the processes of their shares' losses, so weighted, is the mean over the batch.
        (loss * (distributed.processes() / len(rows))).backward()
        optimizer.step(config.learning_rate * one_cycle((epoch + step / len(batches)) / config.epochs))
        reconstructions.append(reconstruction.detach())
        kls.append(kl_codes.detach().sum(0))
        if on_step and time.perf_counter() - told >= STEP_SECONDS:
            told = time.perf_counter()
            mean, kl = reconstructions[-1].mean().item(), kls[-1].sum().item() / len(reconstruction)
            on_step(StepReport(epoch + 1, step + 1, loss.item() / len(reconstruction), mean, kl))
    return torch.cat([torch.cat(reconstructions).sum(0, keepdim=True), torch.stack(kls).sum(0)])


def objective_parts(
    model: Autoencoder, clean: Tensor, config: TrainingConfig, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Reconstruction and KL of a batch with one sample of z: nats per image, [B] and of each code [B, D]; an AE's KL
    is of no code, [B, 0]. Of several processes each draws for the whole batch, and computes its share of it.
    """
    x = corrupt(clean, config.corruption.kind, config.corruption.level, generator) if config.corruption else clean
    if isinstance(model, VariationalAutoencoder):
        eps = normal_like(clean.new_empty(len(clean), model.config.latent_dim), generator)
        mu, logvar = model.posterior(distributed.share(x))
        z, kl = displaced(mu, logvar, distributed.share(eps)), losses.kl_per_coordinate(mu, logvar)
    else:
        z = model.encode(distributed.share(x))
        kl = z.new_zeros(len(z), 0)
    output = model.decoder_output(z)
    return losses.reconstruction(output, distributed.share(clean), model.config.likelihood), kl


def one_cycle(progress: float) -> float:
    """The learning rate at `progress` in [0, 1] through the training, as a share of its peak."""
    if progress < WARM_UP:
        low, share = 1 / START_DIVISOR, 1 - progress / WARM_UP
    else:
        low, share = 1 / END_DIVISOR, (progress - WARM_UP) / (1 - WARM_UP)
    return low + (1 - low) * (1 + math.cos(math.pi * share)) / 2
