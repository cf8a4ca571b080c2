"""What does the KL term buy?"""

from __future__ import annotations

import streamlit as st

from ui.choices import state
from ui.frame.glossary import gloss
from ui.objective.divergence import divergence
from ui.objective.evidence import evidence
from ui.objective.ladder import ladder
from ui.objective.loss import loss
from ui.objective.reparameterisation import reparameterisation
from ui.objective.scale import scale
from ui.objective.surprise import surprise

choice = state.choice()
vaes = state.vaes()

st.title(gloss("What does the KL term buy?", "kl"))
ladder(choice.digits, choice.seed)
st.markdown(r"""
$$
\mathcal L = \underbrace{\lVert x - \hat x(z) \rVert^2}_{\text{reconstruction}} + \beta\,
\underbrace{D_{KL}\big(q(z \mid x)\,\Vert\,\mathcal N(0, I)\big)}_{\text{KL}}
$$
""")
st.markdown(
    gloss(
        """
Without the KL term the codes lie anywhere, with holes between, and draws of N(0, I) miss them; with nothing else every
picture has the same code. In between beta is a price, what a nat costs in squared error: the slope of the dashed line,
below which no other model lies on MNIST from beta 0.01 on (Higgins et al., 2017, equation 4; Alemi et al., 2018, figure
1).

Computed by `vae_core.losses` and `vae_core.objective.rate_distortion`. N(0, I) has no preferred direction, so the maps
are turned towards each other: `vae_core.spaces.alignment`.
""",
        *("code", "prior", "beta", "nat"),
    )
)

st.subheader("Which beta is this really?")
loss(choice.digits)
st.markdown(
    gloss(
        r"""
$$
\begin{gathered}
\lVert x - \hat x \rVert^2 = -\ln \mathcal N\big(x;\, \hat x,\, \tfrac12 I\big) - \tfrac P2 \ln \pi \\
\text{component } i \text{ survives where } \lambda_i > \tfrac12 \beta
\end{gathered}
$$

A sum of squared errors over $P$ pixels is $-\ln p(x \mid z)$ of Gaussian pixels of variance 1/2, up to a constant;
the best linear VAE is then probabilistic PCA, which keeps a principal component where its variance $\lambda$ exceeds
$\beta$ times that of the pixels (Tipping & Bishop, 1999, equation 7; Lucas et al., 2019, *Don't Blame the ELBO!*). The
models in the table are deep, and were trained on MNIST: of other digits it is the forecast of a VAE trained on those.

Computed by `vae_core.objective.beta.translate`, `vae_core.objective.linear.predict` and
`vae_core.objective.grey.errors`.
""",
        "pca",
    )
)

st.subheader("How far is one Gaussian from another?")
divergence(choice.seed)
st.markdown(r"""
$$
\begin{aligned}
D_{KL}(P \Vert Q) &= \int p \ln \frac p q \, dx \\
&= \ln \frac{\sigma_q}{\sigma_p} + \frac{\sigma_p^2 + (\mu_p - \mu_q)^2}{2 \sigma_q^2} - \frac 1 2
\end{aligned}
$$

With $P = q(z \mid x)$ and $Q = \mathcal N(0, 1)$ it is the KL term of one code of a VAE (Kingma & Welling, 2013,
appendix B). It counts only where P has mass: a P that is too narrow costs little, and dearly the other way round.

Computed by `vae_core.objective.gaussians.kl`, `integrate` and `monte_carlo`.
""")

st.subheader("How surprising is a digit?")
surprise(choice.digits)
st.markdown(r"""
$$
\begin{gathered}
I(p) = -\ln p \qquad H(P) = \sum p \, I(p) \\
H(P, Q) = \sum p \, I(q) = H(P) + D_{KL}(P \Vert Q)
\end{gathered}
$$

Who expects Q where P is true is surprised by $H(P, Q)$ on average, and no other Q does better than P itself (Shannon,
1948; Kullback & Leibler, 1951).

Computed by `vae_core.objective.categorical.compare`.
""")

st.subheader("How is a random draw learnt through?")
reparameterisation(vaes, choice.digits, choice.seed)
st.markdown(
    gloss(
        r"""
$$
\begin{aligned}
z &= \mu + \sigma\,\varepsilon,\qquad \varepsilon \sim \mathcal N(0, I) \\
\nabla\,\mathbb E_q[f(z)] &= \mathbb E_\varepsilon\big[\nabla f(\mu + \sigma\,\varepsilon)\big] \\
&= \mathbb E_q\big[f(z)\,\nabla \ln q(z)\big]
\end{aligned}
$$

Grey is N(0, I), coloured q(z|x), the dot z: with the noise drawn aside, z has a slope in mu and sigma, and the
decoder's gradient goes through it (Kingma & Welling, 2013, section 2.4). The score function (Williams, 1992) needs no
slope and has the same mean, but drowns it in variance.

Computed by `vae_core.models.reparameterize` and `vae_core.objective.gradients.of_picture`.
""",
        "posterior",
    )
)

st.subheader("Sigma, or the logarithm of its square?")
scale()
st.markdown(
    gloss(
        r"""
$$
\begin{gathered}
\frac{\partial}{\partial \sigma} = \sigma - \frac1\sigma \qquad
\frac{\partial^2}{\partial \sigma^2} = 1 + \frac1{\sigma^2} \\
\gamma = \ln \sigma^2: \quad
\frac{\partial}{\partial \gamma} = \frac{e^\gamma - 1}2 \qquad
\frac{\partial^2}{\partial \gamma^2} = \frac{e^\gamma}2
\end{gathered}
$$

At a learning rate of 0.001, at which both learn, neither is faster, and the article's claim is not confirmed. The
logarithm bears larger steps: 0.01 is its best, while sigma, whose slope has a pole at 0, breaks down from 0.003 on.

The nets of mathybit's article (2018), 50 epochs on MNIST, mean and deviation of three seeds; `python -m
bench.scale_trial` trains them anew. Computed by `vae_core.objective.scale.in_sigma` and `in_logvar`; the trainings, by
`vae_core.objective.scale_trial`.
""",
        "epoch",
    )
)

st.subheader("How likely is a picture?")
evidence(vaes, choice.digits, choice.seed)
st.markdown(r"""
$$
\begin{aligned}
\ln p(x) &= \underbrace{\mathbb E_q[\ln p(x|z)] - D_{KL}(q(z|x)\,\Vert\,p(z))}_{\text{ELBO}} \\
&+ \underbrace{D_{KL}(q(z|x)\,\Vert\,p(z|x))}_{\text{gap}} \\
&\approx \ln \frac1N \sum_{i=1}^N \frac{p(x|z_i)\,p(z_i)}{q(z_i|x)}, \quad z_i \sim q(z|x)
\end{aligned}
$$

Of Gaussian pixels all is without the constant $\tfrac P2 \ln \pi$ of $P$ pixels. A high likelihood says that the pixels
were easy to predict, as those of a plain stroke are, and not that the picture is a digit (Kingma & Welling, 2013,
equation 1; Burda et al., 2015, equation 8).

Computed by `vae_core.objective.evidence.evidence` and `running`; both errors, by `vae_core.objective.grey.errors`.
""")
