"""The latent desk: sliders for z, two models that decode it in the same frame. Browser side: ui/web/desk/desk.js.

Data:
    left, right: each {"name": of the checkpoint, "label": a few words, "colour": {"light": "#..", "dark": "#.."}}.
    digits: "uci" or "mnist": which encodings, which tray.
    seed: of the random buttons, of the samples, and of the z it opens with where none is chosen.
    usual: whether the pair is the one that a page opens with, and nobody has chosen z.

Trigger `chosen`, as long as `usual`: z has come to rest where a hand moved it. Nothing else is sent. Weights, encodings
and digits come by HTTP, see ui/http/routes.py.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ui.components.model_data import model_data
from ui.components.stub import stub

_mount = st.components.v2.component(
    "desk",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 34rem; }
    """,
    js=stub("desk/desk.js"),
)


def desk(
    left: str, right: str, digits: str, seed: int, usual: bool, on_choose: Callable[[], None], key: str = "desk"
) -> None:
    """Mounts it.

    Args:
        left: name of a checkpoint.
        right: name of a checkpoint.
        digits: "uci" or "mnist".
        seed: 0 to 2**32 - 1.
        usual: see `ui.choices.state.has_usual_pair`.
        on_choose: called before the script runs again where a hand has chosen a z, see `ui.choices.state.keep_pair`.
        key: unlike every other on the page.

    Raises:
        ui.store.NotHereError: `left` or `right` cannot be used.
    """
    data = {
        "left": model_data(left),
        "right": model_data(right),
        "digits": digits,
        "seed": seed,
        "usual": usual,
    }
    _mount(key=key, data=data, on_chosen_change=on_choose)
