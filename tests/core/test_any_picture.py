"""What is written for digits holds for pictures of any shape."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from tests.any_picture import bars
from vae_core import checkpoint, pca
from vae_core.config import CorruptionConfig, ModelConfig, Shape, TrainingConfig
from vae_core.data import as_input, examples, shape_of
from vae_core.metrics import evaluate
from vae_core.metrics.coverage import completeness
from vae_core.metrics.denoising import curve
from vae_core.metrics.reconstruction import squared_errors
from vae_core.metrics.tangency import tangency
from vae_core.metrics.whereabouts import digit_manifold, whereabouts
from vae_core.models import Autoencoder
from vae_core.pictures import film
from vae_core.spaces import manifold, paths
from vae_core.training.fit import fit, new_model

NOISE = CorruptionConfig(kind="gaussian", level=0.5)
Trained = tuple[Autoencoder, NDArray[np.uint8], list[film.Frame], float, float]
SHAPES: list[Shape] = [(1, 20, 16), (3, 32, 32), (3, 9, 11)]


@pytest.fixture(scope="module", params=SHAPES, ids=str)
def trained(request: pytest.FixtureRequest) -> Trained:
    """A VAE after a few epochs on bars, the bars, its film, and its loss at first and at last."""
    images, _ = bars(request.param)
    model = new_model(
        ModelConfig(kind="vae", latent_dim=4, encoder=(64,), decoder=(64,), scale="logvar", shape=shape_of(images)), 0
    )
    config = TrainingConfig(epochs=30, batch_size=40, learning_rate=1e-2, beta=0.1, corruption=NOISE)
    reports = list(fit(model, images, config))
    return model.requires_grad_(False), images, [each.frame for each in reports], reports[0].loss, reports[-1].loss


def test_it_learns_and_comes_back_from_its_checkpoint(trained: Trained, tmp_path: Path) -> None:
    model, images, frames, first, last = trained
    assert last < first / 2
    channels, height, width = model.config.shape
    assert frames[0].shape == (4 * height, 8 * width, *([3] if channels == 3 else []))
    folder = tmp_path / "bars"
    checkpoint.save(folder, model, frames=frames)
    restored = checkpoint.load(folder)
    assert restored.config == model.config
    assert torch.equal(restored.decode(restored.encode(as_input(images))), model.decode(model.encode(as_input(images))))
    assert checkpoint.entry(folder).problem is None
    film_again = checkpoint.load_frames(folder)
    assert np.abs(np.stack(film_again).astype(int) - np.stack(frames)).mean() < 10


def test_its_numbers_are_those_of_its_pixels(trained: Trained) -> None:
    model, images, *_ = trained
    found = {metric.name: metric.value for metric in evaluate(model, images, NOISE)}
    x = images.reshape(len(images), -1) / 255
    x_hat = model.decode(model.encode(as_input(images))).flatten(1).double().numpy()
    errors = np.square(x_hat - x).sum(1)
    np.testing.assert_allclose(squared_errors(model, images), errors, rtol=1e-3, atol=1e-3)
    assert found["squared_error_at_mu"] == pytest.approx(errors.mean(), rel=1e-4)
    assert found["denoised_psnr"] > found["corrupted_psnr"]
    restored = curve(model, images, "gaussian", [0.0, 0.4], seed=1)
    assert restored.psnr_mean[0] == pytest.approx((-10 * np.log10(errors / x.shape[1])).mean(), rel=1e-3)
    assert restored.changed.tolist() == [0, len(images)]


def test_where_it_lies_and_how_it_moves(trained: Trained) -> None:
    model, images, *_ = trained
    known = digit_manifold(images)
    noise = torch.rand(20, *model.config.shape, generator=torch.Generator().manual_seed(0))
    assert np.median(whereabouts(known, as_input(images)).share) < 0.6 < whereabouts(known, noise).share.min()
    assert completeness(model, images)["real"].precision > 0.8
    moved = tangency(model, images, digits=10, directions=2)
    assert moved.along_moved.mean() > moved.off_moved.mean()
    z = model.encode(as_input(images[:1]))[0].numpy()
    plane = manifold.tangent(model.decode, z)
    along, _ = manifold.directions(plane, 3)
    image = images[0] / np.float32(255)
    assert manifold.kept(model, image, along, 0.5).perturbed.shape == (3, *image.shape)
    ends = model.encode(as_input(images[:2])).numpy()
    measures = paths.measure(model, paths.straight(*ends, 16), images)
    pictures = model.decode(torch.tensor(ends)).flatten(1)
    assert measures.length >= float((pictures[1] - pictures[0]).norm()) - 1e-4


@pytest.mark.parametrize("shape", [(1, 20, 16), (3, 9, 11)], ids=str)
def test_pca_is_that_of_scikit_learn(shape: Shape) -> None:
    images, _ = bars(shape)
    flat = images.reshape(len(images), -1) / 255
    oracle = PCA(3).fit(flat)
    expected = np.clip(oracle.inverse_transform(oracle.transform(flat)), 0, 1)
    model = pca.fit(images, 3)
    np.testing.assert_allclose(model.decode(model.encode(as_input(images))).flatten(1).numpy(), expected, atol=1e-4)


def test_a_model_is_tried_on_pictures_of_its_own_shape() -> None:
    config = replace(ModelConfig(kind="ae", latent_dim=2), shape=(3, 32, 32))
    assert config.pixels == 3072
    assert examples(config.shape, 5).shape == (5, 3, 32, 32)
