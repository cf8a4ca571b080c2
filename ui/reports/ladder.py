"""The ladder of beta: the VAEs of two codes that differ in the weight of their KL term alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ui import store
from ui.choices import digit_sets
from ui.jobs.cache import cached
from vae_core import recipes
from vae_core.config import shape_text
from vae_core.data import as_input
from vae_core.models import VariationalAutoencoder
from vae_core.objective.rate_distortion import Point, rate_distortion

# Digits on a map: the first of the set, which is in no order.
MOST_DIGITS = 2000


@dataclass(frozen=True)
class Rung:
    """A model of the ladder: its name, and the weight of its KL term beside an error of weight 1.

    `beta` is None of the KL term alone.
    """

    name: str
    beta: float | None


def rungs(digits: str) -> list[Rung]:
    """Those that are here and take the pictures of the set, in the order of beta."""
    here = store.whole_models(digits)
    return [
        Rung(name, beta) for name, beta in recipes.ladder().items() if here.get(name) == recipes.find_recipe(name).model
    ]


def lack(digits: str) -> str:
    """Why the set has no ladder, or not both of its ends: one sentence; empty where it has."""
    here = [rung.name for rung in rungs(digits)]
    ladder = list(recipes.ladder())
    own, asked = recipes.FLAT_VAE.shape, digit_sets.shape(digits)
    if own != asked:
        return (
            f"The models of the ladder of beta take pictures of {shape_text(own)}, and those of {digits} are of "
            f"{shape_text(asked)}."
        )
    missing = [name for name in (ladder[0], ladder[-1]) if name not in here]
    if not missing:
        return ""
    if not here:
        return f"None of the models of the ladder of beta is among the checkpoints: {', '.join(ladder)}."
    verb = "is" if len(missing) == 1 else "are"
    return f"The ladder lacks an end: {' and '.join(missing)} {verb} not among the checkpoints."


@cached(megabytes=32)
def codes(model: str, digits: str) -> NDArray[np.float32]:
    """Means of q(z|x) of the first digits, [N, 2]."""
    images = digit_sets.load(digits).images[:MOST_DIGITS]
    return np.asarray(store.model(model).encode(as_input(images)).numpy())


@cached(megabytes=1)
def point(model: str, digits: str) -> Point:
    """Where one rung stands, over the whole set."""
    net = store.model(model)
    assert isinstance(net, VariationalAutoencoder)
    return rate_distortion(net, digit_sets.load(digits).images)
