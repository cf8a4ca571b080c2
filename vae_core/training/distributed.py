"""One training in several processes, which `torchrun` starts: each takes its share of every batch.

    torchrun --nproc-per-node 2 -m vae_core train RECIPE

The first trains as it would alone, and saves, prints and tells; the others only fit, see `vae_core.training.follower`.
Within `joined`, `fit` goes on from what the first one's `fit` is given.

Outside `joined`, and where `torchrun` starts one process alone, all of this says that there is one.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from vae_core.errors import TrainingError
from vae_core.training.device import find

T = TypeVar("T")


@contextmanager
def joined(device: str = "auto") -> Iterator[None]:
    """The processes of `torchrun` as one group while the context lasts: NCCL between GPUs, gloo between CPUs.

    Args:
        device: see `vae_core.training.device.find`.

    Raises:
        TrainingError: no such device.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    on = find(device)
    if on.type == "cuda":
        torch.cuda.set_device(on)
    try:
        dist.init_process_group("cpu:gloo,cuda:nccl" if on.type == "cuda" else "gloo")
        yield
    finally:
        if dist.is_initialized():
            dist.destroy_process_group()


@contextmanager
def in_words() -> Iterator[None]:
    """What waits for the others; may stand before a function, too.

    Raises:
        TrainingError: another process of the group has ended: why, that one tells.
    """
    try:
        yield
    except RuntimeError as error:
        if isinstance(error, dist.DistError) or "gloo" in str(error):
            raise TrainingError("another process of this training has ended, and with it this one") from error
        raise


def processes() -> int:
    """How many train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def is_first() -> bool:
    """Whether this one saves, prints and tells; known before `joined`, too."""
    return os.environ.get("RANK", "0") == "0"


@in_words()
def told(value: T | None) -> T | None:
    """What the first process says, in each.

    Raises:
        TrainingError: as `in_words`.
    """
    if processes() == 1:
        return value
    values = [value]
    dist.broadcast_object_list(values, src=0)
    return values[0]


def share(batch: Tensor) -> Tensor:
    """This process's rows of a batch; all of them are somebody's, and the first process has some.

    >>> share(torch.zeros(250, 784)).shape
    torch.Size([250, 784])
    """
    if processes() == 1:
        return batch
    start, end = (math.ceil(len(batch) * rank / processes()) for rank in (dist.get_rank(), dist.get_rank() + 1))
    return batch[start:end]


@in_words()
def total(sums: Tensor) -> Tensor:
    """The sum over all processes, in place."""
    if processes() > 1:
        dist.all_reduce(sums)
    return sums


@in_words()
def synchronized(module: nn.Module) -> nn.Module:
    """The module with the first process's weights, whose gradients are then the mean over all processes."""
    return DistributedDataParallel(module) if processes() > 1 else module
