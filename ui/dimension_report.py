"""How many dimensions the codes of models and the digits themselves have, measured in the background once a process."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from ui import digit_sets, store
from ui.background import Background
from vae_core.data import as_input
from vae_core.errors import PathError
from vae_core.intrinsic_dimension import DISCARD, SAMPLES, TwoNN, two_nn

UNKNOWN, NOTHING = "…", "–"
PIXELS = ""


@dataclass(frozen=True)
class Found:
    """A two-nearest-neighbours estimate; or why there is none, in words without full stop."""

    coordinates: int
    estimate: TwoNN | None
    problem: str = ""


_background: Background[Found] = Background("intrinsic dimension")


def ask(model: str, digits: str, seed: int) -> Found | None:
    """The estimate; None where it is not known yet, and then it is on its way: ask again.

    Args:
        model: name of a checkpoint, whose codes are meant, of a VAE the means; `PIXELS` for the digits themselves.
        digits: "uci" or "mnist".
        seed: of the choice of digits where there are more than `SAMPLES`.

    Raises:
        NotHereError: no such checkpoint or set of digits can be used here.
    """
    images = digit_sets.load(digits).images
    chosen = store.model(model) if model else None

    def measure() -> Found:
        x = as_input(images)
        points = (x if chosen is None else chosen.encode(x)).flatten(1).numpy()
        try:
            return Found(points.shape[1], two_nn(points, seed=seed))
        except PathError as error:
            return Found(points.shape[1], None, str(error))

    of_model: Hashable = (model, store.model_stamp(model)) if model else None
    return _background.ask((of_model, digits, digit_sets.stamp_of(digits), seed), measure)


def rows(models: Sequence[str], found: Sequence[Found | None]) -> list[dict[str, str]]:
    """The table: a row for each of `models`; `UNKNOWN` where it is not known yet."""
    return [{"": model or "pixels", **_cells(one)} for model, one in zip(models, found, strict=True)]


def problems(models: Sequence[str], found: Sequence[Found | None]) -> list[str]:
    """A sentence for each that allows no estimate."""
    pairs = zip(models, found, strict=True)
    return [f"{model or 'pixels'}: {one.problem}." for model, one in pairs if one and one.problem]


def protocol(digits: str, seed: int) -> str:
    """How it was measured, in one line."""
    count = min(SAMPLES, len(digit_sets.load(digits)))
    return (
        f"Two nearest neighbours of {count:,} {digit_sets.LABELS[digits]} digits, of a VAE at μ; without copies, and "
        f"without the {DISCARD:.0%} of points whose two distances differ most. Seed {seed}.".replace("%", " %")
    )


def _cells(found: Found | None) -> dict[str, str]:
    names = ("Intrinsic dimension", "Coordinates", "Points")
    if found is None:
        return dict.fromkeys(names, UNKNOWN)
    if found.estimate is None:
        return dict(zip(names, (NOTHING, str(found.coordinates), NOTHING), strict=True))
    estimate = found.estimate
    cells = (f"{estimate.dimension:.1f}", str(found.coordinates), f"{estimate.points:,}")
    return dict(zip(names, cells, strict=True))
