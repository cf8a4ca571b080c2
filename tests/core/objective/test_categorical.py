from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats
from torch.distributions import Categorical, kl_divergence
from torch.nn import functional

from vae_core.errors import ObjectiveError
from vae_core.objective import categorical

weights = hnp.arrays(np.float64, 10, elements=st.floats(1e-3, 1))
with_zeros = hnp.arrays(np.float64, 10, elements=st.sampled_from([0.0, 0.5, 1.0])).filter(np.any)


@given(weights, weights)
def test_all_are_those_of_torch_distributions(p: np.ndarray, q: np.ndarray) -> None:
    found = categorical.compare(p, q)
    first, second = (Categorical(probs=torch.from_numpy(w)) for w in (p, q))
    assert found.entropy_p == pytest.approx(first.entropy().item())
    assert found.entropy_q == pytest.approx(second.entropy().item())
    assert found.kl_pq == pytest.approx(kl_divergence(first, second).item(), abs=1e-9)
    assert found.kl_qp == pytest.approx(kl_divergence(second, first).item(), abs=1e-9)
    crossed = functional.cross_entropy(second.logits[None], first.probs[None]).item()
    assert found.cross_entropy_pq == pytest.approx(crossed)
    assert found.reason is None


@given(with_zeros, with_zeros)
def test_the_identities_hold_where_some_outcomes_have_no_mass(p: np.ndarray, q: np.ndarray) -> None:
    found = categorical.compare(p, q)
    assert found.p.sum() == pytest.approx(1)
    assert found.cross_entropy_pq == pytest.approx(found.entropy_p + found.kl_pq)
    assert found.cross_entropy_qp == pytest.approx(found.entropy_q + found.kl_qp)
    assert found.kl_pq == pytest.approx(stats.entropy(p, q), abs=1e-12)
    assert found.entropy_p == pytest.approx(stats.entropy(p))
    assert 0 <= found.entropy_p <= math.log(10) + 1e-12
    assert math.isinf(found.kl_pq) == bool(found.without_q) == bool(((p > 0) & (q == 0)).any())
    assert math.isinf(found.kl_qp) == bool(found.without_p)
    assert (found.reason is None) == (math.isfinite(found.kl_pq) and math.isfinite(found.kl_qp))


def test_a_classifier_is_trained_on_the_case_of_a_one_hot_p() -> None:
    logits = torch.randn(1, 10, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    q = logits.softmax(1)[0].numpy()
    expected = functional.cross_entropy(logits, torch.tensor([3])).item()
    truth = categorical.one_hot(3)
    assert categorical.cross_entropy(truth, q) == pytest.approx(expected)
    assert categorical.kl(truth, q) == pytest.approx(expected)
    assert categorical.surprise(q)[3] == pytest.approx(expected)
    assert categorical.entropy(truth) == 0
    assert math.copysign(1, categorical.cross_entropy(truth, truth)) == 1


def test_equal_shares_take_the_most_bits() -> None:
    assert categorical.bits(categorical.entropy(np.full(10, 0.1))) == pytest.approx(math.log2(10))


def test_a_divergence_that_is_infinite_says_why() -> None:
    found = categorical.compare([1, 0, 1, 0], [0, 1, 0, 1])
    assert found.kl_pq == found.kl_qp == found.cross_entropy_pq == math.inf
    assert found.reason == (
        "D(P || Q) is infinite, for P gives mass to 0 and 2 and Q gives none; "
        "D(Q || P) is infinite, for Q gives mass to 1 and 3 and P gives none"
    )
    assert categorical.compare([1, 1, 1, 1], [1, 0, 0, 0]).reason == (
        "D(P || Q) is infinite, for P gives mass to 1, 2 and 3 and Q gives none"
    )


@given(with_zeros, st.sampled_from([1e-300, 1e-3, 7.0, 1e307]))
def test_only_shares_count(p: np.ndarray, unit: float) -> None:
    np.testing.assert_allclose(categorical.normalised(unit * p), p / p.sum(), rtol=1e-12)


@pytest.mark.parametrize(
    ("p", "message"),
    [
        ([0, 0], "P: all weights are 0; at least one must be above 0"),
        ([], "P: all weights are 0"),
        ([1, -0.5], "P: the weight of 1 is -0.5; it must be a number of at least 0"),
        ([math.nan, 1], "P: the weight of 0 is nan"),
        ([1, 1, 1], "P is over 3 outcomes and Q over 2"),
    ],
)
def test_weights_that_are_no_distribution(p: list[float], message: str) -> None:
    with pytest.raises(ObjectiveError, match=message):
        categorical.compare(p, [1, 1])


@pytest.mark.parametrize("outcome", [-1, 10])
def test_an_outcome_that_does_not_exist(outcome: int) -> None:
    with pytest.raises(ObjectiveError, match=f"there is no outcome {outcome}; there are 0 to 9"):
        categorical.one_hot(outcome)
