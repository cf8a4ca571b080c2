"""Rungs of the ladder of beta in the browser, and what is seen on the way between two of them."""

from typing import Any

import numpy as np
import pytest

from tests.js.node import Node
from vae_core.spaces.alignment import aligned

READ = """async ([betas, points, axes, labels, share]) => {
  const { readRungs, Between } = await load("objective/ladder/rungs.js");
  const rungs = readRungs(
    betas.map((beta) => ({ name: `beta ${beta}`, beta })),
    {
      points: { data: points, shape: [betas.length, labels.length, 2] },
      axes: { data: axes }, labels: { data: labels },
    },
  );
  const between = new Between(rungs[0].plane);
  between.take(rungs[0].plane, rungs[1].plane, share);
  return {
    keys: rungs.map(({ key }) => key),
    losses: rungs.map((rung) => rung.loss({ rate: 5, distortion: 28, active: 2 })),
    xs: rungs.map(({ plane }) => plane.xs), ys: rungs.map(({ plane }) => plane.ys),
    priors: rungs.map(({ plane }) => plane.prior),
    codes: rungs.map((rung) => rung.code([rung.plane.xs[3], rung.plane.ys[3]])),
    between: { xs: between.xs, ys: between.ys, prior: between.prior },
  };
}"""


@pytest.mark.parametrize("share", [0.0, 0.5, 0.8])
def test_half_way_between_two_rungs_every_digit_is_half_way(node: Node, share: float) -> None:
    rng = np.random.default_rng(1)
    clouds = rng.normal(size=(3, 400, 2)).astype(np.float32) * np.float32([[[9, 5]], [[1, 2]], [[1e-4, 1e-4]]])
    points, axes = aligned(clouds, 1)
    labels = np.zeros(400, np.uint8)
    found: dict[str, Any] = node.evaluate(READ, [[0, 0.3, None], points.ravel(), axes.ravel(), labels, share])
    assert found["keys"] == ["0", "0.3", "kl-only"]
    assert found["losses"] == pytest.approx([28, 29.5, 5])
    # A place decodes to the model's own code, however its map is turned.
    for code, cloud in zip(found["codes"], clouds, strict=True):
        np.testing.assert_allclose(code, cloud[3], rtol=1e-4, atol=1e-6)
    (a, b, c), between = found["priors"], found["between"]
    for axis in ("xs", "ys"):
        expected = (1 - share) * found[axis][0] + share * found[axis][1]
        np.testing.assert_allclose(between[axis], expected, atol=1e-6)
        assert abs(found[axis][2]).max() < 1e-3, "all codes in one place, the circle around them"
    assert between["prior"]["radius"] == pytest.approx(a["radius"] ** (1 - share) * b["radius"] ** share)
    place = np.multiply(1 - share, a["place"]) + np.multiply(share, b["place"])
    np.testing.assert_allclose(between["prior"]["place"], place)
    # sqrt of the 95 % quantile of chi-square with two degrees; seen whole where the codes are near to 0.
    assert c["radius"] == pytest.approx(1 / 1.06)
    assert a["radius"] < 0.3 < c["radius"]
