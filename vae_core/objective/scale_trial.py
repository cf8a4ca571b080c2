"""Does a VAE learn faster that learns ln sigma^2 instead of sigma? The article's two nets, trained side by side.

Both nets, each learning rate and each seed: the same digits in the same order, the same initial weights but for what a
head's output is taken for. `python -m bench.scale_trial` trains them and writes `FILE`.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from vae_core.data import Digits
from vae_core.errors import TrainingError
from vae_core.metrics import evaluate
from vae_core.recipes import find_recipe
from vae_core.training.fit import fit, new_model

RECIPES = ("vae-30", "vae-30-sigma")
LEARNING_RATES = (1e-3, 3e-3, 1e-2, 3e-2)
SEEDS = (0, 1, 2)
# As many as the article's.
EPOCHS = 50
FILE = Path(__file__).with_suffix(".json")


@dataclass(frozen=True)
class Training:
    """One training.

    Attributes:
        recipe: one of `RECIPES`.
        learning_rate: the peak of the one-cycle schedule.
        seed: of the weights, of the digits' order and of the draws of z.
        loss: squared error + KL, nats per image, mean over each epoch's training digits as they were seen; it ends
            before the epoch in which the loss was no longer finite.
        test_loss: the same on the test digits after the last epoch, with one sample of z; none where there was no last.
    """

    recipe: str
    learning_rate: float
    seed: int
    loss: tuple[float, ...]
    test_loss: float | None


@dataclass(frozen=True)
class Curve:
    """Several seeds at one learning rate.

    Attributes:
        learning_rate: the peak.
        mean, deviation: of the loss after each epoch that all seeds reached; nats per image, the deviation over one
            less than the seeds.
        test_mean, test_deviation: of the test loss; none where a training broke down.
        seeds: how many.
    """

    learning_rate: float
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    test_mean: float | None
    test_deviation: float | None
    seeds: int


def train(recipe: str, learning_rate: float, seed: int, training: Digits, test: Digits, epochs: int) -> Training:
    """One training, from the beginning."""
    known = find_recipe(recipe)
    config = replace(known.training, learning_rate=learning_rate, seed=seed, epochs=epochs)
    model = new_model(known.model, seed)
    losses: list[float] = []
    try:
        losses.extend(round(report.loss, 4) for report in fit(model, training.images, config))
    except TrainingError:
        return Training(recipe, learning_rate, seed, tuple(losses), None)
    (test_loss,) = (m.value for m in evaluate(model.eval(), test.images) if m.name == "squared_error_plus_kl")
    return Training(recipe, learning_rate, seed, tuple(losses), round(test_loss, 4))


def curve(trainings: Sequence[Training], recipe: str, learning_rate: float) -> Curve:
    """What the seeds of one recipe at one learning rate have in common, at least two of them."""
    some = [one for one in trainings if (one.recipe, one.learning_rate) == (recipe, learning_rate)]
    epochs = list(zip(*(one.loss for one in some), strict=False))
    tests = [one.test_loss for one in some if one.test_loss is not None]
    finished = len(tests) == len(some)
    return Curve(
        learning_rate=learning_rate,
        mean=tuple(map(statistics.fmean, epochs)),
        deviation=tuple(map(statistics.stdev, epochs)),
        test_mean=statistics.fmean(tests) if finished else None,
        test_deviation=statistics.stdev(tests) if finished else None,
        seeds=len(some),
    )


def best(trainings: Sequence[Training], recipe: str) -> Curve:
    """The learning rate of the least loss after the last epoch, mean over the seeds, where all reached it."""
    rates = sorted({one.learning_rate for one in trainings if one.recipe == recipe})
    curves = [curve(trainings, recipe, rate) for rate in rates]
    return min(curves, key=lambda one: one.mean[-1] if one.test_mean is not None else math.inf)


def write(trainings: Iterable[Training], file: Path = FILE) -> None:
    """One training a line."""
    lines = ",\n".join(json.dumps(asdict(one)) for one in trainings)
    file.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def read(file: Path = FILE) -> list[Training]:
    """What `write` wrote."""
    return [Training(**{**one, "loss": tuple(one["loss"])}) for one in json.loads(file.read_text(encoding="utf-8"))]
