"""The ladder of beta: the VAEs of two codes that differ in the weight of their KL term alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ui import store
from ui.choices import digit_sets
from ui.jobs.cache import cached
from vae_core import recipes
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


@dataclass(frozen=True)
class Standing:
    """What is known of a rung on a set: means of q(z|x), float32 [N, 2], of the first digits; and where it stands."""

    codes: NDArray[np.float32]
    point: Point


def rungs(digits: str) -> list[Rung]:
    """Those that are here and take the pictures of the set, in the order of beta."""
    here = store.models(digits)
    return [
        Rung(name, beta) for name, beta in recipes.ladder().items() if here.get(name) == recipes.find_recipe(name).model
    ]


@cached(megabytes=32)
def standing(model: str, digits: str) -> Standing:
    """Of one rung."""
    net = store.model(model)
    assert isinstance(net, VariationalAutoencoder)
    images = digit_sets.load(digits).images
    return Standing(store.encodings(model, digits).means[:MOST_DIGITS], rate_distortion(net, images))
