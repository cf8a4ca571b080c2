"""The latent map: a plane through the latent space of each of two models, decoded where the pointer is. Browser side:
ui/web/map/latent_map.js.

Data:
    left, right: each {"name": of the checkpoint, "label": a few words, "colour": {"light": "#..", "dark": "#.."}}.
    digits: "uci" or "mnist": whose codes.
    seed: of the digit whose codes are pinned where no z is chosen and no digit is in hand.
    usual: whether the pair is the one that a page opens with, and nobody has chosen z.
    colours: {"light": ten of "#rrggbb", "dark": ten}, of the digits.
    problems: {"left": why there is no map, or null, "right"}; fit to follow "ae-2: ", without a full stop.

Trigger `chosen`, as long as `usual`: a pin has come to rest where a hand moved it, or goes along to the desk. Nothing
else is sent. Weights, planes and encodings come by HTTP, see ui/http/routes.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from ui.components.model_data import model_data
from ui.components.stub import stub
from ui.figures import palette

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
    usual: bool,
    on_choose: Callable[[], None],
    problems: Mapping[str, str | None],
    key: str = "latent_map",
) -> None:
    """Mounts it.

    Args:
        left: name of a checkpoint.
        right: name of a checkpoint.
        digits: "uci" or "mnist".
        seed: 0 to 2**32 - 1.
        usual: see `ui.choices.state.has_usual_pair`.
        on_choose: called before the script runs again where a hand has chosen a z, see `ui.choices.state.keep_pair`.
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
        "usual": usual,
        "colours": palette.digits_for_browser(),
        "problems": {side: problems.get(side) for side in ("left", "right")},
    }

    _mount(key=key, data=data, on_chosen_change=on_choose)
