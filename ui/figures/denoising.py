"""Plotly figures of denoising: numbers in, Figure out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from ui.choices.link import in_figure
from ui.figures.frame import lay_out
from ui.figures.palette import SUBJECTS, Subject
from ui.jobs.cache import by_content, cached
from vae_core.metrics.denoising import Curve

HEIGHT = 320
DASHES = ("solid", "dash", "dot", "dashdot")
TITLES = {"psnr": "PSNR, dB", "ssim": "SSIM"}
# Opacity 0.13, as CSS writes it after a colour.
BAND = "21"
HALF = 0.5


@dataclass(frozen=True)
class Line:
    """A model's curve, or that of the corrupted digits.

    Attributes:
        name: for the legend.
        subject: whose colour it has.
        curve: None where it is not known yet.
        trained: the level of this corruption that it was trained against, if any.
    """

    name: str
    subject: Subject
    curve: Curve | None
    trained: float | None = None


@cached(megabytes=32, key=by_content)
def denoising(lines: Sequence[Line], measure: Literal["psnr", "ssim"], axis: str) -> go.Figure:
    """PSNR or SSIM against the level: a line each, in a band of one deviation to either side.

    Args:
        lines: those of one colour differ by their dashes.
        measure: what is drawn.
        axis: what the level is.
    """
    figure = go.Figure(layout_template="none")
    seen: dict[Subject, int] = {}
    for line in lines:
        colour = SUBJECTS[line.subject].light
        dash = DASHES[seen.get(line.subject, 0) % len(DASHES)]
        seen[line.subject] = seen.get(line.subject, 0) + 1
        if line.trained is not None:
            figure.add_vline(
                x=line.trained,
                line={"color": colour, "width": 1.5, "dash": "dot"},
                annotation={
                    "text": f"{in_figure(line.name)}<br>trained here",
                    "font": {"color": colour, "size": 11},
                    # Towards the middle, where there is room for a name.
                    "xanchor": "left" if line.trained <= HALF else "right",
                    "align": "left" if line.trained <= HALF else "right",
                    "yanchor": "top",
                },
            )
        x, mean, deviation = _numbers(line.curve, measure)
        figure.add_scatter(
            x=np.concatenate([x, x[::-1]]),
            y=np.concatenate([mean + deviation, (mean - deviation)[::-1]]),
            fill="toself",
            fillcolor=f"{colour}{BAND}",
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            x=x,
            y=mean,
            customdata=deviation,
            name=in_figure(line.name),
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.5},
            hovertemplate="%{y:.2f} ± %{customdata:.2f}",
            showlegend=True,
        )
    figure.update_layout(hovermode="x unified")
    levels = {"title": axis, "range": [-0.01, 1.01]}
    return lay_out(figure, HEIGHT, levels, {"title": TITLES[measure]}, {"y": -0.2}, top=24)


def _numbers(curve: Curve | None, measure: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Levels, means and deviations, without the levels that leave a digit as it is: its PSNR is infinite."""
    if curve is None:
        return np.empty(0), np.empty(0), np.empty(0)
    levels, mean, deviation = (
        np.asarray(getattr(curve, name), np.float64) for name in ("levels", f"{measure}_mean", f"{measure}_std")
    )
    finite = np.isfinite(mean) & np.isfinite(deviation)
    return levels[finite], mean[finite], deviation[finite]
