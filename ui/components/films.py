"""What two models make of the same subject, and the films of their training. Browser side: ui/web/models/learning.js.

A film shows the same draws of noise (a VAE's) or the same digits (an AE's) after every epoch. The weights between are
not kept, so of the other subject there is none: each film says what it shows, and above them both models, as they are
now, show the same digits or the same draws.

Data:
    left, right: as `model_data`, and "film": what its film shows, "digits" or "draws"; null where there is none.
    digits: "uci" or "mnist", the set that they reconstruct.
    seed: of the draws.

Weights, digits and films come by HTTP, see ui/http/routes.py.
"""

from __future__ import annotations

import streamlit as st

from ui import store
from ui.components.model_data import model_data
from ui.components.stub import stub

SUBJECTS = {"ae": "digits", "vae": "draws"}

_mount = st.components.v2.component(
    "learning",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: calc(175px + clamp(280px, (100svh - 385px) * 0.9, 560px)); }
    @media (max-width: 640px) { :host { min-height: 48rem; } }
    """,
    js=stub("models/learning.js"),
)


def films(left: str, right: str, digits: str, seed: int, key: str = "films") -> None:
    """Mounts it.

    Args:
        left: name of a checkpoint.
        right: name of a checkpoint.
        digits: "uci" or "mnist".
        seed: 0 to 2**32 - 1.
        key: unlike every other on the page.

    Raises:
        ui.store.NotHereError: `left` or `right` cannot be used.
    """

    def side(name: str) -> dict[str, object]:
        film = None if store.last_frame(name) is None else SUBJECTS[store.entry(name).config.kind]
        return {**model_data(name), "film": film}

    _mount(key=key, data={"left": side(left), "right": side(right), "digits": digits, "seed": seed})
