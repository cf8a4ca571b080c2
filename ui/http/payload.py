"""Bodies of HTTP answers with their entity tags: codes, digits and what is known of them, and files as they are.

Each function raises `NotHereError` where no such checkpoint, set of digits or file can be used here.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import plotly
import safetensors.numpy
from numpy.typing import ArrayLike

from ui import store
from ui.choices import digit_sets
from ui.errors import NotHereError
from ui.jobs.cache import cached
from ui.reports import codes_report, map_frame
from vae_core.errors import ProjectionError
from vae_core.metrics import whereabouts
from vae_core.metrics.reconstruction import squared_errors
from vae_core.metrics.whereabouts import DigitManifold

BINARY = "application/octet-stream"
JAVASCRIPT = "text/javascript; charset=utf-8"
CSV = "text/csv; charset=utf-8"
JSON = "application/json"
CHECKPOINT_TYPES = {
    "config.json": JSON,
    "training.json": JSON,
    "model.safetensors": BINARY,
    "film.gif": "image/gif",
}
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
        media_type: see RFC 9110, 8.3.
        gzipped: the same, compressed once for all; None where it hardly shrinks.
        headers: what the answer says beside it.
    """

    content: bytes
    etag: str
    media_type: str = BINARY
    gzipped: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes, media_type: str = BINARY) -> Payload:
        return cls(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"', media_type)

    @classmethod
    def compressed(cls, content: bytes, media_type: str = BINARY) -> Payload:
        """`of`, with its compressed form."""
        return replace(cls.of(content, media_type), gzipped=gzip.compress(content, GZIP_LEVEL, mtime=0))

    @classmethod
    def tensors(cls, arrays: Mapping[str, ArrayLike], shrinks: bool = False) -> Payload:
        """Of safetensors; a number is an array of one.

        Args:
            arrays: by name.
            shrinks: whether it is worth its compressed form.
        """
        content = safetensors.numpy.save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
        return cls.compressed(content) if shrinks else cls.of(content)


@cached(megabytes=64)
def encodings(model: str, digits: str) -> Payload:
    """`FLOATS` of `vae_core.spaces.latent.Encodings` as float32, its `active` as uint8, and `gap` and `shape_gap` of
    `vae_core.spaces.normality.Normality` as float32.
    """
    found, normality = store.encodings(model, digits), codes_report.normality(model, digits)
    arrays = {name: np.asarray(getattr(found, name), np.float32) for name in FLOATS}
    gaps = {"gap": normality.gap, "shape_gap": normality.shape_gap}
    return Payload.tensors({**arrays, **gaps, "active": found.active.astype(np.uint8)})


@cached(megabytes=128)
def means(model: str, digits: str) -> Payload:
    """`means` float32 [N, D] of `vae_core.spaces.latent.Encodings`."""
    return Payload.tensors({"means": store.means(model, digits)})


@cached(megabytes=16)
def manifold(digits: str) -> Payload:
    """`vae_core.metrics.whereabouts.DigitManifold` of the set.

    Raises:
        NotHereError: no such set of digits can be used here, or it has too few.
    """
    return Payload.tensors(asdict(_manifold(digits)), shrinks=True)


@cached(megabytes=64)
def unlike_digits(model: str, digits: str) -> Payload:
    """`codes` float32 [L, D] of digits that the model redraws unlike any, and `radius` float32 [1] within which a code
    is such a digit's.
    """
    codes = whereabouts.unlike_digits(store.given(model, digits), digit_sets.load(digits).images, _manifold(digits))
    radius = whereabouts.own_radius(store.encodings(model, digits).std)
    return Payload.tensors({"codes": codes, "radius": np.float32(radius)})


@cached(megabytes=64)
def plane(model: str, digits: str) -> Payload:
    """`PLANE` of `vae_core.spaces.projection.Plane` as float32 and `labels` as uint8 [N], rows as in the set of digits;
    none of a decoder alone.

    Raises:
        NotHereError: as `encodings`; or the codes span no plane.
    """
    try:
        found = map_frame.plane(model, digits)
    except ProjectionError as error:
        raise NotHereError(f"{model}: {error}.") from error
    labels = digit_sets.load(digits).labels[: len(found.points)].astype(np.uint8)
    return Payload.tensors({**{name: getattr(found, name) for name in PLANE}, "labels": labels})


def plane_problem(model: str, digits: str) -> str | None:
    """Why the codes span no plane, fit to follow "ae-2: ", without a full stop; None where they do."""
    try:
        map_frame.plane(model, digits)
    except ProjectionError as error:
        return str(error)
    return None


@cached(megabytes=64)
def errors(model: str, digits: str) -> Payload:
    """`squared_error` float32 [N] of `vae_core.metrics.reconstruction.squared_errors`, rows as in the set of digits."""
    found = squared_errors(store.given(model, digits), digit_sets.load(digits).images)
    return Payload.tensors({"squared_error": found})


@cached(megabytes=32)
def film(model: str) -> Payload:
    """`frames` uint8 [epochs, height, width], in colour [epochs, height, width, 3], of the checkpoint's film.gif.

    Raises:
        NotHereError: no such checkpoint can be used here, or there is no film that can be read.
    """
    if store.last_frame(model) is None:
        raise NotHereError(f"There is no film of the training of {model}.")
    return Payload.tensors({"frames": np.stack(store.frames(model))}, shrinks=True)


@cached(megabytes=128)
def images(digits: str) -> Payload:
    """`images` uint8 [N, C, H, W] and `labels` uint8 [N] of all digits of the set."""
    found = digit_sets.load(digits)
    arrays = {"images": found.images.reshape(-1, *digit_sets.shape(digits)), "labels": found.labels.astype(np.uint8)}
    return Payload.tensors(arrays, shrinks=True)


@cached(megabytes=64)
def tray(digits: str) -> Payload:
    """`digit_sets.tray` as it is."""
    return Payload.tensors(digit_sets.tray(digits))


@cached(megabytes=256)
def checkpoint_file(model: str, file: str) -> Payload:
    """One of a checkpoint's files."""
    if file not in CHECKPOINT_TYPES:
        raise NotHereError(f"A checkpoint serves {', '.join(CHECKPOINT_TYPES)} and nothing else.")
    return Payload.of(store.content(model, file), CHECKPOINT_TYPES[file])


@cached(megabytes=128)
def decoder(model: str) -> Payload:
    """`decoder.*` of model.safetensors, for pages that only decode; its metadata has config.json, as `config`."""
    return _part(model, "decoder", {"config": store.content(model, "config.json").decode()})


@cached(megabytes=128)
def encoder(model: str) -> Payload:
    """`encoder.*` of model.safetensors."""
    return _part(model, "encoder")


@cached(megabytes=64)
def plotly_script() -> Payload:
    """plotly.js as the Python package brings it along.

    Raises:
        NotHereError: the package came without it.
    """
    try:
        return Payload.compressed(_unwrapped(PLOTLY.read_bytes()), JAVASCRIPT)
    except OSError:
        raise NotHereError("There is no such file.") from None


@cached(megabytes=64)
def _manifold(digits: str) -> DigitManifold:
    try:
        return whereabouts.digit_manifold(digit_sets.load(digits).images)
    except ValueError as error:
        raise NotHereError(f"{error}.") from None


def _part(model: str, part: str, metadata: dict[str, str] | None = None) -> Payload:
    tensors = safetensors.numpy.load(store.content(model, "model.safetensors"))
    arrays = {name: array for name, array in tensors.items() if name.startswith(f"{part}.")}
    return Payload.of(safetensors.numpy.save(arrays, metadata))


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
