"""Plotly figures of tangent planes: numbers in, Figure out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from vae_core.metrics import Tangency

HEIGHT = 300
# Axes of a figure that is still waited for.
EMPTY_TO, FULL = 30, 100


def kept_by_direction(found: Mapping[str, Tangency], colours: Mapping[str, str]) -> go.Figure:
    """The share kept along each direction of the tangent plane, the strongest first.

    Args:
        found: by model.
        colours: by model, "#rrggbb".
    """
    figure = go.Figure()
    longest = max((one.strongest.shape[1] for one in found.values()), default=EMPTY_TO)
    for (name, one), marker in zip(found.items(), ("circle", "diamond", "square", "x"), strict=False):
        present = np.isfinite(one.strongest).any(axis=0)
        mean = 100 * np.nanmean(one.strongest[:, present], axis=0)
        figure.add_scatter(
            x=np.flatnonzero(present) + 1,
            y=mean,
            name=name,
            mode="lines+markers",
            line={"color": colours[name], "width": 2},
            marker={"symbol": marker, "size": 6},
            hovertemplate="%{fullData.name}, direction %{x}: keeps %{y:.0f} %<extra></extra>",
            showlegend=True,
        )
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": -0.25, "yanchor": "top"},
        xaxis={"title": "direction, the strongest first", "range": [0.5, longest + 0.5], "fixedrange": True},
        yaxis={
            "title": "kept, % of the change",
            "range": None if found else [0, FULL],
            "rangemode": "tozero",
            "fixedrange": True,
        },
    )
    return figure
