import copy
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch import Tensor

from tests import tiny
from tests.core.spaces.analytic import clairaut, great_circle, paraboloid, sphere
from vae_core.checkpoint import load
from vae_core.data import Digits, as_input
from vae_core.spaces import paths
from vae_core.spaces.geodesic import geodesic, geodesics, refine

Array = NDArray[np.float32]
ONE, OTHER = np.array([1.0, 0.2], np.float32), np.array([1.2, 2.2], np.float32)


def test_on_a_sphere_it_is_the_great_circle() -> None:
    a, b = np.array([[1.0, 0.2], [0.8, 0.0]], np.float32), np.array([[1.2, 2.2], [1.5, 1.5]], np.float32)
    first, *_, last = refine(sphere, a, b)
    for straight, found, start, end in zip(first, last, a, b, strict=True):
        arc = great_circle(start, end)
        assert found.converged
        assert found.length == pytest.approx(arc, rel=2e-3)
        assert found.energy == pytest.approx(arc**2, rel=4e-3), "constant speed"
        assert straight.length > arc * 1.01
        points = sphere(torch.tensor(found.curve)).numpy()
        normal = np.cross(points[0], points[-1])
        np.testing.assert_allclose(points @ normal / np.linalg.norm(normal), 0, atol=0.02)


def test_on_a_paraboloid_it_is_that_of_clairaut() -> None:
    angle, length = clairaut(closest=0.5, farthest=0.8)
    ends = np.array([[0.8 * math.cos(a), 0.8 * math.sin(a)] for a in (-angle / 2, angle / 2)], np.float32)
    found = geodesic(paraboloid, *ends)
    straight = next(refine(paraboloid, ends[:1], ends[1:]))[0]
    assert found.length == pytest.approx(length, rel=2e-3)
    assert straight.length > length * 1.01
    assert np.linalg.norm(found.curve, axis=1).min() == pytest.approx(0.5, abs=0.03)


def test_through_the_apex_of_a_paraboloid_the_line_is_the_geodesic() -> None:
    """An arc of y = x^2 from -1 to 1: sqrt(5) + asinh(2) / 2."""
    found = geodesic(paraboloid, np.array([-1, 0], np.float32), np.array([1, 0], np.float32), steps=200)
    assert found.length == pytest.approx(math.sqrt(5) + math.asinh(2) / 2, rel=1e-3)


def test_of_a_linear_decoder_it_is_the_straight_line() -> None:
    weight = torch.randn(3, 784, generator=tiny.generator())
    a, b = np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32)
    found = geodesic(lambda z: z @ weight, a, b)
    assert found.converged
    distance = np.linalg.norm((b - a) @ weight.numpy())
    assert found.length == pytest.approx(distance, rel=1e-5)
    assert found.energy == pytest.approx(distance**2, rel=1e-5)
    np.testing.assert_allclose(found.curve, paths.straight(a, b, 64), atol=1e-3)


def wild(z: Tensor) -> Tensor:
    return torch.sin(9 * z @ torch.tensor([[1.0, 2.0, -1.0], [0.5, -1.0, 3.0]]))


@pytest.mark.parametrize("decode", ["tanh", "bernoulli", "ae", "wild"])
def test_it_gets_better_and_is_never_longer_than_the_straight_line(decode: str) -> None:
    if decode == "wild":
        dim, function = 2, wild
    else:
        model = tiny.model(decode)
        dim, function = model.config.latent_dim, model.decode
    starts, ends = np.random.default_rng(1).normal(size=(2, 3, dim)).astype(np.float32) * 4
    first, *later = refine(function, starts, ends, steps=20, rounds=5)
    for straight, a, b in zip(first, starts, ends, strict=True):
        np.testing.assert_array_equal(straight.curve, paths.straight(a, b, 20))
        assert not straight.converged
    assert later[-1][0].energy < first[0].energy
    before = first
    for curves in later:
        for now, then, straight, a, b in zip(curves, before, first, starts, ends, strict=True):
            assert now.energy <= then.energy
            assert now.length <= straight.length
            np.testing.assert_array_equal(now.curve[[0, -1]], [a, b])
            pictures = function(torch.tensor(now.curve)).reshape(20, -1)
            assert now.length == pytest.approx(float(pictures.diff(dim=0).norm(dim=1).sum()), rel=1e-4)
        before = curves


def test_in_one_dimension_it_evens_the_speed() -> None:
    (straight,), *_, (found,) = refine(lambda z: torch.cat([z**3, z], 1), *np.array([[[0.1]], [[2.0]]], np.float32))
    assert found.length <= straight.length
    assert found.curve.shape == (64, 1)
    assert np.isfinite(found.curve).all()


def collapsed(z: Tensor) -> Tensor:
    return torch.zeros(len(z), 784) + 0 * z[:, :1]


@pytest.mark.parametrize(
    ("decode", "end", "steps"),
    [(sphere, ONE, 64), (collapsed, OTHER, 64), (sphere, OTHER, 2)],
    ids=["equal ends", "collapsed", "no free point"],
)
def test_where_nothing_can_be_gained_it_is_the_line(decode: Callable[[Tensor], Tensor], end: Array, steps: int) -> None:
    ((found,),) = refine(decode, ONE[None], end[None], steps)
    assert found.converged
    assert (found.length > 0) == (found.energy > 0) == (steps == 2)
    np.testing.assert_array_equal(found.curve, paths.straight(ONE, end, steps))


def test_equal_ends_beside_others_stay_and_spoil_nothing() -> None:
    still, moving = geodesics(sphere, np.stack([ONE, ONE]), np.stack([ONE, OTHER]))
    assert still.length == 0
    assert np.isfinite(moving.curve).all()
    assert moving.length == pytest.approx(great_circle(ONE, OTHER), rel=2e-3)


@pytest.mark.parametrize("name", ["ae-2", "ae-30", "vae-30"])
def test_where_it_has_converged_another_optimiser_gains_less_than_one_per_cent(
    name: str, checkpoints_root: Path, uci: Digits
) -> None:
    """L-BFGS on the energy of all 62 free points, in float64, from the curve on."""
    model = load(checkpoints_root / name)
    ends = model.encode(as_input(uci.images[[0, 2]])).numpy()
    found = geodesics(model.decode, ends[:1], ends[1:])
    wide = copy.deepcopy(model).double()
    for one in found:
        assert one.converged
        first, *_, last = curve = torch.tensor(one.curve, dtype=torch.float64)

        def energy(points: NDArray[np.float64], first: Tensor = first, last: Tensor = last) -> tuple[float, Any]:
            inner = torch.tensor(points.reshape(62, -1), requires_grad=True)
            pictures = wide.decode(torch.cat([first[None], inner, last[None]])).flatten(1)
            total = 63 * pictures.diff(dim=0).square().sum()
            total.backward()
            assert inner.grad is not None
            return total.item(), inner.grad.numpy().ravel()

        start = curve[1:-1].numpy().ravel()
        better = minimize(energy, start, jac=True, method="L-BFGS-B", options={"maxfun": 150, "maxiter": 150})
        assert energy(start)[0] == pytest.approx(one.energy, rel=1e-4)
        assert better.fun > 0.99 * one.energy
