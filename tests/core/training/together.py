"""What each process of tests/core/training/test_distributed.py does; `torchrun` starts it.

Arguments: a folder, and the rank that is to fail in its second epoch, if any.
"""

import sys
from dataclasses import replace
from pathlib import Path

import torch

from tests.tiny import CONFIGS
from vae_core.config import CorruptionConfig, TrainingConfig
from vae_core.data import uci_digits
from vae_core.errors import TrainingError
from vae_core.training.distributed import is_first, joined, told
from vae_core.training.fit import Resume, fit, new_model

NOISY = TrainingConfig(epochs=3, learning_rate=3e-3, corruption=CorruptionConfig(kind="gaussian", level=0.5), beta=0.7)
# 150 digits in batches of 50, and 149 in batches of 37: the last batch is of one.
TRAININGS = {
    "ae": (CONFIGS["ae"], replace(NOISY, batch_size=50), 150),
    "vae-sigma": (CONFIGS["vae-sigma"], replace(NOISY, batch_size=37), 149),
    "labelled": (replace(CONFIGS["vae-sigma"], classes=10), replace(NOISY, batch_size=37), 149),
}


def train(folder: Path) -> None:
    """Each training whole, and the first again with an interruption that only the first process knows of."""
    rank = torch.distributed.get_rank()
    for name, (config, training, count) in TRAININGS.items():
        model = new_model(config, training.seed if is_first() else 7)
        given = model.given(uci_digits().labels[:count])
        reports = list(fit(given, uci_digits().images[:count], training))
        torch.save((model.state_dict(), [report.to_json() for report in reports]), folder / f"{name}-{rank}")
    config, training, count = TRAININGS["ae"]
    model = new_model(config, training.seed)
    last = next(fit(model, uci_digits().images[:count], training))
    resume = Resume(1, {key: tensor.clone() for key, tensor in last.optimizer_state.items()}) if is_first() else None
    again = new_model(config, 8)
    if is_first():
        again.load_state_dict(model.state_dict())
    reports = list(fit(again, uci_digits().images[:count], training, resume))
    torch.save((again.state_dict(), [report.to_json() for report in reports]), folder / f"again-{rank}")
    (folder / f"told-{rank}").write_text(str(told("the first's" if is_first() else None)))


def fail(folder: Path, failing: int) -> None:
    """One process ends after its first epoch with its own error; the other writes what it is told then."""
    rank = torch.distributed.get_rank()
    config, training, count = TRAININGS["ae"]
    for _ in fit(new_model(config, 0), uci_digits().images[:count], training):
        if rank == failing:
            raise TrainingError("the disk is full")
    (folder / f"finished-{rank}").touch()


if __name__ == "__main__":
    folder, failing = Path(sys.argv[1]), [int(rank) for rank in sys.argv[2:]]
    try:
        with joined():
            fail(folder, *failing) if failing else train(folder)
    except TrainingError as error:
        (folder / f"error-{failing[0]}-{'its' if 'disk' in str(error) else 'other'}").write_text(str(error))
        sys.exit(1)
