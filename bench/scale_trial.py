"""Trains what the Objective page compares, sigma against ln sigma^2: `python -m bench.scale_trial`, about an hour.

What is there already is kept; delete the file to begin anew.
"""

from __future__ import annotations

import itertools

import torch
from rich.console import Console

from vae_core.objective import scale_trial
from vae_core.objective.scale_trial import EPOCHS, FILE, LEARNING_RATES, RECIPES, SEEDS
from vae_core.training.run import split_digits


def main() -> None:
    """Writes after each training, so that it can be broken off; what belongs to no learning rate any more goes."""
    torch.set_num_threads(1)
    console = Console()
    training, test = split_digits("mnist")
    wanted = list(itertools.product(SEEDS, LEARNING_RATES, RECIPES))
    before = scale_trial.read() if FILE.exists() else []
    done = {key: one for one in before if (key := (one.seed, one.learning_rate, one.recipe)) in wanted}
    for seed, rate, recipe in wanted:
        if (seed, rate, recipe) not in done:
            one = done[seed, rate, recipe] = scale_trial.train(recipe, rate, seed, training, test, EPOCHS)
            scale_trial.write(sorted(done.values(), key=lambda one: (one.recipe, one.learning_rate, one.seed)))
            console.print(f"{recipe}, learning rate {rate:g}, seed {seed}: {one.test_loss}")


if __name__ == "__main__":
    main()
