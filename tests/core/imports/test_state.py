"""What stands in a file of PyTorch beside plain weights of one net: it is read, left out, or named in one sentence."""

from __future__ import annotations

import argparse
import collections
import pathlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations, parametrize, prune, spectral_norm, weight_norm

from tests.core.imports.carried_out import code, decoded
from vae_core.imports import files
from vae_core.imports.net import FoundNet, NetFileError

DIM = 5


class Small(nn.Module):
    """A VAE named as pytorch/examples names it."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(784, 40), nn.Linear(40, DIM), nn.Linear(40, DIM)
        self.fc3, self.fc4 = nn.Linear(DIM, 40), nn.Linear(40, 784)


class Settings(dict[str, Any]):
    """As Lightning has hyperparameters."""


def seeded(make: Callable[[], nn.Module]) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return make()


def small() -> dict[str, Tensor]:
    return dict(seeded(Small).state_dict())


def under(prefix: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}.{name}": tensor for name, tensor in state.items()}


def other() -> dict[str, Tensor]:
    return {name: tensor + 0.5 for name, tensor in small().items()}


def judge(inputs: int = 784) -> dict[str, Tensor]:
    return dict(nn.Sequential(nn.Linear(inputs, 32), nn.ReLU(), nn.Linear(32, 1)).state_dict())


def read(tmp_path: Path, values: Any) -> FoundNet:
    path = tmp_path / "net.pt"
    torch.save(values, path)
    return files.read([path])


def refused(tmp_path: Path, values: Any) -> str:
    with pytest.raises(NetFileError) as caught:
        read(tmp_path, values)
    said = str(caught.value)
    assert "\n" not in said
    return said


BESIDE: dict[str, Callable[[], Any]] = {
    "hyperparameters of a foreign class": lambda: {"hyper_parameters": Settings(lr=0.1), "state_dict": small()},
    "arguments of the command line": lambda: {"args": argparse.Namespace(lr=0.1), "state_dict": small()},
    "numbers of NumPy": lambda: {"loss": np.float64(3.2), "model_state_dict": small()},
    "a path": lambda: {"out": pathlib.PurePosixPath("runs"), "model": small()},
    "a history": lambda: {"history": collections.defaultdict(list, loss=[1.0]), "model": small()},
    "a model that was pickled whole": lambda: seeded(Small),
    "a whole model in a dictionary": lambda: {"model": seeded(Small), "epoch": 3},
    "moving averages under a name": lambda: small() | under("ema_model", other()),
    "moving averages beside each weight": lambda: small() | {f"{name}_ema": each for name, each in other().items()},
    "moving averages without dots": lambda: (
        small() | {f"model_ema.{name.replace('.', '')}": each for name, each in other().items()}
    ),
    "the last beside the best": lambda: {"last_model": other(), "best_model": small()},
    "a discriminator": lambda: small() | under("disc", judge()),
    "a discriminator in a dictionary": lambda: {"netG": small(), "netD": judge()},
    "a discriminator of codes": lambda: {"VAE": small(), "D": judge(DIM)},
    "a classifier of codes": lambda: small() | under("classifier", judge(DIM)),
    "a net for a perceptual loss": lambda: small() | under("perceptual", {"0.weight": torch.ones(8, 3, 3, 3)}),
}


@pytest.mark.parametrize("name", BESIDE)
def test_the_net_is_read_whatever_stands_beside_it(name: str, tmp_path: Path) -> None:
    found = read(tmp_path, BESIDE[name]())
    assert found.encoder
    assert found.decoder
    links = (*found.encoder, found.heads[0][0], found.heads[1][0], *found.decoder)
    weights = [link.tensors["weight"] for link in links if link.tensors]
    expected = [tensor for key, tensor in small().items() if key.endswith("weight")]
    assert all(torch.equal(one, two) for one, two in zip(weights, expected, strict=True))


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    said = read(tmp_path, small() | under("disc", judge())).guesses
    assert any("a net that judges was left out: 'disc.0.weight'" in guess for guess in said)
    said = read(tmp_path, {"last_model": other(), "best_model": small()}).guesses
    assert any("'best_model' was taken and 'last_model' left out" in guess for guess in said)


def test_a_part_called_as_a_discriminator_is_the_decoder_where_there_is_no_other(tmp_path: Path) -> None:
    state = small()
    encoder = {f"E.{name}": each for name, each in state.items() if name[2] in "12"}
    found = read(tmp_path, encoder | {f"D.{name}": each for name, each in state.items() if name[2] in "34"})
    assert found.decoder is not None
    assert found.latent_dim == DIM


def convolutional() -> nn.Sequential:
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 4, 2, 1), nn.ReLU(), nn.Conv2d(6, 8, 4, 2, 1), nn.ReLU(), nn.Flatten()),
        *(nn.Linear(392, DIM), nn.Linear(DIM, 392), nn.ReLU(), nn.Unflatten(1, (8, 7, 7))),
        *(nn.ConvTranspose2d(8, 6, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(6, 1, 4, 2, 1)),
    )


def with_each(net: nn.Module, change: Callable[[nn.Module], Any]) -> nn.Module:
    for layer in net:
        if hasattr(layer, "weight"):
            change(layer)
    return net


def halved(layer: nn.Module) -> None:
    prune.l1_unstructured(layer, "weight", 0.5)


CHANGES: dict[str, Callable[[nn.Module], Any]] = {
    "weight_norm": parametrizations.weight_norm,
    "spectral_norm": parametrizations.spectral_norm,
    "weight_norm as it was": weight_norm,
    "spectral_norm as it was": spectral_norm,
    "pruning": halved,
}


@pytest.mark.filterwarnings("ignore:.*weight_norm.*deprecated")
@pytest.mark.parametrize("name", CHANGES)
def test_weights_that_are_computed_of_others_are_what_the_net_has(name: str, tmp_path: Path) -> None:
    net = with_each(seeded(convolutional), CHANGES[name])
    with torch.no_grad():
        for parameter in net.parameters():
            parameter *= 1.5
    x, z = torch.rand(4, 1, 28, 28), torch.randn(4, DIM)
    net.train()(x)
    net.eval()
    found = read(tmp_path, net.state_dict())
    with torch.no_grad():
        np.testing.assert_allclose(code(found, x.numpy()), net[:6](x), atol=1e-5)
        np.testing.assert_allclose(decoded(found, z.numpy()), net[6:](z).flatten(1), atol=1e-5)
    assert parametrize.is_parametrized(net[0]) == (name in ("weight_norm", "spectral_norm"))


class TwoLayerHeads(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.ReLU())
        self.to_mu = self.head()
        self.to_logvar = self.head()
        self.decoder = nn.Sequential(nn.Linear(DIM, 32), nn.ReLU(), nn.Linear(32, 784))

    def head(self) -> nn.Sequential:
        return nn.Sequential(
            *(nn.Linear(32, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 12), nn.ReLU(), nn.Linear(12, DIM))
        )


def test_heads_of_several_layers_stand_side_by_side(tmp_path: Path) -> None:
    net = seeded(TwoLayerHeads)
    x = torch.rand(64, 1, 28, 28)
    for head in (net.to_mu, net.to_logvar):
        head(net.trunk(x))
    net.eval()
    found = read(tmp_path, net.state_dict())
    with torch.no_grad():
        for i, head in enumerate((net.to_mu, net.to_logvar)):
            np.testing.assert_allclose(code(found, x.numpy(), i), head(net.trunk(x)), atol=1e-5)


def test_a_learned_slope_is_the_slope_of_its_function(tmp_path: Path) -> None:
    net = nn.Sequential(
        *(nn.Flatten(), nn.Linear(784, 20), nn.PReLU(init=0.4), nn.Linear(20, DIM)),
        *(nn.Linear(DIM, 20), nn.BatchNorm1d(20), nn.PReLU(init=0.7), nn.Linear(20, 784)),
    ).eval()
    found = read(tmp_path, net.state_dict())
    x, z = torch.rand(4, 1, 28, 28), torch.randn(4, DIM)
    with torch.no_grad():
        np.testing.assert_allclose(code(found, x.numpy()), net[:4](x), atol=1e-5)
        np.testing.assert_allclose(decoded(found, z.numpy()), net[4:](z), atol=1e-5)


def test_a_learned_slope_of_no_known_place_is_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, {"shared.weight": torch.tensor([0.25])} | small())
    assert "'shared' is a learned activation, and the file does not say which layers it follows" in said


def test_a_generator_of_transposed_convolutions_alone_is_a_decoder(tmp_path: Path) -> None:
    net = nn.Sequential(
        *(nn.ConvTranspose2d(20, 16, 4, 1, 0, bias=False), nn.BatchNorm2d(16), nn.ReLU()),
        *(nn.ConvTranspose2d(16, 8, 4, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU()),
        *(nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1)),
    ).eval()
    found = read(tmp_path, net.state_dict())
    assert (found.encoder, found.latent_dim, found.shape) == (None, 20, (1, 32, 32))
    z = torch.randn(4, 20)
    with torch.no_grad():
        np.testing.assert_allclose(decoded(found, z.numpy()), net(z[:, :, None, None]).flatten(1), atol=1e-5)


def block(channels: int) -> nn.ModuleDict:
    return nn.ModuleDict(
        {"conv_block": nn.Sequential(nn.ReLU(), nn.Conv2d(channels, 8, 3, 1, 1), nn.ReLU(), nn.Conv2d(8, channels, 1))}
    )


def residual(name: str, inside: nn.Module) -> dict[str, Tensor]:
    layers = {"first": nn.Conv2d(1, 32, 4, 2, 1), name: inside, "fc_mu": nn.Linear(6272, DIM)}
    layers |= {"fc_var": nn.Linear(6272, DIM), "grow": nn.Linear(DIM, 6272), "draw": nn.ConvTranspose2d(32, 1, 4, 2, 1)}
    return dict(nn.ModuleDict(layers).state_dict())


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a residual block by its place": (lambda: residual("more", block(32)), "'more.conv_block.1' is part of a residual"),
    "a residual block by its name": (
        lambda: residual("res_block1", nn.Conv2d(32, 32, 3, 1, 1)),
        "'res_block1' is part of a residual block",
    ),
    "attention by its names": (
        lambda: residual("look", nn.ModuleDict({"query": nn.Conv2d(32, 4, 1), "key": nn.Conv2d(32, 4, 1)})),
        "'look.query' is part of attention",
    ),
    "a codebook": (
        lambda: residual("first_", nn.Conv2d(32, 32, 3, 1, 1)) | {"vq.weight": torch.ones(64, 32)},
        "'vq' is a table of codes, as vector quantisation has it",
    ),
    "a codebook with its averages": (
        lambda: {"_vq_vae._ema_cluster_size": torch.ones(64), "_vq_vae._codes.weight": torch.ones(64, 8)},
        "is a table of codes, as vector quantisation has it",
    ),
    "rows that are no picture": (
        lambda: (
            {"a.weight": torch.ones(64, 10_000), "b.weight": torch.ones(3, 64)}
            | {"c.weight": torch.ones(64, 3), "d.weight": torch.ones(10_000, 64)}
        ),
        "it takes and draws rows of 10,000 numbers, no square picture of 8 to 64 pixels a side",
    ),
    "pictures of 128 x 128": (
        lambda: nn.ModuleDict(
            {f"e{a}": nn.Conv2d(a, b, 4, 2, 1) for a, b in pairwise((3, 4, 6, 8, 10, 12))}
            | {"mu": nn.Linear(192, 3), "logvar": nn.Linear(192, 3), "grow": nn.Linear(3, 192)}
            | {f"d{a}": nn.ConvTranspose2d(a, b, 4, 2, 1) for a, b in pairwise((12, 10, 8, 6, 4, 3))}
        ).state_dict(),
        "its layers are as usual for pictures of 128 x 128 pixels; 64 x 64 are the most",
    ),
    "many layers of which none is known": (
        lambda: {f"l{i}.weight": torch.ones(8, 8, 3) for i in range(9)},
        "'l2' is a layer of one or three dimensions .*; and 6 more",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_net_that_no_model_here_can_be_is_refused_with_its_layer(name: str, tmp_path: Path) -> None:
    make, said = REFUSED[name]
    path = tmp_path / "net.pt"
    torch.save(make(), path)
    with pytest.raises(NetFileError, match=said):
        files.read([path])


def test_only_the_head_that_has_a_normalisation_gets_it(tmp_path: Path) -> None:
    layers = {"fc1": nn.Linear(784, 20), "mu": nn.Linear(20, DIM), "mu_bn": nn.BatchNorm1d(DIM)}
    layers |= {"log_var": nn.Linear(20, DIM), "fc3": nn.Linear(DIM, 20), "fc4": nn.Linear(20, 784)}
    layers["mu_bn"].running_mean += 3.0
    net = nn.ModuleDict(layers).eval()
    found = read(tmp_path, net.state_dict())
    x = torch.rand(4, 1, 28, 28)
    with torch.no_grad():
        h = net["fc1"](x.flatten(1)).relu()
        np.testing.assert_allclose(code(found, x.numpy(), 0), net["mu_bn"](net["mu"](h)), atol=1e-5)
        np.testing.assert_allclose(code(found, x.numpy(), 1), net["log_var"](h), atol=1e-5)


def test_a_normalisation_of_the_pictures_is_not_taken_for_another(tmp_path: Path) -> None:
    encoder = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(784), nn.Linear(784, 20), nn.ReLU(), nn.Linear(20, DIM))
    decoder = nn.Sequential(nn.Linear(DIM, 20), nn.ReLU(), nn.Linear(20, 784))
    said = refused(tmp_path, nn.ModuleDict({"encoder": encoder, "decoder": decoder}).state_dict())
    assert "'encoder.1' is a batch normalisation of 784 that follows no layer" in said
