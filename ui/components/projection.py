"""Projections of two models' codes side by side, with a panel for a digit or a selection. Browser side:
ui/web/projection/projection.js.

Data:
    left, right: each {"name": of the checkpoint, "label": a few words, "colour": {"light": "#..", "dark": "#.."},
        "projection": address of the points, "csv": address of the same as text, "axes": titles, "problem": a sentence
        in place of the plot, or null, "growing": {"address", "axes"} of what is asked for while it is under way, or
        null}; addresses are relative to the app's root, see `ui.encodings.projections`.
    digits: "uci" or "mnist".
    components: 2 or 3.
    stale: the points are not those that were asked for, which are still being computed.
    colours: of the digits, see `ui.figures.palette.digits_for_browser`.

Nothing comes back to Python: the legend, the picked digit and the selection live in the browser, the first two in the
link also. Points, codes, digits and weights come by HTTP, see ui/http/routes.py.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from ui.components.model_data import model_data
from ui.components.stub import stub
from ui.figures import palette

_mount = st.components.v2.component(
    "projection",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 40rem; }
    @media (max-width: 700px) { :host { min-height: 88rem; } }
    """,
    js=stub("projection/projection.js"),
)


@dataclass(frozen=True)
class Growing:
    """A t-SNE that is under way: where its points are, relative to the app's root, and the titles of their axes."""

    address: str
    axes: list[str]


@dataclass(frozen=True)
class Side:
    """One of the two plots.

    Attributes:
        name: of a checkpoint.
        projection: address of the points, relative to the app's root.
        csv: address of the same as text.
        axes: titles of the 2 or 3 axes; the browser adds the share of variance, where there is one.
        problem: a sentence in place of the plot, where the codes cannot be projected so.
        growing: the address and the axes of a t-SNE that is under way, which is shown as far as it is.
    """

    name: str
    projection: str
    csv: str
    axes: list[str]
    problem: str | None = None
    growing: Growing | None = None


def projection(left: Side, right: Side, digits: str, stale: bool = False, key: str = "projection") -> None:
    """Mounts it.

    Args:
        left: the left plot.
        right: the right plot, with as many axes.
        digits: "uci" or "mnist".
        stale: the points are not those that were asked for, which are still being computed.
        key: unlike every other on the page.

    Raises:
        ui.store.NotHereError: a model cannot be used.
    """
    data = {
        "left": _side(left),
        "right": _side(right),
        "digits": digits,
        "components": len(left.axes),
        "stale": stale,
        "colours": palette.digits_for_browser(),
    }
    _mount(key=key, data=data)


def _side(side: Side) -> dict[str, Any]:
    return {**asdict(side), **model_data(side.name)}
