"""The code of the picture in hand as each VAE has it: mu + sigma eps, eps drawn or dragged. Browser side:
ui/web/objective/reparameterisation/reparameterisation.js.

Data:
    models: the VAEs among the pair, one or two, as `ui.components.model_data` says.
    digits: the set.
    seed: of the digit that opens, and of the draws.
    recorded: of each model the mean KL divergence on its test digits that its training reports, or null.

Nothing is sent back.
"""

from __future__ import annotations

import streamlit as st

from ui.components.model_data import model_data
from ui.components.stub import stub
from ui.objective.vaes import offer_vae
from ui.reports.catalogue import recorded

_mount = st.components.v2.component(
    "reparameterisation",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 41rem; }
    @media (max-width: 640px) { :host { min-height: 80rem; } }
    """,
    js=stub("objective/reparameterisation/reparameterisation.js"),
)


def reparameterisation(models: list[str], digits: str, seed: int) -> None:
    """Mounts it, or offers a VAE where there is none among the pair."""
    if not models:
        offer_vae(digits, "reparameterisation")
        return
    data = {
        "models": [model_data(name) for name in models],
        "digits": digits,
        "seed": seed,
        "recorded": [recorded(name, "kl") for name in models],
    }
    _mount(key="reparameterisation", data=data)
