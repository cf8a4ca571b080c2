"""What cannot be taken is refused in one sentence, with the layer and the reason; nothing else is ever raised."""

from __future__ import annotations

import io
import json
import pickle
import random
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from vae_core.data import uci_digits
from vae_core.imports import files, importing, not_nets, tensors
from vae_core.imports.net import NetFileError

FUZZED = 200


def state() -> OrderedDict[str, Tensor]:
    """Of a small VAE with a convolution and a batch normalisation."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layers = {
            "conv": nn.Conv2d(1, 4, 4, 2, 1),
            "norm": nn.BatchNorm2d(4),
            "mu": nn.Linear(4 * 14 * 14, 3),
            "logvar": nn.Linear(4 * 14 * 14, 3),
            "grow": nn.Linear(3, 4 * 14 * 14),
            "draw": nn.ConvTranspose2d(4, 1, 4, 2, 1),
        }
        return OrderedDict(nn.ModuleDict(layers).state_dict())


def saved(path: Path, values: Any, is_legacy: bool = False) -> Path:
    torch.save(values, path, _use_new_zipfile_serialization=not is_legacy)
    return path


def refused(path: Path) -> str:
    with pytest.raises(NetFileError) as caught:
        files.read([path])
    said = str(caught.value)
    assert said.startswith(path.name)
    assert "\n" not in said
    return said


def dense(*shapes: tuple[int, int], **more: Tensor) -> dict[str, Tensor]:
    return {f"l{i}.weight": torch.ones(shape) for i, shape in enumerate(shapes)} | more


UNFIT: dict[str, tuple[Callable[[], Any], str]] = {
    "a recurrent layer": (lambda: nn.ModuleDict({"rnn": nn.LSTM(28, 16)}).state_dict(), "'rnn' is a recurrent layer"),
    "attention": (
        lambda: nn.ModuleDict({"look": nn.MultiheadAttention(16, 2)}).state_dict(),
        "'look' is attention",
    ),
    "a layer of one dimension": (lambda: {"c.weight": torch.ones(8, 1, 3)}, "'c' is a layer of one or three"),
    "layer normalisation": (
        lambda: dense((64, 784)) | nn.ModuleDict({"even": nn.LayerNorm(64)}).state_dict(),
        "'even' is a normalisation without running statistics",
    ),
    "nothing but numbers": (lambda: {"loss": 0.5, "epoch": 3}, "no weights by name"),
    "a list": (lambda: [1, 2, 3], "no weights by name"),
    "a classifier's layers in no order": (lambda: dense((64, 784), (10, 63)), "'l1' .10, 63. left over"),
    "not finite": (lambda: {"a.weight": torch.full((2, 2), torch.nan)}, "'a.weight' holds a value that is not finite"),
    "complex": (lambda: {"a.weight": torch.ones(2, 2, dtype=torch.complex64)}, "sparse, quantised, complex"),
    "sparse": (lambda: {"a.weight": torch.eye(3).to_sparse()}, "sparse, quantised, complex"),
    "more numbers than it has": (lambda: {"a.weight": torch.ones(1).expand(50_000, 50_000)}, "more than 100,000,000"),
    "twice": (lambda: {"a.weight": torch.ones(2, 2), "module.a.weight": torch.ones(2, 2)}, "holds 'a.weight' twice"),
    "no autoencoder": (lambda: dense((50, 784), (784, 65)), "'l1' .784, 65. left over"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_cannot_be_taken_is_named_with_the_reason(name: str, tmp_path: Path) -> None:
    make, said = UNFIT[name]
    path = saved(tmp_path / "net.pt", make())
    with pytest.raises(NetFileError, match=said):
        files.read([path])
    refused(path)


class Code:
    """Runs when it is unpickled by whoever trusts a file."""

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return pytest.fail, ("code of a file was run",)


@pytest.mark.parametrize("is_legacy", [False, True])
def test_code_in_a_file_is_not_run(is_legacy: bool, tmp_path: Path) -> None:
    assert "it holds code" in refused(saved(tmp_path / "net.pt", {"w": Code()}, is_legacy))
    said = refused(saved(tmp_path / "whole.pt", nn.Linear(2, 2), is_legacy))
    assert ("save model.state_dict()" if is_legacy else "[2, 2] left over") in said


def test_files_that_are_something_else(tmp_path: Path) -> None:
    contents = {
        "page.pt": b"<html>404</html>",
        "empty.pth": b"",
        "pickle.pt": pickle.dumps({"a": 1}, protocol=4),
        "text.safetensors": b"hello, this is no such file",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        refused(tmp_path / name)
    (tmp_path / "net.xyz").write_bytes(b"")
    assert "files of nets end in .pt" in refused(tmp_path / "net.xyz")
    assert "cannot be read: No such file" in refused(tmp_path / "nowhere.pt")
    (tmp_path / "folder").mkdir()
    assert "holds no model.pt" in refused(tmp_path / "folder")


STRANGERS = {
    b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 184\n": "it is a pointer of Git LFS",
    b"\n\n<!DOCTYPE html>\n<html lang=en>": "it is a page of the web",
    b"\xff\xd8\xff\xe0\x00\x10JFIF": "it is a picture, JPEG",
    b"\x1f\x8b\x08\x00": "it is packed with gzip",
}


@pytest.mark.parametrize("ending", [".h5", ".keras", ".onnx", ".pth", ".safetensors"])
@pytest.mark.parametrize("content", STRANGERS)
def test_what_a_download_brings_in_place_of_a_net_is_named(ending: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"net{ending}"
    path.write_bytes(content)
    assert STRANGERS[content] in refused(path)


@pytest.mark.parametrize("size", [0x20, 0x3C, 0x0A20, 0x1F8B, 0x8B1F])
def test_the_length_of_a_header_is_no_beginning_of_another_file(size: int, tmp_path: Path) -> None:
    """A file of safetensors begins with it, whatever letters its bytes are."""
    path = tmp_path / "net.safetensors"
    path.write_bytes(struct.pack("<Q", size) + b"{" + b" " * (size - 2) + b"}")
    not_nets.refuse([path])


def test_a_zip_that_unpacks_to_more_than_it_is(tmp_path: Path) -> None:
    plain = io.BytesIO()
    torch.save({"a.weight": torch.zeros(1000, 1000)}, plain)
    path = tmp_path / "bomb.pt"
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in given.namelist():
            bomb.writestr(name, given.read(name))
    assert "compressed zip" in refused(path)


def test_a_program_of_torchscript(tmp_path: Path) -> None:
    path = tmp_path / "script.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("script/code/__torch__.py", "def forward(self): pass")
        archive.writestr("script/data.pkl", b"")
    assert "TorchScript" in refused(path)


def test_a_pickle_that_names_itself_over_and_over(tmp_path: Path) -> None:
    nest: list[Any] = [1.5]
    for _ in range(5):
        nest = [nest] * 30
    assert "nests more than" in refused(saved(tmp_path / "nest.pt", nest))


def test_a_file_beyond_the_limit_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path / "net.pt", state())
    monkeypatch.setattr(tensors, "MOST_BYTES", 1000)
    assert "too large" in refused(path)


def test_a_header_that_claims_more_than_there_is(tmp_path: Path) -> None:
    for claim in ([1 << 40, 1 << 20], [-1, 5], [2**63, 2]):
        header = json.dumps({"a": {"dtype": "F32", "shape": claim, "data_offsets": [0, 8]}}).encode()
        path = tmp_path / "net.safetensors"
        path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(8))
        refused(path)


def is_refused(read: Callable[[Any], object], source: Any) -> bool:
    """Whether it raises the one error that is for a person to read; any other fails the test."""
    try:
        read(source)
    except NetFileError as error:
        return "\n" not in str(error)
    return False


def spoiled(content: bytes, chance: random.Random) -> bytes:
    """Cut off, with bits or whole stretches changed, or with a part twice."""
    place = chance.randrange(len(content))
    kind = chance.randrange(4)
    if kind == 0:
        return content[:place]
    if kind == 1:
        return content[:place] + content[place // 2 :]
    changed = bytearray(content)
    for _ in range(chance.choice((1, 3, 30))):
        # Most of a file is weights, whose bits may be any: what stands around them is at its ends.
        at = chance.choice((chance.randrange(len(changed)), chance.randrange(1500), -1 - chance.randrange(2500)))
        changed[at] = changed[at] ^ (1 << chance.randrange(8)) if kind == 2 else chance.randrange(256)
    return bytes(changed)


@pytest.mark.parametrize("kind", ["zip", "legacy", "safetensors"])
def test_a_damaged_file_is_refused_or_read_and_nothing_else(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"net.{'safetensors' if kind == 'safetensors' else 'pt'}"
    if kind == "safetensors":
        safetensors.torch.save_file(state(), path)
    else:
        saved(path, state(), kind == "legacy")
    whole = path.read_bytes()
    assert files.read([path]).latent_dim == 3
    chance = random.Random(0)
    refusals = 0
    for _ in range(FUZZED):
        path.write_bytes(spoiled(whole, chance))
        refusals += is_refused(tensors.read, path)
    assert refusals > FUZZED // 4


def test_weights_of_other_shapes_are_refused_or_read_and_nothing_else(tmp_path: Path) -> None:
    chance = random.Random(1)
    refusals = 0
    for _ in range(FUZZED // 2):
        changed = state()
        for name in chance.sample(list(changed), 2):
            sides = [chance.choice((1, 2, 3, 4, 7, 784, 28)) for _ in range(chance.randrange(1, 5))]
            changed[name] = torch.zeros([min(side, 28) if len(sides) > 2 else side for side in sides])
        path = saved(tmp_path / "net.pt", changed)
        refusals += is_refused(files.read, [path])
    assert refusals > FUZZED // 4


def test_weights_too_large_to_draw_with(tmp_path: Path) -> None:
    weights = {"a.weight": torch.full((64, 784), 1e38), "b.weight": torch.full((3, 64), 1e38)}
    weights |= {"c.weight": torch.full((64, 3), 1e38), "d.weight": torch.full((784, 64), 1e38)}
    with pytest.raises(NetFileError, match="is not finite"):
        importing.settled_files([saved(tmp_path / "net.pt", weights)], uci_digits())
