"""Losses, their beta, their PyTorch and the forecast of a linear VAE as Python has them."""

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
import pytest

from tests.js.node import Node
from vae_core.errors import ObjectiveError
from vae_core.objective import linear
from vae_core.objective.beta import WrittenLoss, exact, pytorch, translate, translated

T = TypeVar("T")

MANY = 1000
WEIGHTS = ["0", "1", "1/784", "1.02/784", "2.5e-4", "-1", ".5", "5.", "1e20", "1e-7", "0.1/3", "123456789012345"]
ODD = [
    *WEIGHTS,
    "",
    " 1 ",
    "1/0",
    "1/2/3",
    "1e9999",
    "nan",
    "inf",
    "1_000",
    "+.5E+2/-4",
    "--1",
    ".",
    "1\u2009",
    "\u0661",
]


def any_weight(rng: random.Random) -> str:
    kinds: list[Callable[[], str]] = [
        lambda: rng.choice(WEIGHTS),
        lambda: f"{rng.uniform(0, 1000):.4f}",
        lambda: f"{10 ** rng.uniform(-9, 9):.3g}",
        lambda: str(Fraction(rng.randrange(1000), rng.randrange(1, 1000))),
    ]
    return rng.choice(kinds)()


def any_loss(rng: random.Random) -> dict[str, Any]:
    """Mostly one that can be translated; every tenth size is none."""

    def size(most: int) -> int:
        return rng.choice([0, -1, 28]) if rng.random() < 0.03 else rng.randint(1, most)

    return {
        "error": rng.choice(["squared_error", "cross_entropy"]),
        **{key: rng.choice(["sum", "mean"]) for key in ("over_pixels", "over_batch", "kl_over_codes", "kl_over_batch")},
        "shape": (size(3), size(200), size(200)),
        **{"batch_size": size(4096), "latent_dim": size(800)},
        **{"reconstruction_weight": any_weight(rng), "kl_weight": any_weight(rng)},
    }


def or_problem(find: Callable[[], T]) -> T | str:
    """What the core finds, or its sentence."""
    try:
        return find()
    except ObjectiveError as error:
        return str(error)


TRANSLATED = """async (losses) => {
  const { checked, klWeightOf, pytorch, translate, translated } = await load("maths/beta.js");
  const { exact, asNumber } = await load("maths/fraction.js");
  return losses.map(([error, overPixels, overBatch, klOverCodes, klOverBatch, shape, batchSize, latentDim, a, b]) => {
    const loss = { error, overPixels, overBatch, klOverCodes, klOverBatch, shape, batchSize, latentDim };
    try {
      const all = checked({ ...loss, reconstructionWeight: exact(a), klWeight: exact(b) });
      const { beta, factor, normalised, variance } = translate(all);
      return {
        numbers: [beta, factor, normalised, ...(variance ? [variance] : [])].map(asNumber),
        exactly: `${beta.top}/${beta.bottom}`,
        texts: [pytorch(all), pytorch(translated(all))],
        weight: klWeightOf(all, beta),
      };
    } catch (problem) {
      return problem.message;
    }
  });
}"""


def of_python(loss: dict[str, Any]) -> dict[str, Any]:
    """What the core says of it, as the script does."""
    written = WrittenLoss(**loss | {key: exact(loss[key]) for key in ("reconstruction_weight", "kl_weight")})
    found = translate(written)
    numbers = [found.beta, found.factor, found.normalised, *([] if found.variance is None else [found.variance])]
    return {
        "numbers": [float(number) for number in numbers],
        "exactly": f"{found.beta.numerator}/{found.beta.denominator}",
        "texts": [pytorch(written), pytorch(translated(written))],
        "kl_weight": written.kl_weight,
    }


def test_a_loss_is_translated_as_python_does(node: Node) -> None:
    rng = random.Random(0)
    losses = [any_loss(rng) for _ in range(MANY)]
    problems = 0
    for loss, found in zip(losses, node.evaluate(TRANSLATED, [list(loss.values()) for loss in losses]), strict=True):
        wanted = or_problem(lambda loss=loss: of_python(loss))  # type: ignore[misc]
        if isinstance(wanted, str):
            problems += 1
        else:
            np.testing.assert_allclose(np.array(found.pop("numbers"), float), wanted.pop("numbers"), rtol=1e-14)
            assert exact(found.pop("weight")) == wanted.pop("kl_weight"), loss
        assert found == wanted, loss
    assert 100 < problems < MANY / 2


