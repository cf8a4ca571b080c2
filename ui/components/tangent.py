"""The tangent plane of each of two models: a digit is changed along it and off it by the same length, and given back.
Browser side: ui/web/tangent/tangent.js.

Data:
    models: one or two of {"name": of the checkpoint, "label": a few words, "colour": {"light": "#..", "dark": "#.."}}.
    digits: "uci" or "mnist": the set.
    seed: of the digit that opens.

Weights, digits and tangent planes come by HTTP, see ui/http/routes.py. Nothing is sent back.
"""

from __future__ import annotations

import streamlit as st

from ui.components.model_data import model_data
from ui.components.stub import stub

_mount = st.components.v2.component(
    "tangent",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 73rem; }
    @media (max-width: 640px) { :host { min-height: 137rem; } }
    """,
    js=stub("tangent/tangent.js"),
)


def tangent(left: str, right: str, digits: str, seed: int, key: str = "tangent") -> None:
    """Mounts it.

    Args:
        left: name of a checkpoint.
        right: name of a checkpoint; shown once where both are the same.
        digits: "uci" or "mnist".
        seed: 0 to 2**32 - 1.
        key: unlike every other on the page.

    Raises:
        ui.store.NotHereError: `left` or `right` cannot be used.
    """
    data = {
        "models": [model_data(name) for name in dict.fromkeys([left, right])],
        "digits": digits,
        "seed": seed,
    }
    _mount(key=key, data=data)
