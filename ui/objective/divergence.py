"""Two Gaussians to be dragged, and the divergence of one from the other in three ways. Browser side:
ui/web/objective/divergence.js.

Data:
    colour: {"light": "#..", "dark": "#.."} of P, that of a VAE.

Nothing is sent back.
"""

from __future__ import annotations

import streamlit as st

from ui.components.stub import stub
from ui.figures import palette

_mount = st.components.v2.component(
    "divergence",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 20rem; }
    """,
    js=stub("objective/divergence.js"),
)


def divergence() -> None:
    """Mounts it."""
    data = {"colour": palette.for_browser()["vae"]}
    _mount(key="divergence", data=data)
