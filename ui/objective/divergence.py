"""Two Gaussians to be dragged, and the divergence of one from the other in three ways. Browser side:
ui/web/objective/divergence/divergence.js.

Data:
    colour: {"light": "#..", "dark": "#.."} of P, that of a VAE.
    seed: of the draws.

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
    :host { display: block; min-height: 30rem; }
    @media (max-width: 700px) { :host { min-height: 58rem; } }
    """,
    js=stub("objective/divergence/divergence.js"),
)


def divergence(seed: int) -> None:
    """Mounts it."""
    data = {"colour": palette.for_browser()["vae"], "seed": seed}
    _mount(key="divergence", data=data)
