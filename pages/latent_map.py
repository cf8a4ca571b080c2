"""Where do the digits live?"""

from __future__ import annotations

import streamlit as st

from ui.choices import digit_sets, state
from ui.components.maps import maps
from ui.frame.glossary import gloss, gloss_rows
from ui.frame.why import why
from ui.http.pages import PAGES
from ui.reports import map_report

choice = state.choice()
names = list(dict.fromkeys([choice.left, choice.right]))
digits = digit_sets.load(choice.digits)
TERMS = ("precision", "recall", "z", "prior", "fitted-gaussian")

title_place, link_place = st.columns([3, 2], vertical_alignment="center")
title_place.title("Where do the digits live?")
# Above the maps: below them it would lie under the fold.
link_place.container(horizontal_alignment="right").page_link(
    PAGES / "desk.py",
    label="Open this z on the latent desk",
    icon=":material/tune:",
    query_params=state.query(),
)

maps("latent_map")

st.subheader("Is the space complete, is it continuous?")
if len(digits) < map_report.FEWEST_DIGITS:
    st.caption(f"It takes at least {map_report.FEWEST_DIGITS} digits to say, and there are {len(digits)}.")
else:
    measures = [map_report.measures.ask(name, choice.digits, choice.seed) for name in names]
    st.table(gloss_rows(map_report.rows(names, measures), *TERMS), hide_index=True)
    st.caption(gloss(map_report.protocol(choice.digits, choice.seed), "code"))

why(r"""
Each dot is a digit, placed at its [code](#term-code). Between the dots the decoder has to make something up. Where it
makes up a digit wherever you point, the space is complete; where the picture changes little by little as you move, it
is continuous.

A [latent space](#term-latent-space) is *complete* where every $z$ decodes to a digit, and *continuous* where near codes
decode to near pictures.

**Completeness**: the [manifold](#term-manifold) of a set of pictures is the union of balls around them, each as wide as
the distance to its third nearest other (Kynkaanniemi et al., 2019, equations 1 and 2).

- *Precision*: the share of decoded pictures inside the manifold of the real digits. Held-out real digits say what
  there is to reach; reconstructed ones, what the decoder can draw.
- *Recall*: the share of real digits inside the manifold of the decoded pictures: low where those repeat one another,
  and where they are smoother than real strokes.

The words under the maps are of the same kind, for one picture and against all digits: see "Why" on the desk.

Distances are taken between histograms of oriented gradients (Dalal & Triggs, 2005), which see strokes; between pixels a
blur lies near every digit. The fitted Gaussian, $N(\bar z, \Sigma)$, is that of the codes of all digits.

**Continuity**: a straight line between the codes of two digits is decoded in equal steps of $z$.

- *Path over distance*: the length of all steps, over the distance between the pictures at the ends; 1 for a cross-fade.
- *Largest step over mean step*: 1 for an even walk; a jump makes it large.

Computed by `vae_core.metrics.completeness` and `vae_core.metrics.continuity_between_digits`; the plane, two
[coordinates](#term-coordinate) or the first two principal axes, by `vae_core.spaces.projection.plane`.
""")
