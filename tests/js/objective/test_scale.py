"""The KL divergence in sigma and in ln sigma^2 as Python has it."""

import numpy as np

from tests.js.node import Node
from vae_core.objective import scale


def test_value_slope_and_curvature_are_pythons(node: Node) -> None:
    logvar = np.linspace(-8, 3, 45)
    sigma = np.concatenate([np.exp(logvar / 2), -np.exp(logvar / 2)])
    found = node.evaluate(
        """async ([sigma, logvar]) => {
          const { inSigma, inLogvar } = await load("maths/scale.js");
          const three = ({ value, slope, curvature }) => [value, slope, curvature];
          return [Array.from(sigma, (s) => three(inSigma(s))), Array.from(logvar, (g) => three(inLogvar(g)))];
        }""",
        [sigma, logvar],
    )
    for got, curve in zip(found, (scale.in_sigma(sigma), scale.in_logvar(logvar)), strict=True):
        expected = np.stack([curve.value, curve.slope, curve.curvature], 1)
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)
