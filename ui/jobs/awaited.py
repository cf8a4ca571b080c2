"""Pages that show what is measured in the background."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

WATCH_SECONDS = 0.5


@st.fragment(run_every=WATCH_SECONDS)
def rerun_when(is_known: Callable[[], bool]) -> None:
    """Looks in again and again, and runs the page anew when all is known."""
    if is_known():
        st.rerun()
