"""What the page Objective says of models on a whole set, measured in the background once a process."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ui import store
from ui.choices import digit_sets
from ui.reports.report import Report
from vae_core.data import as_input
from vae_core.models import Autoencoder
from vae_core.objective import grey

BATCH = 1000
# With two codes, its errors are large enough to be told apart by eye.
USUAL = "vae-2"


@dataclass(frozen=True)
class MeanErrors:
    """Means per picture, decoded at mu: as `vae_core.objective.grey.Errors`."""

    squared_error: float
    cross_entropy: float
    floor: float


@dataclass(frozen=True)
class BothErrors:
    """Of the pictures as they are, and of the same rounded to black and white."""

    grey: MeanErrors
    binary: MeanErrors


@Report
def active(model: str, digits: str) -> int:
    """How many codes tell pictures apart, see `vae_core.spaces.latent.active_coordinates`."""
    return int(store.encodings(model, digits).active.sum())


def model_of_errors(digits: str) -> str | None:
    """A VAE that has learnt from squared errors and yet decodes probabilities; None where none takes the pictures."""
    fit = [
        name
        for name, config in store.whole_models(digits).items()
        if config.kind == "vae" and config.likelihood == "gaussian" and config.output == "sigmoid"
    ]
    return USUAL if USUAL in fit else next(iter(fit), None)


@Report
@torch.inference_mode()
def errors(model: str, digits: str) -> BothErrors:
    """Both errors of a model with a sigmoid."""
    net, x = store.given(model, digits), as_input(digit_sets.load(digits).images)
    return BothErrors(_means(net, x), _means(net, x.round()))


def _means(model: Autoencoder, x: torch.Tensor) -> MeanErrors:
    batches = [(model.rows(rows), x[rows]) for rows in torch.split(torch.arange(len(x)), BATCH)]
    parts = [grey.errors(given, given.encode(batch), batch) for given, batch in batches]
    return MeanErrors(
        *(float(sum(getattr(part, name).sum() for part in parts)) / len(x) for name in MeanErrors.__annotations__)
    )
