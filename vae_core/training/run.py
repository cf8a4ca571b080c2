"""A training with everything around it: digits, saving after every epoch, going on, the closing metrics.

The command line and the app train through `Run`, so what one begins the other can continue.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from vae_core import checkpoint
from vae_core.config import CorruptionConfig
from vae_core.data import Digits, mnist_digits, shape_of, uci_digits
from vae_core.errors import CheckpointError, TrainingError
from vae_core.models import Autoencoder
from vae_core.pictures import film, set_file
from vae_core.recipes import Recipe, UnknownNameError
from vae_core.storage import records
from vae_core.training.fit import EpochReport, Resume, StepReport, fit, new_model

if TYPE_CHECKING:
    from vae_core.metrics import Metric

UCI_TEST_DIGITS = 297
# Of any other set, one picture in so many.
HELD_OUT = 6


def split_digits(name: str, data_dir: str | Path | None = None) -> tuple[Digits, Digits]:
    """Training and test digits: MNIST's own split; of UCI's the last 297 held out, and of any other set the last sixth.

    Args:
        name: "mnist", "uci", or a set's of one's own, see `vae_core.pictures.set_file`.
        data_dir: looked into first, see `vae_core.data.data_folders`.

    Raises:
        DigitsError: the set is damaged, or MNIST is absent.
        UnknownNameError: there is no such set.
    """
    test = held_out_digits(name, data_dir)
    if name == "mnist":
        return mnist_digits("train", data_dir), test
    whole = _whole_set(name, data_dir)
    cut = len(whole) - len(test)
    return Digits(whole.images[:cut], whole.labels[:cut], name), test


def held_out_digits(name: str, data_dir: str | Path | None = None) -> Digits:
    """The test digits of `split_digits` alone; MNIST's training files need not be there.

    Raises:
        DigitsError, UnknownNameError: as `split_digits`.
    """
    if name == "mnist":
        return mnist_digits("test", data_dir)
    whole = _whole_set(name, data_dir)
    count = UCI_TEST_DIGITS if name == "uci" else math.ceil(len(whole) / HELD_OUT)
    return Digits(whole.images[-count:], whole.labels[-count:], name)


def _whole_set(name: str, data_dir: str | Path | None) -> Digits:
    if name == "uci":
        return uci_digits()
    file = set_file.find(name, data_dir)
    if file is None:
        raise UnknownNameError("set of digits", name, ("mnist", "uci"))
    return set_file.read(file)


@dataclass
class Run:
    """One training of a recipe into a checkpoint folder.

    Attributes:
        recipe: what to train.
        path: the checkpoint folder.
        train, test: the digits.
        leave_out: classes that are taken out of `train`, and stay in `test`.
        device: what it computes on, see `vae_core.training.device`.
        model: trained as far as the last report.
        history: one entry an epoch that is saved, as in `training.json`.
        frames: the film, a frame an epoch.
    """

    recipe: Recipe
    path: Path
    train: Digits
    test: Digits
    leave_out: tuple[int, ...] = ()
    device: str = "cpu"

    def __post_init__(self) -> None:
        if self.leave_out:
            kept = ~np.isin(self.train.labels, self.leave_out)
            self.train = Digits(self.train.images[kept], self.train.labels[kept], self.train.name)
        config = replace(self.recipe.model, shape=shape_of(self.train.images))
        self.model: Autoencoder = new_model(config, self.recipe.training.seed)
        self.history: list[dict[str, Any]] = []
        self.frames: list[film.Frame] = []
        self._resume: Resume | None = None

    def resume(self) -> int:
        """Takes up the unfinished training in `path`; returns the epochs already done.

        Raises:
            CheckpointError: the folder cannot be read.
            TrainingError: it is finished, or was begun with other settings.
        """
        state = checkpoint.load_optimizer_state(self.path)
        if state is None:
            raise TrainingError(f"{self.path} is finished: there is nothing to resume")
        self.reopen()
        if not 1 <= len(self.history) < self.recipe.training.epochs:
            file = self.path / checkpoint.TRAINING_FILE
            raise CheckpointError(f"{file}: 'history' is no list of the epochs of an unfinished training")
        self._resume = Resume(len(self.history), state)
        return self._resume.epoch

    def reopen(self) -> None:
        """Takes up the model and the history in `path`, finished or not.

        Raises:
            CheckpointError: the folder cannot be read.
            TrainingError: it was begun with other settings.
        """
        about = checkpoint.load_training(self.path)
        for key, mine in self._settings().items():
            if about.get(key) != mine:
                raise TrainingError(
                    f"{self.path} was begun with {key} {about.get(key)}, not {mine}: it cannot be resumed so"
                )
        self.model = checkpoint.load(self.path)
        self.history = about.get("history", [])
        self.frames = checkpoint.load_frames(self.path)

    def epochs(
        self,
        on_step: Callable[[StepReport], object] | None = None,
        whole: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> Generator[EpochReport, None, None]:
        """Trains, saving after every epoch before its report is handed out; the last save carries the test metrics.

        Args:
            on_step: as `fit`.
            whole: entered for a save and what is done with the report, which belong together.

        Raises:
            TrainingError: as `fit`.
            CheckpointError: the folder cannot be written.
        """
        checkpoint.check_writable(self.path)
        model, training = self.model.given(self.train.labels), self.recipe.training
        reports = fit(model, self.train.images, training, self._resume, on_step, self.device)
        for report in reports:
            history = [*self.history, report.to_json()]
            frames = [*self.frames, report.frame]
            finished = report.epoch == training.epochs
            about = self._about(history, self.metrics() if finished else [])
            state = None if finished else report.optimizer_state
            with whole():
                try:
                    checkpoint.save(self.path, self.model, about, frames, state)
                except BaseException:
                    # Ctrl-C may come when the new folder is already in place: the history says what is on disk.
                    if self._is_on_disk(history):
                        self.history = history
                    raise
                self.history, self.frames = history, frames
                yield report

    def finish(self) -> None:
        """Makes a finished checkpoint of the last epoch that is saved, with the test metrics.

        Raises:
            CheckpointError: the folder cannot be read or written.
        """
        self.model = checkpoint.load(self.path)
        checkpoint.save(self.path, self.model, self._about(self.history, self.metrics()), self.frames)

    def _is_on_disk(self, history: list[dict[str, Any]]) -> bool:
        try:
            return checkpoint.load_training(self.path).get("history") == history
        except CheckpointError:
            return False

    def metrics(self) -> list[Metric]:
        """The model as it is now, on the test digits."""
        model, corruption = self.model.given(self.test.labels), self.recipe.training.corruption
        return test_metrics(model, self.test.images, corruption, self.train.images)

    def _settings(self) -> dict[str, Any]:
        digits: dict[str, Any] = {"digits": self.train.name, "training_digits": len(self.train)}
        if self.leave_out:
            digits["leave_out"] = list(self.leave_out)
        model = {"model": self.recipe.model.to_json()}
        return {"recipe": self.recipe.name, **digits, **self.recipe.training.to_json(), **model}

    def _about(self, history: list[dict[str, Any]], metrics: list[Metric]) -> dict[str, Any]:
        return {
            **self._settings(),
            "threads": torch.get_num_threads(),
            "versions": records.versions(),
            "seconds": round(sum(entry["seconds"] for entry in history), 1),
            "test": {metric.name: metric.to_json() for metric in metrics},
            "history": history,
        }


def test_metrics(
    model: Autoencoder,
    images: NDArray[np.uint8],
    corruption: CorruptionConfig | None,
    train_images: NDArray[np.uint8] | None,
) -> list[Metric]:
    """`evaluate`, and for a linear autoencoder PCA with as many components, where the training digits are at hand."""
    # Both take a second to import, and the first epoch should not wait for them.
    from vae_core import pca
    from vae_core.metrics import evaluate

    metrics = evaluate(model, images, corruption)
    if model.config.output == "linear" and train_images is not None:
        metrics.append(pca.squared_error(train_images, images, model.config.latent_dim))
    return metrics
