"""Weights that Keras saved alone: strides, paddings, pooling and functions are found by trying."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

import h5py
import numpy as np
import pytest
from torch import Tensor, nn
from torch.nn import functional

from tests.core.imports.keras import keras_files as kf
from tests.core.imports.nets import DIM, Case, Given, same, train
from vae_core.data import uci_digits
from vae_core.imports import keras
from vae_core.imports.importing import settled_files
from vae_core.imports.net import NetFileError

Array = np.ndarray


def last(x: Tensor) -> Tensor:
    return x.permute(0, 2, 3, 1)


class Same(nn.Conv2d):
    """Of a stride of 2, an even picture and a kernel of 3: TensorFlow adds zeros at the bottom and at the right."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(functional.pad(x, (0, 1, 0, 1)))


class SameTransposed(nn.ConvTranspose2d):
    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        return super().forward(x)[:, :, :-1, :-1]


class Strided(Given):
    """As the example of Keras's site."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(Same(1, 8, 3, 2), nn.ReLU(), Same(8, 12, 3, 2), nn.ReLU())
        self.hidden = nn.Linear(588, 16)
        self.mu, self.logvar, self.grow = nn.Linear(16, DIM), nn.Linear(16, DIM), nn.Linear(DIM, 588)
        self.decoder = nn.Sequential(
            *(SameTransposed(12, 12, 3, 2), nn.ReLU(), SameTransposed(12, 8, 3, 2), nn.ReLU()),
            *(nn.ConvTranspose2d(8, 1, 3, 1, 1), nn.Sigmoid()),
        )

    def heads(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, ...]:
        h = self.hidden(last(self.encoder(x)).flatten(1)).relu()
        return self.mu(h), self.logvar(h)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        h = self.grow(z).relu().reshape(-1, 7, 7, 12).permute(0, 3, 1, 2)
        decoded: Tensor = self.decoder(h)
        return decoded


class Pooled(Given):
    """An autoencoder with pooling and upsampling."""

    def __init__(self) -> None:
        super().__init__()
        pool = [nn.ReLU(), nn.MaxPool2d(2)]
        self.encoder = nn.Sequential(*(m for i in (1, 8) for m in (nn.Conv2d(i, 8, 3, padding=1), *pool)))
        self.hidden, self.grow = nn.Linear(392, DIM), nn.Linear(DIM, 392)
        self.decoder = nn.Sequential(
            *(nn.Upsample(scale_factor=2), nn.Conv2d(8, 8, 3, padding=1), nn.ReLU()),
            *(nn.Upsample(scale_factor=2), nn.Conv2d(8, 1, 3, padding=1), nn.Sigmoid()),
        )

    def heads(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, ...]:
        return (self.hidden(last(self.encoder(x)).flatten(1)),)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        decoded: Tensor = self.decoder(self.grow(z).relu().reshape(-1, 7, 7, 8).permute(0, 3, 1, 2))
        return decoded


class Normalised(Given):
    """Dense, with batch normalisation and the heads and the functions that Keras's own have."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 64), nn.BatchNorm1d(64, eps=1e-3), nn.LeakyReLU(0.3))
        self.mu, self.logvar = nn.Linear(64, DIM), nn.Linear(64, DIM)
        self.decoder = nn.Sequential(
            *(nn.Linear(DIM, 64), nn.BatchNorm1d(64, eps=1e-3), nn.LeakyReLU(0.3)),
            *(nn.Linear(64, 784), nn.Sigmoid()),
        )

    def heads(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, ...]:
        h = self.encoder(x.flatten(1))
        return self.mu(h), self.logvar(h)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        decoded: Tensor = self.decoder(z)
        return decoded.reshape(-1, 1, 28, 28)


def _logvar(s: Tensor) -> Tensor:
    return s


CASES = {
    "strided": Case(Strided, _logvar, steps=400, batch=50, kl=0.1),
    "pooled": Case(Pooled, steps=300),
    "normalised": Case(Normalised, _logvar, steps=1000),
}


@cache
def trained(name: str) -> Given:
    return train(CASES[name])


def written(modules: Sequence[nn.Module], prefix: str) -> list[kf.Written]:
    """Layers with weights as Keras has them."""
    layers = []
    for module in modules:
        if isinstance(module, nn.BatchNorm1d):
            arrays = [module.weight, module.bias, module.running_mean, module.running_var]
            layers.append(kf.Written("BatchNormalization", {}, lambda x: x, [array(each) for each in arrays]))
        elif isinstance(module, nn.Linear):
            layers.append(kf.Written("Dense", {}, lambda x: x, [array(module.weight).T, array(module.bias)]))
        elif isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            kind = "Conv2D" if isinstance(module, nn.Conv2d) else "Conv2DTranspose"
            weights = [array(module.weight).transpose(2, 3, 1, 0), array(module.bias)]
            layers.append(kf.Written(kind, {}, lambda x: x, weights))
    return kf.named(layers, prefix)


