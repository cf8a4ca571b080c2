"""Runs short enough to be killed by the dozen: a set of small pictures, a plan, and what the folder then says."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.tiny import CONFIGS
from vae_core.config import TrainingConfig
from vae_core.training import events, folder
from vae_core.training.plan import Plan

EPOCHS = 6
PLAN = Plan(
    name="run",
    digits="small",
    model=replace(CONFIGS["vae-logvar"], latent_dim=2),
    training=TrainingConfig(epochs=EPOCHS, batch_size=30, seed=3),
)


def asked(path: Path, plan: Plan = PLAN, **training: Any) -> Path:
    """The folder of a run that waits; `training` says what is otherwise than in `PLAN`."""
    folder.create(path, replace(plan, name=path.name, training=replace(plan.training, **training)))
    events.append(path, "asked")
    return path


def told(path: Path, *kinds: events.Kind) -> list[dict[str, Any]]:
    """The events of the folder, of these kinds where any are given."""
    return [event for event in events.parsed(events.read(path)[0]) if not kinds or event["event"] in kinds]


def state(path: Path) -> folder.State:
    """Of a folder that is a run's."""
    now = folder.standing(path)
    assert now is not None
    return now.state


def epochs(found: list[dict[str, Any]]) -> Iterator[int]:
    """The numbers of the epochs among the events."""
    return (event["epoch"] for event in found if event["event"] == "epoch")
