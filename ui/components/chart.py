"""A figure of Plotly's that stays in its place, drawn when it comes near the screen. Browser side:
ui/web/frame/chart.js.

Streamlit's own chart brings a second plotly.js, whose start holds the page up for about a second, and puts a new
element in the place of every changed figure.

Data:
    figure: Plotly's JSON of it, in the colours of the light theme.
    dark: {colour: the one that takes its place in the dark theme}.
"""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from ui.components.stub import stub
from ui.figures import palette

_mount = st.components.v2.component("chart", css=":host { display: block; }", js=stub("frame/chart.js"))


def chart(figure: go.Figure, key: str) -> None:
    """Mounts it, as wide as there is room.

    Args:
        figure: of a height that its layout says, with the kinds' colours of the light theme; text and lines are given
            the theme's.
        key: unlike every other on the page.
    """
    data = {"figure": figure.to_json(), "dark": palette.dark_for_browser()}
    _mount(key=key, data=data, height=figure.layout.height)
