"""The form of a training, what it tells while it goes on, and all runs. Browser side: ui/web/train/train.js.

Data:
    digits: the set that the page shows.
    recipes: of each that ships, {"name", "summary", "model", "training"}, the last two as `vae_core.config` has them.
    sets: of each set of pictures, {"name", "label", "shape", "images": training digits, "classes"}.
    colours: {"light": ten of "#rrggbb", "dark": ten}, of the digits; "kinds": of each kind of model, as
        `ui.figures.palette.for_browser`.

Runs, and whether training is switched off, come by HTTP, see ui/http/runs.py. Nothing is sent back.
"""

from __future__ import annotations

import streamlit as st

from ui.components.stub import stub
from ui.figures import palette
from vae_core.recipes import RECIPES

_mount = st.components.v2.component(
    "train",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css=":host { display: block; min-height: 36rem; }",
    js=stub("train/train.js"),
)


def train(digits: str) -> None:
    """Mounts it.

    Args:
        digits: a set that can be used.
    """
    recipes = [
        {
            "name": recipe.name,
            "summary": recipe.summary,
            "model": recipe.model.to_json(),
            "training": recipe.training.to_json(),
        }
        for recipe in RECIPES.values()
    ]
    data = {
        "digits": digits,
        "recipes": recipes,
        "sets": [],
        "colours": palette.digits_for_browser(),
        "kinds": palette.for_browser(),
    }
    _mount(key="train", data=data)
