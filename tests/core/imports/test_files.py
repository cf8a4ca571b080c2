"""Files by what their names end in, all the way to a model."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from tests.core.imports.nets import Given, trained
from vae_core.data import as_input, uci_digits
from vae_core.imports import files
from vae_core.imports.importing import settled_files
from vae_core.imports.net import NetFileError
from vae_core.models import VariationalAutoencoder

pytest.importorskip("onnx", reason="onnx is not installed: pip install -r requirements-import.txt")


class Whole(nn.Module):
    """From a row of pixels to picture, mu and second head, with the noise as an input."""

    def __init__(self, net: Given) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mu, second = self.net.heads(x)
        return self.net.decode(mu + noise * (second / 2).exp()).flatten(1), mu, second


def write_onnx(path: Path, net: nn.Module, *inputs: Tensor) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(net, inputs, path, opset_version=17, dynamo=False)
    return path


def rows(tmp_path: Path, pixels: int) -> Path:
    net = nn.Sequential(nn.Linear(pixels, 9), nn.ReLU(), nn.Linear(9, 2), nn.Linear(2, pixels), nn.Sigmoid())
    return write_onnx(tmp_path / f"rows-{pixels}.onnx", net, torch.rand(2, pixels))


def test_a_whole_vae_in_onnx_becomes_the_model_that_it_is(tmp_path: Path) -> None:
    net = trained("two heads")
    path = write_onnx(tmp_path / "whole.onnx", Whole(net), torch.rand(2, 784), torch.randn(2, 6))
    model = settled_files([path], uci_digits()).model
    assert isinstance(model, VariationalAutoencoder)
    assert (model.config.layers, model.config.shape) == ("784-64-6-64-784", (1, 28, 28))
    x = as_input(uci_digits().images[:50])
    mu, second = net.heads(x)
    for found, expected in zip((*model.posterior(x), model.decode(mu)), (mu, second, net.decode(mu)), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("pixels", "shape"), [(784, (1, 28, 28)), (192, (3, 8, 8)), (3072, (3, 32, 32))])
def test_a_row_of_pixels_is_a_square(tmp_path: Path, pixels: int, shape: tuple[int, int, int]) -> None:
    assert files.read([rows(tmp_path, pixels)]).shape == shape


def test_a_row_of_pixels_is_what_is_said_of_it(tmp_path: Path) -> None:
    assert files.read([rows(tmp_path, 784)], (1, 16, 49)).shape == (1, 16, 49)
    with pytest.raises(NetFileError, match=r"rows-784\.onnx: its pictures have 784 numbers, and nothing says how high"):
        files.read([rows(tmp_path, 784)], (1, 32, 32))
    with pytest.raises(NetFileError, match="have 160 numbers, and nothing says how high and wide"):
        files.read([rows(tmp_path, 160)])
    assert files.read([rows(tmp_path, 160)], (1, 10, 16)).shape == (1, 10, 16)


def test_parts_are_of_one_kind_and_of_a_known_one(tmp_path: Path) -> None:
    for name in ("a.pt", "b.keras", "c.txt"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(NetFileError, match=r"a\.pt: it is of another kind than b\.keras"):
        files.read([tmp_path / "a.pt", tmp_path / "b.keras"])
    with pytest.raises(NetFileError, match=r"c\.txt: files of nets end in \.pt, .*\.keras, .*\.onnx"):
        files.read([tmp_path / "c.txt"])
