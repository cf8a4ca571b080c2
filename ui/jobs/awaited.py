"""Pages that show what is measured in the background."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

WATCH_SECONDS = 0.5


def await_all(ask: Callable[[], Sequence[object]], found: Sequence[object]) -> None:
    """Runs the page anew whenever more is known, until all is.

    It shows nothing itself: a figure that is made and sent at every look holds up both the server and the browser.

    Args:
        ask: everything that the page shows, None where it is not known yet.
        found: what the page shows now.
    """
    if None in found:
        _look(ask, sum(one is None for one in found))


@st.fragment(run_every=WATCH_SECONDS)
def _look(ask: Callable[[], Sequence[object]], unknown: int) -> None:
    if sum(one is None for one in ask()) < unknown:
        st.rerun()
