"""What the processes of `torchrun` do that do not save, print or tell: they fit, each its share of every batch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from vae_core.recipes import Recipe
from vae_core.training import distributed
from vae_core.training.fit import fit
from vae_core.training.plan import Plan
from vae_core.training.process import Machine
from vae_core.training.run import Run, split_digits


@contextmanager
def joined(plan: Plan, machine: Machine) -> Iterator[bool]:
    """The group of all processes; whether this is the first. The others have fitted to the end by then.

    Raises:
        TrainingError, DigitsError, UnknownNameError: as `follow`, or no such device.
    """
    with distributed.joined(machine.device):
        if not distributed.is_first():
            follow(plan, machine)
        yield distributed.is_first()


def follow(plan: Plan, machine: Machine) -> None:
    """Fits what the first process trains, from where that goes on to the end.

    Raises:
        DigitsError, UnknownNameError: the digits cannot be read here. TrainingError: as `fit`.
    """
    if machine.threads:
        torch.set_num_threads(machine.threads)
    recipe = Recipe(plan.recipe, "", plan.model, plan.training)
    run = Run(recipe, Path(), *split_digits(plan.digits, machine.data_dir), plan.leave_out, machine.device)
    for _ in fit(run.model.given(run.train.labels), run.train.images, plan.training, device=machine.device):
        pass
