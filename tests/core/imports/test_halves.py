"""A decoder or an encoder alone becomes half a model: the same function, as far as its file says it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.core.imports.nets import CASES, DIM, pictures, trained
from vae_core import checkpoint
from vae_core.config import Part
from vae_core.data import uci_digits
from vae_core.errors import HalfModelError
from vae_core.imports import files
from vae_core.imports.assembly import assemble
from vae_core.imports.choice import Choice
from vae_core.imports.half import DRAWS, fitted_errors
from vae_core.imports.importing import bring_in, settled_files
from vae_core.imports.settled import Wishes
from vae_core.models import VariationalAutoencoder

# What each part's layers are called, and the function of its hidden layers.
NAMES: dict[str, dict[Part, tuple[str, ...]]] = {
    "two heads": {"encoder": ("fc1", "fc21", "fc22"), "decoder": ("fc3", "fc4")},
    "dense autoencoder": {"encoder": ("encoder",), "decoder": ("decoder",)},
    "convolutional": {"encoder": ("encoder", "fc_mu", "fc_var"), "decoder": ("decoder_input", "decoder")},
    "pooling": {"encoder": ("conv1", "conv2", "code"), "decoder": ("grow", "conv3", "conv4")},
}
WISHES = {
    "two heads": Wishes(rule=("relu", 1.0)),
    "dense autoencoder": Wishes(rule=("gelu", 1.0)),
    "convolutional": Wishes(rule=("leaky_relu", 0.2)),
    "pooling": Wishes(rule=("relu", 1.0)),
}


def saved(folder: Path, name: str, part: Part) -> Path:
    parts = NAMES[name][part]
    state = {key: tensor for key, tensor in trained(name).state_dict().items() if key.split(".")[0] in parts}
    path = folder / f"{part}.pt"
    torch.save(state, path)
    return path


def near(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5 * max(1.0, expected.abs().max().item()))


@pytest.mark.parametrize("name", ["two heads", "dense autoencoder"])
def test_a_decoder_comes_back_as_the_same_function(name: str, tmp_path: Path) -> None:
    found = settled_files([saved(tmp_path, name, "decoder")], uci_digits(), WISHES[name], CASES[name].shape)
    assert found.model.config.half == "decoder"
    assert found.model.config.latent_dim == DIM
    z = torch.randn(40, DIM, generator=torch.Generator().manual_seed(1))
    near(found.model.decode(z), trained(name).decode(z).detach().clamp(0, 1))
    with pytest.raises(HalfModelError, match="a decoder alone: it has no encoder"):
        found.model.encode(torch.zeros(1, *CASES[name].shape))


def test_what_a_decoder_draws_settles_its_functions(tmp_path: Path) -> None:
    """Tried without being told."""
    found = settled_files([saved(tmp_path, "two heads", "decoder")], uci_digits())
    assert (found.best.choice.decoder, found.best.choice.output) == (("relu", 1.0), "sigmoid")
    assert any("draws from N(0, I)" in guess for guess in found.guesses)


@pytest.mark.parametrize("name", ["two heads", "dense autoencoder", "convolutional"])
def test_an_encoder_comes_back_as_the_same_function(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    found = settled_files([saved(tmp_path, name, "encoder")], uci_digits(), WISHES[name], case.shape)
    assert (found.model.config.half, found.best.error, found.runners_up) == ("encoder", None, ())
    x, _ = pictures(case, 40)
    heads = trained(name).heads(x)
    near(found.model.encode(x), heads[0].detach())
    if case.meaning:
        assert isinstance(found.model, VariationalAutoencoder)
        near(found.model.posterior(x)[1], case.meaning(heads[1]).detach())
    with pytest.raises(HalfModelError, match="an encoder alone: it has no decoder"):
        found.model.decode(torch.zeros(1, DIM))


@pytest.mark.parametrize("part", ["encoder", "decoder"])
def test_a_half_is_a_checkpoint_like_any_other(part: Part, tmp_path: Path) -> None:
    brought = bring_in([saved(tmp_path, "two heads", part)], tmp_path / "half", digits="uci")
    loaded = checkpoint.load(tmp_path / "half")
    assert loaded.config == brought.settled.model.config
    assert checkpoint.entry(tmp_path / "half").problem is None
    assert not brought.metrics
    assert checkpoint.load_training(tmp_path / "half")["imported"]["files"] == [f"{part}.pt"]


def test_the_other_half_makes_it_whole(tmp_path: Path) -> None:
    paths = [saved(tmp_path, "two heads", part) for part in ("encoder", "decoder")]
    found = settled_files(paths, uci_digits())
    assert found.model.config.half is None
    x, _ = pictures(CASES["two heads"], 20)
    net = trained("two heads")
    near(found.model.decode(found.model.encode(x)), net.decode(net.heads(x)[0]).detach())


@pytest.mark.parametrize("name", ["two heads", "pooling"])
def test_the_error_of_a_decoder_is_that_of_the_nearest_picture_it_draws(name: str, tmp_path: Path) -> None:
    """Of pictures that it has drawn itself there is next to none, and no draw is nearer than what is found."""
    case = CASES[name]
    model = assemble(files.read([saved(tmp_path, name, "decoder")], case.shape), Choice())
    drawn = model.decode(torch.randn(30, DIM, generator=torch.Generator().manual_seed(2)))
    (own,) = fitted_errors(model, ["sigmoid"], drawn)
    assert own < 0.05 * drawn.sub(drawn.mean(0)).square().sum((1, 2, 3)).mean()
    x, _ = pictures(case, 30)
    draws = model.decode(torch.randn(DRAWS, DIM, generator=torch.Generator().manual_seed(0)))
    nearest = torch.cdist(x.flatten(1), draws.flatten(1)).square().amin(1).mean()
    assert fitted_errors(model, ["sigmoid"], x)[0] < nearest


def test_which_half_it_is_is_read_from_its_layers(tmp_path: Path) -> None:
    assert files.read([saved(tmp_path, "two heads", "decoder")]).encoder is None
    assert files.read([saved(tmp_path, "two heads", "encoder")]).decoder is None
