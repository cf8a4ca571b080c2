"""The tensors of PyTorch's files by name, in the order in which they stand there. No code of a file is ever run."""

from __future__ import annotations

import json
import math
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from vae_core.imports.net import NetFileError
from vae_core.imports.state.objects import inert, is_module, members
from vae_core.storage.contents import DAMAGED

MOST_BYTES = 500_000_000
MOST_TENSORS, MOST_VALUES = 2_000, 100_000_000
# Of what a pickle nests: a small one can name itself over and over.
MOST_DEPTH, MOST_ENTRIES = 12, 50_000
MOST_CONFIG = 1_000_000

WRAPPERS = ("model_state_dict", "state_dict", "model_state", "model", "net", "network", "vae", "weights", "params")
PREFIXES = ("module", "_orig_mod")
# What a training writes beside the weights, by the beginning of its name.
BESIDE = ("optim", "opt_", "scheduler", "lr_", "scaler", "rng")
# What torch says of a pickle that makes more than tensors, and more than `state.objects` takes.
OF_CODE = ("nsupported global", "nsupported GLOBAL", "nsupported class", "Can only", "unrecognized function")
PYTHAE_WEIGHTS, PYTHAE_CONFIG = ("model.pt", "model.safetensors"), "model_config.json"


def read(path: Path) -> dict[str, Tensor]:
    """Float32 tensors on the CPU of a state dict, wherever it stands in the file, or of a pythae folder.

    Prefixes that wrappers add are taken away; optimizers and integers, which count, are left out.

    Raises:
        NetFileError: there is no such file, it is too large or damaged, or holds code or no weights.
    """
    if path.is_dir():
        return read(_pythae_weights(path))
    _check_size(path)
    whole = _safetensors(path) if path.suffix == ".safetensors" else _torch(path)
    named = list(_tensors(path, _unwrapped(whole)))
    if not named:
        raise NetFileError(path, "it holds no weights by name, as a state dict does")
    found: dict[str, Tensor] = {}
    for name, tensor in named:
        key = ".".join(part for part in name.split(".") if part not in PREFIXES)
        if key in found:
            raise NetFileError(path, f"it holds '{key}' twice")
        found[key] = tensor.detach().to(torch.float32).contiguous()
        if not found[key].isfinite().all():
            raise NetFileError(path, f"'{key}' holds a value that is not finite")
    return found


def shape_said(path: Path) -> tuple[int, int, int] | None:
    """Channels, height and width that the configuration of a pythae folder names; None where there is none."""
    file = (path if path.is_dir() else path.parent) / PYTHAE_CONFIG
    try:
        with file.open("rb") as stream:
            shape = json.loads(stream.read(MOST_CONFIG))["input_dim"]
    # A configuration only says what the weights show, too: without it, that is found by trying.
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return None
    if isinstance(shape, list) and len(shape) == 3 and all(type(side) is int for side in shape):
        return shape[0], shape[1], shape[2]
    return None


def _pythae_weights(folder: Path) -> Path:
    for name in PYTHAE_WEIGHTS:
        if (folder / name).is_file():
            return folder / name
    raise NetFileError(folder, f"the folder holds no {' and no '.join(PYTHAE_WEIGHTS)}")


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise NetFileError(path, f"it cannot be read: {error.strerror}") from error
    if not path.is_file():
        raise NetFileError(path, "it is no file")
    if size > MOST_BYTES:
        raise NetFileError(path, f"it is too large: {size / 1e6:,.0f} MB, where {MOST_BYTES / 1e6:,.0f} MB are read")


def _safetensors(path: Path) -> dict[str, Tensor]:
    try:
        return safetensors.torch.load(path.read_bytes())
    except OSError as error:
        raise NetFileError(path, f"it cannot be read: {error.strerror}") from error
    except DAMAGED as error:
        raise NetFileError(path, "it is truncated or no safetensors file") from error


def _torch(path: Path) -> Any:
    _check_zip(path)
    try:
        with warnings.catch_warnings(), inert(path):
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu", weights_only=True)
    # There is no end to what a damaged pickle can make the unpickler raise.
    except Exception as error:
        said = str(error)
        if any(words in said for words in OF_CODE):
            raise NetFileError(
                path, "it holds code and not numbers alone: save model.state_dict() in place of the model"
            ) from error
        raise NetFileError(path, "it is damaged, or no file that torch.save has written") from error


def _check_zip(path: Path) -> None:
    """That it unpacks to no more than it is, and is no program."""
    try:
        with path.open("rb") as stream:
            if stream.read(4) != b"PK\3\4":
                return
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except OSError as error:
        raise NetFileError(path, f"it cannot be read: {error.strerror}") from error
    # What `zipfile` makes of a zip that is no whole one.
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OverflowError) as error:
        raise NetFileError(path, "it is damaged: it begins as a zip and does not end as one") from error
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise NetFileError(path, "it is a compressed zip, which torch.save does not write")
    if len(entries) > 2 * MOST_TENSORS or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise NetFileError(path, "it holds more than it has room for")
    if any("/code/" in entry.filename for entry in entries):
        raise NetFileError(path, "it is a TorchScript program: save model.state_dict() in its place")


def _unwrapped(found: Any) -> Any:
    for _ in range(MOST_DEPTH):
        inner = next((found[key] for key in WRAPPERS if isinstance(found, Mapping) and key in found), None)
        if not isinstance(inner, Mapping):
            break
        found = inner
    return found


def _tensors(path: Path, found: Any) -> Iterator[tuple[str, Tensor]]:
    """Those of floating point, with dotted names."""
    waiting, entries, count, values = [("", found, 0)], 0, 0, 0
    while waiting:
        name, each, depth = waiting.pop()
        entries += 1
        if entries > MOST_ENTRIES:
            raise NetFileError(path, f"it nests more than {MOST_ENTRIES:,} entries")
        if isinstance(each, Tensor):
            if each.layout != torch.strided or each.is_quantized or each.is_complex() or each.is_meta:
                raise NetFileError(path, f"'{name}' is sparse, quantised, complex or empty; save plain tensors")
            if not each.is_floating_point():
                continue
            count, values = count + 1, values + each.numel()
            if count > MOST_TENSORS:
                raise NetFileError(path, f"it holds more than {MOST_TENSORS:,} tensors")
            if values > MOST_VALUES:
                raise NetFileError(path, f"its tensors hold more than {MOST_VALUES:,} numbers")
            if math.prod(each.shape):
                yield name, each
        elif depth < MOST_DEPTH:
            inside = _entries(each, name)
            waiting += [(inner, value, depth + 1) for inner, value in reversed(inside)]


def _entries(found: Any, name: str) -> list[tuple[str, Any]]:
    if is_module(found):
        kept = list(members(found).items())
    elif isinstance(found, Mapping) and "param_groups" not in found:
        kept = [(str(key), value) for key, value in found.items() if not str(key).lower().startswith(BESIDE)]
    elif isinstance(found, Sequence) and not isinstance(found, str | bytes):
        kept = [(str(i), value) for i, value in enumerate(found)]
    else:
        return []
    return [(f"{name}.{key}" if name else key, value) for key, value in kept]
