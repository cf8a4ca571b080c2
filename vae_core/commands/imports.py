"""What `import` does once it has read its arguments; it imports torch, which takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from vae_core import checkpoint
from vae_core.commands.checkpoints import metrics_table
from vae_core.config import Shape
from vae_core.errors import ConfigError
from vae_core.imports import importing
from vae_core.imports import wishes as told
from vae_core.imports.settled import Settled, Wishes

console = Console()


def bring_in(
    files: list[Path],
    out: Path,
    digits: str | None,
    data_dir: Path | None,
    picture: Shape | None,
    known: Wishes,
    overwrite: bool,
) -> None:
    """Makes the checkpoint, and says what was guessed, what came next, and what it reaches.

    Raises:
        VaeCoreError: as `vae_core.imports.importing.bring_in`.
        typer.BadParameter: a checkpoint is there and `overwrite` does not say to replace it.
    """
    if (out.exists() or checkpoint.exists(out)) and not overwrite:
        raise typer.BadParameter(f"{out} is there already: --overwrite replaces it.")
    with console.status("trying what its file leaves open"):
        imported = importing.bring_in(files, out, digits, data_dir, known, picture)
    console.print("guessed:")
    for guess in imported.settled.guesses:
        console.print(f"  {guess}", markup=False, highlight=False)
    if imported.settled.runners_up:
        console.print(_runners_up(imported.settled))
    for warning in imported.warnings:
        console.print(f"warning: {warning}", style="yellow", markup=False, highlight=False)
    if imported.metrics:
        console.print(metrics_table(out.name, imported.metrics, imported.digits))
    console.print(f"saved in {out}", highlight=False)


def _runners_up(settled: Settled) -> Table:
    title = f"tried on {settled.pictures} pictures"
    heads = ("loss", "squared error", "otherwise than guessed")
    table = Table(*heads, title=title, title_justify="left", box=SIMPLE_HEAD)
    table.columns[0].justify = table.columns[1].justify = "right"
    for tried in (settled.best, *settled.runners_up):
        table.add_row(_number(tried.loss), _number(tried.error), tried.words or "as guessed")
    table.add_row("", f"{settled.mean_picture_error:.2f}", "the mean of all pictures, in place of a model")
    return table


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def shape(text: str | None) -> Shape | None:
    """See `vae_core.imports.wishes`.

    Raises:
        typer.BadParameter: it is none that a model here takes.
    """
    with _as_option():
        return told.shape(text)


def wishes(activation: str | None, pixels: str | None, output: str | None, scale: str | None) -> Wishes:
    """Of the options' texts, see `vae_core.imports.wishes`.

    Raises:
        typer.BadParameter: one of them is unknown.
    """
    with _as_option():
        return told.wishes(dict(zip(told.KEYS, (activation, pixels, output, scale), strict=True)))


@contextmanager
def _as_option() -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        raise typer.BadParameter(f"--{error}.") from error
