"""What may become a run: its size, its digits, its name, and whether there is room for it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from ui.choices import digit_sets
from ui.shelf import checkpoint_root
from ui.training.listing import Summary
from ui.training.settings import Limits
from vae_core.config import ModelConfig, shape_text
from vae_core.errors import TrainingError
from vae_core.models import parameter_count
from vae_core.pictures.film import COLUMNS, ROWS
from vae_core.training.plan import NAME, Plan

MEGABYTE = 1_000_000
LONGEST_NAME = 60
# Weights, and both moments of Adam.
BYTES_OF_PARAMETER = 12
# Of a frame, at most: in the film, and as base64 in the events.
BYTES_OF_PIXEL = 2.4
# Of an epoch, beside its frame: codes of 1,000 digits and numbers.
BYTES_OF_EPOCH = 16_000


def check(plan: Plan, limits: Limits) -> None:
    """Whether this server trains that.

    Raises:
        VaeCoreError: there are no such digits, the model does not take them, nothing is left to learn, or it is more
            than the limits allow.
    """
    epochs = plan.training.epochs
    if epochs > limits.epochs:
        raise TrainingError(f"a training has at most {limits.epochs:,} epochs here, not {epochs:,}")
    check_size(plan.model, limits)
    shape = digit_sets.shape(plan.digits)
    if plan.model.shape != shape:
        raise TrainingError(
            f"the model takes pictures of {shape_text(plan.model.shape)}, and those of {plan.digits} are of "
            f"{shape_text(shape)}"
        )
    labels, classes = set(digit_sets.load(plan.digits).labels.tolist()), plan.model.classes
    if not labels - set(plan.leave_out):
        raise TrainingError(f"without these classes nothing of {plan.digits} is left to train on")
    if classes and max(labels) >= classes:
        raise TrainingError(f"a model of {classes} classes knows no label {max(labels)}, which {plan.digits} has")
    if plan.training.reconstruction_weight == 0 and (plan.model.kind == "ae" or plan.training.beta == 0):
        raise TrainingError("a loss that weighs nothing has nothing to learn from")


def check_size(model: ModelConfig, limits: Limits) -> None:
    """Whether such a model is small enough, trained here or brought along.

    Raises:
        TrainingError: it is not.
    """
    check_count(parameter_count(model), limits)


def check_count(count: int, limits: Limits) -> None:
    """`check_size` of a model of so many parameters."""
    if count > limits.parameters:
        raise TrainingError(f"a model has at most {limits.parameters:,} parameters here, not {count:,}")


def check_room(runs: Sequence[Summary], more: int, limits: Limits) -> None:
    """Whether another run has room beside those that there are.

    Args:
        more: bytes that are still to come.

    Raises:
        TrainingError: it has not.
    """
    if len(runs) >= limits.kept:
        kept = f"{limits.kept} runs are" if limits.kept > 1 else "1 run is"
        raise TrainingError(f"no more than {kept} kept here: delete one first")
    if not has_room(runs, more, limits):
        used = sum(run.bytes for run in runs) / MEGABYTE
        raise TrainingError(
            f"the runs take {used:,.0f} of {limits.megabytes:,} MB, and up to {more / MEGABYTE:,.0f} MB are to come: "
            "delete one first"
        )


def has_room(runs: Sequence[Summary], more: int, limits: Limits) -> bool:
    """Whether all fit on what they may have of the disk."""
    return sum(run.bytes for run in runs) + more <= limits.megabytes * MEGABYTE


def expected_bytes(plan: Plan) -> int:
    """What a run takes on disk at most."""
    frame = ROWS * COLUMNS * plan.model.pixels * BYTES_OF_PIXEL
    return int(parameter_count(plan.model) * BYTES_OF_PARAMETER + plan.training.epochs * (frame + BYTES_OF_EPOCH))


def is_name(name: str) -> bool:
    """Whether a run may be called that, see `vae_core.training.plan.NAME_RULE`."""
    return NAME.fullmatch(name) is not None


def is_taken(name: str, root: Path) -> bool:
    """Whether a checkpoint or a run has that name, small letters or capital ones."""
    return name.lower() in taken(root)


def names(asked: str, root: Path) -> Iterator[str]:
    """Free names: the one that is asked for, or that with a number from 2 at its end."""
    known = taken(root)
    if asked.lower() not in known:
        yield asked
    for number in range(2, len(known) + 3):
        end = f"-{number}"
        name = f"{asked[: LONGEST_NAME - len(end)].rstrip('._-')}{end}"
        if name.lower() not in known:
            yield name


def taken(root: Path) -> set[str]:
    """Names that a run cannot have, in small letters."""
    found: set[str] = set()
    for folder in (root, checkpoint_root()):
        with suppress(OSError):
            found |= {name.lower().removeprefix(".").removesuffix(".old") for name in os.listdir(folder)}
    return found
