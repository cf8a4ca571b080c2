"""A run that tells `events.jsonl` what it does, as `vae_core.training.events` describes it."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from vae_core import checkpoint, losses
from vae_core.config import Likelihood
from vae_core.data import as_input, shape_of
from vae_core.errors import TrainingError
from vae_core.models import Autoencoder, VariationalAutoencoder, parameter_count
from vae_core.pictures import film
from vae_core.recipes import Recipe
from vae_core.spaces.latent import active_coordinates
from vae_core.storage import own_files
from vae_core.training import events
from vae_core.training.checkup import findings
from vae_core.training.device import find
from vae_core.training.fit import EpochReport, StepReport
from vae_core.training.folder import is_over, read_plan
from vae_core.training.run import Run, split_digits
from vae_core.training.signals import Signals

if TYPE_CHECKING:
    from vae_core.training.process import Machine

MOST_CODES = 1000
PLANE = 2


class RecordedRun:
    """The run of a folder.

    Raises:
        TrainingError: there is no plan, or what is there was begun with another. DigitsError, UnknownNameError,
            CheckpointError: digits or the folder cannot be read.
    """

    def __init__(self, folder: Path, machine: Machine) -> None:
        self.folder = folder
        self.plan = read_plan(folder)
        if machine.threads:
            torch.set_num_threads(machine.threads)
        recipe = Recipe(self.plan.recipe, "", self.plan.model, self.plan.training)
        train, test = split_digits(self.plan.digits, machine.data_dir)
        self.run = Run(recipe, folder, train, test, self.plan.leave_out, machine.device)
        if is_over(folder):
            self.run.reopen()
        elif own_files.version(folder):
            self.run.resume()
        images = self.run.train.images
        if len(images) == 0:
            raise TrainingError("there are no digits to train on")
        self._mean_image = mean_image_reconstruction(images, self.plan.model.likelihood)
        self._x, self._labels = as_input(images[:MOST_CODES]), self.run.train.labels[:MOST_CODES]
        self._epochs: list[Mapping[str, Any]] = []
        self._steps: list[Mapping[str, Any]] = []
        self._take_up()

    def train(self, signals: Signals, on_epoch: Callable[[EpochReport], object] | None = None) -> None:
        """To the last epoch, or to a signal.

        Raises:
            TrainingError, CheckpointError: as `Run.epochs`. OSError: an event cannot be written.
        """
        if is_over(self.folder):
            return
        self._tell_start()
        with closing(self.run.epochs(self._tell_step, signals.deferred)) as reports:
            for report in reports:
                self._tell_epoch(report.to_json(), report.frame, report.kl_codes)
                if on_epoch:
                    on_epoch(report)

    def finish(self) -> events.Kind:
        """Makes a finished checkpoint of the last whole epoch, where it is none yet, and tells that it is over.

        Raises:
            CheckpointError: as `Run.finish`. OSError: the event cannot be written.
        """
        if not is_over(self.folder):
            self.run.finish()
        epoch, test = len(self.run.history), checkpoint.load_training(self.folder).get("test", {})
        kind: events.Kind = "done" if epoch == self.run.recipe.training.epochs else "stopped"
        events.append(self.folder, kind, epoch=epoch, test=test)
        return kind

    def _take_up(self) -> None:
        """Learns what was told before, and tells of epochs that were saved and not told."""
        done = len(self.run.history)
        for event in events.parsed(events.read(self.folder)[0]):
            if event["event"] == "started":
                self._epochs = [epoch for epoch in self._epochs if epoch["epoch"] <= event["epoch"]]
            elif event["event"] == "epoch":
                self._epochs.append(_numbers(event))
            elif event["event"] == "step":
                self._steps.append(event)
        # Fewer are saved than were told where the disk lost what it had confirmed.
        del self._epochs[done:]
        for entry in self.run.history[len(self._epochs) :]:
            last = entry["epoch"] == done
            kl_codes = self._kl_codes() if last else ()
            self._tell_epoch(entry, self.run.frames[entry["epoch"] - 1], kl_codes, last)

    def _tell_start(self) -> None:
        run = self.run
        events.append(
            self.folder,
            "started",
            device=find(run.device).type,
            threads=torch.get_num_threads(),
            epoch=len(run.history),
            epochs=run.recipe.training.epochs,
            steps=math.ceil(len(run.train) / run.recipe.training.batch_size),
            images=len(run.train),
            parameters=parameter_count(run.model.config),
            likelihood=self.plan.model.likelihood,
            mean_image=round(self._mean_image, 4),
            labels=_base64(self._labels.astype(np.uint8).tobytes()) if self._is_plane else None,
        )

    def _tell_step(self, report: StepReport) -> None:
        values = {key: round(value, 4) for key, value in asdict(report).items()}
        # JSON has no other numbers, and the end of the epoch will say it in words.
        if all(map(math.isfinite, values.values())):
            events.append(self.folder, "step", **values)
            self._steps.append(values)

    def _tell_epoch(
        self, entry: Mapping[str, Any], frame: film.Frame, kl_codes: Sequence[float], current: bool = True
    ) -> None:
        """Of an epoch; `current` where the model is that of its end."""
        told = {**entry, "kl_codes": [round(kl, 4) for kl in kl_codes], "active": self._active() if current else None}
        self._epochs.append(told)
        events.append(
            self.folder,
            "epoch",
            **told,
            frame=_base64(_png(frame)),
            codes=self._codes() if self._is_plane and current else None,
            findings=[asdict(each) for each in findings(self.plan, self._mean_image, self._epochs, self._steps)],
        )

    @property
    def _is_plane(self) -> bool:
        return self.plan.model.latent_dim == PLANE

    @property
    def _model(self) -> Autoencoder:
        """As it is, for the digits whose codes are told."""
        return self.run.model.given(self._labels)

    @torch.inference_mode()
    def _codes(self) -> str:
        return _base64(self._model.encode(self._x).numpy().astype("<f4").tobytes())

    @torch.inference_mode()
    def _active(self) -> int | None:
        model = self._model
        if not isinstance(model, VariationalAutoencoder) or len(self._x) < 2:
            return None
        return int(active_coordinates(*model.posterior(self._x)).sum())

    @torch.inference_mode()
    def _kl_codes(self) -> list[float]:
        """Of the model as it is, on the digits whose codes are told; empty for an AE."""
        model = self._model
        if not isinstance(model, VariationalAutoencoder):
            return []
        means: list[float] = losses.kl_per_coordinate(*model.posterior(self._x)).mean(0).tolist()
        return means


def mean_image_reconstruction(images: NDArray[np.uint8], likelihood: Likelihood) -> float:
    """-ln p(x) in nats per image, as `losses.reconstruction` takes it, of who always gives the mean of the images.

    Args:
        images: uint8 [N, H, W] or [N, C, H, W].
        likelihood: "bernoulli" or "gaussian".
    """
    mean = torch.from_numpy(images.mean(0)).reshape(1, *shape_of(images)) / 255
    if likelihood == "bernoulli":
        return float(losses.pixel_entropy(mean))
    chunks = (as_input(images[start : start + MOST_CODES]) for start in range(0, len(images), MOST_CODES))
    return sum(float(losses.squared_error(chunk, mean.expand_as(chunk)).sum()) for chunk in chunks) / len(images)


def _numbers(event: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key not in ("frame", "codes", "findings")}


def _png(frame: film.Frame) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(frame).save(stream, "PNG")
    return stream.getvalue()


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
