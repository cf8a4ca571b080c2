import math

import numpy as np
import pytest
import torch
from scipy import stats
from torch.distributions import MultivariateNormal, kl_divergence

from vae_core.spaces.normality import describe, energy_distance, gaussian_kl, kolmogorov


def normal(count: int, dim: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)


@pytest.mark.parametrize("draw", ["standard_normal", "standard_exponential", "standard_cauchy"])
def test_the_gap_is_the_statistic_of_kolmogorov_and_smirnov(draw: str) -> None:
    columns = getattr(np.random.default_rng(1), draw)((501, 4))
    asked = [stats.kstest(column, "norm").statistic for column in columns.T]
    assert kolmogorov(columns) == pytest.approx(asked, abs=1e-12)


def test_the_gap_of_one_value_of_many_copies() -> None:
    assert kolmogorov(np.zeros((9, 1))) == pytest.approx([0.5])
    assert kolmogorov(np.full((9, 1), 40.0)) == pytest.approx([1])


def test_the_shape_gap_knows_nothing_of_place_and_scale() -> None:
    codes = normal(2000, 3)
    moved = describe(codes * np.float32([0.01, 1, 300]) + np.float32([5, 0, -40]))
    still = describe(codes)
    np.testing.assert_allclose(moved.shape_gap, still.shape_gap, atol=1e-3)
    assert still.shape_gap.max() < 0.03
    assert moved.gap[[0, 2]].min() > 0.4
    skewed = np.random.default_rng(0).exponential(size=(2000, 1)).astype(np.float32)
    column = skewed[:, 0].astype(np.float64)
    lilliefors = stats.kstest((column - column.mean()) / column.std(ddof=1), "norm").statistic
    assert describe(skewed).shape_gap == pytest.approx([lilliefors], abs=1e-6)


def moments_kl(codes: torch.Tensor) -> float:
    """By PyTorch, of the Gaussian with the same moments [N, D], less what a sample has by chance."""
    zero, identity = torch.zeros(codes.shape[1]).double(), torch.eye(codes.shape[1]).double()
    covariance = torch.cov(codes.T).reshape(identity.shape)
    matched = MultivariateNormal(codes.mean(0), covariance)
    return kl_divergence(matched, MultivariateNormal(zero, identity)).item() - bias(codes)


@pytest.mark.parametrize(("dim", "seed"), [(4, 0), (4, 1), (4, 2), (1, 0)])
def test_kl_equals_pytorchs_for_the_gaussian_of_the_same_moments(dim: int, seed: int) -> None:
    mix = np.random.default_rng(seed).standard_normal((dim, dim)).astype(np.float32)
    codes = normal(300, dim, seed) @ mix + np.float32([1, 0, -2, 0.5])[:dim]
    assert gaussian_kl(codes) == pytest.approx(moments_kl(torch.from_numpy(codes).double()), rel=1e-6, abs=1e-9)


def bias(codes: torch.Tensor) -> float:
    """Of the KL of a Gaussian's samples: half of tr S / N less what ln det of their covariance has, where it is I."""
    count, dim = codes.shape
    log_det = sum(float(torch.digamma(torch.tensor((count - i) / 2).double())) for i in range(1, dim + 1))
    trace = float(codes.var(0).sum())
    return 0.5 * (trace / count - log_det + dim * math.log((count - 1) / 2))


@pytest.mark.parametrize(("count", "dim"), [(20, 2), (60, 16), (200, 30), (1797, 30), (400, 1)])
def test_what_comes_from_n_0_i_has_no_kl_however_few_it_is(count: int, dim: int) -> None:
    """Without the correction it is about D (D + 3) / 4N."""
    found = np.array([gaussian_kl(normal(count, dim, seed)) for seed in range(60)])
    assert abs(found.mean()) < 4 * found.std() / math.sqrt(len(found))
    assert bias(torch.from_numpy(normal(count, dim)).double()) == pytest.approx(dim * (dim + 3) / 4 / count, rel=0.4)
    energies = [energy_distance(normal(count, dim, seed), seed + 100) for seed in range(20)]
    assert abs(np.mean(energies)) < 4 * np.std(energies) / math.sqrt(len(energies))


@pytest.mark.parametrize("fault", ["constant", "copied"])
def test_kl_is_infinite_where_a_coordinate_adds_nothing(fault: str) -> None:
    codes = normal(200, 3)
    codes[:, 2] = 0.7 if fault == "constant" else codes[:, 0]
    assert gaussian_kl(codes) == math.inf
    found = describe(codes)
    assert np.isfinite([*found.gap, *found.shape_gap, found.energy]).all()
    assert found.shape_gap[2] == (1 if fault == "constant" else found.shape_gap[0])


def test_energy_distance_of_one_coordinate_is_scipys_squared() -> None:
    """SciPy's is the square root of half of it, with the samples' own mean distances: the same up to 1/N."""
    codes = normal(2000, 1, seed=5) + 1
    draws = np.random.default_rng(0).standard_normal(codes.shape)
    asked = stats.energy_distance(codes[:, 0], draws[:, 0]) ** 2
    assert energy_distance(codes, seed=0) == pytest.approx(asked, abs=2e-3)


def test_energy_distance_is_zero_only_for_the_standard_normal_and_known_of_a_point() -> None:
    """E|Y| of a standard normal in one dimension is sqrt(2 / pi), E|Y - Y'| is 2 / sqrt(pi)."""
    assert abs(energy_distance(normal(2000, 10, seed=3))) < 0.01
    assert energy_distance(normal(2000, 10, seed=3) * 3) > 1
    assert energy_distance(normal(2000, 10, seed=3) + 1) > 1
    signs = np.sign(normal(2000, 1, seed=3))
    assert energy_distance(signs) > 0.05, "mean 0 and variance 1, and no Gaussian"
    asked = 2 * math.sqrt(2 / math.pi) - 2 / math.sqrt(math.pi)
    assert energy_distance(np.zeros((2000, 1), np.float32)) == pytest.approx(asked, abs=0.03)


def test_the_same_seed_gives_the_same_numbers_of_two_codes_or_more() -> None:
    codes = normal(3000, 2)
    assert describe(codes, 1).energy == describe(codes, 1).energy
    assert describe(codes, 1).energy != describe(codes, 2).energy
    assert describe(codes).count == 3000
    for count in (0, 1):
        with pytest.raises(ValueError, match="at least two codes"):
            describe(normal(count, 3))
