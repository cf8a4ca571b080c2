"""How Gaussian the codes of a model are, in numbers and in one sentence, computed once a process.

Each function raises `NotHereError` where no such checkpoint or set of digits can be used here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ui import store
from ui.choices import digit_sets, link
from ui.figures.palette import SUBJECTS
from ui.jobs.cache import cached
from ui.reports import map_report
from vae_core.metrics.coverage import MANIFOLD_DIGITS
from vae_core.spaces import normality as core
from vae_core.spaces.normality import Normality

STATISTICS = {
    "mean": "Of the codes.",
    "std": "Of the codes.",
    "D": "Largest gap between its distribution function and that of N(0, 1).",
    "shape D": "The same to the normal with its own mean and deviation.",
}


@cached(megabytes=64)
def normality(model: str, digits: str) -> Normality:
    """`vae_core.spaces.normality.describe` of the model's codes."""
    return core.describe(store.encodings(model, digits).codes)


def headline(model: str, digits: str) -> str:
    """The numbers of the whole code as Markdown: "AE ae-30: KL 59.1 nats · energy distance 6.44 · 30 of 30 active"."""
    found, active = normality(model, digits), store.encodings(model, digits).active
    shelved = store.entry(model)
    kind = f":{SUBJECTS[shelved.role].markdown}[{shelved.kind}]"
    # Both without bias, hence at times a little below zero.
    kl = f"{round(found.kl, 3) + 0.0:.3g}" if math.isfinite(found.kl) else "∞"
    energy = f"{round(found.energy, 3) + 0.0:.3g}"
    return (
        f"{kind} {link.plain(model)}: KL {kl} nats · energy distance {energy} · {active.sum()} of {len(active)} active"
    )


def meaning(models: Sequence[str], digits: str, seed: int) -> str | None:
    """What one or two models make of draws from N(0, I), measured, in one sentence of Markdown.

    How often a draw from N(0, I) is like a code does not follow from the KL, so it is counted: `vae_core.metrics`'s
    precision of the decoded draws, as on the Latent map. None where it is not known yet, and then it is on its way.

    Args:
        models: names of checkpoints.
        digits: "uci" or "mnist".
        seed: of the draws and of the choice of digits.
    """
    count = len(digit_sets.load(digits))
    if count < map_report.FEWEST_DIGITS:
        return f"It takes at least {map_report.FEWEST_DIGITS} digits to say what a draw from N(0, I) is worth."
    names = [name for name in dict.fromkeys(models) if "decoder" in store.entry(name).config.parts]
    if not names:
        return "An encoder alone makes no picture of a draw from N(0, I)."
    measures = {model: map_report.measures.ask(model, digits, seed) for model in names}
    shares = {model: found.coverage["prior"].precision for model, found in measures.items() if found}
    if len(shares) < len(names):
        return None
    ordered = sorted(shares, key=lambda model: -shares[model])
    clauses = [
        f"{100 * shares[model]:.1f} % {'decoded ' if not i else ''}by {_named(model, digits)}"
        for i, model in enumerate(ordered)
    ]
    draws = min(count // 2, MANIFOLD_DIGITS)
    return f"Of {draws:,} draws from N(0, I), {' and '.join(clauses)} lie where digits lie."


def coordinate_rows(models: Sequence[str], digits: str) -> list[dict[str, Any]]:
    """A row for each coordinate of the largest code: its number from 0, and of each model the `STATISTICS` as
    "MODEL mean" and so on, and "MODEL active"; None where the model has fewer codes.
    """
    columns: dict[str, list[Any]] = {}
    for model in dict.fromkeys(models):
        found, codes = normality(model, digits), store.encodings(model, digits)
        statistics = (codes.mean, codes.std, found.gap, found.shape_gap)
        columns |= {f"{model} {name}": values.tolist() for name, values in zip(STATISTICS, statistics, strict=True)}
        columns[f"{model} active"] = codes.active.tolist()
    count = max(len(column) for column in columns.values())
    return [
        {"coordinate": i, **{name: column[i] if i < len(column) else None for name, column in columns.items()}}
        for i in range(count)
    ]


def _named(model: str, digits: str) -> str:
    speaks = store.encodings(model, digits).active.any()
    return link.plain(model) + ("" if speaks else " (whose codes say nothing of their digit)")
