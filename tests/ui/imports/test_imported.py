"""Nets of every kind from a visitor's file to a model on the shelf, by real processes; and files that are hostile."""

import io
import pickle
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import nn

from tests.core.imports.keras import keras_files as kf
from tests.core.imports.nets import DenseAutoencoder, Given, same_as, trained
from tests.ui.imports.conftest import Visitor
from ui import store
from vae_core.imports import files
from vae_core.imports.trial import model_of, settle
from vae_core.training.run import held_out_digits


def saved(state: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    torch.save(state, stream)
    return stream.getvalue()


def state_dict(net: Given, _: Path) -> dict[str, bytes]:
    return {"net.pth": saved({"epoch": 3, "model_state_dict": net.state_dict()})}


def safe_tensors(net: Given, _: Path) -> dict[str, bytes]:
    return {"net.safetensors": safetensors.torch.save(net.state_dict())}


def onnx_files(net: Given, _: Path) -> dict[str, bytes]:
    pytest.importorskip("onnx", reason="onnx is not installed: pip install -r requirements-import.txt")
    from tests.core.imports.onnx.written import exported

    assert isinstance(net, DenseAutoencoder)
    return {
        "encoder.onnx": exported(net.encoder, torch.zeros(1, 1, 28, 28)),
        "decoder.onnx": exported(net.decoder, torch.zeros(1, 6)),
    }


def keras_archives(net: Given, folder: Path) -> dict[str, bytes]:
    assert isinstance(net, DenseAutoencoder)
    found = {}
    for name, part, size in (("encoder", net.encoder, 784), ("decoder", net.decoder, 6)):
        dense = [each for each in part if isinstance(each, nn.Linear)]
        ends = [*["elu"] * (len(dense) - 1), "linear" if name == "encoder" else "tanh"]
        layers = kf.named([keras_dense(*each) for each in zip(dense, ends, strict=True)], f"{name}_")
        path = kf.write_archive(folder / f"{name}.keras", kf.sequential(layers, (size,), name), kf.weights_h5(layers))
        found[path.name] = path.read_bytes()
    return found


def keras_dense(layer: nn.Linear, function: str) -> kf.Written:
    config = {"units": layer.out_features, "activation": function, "use_bias": True}
    weights = [layer.weight.numpy().T, layer.bias.numpy()]
    return kf.Written("Dense", config, lambda x: x, weights)


@pytest.mark.parametrize(
    ("name", "write"),
    [("sigma", state_dict), ("ln sigma", safe_tensors), ("tanh", onnx_files), ("tanh", keras_archives)],
)
def test_a_net_comes_on_the_shelf_as_the_same_function(
    name: str, write: Callable[[Given, Path], dict[str, bytes]], visitor: Visitor, tmp_path: Path
) -> None:
    sent = write(trained(name), tmp_path)
    imported = visitor.bring(sent)
    now = visitor.over(imported)
    assert (now["state"], now["problem"]) == ("found", None)
    assert now["found"]["files"] == list(sent)
    keep(visitor, imported, 0, "mine")
    assert store.entry("mine").is_run
    same_as(store.model("mine"), name)
    if write == state_dict:
        keep(visitor, imported, 2, "other")
        check_chosen(sent, tmp_path, 2, "other")


def keep(visitor: Visitor, imported: str, number: int, name: str) -> None:
    visitor.post(f"/imports/{imported}/keep", {"candidate": number, "name": name})
    now = visitor.over(imported)
    assert (now["state"], now["checkpoint"]) == ("kept", name)
    assert store.training(name)["imported"]["chosen"] == now["found"]["candidates"][number]["words"]


def check_chosen(sent: dict[str, bytes], folder: Path, number: int, name: str) -> None:
    """That a visitor's choice has the very weights that it has where it is tried."""
    path = folder / next(iter(sent))
    path.write_bytes(sent[path.name])
    settled = settle(files.read([path]), held_out_digits("uci"))
    kept, expected = store.model(name), model_of(settled.layouts[0], settled.runners_up[number - 1])
    assert kept.config == expected.config
    assert all(torch.equal(tensor, kept.state_dict()[key]) for key, tensor in expected.state_dict().items())


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("it has run",)


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.h5", bytes(50_000_000))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("net.pt", pickle.dumps(Evil()), "net.pt: it "),
        ("net.keras", bomb(), "net.keras: .* grows to more than 100 times its size"),
        ("net.exe", b"MZ", r"net.exe: files of nets end in \.pt"),
    ],
)
def test_a_hostile_file_is_refused_in_a_sentence(file: str, content: bytes, words: str, visitor: Visitor) -> None:
    now = visitor.over(visitor.bring({file: content}))
    assert now["state"] == "failed"
    assert re.match(words, now["problem"])
    assert re.fullmatch(r"[^\n]*[^.]\.", now["problem"])
