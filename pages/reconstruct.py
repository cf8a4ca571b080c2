"""What does a code keep?"""

from __future__ import annotations

import streamlit as st

from ui.choices import beside, state
from ui.components.chart import chart
from ui.components.reconstruct import reconstruct
from ui.figures.error import fidelity
from ui.frame.glossary import gloss
from ui.frame.why import why
from ui.reports import error_report
from ui.reports.error_report import Fidelity

choice = state.choice()
compared = error_report.models(choice.digits)


def show(measured: list[list[Fidelity] | None]) -> None:
    """The headline, both figures and the file, whose places stay the same while they fill."""
    found = [
        one
        for name, rows in zip(compared, measured, strict=True)
        for one in (error_report.unknown(name) if rows is None else rows)
    ]
    st.markdown(gloss(error_report.headline(found, (choice.left, choice.right)), "pca"))
    error, psnr = st.columns(2, gap="large")
    with error:
        chart(fidelity(found, "squared_error"), key="fidelity-error")
    with psnr:
        chart(fidelity(found, "psnr"), key="fidelity-psnr")
    st.download_button(
        "CSV",
        # Made at the click: a file that changes while it fills would be gone when the browser looks for it.
        lambda: error_report.file(found),
        f"errors-{choice.digits}.csv",
        "text/csv",
        icon=":material/download:",
        disabled=None in measured,
        on_click="ignore",
    )


title_place, models_place = st.columns(2, vertical_alignment="center")
title_place.title("What does a [code](#term-code) keep?")
with models_place:
    beside.select()

reconstruct(beside.models(), choice.digits, choice.seed)

st.subheader("Error against the size of the code")
if not compared:
    st.caption("It takes models trained on the whole objective, and there are none.")
else:
    show([error_report.ask(name, choice.digits, choice.seed) for name in compared])
    st.caption(gloss(error_report.protocol(choice.digits, choice.seed), "psnr"))

why(r"""
The encoder keeps a few numbers of a picture and throws the rest away. What comes back shows what was kept: first which
digit it is, then its slant and width, and only with many numbers the hand that wrote it.

A code is all that a decoder gets: $\hat x = g(f(x))$, where $f$ leaves a few numbers of 784. What those cannot say is
lost.

- **Squared error**, $\sum_i (\hat x_i - x_i)^2$ over the 784 pixels; **PSNR**, $10 \log_{10}(1 / \mathrm{MSE})$ in dB;
  **[SSIM](#term-ssim)** compares means, variances and the covariance of 7 x 7 windows, 1 for equal pictures (Wang et
  al., 2004, equation 13).
- **Differences**, $\hat x - x$: orange where the model adds ink, blue where it loses some.
- **PCA** is the best linear code of the digits it is fitted to, here MNIST's training digits: on those no linear
  encoder and decoder of as many codes has a smaller squared error (Baldi & Hornik, 1989). On other digits it is a
  yardstick: what lies far below its curve is what depth gains (Hinton & Salakhutdinov, 2006).
- A **[VAE](#term-vae)** is trained on $-\mathbb{E}_{q(z|x)} \ln p(x|z) + \mathrm{KL}(q(z|x)\,\|\,N(0, I))$ (Kingma &
  Welling, 2013, equation 3): each digit keeps a cloud of codes, $z = \mu + \sigma \varepsilon$, and the decoder must do
  with any of them. That is what its larger error pays for.

Computed in the browser by `ui/web/nn/nn.js` and `ui/web/maths/similarity.js`; over the whole set by
`vae_core.metrics.reconstruction.squared_errors`; against the size of the code by `ui.reports.error_report` and
`vae_core.losses`.
""")
