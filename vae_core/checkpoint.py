"""A checkpoint folder: `config.json`, `model.safetensors`, `training.json`, `film.gif`. No pickle, ever.

Whatever else lies in the folder is somebody else's and stays as it is. `vae_core.storage.own_files` reads and
replaces the files as one: at every moment the old checkpoint or the new one is there, whole.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from vae_core.config import ModelConfig
from vae_core.data import examples
from vae_core.errors import CheckpointError
from vae_core.models import Autoencoder, build, computation_problem, tried
from vae_core.pictures import film
from vae_core.storage import contents, own_files, records
from vae_core.storage.own_files import Version

CONFIG_FILE, WEIGHTS_FILE, TRAINING_FILE, FILM_FILE, OPTIMIZER_FILE = own_files.NAMES

# Of files that a stranger may have made. Ten thousand epochs make a training.json of 2 MB and a film of 100 MB.
MOST_JSON, MOST_FILM, MOST_OPTIMIZER = 20_000_000, 200_000_000, 20_000_000_000
# A safetensors header and weights in double precision, which are refused with a better sentence than "too large".
HEADER_BYTES, DOUBLE_BYTES = 1_000_000, 8
NO_TEXT = "the name of the folder is no UTF-8, rename it"
TRIED_DIGITS = 100


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
    """Writes a checkpoint folder, replacing the checkpoint that is there and nothing else.

    Args:
        path: the folder; its parent is created.
        model: its config and weights.
        training: what `training.json` says.
        frames: the film, one frame an epoch.
        optimizer_state: kept only while a training is unfinished, see `load_optimizer_state`.

    Raises:
        CheckpointError: the disk refuses, `path` holds something else than a checkpoint or would never be shown, or
            `training` is no JSON. What was there before is still there, or what was to be saved is there whole.
    """
    path = Path(path)
    tensors = {name: tensor.detach().contiguous() for name, tensor in model.state_dict().items()}
    try:
        files = {
            CONFIG_FILE: contents.json_bytes(model.config.to_json()),
            WEIGHTS_FILE: safetensors.torch.save(tensors),
        }
        if training is not None:
            files[TRAINING_FILE] = contents.json_bytes(training)
        if frames:
            files[FILM_FILE] = film.to_gif(frames)
        if optimizer_state is not None:
            files[OPTIMIZER_FILE] = safetensors.torch.save(optimizer_state)
        _prepare(path)
        own_files.replace(path, files)
    except (OSError, SafetensorError, ValueError, TypeError) as error:
        raise CheckpointError(f"{path} cannot be written: {error}") from error


def save_training(path: str | Path, training: dict[str, Any]) -> None:
    """Replaces `training.json` of the checkpoint that is there, and nothing else of it.

    Raises:
        CheckpointError: there is no such folder, the disk refuses, or `training` is no JSON; the old file stays.
    """
    folder = resolve(path)
    try:
        own_files.replace_one(folder, TRAINING_FILE, contents.json_bytes(training))
    except (OSError, ValueError, TypeError) as error:
        raise CheckpointError(f"{folder / TRAINING_FILE} cannot be written: {error}") from error


def check_writable(path: str | Path) -> None:
    """Finds out before a long training whether `save` could write there.

    Raises:
        CheckpointError: as `save`.
    """
    path = Path(path)
    try:
        _prepare(path)
        own_files.check_writable(path)
    except OSError as error:
        raise CheckpointError(f"{path} cannot be written: {error}") from error


# What is made in somebody else's inference mode could never be part of a gradient, and a model is kept for everybody.
@torch.inference_mode(False)
def load(path: str | Path) -> Autoencoder:
    """The model of a checkpoint folder, in eval mode, gradients off.

    Raises:
        CheckpointError: a file is missing, truncated or not what it should be; the sentence names file and field.
    """
    folder = resolve(path)
    with own_files.opened(folder, (CONFIG_FILE, WEIGHTS_FILE)) as files:
        config = contents.config(folder / CONFIG_FILE, files.read(CONFIG_FILE, MOST_JSON))
        with torch.device("meta"):
            model = build(config)
        expected = model.state_dict()
        most = HEADER_BYTES + DOUBLE_BYTES * sum(tensor.numel() for tensor in expected.values())
        tensors = contents.tensors(folder / WEIGHTS_FILE, files.read(WEIGHTS_FILE, most))
    contents.check(folder / WEIGHTS_FILE, tensors, expected)
    model.load_state_dict(tensors, strict=True, assign=True)
    return model.eval().requires_grad_(False)


def load_config(path: str | Path) -> ModelConfig:
    """The architecture alone.

    Raises:
        CheckpointError: as `load`.
    """
    folder = resolve(path)
    with own_files.opened(folder, (CONFIG_FILE,)) as files:
        return contents.config(folder / CONFIG_FILE, files.read(CONFIG_FILE, MOST_JSON))


def load_training(path: str | Path) -> dict[str, Any]:
    """What `training.json` says: recipe, seed, digits, history, test metrics, versions.

    Raises:
        CheckpointError: the file is missing or is no such record, see `vae_core.storage.records`.
    """
    folder = resolve(path)
    with own_files.opened(folder, (TRAINING_FILE,)) as files:
        values: dict[str, Any] = contents.json_values(folder / TRAINING_FILE, files.read(TRAINING_FILE, MOST_JSON))
    if complaint := records.problem(values):
        raise CheckpointError(f"{folder / TRAINING_FILE}: {complaint}")
    return values


def load_frames(path: str | Path) -> list[film.Frame]:
    """The film's frames, see `vae_core.pictures.film`; empty where there is no film.

    Raises:
        CheckpointError: the film cannot be read.
    """
    folder = resolve(path)
    with own_files.opened(folder, (FILM_FILE,)) as files:
        content = files.read(FILM_FILE, MOST_FILM)
    try:
        return film.from_gif(content) if content is not None else []
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{folder / FILM_FILE} cannot be read: {error}") from error


def load_optimizer_state(path: str | Path) -> dict[str, Tensor] | None:
    """The optimizer's tensors of an unfinished training; None where the training is finished.

    Raises:
        CheckpointError: the file is damaged.
    """
    folder = resolve(path)
    with own_files.opened(folder, (OPTIMIZER_FILE,)) as files:
        content = files.read(OPTIMIZER_FILE, MOST_OPTIMIZER)
    return None if content is None else contents.tensors(folder / OPTIMIZER_FILE, content)


def available(root: str | Path = "checkpoints") -> list[Entry]:
    """Every checkpoint folder in `root`, sorted by name; of each bad one what is wrong. Never raises."""
    return [entry(folder) for folder in folders(root).values()]


def folders(root: str | Path) -> dict[str, Path]:
    """The names of the checkpoints in `root`, sorted, good or bad, and the folders as all functions here take them.

    A name that is no UTF-8 is written so that it can be shown. None of this raises.
    """
    found: dict[str, Path] = {}
    try:
        for folder in Path(root).iterdir():
            if os.path.isdir(folder) and (name := _checkpoint_name(folder)):
                found[_as_text(name)] = folder.with_name(name)
    except OSError:
        return {}
    return dict(sorted(found.items()))


def version(path: str | Path) -> Version:
    """Changes whenever a file of the checkpoint does, and with nothing else that lies in its folder. Never raises."""
    try:
        return own_files.version(resolve(path))
    except (CheckpointError, OSError):
        return ()


def read(path: str | Path, file: str, most: int) -> bytes | None:
    """The bytes of one of the checkpoint's files; None where it has no such file.

    Raises:
        CheckpointError: it is larger than `most`, or cannot be read.
    """
    with own_files.opened(resolve(path), (file,)) as files:
        return files.read(file, most)


def entry(path: str | Path) -> Entry:
    """One checkpoint folder as `available` reports it: loaded, and tried on pictures. Never raises."""
    path = Path(path)
    if not _is_text(path):
        return Entry(_as_text(path.name), path, None, NO_TEXT)
    try:
        folder = resolve(path)
        model = load(folder)
        if complaint := computation_problem(model, examples(model.config.shape, tried(model.config, TRIED_DIGITS))):
            raise CheckpointError(f"{folder / WEIGHTS_FILE}: {complaint}")
    except (CheckpointError, OSError, MemoryError) as error:
        return Entry(path.name, path, None, _in_one_line(str(error)) or "the memory does not hold it")
    return Entry(path.name, folder, model.config, None)


def exists(path: str | Path) -> bool:
    """Whether `resolve` finds a folder."""
    try:
        resolve(path)
    except CheckpointError:
        return False
    return True


def resolve(path: str | Path) -> Path:
    """The folder to read from: `path`, or where an earlier version of this program was stopped, `.NAME.old` beside it.

    Raises:
        CheckpointError: there is neither.
    """
    path = Path(path)
    if os.path.isdir(path):
        return path
    if _is_set_aside(_aside(path)):
        return _aside(path)
    raise CheckpointError(f"there is no checkpoint folder {path}")


def _checkpoint_name(folder: Path) -> str | None:
    """What the folder is shown as; None where it is none of ours."""
    name = folder.name
    if not name.startswith("."):
        return name
    return name[1:].removesuffix(".old") if name.endswith(".old") and _is_set_aside(folder) else None


def _is_text(path: Path) -> bool:
    return _as_text(path) == str(path)


def _as_text(path: str | Path) -> str:
    """A path that is no UTF-8 as it can be shown."""
    return os.fsencode(path).decode(errors="backslashreplace")


def _in_one_line(text: str) -> str:
    """With the characters that would end a line, or cannot be seen, as escapes: names of files and fields have them."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def _aside(path: Path) -> Path:
    return path.parent / f".{path.name}.old"


