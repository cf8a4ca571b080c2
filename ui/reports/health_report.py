"""The check-up of models, measured in the background once a process: a line of numbers, and a cell of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ui import store
from ui.choices import digit_sets, link
from ui.figures.palette import SUBJECTS
from ui.reports.report import NOTHING, UNKNOWN, Report
from vae_core.metrics import Health
from vae_core.metrics import health as measure
from vae_core.metrics.health import FEWEST, PICTURES
from vae_core.metrics.known_faults import Fault
from vae_core.models import ALONE

# In a cell of a table.
SHORT: dict[Fault, str] = {
    "pixels": "other pixels",
    "collapsed": "collapsed",
    "sigma": "sigma misread",
    "range": "not in [0, 1]",
    "other-pictures": "other pictures",
}
NONE = "none"
# Less is not told from 0.
SMALLEST_BETA = 0.0005


@dataclass(frozen=True, eq=False)
class Found:
    """What was found of one model; or why there is nothing to find, in words without full stop."""

    health: Health | None
    problem: str = ""

    @property
    def cell(self) -> str:
        """Its faults, in a few words."""
        if self.health is None:
            return NOTHING
        return ", ".join(SHORT[finding.fault] for finding in self.health.findings) or NONE


@Report
def health(model: str, digits: str) -> Found:
    """`vae_core.metrics.health`.

    Args:
        model: name of a checkpoint.
        digits: "uci", "mnist" or a set of one's own, of pictures that the model takes.
    """
    store.check_fit(model, digits)
    if half := store.entry(model).config.half:
        return Found(None, f"{ALONE[half]} alone draws no picture again, which a check-up takes")
    found = digit_sets.load(digits)
    measures = measure(store.model(model), found.images, found.labels, store.ENCODINGS_SEED)
    return Found(measures, "" if measures else f"a check-up takes at least {FEWEST} pictures")


def faults(digits: str, first: Sequence[str]) -> Mapping[str, str | None]:
    """What every checkpoint shows, for a cell; None where there is no set of pictures that it takes.

    On the chosen set, or where it takes other pictures on the first that is here.

    Args:
        digits: the chosen set.
        first: those that are measured before the others.
    """
    takers = {each: store.models(each) for each in (digits, *digit_sets.names())}
    sets = {name: next((each for each in takers if name in takers[each]), None) for name in store.models()}
    # Of what waits, the thing that was asked for last comes first.
    order = [*(name for name in reversed(sets) if name not in first), *first]
    found = {name: health.ask(name, own) for name in order if (own := sets[name])}
    return {name: None if own is None else _cell(found[name]) for name, own in sets.items()}


def headline(model: str, found: Found | None) -> str:
    """The numbers in one line of Markdown; `UNKNOWN` keeps their places."""
    shelved = store.entry(model)
    named = f":{SUBJECTS[shelved.role].markdown}[{shelved.kind}] {link.plain(model)}"
    if found and found.problem:
        return f"{named}: {found.problem}."
    return f"{named}: {' · '.join(_parts(store.models()[model].kind == 'vae', found.health if found else None))}"


def protocol(digits: str) -> str:
    """How it was measured, in one line."""
    count = min(PICTURES, len(digit_sets.load(digits)))
    return (
        f"Up to {count:,} {digit_sets.label(digits)}, spaced evenly over the set; one sample of q(z|x) for each, seed "
        f"{store.ENCODINGS_SEED}. Beta: the weight of the KL for which sigma is as large as it should be."
    )


def _cell(found: Found | None) -> str:
    return UNKNOWN if found is None else found.cell


def _parts(is_vae: bool, found: Health | None) -> list[str]:
    error, sampled, kl = (
        (_number(found.squared_error), _number(found.sampled_squared_error), _number(found.kl))
        if found
        else (UNKNOWN, UNKNOWN, UNKNOWN)
    )
    active = f"{found.active.sum()} of {len(found.active)}" if found else UNKNOWN
    mean, deviation = (_range(found.mean), _range(found.deviation)) if found else (UNKNOWN, UNKNOWN)
    of_codes = [f"{active} codes active", f"means {mean}, deviations {deviation}"]
    if not is_vae:
        return [f"squared error {error} at the code", *of_codes]
    parts = [f"squared error {error} at μ, {sampled} at a sample", f"KL {kl} nats", *of_codes]
    if found is None:
        return [*parts, f"beta {UNKNOWN}"]
    return parts if found.beta is None else [*parts, f"beta {_beta(found.beta)}"]


def _number(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.2f}"


def _beta(value: float) -> str:
    return f"about {value:.2g}" if value >= SMALLEST_BETA else f"below {SMALLEST_BETA}"


def _range(values: np.ndarray) -> str:
    low, high = (f"{value + 0:.2f}".replace("-", "\N{MINUS SIGN}") for value in (values.min(), values.max()))
    return low if low == high else f"{low} to {high}"
