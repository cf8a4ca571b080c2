"""The models that a page compares: the sidebar's pair, and those chosen to stand beside it."""

from __future__ import annotations

import streamlit as st

from ui import store
from ui.choices import comparison, state


def models() -> list[str]:
    """One to four different names in the order they are shown: left, those beside, right."""
    choice = state.choice()
    between = [name for name in state.comparison().also if name not in (choice.left, choice.right)]
    return list(dict.fromkeys([choice.left, *between, choice.right]))


def select() -> None:
    """The widget that chooses those beside the pair."""
    st.multiselect(
        "Beside the pair",
        list(store.whole_models(state.choice().digits)),
        default=state.comparison().also,
        max_selections=comparison.MOST,
        key=comparison.ALSO,
        placeholder="Models to stand beside the pair",
        persist_state="session",
    )
