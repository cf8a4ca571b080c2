"""What lies between two digits?"""

from __future__ import annotations

import streamlit as st

from ui.choices import state
from ui.components.interpolate import interpolate
from ui.frame.why import why

choice = state.choice()

st.title("What lies between two digits?")
interpolate(list(dict.fromkeys([choice.left, choice.right])), choice.digits, choice.seed)

why(r"""
Half of one picture over half of another shows both at once. Half of one [code](#term-code) and half of another is a
code of its own, and decodes to one picture, which may be a digit between the two. How good it is depends on the way
that the path takes.

Two digits become two codes, and a path between the codes becomes a film. Its pictures $x_0, \dots, x_{63}$ are what the
decoder makes of 64 places on the path, at even times.

- **Straight line**: $z(t) = (1 - t)\, z_0 + t\, z_1$. **Great circle** (slerp; Shoemake, 1985):
  $z(t) = \frac{\sin((1 - t)\,\omega)}{\sin \omega}\, z_0 + \frac{\sin(t\,\omega)}{\sin \omega}\, z_1$ for codes of one
  length with the angle $\omega$ between them; here the length goes evenly from one to the other. It is meant for draws
  from $N(0, I)$, which in many dimensions lie near a sphere that a straight line leaves (White, 2016): in 30, at a
  distance of $5.4 \pm 0.7$ from 0. What is joined here are codes of digits, of a [VAE](#term-vae) the means, and those
  lie elsewhere: of `vae-30`, for MNIST's test digits, at $3.1 \pm 0.5$.
- **Cross-fade**: the straight line between the pictures. No path is shorter, and what is on it is no digit: two, one
  shining through the other.
- **Neighbour graph**: each code joined to its nearest ones, and the shortest way along such arcs (Tenenbaum, de Silva &
  Langford, 2000). It keeps to places where there are real digits.
- **[Geodesic](#term-geodesic)**: the decoder $g$ carries the metric of the pictures back to the codes,
  $G(z) = J^\top J$ with $J = \partial g / \partial z$ (Shao, Kumar & Fletcher, 2018; Arvanitidis, Hansen & Hauberg,
  2018; Chen et al., 2018). A geodesic has the least energy $\int \dot z^\top G\, \dot z\, dt$ of all paths: the
  pictures change as little as they can, at constant speed. There may be several that no small change betters; the
  solver sets out from the straight line, moves a spline, then every point, and keeps no step that makes it worse.
  *Converged*: 25 more steps gain less than a thousandth of the energy. From there SciPy's L-BFGS, another optimiser,
  gains less than 1 %.

**Length** $L = \sum_i |x_{i+1} - x_i|$ and **energy** $E = 63 \sum_i |x_{i+1} - x_i|^2 \ge L^2$ (Cauchy and Schwarz),
equal at constant speed. **Jump**: the largest step over the mean. **From real digits**: the distance from a picture
to the nearest digit of the set, mean over the path. Distances are Euclidean, over 784 pixels in $[0, 1]$; bold is the
smallest of a model, without the cross-fade, which is the least there can be.

**Four corners** blends four codes, $z = (1 - y)((1 - x)\, z_{00} + x\, z_{01}) + y\,((1 - x)\, z_{10} + x\, z_{11})$.
An **attribute** is the mean code of one class minus another's (Larsen et al., 2016). The **random walk** is white noise
under a smooth kernel: it is $N(0, I)$ at every moment (Higdon, 2002).

Computed in the browser by `ui/web/maths/paths.js`, as by
`vae_core.spaces.paths`; in the server by `vae_core.spaces.neighbour_graph` and `vae_core.spaces.geodesic`.
""")
