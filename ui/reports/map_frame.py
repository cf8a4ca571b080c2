"""A latent map's plane and its normalised coordinates: the home square is [-1, 1]^2, as in ui/web/map/plane.js.

Each function raises `NotHereError` where no such checkpoint or set of digits can be used here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ui import store
from ui.errors import NoAnswerError
from ui.jobs.cache import cached
from vae_core.errors import ProjectionError
from vae_core.spaces import projection
from vae_core.spaces.projection import Plane

# As in plane.js: the home square holds all codes but one in 400 beyond each end of each axis; or 99 % of N(0, I).
TAIL = 0.0025
MARGIN = 1.06
REACH = 3.0

Array = NDArray[np.float32]
Wide = NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """A plane, the point of it at the normalised (0, 0), float64 [2], and how much of it 1 is."""

    plane: Plane
    centre: Wide
    half: float

    def points(self, places: Wide) -> Array:
        """Normalised places as points of the plane: [N, 2] -> float32 [N, 2]."""
        return np.asarray(self.centre + self.half * places, np.float32)

    def places(self, points: Array) -> Array:
        """The inverse of `points`."""
        return np.asarray((points - self.centre) / self.half, np.float32)


@cached(megabytes=64)
def frame(model: str, digits: str) -> Frame:
    """The frame of the map on which this model's codes of these digits are drawn.

    Raises:
        NoAnswerError: the codes span no plane.
    """
    try:
        found = plane(model, digits)
    except ProjectionError as error:
        raise NoAnswerError(f"{model}: {error}.") from error
    ordered = np.sort(found.points, axis=0).astype(np.float64)
    if not len(ordered):
        return Frame(found, np.zeros(2), MARGIN * REACH)
    cut = int(TAIL * len(ordered))
    low, high = ordered[cut], ordered[len(ordered) - 1 - cut]
    return Frame(found, (low + high) / 2, float(MARGIN * ((high - low) / 2).max()) or 1.0)


@cached(megabytes=128)
def plane(model: str, digits: str) -> Plane:
    """The plane of the map, without its frame; of a decoder alone that of N(0, I), without digits.

    Raises:
        ProjectionError: the codes span no plane.
    """
    config = store.entry(model).config
    if config.half == "decoder":
        return projection.plane_of_prior(config.latent_dim)
    return projection.plane(store.encodings(model, digits).codes)
