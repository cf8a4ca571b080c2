"""The folded explanation under a page."""

from __future__ import annotations

import streamlit as st


@st.fragment
def why(text: str, label: str = "Why") -> None:
    """Shows it, as Markdown, when it is opened: its formulas take the browser longer than the rest of a page.

    Args:
        text: Markdown.
        label: of the fold.
    """
    fold = st.expander(label, on_change="rerun")
    if fold.open:
        fold.markdown(text)
