"""Principal component analysis as an autoencoder: what any model of the same size has to beat."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from vae_core import checkpoint
from vae_core.config import ModelConfig
from vae_core.data import Digits, shape_of
from vae_core.errors import TrainingError
from vae_core.metrics import Metric, evaluate
from vae_core.models import Autoencoder
from vae_core.storage import records


def fit(images: NDArray[np.uint8], components: int) -> Autoencoder:
    """The affine autoencoder with the least squared error there is, codes in the order of their variance.

    z = V (x - mean), x_hat = V^T z + mean, with the leading eigenvectors of the covariance as the rows of V, each with
    the sign that scikit-learn gives it (Bishop, 2006, section 12.1). As with every affine model, `decode` clips to
    [0, 1].

    Args:
        images: uint8 [N, H, W] or [N, C, H, W].
        components: 1 to 784, at most one a pixel, and fewer than N.

    Returns:
        In eval mode, gradients off, as from `checkpoint.load`.

    Raises:
        ConfigError: `components` is out of range.
        TrainingError: there are not enough digits.
    """
    config = ModelConfig(kind="ae", latent_dim=components, output="linear", shape=shape_of(images))
    model = Autoencoder(config)
    if components > config.pixels:
        raise TrainingError(f"pictures of {config.pixels} pixels have no more than so many components")
    if len(images) <= components:
        raise TrainingError(f"PCA with {components} components takes more than {len(images)} digits")
    pca = PCA(components, svd_solver="covariance_eigh").fit(images.reshape(len(images), -1) / 255)
    weights = {
        "encoder.code.weight": pca.components_,
        "encoder.code.bias": -pca.components_ @ pca.mean_,
        "decoder.out.weight": pca.components_.T,
        "decoder.out.bias": pca.mean_,
    }
    model.load_state_dict({name: torch.from_numpy(array.astype(np.float32)) for name, array in weights.items()})
    return model.eval().requires_grad_(False)


def squared_error(train: NDArray[np.uint8], test: NDArray[np.uint8], components: int) -> Metric:
    """That of PCA fitted on `train`, per image of `test`: what a linear autoencoder tends to.

    Raises:
        ConfigError, TrainingError: as `fit`.
    """
    found = {metric.name: metric.value for metric in evaluate(fit(train, components), test)}
    protocol = f"PCA, {components} components, fitted on the training digits"
    return Metric("pca_squared_error", found["squared_error"], "per image", protocol)


def make_checkpoint(path: Path, train: Digits, test: Digits, components: int) -> list[Metric]:
    """Fits PCA on `train` and saves it as a checkpoint; returns what it reaches on `test`.

    Raises:
        ConfigError, TrainingError: as `fit`.
        CheckpointError: the folder cannot be written.
    """
    checkpoint.check_writable(path)
    started = time.perf_counter()
    model = fit(train.images, components)
    seconds = time.perf_counter() - started
    metrics = evaluate(model, test.images)
    about: dict[str, Any] = {
        "recipe": f"pca-{components}",
        "digits": train.name,
        "training_digits": len(train),
        "model": model.config.to_json(),
        "threads": torch.get_num_threads(),
        "versions": records.versions("scikit-learn"),
        "seconds": round(seconds, 1),
        "test": {metric.name: metric.to_json() for metric in metrics},
    }
    checkpoint.save(path, model, about)
    return metrics
