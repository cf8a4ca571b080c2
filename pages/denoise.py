"""What does a model refuse to learn?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui import store
from ui.choices import beside, comparison, state
from ui.choices.comparison import Measure
from ui.components.chart import chart
from ui.components.denoise import denoise
from ui.figures.denoising import Line, denoising
from ui.frame.glossary import gloss
from ui.frame.why import why
from ui.reports import denoise_report
from vae_core.metrics.denoising import Curve

title_place, models_place = st.columns([29, 20], vertical_alignment="center")
title_place.title("What does a model refuse to learn?")
with models_place:
    beside.select()

choice = state.choice()
names = beside.models()
kind = state.comparison().corruption

denoise(
    names,
    choice.digits,
    choice.seed,
    kind,
    on_corruption=state.write_corruption,
)


def show(found: Sequence[Curve | None], measure: Measure) -> None:
    """The figure, always of one height."""
    corrupted, *others = found
    lines = [
        Line(denoise_report.CORRUPTED, "original", corrupted),
        *(
            Line(name, store.role(name), one, denoise_report.trained_level(name, kind))
            for name, one in zip(names, others, strict=True)
        ),
    ]
    figure = denoising(lines, measure, denoise_report.AXES[kind])
    chart(figure, key="denoise-curves")


st.subheader("How much noise can each take?")
shown: Measure = st.segmented_control(
    "Measure",
    comparison.MEASURES,
    default=state.comparison().measure,
    format_func=str.upper,
    required=True,
    label_visibility="collapsed",
    key=comparison.MEASURE,
    persist_state="session",
)
asked = [denoise_report.curves.ask(name, choice.digits, kind, choice.seed) for name in (None, *names)]
show(asked, shown)
known = [one for one in asked if one is not None]
caption_place, csv_place = st.columns([5, 1], vertical_alignment="top")
caption_place.caption(gloss(denoise_report.protocol(choice.digits, kind, choice.seed), "vae"))
csv_place.download_button(
    "CSV",
    denoise_report.file([denoise_report.CORRUPTED, *names], known, kind) if len(known) > len(names) else "",
    file_name=f"denoise-{kind}-{choice.digits}.csv",
    mime="text/csv",
    icon=":material/download:",
    disabled=len(known) <= len(names),
    on_click="ignore",
    width="stretch",
)

why(r"""
Noise is different in every picture and cannot be learnt; digits are alike and can. A model that was trained to return
the clean digit has learnt to tell them apart, for the noise that it was trained on and not for any other.

A [denoising autoencoder](#term-dae) never sees the clean digit $x$: it is given a corrupted one,
$\tilde x \sim C(\tilde x \mid x)$, and has to return $x$ (Vincent et al., 2008, section 2.3). To do so it must know
where digits lie, and move towards them. An [AE](#term-ae) was only asked to return what it gets.

- **Gaussian**: $\tilde x = x + \sigma\varepsilon$, $\varepsilon \sim N(0, I)$. **Masking**: a pixel becomes 0 with
  probability $p$. **Salt and pepper**: 0 or 1, with $p/2$ each. **Box**: a rectangle becomes 0.
- **[PSNR](#term-psnr)** $= -10 \log_{10} \frac{1}{784}\lVert \hat x - x \rVert^2$, in dB. **[SSIM](#term-ssim)**
  compares means, variances and the covariance in windows of 7 x 7 pixels (Wang et al., 2004, equation 13). Each is bold
  where it is better than the corrupted digit's own; pixels are compared as they are seen, in $[0, 1]$. A digit that the
  [corruption](#term-corruption) leaves as it was counts in no mean, as long as it changes another: its own PSNR is
  infinite, and no model's can be.
- **Passes**: what a model returns is given to it again. For small Gaussian noise one step of a denoising autoencoder,
  $\hat x - \tilde x$, points to where digits are denser (Alain & Bengio, 2014, theorem 1). That promises nothing for
  many passes, for strong noise or for pixels masked, nor is it what is seen: each pass does again what the training
  asked for. Of MNIST's first 500 test digits, half the pixels masked, `dae-masking-30` makes digits with a summed
  brightness of 95 at the first pass, as clean ones have, and of 277 at the 20th; 93 % and then 22 % are recognised by
  their three nearest of 10,000 training digits. `dae-gaussian-30`, at $\sigma = 0.5$, fades from 95 to 61, from 91 % to
  67 %.

Corrupted by `ui/web/maths/seeded_noise.js`, number by number as by `vae_core.noise.seeded_noise.corrupt` in Python;
curves by `vae_core.metrics.denoising.curve`, SSIM by scikit-image.
""")
