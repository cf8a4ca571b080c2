"""The intrinsic dimension of the codes of models and of the digits, measured in the background once a process."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ui import store
from ui.choices import digit_sets
from ui.reports.report import NOTHING, Report
from vae_core.data import as_input
from vae_core.errors import PathError
from vae_core.models import VariationalAutoencoder
from vae_core.spaces.intrinsic_dimension import DISCARD, SAMPLES, TwoNN, two_nn

PIXELS = None
ESTIMATES = {
    "estimate": "Dimension of the codes, a VAE's at μ",
    "sampled": "Of one sample of z a digit",
    "gaussian": "Of a Gaussian in as many coordinates",
}
COLUMNS = (*ESTIMATES.values(), "Coordinates", "Points")


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

    def cells(self) -> dict[str, str]:
        """Of its row, see `ui.reports.report.rows`."""
        estimates = [getattr(self, field) for field in ESTIMATES]
        texts = [NOTHING if one is None else f"{one.dimension:.1f}" for one in estimates]
        points = NOTHING if self.estimate is None else f"{self.estimate.points:,}"
        return dict(zip(COLUMNS, [*texts, str(self.coordinates), points], strict=True))


@Report
def dimensions(model: str | None, digits: str, seed: int) -> Found:
    """How many there are.

    Args:
        model: name of a checkpoint, whose codes are meant; `PIXELS` for the digits themselves.
        digits: "uci" or "mnist".
        seed: of the choice of digits where there are more than `SAMPLES`, of the samples of z and of the Gaussian.
    """
    x = as_input(digit_sets.load(digits).images)
    loaded = None if model is None else store.given(model, digits)
    points = (x if loaded is None else loaded.encode(x)).flatten(1).numpy()
    coordinates = points.shape[1]
    try:
        estimate = two_nn(points, seed=seed)
        sampled = None
        if isinstance(loaded, VariationalAutoencoder):
            drawn = loaded.sample_code(x, torch.Generator().manual_seed(seed))
            sampled = two_nn(drawn.numpy(), seed=seed)
        normal = np.random.default_rng(seed).standard_normal((estimate.points, coordinates), np.float32)
        return Found(coordinates, estimate, sampled=sampled, gaussian=two_nn(normal))
    except PathError as error:
        return Found(coordinates, None, str(error))


def protocol(digits: str, seed: int) -> str:
    """How it was measured, in one line."""
    count = min(SAMPLES, len(digit_sets.load(digits)))
    return (
        f"Two nearest neighbours of {count:,} {digit_sets.label(digits)}, without copies, and without the "
        f"{DISCARD:.0%} of points whose two distances differ most. In many dimensions it comes out too low: as many "
        f"draws of a Gaussian, which has a dimension for each coordinate, show by how much. Seed {seed}."
    ).replace("%", " %")
