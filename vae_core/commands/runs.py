"""What the command line does with the folder of a run; the process of the run imports torch once it holds the lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from vae_core.training import events, process
from vae_core.training.folder import epochs_done, read_plan
from vae_core.training.plan import Plan
from vae_core.training.process import Machine

if TYPE_CHECKING:
    from vae_core.training.fit import EpochReport

console = Console()


def train(folder: Path, plan: Plan | None, machine: Machine) -> None:
    """Trains what the folder says, or first puts a plan there, with a progress bar.

    Raises:
        TrainingError: as `vae_core.training.process`.
    """
    if plan:
        process.begin(folder, plan)
    else:
        plan = read_plan(folder)
    with progress(console, plan.name, plan.training.epochs, epochs_done(folder)) as hear:
        ending = process.train(folder, machine, hear)
    _say(folder, ending)


def finish(folder: Path, machine: Machine) -> None:
    """Makes a finished checkpoint of the last whole epoch.

    Raises:
        TrainingError: as `vae_core.training.process`.
    """
    _say(folder, process.finish(folder, machine))


@contextmanager
def progress(console: Console, name: str, epochs: int, done: int) -> Iterator[Callable[[EpochReport], None]]:
    """A bar of epochs; what it yields is told every report."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[status]}"),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(name, total=epochs, completed=done, status="the first epoch is running")

        def hear(report: EpochReport) -> None:
            status = (
                f"reconstruction {report.reconstruction:.2f}  kl {report.kl:.2f} nats"
                f"  {report.images_per_second:,.0f} images/s"
            )
            bar.update(task, completed=report.epoch, status=status)

        yield hear


def _say(folder: Path, ending: events.Kind) -> None:
    more = f"; go on with `train --run-dir {folder}`" if ending == "paused" else ""
    epoch = epochs_done(folder)
    saved = f"epoch {epoch} is saved in {folder}" if epoch else "nothing was saved yet"
    console.print(f"{ending}: {saved}{more}", highlight=False)
