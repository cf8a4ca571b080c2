"""Are the codes Gaussian?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from ui import store
from ui.choices import digit_sets, state
from ui.choices.state import Cloud
from ui.components.coordinates import coordinates
from ui.components.projection import Growing, Side, projection
from ui.encodings import projections, tsne_panel
from ui.encodings.cloud_controls import cloud_controls
from ui.encodings.projections import Plot
from ui.errors import NotHereError
from ui.frame.glossary import gloss
from ui.frame.why import why
from ui.reports import codes_report
from vae_core.spaces.projection import ProjectionConfig


def plots(cloud: Cloud) -> list[Plot]:
    """Of the left and the right model."""
    return [projections.plot(name, choice.digits, cloud, choice.seed) for name in (choice.left, choice.right)]


def side(plot: Plot, asked: Plot, grows: bool) -> Side:
    """What the component gets of a plot: its addresses, or the sentence that says why there is nothing to see; and
    where it sees what is asked for grow.
    """
    problem = None
    try:
        projections.projected(plot)
    except NotHereError as error:
        problem = str(error)
    growing = Growing(asked.growing_address, projections.axis_titles(asked)) if grows else None
    return Side(plot.model, plot.address(), plot.address("csv"), projections.axis_titles(plot), problem, growing)


def column(model: str, statistic: str, explanation: str) -> Any:
    """A column of numbers: shares with three decimals, those in the unit of the codes with four digits."""
    digits = "%.3f" if statistic.endswith("D") else "%.4g"
    return st.column_config.NumberColumn(f"{model} {statistic}", help=explanation, format=digits)


choice, cloud = state.choice(), state.cloud()
names = list(dict.fromkeys([choice.left, choice.right]))

title_place, tsne_place = st.columns(2, vertical_alignment="center")
title_place.title("Are the [codes](#term-code) Gaussian?")
cloud_controls(cloud, len(digit_sets.load(choice.digits)), [store.entry(name).config.latent_dim for name in names])

asked, stage = plots(cloud), "over"
if cloud.config.method == "t-sne":
    with tsne_place:
        stage = tsne_panel.run(asked)
shown = asked
if stage != "over":
    shown = plots(replace(cloud, config=ProjectionConfig("pca", cloud.config.components)))
left, right = (side(*both, grows=stage == "under way") for both in zip(shown, asked, strict=True))
projection(left, right, choice.digits, stale=stage == "under way")

headlines = "  \n".join(codes_report.headline(name, choice.digits) for name in names)
st.caption(gloss(headlines, "ae", "vae", "dae", "kl", "nat", "active"))
meaning = codes_report.meaning(names, choice.digits, choice.seed)
st.markdown(gloss(meaning, "prior") if meaning else "Draws from N(0, I) are being decoded …")

st.subheader(gloss("Coordinate by coordinate", "coordinate"))
coordinates(choice.left, choice.right, choice.digits)

with st.expander("Numbers of every coordinate"):
    st.dataframe(
        codes_report.coordinate_rows(names, choice.digits),
        column_config={
            f"{name} {statistic}": column(name, statistic, explanation)
            for name in names
            for statistic, explanation in codes_report.STATISTICS.items()
        },
        hide_index=True,
        placeholder="–",
        key="coordinates-table",
    )

why(r"""
A VAE is meant to have codes like draws from a bell curve, so that a random draw is like the code of a
digit and decodes to one. The plots show how near each model comes to that, the numbers say it.

A VAE's term $\mathrm{KL}(q(z|x)\,\|\,N(0, I))$ draws the codes of all digits together towards $N(0, I)$ (Kingma &
Welling, 2013, equation 3); nothing draws an AE's. Three distances say how near they have come, each 0 for $N(0, I)$
itself:

- **KL**, of the Gaussian with the codes' mean $m$ and covariance $S$ to $N(0, I)$, in nats:
  $\tfrac12(\mathrm{tr}\,S + m^\top m - D - \ln\det S)$. Of all distributions with these moments the Gaussian lies
  nearest, so the codes themselves are at least as far. Less its bias: codes of $N(0, I)$ itself would show about
  $D(D+3)/4N$ nats, by chance. It says what it takes to reproduce *all* codes by weighting draws from $N(0, I)$
  (Chatterjee & Diaconis, 2018, theorem 1.1: about $e^{\mathrm{KL}}$ draws), and not how often a draw looks like a
  digit: of nine codes in ten from $N(0, 1)$ and one from $N(30, 1)$ the KL is large, and every draw is like a code. How
  often is counted: the share of draws whose picture lies in the [manifold](#term-manifold) of digits, as on the Latent
  map.
- **Energy distance**, $2\,\mathbb{E}|X - Y| - \mathbb{E}|X - X'| - \mathbb{E}|Y - Y'|$ for codes $X$ and draws $Y$
  (Szekely & Rizzo, 2013): it sees any difference, not only of the moments. Estimated without bias from 2,000 of each.
- **D**, of one coordinate: the largest gap between its distribution function and that of $N(0, 1)$ (Kolmogorov), or,
  for the shape alone, of the normal with its own mean and deviation (Lilliefors, 1967).

[PCA](#term-pca) turns the codes so that the first axes hold the most variance; straight lines stay straight, so the
Gaussian fitted to the codes stays an ellipse: 95 % of it lies inside the one that is drawn. Kernel PCA is PCA after the
map that a kernel stands for (Schoelkopf, Smola & Mueller, 1998), fitted on 1,000 codes at most. [t-SNE](#term-tsne)
keeps neighbours together and nothing else (van der Maaten & Hinton, 2008): neither its distances nor its axes mean
anything.

**Codes** are what the decoder was trained on: $z$ of an AE, one sample of $q(z|x)$ for each digit of a VAE. A
coordinate is active where more than a hundredth of its variance comes from the digits: of codes whose variance is 1,
where that of $\mathbb{E}[z_i|x]$ is above 0.01 (Burda et al., 2015, appendix C).

Computed by `vae_core.spaces.projection.project`, `vae_core.spaces.normality.describe` and
`vae_core.spaces.latent.encodings`.
""")
