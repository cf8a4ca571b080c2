"""The intrinsic dimension of the codes of models and of the digits, measured in the background once a process."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ui import store
from ui.choices import digit_sets, link
from ui.jobs.background import Background
from vae_core.data import as_input
from vae_core.errors import PathError
from vae_core.models import VariationalAutoencoder
from vae_core.spaces.intrinsic_dimension import DISCARD, SAMPLES, TwoNN, two_nn

UNKNOWN, NOTHING = "…", "–"
PIXELS = ""
ESTIMATES = {
    "estimate": "Dimension of the codes, a VAE's at μ",
    "sampled": "Of one sample of z a digit",
    "gaussian": "Of a Gaussian in as many coordinates",
}


@dataclass(frozen=True)
class Found:
    """Estimates by two nearest neighbours; or why there is none, in words without full stop.

    Attributes:
        coordinates: of each point.
        estimate: of a model's codes, a VAE's at mu, or of the digits themselves.
        sampled: of one sample of z for each digit, of a VAE.
        gaussian: of as many draws of N(0, I) in as many coordinates, which have that many dimensions.
    """

    coordinates: int
    estimate: TwoNN | None
    problem: str = ""
    sampled: TwoNN | None = None
    gaussian: TwoNN | None = None


_background: Background[Found] = Background("intrinsic dimension")


def ask(model: str, digits: str, seed: int) -> Found | None:
    """The estimate; None where it is not known yet, and then it is on its way: ask again.

    Args:
        model: name of a checkpoint, whose codes are meant; `PIXELS` for the digits themselves.
        digits: "uci" or "mnist".
        seed: of the choice of digits where there are more than `SAMPLES`, of the samples of z and of the Gaussian.

    Raises:
        NotHereError: no such checkpoint or set of digits can be used here.
    """
    images = digit_sets.load(digits).images
    chosen = store.model(model) if model else None

    def measure() -> Found:
        x = as_input(images)
        points = (x if chosen is None else chosen.encode(x)).flatten(1).numpy()
        coordinates = points.shape[1]
        try:
            estimate = two_nn(points, seed=seed)
            sampled = None
            if isinstance(chosen, VariationalAutoencoder):
                drawn = chosen.sample_code(x, torch.Generator().manual_seed(seed))
                sampled = two_nn(drawn.numpy(), seed=seed)
            normal = np.random.default_rng(seed).standard_normal((estimate.points, coordinates), np.float32)
            return Found(coordinates, estimate, sampled=sampled, gaussian=two_nn(normal))
        except PathError as error:
            return Found(coordinates, None, str(error))

    of_model: Hashable = (model, store.model_stamp(model)) if model else None
    return _background.ask((of_model, digits, digit_sets.stamp_of(digits), seed), measure)


def rows(models: Sequence[str], found: Sequence[Found | None]) -> list[dict[str, str]]:
    """The table: a row for each of `models`; `UNKNOWN` where it is not known yet."""
    return [{"": link.plain(model or "pixels"), **_cells(one)} for model, one in zip(models, found, strict=True)]


def problems(models: Sequence[str], found: Sequence[Found | None]) -> list[str]:
    """A sentence for each that allows no estimate."""
    pairs = zip(models, found, strict=True)
    return [f"{link.plain(model or 'pixels')}: {one.problem}." for model, one in pairs if one and one.problem]


def protocol(digits: str, seed: int) -> str:
    """How it was measured, in one line."""
    count = min(SAMPLES, len(digit_sets.load(digits)))
    return (
        f"Two nearest neighbours of {count:,} {digit_sets.LABELS[digits]} digits, without copies, and without the "
        f"{DISCARD:.0%} of points whose two distances differ most. In many dimensions it comes out too low: as many "
        f"draws of a Gaussian, which has a dimension for each coordinate, show by how much. Seed {seed}."
    ).replace("%", " %")


def _cells(found: Found | None) -> dict[str, str]:
    if found is None:
        return dict.fromkeys((*ESTIMATES.values(), "Coordinates", "Points"), UNKNOWN)
    estimates = {words: getattr(found, field) for field, words in ESTIMATES.items()}
    return {
        **{words: NOTHING if one is None else f"{one.dimension:.1f}" for words, one in estimates.items()},
        "Coordinates": str(found.coordinates),
        "Points": NOTHING if found.estimate is None else f"{found.estimate.points:,}",
    }
