"""The latent map: a plane through the latent space of each of two models, decoded where the pointer is. Browser side:
ui/web/map/latent_map.js.

Data:
    left, right: each {"name": of the checkpoint, "label": a few words, "colour": {"light": "#..", "dark": "#.."}}.
    digits: "uci" or "mnist": whose codes.
    seed: of the digit whose codes are pinned where no z is given and no digit is in hand.
    z: the code of the left model, or null.
    z_right: the code of the right model, or null where it is the same as `z`.
    parameters: {"left", "right"}, what the link calls the two codes.
    colours: {"light": ten of "#rrggbb", "dark": ten}, of the digits.
    problems: {"left": why there is no map, or null, "right"}; fit to follow "ae-2: ", without a full stop.

Trigger `z`, sent 300 ms after a pin came to rest, or before the visitor turns elsewhere: {"left": [..], "right": [..] |
null}, six significant digits; `right` is null where it equals `left`. Looking around sends nothing. Weights, planes and
encodings come by HTTP, see ui/routes.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from ui import link, palette
from ui.components.model_data import model_data
from ui.components.reported import reported
from ui.components.stub import stub
from ui.components.z_report import Z, parse_report

_mount = st.components.v2.component(
    "latent_map",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 49rem; }
    """,
    js=stub("map/latent_map.js"),
)


def latent_map(
    left: str,
    right: str,
    digits: str,
    seed: int,
    z: Sequence[float] | None,
    z_right: Sequence[float] | None,
    on_rest: Callable[[Z, Z | None], None],
    problems: Mapping[str, str | None],
    key: str = "latent_map",
) -> None:
    """Mounts it.

    Args:
        left: name of a checkpoint.
        right: name of a checkpoint.
        digits: "uci" or "mnist".
        seed: 0 to 2**32 - 1.
        z: code of the left model; None opens with the codes of a digit drawn by `seed`.
        z_right: code of the right model; None means the same as `z`.
        on_rest: called with the left and the right code, before the script runs again, where the visitor left the pin;
            the right one is None where it equals the left one.
        problems: "left" and "right", each why that model has no plane; may be left out.
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
        "colours": palette.digits_for_browser(),
        "problems": {side: problems.get(side) for side in ("left", "right")},
    }

    def report() -> None:
        codes = parse_report(reported(key, "z"))
        if codes is not None:
            on_rest(*codes)

    _mount(key=key, data=data, on_z_change=report)
