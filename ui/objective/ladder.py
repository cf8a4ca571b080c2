"""The same three maps: without the KL term, with it, with nothing else; the middle one walks the ladder of beta.
Browser side: ui/web/objective/ladder/ladder.js.

Data:
    rungs: of the ladder, ascending: what `ui.components.model_data` says of each, and "beta": the weight of its KL
        term, or null of the KL term alone. Empty where no model of the ladder takes the pictures of the set.
    lack: why there are none, or why an end is missing, in one sentence; empty where both are here.
    digits: the set.
    seed: of the draws of N(0, I).
    colours: {"light": ten of "#rrggbb", "dark": ten}, of the digits.

Nothing is sent back.
"""

from __future__ import annotations

import streamlit as st

from ui.components.model_data import model_data
from ui.components.stub import stub
from ui.figures import palette
from ui.reports.ladder import lack, rungs

_mount = st.components.v2.component(
    "ladder",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 30rem; }
    @media (max-width: 1150px) { :host { min-height: 52rem; } }
    @media (max-width: 500px) { :host { min-height: 92rem; } }
    """,
    js=stub("objective/ladder/ladder.js"),
)


def ladder(digits: str, seed: int) -> None:
    """Mounts it."""
    data = {
        "rungs": [{**model_data(rung.name), "beta": rung.beta} for rung in rungs(digits)],
        "lack": lack(digits),
        "digits": digits,
        "seed": seed,
        "colours": palette.digits_for_browser(),
    }
    _mount(key="ladder", data=data)
