"""The download of MNIST: one for all visitors, in a thread of its own.

A session that is left, or whose visitor touches a widget meanwhile, does not stop it; sessions only look.
"""

from __future__ import annotations

import math

from ui.choices import digit_sets
from ui.files import without_folder
from ui.jobs.job import Job, Jobs, Task
from vae_core import download
from vae_core.errors import DigitsError

MNIST = "mnist"

jobs: Jobs[None] = Jobs("The download of MNIST", idle=math.inf)


def find() -> Job[None] | None:
    """How far it is, or how the last one ended; None where nobody has started one."""
    return jobs.find(MNIST)


def is_running() -> bool:
    """Between `start` and the end."""
    job = find()
    return job is not None and not job.is_over


def start() -> None:
    """Begins in the background; does nothing where it runs already."""
    if not is_running():
        jobs.forget(MNIST)
        jobs.ask(MNIST, _download)


def _download(task: Task) -> None:
    def advance(done: int, total: int | None) -> None:
        if total:
            task.tell(min(done / total, 1.0), f"MNIST: {done / 1e6:.1f} of {total / 1e6:.1f} MB")

    try:
        download.download_mnist(digit_sets.data_dir(), advance)
    except DigitsError as error:
        raise DigitsError(without_folder(error, digit_sets.data_dir())) from error
    digit_sets.look_again()
    if problem := digit_sets.mnist_problem():
        raise DigitsError(f"MNIST has arrived and cannot be used: {problem}")
