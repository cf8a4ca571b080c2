"""Clouds of codes as plots show them: chosen digits, projected once a process, as arrays, safetensors and CSV."""

from __future__ import annotations

import base64
import contextlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from scipy.special import chdtri

from ui import store
from ui.choices import digit_sets, view
from ui.choices.view import Cloud
from ui.encodings import shipped_tsne
from ui.errors import NoAnswerError, NotHereError
from ui.files import Stamp
from ui.http.payload import Payload
from ui.jobs import tsne_jobs
from ui.jobs.memo import memo
from vae_core.errors import ProjectionError
from vae_core.spaces.projection import Method, Projection, check, project

# Of a Gaussian, inside the ellipse or ellipsoid that is drawn.
INSIDE = 0.95
AXES = ("x", "y", "z")
AXIS_TITLES: dict[Method, str] = {"pca": "PC", "kernel-pca": "kernel PC", "t-sne": "t-SNE"}
# Counted from 0, as on the desk.
COORDINATES = ("z₀", "z₁", "z₂")


@dataclass(frozen=True)
class Plot:
    """What is plotted, with the stamps of the files behind it: two equal ones show the same."""

    model: str
    digits: str
    cloud: Cloud
    seed: int
    model_stamp: Stamp
    digits_stamp: Stamp

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
class Projected:
    """Chosen digits of a set and their codes as points; arrays read-only.

    Attributes:
        rows: int32 [n], in the set of digits; ordered by label, then row, so that each class is one slice.
        labels: uint8 [n], ascending.
        projection: its points are of these rows.
    """

    rows: NDArray[np.int32]
    labels: NDArray[np.uint8]
    projection: Projection

    def __post_init__(self) -> None:
        self.rows.setflags(write=False)
        self.labels.setflags(write=False)


def plot(model: str, digits: str, cloud: Cloud, seed: int) -> Plot:
    """What to plot, as the files are now.

    Args:
        model: name of a checkpoint.
        digits: "uci" or "mnist".
        cloud: how codes become points, and of how many digits; all where the set has fewer.
        seed: of the choice of digits, and of what is random in the projection.

    Raises:
        NotHereError: no such checkpoint or set of digits can be used here.
    """
    count = view.fit_count(cloud.count, len(digit_sets.load(digits)))
    # Only a VAE has more than one code for a digit.
    codes = cloud.codes if store.entry(model).config.kind == "vae" else Cloud.codes
    same = replace(cloud, config=view.canonical(cloud.config), count=count, codes=codes)
    return Plot(model, digits, same, seed, store.model_stamp(model), digit_sets.stamp_of(digits))


def projected(plot: Plot) -> Projected:
    """The cloud; of t-SNE only where it came with the app, or `ui.jobs.tsne_jobs` has finished it.

    Raises:
        NotHereError: the codes cannot be projected so, or are not yet; the sentence names the model.
    """
    try:
        return _projected(plot)
    except ProjectionError as error:
        raise NotHereError(f"{plot.model}: {error}.") from error


def payload(plot: Plot) -> Payload:
    """The cloud as safetensors.

    `points` float32 [k, n], one row an axis; `rows` int32 [n] and `labels` uint8 [n] as in `Projected`; `share` float32
    [k], `fitted_mean` [k], `fitted_cholesky` [k, k], `prior_mean`, `prior_cholesky`, `origin` [D] and `axes` [k, D] as
    in `Projection`, absent where it has none; `radius` float32 [1], of the ball that holds `INSIDE` of N(0, I) in k
    dimensions.

    Raises:
        NotHereError: as `projected`.
    """
    projected(plot)
    return _payload(plot)


def is_shipped(plot: Plot) -> bool:
    """Whether this t-SNE came with the app.

    Raises:
        NotHereError: the checkpoint has left.
    """
    return shipped_tsne.find(plot.model, plot.digits, plot.cloud, plot.seed) is not None


def growing(plot: Plot) -> Payload:
    """A t-SNE that is under way, as `payload`, as far as it is; without points where there are none yet.

    Raises:
        NotHereError: the checkpoint or the digits have left.
    """
    job = tsne_jobs.jobs.peek(plot)
    points = job.growing if job else None
    if points is None:
        with contextlib.suppress(NotHereError):
            return payload(plot)
    labels = digit_sets.load(plot.digits).labels
    rows = choose_rows(labels, plot.cloud.count, plot.seed)
    if points is None:
        points, rows = np.empty((0, plot.cloud.config.components), np.float32), rows[:0]
    return _tensors(Projected(rows, labels[rows].astype(np.uint8), Projection(points)))


