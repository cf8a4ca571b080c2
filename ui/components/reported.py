"""What a live component has told Python, read in the callback of its trigger."""

from __future__ import annotations

from typing import Any

import streamlit as st


def reported(key: str, trigger: str) -> Any:
    """What came with the trigger, and anyone may have sent; None where nothing did.

    Streamlit calls back also where the run that mounted the component was overtaken by a change of page, and then
    knows nothing of its key: the visitor has left before there was anything to keep.

    Args:
        key: of the component.
        trigger: its name, such as "z".
    """
    mounted = st.session_state.get(key)
    return None if mounted is None else mounted.get(trigger)
