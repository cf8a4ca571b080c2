"""Digits and what up to four models make of their codes, with error maps, samples of q(z|x) and the errors of the whole
set. Browser side: ui/web/reconstruct/reconstruct.js.

Data:
    models: a list of {"name": of the checkpoint, "label": a few words, "colour": {"light": "#..", "dark": "#.."}}.
    digits: "uci" or "mnist": the set.
    seed: of the digit that opens, of its neighbours in the row and of the samples.

Weights, digits and errors come by HTTP, see ui/http/routes.py. Nothing is sent back.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui.components.model_data import model_data
from ui.components.stub import stub

_mount = st.components.v2.component(
    "reconstruct",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 70rem; }
    @media (max-width: 640px) { :host { min-height: 90rem; } }
    """,
    js=stub("reconstruct/reconstruct.js"),
)


def reconstruct(models: Sequence[str], digits: str, seed: int, key: str = "reconstruct") -> None:
    """Mounts it.

    Args:
        models: one to four different checkpoints, in the order to show.
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
