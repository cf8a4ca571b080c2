"""What does each latent coordinate do?"""

from __future__ import annotations

import streamlit as st

from ui.choices import state
from ui.components.desk import desk
from ui.frame.why import why

st.title("What does each [latent coordinate](#term-coordinate) do?")

choice = state.choice()
usual = state.has_usual_pair()
desk(choice.left, choice.right, choice.digits, choice.seed, usual, on_choose=state.keep_pair)

why(r"""
A decoder has a dial for each number of the [code](#term-code). Turning one changes the picture in one way: its slant,
its width, or which digit it is. Where no digit of the training had its dials, the decoder was never taught what to
draw. A [VAE](#term-vae) learns to keep all digits where a bell curve would put them; an [AE](#term-ae) may put them
anywhere.

A decoder turns a code $z$ into a picture: $\hat x = \mathbb{E}[x \mid z]$. A VAE is trained with the term
$\mathrm{KL}(q(z|x)\,\|\,N(0, I))$, which draws the codes of all digits towards $N(0, I)$ (Kingma & Welling, 2013,
equation 3): a random $z$ falls where its decoder has seen data. Nothing holds an AE's codes there; a Gaussian fitted to
them, $N(\bar z, \Sigma)$, comes closer.

- **Where [z](#term-z) lies** is told by the picture: how far its strokes, as histograms of oriented gradients, are from
  the nearest digits, in radii of the balls around them by which the Latent map counts [precision](#term-precision)
  (Kynkaanniemi et al., 2019). *Where digits lie*: as near as 85 % of the digits are to the others. *At their edge*: as
  near as 95 %, or the very code of a digit that the model redraws badly. *Where no digit lies*: farther.
- **Activity** orders the sliders: a VAE's mean [KL](#term-kl) of the coordinate in [nats](#term-nat), an AE's variance.
  A coordinate is [inactive](#term-active) where at most a hundredth of its variance comes from the digits: of codes
  whose variance is 1, where that of $\mathbb{E}[z_i|x]$ is at most 0.01 (Burda et al., 2015, appendix C).
- **Codes** are what the decoder was trained on: $z$ of an AE, one sample of $q(z|x)$ for each digit of a VAE.

Computed by `vae_core.spaces.latent.encodings` and `vae_core.metrics.whereabouts`; in the browser by `ui/web/nn/nn.js`,
from the [checkpoint](#term-checkpoint) itself, and `ui/web/maths/whereabouts.js`.
""")
