"""How Gaussian the codes of a model are, in numbers and in one sentence, computed once a process."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ui import digit_sets, link, store
from ui.files import Stamp
from ui.memo import memo
from ui.palette import LABELS, SUBJECTS
from vae_core import normality as core
from vae_core.normality import Normality

# In nats, see `meaning`.
NEARLY_ALWAYS_KL = 0.3
STATISTICS = {
    "mean": "Of the codes.",
    "std": "Of the codes.",
    "D": "Largest gap between its distribution function and that of N(0, 1).",
    "shape D": "The same to the normal with its own mean and deviation.",
}
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def normality(model: str, digits: str) -> Normality:
    """`vae_core.normality.describe` of the model's codes.

    Raises:
        NotHereError: no such checkpoint or set of digits can be used here.
    """
    digit_sets.load(digits)
    return _normality(model, store.model_stamp(model), digits, digit_sets.stamp_of(digits))


def headline(model: str, digits: str) -> str:
    """The numbers of the whole code as Markdown: "AE ae-30: KL 59.1 nats · energy distance 6.44 · 30 of 30 active".

    Raises:
        NotHereError: as `normality`.
    """
    found, active = normality(model, digits), store.encodings(model, digits).active
    role = store.role(model)
    kl = f"{found.kl:.3g}" if math.isfinite(found.kl) else "∞"
    # Without bias, hence at times a little below zero.
    energy = f"{round(found.energy, 3) + 0.0:.3g}"
    return (
        f":{SUBJECTS[role].markdown}[{LABELS[role]}] {link.plain(model)}: KL {kl} nats · energy distance {energy} · "
        f"{active.sum()} of {len(active)} active"
    )


def meaning(models: Sequence[str], digits: str) -> str:
    """What the numbers of one or two models mean for sampling, in one sentence of Markdown.

    It takes about exp(KL(P || Q)) draws from Q to stand for P (Chatterjee & Diaconis, 2018, theorem 1.1). The KL here
    is a lower bound of that of the codes, so at best one draw from N(0, I) in exp(KL) is like a code: below 0.3 nats,
    1.35 draws, "nearly always".

    Raises:
        NotHereError: as `normality`.
    """
    ordered = sorted(dict.fromkeys(models), key=lambda model: normality(model, digits).kl)
    clauses = [
        f"like {'one' if i else 'a code'} of {_named(model, digits)} {_how_often(normality(model, digits).kl)}"
        for i, model in enumerate(ordered)
    ]
    return f"A draw from N(0, I) is {', and '.join(clauses)}."


def coordinate_rows(models: Sequence[str], digits: str) -> list[dict[str, Any]]:
    """A row for each coordinate of the largest code: its number from 0, and of each model the `STATISTICS` as
    "MODEL mean" and so on, and "MODEL active"; None where the model has fewer codes.

    Raises:
        NotHereError: as `normality`.
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


def _how_often(kl: float) -> str:
    if kl < NEARLY_ALWAYS_KL:
        return "nearly always"
    if math.isinf(kl):
        return "never"
    exponent = int(kl / math.log(10))
    draws = f"{math.exp(kl):.2g}" if exponent < 2 else f"10{str(exponent).translate(SUPERSCRIPTS)}"
    return f"once in {draws} draws at best"


@memo(megabytes=64)
def _normality(model: str, model_stamp: Stamp, digits: str, digits_stamp: Stamp) -> Normality:
    return core.describe(store.encodings(model, digits).codes)
