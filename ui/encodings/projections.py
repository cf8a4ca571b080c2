"""Clouds of codes as plots show them: chosen digits, projected once a process.

Each function raises `NotHereError` where no such checkpoint or set of digits can be used here.
"""

from __future__ import annotations

import atexit
import base64
import os
from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ui import store
from ui.choices import digit_sets, view
from ui.choices.view import Cloud
from ui.encodings import shipped_tsne
from ui.errors import NoAnswerError, NotHereError
from ui.jobs.cache import cached, stamps
from ui.jobs.job import Jobs, Task, follow
from vae_core.arrays import Frozen
from vae_core.errors import ProjectionError
from vae_core.spaces.projection import Method, Projection, check, project
from vae_core.spaces.tsne import TsneJob

AXIS_TITLES: dict[Method, str] = {"pca": "PC", "kernel-pca": "kernel PC", "t-sne": "t-SNE"}
# Counted from 0, as on the desk.
COORDINATES = ("z₀", "z₁", "z₂")

# In processes of one thread and of a low priority; with two, the pair on a page is done together.
tsne_jobs: Jobs[Projection] = Jobs("t-SNE", at_once=min(2, os.cpu_count() or 1))
atexit.register(tsne_jobs.close)


@dataclass(frozen=True)
class Plot:
    """What is plotted, with the stamps of the files behind it: two equal ones show the same."""

    model: str
    digits: str
    cloud: Cloud
    seed: int
    stamps: tuple[Hashable, ...]

    def address(self, kind: str = "safetensors") -> str:
        """Where the browser finds it, relative to the app's root; `kind` is "safetensors" or "csv"."""
        return store.address("projections", self.model, f"{self.digits}.{kind}", **self._query)

    @property
    def growing_address(self) -> str:
        """Where the browser finds a t-SNE that is under way, see `growing`."""
        return store.address("growing", self.model, f"{self.digits}.safetensors", **self._query)

    @property
    def _query(self) -> dict[str, str]:
        return view.address_query(self.cloud, self.seed)


@dataclass(frozen=True)
class Projected(Frozen):
    """Chosen digits of a set and their codes as points; arrays read-only.

    Attributes:
        rows: int32 [n], in the set of digits; ordered by label, then row, so that each class is one slice.
        labels: uint8 [n], ascending.
        projection: its points are of these rows.
    """

    rows: NDArray[np.int32]
    labels: NDArray[np.uint8]
    projection: Projection


def plot(model: str, digits: str, cloud: Cloud, seed: int) -> Plot:
    """What to plot, as the files are now.

    Args:
        model: name of a checkpoint.
        digits: "uci" or "mnist".
        cloud: how codes become points, and of how many digits; all where the set has fewer.
        seed: of the choice of digits, and of what is random in the projection.
    """
    count = view.fit_count(cloud.count, len(digit_sets.load(digits)))
    # Only a VAE has more than one code for a digit.
    codes = cloud.codes if store.entry(model).config.kind == "vae" else Cloud.codes
    same = replace(cloud, config=view.canonical(cloud.config), count=count, codes=codes)
    return Plot(model, digits, same, seed, stamps({"model": model, "digits": digits}))


@cached(megabytes=128)
def projected(plot: Plot) -> Projected:
    """The cloud; of t-SNE only where it came with the app, or `tsne_jobs` have finished it.

    Raises:
        NotHereError: the codes cannot be projected so, or are not yet; the sentence names the model.
    """
    labels = digit_sets.load(plot.digits).labels
    rows = choose_rows(labels, plot.cloud.count, plot.seed)
    config = plot.cloud.config
    try:
        found = _finished(plot) if config.method == "t-sne" else project(chosen_codes(plot), config, plot.seed)
    except ProjectionError as error:
        raise NotHereError(f"{plot.model}: {error}.") from error
    return Projected(rows, labels[rows].astype(np.uint8), found)


def is_shipped(plot: Plot) -> bool:
    """Whether this t-SNE came with the app."""
    return shipped_tsne.find(plot.model, plot.digits, plot.cloud, plot.seed) is not None


def place(plot: Plot, code: str) -> list[float]:
    """The point of a code that is none of the cloud's, k numbers; of t-SNE there is none.

    Args:
        plot: where it is to be placed.
        code: float32, little-endian, as base64.

    Raises:
        NotHereError: as `projected`; or it is no code of this model.
        NoAnswerError: it has no place there.
    """
    cloud = projected(plot)
    dim = store.encodings(plot.model, plot.digits).codes.shape[1]
    try:
        z = np.frombuffer(base64.b64decode(code, validate=True), "<f4")
    except ValueError:
        z = np.empty(0, np.float32)
    if z.shape != (dim,) or not np.isfinite(z).all():
        raise NotHereError(f"The parameter code must be {dim} finite float32 numbers as base64.")
    try:
        found: list[float] = cloud.projection.place(z[None])[0].tolist()
    except ProjectionError as error:
        raise NoAnswerError(f"{plot.model}: {error}.") from error
    return found


def compute_tsne(plot: Plot, task: Task) -> Projection:
    """The work of one of `tsne_jobs`, whose key is the plot."""
    return follow(task, TsneJob(chosen_codes(plot), plot.cloud.config, plot.seed))


def axis_titles(plot: Plot) -> list[str]:
    """Of the 2 or 3 axes: ["PC 1", "PC 2"]; of raw codes ["z₀", "z₁"]."""
    config = plot.cloud.config
    if config.method == "raw":
        return list(COORDINATES[: config.components])
    return [f"{AXIS_TITLES[config.method]} {i + 1}" for i in range(config.components)]


def chosen_codes(plot: Plot) -> NDArray[np.float32]:
    """The codes that are projected, float32 [n, D]."""
    rows = choose_rows(digit_sets.load(plot.digits).labels, plot.cloud.count, plot.seed)
    found = store.encodings(plot.model, plot.digits)
    return (found.means if plot.cloud.codes == "mean" else found.codes)[rows]


def choose_rows(labels: NDArray[np.int64], count: int, seed: int) -> NDArray[np.int32]:
    """Rows drawn without replacement, all where there are no more than `count`: [N] -> [n], by label, then row."""
    size = len(labels)
    rows = np.random.default_rng(seed).choice(size, count, replace=False) if count < size else np.arange(size)
    return rows[np.lexsort((rows, labels[rows]))].astype(np.int32)


def _finished(plot: Plot) -> Projection:
    """t-SNE takes seconds to minutes: no request waits for it, and none starts it."""
    check(chosen_codes(plot), plot.cloud.config)
    points = shipped_tsne.find(plot.model, plot.digits, plot.cloud, plot.seed)
    if points is not None:
        return Projection(points)
    job = tsne_jobs.find(plot)
    if job is None or job.result is None:
        raise ProjectionError(job.error if job and job.error else "t-SNE of these digits is not computed yet")
    return job.result
