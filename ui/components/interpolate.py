"""The way between digits on two models at once: paths, four corners, an attribute, a random walk; a player, and what it
shows to take away. Browser side: ui/web/interpolate/interpolate.js.

Data:
    models: a list of one or two {"name": of the checkpoint, "label": a few words, "colour": {"light": "#..", "dark":
        "#.."}}.
    digits: "uci" or "mnist": the set.
    seed: of the digits that open, and of the walk where no other is asked for.

Weights, digits, codes and paths come by HTTP, see ui/http/routes.py. Nothing is sent back.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui.components.model_data import model_data
from ui.components.stub import stub

_mount = st.components.v2.component(
    "interpolate",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 57rem; }
    @media (max-width: 640px) { :host { min-height: 83rem; } }
    """,
    js=stub("interpolate/interpolate.js"),
)


def interpolate(models: Sequence[str], digits: str, seed: int, key: str = "interpolate") -> None:
    """Mounts it.

    Args:
        models: one or two different checkpoints, in the order to show.
        digits: "uci" or "mnist".
        seed: 0 to 2**32 - 1.
        key: unlike every other on the page.

    Raises:
        ui.store.NotHereError: one of `models` cannot be used.
    """
    data = {
        "models": [model_data(name) for name in models],
        "digits": digits,
        "seed": seed,
    }
    _mount(key=key, data=data)
