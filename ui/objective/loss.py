"""Which beta a loss has, however it is written, and which codes survive at it. Browser side: ui/web/objective/loss.js.

Data:
    digits: the set whose principal components are shown.
    shape: channels, height and width of its pictures.
    rungs: of the ladder, each {"name", "beta"}; null of the KL term alone.
    survivors: {"name": of a VAE, "label", "colour", "beta", "latent_dim", "active": how many codes tell pictures
        apart}, or
        null as long as that is not known.
    errors: of one net on the set, {"name": of it, "grey": {"squared_error", "cross_entropy", "floor"}, "binary": the
        same
        of black and white pixels}, means per picture; null as long as they are not known.

Nothing is sent back.
"""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from ui.choices import digit_sets
from ui.components.stub import stub
from ui.reports.ladder import rungs

_mount = st.components.v2.component(
    "loss",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 20rem; }
    """,
    js=stub("objective/loss.js"),
)


def loss(digits: str) -> None:
    """Mounts it."""
    data = {
        "digits": digits,
        "shape": list(digit_sets.shape(digits)),
        "rungs": [asdict(rung) for rung in rungs(digits)],
        "survivors": None,
        "errors": None,
    }
    _mount(key="loss", data=data)
