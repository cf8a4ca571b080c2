"""The form of a training, what it tells while it goes on, and all runs. Browser side: ui/web/train/train.js.

Data:
    digits: the set that the page shows.
    recipes: of each that ships, where widths say all of its net, {"name", "summary", "model", "training"}, the last two
        as `vae_core.config` has them.
    sets: of each set that can be trained on, {"name", "label", "shape", "images": training digits, "classes": ten
        numbers, how many of these are of each class}.
    colours: {"light": ten of "#rrggbb", "dark": ten}, of the digits; "kinds": of each kind of model, as
        `ui.figures.palette.for_browser`.

Runs, and whether training is switched off, come by HTTP, see ui/http/runs.py. Nothing is sent back.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from ui.choices import digit_sets
from ui.components.stub import stub
from ui.figures import palette
from ui.jobs.cache import cached
from vae_core.errors import VaeCoreError
from vae_core.pictures import set_file
from vae_core.recipes import RECIPES
from vae_core.training.run import split_digits

_mount = st.components.v2.component(
    "train",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css=":host { display: block; min-height: 44rem; }",
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
        if recipe.model.is_widths
    ]
    data = {
        "digits": digits,
        "recipes": recipes,
        "sets": sets(),
        "colours": palette.digits_for_browser(),
        "kinds": palette.for_browser(),
    }
    _mount(key="train", data=data)


def sets() -> list[dict[str, Any]]:
    """The sets that can be trained on, as the browser gets them."""
    found = []
    for name, shape in digit_sets.shapes().items():
        classes = _classes(name)
        if classes.any():
            label = digit_sets.LABELS.get(name, name)
            one = {"name": name, "label": label, "shape": list(shape), "images": int(classes.sum())}
            found.append({**one, "classes": classes.tolist()})
    return found


@cached(megabytes=1)
def _classes(digits: str) -> NDArray[np.int64]:
    """How many training digits there are of each class, [10]; none where only the test digits are here."""
    try:
        labels = split_digits(digits, digit_sets.data_dir())[0].labels
    except VaeCoreError:
        labels = np.zeros(0, np.int64)
    return np.bincount(labels, minlength=set_file.CLASSES)
