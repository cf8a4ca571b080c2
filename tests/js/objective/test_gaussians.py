"""The browser's two Gaussians against `vae_core.objective.gaussians`."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.js.node import JavaScriptError, Node
from vae_core.errors import ObjectiveError
from vae_core.noise.seeded_noise import normals
from vae_core.objective.gaussians import Gaussian, curves, integrate, kl, monte_carlo

RNG = np.random.default_rng(3)
# What the page can show, narrow ones and equal ones among them.
PAIRS = [
    (Gaussian(0, 1), Gaussian(0, 1)),
    (Gaussian(0, 0.01), Gaussian(9.99, 9.99)),
    *((Gaussian(a, np.exp(s)), Gaussian(b, np.exp(t))) for a, s, b, t in RNG.uniform(-2.5, 2, (60, 4))),
]
EPS = normals(5, index=2, shape=(1000,))[0]
ALL = """async ([pairs, eps, xs]) => {
  const { gaussian, kl, integrate, monteCarlo, curves } = await load("maths/gaussians.js");
  return pairs.map(([a, s, b, t]) => {
    const [p, q] = [gaussian(a, s), gaussian(b, t)];
    return [kl(p, q), integrate(p, q), monteCarlo(eps, p, q), curves(xs, p, q), kl(p), integrate(p)];
  });
}"""


def test_every_number_is_pythons(node: Node) -> None:
    xs = np.linspace(-12, 12, 97)
    numbers = [[p.mu, float(p.sigma), q.mu, float(q.sigma)] for p, q in PAIRS]
    for (p, q), found in zip(PAIRS, node.evaluate(ALL, [numbers, EPS, xs]), strict=True):
        closed, integral, estimate, drawn, standard, standard_integral = found
        assert closed == pytest.approx(kl(p, q), rel=1e-9, abs=1e-12)
        area = integrate(p, q)
        expected = {"above": area.above, "below": area.below, "value": area.value}
        assert integral == pytest.approx(expected, rel=1e-8, abs=1e-9)
        mean = monte_carlo(EPS, p, q)
        expected = {"value": mean.value, "standardError": mean.standard_error, "count": 1000}
        assert estimate == pytest.approx(expected, rel=1e-8, abs=1e-12)
        for name, heights in dataclasses.asdict(curves(xs, p, q)).items():
            if name != "x":
                np.testing.assert_allclose(drawn[name], heights, rtol=1e-8, atol=1e-12)
        assert (standard, standard_integral["value"]) == pytest.approx((kl(p), integrate(p).value), rel=1e-8, abs=1e-9)


@pytest.mark.parametrize(("mu", "sigma"), [(0, 0), (1, -0.5), (2.5, -3)])
def test_what_is_no_gaussian_is_refused_in_the_same_words(node: Node, mu: float, sigma: float) -> None:
    with pytest.raises(ObjectiveError) as expected:
        Gaussian(mu, sigma)
    with pytest.raises(JavaScriptError, match=str(expected.value)):
        node.evaluate("async ([mu, sigma]) => (await load('maths/gaussians.js')).gaussian(mu, sigma)", [mu, sigma])


def test_one_draw_has_no_error(node: Node) -> None:
    with pytest.raises(ObjectiveError) as expected:
        monte_carlo(EPS[:1], Gaussian(0, 1))
    script = "async (eps) => { const g = await load('maths/gaussians.js'); return g.monteCarlo(eps, g.STANDARD); }"
    with pytest.raises(JavaScriptError, match=str(expected.value)):
        node.evaluate(script, EPS[:1])
