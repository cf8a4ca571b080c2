from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vae_core import recipes
from vae_core.checkpoint import load
from vae_core.data import Digits
from vae_core.errors import ObjectiveError
from vae_core.metrics import evaluate
from vae_core.models import VariationalAutoencoder
from vae_core.objective.linear import optimum, predict, spectrum
from vae_core.objective.rate_distortion import Point, rate_distortion


def vae(root: Path, name: str) -> VariationalAutoencoder:
    model = load(root / name)
    assert isinstance(model, VariationalAutoencoder)
    return model


@pytest.mark.needs_mnist
def test_along_the_ladder_rate_falls_and_distortion_grows(checkpoints_root: Path, mnist_test: Digits) -> None:
    images = mnist_test.images[:1000]
    names = ("vae-2-beta-0.1", "vae-2", "vae-2-beta-3", "vae-2-beta-10")
    points = [rate_distortion(vae(checkpoints_root, name), images) for name in names]
    assert (np.diff([point.rate for point in points]) < 0).all()
    assert (np.diff([point.distortion for point in points]) > 0).all()
    assert [point.active for point in points] == [2, 2, 2, 0]
    # Each is the best of them at its own beta.
    for beta, own in zip((0.1, 1, 3, 10), points, strict=True):
        assert own.loss(beta) == min(point.loss(beta) for point in points)


@pytest.mark.needs_mnist
def test_from_beta_0_01_on_no_rung_is_below_the_line_of_equal_loss_of_another(
    checkpoints_root: Path, mnist_test: Digits
) -> None:
    """As the page Objective says of the dashed line."""
    here = {name: beta for name, beta in recipes.ladder().items() if (checkpoints_root / name).exists()}
    points = {name: rate_distortion(vae(checkpoints_root, name), mnist_test.images) for name in here}
    for name, beta in here.items():
        if beta and beta >= 0.01:
            assert min(points, key=lambda other: points[other].loss(beta)) == name


def test_of_the_best_linear_vae_they_are_as_predicted() -> None:
    generator = np.random.default_rng(0)
    # Far from black and from white, so that nothing is clipped.
    images = (127 + 12 * generator.standard_normal((2000, 8, 8))).clip(60, 195).astype(np.uint8)
    images[:, :, :4] = (127 + 20 * generator.standard_normal((2000, 1, 1))).clip(40, 215).astype(np.uint8)
    known = spectrum(images)
    expected = predict(known.variances, 0.02, 3)
    found = rate_distortion(optimum(known, 0.02, 3), images)
    assert found.rate == pytest.approx(expected.rate, rel=1e-3)
    assert found.distortion == pytest.approx(expected.squared_error, rel=0.01)
    assert found.active == expected.active == 1


def test_a_vae_for_cross_entropy_has_a_squared_error_too(checkpoints_root: Path, uci: Digits) -> None:
    model = vae(checkpoints_root, "vae-16")
    known = {metric.name: metric.value for metric in evaluate(model, uci.images[:50], seed=3)}
    assert rate_distortion(model, uci.images[:50], seed=3) == Point(
        known["kl"], known["squared_error"], int(known["active_units"]), 16
    )


def test_one_picture_is_told_apart_from_none(checkpoints_root: Path, uci: Digits) -> None:
    with pytest.raises(ObjectiveError, match="takes at least two, not 1"):
        rate_distortion(vae(checkpoints_root, "vae-2"), uci.images[:1])
