"""What the files of a checkpoint hold: read from bytes, and checked. Each error names the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from vae_core.config import ModelConfig
from vae_core.errors import CheckpointError, ConfigError

# What the safetensors package makes of a file that is damaged, or whose header lies about shapes and types.
DAMAGED = (SafetensorError, ValueError, TypeError, KeyError, RuntimeError, AssertionError)
WRAPPERS = {"module.": "torch.nn.DataParallel", "_orig_mod.": "torch.compile"}


def json_bytes(values: Any) -> bytes:
    """As it is written.

    Raises:
        ValueError, TypeError: it is no JSON.
    """
    return (json.dumps(values, indent=1, allow_nan=False) + "\n").encode()


def json_values(file: Path, content: bytes | None) -> Any:
    """As it was written.

    Raises:
        CheckpointError: it is missing or no JSON.
    """
    if content is None:
        raise CheckpointError(f"{file} is missing")
    try:
        values = json.loads(content.decode())
        # A lone surrogate is JSON, but no page, header or log can hold it.
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise CheckpointError(f"{file} holds half a character, {error.object[error.start]!r}") from error
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{file} is not JSON: {error}") from error
    return values


def config(file: Path, content: bytes | None) -> ModelConfig:
    """Of `config.json`, which says its version.

    Raises:
        CheckpointError: it is missing, no JSON, or no such config.
    """
    values = json_values(file, content)
    try:
        if isinstance(values, dict) and "format_version" not in values:
            raise ConfigError("ModelConfig lacks the field 'format_version'")
        return ModelConfig.from_json(values)
    except ConfigError as error:
        raise CheckpointError(f"{file}: {error}") from error


def tensors(file: Path, content: bytes | None) -> dict[str, Tensor]:
    """Of a safetensors file, by name, sorted.

    Raises:
        CheckpointError: it is missing or damaged.
    """
    if content is None:
        raise CheckpointError(f"{file} is missing")
    try:
        return dict(sorted(safetensors.torch.load(content).items()))
    except DAMAGED as error:
        raise CheckpointError(f"{file} is truncated or no safetensors file: {error}") from error


def check(file: Path, tensors: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> None:
    """That weights are those of a model.

    Args:
        file: for the sentence.
        tensors: what it holds.
        expected: names and shapes of the model's weights.

    Raises:
        CheckpointError: a tensor is missing, not called for, of another shape or type, or not finite.
    """
    for prefix, wrapper in WRAPPERS.items():
        if tensors and all(name.startswith(prefix) for name in tensors):
            raise CheckpointError(
                f"{file} holds the weights of a model in {wrapper}: all names begin with '{prefix}'; save them again "
                f"without it"
            )
    for name in expected:
        if name not in tensors:
            raise CheckpointError(f"{file} lacks the tensor '{name}'")
    for name, tensor in tensors.items():
        if name not in expected:
            raise CheckpointError(f"{file} holds a tensor '{name}' that config.json does not call for")
        if tensor.shape != expected[name].shape:
            found, wanted = list(tensor.shape), list(expected[name].shape)
            raise CheckpointError(f"{file}: '{name}' has the shape {found} instead of {wanted}")
        if tensor.dtype != torch.float32:
            mend = "; save the weights again after model.float()" if tensor.is_floating_point() else ""
            kind = str(tensor.dtype).removeprefix("torch.")
            raise CheckpointError(f"{file}: '{name}' is {kind} instead of float32{mend}")
        if not tensor.isfinite().all():
            raise CheckpointError(f"{file}: '{name}' holds a value that is not finite")
