"""The command line: `python -m vae_core recipes | train | evaluate`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from vae_core import checkpoint
from vae_core.config import CorruptionConfig
from vae_core.data import Digits
from vae_core.errors import VaeCoreError
from vae_core.metrics import Metric
from vae_core.recipes import RECIPES, UnknownNameError, find_recipe
from vae_core.runs import Run, held_out_digits, split_digits, test_metrics, with_settings

app = typer.Typer(
    help="Autoencoders and variational autoencoders on handwritten digits.", no_args_is_help=True, add_completion=False
)
console = Console()
complaints = Console(stderr=True)

INTERRUPTED = 130

DataDir = Annotated[
    Path | None,
    typer.Option(help="The folder that holds MNIST/raw; default $DIGITS_DIR, then data/.", show_default=False),
]
DigitsName = Annotated[str, typer.Option("--digits", help="mnist or uci.")]


@app.command()
def recipes(
    names: Annotated[bool, typer.Option("--names", help="The names alone, a line each.")] = False,
) -> None:
    """The shipped models: what each is and how it is trained."""
    if names:
        print("\n".join(RECIPES))
        return
    table = Table("recipe", "layers", "what, and how it is trained", box=SIMPLE_HEAD)
    table.columns[0].no_wrap = table.columns[1].no_wrap = True
    for recipe in RECIPES.values():
        model, training = recipe.model, recipe.training
        layers = "-".join(map(str, (784, *model.encoder, model.latent_dim, *model.decoder, 784)))
        table.add_row(recipe.name, layers, f"{recipe.summary}; {model.likelihood}, {training.epochs} epochs")
    console.print(table)


@app.command()
def train(
    recipe: Annotated[str, typer.Argument(help="A name from `recipes`.")],
    out: Annotated[
        Path | None, typer.Option(help="The checkpoint folder; default checkpoints/RECIPE.", show_default=False)
    ] = None,
    digits: DigitsName = "mnist",
    data_dir: DataDir = None,
    epochs: Annotated[int | None, typer.Option(help="Instead of the recipe's.", show_default=False)] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the recipe's.", show_default=False)] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads; default all.", show_default=False)] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an unfinished training.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the checkpoint that is there.")] = False,
) -> None:
    """Train a recipe. Ctrl-C keeps the last whole epoch; --resume goes on from there."""
    chosen = with_settings(find_recipe(recipe), epochs, seed)
    path = out or Path("checkpoints") / recipe
    if (path.exists() or checkpoint.exists(path)) and not (resume or overwrite):
        raise typer.BadParameter(f"{path} is there already: --resume goes on with it, --overwrite replaces it.")
    if threads:
        torch.set_num_threads(threads)
    run = Run(chosen, path, *split_digits(digits, data_dir))
    done = run.resume() if resume else 0
    try:
        _train_with_progress(run, done)
    except KeyboardInterrupt:
        kept = (
            f"epoch {len(run.history)} is saved in {path}; go on with --resume"
            if run.history
            else "nothing was saved yet"
        )
        complaints.print(f"interrupted: {kept}", highlight=False)
        raise typer.Exit(INTERRUPTED) from None
    console.print(_metrics_table(path.name, run.metrics(), run.test))
    console.print(f"saved in {path}", highlight=False)


def _train_with_progress(run: Run, done: int) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[status]}"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(
            run.recipe.name, total=run.recipe.training.epochs, completed=done, status="the first epoch is running"
        )
        for report in run.epochs():
            status = (
                f"reconstruction {report.reconstruction:.2f}  kl {report.kl:.2f} nats"
                f"  {report.images_per_second:,.0f} images/s"
            )
            progress.update(task, completed=report.epoch, status=status)


@app.command()
def evaluate(
    checkpoints: Annotated[list[Path], typer.Argument(help="Checkpoint folders, or their names in checkpoints/.")],
    digits: DigitsName = "mnist",
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a checkpoint, a line each.")] = False,
) -> None:
    """Measure checkpoints on the test digits, with the protocol of each number."""
    folders = [_find_folder(path) for path in checkpoints]
    models = [checkpoint.load(folder) for folder in folders]
    test_digits = held_out_digits(digits, data_dir)
    for folder, model in zip(folders, models, strict=True):
        linear = model.config.output == "linear"
        train_images = split_digits(digits, data_dir)[0].images if linear else None
        metrics = test_metrics(model, test_digits.images, _corruption(folder), train_images)
        if as_json:
            print(json.dumps(_as_json(folder.name, test_digits.name, len(test_digits), metrics), allow_nan=False))
        else:
            console.print(_metrics_table(folder.name, metrics, test_digits))


def _find_folder(path: Path) -> Path:
    root = Path("checkpoints")
    for folder in (path, root / path):
        if checkpoint.exists(folder):
            return Path(os.path.abspath(folder))
    raise UnknownNameError("checkpoint", str(path), [entry.name for entry in checkpoint.available(root)])


def _corruption(folder: Path) -> CorruptionConfig | None:
    if not (folder / checkpoint.TRAINING_FILE).is_file():
        return None
    values = checkpoint.load_training(folder).get("corruption")
    return CorruptionConfig.from_json(values) if values else None


def _as_json(name: str, digits: str, count: int, metrics: list[Metric]) -> dict[str, Any]:
    values = {metric.name: metric.rounded(6) for metric in metrics}
    protocols = {metric.name: f"{metric.unit}; {metric.protocol}" for metric in metrics}
    return {"checkpoint": name, "digits": digits, "count": count, **values, "protocols": protocols}


def _metrics_table(name: str, metrics: list[Metric], digits: Digits) -> Table:
    title = f"{name} on {len(digits):,} test digits ({digits.name})"
    table = Table("metric", "value", "unit", "protocol", title=title, title_justify="left", box=SIMPLE_HEAD)
    table.columns[0].no_wrap = True
    table.columns[1].justify = "right"
    for metric in metrics:
        value = f"{metric.value:.0f}" if metric.name == "active_units" else f"{metric.value:.2f}"
        table.add_row(metric.name, value, metric.unit, metric.protocol)
    return table


def main() -> None:
    """Runs the command line; an error the package knows ends it with its one sentence and exit code 1."""
    try:
        app(prog_name="python -m vae_core")
    except VaeCoreError as error:
        complaints.print(f"error: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