def array(tensor: Tensor | None) -> Array:
    assert tensor is not None
    return tensor.detach().numpy()


def parts(net: Given) -> dict[str, list[kf.Written]]:
    members = dict(net.named_children())
    encoder, decoder = ([*members[part]] for part in ("encoder", "decoder"))  # type: ignore[misc]
    ends = [members[name] for name in ("hidden", "mu", "logvar") if name in members]
    start = [members["grow"]] if "grow" in members else []
    found = {"encoder": written([*encoder, *ends], "e_"), "decoder": written([*start, *decoder], "d_")}
    if "mu" in members:
        found["encoder"][-2].name, found["encoder"][-1].name = "z_mean", "z_log_var"
    return found


def by_class(path: Path, found: dict[str, list[kf.Written]]) -> Path:
    """`save_weights` of a class of somebody's own in Keras 3, with the means of its losses."""
    with h5py.File(path, "w") as file:
        for part, layers in found.items():
            with h5py.File(path.with_suffix(".part"), "w") as each:
                pass
            path.with_suffix(".part").write_bytes(kf.weights_h5(layers))
            with h5py.File(path.with_suffix(".part")) as each:
                each.copy("layers", file, f"{part}/layers")
        for name in ("kl_loss_tracker", "total_loss_tracker"):
            for i in range(2):
                file.create_dataset(f"{name}/vars/{i}", data=np.float32(1))
    return path


def archive(path: Path, found: dict[str, list[kf.Written]]) -> Path:
    """The same as `save` writes it, without saying of which layers it is."""
    weights = by_class(path.with_suffix(".weights.h5"), found).read_bytes()
    return kf.write_archive(path.with_suffix(".keras"), {"class_name": "VAE", "config": {"name": "vae"}}, weights)


def by_name(path: Path, found: dict[str, list[kf.Written]]) -> Path:
    """`save_weights` of Keras 2."""
    return kf.write_nested_h5(path, {"encoder_input": [], **found}, None)


def in_a_row(path: Path, found: dict[str, list[kf.Written]]) -> Path:
    """Of a net that is not made of nets."""
    return kf.write_h5(path, [layer for layers in found.values() for layer in layers], None)


def in_two(path: Path, found: dict[str, list[kf.Written]]) -> list[Path]:
    """`save_weights` of encoder and decoder."""
    return [kf.write_h5(path.with_name(f"{name}.weights.h5"), layers, None) for name, layers in found.items()]


def content(found: object) -> Iterator[object]:
    """Every way in which the weights of a net may be laid, without what the file calls them."""
    if is_dataclass(found):
        for field in fields(found):
            if field.name not in ("source", "guesses", "names_heads", "unusual"):
                yield from content(getattr(found, field.name))
    elif isinstance(found, dict | tuple):
        yield len(found)
        for one in found.items() if isinstance(found, dict) else found:
            yield from content(one)
    else:
        yield found.numpy().tobytes() if isinstance(found, Tensor) else found


@pytest.mark.parametrize(("name", "write"), [("strided", by_class), ("pooled", in_a_row), ("normalised", in_a_row)])
def test_weights_alone_come_back_as_the_same_function(
    name: str, write: Callable[[Path, dict[str, list[kf.Written]]], Path], tmp_path: Path
) -> None:
    net = trained(name)
    settled = settled_files([write(tmp_path / "vae.h5", parts(net))], uci_digits())
    same(settled.model, CASES[name], net)


@pytest.mark.parametrize("write", [archive, by_name, in_two])
def test_they_are_read_alike_however_they_were_saved(
    write: Callable[[Path, dict[str, list[kf.Written]]], Path | list[Path]], tmp_path: Path
) -> None:
    net = parts(Strided())
    written = write(tmp_path / "net.h5", net)
    found = keras.read(written if isinstance(written, list) else [written])
    assert len(found.others) > 3
    assert list(content(found)) == list(content(keras.read([by_class(tmp_path / "vae.h5", net)])))


def test_a_layer_that_weights_say_nothing_of_is_named(tmp_path: Path) -> None:
    layers = kf.named(
        [kf.dense(np.random.default_rng(0), 784, 3), kf.Written("LSTM", {}, lambda x: x, [np.ones((2, 3, 4))])]
    )
    path = kf.write_h5(tmp_path / "net.h5", layers, None)
    with pytest.raises(
        NetFileError, match=r"'lstm_8' is no layer that its weights alone, \[2, 3, 4\], say anything of"
    ):
        keras.read([path])


def test_a_file_without_weights_says_so(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "net.h5", "w") as file:
        file.attrs["training"] = json.dumps({})
    with pytest.raises(NetFileError, match=r"net\.h5: it holds no weights of a net"):
        keras.read([tmp_path / "net.h5"])
