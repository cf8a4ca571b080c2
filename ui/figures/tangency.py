"""Plotly figures of tangent planes: numbers in, Figure out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from ui.choices.link import in_figure
from ui.figures.frame import lay_out
from ui.jobs.cache import by_content, cached
from vae_core.metrics import Tangency

HEIGHT = 300
# Axes of a figure that is still waited for.
EMPTY_TO, FULL = 30, 100
TICK_EVERY = 5
# What is off the plane is no direction after the last.
APART = 3


@cached(megabytes=32, key=by_content)
def moved_by_direction(found: Mapping[str, Tangency], colours: Mapping[str, str]) -> go.Figure:
    """How far the reconstruction moves along each direction of the tangent plane, the strongest first, and off it.

    Args:
        found: by model.
        colours: by model, "#rrggbb".
    """
    figure = go.Figure(layout_template="none")
    longest = max((one.strongest.shape[1] for one in found.values()), default=EMPTY_TO)
    off = longest + APART
    for (name, one), symbol in zip(found.items(), ("circle", "diamond", "square", "x"), strict=False):
        present = np.isfinite(one.strongest).any(axis=0)
        mean = 100 * np.nanmean(one.strongest[:, present], axis=0)
        ways = np.flatnonzero(present) + 1
        marker = {"symbol": symbol, "color": colours[name]}
        figure.add_scatter(
            # The gap keeps the line from the last direction to what is off all of them undrawn.
            x=[*ways, None, off],
            y=[*mean, None, 100 * one.off_moved.mean()],
            customdata=[*(f"direction {way}" for way in ways), None, "off the manifold"],
            name=in_figure(name),
            mode="lines+markers",
            line={"color": colours[name], "width": 2},
            marker={**marker, "size": [*(6 for _ in ways), 0, 11]},
            hovertemplate="%{fullData.name}, %{customdata}: moves %{y:.0f} %<extra></extra>",
            showlegend=True,
        )
    ticks = [1, *range(TICK_EVERY, longest + 1, TICK_EVERY)]
    x = {"title": "direction, the strongest first", "range": [0.5, off + 0.7]}
    x |= {"tickvals": [*ticks, off], "ticktext": [*map(str, ticks), "off"]}
    y = {"title": "moved, % of the change", "range": None if found else [0, FULL], "rangemode": "tozero"}
    return lay_out(figure, HEIGHT, x, y, {"y": -0.25})
