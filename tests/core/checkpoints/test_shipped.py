"""The checkpoints in the repository: whole, of their recipes, small enough, and as good as promised on MNIST."""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.decomposition import PCA
from torch import Tensor

from vae_core import checkpoint
from vae_core.config import TrainingConfig
from vae_core.data import Digits, as_input
from vae_core.metrics import evaluate
from vae_core.models import VariationalAutoencoder
from vae_core.pictures.film import COLUMNS, ROWS
from vae_core.recipes import RECIPES


@pytest.fixture(params=RECIPES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(name: str, checkpoints_root: Path) -> Path:
    return shipped(name, checkpoints_root)


def shipped(name: str, root: Path) -> Path:
    """The folder of a finished checkpoint; a training that is going on is no reason to fail, except where it counts."""
    folder = root / name
    assert folder.is_dir(), f"{name} is not shipped"
    if (folder / checkpoint.OPTIMIZER_FILE).exists():
        assert os.environ.get("REQUIRE_MNIST") != "1", f"{name} is not finished"
        pytest.skip(f"{name} is being trained")
    return folder


def test_it_is_its_recipe(folder: Path) -> None:
    recipe = RECIPES[folder.name]
    about = checkpoint.load_training(folder)
    assert checkpoint.load_config(folder) == recipe.model
    assert TrainingConfig.from_json({key: about[key] for key in recipe.training.to_json()}) == recipe.training
    assert (about["recipe"], about["digits"], about["training_digits"]) == (recipe.name, "mnist", 60_000)
    assert [entry["epoch"] for entry in about["history"]] == list(range(1, recipe.training.epochs + 1))
    assert about["history"][-1]["loss"] < about["history"][0]["loss"]


def test_it_comes_with_metrics_versions_and_a_film(folder: Path) -> None:
    about = checkpoint.load_training(folder)
    assert about["test"]
    assert all(isinstance(entry["value"], int | float) for entry in about["test"].values())
    assert {"python", "torch", "numpy", "safetensors"} <= set(about["versions"])
    frames = checkpoint.load_frames(folder)
    assert frames
    assert frames[0].shape == (ROWS * 28, COLUMNS * 28)


def test_nothing_that_is_shipped_has_a_problem(checkpoints_root: Path) -> None:
    problems = {entry.name: entry.problem for entry in checkpoint.available(checkpoints_root) if entry.problem}
    assert problems == {}


def test_all_together_they_stay_below_the_limit(checkpoints_root: Path) -> None:
    files = [file for file in checkpoints_root.glob("[!.]*/*") if file.name != checkpoint.OPTIMIZER_FILE]
    assert sum(file.stat().st_size for file in files if file.is_file()) <= 60_000_000


@pytest.mark.parametrize(
    ("name", "metric", "low", "high"),
    [
        ("vae-30", "squared_error_plus_kl", 20, 28.6),
        ("vae-30-sigma", "squared_error_plus_kl", 20, 29.16),
        ("ae-30", "squared_error", 2, 4.2),
        ("vae-16", "bce_plus_kl", 90, 100.8),
        ("dae-gaussian-30", "denoised_psnr", 19.2, 30),
        ("dae-masking-30", "denoised_psnr", 20.0, 30),
    ],
)
def test_it_is_as_good_as_promised(name: str, metric: str, low: float, high: float, folder: Path) -> None:
    """What is recorded is what is measured: see tests/ui/pages/test_one_number.py."""
    assert low <= checkpoint.load_training(folder)["test"][metric]["value"] <= high


def flat(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    return images.reshape(len(images), -1) / np.float32(255)


@pytest.mark.needs_mnist
def test_the_linear_autoencoder_is_within_three_percent_of_pca(
    checkpoints_root: Path, mnist_train: Digits, mnist_test: Digits
) -> None:
    model = checkpoint.load(shipped("ae-linear-30", checkpoints_root))
    x = flat(mnist_test.images)
    pca = PCA(30).fit(flat(mnist_train.images))
    projected = pca.inverse_transform(pca.transform(x))
    reached = model.decoder_output(model.encode(as_input(mnist_test.images))).flatten(1).numpy()
    best, error = (np.square(pixels - x).sum(1).mean() for pixels in (projected, reached))
    assert best * 0.999 < error <= best * 1.03
    values = {each.name: each.value for each in evaluate(model, mnist_test.images)}
    assert values["squared_error"] == pytest.approx(np.square(reached.clip(0, 1) - x).sum(1).mean(), rel=1e-4)


class ByHand:
    """A shipped model's own weights, multiplied by NumPy."""

    def __init__(self, folder: Path) -> None:
        self.w = {name: tensor.numpy() for name, tensor in checkpoint.load(folder).state_dict().items()}

    def layer(self, h: NDArray[np.float32], name: str) -> NDArray[np.float32]:
        return h @ self.w[f"{name}.weight"].T + self.w[f"{name}.bias"]

    def encode(self, x: NDArray[np.float32], *heads: str) -> list[NDArray[np.float32]]:
        h = np.maximum(self.layer(x, "encoder.hidden.0"), 0)
        return [self.layer(h, f"encoder.{head}") for head in heads]

    def decode(self, z: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(expit(self.layer(np.maximum(self.layer(z, "decoder.hidden.0"), 0), "decoder.out")))


@pytest.mark.needs_mnist
def test_the_objectives_by_hand(checkpoints_root: Path, mnist_test: Digits) -> None:
    """With NumPy's noise in place of the protocol's: a limit may move by the noise of 10,000 samples."""
    x, rng = flat(mnist_test.images), np.random.default_rng(0)
    ae, vae, dae = (ByHand(shipped(name, checkpoints_root)) for name in ("ae-30", "vae-30", "dae-gaussian-30"))
    (z,) = ae.encode(x, "code")
    assert np.square(ae.decode(z) - x).sum(1).mean() <= 4.2

    mu, logvar = vae.encode(x, "mu", "scale")
    kl = 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(1)
    z = mu + np.exp(logvar / 2) * rng.standard_normal(mu.shape, np.float32)
    total = np.square(vae.decode(z) - x).sum(1) + kl
    assert total.mean() <= 28.6 + 3 * 0.5 * total.std() / np.sqrt(len(x))

    (z,) = dae.encode(x + 0.5 * rng.standard_normal(x.shape, np.float32), "code")
    decibels = -10 * np.log10(np.square(dae.decode(z) - x).mean(1))
    assert decibels.mean() >= 19.2 - 3 * decibels.std() / np.sqrt(len(x))


def kl(name: str, root: Path, x: Tensor) -> tuple[Tensor, Tensor]:
    """The means of the codes of a shipped VAE, and what their KL is on average."""
    model = checkpoint.load(shipped(name, root))
    assert isinstance(model, VariationalAutoencoder)
    mu, logvar = model.posterior(x)
    return mu, (0.5 * (mu**2 + logvar.exp() - 1 - logvar)).sum(1).mean()


@pytest.mark.needs_mnist
def test_the_three_panels_of_the_article_and_the_ladder_of_beta(checkpoints_root: Path, mnist_test: Digits) -> None:
    """Reconstruction alone scatters codes far from N(0, I), the KL alone erases them, both together do neither."""
    x = as_input(mnist_test.images[:2000])
    panels = [kl(name, checkpoints_root, x) for name in ("vae-2-reconstruction-only", "vae-2", "vae-2-kl-only")]
    for (free, both, erased), least in (
        ([mu.std(0).mean() for mu, _ in panels], 0.5),
        ([cost for _, cost in panels], 2),
    ):
        assert free > 2 * both > least
        assert erased < 0.05
    rungs = sorted((recipe.training.beta, name) for name, recipe in RECIPES.items() if name.startswith("vae-2-beta-"))
    costs = [kl(name, checkpoints_root, x)[1].item() for _, name in rungs]
    assert costs == sorted(costs, reverse=True)
