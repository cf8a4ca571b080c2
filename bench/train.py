"""How fast a training is, and against whom: `python -m bench.train`, a minute or two.

The same net, 784-512-30-512-784 with the squared error, on MNIST in batches of 250, trained by this program, by the
trainer of pythae where that is installed, and by the loop of a textbook; and beside them the time that the net's matrix
products take alone. All take turns, round by round, so that what else the machine does meets each of them.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import itertools
import logging
import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, Subset

from vae_core import checkpoint
from vae_core.config import ModelConfig, TrainingConfig
from vae_core.data import MNIST_COUNTS, as_input, find_mnist, mnist_digits, torchvision_mnist
from vae_core.training.fit import fit, new_model

HIDDEN, CODES, PIXELS, BATCH, RATE = 512, 30, 784, 250, 1e-3
WIDTHS = (PIXELS, HIDDEN, CODES, HIDDEN, PIXELS)
MODEL = ModelConfig(kind="ae", latent_dim=CODES, encoder=(HIDDEN,), decoder=(HIDDEN,))
OURS, PYTHAE, TEXTBOOK, PRODUCTS = "vae_core", "pythae", "textbook loop", "matrix products alone"

console = Console()
Images = NDArray[np.uint8]
# Trains on all digits once.
Round = Callable[[], object]


def ours(images: Images, rounds: int) -> Round:
    """`vae_core.training.fit`, an epoch at a time, its frame of the film included."""
    training = TrainingConfig(epochs=rounds, batch_size=BATCH, learning_rate=RATE)
    reports = fit(new_model(MODEL, 0), images, training)
    return lambda: next(reports)


def pythae(images: Images, folder: Path) -> Round:
    """An epoch of pythae's `BaseTrainer` with its own `AE` of this size, on floats that lie ready."""
    from pythae.data.datasets import BaseDataset
    from pythae.models import AE, AEConfig
    from pythae.trainers import BaseTrainer, BaseTrainerConfig

    logging.disable(logging.INFO)
    config = BaseTrainerConfig(
        output_dir=str(folder), per_device_train_batch_size=BATCH, learning_rate=RATE, no_cuda=True
    )
    model = AE(AEConfig(input_dim=(1, 28, 28), latent_dim=CODES))
    _check_size(model)
    trainer = BaseTrainer(model, BaseDataset(as_input(images), torch.zeros(len(images))), training_config=config)
    trainer.prepare_training()
    return lambda: trainer.train_step(1)


def textbook(count: int) -> Round:
    """torchvision's MNIST and ToTensor, a DataLoader that shuffles, Adam, and the loss of every step read."""
    mnist = torchvision_mnist()
    from torchvision.transforms import ToTensor

    digits = mnist.MNIST(str(find_mnist()), train=True, transform=ToTensor())
    loader = DataLoader(Subset(digits, range(count)), batch_size=BATCH, shuffle=True)
    encoder = (nn.Flatten(), nn.Linear(PIXELS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CODES))
    decoder = (nn.Linear(CODES, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, PIXELS), nn.Sigmoid())
    model = nn.Sequential(*encoder, *decoder)
    _check_size(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)

    def epoch() -> float:
        running = 0.0
        for x, _ in loader:
            optimizer.zero_grad()
            loss = functional.mse_loss(model(x), x.flatten(1), reduction="sum") / len(x)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            running += loss.item()
        return running

    return epoch


def products(count: int) -> Round:
    """Each layer's product, and the two of its gradients, into buffers that lie ready; of pixels nobody wants one."""
    x = [torch.rand(BATCH, width) for width in WIDTHS]
    slopes = [torch.rand(BATCH, width) for width in WIDTHS]
    weights = [torch.rand(b, a) for a, b in itertools.pairwise(WIDTHS)]
    gradients = [torch.empty_like(each) for each in weights]
    found = [torch.empty(BATCH, width) for width in WIDTHS]

    def epoch() -> None:
        for _ in range(math.ceil(count / BATCH)):
            for i, w in enumerate(weights):
                torch.mm(x[i], w.t(), out=found[i + 1])
            for i, w in reversed(list(enumerate(weights))):
                torch.mm(slopes[i + 1].t(), x[i], out=gradients[i])
                if i:
                    torch.mm(slopes[i + 1], w, out=found[i])

    return epoch


