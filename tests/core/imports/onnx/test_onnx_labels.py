"""Class-conditional nets in ONNX: the class as a number, made one-hot or a learned row, before or after the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.core.imports.carried_out import code, decoded
from tests.core.imports.nets import CASES, DIM, same, trained
from tests.core.imports.onnx.written import CLOSE, exported, found
from vae_core.data import uci_digits
from vae_core.imports.importing import settled_files
from vae_core.imports.net import Chain, NetFileError

CLASSES, WORDS = 10, 6


def _scattered(y: Tensor) -> Tensor:
    return torch.zeros(len(y), CLASSES).scatter(1, y.unsqueeze(1), 1.0)


class Told(nn.Module):
    """A part that is told the class: of the picture, or of the code."""

    def __init__(self, way: str, takes: int, gives: int, is_first: bool) -> None:
        super().__init__()
        self.is_first = is_first
        self.table = nn.Embedding(CLASSES, WORDS)
        self.words = nn.Sequential(self.table, nn.Linear(WORDS, WORDS), nn.Tanh())
        ways: dict[str, tuple[int, Callable[[Tensor], Tensor]]] = {
            "one-hot": (CLASSES, lambda y: functional.one_hot(y, CLASSES).float()),
            "scattered": (CLASSES, _scattered),
            "learned": (WORDS, self.table),
            "layers": (WORDS, self.words),
        }
        more, self.label = ways[way]
        self.net = nn.Sequential(nn.Linear(takes + more, 16), nn.ReLU(), nn.Linear(16, gives))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        parts = [self.label(y), x] if self.is_first else [x, self.label(y)]
        made: Tensor = self.net(torch.cat(parts, 1))
        return made


def kinds(chain: Chain) -> list[object]:
    return [link.layer.to_json()["type"] for link in chain]


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("is_batch", [True, False])
@pytest.mark.parametrize("way", ["one-hot", "scattered", "learned", "layers"])
def test_the_class_is_taken_one_hot(way: str, is_batch: bool, is_first: bool, tmp_path: Path) -> None:
    torch.manual_seed(0)
    encoder, decoder = Told(way, 784, DIM, is_first), Told(way, DIM, 784, is_first)
    x, z, y = torch.rand(5, 784), torch.randn(5, DIM), torch.tensor([3, 1, 4, 1, 9])
    axes = {"dynamic_axes": {"a": {0: "n"}, "y": {0: "n"}}} if is_batch else {}
    count = 5 if is_batch else 1
    contents = [
        exported(part, a[:count], y[:count], input_names=["a", "y"], **axes) for part, a in ((encoder, x), (decoder, z))
    ]
    net = found(tmp_path, *contents)
    assert net.encoder is not None
    assert net.decoder is not None
    assert kinds(net.decoder) == ["label", "dense", "activation", "dense"]
    with torch.inference_mode():
        np.testing.assert_allclose(code(net, x.numpy(), y=y.numpy()), encoder(x, y), **CLOSE)
        np.testing.assert_allclose(decoded(net, z.numpy(), y.numpy()), decoder(z, y), **CLOSE)


def test_a_class_conditional_vae_of_two_files_becomes_a_model(tmp_path: Path) -> None:
    net = trained("embedded")
    y = torch.tensor([0])

    class Part(nn.Module):
        def __init__(self, of: Callable[..., object]) -> None:
            super().__init__()
            self.net, self.of = net, of

        def forward(self, a: Tensor, y: Tensor) -> object:
            return self.of(a, y)

    for name, of, a in (("encoder", net.heads, torch.rand(1, 1, 28, 28)), ("decoder", net.decode, torch.randn(1, DIM))):
        (tmp_path / f"{name}.onnx").write_bytes(exported(Part(of), a, y))
    settled = settled_files([tmp_path / "encoder.onnx", tmp_path / "decoder.onnx"], uci_digits())
    same(settled.model, CASES["embedded"], net)


class Odd(nn.Module):
    def __init__(self, change: Callable[[Tensor], Tensor], count: int, numbers: int = 784) -> None:
        super().__init__()
        self.change, self.net = change, nn.Linear(numbers + count, DIM)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        made: Tensor = self.net(torch.cat([x, self.change(y)], 1))
        return made


@pytest.mark.parametrize(
    ("change", "count", "why"),
    [
        (lambda y: y.float().unsqueeze(1), 1, "Concat: it joins two ways through the net"),
        (lambda y: (y * 2).float().unsqueeze(1), 1, "Mul: it multiplies what two ways through the net give"),
        (lambda y: functional.one_hot(y, 300).float(), 300, "OneHot: it tells apart 300 classes; from 1 to"),
        (lambda y: torch.zeros(1, 10).scatter(1, y.unsqueeze(1), 2.0), 10, "it marks a class by other than 0, 1"),
        (lambda y: torch.ones(1, 10).scatter(1, y.unsqueeze(1), 1.0), 10, "it marks a class by other than 0, 1"),
    ],
)
def test_what_is_no_class_is_named(change: Callable[[Tensor], Tensor], count: int, why: str, tmp_path: Path) -> None:
    content = exported(Odd(change, count), torch.rand(1, 784), torch.tensor([3]))
    with pytest.raises(NetFileError, match=re.escape(why)):
        found(tmp_path, content)


def test_what_would_take_too_much_is_told_before_it_is_made(tmp_path: Path) -> None:
    many = 3_000_000
    net = Odd(lambda y: functional.one_hot(y, CLASSES).float() * 2, CLASSES, many)
    with pytest.raises(NetFileError, match="it joins a row made of a class to 3,000,000 numbers, which are too many"):
        found(tmp_path, exported(net, torch.rand(1, many), torch.tensor([3])))
