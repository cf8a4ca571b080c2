"""Bodies of HTTP answers with their entity tags: codes, digits and what is known of them, and files as they are."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import plotly
import safetensors.numpy

from ui import store
from ui.choices import digit_sets
from ui.errors import NotHereError
from ui.files import Stamp
from ui.jobs.memo import memo
from ui.reports import codes_report, map_frame
from vae_core.errors import ProjectionError
from vae_core.metrics import whereabouts
from vae_core.metrics.reconstruction import squared_errors
from vae_core.metrics.whereabouts import DigitManifold

FLOATS = ("mean", "std", "cholesky", "activity", "histogram", "histogram_edges")
PLANE = ("origin", "axes", "points", "residual", "share")
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
PLOTLY_START, PLOTLY_END = b'"use strict";var Plotly=(', b"window.Plotly = Plotly;"
# In the first line, or it counts for nothing.
COMPILE_HINT = b"//# allFunctionsCalledOnLoad"
# The highest level takes fifteen times as long for a fiftieth less.
GZIP_LEVEL = 6


@dataclass(frozen=True)
class Payload:
    """The body of an HTTP answer and its strong entity tag, quotes included.

    Attributes:
        gzipped: the same, compressed once for all; None where it hardly shrinks.
    """

    content: bytes
    etag: str
    gzipped: bytes | None = None

    @classmethod
    def of(cls, content: bytes) -> Payload:
        return cls(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')

    @classmethod
    def compressed(cls, content: bytes) -> Payload:
        """`of`, with its compressed form."""
        return replace(cls.of(content), gzipped=gzip.compress(content, GZIP_LEVEL, mtime=0))


def encodings(model: str, digits: str) -> Payload:
    """`FLOATS` of `vae_core.spaces.latent.Encodings` as float32, its `active` as uint8, and `gap` and `shape_gap` of
    `vae_core.spaces.normality.Normality` as float32.

    Raises:
        NotHereError: no such checkpoint or set of digits can be used here.
    """
    digit_sets.load(digits)
    return _encodings(model, store.model_stamp(model), digits, digit_sets.stamp_of(digits))


def means(model: str, digits: str) -> Payload:
    """`means` float32 [N, D] of `vae_core.spaces.latent.Encodings`.

    Raises:
        NotHereError: as `encodings`.
    """
    digit_sets.load(digits)
    return _means(model, store.model_stamp(model), digits, digit_sets.stamp_of(digits))


def manifold(digits: str) -> Payload:
    """`vae_core.metrics.whereabouts.DigitManifold` of the set.

    Raises:
        NotHereError: no such set of digits can be used here, or it has too few.
    """
    digit_sets.load(digits)
    return _manifold_payload(digits, digit_sets.stamp_of(digits))


def unlike_digits(model: str, digits: str) -> Payload:
    """`codes` float32 [L, D] of digits that the model redraws unlike any, and `radius` float32 [1] within which a code
    is such a digit's.

    Raises:
        NotHereError: as `encodings` and `manifold`.
    """
    digit_sets.load(digits)
    return _unlike_digits(model, store.model_stamp(model), digits, digit_sets.stamp_of(digits))


def plane(model: str, digits: str) -> Payload:
    """`PLANE` of `vae_core.spaces.projection.Plane` as float32 and `labels` as uint8 [N], rows as in the set of digits.

    Raises:
        NotHereError: as `encodings`; or the codes span no plane.
    """
    if problem := plane_problem(model, digits):
        raise NotHereError(f"{model}: {problem}.")
    return _plane(model, store.model_stamp(model), digits, digit_sets.stamp_of(digits))


def plane_problem(model: str, digits: str) -> str | None:
    """Why the codes span no plane, fit to follow "ae-2: ", without a full stop; None where they do.

    Raises:
        NotHereError: as `encodings`.
    """
    digit_sets.load(digits)
    try:
        _plane(model, store.model_stamp(model), digits, digit_sets.stamp_of(digits))
    except ProjectionError as error:
        return str(error)
    return None


def errors(model: str, digits: str) -> Payload:
    """`squared_error` float32 [N] of `vae_core.metrics.reconstruction.squared_errors`, rows as in the set of digits.

    Raises:
        NotHereError: as `encodings`.
    """
    digit_sets.load(digits)
    return _errors(model, store.model_stamp(model), digits, digit_sets.stamp_of(digits))


def film(model: str) -> Payload:
    """`frames` uint8 [epochs, height, width] of the checkpoint's film.gif.

    Raises:
        NotHereError: no such checkpoint can be used here, or there is no film that can be read.
    """
    if store.last_frame(model) is None:
        raise NotHereError(f"There is no film of the training of {model}.")
    return _film(model, store.model_stamp(model))


def images(digits: str) -> Payload:
    """`images` uint8 [N, 784] and `labels` uint8 [N] of all digits of the set.

    Raises:
        NotHereError: no such set of digits can be used here.
    """
    digit_sets.load(digits)
    return _images(digits, digit_sets.stamp_of(digits))


def plotly_script() -> Payload:
    """plotly.js as the Python package brings it along.

    Raises:
        NotHereError: the package came without it.
    """
    try:
        return _plotly()
    except OSError:
        raise NotHereError("There is no such file.") from None


def tray(digits: str) -> Payload:
    """`digit_sets.tray` as it is.

    Raises:
        NotHereError: no such set of digits can be used here.
    """
    digit_sets.load(digits)
    return _tray(digits, digit_sets.stamp_of(digits))


@memo(megabytes=32)
def _film(model: str, model_stamp: Stamp) -> Payload:
    return Payload.compressed(safetensors.numpy.save({"frames": np.stack(store.frames(model))}))


def checkpoint_file(model: str, name: str) -> Payload:
    """One of a checkpoint's files.

    Raises:
        NotHereError: no such checkpoint can be used here, or it has no such file.
    """
    return _checkpoint_file(model, store.model_stamp(model), name)


@memo(megabytes=64)
def _encodings(model: str, model_stamp: Stamp, digits: str, digits_stamp: Stamp) -> Payload:
    found = store.encodings(model, digits)
    normality = codes_report.normality(model, digits)
    arrays = {name: np.ascontiguousarray(getattr(found, name), np.float32) for name in FLOATS}
    gaps = {"gap": normality.gap, "shape_gap": normality.shape_gap}
    return Payload.of(safetensors.numpy.save({**arrays, **gaps, "active": found.active.astype(np.uint8)}))


@memo(megabytes=64)
def _manifold(digits: str, digits_stamp: Stamp) -> DigitManifold:
    try:
        return whereabouts.digit_manifold(digit_sets.load(digits).images)
    except ValueError as error:
        raise NotHereError(f"{error}.") from None


@memo(megabytes=16)
def _manifold_payload(digits: str, digits_stamp: Stamp) -> Payload:
    found = _manifold(digits, digits_stamp)
    arrays = {field.name: getattr(found, field.name) for field in fields(found)}
    return Payload.compressed(safetensors.numpy.save(arrays))


@memo(megabytes=64)
def _unlike_digits(model: str, model_stamp: Stamp, digits: str, digits_stamp: Stamp) -> Payload:
    images, manifold = digit_sets.load(digits).images, _manifold(digits, digits_stamp)
    codes = whereabouts.unlike_digits(store.model(model), images, manifold)
    radius = whereabouts.own_radius(store.encodings(model, digits).std)
    return Payload.of(safetensors.numpy.save({"codes": codes, "radius": np.array([radius], np.float32)}))


@memo(megabytes=128)
def _means(model: str, model_stamp: Stamp, digits: str, digits_stamp: Stamp) -> Payload:
    return Payload.of(safetensors.numpy.save({"means": store.encodings(model, digits).means}))


@memo(megabytes=64)
def _plane(model: str, model_stamp: Stamp, digits: str, digits_stamp: Stamp) -> Payload:
    found = map_frame.plane(model, digits)
    arrays = {name: getattr(found, name) for name in PLANE}
    return Payload.of(safetensors.numpy.save({**arrays, "labels": digit_sets.load(digits).labels.astype(np.uint8)}))


@memo(megabytes=64)
def _errors(model: str, model_stamp: Stamp, digits: str, digits_stamp: Stamp) -> Payload:
    found = squared_errors(store.model(model), digit_sets.load(digits).images)
    return Payload.of(safetensors.numpy.save({"squared_error": found}))


@memo(megabytes=128)
def _images(digits: str, digits_stamp: Stamp) -> Payload:
    found = digit_sets.load(digits)
    arrays = {"images": found.images.reshape(len(found), -1), "labels": found.labels.astype(np.uint8)}
    return Payload.compressed(safetensors.numpy.save(arrays))


@memo(megabytes=64)
def _plotly() -> Payload:
    return Payload.compressed(_unwrapped(PLOTLY.read_bytes()))


def _unwrapped(script: bytes) -> bytes:
    """plotly.js without the function that fits it to all kinds of module systems; as it is where it looks otherwise.

    A browser skims a function, and reads it on its main thread when it is called: here 4.8 MB twice, and then part by
    part, a second in which nothing moves. Without that function and with V8's hint for files whose functions are all
    called, the reading is done beside the main thread: `bench.first_visit` sees a task of 40 % the length.
    """
    start, end = script.find(PLOTLY_START), script.rfind(PLOTLY_END)
    if start < 0 or end < start:
        return script
    licence = script[: script.find(b"*/") + 2]
    return b"\n".join((COMPILE_HINT, licence, script[start : end + len(PLOTLY_END)], b""))


@memo(megabytes=64)
def _tray(digits: str, digits_stamp: Stamp) -> Payload:
    return Payload.of(safetensors.numpy.save(digit_sets.tray(digits)))


@memo(megabytes=256)
def _checkpoint_file(model: str, model_stamp: Stamp, name: str) -> Payload:
    return Payload.of(store.content(model, name))
