"""The way between digits on two models at once: paths, four corners, an attribute, a random walk; a player, and what it
shows to take away. Browser side: ui/web/interpolate.js.

Data:
    models: a list of one or two {"name": of the checkpoint, "label": a few words, "colour": {"light": "#..", "dark":
        "#.."}}.
    digits: "uci" or "mnist": the set.
    seed: of the digits that open, and of the walk where no other is asked for.
    opening: {"row": of the digit in hand or null, "drawn": the visitor's own digit as `ui.drawn` packs it, "stops" and
        "corners": digits as `ui.stops` reads them, "mode": "corners", "attribute" or "walk", "path": "slerp", "pixels",
        "graph" or "geodesic", "t": in [0, 1], "walk": seed of the random walk, "classes": of the attribute such as
        "3_8", "neighbours", "distance", "mutual": of the graph}; null or empty where a link says nothing; the component
        knows better from then on.

Weights, digits, codes and paths come by HTTP, see ui/routes.py. Nothing is sent back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from ui.components.model_data import model_data
from ui.components.stub import stub

NUMBERS = ("row", "t", "walk", "neighbours", "mutual")
TEXTS = ("drawn", "stops", "corners", "mode", "path", "classes", "distance")

_mount = st.components.v2.component(
    "interpolate",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 57rem; }
    @media (max-width: 640px) { :host { min-height: 83rem; } }
    """,
    js=stub("interpolate.js"),
)


def interpolate(
    models: Sequence[str], digits: str, seed: int, opening: Mapping[str, Any], key: str = "interpolate"
) -> None:
    """Mounts it.

    Args:
        models: one or two different checkpoints, in the order to show.
        digits: "uci" or "mnist".
        seed: 0 to 2**32 - 1.
        opening: what a link asks for, see above; each may be left out.
        key: unlike every other on the page.

    Raises:
        ui.store.NotHereError: one of `models` cannot be used.
    """
    data = {
        "models": [model_data(name) for name in models],
        "digits": digits,
        "seed": seed,
        "opening": {name: opening.get(name) for name in NUMBERS} | {name: opening.get(name) or "" for name in TEXTS},
    }
    _mount(key=key, data=data)
