"""What `import` does once it has read its arguments; it imports torch, which takes seconds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from vae_core import checkpoint
from vae_core.commands.checkpoints import metrics_table
from vae_core.config import Shape, is_shape
from vae_core.imports import importing
from vae_core.imports.choice import INPUTS, MEANINGS, OUTPUTS, RULES, Rule
from vae_core.imports.trial import Settled, Wishes

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
        table.add_row(f"{tried.loss:.2f}", f"{tried.error:.2f}", tried.words or "as guessed")
    table.add_row("", f"{settled.mean_picture_error:.2f}", "the mean of all pictures, in place of a model")
    return table


def shape(text: str | None) -> Shape | None:
    """Of "1x28x28".

    Raises:
        typer.BadParameter: it is none that a model here takes.
    """
    if text is None:
        return None
    sides = re.fullmatch(r"(\d{1,3})x(\d{1,3})x(\d{1,3})", text.strip())
    found = tuple(map(int, sides.groups())) if sides else ()
    if not is_shape(found):
        raise typer.BadParameter(f"--shape is {text!r}; it must be channels, height and width, as in 1x28x28.")
    return found[0], found[1], found[2]


def wishes(activation: str | None, pixels: str | None, output: str | None, scale: str | None) -> Wishes:
    """Of the options' texts.

    Raises:
        typer.BadParameter: one of them is unknown.
    """
    meaning: Any = _one_of("--scale", scale, MEANINGS)
    return Wishes(_rule(activation), _one_of("--input", pixels, INPUTS), _one_of("--output", output, OUTPUTS), meaning)


def _rule(text: str | None) -> Rule | None:
    if text is None:
        return None
    name, _, slope = text.partition(":")
    function: Any = _one_of("--activation", name, dict(RULES))
    usual = next(slope for known, slope in RULES if known == name)
    try:
        return function, float(slope) if slope else usual
    except ValueError:
        raise typer.BadParameter(f"--activation is {text!r}; after the colon stands a slope, as in 0.2.") from None


def _one_of(option: str, text: str | None, known: Iterable[str]) -> str | None:
    if text is not None and text not in known:
        raise typer.BadParameter(f"{option} is {text!r}; it must be one of {', '.join(known)}.")
    return text
