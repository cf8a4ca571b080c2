"""Where digits lie: against loops over scikit-image's features, on planted pictures, against the page's precision."""

import os
from dataclasses import fields
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from skimage.feature import hog
from sklearn.metrics import roc_auc_score
from torch import Tensor

from tests import tiny
from vae_core.checkpoint import load
from vae_core.data import Digits, as_input, mnist_digits, uci_digits
from vae_core.metrics import stroke_features
from vae_core.metrics.coverage import MANIFOLD_DIGITS, MANIFOLD_NEIGHBOURS
from vae_core.metrics.whereabouts import (
    AT_THE_EDGE,
    NO_DIGIT,
    DigitManifold,
    digit_manifold,
    own_radius,
    unlike_digits,
    whereabouts,
)
from vae_core.spaces.latent import encodings

SETS = ["uci", pytest.param("mnist", marks=pytest.mark.needs_mnist)]
# Of each architecture and each way of training, what generates most and least.
SHIPPED = ("ae-2", "vae-2", "ae-16", "ae-30", "vae-30", "dae-gaussian-30")


@cache
def images(digits: str) -> NDArray[np.uint8]:
    return (uci_digits() if digits == "uci" else mnist_digits("test")).images


@cache
def manifold(digits: str) -> DigitManifold:
    return digit_manifold(images(digits))


def brute_force(found: DigitManifold, pictures: Tensor) -> NDArray[np.float64]:
    """By the definition, one picture and one digit at a time, in float64."""
    apart = []
    for picture in pictures.reshape(-1, 28, 28).numpy():
        stroke = hog(picture, orientations=9, pixels_per_cell=(7, 7), cells_per_block=(2, 2)).astype(float) - found.mean
        along = found.axes.astype(float) @ stroke
        beside = stroke @ stroke - along @ along
        ratios = []
        for place, rest, log_radius in zip(found.places, found.rest, found.log_radius, strict=True):
            square = np.square(along - place * found.step.astype(float)).sum() + beside + rest
            ratios.append(np.sqrt(square) / np.exp(log_radius))
        apart.append(np.exp(np.log(np.sort(ratios)[: found.nearest[0]]).mean()))
    return np.array(apart)


def inside(pictures: Tensor, digits: str, seed: int) -> NDArray[np.bool_]:
    """Which pictures lie in the manifold that `completeness` asks of: each picture of what it counts as precision."""
    half = min(len(images(digits)) // 2, MANIFOLD_DIGITS)
    order = torch.randperm(len(images(digits)), generator=tiny.generator(seed))
    real = stroke_features(as_input(images(digits)[order[:half].numpy()]))
    radii = torch.cdist(real, real).fill_diagonal_(torch.inf).kthvalue(MANIFOLD_NEIGHBOURS, dim=1).values
    return (torch.cdist(stroke_features(pictures), real) <= radii).any(1).numpy()


def test_shapes_types_and_no_writing(uci: Digits) -> None:
    found = digit_manifold(uci.images[:50])
    shapes = {"mean": (324,), "axes": (48, 324), "step": (1,), "places": (50, 48), "rest": (50,), "log_radius": (50,)}
    shapes["nearest"] = (1,)
    for field in fields(found):
        array = getattr(found, field.name)
        assert array.shape == shapes.get(field.name, (201,)), field.name
        assert array.dtype == {"places": np.int8, "nearest": np.int32}.get(field.name, np.float32), field.name
        assert np.isfinite(array).all()
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    np.testing.assert_allclose(found.axes @ found.axes.T, np.eye(48), atol=1e-5)
    assert (np.diff(found.levels) >= 0).all()


def test_it_is_what_it_says_to_be(uci: Digits) -> None:
    found = digit_manifold(uci.images[:300])
    pictures = torch.cat([as_input(uci.images[300:312]), torch.rand(4, 1, 28, 28, generator=tiny.generator())])
    where = whereabouts(found, pictures)
    expected = brute_force(found, pictures)
    np.testing.assert_allclose(where.apart, expected, rtol=1e-3)
    np.testing.assert_allclose(where.share, np.interp(expected, found.levels, np.linspace(0, 1, 201)), atol=5e-3)


@pytest.mark.parametrize("digits", SETS)
def test_other_digits_lie_where_digits_lie_and_what_is_none_does_not(digits: str) -> None:
    many = images(digits)[torch.randperm(len(images(digits)), generator=tiny.generator(5)).numpy()]
    half = len(many) // 2
    found, others = digit_manifold(many[:half]), as_input(many[half:][:1000])
    share = whereabouts(found, others).share
    assert (share <= AT_THE_EDGE).mean() == pytest.approx(AT_THE_EDGE, abs=0.05)
    assert (share <= NO_DIGIT).mean() == pytest.approx(NO_DIGIT, abs=0.03)
    noise = torch.rand(50, 1, 28, 28, generator=tiny.generator())
    assert (whereabouts(found, torch.cat([torch.zeros(1, 1, 28, 28), noise])).share > NO_DIGIT).all()


@pytest.mark.parametrize("digits", SETS)
@pytest.mark.parametrize("name", SHIPPED)
def test_it_tells_apart_what_precision_counts(name: str, digits: str, checkpoints_root: Path) -> None:
    """Wherever a twentieth of the draws of N(0, I), or more, lie on either side; by two choices of real digits."""
    model = load(checkpoints_root / name)
    z = torch.randn(2000, model.config.latent_dim, generator=tiny.generator(7))
    pictures = model.decode(z)
    where = whereabouts(manifold(digits), pictures)
    for seed in (0, 3):
        counted = inside(pictures, digits, seed)
        if 0.05 <= counted.mean() <= 0.95:
            assert roc_auc_score(counted, -where.apart) > 0.8
        if digits == "mnist":
            assert abs((where.share <= AT_THE_EDGE).mean() - counted.mean()) < 0.12


@pytest.mark.parametrize("digits", SETS)
def test_the_code_of_a_digit_is_never_where_no_digit_lies(digits: str, checkpoints_root: Path) -> None:
    names = [path.name for path in sorted(checkpoints_root.iterdir())] if os.environ.get("EVERY_MODEL") else ["ae-2"]
    for name in names:
        model = load(checkpoints_root / name)
        lost = unlike_digits(model, images(digits), manifold(digits))
        codes = model.encode(as_input(images(digits)))
        none = whereabouts(manifold(digits), model.decode(codes)).share > NO_DIGIT
        radius = own_radius(encodings(model, images(digits)).std)
        own = {row.tobytes() for row in lost}
        assert all(row.tobytes() in own for row in codes.numpy()[none])
        assert radius > 0


def test_a_model_that_draws_no_digit_has_lost_all_of_them(uci: Digits) -> None:
    model = tiny.model()
    lost = unlike_digits(model, uci.images[:100], digit_manifold(uci.images))
    np.testing.assert_array_equal(lost, model.encode(as_input(uci.images[:100])).numpy())


@pytest.mark.parametrize("count", [8, 9, 20])
def test_a_handful_of_digits_and_copies_of_one_are_enough(count: int, uci: Digits) -> None:
    for few in (uci.images[:count], np.repeat(uci.images[:1], count, axis=0)):
        found = digit_manifold(few)
        where = whereabouts(found, as_input(uci.images[:30]))
        assert np.isfinite(where.apart).all()
        assert ((where.share >= 0) & (where.share <= 1)).all()
    with pytest.raises(ValueError, match="at least 8 of them, not 7"):
        digit_manifold(uci.images[:7])
