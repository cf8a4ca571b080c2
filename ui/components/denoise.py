"""Digits under the same noise, through up to four models, as often as is asked for. Browser side:
ui/web/denoise/denoise.js.

Data:
    models: a list of {"name": of the checkpoint, "label": a few words, "colour": {"light": "#..", "dark": "#.."}}.
    digits: "uci" or "mnist": the set.
    seed: of the digit that opens, of its neighbours in the row and of the noise where no other is asked for.
    corruption: "gaussian", "masking", "salt_and_pepper" or "box".
    problems: {name: why the model has no plane, or null}; fit to follow "No plane: ", without a full stop.

Trigger `corruption`, sent when the visitor has chosen another: {"kind": ..}. All else stays in the browser and its
address. Weights, digits and planes come by HTTP, see ui/http/routes.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from ui import store
from ui.components.model_data import model_data
from ui.components.reported import reported
from ui.components.stub import stub

PLANE = 2

_mount = st.components.v2.component(
    "denoise",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 65rem; }
    """,
    js=stub("denoise/denoise.js"),
)


def denoise(
    models: Sequence[str],
    digits: str,
    seed: int,
    corruption: str,
    on_corruption: Callable[[object], None],
    key: str = "denoise",
) -> None:
    """Mounts it.

    Args:
        models: one to four different checkpoints, in the order to show.
        digits: "uci" or "mnist".
        seed: 0 to 2**32 - 1.
        corruption: a kind of `vae_core.noise.corruption`.
        on_corruption: called with the kind that was chosen, as it was sent, before the script runs again.
        key: unlike every other on the page.

    Raises:
        ui.store.NotHereError: one of `models` cannot be used.
    """
    data = {
        "models": [model_data(name) for name in models],
        "digits": digits,
        "seed": seed,
        "corruption": corruption,
        "problems": {name: _plane_problem(name) for name in models},
    }

    def report() -> None:
        sent = reported(key, "corruption")
        if isinstance(sent, Mapping):
            on_corruption(sent.get("kind"))

    _mount(key=key, data=data, on_corruption_change=report)


def _plane_problem(name: str) -> str | None:
    """Without a look at the codes, which may take seconds; of any other problem the browser hears when it asks."""
    codes = store.entry(name).config.latent_dim
    return None if codes >= PLANE else f"it has {codes} code, and a plane takes {PLANE}"
