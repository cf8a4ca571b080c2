"""A checkpoint folder: `config.json`, `model.safetensors`, `training.json`, `film.gif`. No pickle, ever.

A folder is replaced by two renames, so that at every moment the old one or the new one is whole on disk: under its own
name, or, between the renames, the old one under the name `.NAME.old`, where the readers here find it.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from vae_core import film, records
from vae_core.config import ModelConfig
from vae_core.errors import CheckpointError, ConfigError
from vae_core.models import Autoencoder, build

CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"
TRAINING_FILE = "training.json"
FILM_FILE = "film.gif"
OPTIMIZER_FILE = "optimizer.safetensors"


@dataclass(frozen=True)
class Entry:
    """A folder found by `available`: either `config` is there, or `problem` says in one sentence what is wrong."""

    name: str
    path: Path
    config: ModelConfig | None
    problem: str | None


def save(
    path: str | Path,
    model: Autoencoder,
    training: dict[str, Any] | None = None,
    frames: list[film.Frame] | None = None,
    optimizer_state: dict[str, Tensor] | None = None,
) -> None:
    """Writes a checkpoint folder whole, replacing the one that is there.

    Args:
        path: the folder; its parent is created.
        model: its config and weights.
        training: what `training.json` says.
        frames: the film, one frame an epoch.
        optimizer_state: kept only while a training is unfinished, see `load_optimizer_state`.

    Raises:
        CheckpointError: the disk refuses, `path` holds something else than a checkpoint, or `training` is no JSON;
            what was there before is still there.
    """
    path = Path(path)
    tensors = {name: tensor.detach().contiguous() for name, tensor in model.state_dict().items()}
    try:
        folder = _prepare(path)
        try:
            folder.chmod(0o755)
            _write_json(folder / CONFIG_FILE, model.config.to_json())
            save_file(tensors, folder / WEIGHTS_FILE)
            if training is not None:
                _write_json(folder / TRAINING_FILE, training)
            if frames:
                (folder / FILM_FILE).write_bytes(film.to_gif(frames))
            if optimizer_state is not None:
                save_file(optimizer_state, folder / OPTIMIZER_FILE)
            for file in folder.iterdir():
                file.chmod(0o644)
                _fsync(file)
            _fsync(folder)
            _replace(path, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except (OSError, SafetensorError, ValueError, TypeError) as error:
        raise CheckpointError(f"{path} cannot be written: {error}") from error


def save_training(path: str | Path, training: dict[str, Any]) -> None:
    """Replaces `training.json` of the checkpoint that is there, and nothing else of it.

    Raises:
        CheckpointError: there is no such folder, the disk refuses, or `training` is no JSON; the old file stays.
    """
    file = resolve(path) / TRAINING_FILE
    written = file.with_name(f".{TRAINING_FILE}.new")
    try:
        _write_json(written, training)
        _fsync(written)
        written.replace(file)
    except (OSError, ValueError, TypeError) as error:
        raise CheckpointError(f"{file} cannot be written: {error}") from error
    finally:
        written.unlink(missing_ok=True)


def check_writable(path: str | Path) -> None:
    """Finds out before a long training whether `save` could write there.

    Raises:
        CheckpointError: as `save`.
    """
    path = Path(path)
    try:
        _prepare(path).rmdir()
    except OSError as error:
        raise CheckpointError(f"{path} cannot be written: {error}") from error


def load(path: str | Path) -> Autoencoder:
    """The model of a checkpoint folder, in eval mode, gradients off.

    Raises:
        CheckpointError: a file is missing, truncated or not what it should be; the sentence names file and field.
    """
    folder = resolve(path)
    config = load_config(folder)
    file = folder / WEIGHTS_FILE
    tensors = _load_tensors(file)
    with torch.device("meta"):
        expected = build(config).state_dict()
    for name in expected:
        if name not in tensors:
            raise CheckpointError(f"{file} lacks the tensor '{name}'")
    for name, tensor in tensors.items():
        if name not in expected:
            raise CheckpointError(f"{file} holds a tensor '{name}' that {CONFIG_FILE} does not call for")
        if tensor.shape != expected[name].shape:
            found, wanted = list(tensor.shape), list(expected[name].shape)
            raise CheckpointError(f"{file}: '{name}' has the shape {found} instead of {wanted}")
        if tensor.dtype != torch.float32:
            raise CheckpointError(f"{file}: '{name}' is {str(tensor.dtype).removeprefix('torch.')} instead of float32")
        if not tensor.isfinite().all():
            raise CheckpointError(f"{file}: '{name}' holds a value that is not finite")
    with torch.device("meta"):
        model = build(config)
    model.load_state_dict(tensors, strict=True, assign=True)
    return model.eval().requires_grad_(False)


def load_config(path: str | Path) -> ModelConfig:
    """The architecture alone.

    Raises:
        CheckpointError: as `load`.
    """
    file = resolve(path) / CONFIG_FILE
    try:
        values = _read_json(file)
        if isinstance(values, dict) and "format_version" not in values:
            raise ConfigError("ModelConfig lacks the field 'format_version'")
        return ModelConfig.from_json(values)
    except ConfigError as error:
        raise CheckpointError(f"{file}: {error}") from error


def load_training(path: str | Path) -> dict[str, Any]:
    """What `training.json` says: recipe, seed, digits, history, test metrics, versions.

    Raises:
        CheckpointError: the file is missing or is no such record, see `vae_core.records`.
    """
    file = resolve(path) / TRAINING_FILE
    values: dict[str, Any] = _read_json(file)
    if complaint := records.problem(values):
        raise CheckpointError(f"{file}: {complaint}")
    return values


def load_frames(path: str | Path) -> list[film.Frame]:
    """The film's frames, uint8 [112, 224] each; empty where there is no film.

    Raises:
        CheckpointError: the film cannot be read.
    """
    file = resolve(path) / FILM_FILE
    try:
        return film.from_gif(file.read_bytes()) if file.is_file() else []
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{file} cannot be read: {error}") from error


def load_optimizer_state(path: str | Path) -> dict[str, Tensor] | None:
    """The optimizer's tensors of an unfinished training; None where the training is finished.

    Raises:
        CheckpointError: the file is damaged.
    """
    file = resolve(path) / OPTIMIZER_FILE
    return _load_tensors(file) if file.is_file() else None


def available(root: str | Path = "checkpoints") -> list[Entry]:
    """Every checkpoint folder in `root`, sorted by name; of each bad one what is wrong. Never raises."""
    return [entry(Path(root) / name) for name in folders(root)]


def folders(root: str | Path) -> dict[str, list[Path]]:
    """The names of the checkpoints in `root`, sorted, good or bad, each with the folders it may be read from.

    There are two folders while a save replaces one, see above; none of this raises.
    """
    found: dict[str, list[Path]] = {}
    try:
        for folder in Path(root).iterdir():
            if os.path.isdir(folder) and (name := _checkpoint_name(folder.name)):
                found.setdefault(name, []).append(folder)
    except OSError:
        return {}
    return dict(sorted(found.items()))


def entry(path: str | Path) -> Entry:
    """One checkpoint folder as `available` reports it. Never raises."""
    path = Path(path)
    try:
        return Entry(path.name, resolve(path), load(path).config, None)
    except (CheckpointError, OSError, MemoryError) as error:
        return Entry(path.name, path, None, str(error))


def exists(path: str | Path) -> bool:
    """Whether `resolve` finds a folder."""
    path = Path(path)
    return path.is_dir() or _aside(path).is_dir()


def resolve(path: str | Path) -> Path:
    """The folder to read from: `path`, or where a replacement was cut short, what `path` held before.

    Raises:
        CheckpointError: there is neither.
    """
    path = Path(path)
    for folder in (path, _aside(path)):
        if folder.is_dir():
            return folder
    raise CheckpointError(f"there is no checkpoint folder {path}")


def _checkpoint_name(folder: str) -> str | None:
    if not folder.startswith("."):
        return folder
    return folder[1:].removesuffix(".old") if folder.endswith(".old") else None


def _prepare(path: Path) -> Path:
    """An empty folder beside `path`, to be filled and then put in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _finish_replacing(path)
    if path.exists() and not (path / WEIGHTS_FILE).exists() and any(path.iterdir()):
        raise CheckpointError(f"{path} cannot be written: what is there is not a checkpoint")
    return Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent))


def _aside(path: Path) -> Path:
    return path.parent / f".{path.name}.old"


def _finish_replacing(path: Path) -> None:
    """Tidies up after a save that was cut short."""
    if path.exists():
        shutil.rmtree(_aside(path), ignore_errors=True)
    elif _aside(path).exists():
        os.rename(_aside(path), path)
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.????????.new"):
        shutil.rmtree(leftover, ignore_errors=True)


def _replace(path: Path, folder: Path) -> None:
    if path.exists():
        os.rename(path, _aside(path))
    os.rename(folder, path)
    _fsync(path.parent)
    shutil.rmtree(_aside(path), ignore_errors=True)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_json(file: Path, values: Any) -> None:
    file.write_text(json.dumps(values, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CheckpointError(f"{file} is missing") from error
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{file} is not JSON: {error}") from error
    except OSError as error:
        raise CheckpointError(f"{file} cannot be read: {error.strerror}") from error


def _load_tensors(file: Path) -> dict[str, Tensor]:
    if not file.is_file():
        raise CheckpointError(f"{file} is missing")
    try:
        return load_file(file)
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(f"{file} is truncated or no safetensors file: {error}") from error
