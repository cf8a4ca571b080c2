from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from tests.tiny import CONFIGS
from vae_core import losses
from vae_core.checkpoint import load
from vae_core.errors import ObjectiveError
from vae_core.models import Autoencoder
from vae_core.objective.grey import errors
from vae_core.training.fit import new_model

X = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("kind", ["vae-logvar", "bernoulli", "ae"])
def test_both_are_pytorchs_of_the_decoded_picture(kind: str) -> None:
    model = new_model(CONFIGS[kind], 0)
    z = torch.randn(3, model.config.latent_dim, generator=torch.Generator().manual_seed(1))
    found = errors(model, z, X)
    x_hat = model.decode(z).detach()
    squared = functional.mse_loss(x_hat, X, reduction="none").flatten(1).sum(1)
    crossed = functional.binary_cross_entropy(x_hat, X, reduction="none").flatten(1).sum(1)
    np.testing.assert_allclose(found.squared_error, squared, rtol=1e-5)
    np.testing.assert_allclose(found.cross_entropy, crossed, rtol=1e-5)
    assert (found.cross_entropy > found.floor).all()


@pytest.mark.parametrize("name", ["vae-2", "vae-16"])
def test_the_one_it_was_trained_on_is_its_reconstruction_term(name: str, checkpoints_root: Path) -> None:
    model: Autoencoder = load(checkpoints_root / name)
    z = model.encode(X)
    found = errors(model, z, X)
    own = losses.reconstruction(model.decoder_output(z), X, model.config.likelihood)
    measured = found.cross_entropy if model.config.likelihood == "bernoulli" else found.squared_error
    np.testing.assert_allclose(measured, own, rtol=1e-5)


def test_black_and_white_pictures_have_no_floor() -> None:
    found = errors(new_model(CONFIGS["bernoulli"], 0), torch.zeros(3, 2), X.round())
    assert found.floor.tolist() == [0, 0, 0]


def test_a_linear_output_has_no_cross_entropy() -> None:
    with pytest.raises(ObjectiveError, match="its decoder has no sigmoid"):
        errors(new_model(CONFIGS["linear"], 0), torch.zeros(3, 3), X)
