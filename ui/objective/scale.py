"""The KL divergence in sigma and in ln sigma^2, with slope and curvature where the hand is, and the loss of trainings
that learn either. Browser side: ui/web/objective/scale/scale.js.

Data:
    colour: {"light": "#..", "dark": "#.."} of a VAE.
    trainings: of each recipe and learning rate {"recipe", and the fields of `vae_core.objective.scale_trial.Curve`,
        "best": whether its recipe has its least loss there}.

Nothing is sent back.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import streamlit as st

from ui.components.stub import stub
from ui.figures import palette
from ui.jobs.cache import cached
from vae_core.objective import scale_trial

_mount = st.components.v2.component(
    "scale",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 38rem; }
    @media (max-width: 640px) { :host { min-height: 56rem; } }
    """,
    js=stub("objective/scale/scale.js"),
)


def scale() -> None:
    """Mounts it."""
    _mount(key="scale", data={"colour": palette.for_browser()["vae"], "trainings": trainings()})


@cached(megabytes=1)
def trainings() -> list[dict[str, Any]]:
    """What the committed trainings have in common, by recipe and learning rate."""
    all_of_them = scale_trial.read()
    found = []
    for recipe in scale_trial.RECIPES:
        best = scale_trial.best(all_of_them, recipe)
        for rate in scale_trial.LEARNING_RATES:
            one = scale_trial.curve(all_of_them, recipe, rate)
            found.append({"recipe": recipe, **asdict(one), "best": rate == best.learning_rate})
    return found
