"""The browser's distributions over digits against `vae_core.objective.categorical`."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.js.node import JavaScriptError, Node
from vae_core.errors import ObjectiveError
from vae_core.objective.categorical import Comparison, bits, compare, surprise

RNG = np.random.default_rng(4)
COMPARE = """async (pairs) => {
  const { compare } = await load("maths/categorical.js");
  return pairs.map(([p, q]) => compare(p, q));
}"""
NAMES = {
    "entropyP": "entropy_p", "entropyQ": "entropy_q", "crossEntropyPQ": "cross_entropy_pq",
    "crossEntropyQP": "cross_entropy_qp", "klPQ": "kl_pq", "klQP": "kl_qp",
}  # fmt: skip


def weights() -> list[float]:
    """Of a hand, or of any sum; some are 0, one is not."""
    found = RNG.choice([RNG.integers(0, 101, 10).astype(float), np.exp(RNG.normal(0, 5, 10))])
    found[RNG.random(10) < RNG.choice([0, 0.3, 0.9])] = 0
    found[RNG.integers(10)] = 7
    return [float(weight) for weight in found]


def expect_same(found: dict[str, object], expected: Comparison) -> None:
    for name, python in NAMES.items():
        assert found[name] == pytest.approx(getattr(expected, python), rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(found["p"], expected.p, rtol=1e-12)
    np.testing.assert_allclose(found["q"], expected.q, rtol=1e-12)
    assert found["reason"] == expected.reason


def test_every_number_and_every_reason_is_pythons(node: Node) -> None:
    one_hot = [0.0] * 4 + [1.0] + [0.0] * 5
    pairs = [(weights(), weights()) for _ in range(200)]
    pairs += [(one_hot, pairs[0][1]), (one_hot, one_hot), (pairs[1][0], pairs[1][0]), ([1e300] * 10, [5e-324] * 10)]
    found = node.evaluate(COMPARE, pairs)
    for one, (p, q) in zip(found, pairs, strict=True):
        expect_same(one, compare(p, q))
    infinite = sum(math.isinf(one["klPQ"]) for one in found)
    assert 20 < infinite < 180


def test_surprise_and_bits_are_pythons(node: Node) -> None:
    shares = [1, 0.5, 1e-300, *RNG.random(20).tolist(), 0]
    script = """async (shares) => {
      const { surprise, bits } = await load("maths/categorical.js");
      return shares.map((share) => [surprise(share), bits(surprise(share))]);
    }"""
    expected = surprise(np.array(shares))
    found = np.array(node.evaluate(script, shares))
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-12)
    np.testing.assert_allclose(found[:, 1], [bits(one) for one in expected], rtol=1e-12)


@pytest.mark.parametrize(
    ("p", "q"), [([0] * 10, [1] * 10), ([1] * 10, [0] * 10), ([1, -1, 2], [1, 1, 1]), ([1, 1], [0, -0.5])]
)
def test_what_is_no_distribution_is_refused_in_the_same_words(node: Node, p: list[float], q: list[float]) -> None:
    with pytest.raises(ObjectiveError) as expected:
        compare(p, q)
    with pytest.raises(JavaScriptError, match=str(expected.value)):
        node.evaluate(COMPARE, [[p, q]])
