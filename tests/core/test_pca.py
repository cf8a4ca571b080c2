from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA

from vae_core import checkpoint, pca
from vae_core.data import Digits, as_input
from vae_core.errors import ConfigError, TrainingError


def test_the_model_is_pca(uci: Digits) -> None:
    images = uci.images[:500]
    model = pca.fit(images, 12)
    x = as_input(images)
    flat = x.flatten(1).double().numpy()
    oracle = PCA(12, svd_solver="full").fit(flat)
    np.testing.assert_allclose(model.encode(x).numpy(), oracle.transform(flat), atol=2e-4)
    decoded = model.decode(model.encode(x)).flatten(1).numpy()
    reached = oracle.inverse_transform(oracle.transform(flat))
    np.testing.assert_allclose(decoded, np.clip(reached, 0, 1), atol=2e-4)
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())


@pytest.mark.parametrize("components", [0, 785])
def test_components_out_of_range(components: int, uci: Digits) -> None:
    with pytest.raises(ConfigError, match="it must be 1 to 784"):
        pca.fit(uci.images, components)


def test_too_few_digits(uci: Digits) -> None:
    with pytest.raises(TrainingError, match="PCA with 20 components takes more than 20 digits"):
        pca.fit(uci.images[:20], 20)


@pytest.mark.needs_mnist
def test_the_shipped_checkpoint(checkpoints_root: Path, mnist_train: Digits, mnist_test: Digits) -> None:
    folder = checkpoints_root / "pca-64"
    about, model = checkpoint.load_training(folder), checkpoint.load(folder)
    assert (about["recipe"], about["digits"], about["training_digits"]) == ("pca-64", "mnist", 60_000)
    assert {"python", "torch", "numpy", "safetensors", "scikit-learn"} <= set(about["versions"])
    weights = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    axes, mean = weights["encoder.code.weight"], weights["decoder.out.bias"]
    np.testing.assert_allclose(axes @ axes.T, np.eye(64), atol=1e-5)
    np.testing.assert_allclose(mean, mnist_train.images.mean(0).ravel() / 255, atol=1e-6)
    flat = mnist_test.images.reshape(-1, 784) / np.float32(255)
    decoded = (flat - mean) @ axes.T @ axes + mean
    seen = float(np.square(decoded.clip(0, 1) - flat).sum(1).mean())
    assert about["test"]["squared_error"]["value"] == pytest.approx(seen, rel=1e-4)
    error = float(np.square(decoded - flat).sum(1).mean())
    best = PCA(64, svd_solver="covariance_eigh").fit(flat)
    assert error < 1.03 * np.square(best.inverse_transform(best.transform(flat)) - flat).sum(1).mean()
