"""Plotly figures of a check-up: numbers in, Figure out."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ui.figures.frame import lay_out
from ui.jobs.cache import by_content, cached
from vae_core.metrics import Health

HEIGHT = 180
# Of a code that is not active.
FAINT = 0.35


@cached(megabytes=32, key=by_content)
def activities(found: Health | None, codes: int, colour: str) -> go.Figure:
    """How much each code says: a bar each, of a VAE its KL, of an AE its variance; faint where it is not active.

    Args:
        found: None keeps the place.
        codes: how many there are.
        colour: of the model's kind, "#rrggbb".
    """
    figure = go.Figure(layout_template="none")
    is_vae = found is not None and found.kl is not None
    title = "KL, nats" if is_vae else "variance"
    if found is not None:
        figure.add_bar(
            x=np.arange(codes),
            y=found.activity,
            customdata=np.stack([found.mean, found.deviation], axis=1),
            marker={"color": colour, "opacity": np.where(found.active, 1.0, FAINT)},
            hovertemplate=f"code %{{x}}: {title.partition(',')[0]} %{{y:.3g}}, mean %{{customdata[0]:.2f}}, "
            "deviation %{customdata[1]:.2f}<extra></extra>",
        )
    # Whole numbers, and few of them.
    x = {"title": "code", "range": [-0.6, codes - 0.4], "dtick": max(1, -(-codes // 10))}
    y = {"title": title if found is not None else "", "rangemode": "tozero"}
    return lay_out(figure, HEIGHT, x, y, {}).update_layout(showlegend=False, bargap=0.25)
