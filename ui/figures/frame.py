"""What every figure of Plotly's here has in common."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

BELOW = {"orientation": "h", "x": 0, "xanchor": "left", "yanchor": "top"}


def lay_out(
    figure: go.Figure, height: int, x: dict[str, Any], y: dict[str, Any], legend: dict[str, Any], top: int = 8
) -> go.Figure:
    """Gives a figure without a template its height, its axes, which nobody drags, and its legend.

    Args:
        figure: returned with them.
        height: in pixels.
        x, y: of its axes.
        legend: what it has beside or in the place of `BELOW`, under the axes.
        top: the margin over the axes, in pixels.
    """
    return figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": top, "b": 8},
        legend={**BELOW, **legend},
        xaxis={**x, "fixedrange": True},
        yaxis={**y, "fixedrange": True},
    )