def test_a_number_is_read_as_python_does(node: Node) -> None:
    rng = random.Random(1)
    texts = [*ODD, *(any_weight(rng) for _ in range(200))]
    texts += ["".join(rng.choices("0123456789+-./e_ ", k=rng.randrange(8))) for _ in range(MANY)]
    found = node.evaluate(
        """async (texts) => {
          const { exact } = await load("maths/fraction.js");
          return texts.map((text) => {
            try {
              const { top, bottom } = exact(text);
              return bottom === 1n ? String(top) : `${top}/${bottom}`;
            } catch (problem) {
              return problem.message;
            }
          });
        }""",
        texts,
    )
    assert found == [str(or_problem(lambda text=text: exact(text))) for text in texts]  # type: ignore[misc]


def test_a_number_is_written_as_python_does(node: Node) -> None:
    rng = np.random.default_rng(0)
    values = [
        0.0,
        1.0,
        -1.0,
        1e12,
        999999999999.0,
        1e-4,
        9.9999e-5,
        0.1,
        1 / 3,
        *(rng.normal(size=200) * 10 ** rng.uniform(-30, 30, 200)),
    ]
    fractions = [Fraction(1, 3), Fraction(10**400, 3 * 10**399), Fraction(-7, 10**40), Fraction(0), Fraction(10**25)]
    general, numbers = node.evaluate(
        """async ([values, fractions]) => {
          const { fraction, general, asNumber } = await load("maths/fraction.js");
          return [
            values.map((value) => [general(value), general(value, 12)]),
            fractions.map(([top, bottom]) => asNumber(fraction(BigInt(top), BigInt(bottom)))),
          ];
        }""",
        [[float(value) for value in values], [[str(one.numerator), str(one.denominator)] for one in fractions]],
    )
    assert general == [[f"{value:g}", f"{value:.12g}"] for value in values]
    np.testing.assert_allclose(numbers, [float(one) for one in fractions], rtol=1e-15)


PREDICTED = """async ([variances, cases]) => {
  const { predict } = await load("maths/linear.js");
  return cases.map(([beta, latentDim, variance]) => {
    try {
      const { threshold, active, kl, squaredError } = predict(variances, beta, latentDim, variance);
      return { threshold, active, kl, squaredError };
    } catch (problem) {
      return problem.message;
    }
  });
}"""


@pytest.mark.parametrize("seed", range(3))
def test_the_forecast_is_pythons(node: Node, seed: int) -> None:
    rng = np.random.default_rng(seed)
    variances = -np.sort(-(10 ** rng.uniform(-4, 1, 100)))
    variances[95:] = 0
    cases = [[10 ** rng.uniform(-4, 3), int(rng.integers(1, 130)), 10 ** rng.uniform(-1, 1)] for _ in range(50)]
    # A component of the threshold's own variance is lost.
    cases += [[2 * variances[3], 30, 0.5], [0, 1, 0.5], [1, 0, 0.5], [1, 1, -1], [np.inf, 1, 0.5], [np.nan, 1, 0.5]]
    cases = [[float(beta), dim, float(variance)] for beta, dim, variance in cases]
    for (beta, dim, variance), found in zip(cases, node.evaluate(PREDICTED, [variances, cases]), strict=True):
        wanted = or_problem(lambda case=(beta, dim, variance): linear.predict(variances, *case))  # type: ignore[misc]
        if isinstance(wanted, str):
            assert found == wanted
            continue
        assert found["active"] == wanted.active
        np.testing.assert_allclose(found["threshold"], wanted.threshold, rtol=1e-12)
        np.testing.assert_allclose(found["kl"], wanted.kl, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found["squaredError"], wanted.squared_error, rtol=1e-12)


def test_more_codes_than_pixels_are_named_as_python_does(node: Node) -> None:
    spectrum = linear.spectrum(np.random.default_rng(0).integers(0, 255, (9, 2, 2), np.uint8))
    with pytest.raises(ObjectiveError) as wanted:
        linear.optimum(spectrum, beta=1, latent_dim=5)
    found = node.evaluate(
        """async () => {
          const { checkCodes } = await load("maths/linear.js");
          checkCodes(4, 4);
          try { checkCodes(5, 4); } catch (problem) { return problem.message; }
        }"""
    )
    assert found == str(wanted.value)
