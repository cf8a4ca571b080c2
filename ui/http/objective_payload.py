"""Bodies of HTTP answers for the page Objective: the ladder of beta, spectra of pictures, gradients of a loss."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ui import store
from ui.choices import digit_sets
from ui.choices.stops import Stop
from ui.errors import NoAnswerError
from ui.http import path_request
from ui.http.path_payload import digit_of, labels_of, stop_images
from ui.http.payload import Payload
from ui.jobs.cache import cached
from ui.reports import ladder
from vae_core.models import VariationalAutoencoder
from vae_core.noise.seeded_noise import normals
from vae_core.objective import linear
from vae_core.objective.gradients import of_picture
from vae_core.spaces.alignment import aligned

DRAWS = 200
# The time for a spectrum grows with the third power of it.
MOST_PIXELS = 3072


def rungs(digits: str) -> Payload:
    """Where the ladder has the first N digits, R rungs in the order of beta.

    `points` float32 [R, N, 2] and `axes` float32 [R, 2, 2] of `vae_core.spaces.alignment.aligned`, outwards from beta
    1: the codes, means of q(z|x), turned so that they move no farther than they must from rung to rung. Between 3 and
    5 the trainings came out mirrored: there the way of a digit is half as long for it. `labels` uint8 [N].

    Raises:
        NoAnswerError: no model of the ladder takes the pictures of the set.
    """
    here = _ladder(digits)
    clouds = np.stack([ladder.codes(rung.name, digits) for rung in here])
    points, axes = aligned(clouds, min(range(len(here)), key=lambda i: abs((here[i].beta or 0) - 1)))
    labels = digit_sets.load(digits).labels[: clouds.shape[1]].astype(np.uint8)
    return Payload.tensors({"points": points, "axes": axes, "labels": labels})


def standings(digits: str) -> Payload:
    """`rate`, `distortion` float64 [R] and `active` int32 [R] of `vae_core.objective.rate_distortion.Point`, over the
    whole set: all that takes seconds of a ladder that nobody has looked at yet.

    Raises:
        NoAnswerError: as `rungs`.
    """
    points = [ladder.point(rung.name, digits) for rung in _ladder(digits)]
    arrays: dict[str, NDArray[Any]] = {
        "rate": np.array([point.rate for point in points]),
        "distortion": np.array([point.distortion for point in points]),
        "active": np.array([point.active for point in points], np.int32),
    }
    return Payload.tensors(arrays)


def _ladder(digits: str) -> list[ladder.Rung]:
    found = ladder.rungs(digits)
    if not found:
        raise NoAnswerError("No model of the ladder takes these pictures.")
    return found


def spectrum(digits: str) -> Payload:
    """`variances` float64 [P] of the principal components of the set's pictures, descending.

    Raises:
        NoAnswerError: they have more than `MOST_PIXELS`.
    """
    if (pixels := prod(digit_sets.shape(digits))) > MOST_PIXELS:
        raise NoAnswerError(f"The spectrum of pictures is known up to {MOST_PIXELS:,} pixels; these have {pixels:,}.")
    return _spectrum(digits)


def gradients(model: str, digits: str, query: Mapping[str, str]) -> Payload:
    """The gradient of the loss of a picture, `at`, over `DRAWS` draws of z from the seed `seed`; D codes.

    `mu`, `sigma` float64 [D]; `reparameterised_mu`, `reparameterised_sigma`, `score_mu`, `score_sigma`, `baseline_mu`
    and `baseline_sigma` float32 [DRAWS, D], one gradient a draw, as in `vae_core.objective.gradients.PictureGradients`.

    A class-conditional model encodes and decodes as in `ui.http.path_payload.path`.

    Raises:
        NoAnswerError: the model is no VAE, or a gradient is too large for float32.
        ObjectiveError: its encoder says sigma is 0.
    """
    at = path_request.read_stop(query, len(digit_sets.load(digits)), digit_sets.shape(digits))
    return _gradients(model, digits, at, path_request.read_seed(query), digit_of(model, query))


@cached(megabytes=16)
def _spectrum(digits: str) -> Payload:
    return Payload.tensors({"variances": linear.variances(digit_sets.load(digits).images)})


@cached(megabytes=32)
def _gradients(model: str, digits: str, at: Stop, seed: int, digit: int | None) -> Payload:
    net = store.model(model).given(labels_of(digits, (at,), digit))
    if not isinstance(net, VariationalAutoencoder):
        raise NoAnswerError(f"{model} is no VAE: its code has no sigma.")
    (image,) = stop_images(digits, (at,))
    (eps,) = normals(seed, shape=(DRAWS, net.config.latent_dim))
    found = of_picture(net, torch.from_numpy(image).reshape(1, *net.config.shape), eps, label=digit)
    kinds = {"reparameterised": found.reparameterised, "score": found.score, "baseline": found.score_with_baseline}
    wide = {f"{kind}_{part}": getattr(one, part) for kind, one in kinds.items() for part in ("mu", "sigma")}
    if any(np.abs(array).max() > np.finfo(np.float32).max for array in wide.values()):
        raise NoAnswerError(f"The sigma that {model} gives this picture is so small that gradients have no bounds.")
    arrays = {name: array.astype(np.float32) for name, array in wide.items()}
    return Payload.tensors({"mu": found.mu, "sigma": found.sigma, **arrays})
