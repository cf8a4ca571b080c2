"""Nets that PyTorch has saved come back as the same functions, whatever their file leaves open."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor

from tests.core.imports.nets import CASES, pictures, same_as, trained
from vae_core.data import uci_digits
from vae_core.imports import files
from vae_core.imports.net import Chain, Link
from vae_core.imports.settled import Settled
from vae_core.imports.trial import model_of, settle
from vae_core.nets.layers import Activation, Convolution, TransposedConvolution


def settled(path: Path) -> Settled:
    return settle(files.read([path]), uci_digits(), seconds=300)


def check_same(found: Settled, name: str) -> None:
    same_as(found.model, name)


@pytest.mark.parametrize("name", CASES)
def test_a_net_comes_back_as_the_same_function(name: str, tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    torch.save(trained(name).state_dict(), path)
    check_same(settled(path), name)


@pytest.mark.parametrize("name", ["two heads", "in turn"])
def test_an_order_that_safetensors_has_lost_is_found_by_shape(name: str, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    safetensors.torch.save_file(trained(name).state_dict(), path)
    check_same(settled(path), name)


def wrapped(state: dict[str, Tensor]) -> dict[str, dict[str, object]]:
    parameters = [torch.nn.Parameter(tensor.clone()) for tensor in state.values()]
    optimizer = torch.optim.Adam(parameters)
    sum(parameter.square().sum() for parameter in parameters).backward()
    optimizer.step()
    return {
        "bare": dict(state),
        "model_state_dict": {"epoch": 3, "model_state_dict": state, "optimizer_state_dict": optimizer.state_dict()},
        "state_dict": {"state_dict": state, "best": 1.5, "hyper": {"lr": 0.1}},
        "nested": {"checkpoint": {"model": {f"module.{name}": tensor for name, tensor in state.items()}}},
        "compiled": {f"_orig_mod.module.{name}": tensor for name, tensor in state.items()},
        "half": {name: tensor.double() for name, tensor in state.items()},
    }


@pytest.mark.parametrize("is_legacy", [False, True])
@pytest.mark.parametrize("how", ["bare", "model_state_dict", "state_dict", "nested", "compiled", "half"])
def test_weights_are_found_wherever_they_stand(how: str, is_legacy: bool, tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    state = trained("two heads").state_dict()
    torch.save(wrapped(state)[how], path, _use_new_zipfile_serialization=not is_legacy)
    found = files.read([path])
    expected = {tensor.sum().item() for tensor in state.values()}
    chains = (found.encoder or (), *found.heads, found.decoder or ())
    assert {tensor.sum().item() for chain in chains for link in chain for tensor in link.tensors.values()} == expected


def test_two_files_are_parts_of_one_net(tmp_path: Path) -> None:
    state = trained("dense autoencoder").state_dict()
    paths = []
    for part in ("encoder", "decoder"):
        paths.append(tmp_path / f"{part}.pt")
        own = {name.removeprefix(f"{part}."): tensor for name, tensor in state.items() if name.startswith(part)}
        torch.save(own, paths[-1])
    check_same(settle(files.read(paths), uci_digits(), seconds=300), "dense autoencoder")


def test_a_folder_of_pythae_says_the_shape(tmp_path: Path) -> None:
    """Its documented layout: `model.pt` with the state dict, and `model_config.json`."""
    torch.save({"model_state_dict": trained("two heads").state_dict()}, tmp_path / "model.pt")
    (tmp_path / "model_config.json").write_text('{"name": "VAEConfig", "input_dim": [1, 28, 28], "latent_dim": 6}')
    assert files.read([tmp_path]).shape == (1, 28, 28)
    check_same(settled(tmp_path), "two heads")


def test_what_came_next_is_told_with_its_error_and_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    torch.save(trained("two heads").state_dict(), path)
    net = files.read([path])
    found = settle(net, uci_digits())
    assert len(found.runners_up) == 5
    x, _ = pictures(CASES["two heads"], found.pictures)
    for tried in (found.best, *found.runners_up):
        model = model_of(net, tried)
        error = (model.decode(model.encode(x)) - x).square().flatten(1).sum(1).mean().item()
        assert error == pytest.approx(tried.error, rel=1e-4)
    assert all(tried.words for tried in found.runners_up)
    assert found.best.error < found.mean_picture_error


CONVOLVED, DRAWN = (3, 32, 64, 128, 256), (1024, 128, 64, 32, 3)
WORLD_MODELS = {
    **{f"encoder.conv{i}.weight": (b, a, 4, 4) for i, (a, b) in enumerate(pairwise(CONVOLVED))},
    "encoder.fc_mu.weight": (32, 1024),
    "encoder.fc_logsigma.weight": (32, 1024),
    "decoder.fc1.weight": (1024, 32),
    **{f"decoder.deconv{i}.weight": (a, b, *[5 + i // 2] * 2) for i, (a, b) in enumerate(pairwise(DRAWN))},
}


def test_the_strides_of_published_nets_are_among_those_that_are_tried(tmp_path: Path) -> None:
    """World Models (Ha & Schmidhuber, 2018): 3 x 64 x 64, strides of two everywhere, no padding."""
    path = tmp_path / "net.pt"
    torch.save({name: torch.ones(shape) for name, shape in WORLD_MODELS.items()}, path)
    found = files.read([path])
    plain = [
        net
        for net in (found, *found.others)
        if net.shape == (3, 64, 64)
        and all(
            (link.layer.stride, link.layer.padding) == ((2, 2), (0, 0, 0, 0))
            for link in (*(net.encoder or ()), *(net.decoder or ()))
            if isinstance(link.layer, Convolution | TransposedConvolution)
        )
    ]
    assert len(plain) == 1


def closed(chain: Chain, end: Chain = ()) -> Chain:
    """As a file has it that names its functions."""
    function = Activation(function="gelu")
    return tuple(replace(link, layer=function, is_open=False) if link.is_open else link for link in chain) + end


def test_what_a_file_says_is_not_tried(tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    torch.save(trained("dense autoencoder").state_dict(), path)
    read = files.read([path])
    end = (Link(Activation(function="sigmoid"), {}),)
    said = replace(read, encoder=closed(read.encoder or ()), decoder=closed(read.decoder or (), end))
    found = settle(said, uci_digits())
    check_same(found, "dense autoencoder")
    assert not any("hidden layers" in guess or "decoder ends" in guess for guess in found.guesses)
    drawn = found.model.config.chain("decoder")
    assert {layer.function for layer in drawn if isinstance(layer, Activation)} == {"gelu"}
