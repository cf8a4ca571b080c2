"""Plotly figures of errors: numbers in, Figure out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import plotly.graph_objects as go

from ui.choices.link import in_figure
from ui.figures.frame import lay_out
from ui.figures.palette import SUBJECTS, Subject
from ui.jobs.cache import by_content, cached
from ui.reports.error_report import Fidelity

HEIGHT = 320
SIZES = (1, 2, 4, 8, 16, 32, 64)
TITLES = {"squared_error": "squared error per image", "psnr": "PSNR, dB"}
# Decibels have no zero to start from.
RANGES = {"squared_error": "tozero", "psnr": "normal"}
# Each of `vae_core`'s kinds with what it is decoded from; an open mark is the less usual of two of one colour.
LOOKS: dict[tuple[str, str], tuple[str, Subject, str]] = {
    ("PCA", "code"): ("PCA", "original", "circle"),
    ("linear AE", "code"): ("linear AE", "ae", "diamond-open"),
    ("AE", "code"): ("AE", "ae", "circle"),
    ("VAE", "mu"): ("VAE at μ", "vae", "circle"),
    ("VAE", "one sample of z"): ("VAE, one sample of z", "vae", "circle-open"),
}


@cached(megabytes=32, key=by_content)
def fidelity(found: Sequence[Fidelity], measure: Literal["squared_error", "psnr"]) -> go.Figure:
    """Error or PSNR against the size of the code: a curve of PCA, a mark for each other model.

    Args:
        found: in any order; a NaN only keeps its place.
        measure: the field of `Fidelity` that is drawn.
    """
    figure = go.Figure(layout_template="none")
    for (series, decoded), (name, subject, symbol) in LOOKS.items():
        shown = sorted(
            (one for one in found if (one.series, one.decoded) == (series, decoded)), key=lambda one: one.codes
        )
        colour = SUBJECTS[subject].light
        is_curve = series == "PCA"
        figure.add_scatter(
            x=[one.codes for one in shown],
            y=[getattr(one, measure) for one in shown],
            customdata=[in_figure(one.model) for one in shown],
            name=name,
            mode="lines" if is_curve else "markers",
            line={"color": colour, "width": 2},
            marker={"color": colour, "symbol": symbol, "size": 9, "line": {"color": colour, "width": 2}},
            hovertemplate="%{customdata}, %{x} codes: %{y:.2f}<extra></extra>",
            showlegend=True,
        )
    ticks = {"tickvals": SIZES, "ticktext": [str(size) for size in SIZES]}
    x = {"title": "codes", "type": "log", "range": [-0.06, 1.87], **ticks}
    return lay_out(figure, HEIGHT, x, {"title": TITLES[measure], "rangemode": RANGES[measure]}, {"y": -0.22})