def _is_set_aside(folder: Path) -> bool:
    return all(os.path.isfile(folder / name) for name in (CONFIG_FILE, WEIGHTS_FILE))


def _prepare(path: Path) -> None:
    """Makes sure that `path` may become, or is, a checkpoint."""
    if not path.name or path.name.startswith("."):
        raise CheckpointError(f"{path} cannot be written: a checkpoint whose name begins with a dot would not be shown")
    if not _is_text(path):
        raise CheckpointError(f"{_as_text(path)} cannot be written: {NO_TEXT}")
    if not os.path.lexists(path) and _is_set_aside(_aside(path)):
        os.rename(_aside(path), path)
    if path.is_dir() and own_files.any_in(path) and not _is_ours(path):
        raise CheckpointError(f"{path} cannot be written: what is there is not a checkpoint")


def _is_ours(folder: Path) -> bool:
    """Weights, and no `config.json` of somebody else's: other programs name their files so, too. Or a run's folder
    that waits for its first checkpoint.
    """
    with own_files.opened(folder, (CONFIG_FILE, WEIGHTS_FILE)) as files:
        if WEIGHTS_FILE not in files:
            return os.path.isfile(folder / own_files.RUN) and not own_files.version(folder)
        try:
            values = contents.json_values(folder / CONFIG_FILE, files.read(CONFIG_FILE, MOST_JSON))
        except CheckpointError:  # a damaged one may be replaced
            return True
    return isinstance(values, dict) and not values.keys().isdisjoint(("format_version", "latent_dim"))