def _check_size(model: nn.Module) -> None:
    expected = sum(weights.numel() for weights in new_model(MODEL, 0).parameters())
    if sum(weights.numel() for weights in model.parameters()) != expected:
        raise SystemExit("The nets are not of one size: nothing can be compared.")


def measure(contenders: Mapping[str, Round], rounds: int, clock: Callable[[], float]) -> dict[str, list[float]]:
    """Seconds of each round, after one that is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for i in range(rounds + 1):
        for name, contender in contenders.items():
            with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
                started = clock()
                contender()
                took = clock() - started
            if i:
                seconds[name].append(took)
    return seconds


def table(seconds: Mapping[str, Sequence[float]], threads: int, count: int) -> Table:
    """Medians over rounds; ratios are of the two in the same round."""
    grid = Table("", title=f"{MODEL.layers}, batch {BATCH}, {threads} threads", title_justify="left")
    for head in ("epochs a minute", "ms a step", "time over vae_core's"):
        grid.add_column(head, justify="right")
    epoch = MNIST_COUNTS["train"] / count
    for name, each in seconds.items():
        ratio = statistics.median(one / own for one, own in zip(each, seconds[OURS], strict=True))
        middle = statistics.median(each)
        step = 1000 * middle / math.ceil(count / BATCH)
        grid.add_row(name, f"{60 / (middle * epoch):.1f}", f"{step:.2f}", f"{ratio:.2f}")
    return grid


def around(images: Images, folder: Path) -> str:
    """What comes to an epoch besides: the film's frame, and the checkpoint on disk."""
    model = new_model(MODEL, 0)
    reports = fit(model, images, TrainingConfig(epochs=3, batch_size=BATCH))
    frames, saves = [], []
    for _ in range(3):
        started = time.perf_counter()
        report = next(reports)
        reported = time.perf_counter()
        checkpoint.save(folder / "saved", model, {}, [report.frame], report.optimizer_state)
        frames.append(reported - started - report.seconds)
        saves.append(time.perf_counter() - reported)
    return f"once an epoch: a frame of the film {1000 * min(frames):.0f} ms, saving {1000 * min(saves):.0f} ms"


@contextlib.contextmanager
def _contenders(images: Images, rounds: int) -> Iterator[dict[str, Round]]:
    with tempfile.TemporaryDirectory() as folder:
        found = {OURS: ours(images, rounds + 1), PRODUCTS: products(len(images)), TEXTBOOK: textbook(len(images))}
        try:
            found[PYTHAE] = pythae(images, Path(folder))
        except ModuleNotFoundError as error:
            console.print(f"without pythae: {error} (`pip install pythae`)", highlight=False)
        yield found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="of each, taking turns")
    parser.add_argument("--images", type=int, default=15_000, help="of MNIST's 60,000, a round")
    parser.add_argument("--threads", type=int, action="append", help="may be given again; 1 and all cores if not")
    parser.add_argument("--cpu-time", action="store_true", help="of one thread, on a machine with other things to do")
    chosen = parser.parse_args(arguments)
    clock = time.process_time if chosen.cpu_time else time.perf_counter
    images = mnist_digits("train").images[: chosen.images]
    for threads in [1] if chosen.cpu_time else chosen.threads or sorted({1, len(os.sched_getaffinity(0))}):
        torch.set_num_threads(threads)
        with _contenders(images, chosen.rounds) as contenders:
            console.print(table(measure(contenders, chosen.rounds, clock), threads, len(images)))
    with tempfile.TemporaryDirectory() as folder:
        console.print(around(images[: 4 * BATCH], Path(folder)), highlight=False)


if __name__ == "__main__":
    main()
