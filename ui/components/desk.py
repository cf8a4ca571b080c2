"""The latent desk: sliders for z, two models that decode it in the same frame. Browser side: ui/web/desk/desk.js.

Data:
    left, right: each {"name": of the checkpoint, "label": a few words, "colour": {"light": "#..", "dark": "#.."}}.
    digits: "uci" or "mnist": which encodings, which tray.
    seed: of the random buttons, of the samples, and of the z it opens with where none is given.
    z: the code of the left model, or null.
    z_right: the code of the right model, or null where it is the same as `z`.
    parameters: {"left", "right"}, what the link calls the two codes.

Trigger `z`, sent 300 ms after z came to rest, or before the visitor turns elsewhere: {"left": [..], "right": [..] |
null}, six significant digits; `right` is null where it equals `left`. Weights, encodings and digits come by HTTP, see
ui/routes.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from ui import link
from ui.components.model_data import model_data
from ui.components.reported import reported
from ui.components.stub import stub
from ui.components.z_report import Z, parse_report

_mount = st.components.v2.component(
    "desk",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 34rem; }
    """,
    js=stub("desk/desk.js"),
)


def desk(
    left: str,
    right: str,
    digits: str,
    seed: int,
    z: Sequence[float] | None,
    z_right: Sequence[float] | None,
    on_rest: Callable[[Z, Z | None], None],
    key: str = "desk",
) -> None:
    """Mounts it.

    Args:
        left: name of a checkpoint.
        right: name of a checkpoint.
        digits: "uci" or "mnist".
        seed: 0 to 2**32 - 1.
        z: code of the left model; None opens with one drawn from N(0, I) by `seed`.
        z_right: code of the right model; None means the same as `z`.
        on_rest: called with the left and the right code, before the script runs again, where the visitor left z at
            rest; the right one is None where it equals the left one.
        key: unlike every other on the page.

    Raises:
        ui.store.NotHereError: `left` or `right` cannot be used.
    """
    data = {
        "left": model_data(left),
        "right": model_data(right),
        "digits": digits,
        "seed": seed,
        "z": None if z is None else list(z),
        "z_right": None if z_right is None else list(z_right),
        "parameters": {"left": link.Z, "right": link.Z2},
    }

    def report() -> None:
        codes = parse_report(reported(key, "z"))
        if codes is not None:
            on_rest(*codes)

    _mount(key=key, data=data, on_z_change=report)
