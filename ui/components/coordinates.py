"""Histograms of every coordinate of two models' codes over N(0, 1), with their numbers. Browser side:
ui/web/coordinates/coordinates.js.

Data:
    left, right: each `ui.components.model_data`, and "kind": "ae" | "vae".
    digits: "uci" or "mnist": whose codes.
    count: how many digits there are.

The encodings come by HTTP, see ui/http/routes.py. Nothing is sent back: scale and order are the browser's own.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui import store
from ui.choices import digit_sets
from ui.components.model_data import model_data
from ui.components.stub import stub

_mount = st.components.v2.component(
    "coordinates",
    # One row of cards, which is what a model of two codes takes.
    css="""
    :host { display: block; min-height: 13rem; }
    """,
    js=stub("coordinates/coordinates.js"),
)


def coordinates(left: str, right: str, digits: str, key: str = "coordinates") -> None:
    """Mounts it.

    Args:
        left: name of a checkpoint.
        right: name of a checkpoint; where it is the left one, one model is shown.
        digits: "uci" or "mnist".
        key: unlike every other on the page.

    Raises:
        NotHereError: `left`, `right` or `digits` cannot be used.
    """
    data = {
        "left": _model(left),
        "right": _model(right),
        "digits": digits,
        "count": len(digit_sets.load(digits).labels),
    }
    _mount(key=key, data=data)


def _model(name: str) -> dict[str, Any]:
    return {**model_data(name), "kind": store.entry(name).config.kind}
