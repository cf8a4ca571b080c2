"""What went wrong in a training, in a sentence for who looks on."""

from __future__ import annotations

import errno
import math

from vae_core.config import PARTS
from vae_core.errors import CheckpointError, VaeCoreError
from vae_core.models import parameter_count
from vae_core.training.plan import Plan

_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_MEMORY = ("allocate memory", "enough memory", "out of memory", "bad_alloc")
# A parameter is there with its gradient and two moments; a value of a batch with its gradient.
_OF_PARAMETER, _OF_VALUE = 4, 2


def words(error: Exception, plan: Plan, epoch: int) -> str:
    """One sentence with its full stop.

    Args:
        error: what was raised.
        plan: of the run.
        epoch: epochs that are on disk.
    """
    refused = _refusal(error)
    if refused and refused.errno in _DISK_FULL:
        kept = f"the training up to epoch {epoch} is kept, and can go on" if epoch else "nothing of it could be kept"
        return f"The disk is full: {kept}."
    if _is_out_of_memory(error):
        return f"The memory does not hold this training: {_too_large(plan)}."
    text = " ".join(str(error).split())
    if refused:
        return f"The disk refuses: {refused.strerror or text}."
    if isinstance(error, VaeCoreError):
        return f"{text[:1].upper()}{text[1:]}."
    return f"The training broke off: {type(error).__name__}{': ' if text else ''}{text.removesuffix('.')}."


def is_of_the_machine(error: BaseException) -> bool:
    """Whether disk or memory refused: no fault of the program."""
    return isinstance(error, OSError) or _is_out_of_memory(error)


def _refusal(error: BaseException) -> OSError | None:
    """The system's own, also behind that of a checkpoint; that digits cannot be read is told with their file's name."""
    reason = error.__cause__ if isinstance(error, CheckpointError) else error
    return reason if isinstance(reason, OSError) else None


def _is_out_of_memory(error: BaseException) -> bool:
    said = str(error).lower()
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and any(part in said for part in _NO_MEMORY)
    )


def _too_large(plan: Plan) -> str:
    parameters, batch = parameter_count(plan.model), plan.training.batch_size
    values = sum(math.prod(size) for part in PARTS for size in plan.model.sizes(part))
    if parameters * _OF_PARAMETER >= batch * values * _OF_VALUE:
        return f"{parameters:,} parameters are too many, try smaller widths"
    return f"batches of {batch:,} pictures are too large, try fewer"
