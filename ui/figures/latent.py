"""Plotly figures: numbers in, Figure out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from ui.figures.frame import lay_out
from ui.jobs.cache import by_content, cached

CURVES_HEIGHT = 260


@cached(megabytes=32, key=by_content)
def learning_curves(history: Sequence[Mapping[str, float]], colour: str, top: float | None = None) -> go.Figure:
    """The parts of the objective by epoch, nats per image, mean over the training digits.

    Args:
        history: one entry an epoch with "epoch", "loss", "reconstruction" and "kl".
        colour: of the model's kind.
        top: the upper end of the axis, where two figures are to be compared; None fits it to the data.
    """
    epochs = [entry["epoch"] for entry in history]
    figure = go.Figure(layout_template="none")
    parts = (("loss", "solid", 2.5), ("reconstruction", "dash", 1.5), ("kl", "dot", 1.5))
    has_kl = any(entry["kl"] for entry in history)
    for part, dash, width in parts if has_kl else parts[:1]:
        figure.add_scatter(
            x=epochs,
            y=[entry[part] for entry in history],
            name="KL" if part == "kl" else part,
            mode="lines",
            line={"color": colour, "dash": dash, "width": width},
            hovertemplate="%{y:.2f}",
        )
    figure.update_layout(hovermode="x unified", showlegend=has_kl)
    y = {"title": "nats per image", "range": [0, 1.05 * top] if top else None, "rangemode": "tozero"}
    return lay_out(figure, CURVES_HEIGHT, {"title": "epoch"}, y, {"x": 1, "xanchor": "right", "y": 1})
