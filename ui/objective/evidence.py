"""The ELBO of one picture, and ln p(x) from more and more draws above it.
Browser side: ui/web/objective/evidence/evidence.js.

Data:
    models: the VAEs among the pair, one or two, as `ui.components.model_data` says.
    digits: the set.
    seed: of the digit that opens, and of the draws.

Nothing is sent back.
"""

from __future__ import annotations

import streamlit as st

from ui.components.model_data import model_data
from ui.components.stub import stub
from ui.objective.vaes import offer_vae

_mount = st.components.v2.component(
    "evidence",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 30rem; }
    """,
    js=stub("objective/evidence/evidence.js"),
)


def evidence(models: list[str], digits: str, seed: int) -> None:
    """Mounts it, or offers a VAE where there is none among the pair."""
    if not models:
        offer_vae(digits, "evidence")
        return
    data = {"models": [model_data(name) for name in models], "digits": digits, "seed": seed}
    _mount(key="evidence", data=data)