def csv(plot: Plot) -> Payload:
    """The cloud as text: row, digit, the point's coordinates x, y and z, and the code's z0, z1, ...

    Raises:
        NotHereError: as `projected`.
    """
    projected(plot)
    return _csv(plot)


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


def axis_titles(plot: Plot) -> list[str]:
    """Of the 2 or 3 axes: ["PC 1", "PC 2"]; of raw codes ["z₀", "z₁"]."""
    config = plot.cloud.config
    if config.method == "raw":
        return list(COORDINATES[: config.components])
    return [f"{AXIS_TITLES[config.method]} {i + 1}" for i in range(config.components)]


def chosen_codes(plot: Plot) -> NDArray[np.float32]:
    """The codes that are projected, float32 [n, D].

    Raises:
        NotHereError: the checkpoint or the digits have left.
    """
    rows = choose_rows(digit_sets.load(plot.digits).labels, plot.cloud.count, plot.seed)
    found = store.encodings(plot.model, plot.digits)
    return (found.means if plot.cloud.codes == "mean" else found.codes)[rows]


def choose_rows(labels: NDArray[np.int64], count: int, seed: int) -> NDArray[np.int32]:
    """Rows drawn without replacement, all where there are no more than `count`: [N] -> [n], by label, then row."""
    size = len(labels)
    rows = np.random.default_rng(seed).choice(size, count, replace=False) if count < size else np.arange(size)
    return rows[np.lexsort((rows, labels[rows]))].astype(np.int32)


@memo(megabytes=128)
def _projected(plot: Plot) -> Projected:
    labels = digit_sets.load(plot.digits).labels
    rows = choose_rows(labels, plot.cloud.count, plot.seed)
    config = plot.cloud.config
    found = _finished(plot) if config.method == "t-sne" else project(chosen_codes(plot), config, plot.seed)
    return Projected(rows, labels[rows].astype(np.uint8), found)


def _finished(plot: Plot) -> Projection:
    """t-SNE takes seconds to minutes: no request waits for it, and none starts it."""
    check(chosen_codes(plot), plot.cloud.config)
    points = shipped_tsne.find(plot.model, plot.digits, plot.cloud, plot.seed)
    if points is not None:
        return Projection(points)
    job = tsne_jobs.jobs.peek(plot)
    if job is None or job.result is None:
        raise ProjectionError(job.error if job and job.error else "t-SNE of these digits is not computed yet")
    return job.result


@memo(megabytes=128)
def _payload(plot: Plot) -> Payload:
    return _tensors(_projected(plot))


def _tensors(cloud: Projected) -> Payload:
    found = cloud.projection
    arrays: dict[str, NDArray[Any]] = {
        "points": np.ascontiguousarray(found.points.T),
        "rows": cloud.rows,
        "labels": cloud.labels,
        "radius": np.sqrt([chdtri(found.points.shape[1], 1 - INSIDE)]).astype(np.float32),
    }
    for name in ("share", "origin", "axes"):
        if (values := getattr(found, name)) is not None:
            arrays[name] = values
    for name, gaussian in (("fitted", found.fitted), ("prior", found.prior)):
        if gaussian is not None:
            arrays |= {f"{name}_mean": gaussian.mean, f"{name}_cholesky": gaussian.cholesky}
    return Payload.of(safetensors.numpy.save(arrays))


# Three megabytes for the largest of the shipped models.
@memo(megabytes=32)
def _csv(plot: Plot) -> Payload:
    cloud, codes = _projected(plot), chosen_codes(plot)
    points = cloud.projection.points
    names = ["row", "digit", *AXES[: points.shape[1]], *(f"z{i}" for i in range(codes.shape[1]))]
    columns = (cloud.rows[:, None], cloud.labels[:, None], points, codes)
    # NumPy writes the shortest text that gives the same float32.
    cells = np.concatenate([column.astype(np.str_) for column in columns], axis=1)
    lines = [",".join(names), *(",".join(row) for row in cells.tolist())]
    return Payload.of(("\n".join(lines) + "\n").encode())
