"""How does it learn?"""

from __future__ import annotations

import streamlit as st

from ui.choices import state
from ui.components.train import train
from ui.frame.why import why

choice = state.choice()

st.title("How does it learn?")
train(choice.digits)

why(r"""
An [epoch](#term-epoch) shows the model every picture once, a batch at a time. After each batch every weight moves a
little against the gradient of the loss, in [nats](#term-nat) per picture:

$$L = w \, E_{q(z|x)}[-\ln p(x|z)] + \beta \, KL(q(z|x) \,\Vert\, N(0, I))$$

The first term is the reconstruction, weighted by $w$, 1 where nothing else is said; the second is what a
[VAE](#term-vae) pays for its codes (Kingma & Welling, 2013, equation 7), weighted by [beta](#term-beta) (Higgins et
al., 2017). An [AE](#term-ae) and a [DAE](#term-dae) have the first alone; a DAE is given a corrupted picture and is
compared with the clean one (Vincent et al., 2008).

- **Steps** are Adam's (Kingma & Ba, 2015). The learning rate rises for the first 30 % of a training and then falls to
  a thousandth: one cycle (Smith & Topin, 2019). So the last epochs bring what looks like a sudden gain, and a training
  that is to be longer is another one.
- **The film** decodes the same draws of [N(0, I)](#term-prior), or for an AE reconstructs the same pictures, after
  every epoch.
- **A [KL](#term-kl) of 0** in one code says that the decoder gets nothing by it: the code is not
  [active](#term-active).
- **Classes that are left out** are in no batch. What a model makes of them later, on Reconstruct or on the map, it has
  learnt from the others.
- **The last whole epoch** is on disk, whatever happens to the process, the page or the app; who resumes gets the
  weights that an uninterrupted training would have got.

Trained by `vae_core.training.fit.fit` in a process of its own, as by `python -m vae_core train`; what goes wrong is
looked for by `vae_core.training.checkup`. The time before Start is that of matrix products as this machine makes them.
""")
