"""Pages that show what is measured in the background."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

WATCH_SECONDS = 0.5


def rerun_when(is_known: Callable[[], bool]) -> None:
    """Looks in again and again, and runs the page anew, once, when all is known.

    Never within the run that calls it: the browser has not seen the sidebar then, and would take its widgets' defaults
    for what the visitor chose.
    """
    is_first = True

    @st.fragment(run_every=WATCH_SECONDS)
    def look() -> None:
        nonlocal is_first
        if not is_first and is_known():
            st.rerun()
        is_first = False

    look()
