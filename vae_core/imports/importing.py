"""From files of other programs to a checkpoint like any other."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vae_core import checkpoint
from vae_core.config import Shape, shape_text
from vae_core.data import Digits, as_input, examples, find_mnist, shape_of
from vae_core.errors import ConfigError
from vae_core.imports import files
from vae_core.imports.choice import Fit
from vae_core.imports.net import NetFileError
from vae_core.imports.settled import Settled, Wishes
from vae_core.imports.trial import SECONDS, settle
from vae_core.imports.trial_pictures import fitted
from vae_core.metrics import Metric, evaluate, health
from vae_core.models import computation_problem
from vae_core.storage import records
from vae_core.training.plan import NAME, NAME_RULE
from vae_core.training.run import held_out_digits

RECIPE = "imported"
# Of all test pictures together: 10,000 of 32 x 32.
MOST_TEST_NUMBERS = 10_240_000
TRIED_PICTURES = 100


@dataclass(frozen=True, eq=False)
class Imported:
    """A net that has become a checkpoint.

    Attributes:
        settled: what was decided, and how.
        metrics: of the test pictures; empty for a half.
        digits: the set that it was tried and measured on.
        warnings: what speaks against it, a sentence each.
    """

    settled: Settled
    metrics: tuple[Metric, ...]
    digits: Digits
    warnings: tuple[str, ...]


def usual_digits(data_dir: str | Path | None = None) -> str:
    """The set that published models are mostly of, where it is there; else the one that is always there."""
    return "mnist" if find_mnist(data_dir) else "uci"


def settled_files(
    paths: Sequence[Path],
    digits: Digits,
    wishes: Wishes | None = None,
    shape: Shape | None = None,
    say: Callable[[str], object] = lambda words: None,
) -> Settled:
    """What the files hold, with what they leave open settled by trying.

    Args:
        paths: see `vae_core.imports.files.read`.
        digits: to try it on.
        wishes: what is known, and not to be tried.
        shape: of a picture, where it is known.
        say: hears what it is at, in a few words.

    Raises:
        NetFileError: the files cannot be taken; the sentence says why.
    """
    say("reading the file")
    net = files.read(paths, shape)
    say(f"trying {len(net.others) + 1} layouts" if net.others else "trying what the file leaves open")
    try:
        settled = settle(net, digits, wishes, SECONDS)
    except ConfigError as error:
        raise NetFileError(paths[0], f"no model can be made of it: {error}") from error
    if settled.model.config.classes == 0:
        tried = examples(settled.model.config.shape, TRIED_PICTURES)
        if problem := computation_problem(settled.model, tried):
            raise NetFileError(paths[0], problem)
    return settled


def bring_in(
    paths: Sequence[Path],
    out: Path,
    digits: str | None = None,
    data_dir: Path | None = None,
    wishes: Wishes | None = None,
    shape: Shape | None = None,
) -> Imported:
    """Makes a checkpoint of files, replacing the one that is there.

    Args:
        paths, wishes, shape: see `settled_files`.
        out: its folder, named as `Plan.name` may be.
        digits: the name of a set to try it on; else `usual_digits`.
        data_dir: looked into first, see `vae_core.data.data_folders`.

    Raises:
        VaeCoreError: the files cannot be taken, the set cannot be read, or the folder cannot be written.
    """
    started = time.perf_counter()
    if not NAME.fullmatch(out.name):
        raise ConfigError(f"a checkpoint cannot be called {out.name!r}; its name must be {NAME_RULE}")
    checkpoint.check_writable(out)
    test = held_out_digits(digits or usual_digits(data_dir), data_dir)
    return save(out, settled_files(paths, test, wishes, shape), paths, test, started)


def save(out: Path, settled: Settled, paths: Sequence[Path], digits: Digits, started: float) -> Imported:
    """Measures what was settled and makes a checkpoint of it.

    Args:
        out: its folder.
        settled: what to save.
        paths: where it comes from.
        digits: on which it was tried.
        started: when the import was, in seconds of `time.perf_counter`.

    Raises:
        CheckpointError: the folder cannot be written.
    """
    metrics = () if settled.model.config.half else tuple(measured(settled, digits))
    imported = Imported(settled, metrics, digits, warnings(settled, digits))
    checkpoint.save(out, settled.model, _record(paths, imported, time.perf_counter() - started))
    return imported


def measured(settled: Settled, digits: Digits) -> list[Metric]:
    """`vae_core.metrics.evaluate` on pictures of the model's shape; each protocol says what was done to them."""
    shape, fit = settled.model.config.shape, settled.best.choice.fit
    images = _test_images(settled, digits)
    count = len(images)
    done = "" if shape == shape_of(digits.images) else f", pictures {fit} to {shape_text(shape)}"
    part = "" if count == len(digits) else f", the first {count:,} of {len(digits):,} pictures"
    return [
        Metric(metric.name, metric.value, metric.unit, f"{metric.protocol}{done}{part}")
        for metric in evaluate(settled.model.given(digits.labels[:count]), images)
    ]


def _test_images(settled: Settled, digits: Digits) -> NDArray[np.uint8]:
    """The first of the pictures, in the shape of the model."""
    config = settled.model.config
    count = max(1, min(len(digits), MOST_TEST_NUMBERS // config.pixels))
    return _fitted_images(digits.images[:count], config.shape, settled.best.choice.fit)


def _fitted_images(images: NDArray[np.uint8], shape: Shape, fit: Fit) -> NDArray[np.uint8]:
    if shape == shape_of(images):
        return images
    found: NDArray[np.uint8] = (fitted(as_input(images), shape, fit) * 255).round().byte().numpy()
    return found


def warnings(settled: Settled, digits: Digits) -> tuple[str, ...]:
    """The faults that show, a sentence each."""
    images = _test_images(settled, digits)
    found = health(settled.model, images, digits.labels[: len(images)])
    return tuple(finding.sentence for finding in found.findings) if found else ()


def _record(paths: Sequence[Path], imported: Imported, seconds: float) -> dict[str, Any]:
    settled = imported.settled
    return {
        "recipe": RECIPE,
        "digits": imported.digits.name,
        "imported": {
            "files": [path.name for path in paths],
            "guesses": list(settled.guesses),
            # In what a visitor's choice differs from the best guess; empty for that.
            "chosen": settled.best.words,
            "warnings": list(imported.warnings),
            "pictures": settled.pictures,
            "squared_error": _rounded(settled.best.error),
            "mean_picture_squared_error": round(settled.mean_picture_error, 4),
            "runners_up": [
                {"differs": tried.words, "squared_error": _rounded(tried.error)} for tried in settled.runners_up
            ],
        },
        "model": settled.model.config.to_json(),
        "threads": torch.get_num_threads(),
        "versions": records.versions(),
        "seconds": round(seconds, 1),
        "test": {metric.name: metric.to_json() for metric in imported.metrics},
    }


def _rounded(error: float | None) -> float | None:
    return None if error is None else round(error, 4)
