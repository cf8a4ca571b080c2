"""Precision and recall on generators whose answer is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from skimage.feature import hog
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from tests.tiny import generator, model
from vae_core.checkpoint import load
from vae_core.data import Digits, as_input
from vae_core.metrics import Coverage, completeness, precision_recall, stroke_features
from vae_core.training.fit import new_model


@pytest.fixture(scope="module")
def halves(uci: Digits) -> tuple[Tensor, Tensor]:
    x = as_input(uci.images)[torch.randperm(len(uci.images), generator=generator())]
    return x[:600], x[600:1200]


def covered(real: Tensor, generated: Tensor) -> Coverage:
    return precision_recall(stroke_features(real), stroke_features(generated))


def test_a_perfect_generator_other_digits_and_noise(halves: tuple[Tensor, Tensor]) -> None:
    assert covered(halves[0], halves[0]) == Coverage(1, 1)
    found = covered(*halves)
    assert 0.7 < found.precision < 1
    assert 0.7 < found.recall < 1
    assert covered(halves[0], torch.rand(300, 1, 28, 28, generator=generator())).precision == 0


def test_a_constant_generator_covers_nothing(halves: tuple[Tensor, Tensor]) -> None:
    real = halves[0]
    blur = covered(real, real.mean(0, keepdim=True).repeat(50, 1, 1, 1))
    assert blur == Coverage(0, 0), "between pixels the mean of all digits would lie inside"
    one = covered(real, real[:1].repeat(50, 1, 1, 1))
    assert one.precision == 1
    assert one.recall <= 0.01


def test_features_are_those_of_scikit_image(halves: tuple[Tensor, Tensor]) -> None:
    logits = 5 * torch.randn(20, 1, 28, 28, generator=generator())
    cases = [(pictures, (7, 7)) for pictures in (halves[0][:50], logits.sigmoid(), torch.zeros(2, 1, 28, 28))]
    for shape, cell in (((1, 28, 28), (7, 7)), ((1, 20, 16), (5, 4)), ((3, 32, 32), (8, 8)), ((3, 64, 8), (16, 2))):
        cases.append((torch.rand(20, *shape, generator=generator()), cell))
    for pictures, cell in cases:
        expected = [
            hog(picture, orientations=9, pixels_per_cell=cell, cells_per_block=(2, 2), channel_axis=0)
            for picture in pictures.numpy()
        ]
        np.testing.assert_allclose(stroke_features(pictures).numpy(), expected, atol=1e-6)


def test_half_the_modes_give_half_the_recall() -> None:
    """Two clusters far apart, one of them generated, and a stray as often as not."""
    left, right, again, stray = torch.randn(4, 400, 1, generator=generator())
    found = precision_recall(torch.cat([left, right + 1000]), torch.cat([again, 1e4 + 100 * stray]))
    assert found.precision == pytest.approx(0.5, abs=0.05)
    assert found.recall == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("neighbours", [1, 3, 5])
def test_equations_1_and_2_by_scikit_learn(neighbours: int) -> None:
    rng = np.random.default_rng(0)
    real, generated = rng.normal(size=(80, 6)), rng.normal(0.4, 1.2, size=(60, 6))

    def share_inside(members: np.ndarray, others: np.ndarray) -> float:
        radii = NearestNeighbors(n_neighbors=neighbours).fit(members).kneighbors()[0][:, -1]
        gaps = np.linalg.norm(others[:, None] - members[None], axis=2)
        return float((gaps <= radii).any(1).mean())

    found = precision_recall(torch.from_numpy(real), torch.from_numpy(generated), neighbours)
    assert found.precision == pytest.approx(share_inside(real, generated))
    assert found.recall == pytest.approx(share_inside(generated, real))


def test_a_manifold_takes_more_pictures_than_neighbours() -> None:
    with pytest.raises(ValueError, match="more than 3 pictures, not 3"):
        precision_recall(torch.rand(9, 2), torch.rand(3, 2))


def test_completeness_compares_four_sources(uci: Digits) -> None:
    found, again, other = (completeness(model("vae-logvar"), uci.images[:400], seed) for seed in (4, 4, 5))
    assert set(found) == {"real", "reconstructed", "prior", "fitted"}
    assert found["real"].precision > 0.6
    assert found["prior"].precision == found["fitted"].precision == 0, "random weights draw no digits"
    assert found == again
    assert found["real"] != other["real"]


def test_of_a_decoder_alone_is_told_what_the_whole_model_draws(uci: Digits, checkpoints_root: Path) -> None:
    whole = load(checkpoints_root / "vae-2")
    config = replace(whole.config, half="decoder", scale=None, encoder=())
    alone = new_model(config, 0)
    alone.load_state_dict({name: one for name, one in whole.state_dict().items() if name.startswith("decoder.")})
    found, expected = (completeness(each.eval(), uci.images[:400], 4) for each in (alone, whole))
    assert found == {source: expected[source] for source in ("real", "prior")}
    assert found["prior"].precision > 0


def test_the_article_s_claim(uci: Digits, checkpoints_root: Path) -> None:
    """A VAE's N(0, I) lies among the digits and an AE's does not; a Gaussian fitted to the AE's codes comes closer."""
    ae, vae = (completeness(load(checkpoints_root / name), uci.images) for name in ("ae-30", "vae-30"))
    assert vae["prior"].precision > 2.5 * ae["prior"].precision
    assert vae["prior"].recall > 3 * ae["prior"].recall
    assert ae["fitted"].precision > 3 * ae["prior"].precision
