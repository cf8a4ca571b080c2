from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from vae_core.data import Digits
from vae_core.errors import TrainingError
from vae_core.metrics import evaluate
from vae_core.objective import scale_trial
from vae_core.objective.scale_trial import Training
from vae_core.recipes import find_recipe
from vae_core.training.fit import fit, new_model

PLANTED = [
    Training("vae-30", 0.1, 0, (5.0, 3.0), 3.5),
    Training("vae-30", 0.1, 1, (7.0, 3.0), 2.5),
    Training("vae-30", 0.2, 0, (4.0, 2.0), 2.0),
    Training("vae-30", 0.2, 1, (4.0,), None),
]


def part(digits: Digits, start: int, end: int) -> Digits:
    return Digits(digits.images[start:end], digits.labels[start:end], digits.name)


def test_seeds_have_a_mean_and_a_deviation() -> None:
    found = scale_trial.curve(PLANTED, "vae-30", 0.1)
    assert found.mean == (6.0, 3.0)
    assert found.deviation == pytest.approx((2**0.5, 0))
    assert (found.test_mean, found.test_deviation) == (3.0, pytest.approx(0.5**0.5))
    assert found.seeds == 2


def test_a_training_that_broke_down_ends_the_curve_and_is_never_the_best() -> None:
    broken = scale_trial.curve(PLANTED, "vae-30", 0.2)
    assert (broken.mean, broken.test_mean, broken.test_deviation) == ((4.0,), None, None)
    assert scale_trial.best(PLANTED, "vae-30").learning_rate == 0.1


def test_what_is_written_is_read(tmp_path: Path) -> None:
    scale_trial.write(PLANTED, tmp_path / "trainings.json")
    assert scale_trial.read(tmp_path / "trainings.json") == PLANTED


@pytest.mark.parametrize("recipe", scale_trial.RECIPES)
def test_a_training_is_that_of_the_recipe_at_another_learning_rate(recipe: str, uci: Digits) -> None:
    few, test = part(uci, 0, 300), part(uci, 300, 400)
    found = scale_trial.train(recipe, 5e-3, 4, few, test, epochs=2)
    known = find_recipe(recipe)
    config = replace(known.training, epochs=2, learning_rate=5e-3, seed=4)
    model = new_model(known.model, 4)
    losses = [report.loss for report in fit(model, few.images, config)]
    np.testing.assert_allclose(found.loss, losses, atol=1e-4)
    measured = {metric.name: metric.value for metric in evaluate(model.eval(), test.images)}
    assert found.test_loss == pytest.approx(measured["squared_error_plus_kl"], abs=1e-3)


def test_a_loss_that_is_no_longer_finite_is_where_the_training_ends(
    uci: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks_down(*_: object) -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(loss=30.0)
        raise TrainingError("the loss is no longer finite")

    monkeypatch.setattr(scale_trial, "fit", breaks_down)
    digits = part(uci, 0, 20)
    found = scale_trial.train("vae-30", 1e-2, 0, digits, digits, epochs=3)
    assert (found.loss, found.test_loss) == ((30.0,), None)


def test_the_committed_trainings_are_those_that_the_command_makes() -> None:
    found = scale_trial.read()
    wanted = [
        (recipe, rate, seed)
        for recipe in scale_trial.RECIPES
        for rate in scale_trial.LEARNING_RATES
        for seed in scale_trial.SEEDS
    ]
    assert [(one.recipe, one.learning_rate, one.seed) for one in found] == wanted
    assert all(len(one.loss) == scale_trial.EPOCHS or one.test_loss is None for one in found)


def test_what_the_page_says_came_out_came_out() -> None:
    trainings = scale_trial.read()
    logvar, sigma = scale_trial.RECIPES
    pair = [scale_trial.curve(trainings, recipe, 1e-3).mean for recipe in (logvar, sigma)]
    np.testing.assert_allclose(*pair, rtol=0.02)
    assert scale_trial.best(trainings, logvar).learning_rate == 1e-2
    assert scale_trial.best(trainings, sigma).learning_rate == 1e-3

    def breaks_down(recipe: str, rate: float) -> bool:
        """Whether the loss of a seed, which otherwise falls, grows by a fifth from one epoch to the next."""
        some = [one.loss for one in trainings if (one.recipe, one.learning_rate) == (recipe, rate)]
        return any(max(np.divide(loss[1:], loss[:-1])) > 1.2 for loss in some)

    rates = scale_trial.LEARNING_RATES
    assert [breaks_down(logvar, rate) for rate in rates] == [False, False, False, False]
    assert [breaks_down(sigma, rate) for rate in rates] == [False, True, True, True]
