"""What a training computes on."""

from __future__ import annotations

import os
from typing import Literal, get_args

import torch

from vae_core.errors import TrainingError

DeviceName = Literal["auto", "cpu", "cuda", "mps"]
NAMES: tuple[DeviceName, ...] = get_args(DeviceName)


def find(name: str = "auto") -> torch.device:
    """The device of that name; of "auto" the first there is of CUDA, Apple's MPS and the CPU.

    Of several processes that `torchrun` starts, each has a CUDA device of its own; MPS has one for all, which "auto"
    then leaves alone.

    Raises:
        TrainingError: no such name is known, or this machine has no such device.
    """
    if name not in NAMES:
        raise TrainingError(f"there is no device '{name}': there are {', '.join(NAMES)}")
    rank, processes = (int(os.environ.get(key, value)) for key, value in (("LOCAL_RANK", 0), ("LOCAL_WORLD_SIZE", 1)))
    here = {
        "cuda": torch.cuda.is_available() and torch.cuda.device_count() >= processes,
        "mps": torch.backends.mps.is_available() and processes == 1,
        "cpu": True,
    }
    chosen = next(kind for kind, there in here.items() if there) if name == "auto" else name
    if not here[chosen]:
        many = f" for each of the {processes} processes" if processes > 1 else ""
        raise TrainingError(f"the device '{name}' is not to be had on this machine{many}: 'cpu' always is")
    return torch.device("cuda", rank) if chosen == "cuda" else torch.device(chosen)
