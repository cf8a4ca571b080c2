"""Answers about projections of the codes of a set of digits; the query of an address says which.

Each function raises `NotHereError` where the query asks for none, or it cannot be had, see `projected`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ui.choices import digit_sets, view
from ui.encodings import projections
from ui.encodings.projections import Plot, Projected, chosen_codes, projected
from ui.errors import NotHereError
from ui.http.answers import NOT_KEPT, check_models, refusal
from ui.http.payload import CSV, Payload
from ui.jobs.cache import cached
from vae_core.errors import VaeCoreError
from vae_core.spaces.projection import Projection

# Of a Gaussian, inside the ellipse or ellipsoid that is drawn.
INSIDE = 0.95
AXES = ("x", "y", "z")


def points(model: str, digits: str, query: Mapping[str, str]) -> Payload:
    """The cloud as safetensors.

    `points` float32 [k, n], one row an axis; `rows` int32 [n] and `labels` uint8 [n] as in `Projected`; `share` float32
    [k], `fitted_mean` [k], `fitted_cholesky` [k, k], `prior_mean`, `prior_cholesky`, `origin` [D] and `axes` [k, D] as
    in `Projection`, absent where it has none; `radius` float32 [1], of the ball that holds `INSIDE` of N(0, I) in k
    dimensions.
    """
    return _points(_plot(model, digits, query))


def growing(model: str, digits: str, query: Mapping[str, str]) -> Payload:
    """A t-SNE that is under way, as `points`, as far as it is; without points where there are none yet."""
    plot = _plot(model, digits, query)
    job = projections.tsne_jobs.find(plot)
    found = job.partial if job else None
    if found is None:
        with contextlib.suppress(NotHereError):
            return _points(plot)
    labels = digit_sets.load(digits).labels
    rows = projections.choose_rows(labels, plot.cloud.count, plot.seed)
    if found is None:
        found, rows = np.empty((0, plot.cloud.config.components), np.float32), rows[:0]
    return _tensors(Projected(rows, labels[rows].astype(np.uint8), Projection(found)))


def file(model: str, digits: str, query: Mapping[str, str]) -> Payload:
    """The cloud as a file to keep: row, digit, the point's coordinates x, y and z, and the code's z0, z1, ..."""
    plot = _plot(model, digits, query)
    config = plot.cloud.config
    name = f"encodings-{model}-{digits}-{config.method}-{config.components}d.csv"
    # A checkpoint is called what its folder is called, a header holds less.
    disposition = f'attachment; filename="{re.sub(r"[^A-Za-z0-9._-]", "_", name)}"'
    return replace(_csv(plot), headers={"Content-Disposition": disposition})


def place(request: Request) -> Response:
    """Where a code that is none of its own lies in a projection: `point`, k numbers, as JSON."""
    try:
        check_models(request)
        plot = _plot(**request.path_params, query=request.query_params)
        found = projections.place(plot, request.query_params.get("code", ""))
    except VaeCoreError as error:
        return refusal(error)
    return JSONResponse({"point": found}, headers=NOT_KEPT)


def _plot(model: str, digits: str, query: Mapping[str, str]) -> Plot:
    return projections.plot(model, digits, *view.parse_address_query(query))


@cached(megabytes=128)
def _points(plot: Plot) -> Payload:
    return _tensors(projected(plot))


def _tensors(cloud: Projected) -> Payload:
    found = cloud.projection
    arrays: dict[str, NDArray[Any]] = {
        "points": found.points.T,
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
    return Payload.tensors(arrays)


# Three megabytes for the largest of the shipped models.
@cached(megabytes=32)
def _csv(plot: Plot) -> Payload:
    cloud, codes = projected(plot), chosen_codes(plot)
    found = cloud.projection.points
    names = ["row", "digit", *AXES[: found.shape[1]], *(f"z{i}" for i in range(codes.shape[1]))]
    columns = (cloud.rows[:, None], cloud.labels[:, None], found, codes)
    # NumPy writes the shortest text that gives the same float32.
    cells = np.concatenate([column.astype(np.str_) for column in columns], axis=1)
    lines = [",".join(names), *(",".join(row) for row in cells.tolist())]
    return Payload.of(("\n".join(lines) + "\n").encode(), CSV)
