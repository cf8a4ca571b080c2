"""Which directions stay among digits?"""

from __future__ import annotations

import streamlit as st

from ui import store
from ui.choices import beside, state
from ui.components.chart import chart
from ui.components.maps import maps
from ui.components.tangent import tangent
from ui.figures import palette
from ui.figures.tangency import moved_by_direction
from ui.frame.glossary import gloss_rows
from ui.frame.why import why
from ui.reports import dimension_report, tangent_report
from ui.reports.report import problems, rows

choice = state.choice()
models = beside.models()
clouds = [*models, dimension_report.PIXELS]


st.title("Which directions stay among digits?")

tangent(choice.left, choice.right, choice.digits, choice.seed)

st.subheader("How far does a change move the reconstruction?")
moved = [tangent_report.moved.ask(name, choice.digits, choice.seed) for name in models]
st.table(rows(models, moved, tangent_report.COLUMNS), hide_index=True)
for problem in problems(models, moved):
    st.caption(problem)
known = {name: one.measures for name, one in zip(models, moved, strict=True) if one and one.measures}
colours = {name: palette.SUBJECTS[store.role(name)].light for name in known}
chart(moved_by_direction(known, colours), key="moved")
st.caption(tangent_report.protocol(choice.digits, choice.seed))

st.subheader("Where does the manifold stretch?")
maps("manifold_map")

st.subheader("How many dimensions are there?")
dimensions = [dimension_report.dimensions.ask(name, choice.digits, choice.seed) for name in clouds]
st.table(gloss_rows(rows(clouds, dimensions, dimension_report.COLUMNS), "code", "vae", "coordinate"), hide_index=True)
for problem in problems(clouds, dimensions):
    st.caption(problem)
st.caption(dimension_report.protocol(choice.digits, choice.seed))

why(r"""
Of all ways to change the pixels of a digit, few give another digit: to slant it, or to thicken a stroke. Those are the
directions along the manifold; any other change is noise. A good model follows the first and ignores the second.

A decoder draws only what some code $z$ stands for: its pictures $g(z)$ are a surface of at most $D$ dimensions among
all pictures of 784 pixels, the *manifold*.

**[Tangent plane](#term-tangent-plane).** Near a code the picture changes by $g(z + \delta) \approx g(z) + J \delta$,
where column $d$ of the Jacobian $J = \partial g / \partial z$ is what coordinate $d$ adds. $J = U S V^\top$ sorts the
directions: a step along $v_i$ moves the picture by $s_i$ along $u_i$. How many directions count is the *effective rank*
of $J^\top J$, whose singular values are $s_i^2$: $\exp\left(-\sum_i p_i \ln p_i\right)$ with their shares
$p_i = s_i^2 / \sum_j s_j^2$ (Roy & Vetterli, 2007).

**Along and off.** For a unit direction $d$ and a length $a$,

- *moved* is $\lVert \hat x(x + a d) - \hat x(x) \rVert / a$: how far the reconstruction goes,
- *kept* is $\langle \hat x(x + a d) - \hat x(x),\, d \rangle / a$: how much of that is the change itself.

Along the manifold a model has to follow: those changes tell digits apart. Off it there are no digits, and a model that
ignores those directions gives back the digit it knew (Rifai et al., 2011; Alain & Bengio, 2014). Noise off the plane is
never *kept*: the decoder draws on its surface, so to first order the reconstruction moves within the plane, and $d$ is
orthogonal to that. Every autoencoder takes noise away; what tells them apart is whether the encoder mistakes it for
another shape, and the picture *moves* along the manifold instead. Nothing keeps a plain [AE](#term-ae) from it; noise
in a VAE's code does in part; noise in the pictures it was trained on does, where it is of this kind, in a denoising AE.

**Distances.** Pictures measure lengths of codes: $\lVert J \delta \rVert^2 = \delta^\top G \delta$ with $G = J^\top J$
(Arvanitidis et al., 2018). The *magnification factor* $\sqrt{\det G}$ is the area of pictures over that of codes
(Bishop et al., 1997); a *geodesic* is the shortest way by that measure; paths from neighbour to neighbour are its
counterpart among the digits themselves (Tenenbaum et al., 2000).

**Dimensions.** Where density hardly changes from a point to its second neighbour, the ratio $\mu = r_2 / r_1$ of the
distances to both has $-\ln(1 - F(\mu)) = d \ln \mu$: the dimension $d$ is the slope of a line through 0 (Facco et al.,
2017). More points look closer, so only numbers of equally many can be compared. From about ten dimensions on a few
thousand points lie too far apart, and the estimate is a lower bound: 2,500 draws of a Gaussian in 30 dimensions give
23. The means $\mu$ of a VAE's codes lie on fewer dimensions than samples of $q(z|x)$, which spread into all of them.

Computed by `vae_core.spaces.manifold`, `vae_core.metrics.tangency` and
`vae_core.spaces.intrinsic_dimension.two_nn`; the experiment in the browser, by `ui/web/tangent/trial.js`.
""")
