"""The manifold over the map: how much a model magnifies its plane, and the plane's geodesics; or the neighbour graph of
the codes, and the paths through it. Browser side: ui/web/manifold/manifold_map.js.

Data:
    left, right: each {"name": of the checkpoint, "label": a few words, "colour": {"light": "#..", "dark": "#.."}}.
    digits: "uci" or "mnist": whose codes, of a VAE the means.
    seed: of the two ends where none are given.
    colours: {"light": ten of "#rrggbb", "dark": ten}, of the digits.
    problems: {"left": why there is no map, or null, "right"}; fit to follow "ae-2: ", without a full stop.

Nothing comes back to Python. Weights, planes, geodesics and graphs come by HTTP, see ui/http/routes.py.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ui.components.model_data import model_data
from ui.components.stub import stub
from ui.figures import palette

_mount = st.components.v2.component(
    "manifold_map",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 48rem; }
    @media (max-width: 700px) { :host { min-height: 88rem; } }
    """,
    js=stub("manifold/manifold_map.js"),
)


def manifold_map(
    left: str,
    right: str,
    digits: str,
    seed: int,
    problems: Mapping[str, str | None],
    key: str = "manifold_map",
) -> None:
    """Mounts it.

    Args:
        left: name of a checkpoint.
        right: name of a checkpoint.
        digits: "uci" or "mnist".
        seed: 0 to 2**32 - 1.
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
        "colours": palette.digits_for_browser(),
        "problems": {side: problems.get(side) for side in ("left", "right")},
    }
    _mount(key=key, data=data)
