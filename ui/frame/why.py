"""The folded explanation under a page."""

from __future__ import annotations

import streamlit as st


def why(text: str, label: str = "Why") -> None:
    """Shows it, as Markdown, when it is opened: its formulas take the browser longer than the rest of a page.

    Args:
        text: Markdown.
        label: of the fold.
    """
    # Not as a fragment: what a visitor does to a fragment that a run under way puts elsewhere is lost.
    fold = st.expander(label, on_change="rerun")
    # What takes the place of the text is gone at once; what is only left out stays until Streamlit clears it.
    fold.markdown(text if fold.open else "")
