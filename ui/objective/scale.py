"""The KL divergence in sigma and in ln sigma^2, with slope and curvature where the hand is. Browser side:
ui/web/objective/scale.js.

Data:
    colour: {"light": "#..", "dark": "#.."} of a VAE.

Nothing is sent back.
"""

from __future__ import annotations

import streamlit as st

from ui.components.stub import stub
from ui.figures import palette

_mount = st.components.v2.component(
    "scale",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 20rem; }
    """,
    js=stub("objective/scale.js"),
)


def scale() -> None:
    """Mounts it."""
    data = {"colour": palette.for_browser()["vae"]}
    _mount(key="scale", data=data)
