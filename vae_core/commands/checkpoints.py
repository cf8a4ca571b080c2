"""What the command line does once it has read its arguments; it imports torch, which takes seconds."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from vae_core import checkpoint
from vae_core import pca as principal_components
from vae_core.commands.runs import progress
from vae_core.config import CorruptionConfig, shape_text
from vae_core.data import Digits, shape_of
from vae_core.errors import CheckpointError, DigitsError
from vae_core.metrics import Health, Metric, health
from vae_core.models import Autoencoder
from vae_core.recipes import Recipe, UnknownNameError
from vae_core.training.run import Run, held_out_digits, split_digits, test_metrics

console = Console()
complaints = Console(stderr=True)

INTERRUPTED = 130
DEFAULT_ROOT = Path("checkpoints")


def train(
    recipe: Recipe,
    path: Path,
    digits: str,
    data_dir: Path | None,
    threads: int | None,
    resume: bool,
    overwrite: bool,
    leave_out: tuple[int, ...] = (),
    device: str = "auto",
) -> None:
    """Trains with a progress bar, and ends with the table of test metrics.

    Raises:
        VaeCoreError: as `Run`.
        typer.BadParameter: a checkpoint is there and neither `resume` nor `overwrite` says what to do with it.
        typer.Exit: with code 130 after Ctrl-C.
    """
    if (path.exists() or checkpoint.exists(path)) and not (resume or overwrite):
        raise typer.BadParameter(f"{path} is there already: --resume goes on with it, --overwrite replaces it.")
    if threads:
        torch.set_num_threads(threads)
    run = Run(recipe, path, *split_digits(digits, data_dir), leave_out, device)
    done = run.resume() if resume else 0
    try:
        with progress(console, run.recipe.name, run.recipe.training.epochs, done) as hear:
            for report in run.epochs():
                hear(report)
    except KeyboardInterrupt:
        saved = f"epoch {len(run.history)} is saved in {path}; go on with --resume"
        complaints.print(f"interrupted: {saved if run.history else 'nothing was saved yet'}", highlight=False)
        raise typer.Exit(INTERRUPTED) from None
    console.print(metrics_table(path.name, run.metrics(), run.test))
    console.print(f"saved in {path}", highlight=False)


def pca(components: int, path: Path, digits: str, data_dir: Path | None, overwrite: bool) -> None:
    """Fits PCA, saves it, and ends with the table of test metrics.

    Raises:
        VaeCoreError: as `vae_core.pca.make_checkpoint`, or the digits cannot be read.
        typer.BadParameter: a checkpoint is there and `overwrite` does not say to replace it.
    """
    if (path.exists() or checkpoint.exists(path)) and not overwrite:
        raise typer.BadParameter(f"{path} is there already: --overwrite replaces it.")
    train_digits, test_digits = split_digits(digits, data_dir)
    metrics = principal_components.make_checkpoint(path, train_digits, test_digits, components)
    console.print(metrics_table(path.name, metrics, test_digits))
    console.print(f"saved in {path}", highlight=False)


def evaluate(checkpoints: list[Path], digits: str, data_dir: Path | None, as_json: bool, record: bool) -> None:
    """Measures checkpoints one by one, and prints each at once; with `record` writes it into `training.json`.

    Raises:
        VaeCoreError: a checkpoint or the digits cannot be read, or what is to be recorded cannot be: the model was
            trained on other digits, or the disk refuses.
    """
    folders = [_find_folder(path) for path in checkpoints]
    models = [checkpoint.load(folder) for folder in folders]
    test_digits = held_out_digits(digits, data_dir)
    _check_fit(folders, models, test_digits)
    records = {folder: _record_of(folder, test_digits.name) for folder in folders} if record else {}
    for folder, model in zip(folders, models, strict=True):
        linear = model.config.output == "linear"
        train_images = split_digits(digits, data_dir)[0].images if linear else None
        metrics = test_metrics(model.given(test_digits.labels), test_digits.images, _corruption(folder), train_images)
        found = health(model, test_digits.images, test_digits.labels)
        if as_json:
            numbers = _as_json(folder.name, test_digits.name, len(test_digits), metrics)
            faults = [asdict(finding) for finding in found.findings] if found else None
            print(json.dumps({**numbers, "findings": faults}, allow_nan=False))
        else:
            console.print(metrics_table(folder.name, metrics, test_digits))
            for sentence in _check_up(found):
                console.print(f"check-up: {sentence}", markup=False, highlight=False)
        if record:
            test = {metric.name: metric.to_json() for metric in metrics}
            checkpoint.save_training(folder, {**records[folder], "test": test})


def _check_up(found: Health | None) -> list[str]:
    if found is None:
        return ["There are too few pictures to tell faults."]
    return [finding.sentence for finding in found.findings] or ["None of the known faults shows."]


def _check_fit(folders: list[Path], models: list[Autoencoder], digits: Digits) -> None:
    shape = shape_of(digits.images)
    for folder, model in zip(folders, models, strict=True):
        if model.config.shape != shape:
            own = shape_text(model.config.shape)
            raise DigitsError(
                f"{folder.name} takes pictures of {own}, and those of {digits.name} are of {shape_text(shape)}"
            )


def _record_of(folder: Path, digits: str) -> dict[str, Any]:
    """`training.json` of a checkpoint whose test digits are those."""
    about = checkpoint.load_training(folder)
    if about.get("digits") != digits:
        trained_on = about.get("digits", "digits that it does not name")
        raise CheckpointError(f"{folder.name} was trained on {trained_on}: numbers on {digits} are not recorded")
    return about


def _find_folder(path: Path) -> Path:
    for folder in (path, DEFAULT_ROOT / path):
        if checkpoint.exists(folder):
            return Path(os.path.abspath(folder))
    raise UnknownNameError("checkpoint", str(path), [entry.name for entry in checkpoint.available(DEFAULT_ROOT)])


def _corruption(folder: Path) -> CorruptionConfig | None:
    if not (folder / checkpoint.TRAINING_FILE).is_file():
        return None
    values = checkpoint.load_training(folder).get("corruption")
    return CorruptionConfig.from_json(values) if values else None


def _as_json(name: str, digits: str, count: int, metrics: list[Metric]) -> dict[str, Any]:
    values = {metric.name: metric.rounded(6) for metric in metrics}
    protocols = {metric.name: f"{metric.unit}; {metric.protocol}" for metric in metrics}
    return {"checkpoint": name, "digits": digits, "count": count, **values, "protocols": protocols}


def metrics_table(name: str, metrics: Sequence[Metric], digits: Digits) -> Table:
    """As the command line shows them."""
    title = f"{name} on {len(digits):,} test digits ({digits.name})"
    table = Table("metric", "value", "unit", "protocol", title=title, title_justify="left", box=SIMPLE_HEAD)
    table.columns[0].no_wrap = True
    table.columns[1].justify = "right"
    for metric in metrics:
        value = f"{metric.value:.0f}" if metric.name == "active_units" else f"{metric.value:.2f}"
        table.add_row(metric.name, value, metric.unit, metric.protocol)
    return table
