"""Two distributions over the ten digits to be dragged: surprise, entropy, cross-entropy, divergence. Browser side:
ui/web/objective/surprise/surprise.js.

Data:
    colours: {"light": ten of "#rrggbb", "dark": ten}, of the digits.
    shares: of each digit in the set, ten numbers that sum to 1.

Nothing is sent back.
"""

from __future__ import annotations

import numpy as np
import streamlit as st

from ui.choices import digit_sets
from ui.components.stub import stub
from ui.figures import palette

_mount = st.components.v2.component(
    "surprise",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 28rem; }
    @media (max-width: 700px) { :host { min-height: 56rem; } }
    """,
    js=stub("objective/surprise/surprise.js"),
)


def surprise(digits: str) -> None:
    """Mounts it."""
    labels = digit_sets.load(digits).labels
    shares = np.bincount(labels, minlength=10) / len(labels)
    data = {"colours": palette.digits_for_browser(), "shares": shares.tolist()}
    _mount(key="surprise", data=data)
