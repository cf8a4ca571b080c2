"""Means and variances of gradients as Python has them."""

import numpy as np

from tests.js.node import Node
from vae_core.objective.gradients import Gradients

SPREAD = "async ([all, codes]) => (await load('maths/gradients.js')).spread(all, codes)"


def test_mean_and_variance_are_pythons(node: Node) -> None:
    rng = np.random.default_rng(0)
    for draws, codes in ((2, 1), (200, 30), (7, 3)):
        mu = (rng.normal(50, 3, (draws, codes)) * 10.0 ** rng.integers(-3, 4, codes)).astype(np.float32)
        found = node.evaluate(SPREAD, [mu.ravel(), codes])
        expected = Gradients(mu.astype(np.float64), np.zeros((draws, codes)))
        np.testing.assert_allclose(found["mean"], expected.mean()[0], rtol=1e-9)
        np.testing.assert_allclose(found["variance"], expected.variance()[0], rtol=1e-7)
