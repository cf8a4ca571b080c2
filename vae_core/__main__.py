"""The command line: `python -m vae_core recipes | train | finish | pca | evaluate | import`."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from vae_core.config import CorruptionConfig
from vae_core.errors import ConfigError, VaeCoreError
from vae_core.imports import limits
from vae_core.recipes import RECIPES, Recipe, find_recipe, with_settings
from vae_core.training.plan import Plan, check_leave_out

if TYPE_CHECKING:
    from vae_core.training.process import Machine

app = typer.Typer(
    help="Autoencoders and variational autoencoders on handwritten digits.", no_args_is_help=True, add_completion=False
)
console = Console()
complaints = Console(stderr=True)

DataDir = Annotated[
    Path | None,
    typer.Option(help="The folder that holds MNIST/raw; default $DIGITS_DIR, then data/.", show_default=False),
]
DigitsName = Annotated[str, typer.Option("--digits", help="mnist, uci, or the NAME of NAME.safetensors beside them.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps: what to compute on; auto is the fastest there is.")]
Threads = Annotated[int | None, typer.Option(min=1, help="CPU threads; default all.", show_default=False)]
ImportMemory = Annotated[
    int,
    typer.Option(
        min=limits.LEAST_MEMORY_MB,
        envvar="LATENT_IMPORT_MEMORY_MB",
        help="MB of memory that reading and trying may take.",
    ),
]
ImportSeconds = Annotated[
    int, typer.Option(min=1, envvar="LATENT_IMPORT_SECONDS", help="By the clock, that reading and trying may take.")
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace the checkpoint that is there; other files in its folder stay.")
]


@app.command()
def recipes(
    names: Annotated[bool, typer.Option("--names", help="The names alone, a line each.")] = False,
) -> None:
    """The shipped models: what each is and how it is trained."""
    if names:
        print("\n".join(RECIPES))
        return
    table = Table("recipe", "layers", "what, and how it is trained", box=SIMPLE_HEAD)
    table.columns[0].no_wrap = True
    # Words are whole: of a dense net it is one.
    table.columns[1].min_width = max(len(word) for each in RECIPES.values() for word in each.model.layers.split())
    for recipe in RECIPES.values():
        model, training = recipe.model, recipe.training
        table.add_row(recipe.name, model.layers, f"{recipe.summary}; {model.likelihood}, {training.epochs} epochs")
    console.print(table)


@app.command()
def train(
    context: typer.Context,
    recipe: Annotated[
        str | None, typer.Argument(help="A name from `recipes`; with --run-dir alone its run.json.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The checkpoint folder; default checkpoints/RECIPE.", show_default=False)
    ] = None,
    digits: DigitsName = "mnist",
    data_dir: DataDir = None,
    epochs: Annotated[int | None, typer.Option(help="Instead of the recipe's.", show_default=False)] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the recipe's.", show_default=False)] = None,
    corruption: Annotated[
        str | None,
        typer.Option(
            help="gaussian, masking, salt_and_pepper or box, with --level: train a denoising model.",
            show_default=False,
        ),
    ] = None,
    level: Annotated[
        float | None,
        typer.Option(
            help="Of the corruption, up to 1: sigma, the share of pixels, or the box's side.", show_default=False
        ),
    ] = None,
    leave_out: Annotated[
        str | None, typer.Option(help="Classes that it never sees, as in 3,7.", show_default=False)
    ] = None,
    device: Device = "auto",
    threads: Threads = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an unfinished training.")] = False,
    overwrite: Overwrite = False,
    run_dir: Annotated[
        Path | None, typer.Option(help="A run's folder, which the app follows; goes on there.", show_default=False)
    ] = None,
) -> None:
    """Train a recipe. Ctrl-C keeps the last whole epoch; --resume goes on from there.

    With --run-dir it goes on wherever it was left. SIGTERM pauses it; Ctrl-C, or SIGINT, ends it with the last epoch.
    Several processes train one model: torchrun --nproc-per-node 2 -m vae_core train RECIPE.
    """
    if run_dir is not None:
        _refuse(context, ("out", "resume", "overwrite"))
    if recipe is None:
        if run_dir is None:
            raise typer.BadParameter("it takes a RECIPE, or --run-dir of a run that was begun.")
        _refuse(context, ("digits", "epochs", "seed", "corruption", "level", "leave_out"))
        chosen = None
    else:
        chosen = with_settings(find_recipe(recipe), epochs, seed, _corruption(corruption, level))
    classes = _classes(leave_out)
    check_leave_out(classes)
    # torch takes seconds to import: neither --help nor a mistyped recipe should wait for it.
    from vae_core.training.process import Machine

    machine = Machine(data_dir, device, threads)
    plan = _plan(run_dir or Path(chosen.name), chosen, digits, classes) if chosen else None
    with _group(plan, run_dir, machine) as leads:
        if leads and run_dir is not None:
            from vae_core.commands import runs as run_commands

            run_commands.train(run_dir, plan, machine)
        elif leads and chosen is not None:
            from vae_core.commands import checkpoints as commands

            path = out or Path("checkpoints") / chosen.name
            commands.train(chosen, path, digits, data_dir, threads, resume, overwrite, classes, device)


def _group(plan: Plan | None, run_dir: Path | None, machine: Machine) -> AbstractContextManager[bool]:
    """Of several processes that `torchrun` starts, the one that is to train as ever; the others have fitted by then."""
    if os.environ.get("WORLD_SIZE", "1") == "1":
        return nullcontext(True)
    from vae_core.training import follower
    from vae_core.training.folder import read_plan

    return follower.joined(plan or read_plan(run_dir or Path()), machine)


def _refuse(context: typer.Context, options: tuple[str, ...]) -> None:
    """What means nothing beside --run-dir."""
    for name in options:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            option = f"--{name.replace('_', '-')}"
            raise typer.BadParameter(f"{option} means nothing with --run-dir, whose run.json says it.")


def _plan(run_dir: Path, recipe: Recipe, digits: str, leave_out: tuple[int, ...]) -> Plan:
    return Plan(
        name=Path(os.path.abspath(run_dir)).name,
        recipe=recipe.name,
        digits=digits,
        leave_out=leave_out,
        model=recipe.model,
        training=recipe.training,
    )


def _classes(text: str | None) -> tuple[int, ...]:
    try:
        return tuple(sorted({int(part) for part in text.split(",")})) if text else ()
    except ValueError:
        raise typer.BadParameter(f"--leave-out is {text!r}; it must be classes, as in 3,7.") from None


@app.command()
def finish(
    run_dir: Annotated[Path, typer.Argument(help="The folder of a run that is paused.")],
    data_dir: DataDir = None,
    threads: Threads = None,
) -> None:
    """Make a finished checkpoint of the last whole epoch of a run."""
    from vae_core.commands import runs as run_commands
    from vae_core.training.process import Machine

    run_commands.finish(run_dir, Machine(data_dir, threads=threads))


def _corruption(kind: str | None, level: float | None) -> CorruptionConfig | None:
    if kind is None and level is None:
        return None
    if kind is None or level is None:
        raise ConfigError("--corruption and --level belong together: neither is anything without the other")
    return CorruptionConfig.from_json({"kind": kind, "level": level})


@app.command()
def pca(
    components: Annotated[int, typer.Argument(help="How many, 1 to 784.")],
    out: Annotated[
        Path | None, typer.Option(help="The checkpoint folder; default checkpoints/pca-COMPONENTS.", show_default=False)
    ] = None,
    digits: DigitsName = "mnist",
    data_dir: DataDir = None,
    overwrite: Overwrite = False,
) -> None:
    """Fit principal component analysis and save it as an autoencoder."""
    from vae_core.commands import checkpoints as commands

    commands.pca(components, out or Path("checkpoints") / f"pca-{components}", digits, data_dir, overwrite)


@app.command()
def evaluate(
    checkpoints: Annotated[list[Path], typer.Argument(help="Checkpoint folders, or their names in checkpoints/.")],
    digits: DigitsName = "mnist",
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a checkpoint, a line each.")] = False,
    record: Annotated[
        bool, typer.Option("--record", help="Put them into the checkpoint's training.json, in place of the old ones.")
    ] = False,
) -> None:
    """Measure checkpoints on the test digits, with the protocol of each number."""
    from vae_core.commands import checkpoints as commands

    commands.evaluate(checkpoints, digits, data_dir, as_json, record)


@app.command("import")
def import_net(
    files: Annotated[
        list[Path], typer.Argument(help="A model's file, the files of its encoder and decoder, or a pythae folder.")
    ],
    out: Annotated[Path, typer.Option(help="The checkpoint folder.")],
    digits: Annotated[
        str | None,
        typer.Option(
            help="To try it on: mnist, uci, or the NAME of NAME.safetensors; default mnist where it is.",
            show_default=False,
        ),
    ] = None,
    data_dir: DataDir = None,
    shape: Annotated[
        str | None,
        typer.Option(help="Of a picture, as in 1x28x28, in place of a guess.", show_default=False),
    ] = None,
    activation: Annotated[
        str | None,
        typer.Option(help="Of hidden layers, as in relu or leaky_relu:0.2, in place of a guess.", show_default=False),
    ] = None,
    pixels: Annotated[
        str | None,
        typer.Option(
            "--input",
            help="How it takes pixels: unit, signed, standardised, inverted or bytes, in place of a guess.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            help="What its decoder ends in: sigmoid, linear, tanh, signed, standardised or inverted.",
            show_default=False,
        ),
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(
            help="What a VAE's second head is: logvar, log_sigma, sigma or softplus, in place of a guess.",
            show_default=False,
        ),
    ] = None,
    memory: ImportMemory = limits.MEMORY_MB,
    seconds: ImportSeconds = limits.SECONDS,
    overwrite: Overwrite = False,
) -> None:
    """Make a checkpoint of a net that another program has saved.

    What its file leaves open is settled by trying; what was guessed is told, with what came next.
    """
    with limits.held(memory, seconds):
        from vae_core.commands import imports as commands

        wishes = commands.wishes(activation, pixels, output, scale)
        commands.bring_in(files, out, digits, data_dir, commands.shape(shape), wishes, overwrite)


@app.command("import-step", hidden=True)
def import_step(
    folder: Annotated[Path, typer.Argument(help="Of an import, as the app makes one.")],
    memory: ImportMemory = limits.MEMORY_MB,
    seconds: ImportSeconds = limits.SECONDS,
) -> None:
    """Do what the folder of an import asks for, and leave there what was found, or one sentence."""
    from vae_core.imports.steps.folder import told

    with told(folder), limits.held(memory, seconds):
        from vae_core.imports.steps import work

        work.carry_out(folder)


# Beside other processes, threads that wait for each other awake take the time that they wait for: with two threads on
# two busy cores a step of training took 330 ms instead of 26. On idle ones so many turns are as quick as the 300,000
# that libgomp takes by itself; it reads them when it is loaded, with torch.
SPINS = "3000"


def main() -> None:
    """Runs the command line; an error the package knows ends it with its one sentence and exit code 1."""
    os.environ.setdefault("GOMP_SPINCOUNT", SPINS)
    try:
        app(prog_name="python -m vae_core")
    except VaeCoreError as error:
        complaints.print(f"error: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
