"""Two maps of codes, as the pages Latent map and Manifold have them: layers behind the points, tools over them. Browser
side: ui/web/map/latent_map.js and ui/web/map/manifold_map.js.

Data:
    left, right: each {"name": of the checkpoint, "label": a few words, "colour": {"light": "#..", "dark": "#.."}}.
    digits: "uci" or "mnist": whose codes.
    seed: of the digit whose codes are pinned, and of the ends of a path, where nobody has chosen any.
    usual: whether the pair is the one that a page opens with, and nobody has chosen z.
    colours: {"light": ten of "#rrggbb", "dark": ten}, of the digits.
    problems: {"left": why there is no map, or null, "right"}; fit to follow "ae-2: ", without a full stop.

Trigger `chosen`, as long as `usual`: a pin has come to rest where a hand moved it, or goes along to the desk. Nothing
else is sent. Weights, planes, encodings, geodesics and graphs come by HTTP, see ui/http/routes.py.
"""

from __future__ import annotations

import streamlit as st

from ui.choices import state
from ui.components.model_data import model_data
from ui.components.stub import stub
from ui.figures import palette
from ui.http import payload

# A place of about the final height: what follows does not jump when the modules arrive.
_HEIGHTS = {
    "latent_map": ":host { display: block; min-height: 49rem; }",
    "manifold_map": """
    :host { display: block; min-height: 48rem; }
    @media (max-width: 700px) { :host { min-height: 88rem; } }
    """,
}
_mounts = {
    name: st.components.v2.component(name, css=css + "\n", js=stub(f"map/{name}.js")) for name, css in _HEIGHTS.items()
}


def maps(name: str) -> None:
    """Mounts the maps of the pair, the digits and the seed that are chosen.

    Args:
        name: "latent_map" or "manifold_map".

    Raises:
        ui.store.NotHereError: one of the pair cannot be used.
    """
    choice = state.choice()
    data = {
        "left": model_data(choice.left),
        "right": model_data(choice.right),
        "digits": choice.digits,
        "seed": choice.seed,
        "usual": state.has_usual_pair(),
        "colours": palette.digits_for_browser(),
        "problems": {
            "left": payload.plane_problem(choice.left, choice.digits),
            "right": payload.plane_problem(choice.right, choice.digits),
        },
    }
    _mounts[name](key=name, data=data, on_chosen_change=state.keep_pair)
