"""The weight of the KL that a sigma speaks for: planted where it is known in closed form, and on trained models."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from vae_core.metrics.kl_weight import kl_weight, kl_weight_of_mu

WEIGHTS = st.floats(1e-3, 20)


@given(WEIGHTS, st.lists(st.floats(0.05, 50), min_size=1, max_size=6), st.integers(0, 99))
def test_it_is_found_where_every_sigma_is_the_best_one(weight: float, costs: list[float], seed: int) -> None:
    """The error sum c (z - a)^2 and w times the KL are least at sigma^2 = w / (2 c + w) and mu = 2 c a / (2 c + w)."""
    noise, cost = torch.Generator().manual_seed(seed), torch.tensor(costs)
    wanted = torch.randn(4000, len(costs), generator=noise)
    mu = 2 * cost * wanted / (2 * cost + weight)
    logvar = (weight / (2 * cost + weight)).log().expand_as(mu)

    def error(z: Tensor) -> Tensor:
        return ((z - wanted).square() * cost).sum(1)

    assert kl_weight(error, mu, logvar) == pytest.approx(weight, rel=0.1)
    assert kl_weight_of_mu(error, mu, logvar) == pytest.approx(weight, rel=0.1)
    first = torch.zeros_like(mu, dtype=torch.bool)
    first[:, 0] = True
    assert kl_weight(error, mu, logvar, first) == pytest.approx(weight, rel=0.1)


def test_there_is_none_where_sigma_does_not_matter_or_should_be_larger_anyway() -> None:
    assert kl_weight_of_mu(lambda z: z.square().sum(1), torch.ones(9, 2), -torch.ones(9, 2)) is None
    mu, wide = torch.randn(100, 2), torch.full((100, 2), 0.5)
    assert kl_weight(lambda z: z.square().sum(1), mu, wide) is None
    assert kl_weight(lambda z: torch.zeros(len(z)), mu, -wide) is None
    assert kl_weight(lambda z: -z.square().sum(1), mu, -wide) is None
    assert kl_weight(lambda z: z.square().sum(1), mu, -wide, torch.zeros(100, 2, dtype=torch.bool)) is None
