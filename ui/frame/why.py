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
    # What takes the place of the text is gone at once; what is only left out stays until Streamlit clears it.
    fold.markdown(text if fold.open else "")
