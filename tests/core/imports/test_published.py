"""Models that people have published, beside the digits: `../models` of $DIGITS_DIR, where they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vae_core.data import Digits
from vae_core.imports import files
from vae_core.imports.importing import measured, settled_files
from vae_core.imports.net import NetFileError

MODELS = Path(os.environ.get("DIGITS_DIR") or "data").resolve().parent / "models"

pytestmark = [
    pytest.mark.needs_mnist,
    pytest.mark.skipif(not MODELS.is_dir(), reason="no folder 'models' beside $DIGITS_DIR"),
]


def test_the_alternating_head_of_disentangling_vae_has_its_published_numbers(mnist_test: Digits) -> None:
    """6.67 and 19.33: squared error at mu and KL, as their README measured them by the model's own code."""
    settled = settled_files([MODELS / "disentangling-vae" / "model.pt"], mnist_test)
    config, choice = settled.model.config, settled.best.choice
    assert (config.shape, config.latent_dim, config.output, config.scale) == ((1, 32, 32), 10, "sigmoid", "logvar")
    assert (choice.split, choice.encoder, choice.decoder, choice.input) == (
        *("alternating", ("relu", 1.0), ("relu", 1.0), "unit"),
    )
    assert choice.plain == frozenset()
    found = {metric.name: metric.value for metric in measured(settled, mnist_test)}
    assert found["squared_error_at_mu"] == pytest.approx(6.67, abs=0.02)
    assert found["kl"] == pytest.approx(19.33, abs=0.02)


def test_the_layers_of_the_vae_of_pytorchs_examples_are_found(mnist_test: Digits) -> None:
    settled = settled_files([MODELS / "geometry-of-vaes" / "vae.pth"], mnist_test)
    config = settled.model.config
    assert config.layers == "784-400-20-400-784"
    assert (config.activation, config.output, config.scale) == ("relu", "sigmoid", "logvar")
    assert settled.best.error
    assert settled.best.error < settled.mean_picture_error / 2


def test_a_third_head_for_a_category_is_no_vae_here() -> None:
    with pytest.raises(NetFileError, match=r"no VAE as this program knows it: .* a third head, 'fc_alphas\.0'"):
        files.read([MODELS / "joint-vae" / "model.pt"])


def test_an_autoencoder_of_keras_is_opened_from_its_two_files(mnist_test: Digits) -> None:
    settled = settled_files([MODELS / "keras-conv-ae" / f"{part}.keras" for part in ("encoder", "decoder")], mnist_test)
    config = settled.model.config
    assert (config.kind, config.shape, config.latent_dim, config.code) == ("ae", (1, 28, 28), 2, "relu")
    assert settled.best.error
    assert settled.best.error < 0.75 * settled.mean_picture_error


def test_a_decoder_alone_is_opened_as_one(mnist_test: Digits) -> None:
    """Of 1,024 draws from N(0, I) the nearest is nearer to a digit than the mean picture is."""
    settled = settled_files([MODELS / "va-sampler" / "mnist-va-decoder-zdim-2.h5"], mnist_test)
    config = settled.model.config
    assert (config.half, config.layers, config.output) == ("decoder", "2-256-784", "sigmoid")
    assert settled.best.error
    assert settled.best.error < 0.7 * settled.mean_picture_error
