"""Stands for `python -m vae_core train --run-dir` and `finish`: the same lock, signals and events, and no torch.

Where the plan's seed is above 0, the process ends with that number as its status after two epochs.
"""

import json
import sys
import time
from pathlib import Path

from vae_core.storage import own_files
from vae_core.training import events
from vae_core.training.folder import epochs_done, held, read_plan
from vae_core.training.signals import STOP, Interrupted, Signals

EPOCH_SECONDS = 0.05
# What an epoch tells that nobody here looks at.
REST = {
    "loss": 1.0,
    "reconstruction": 1.0,
    "kl": 0.0,
    "seconds": EPOCH_SECONDS,
    "images_per_second": 1.0,
    "findings": [],
}


def main() -> None:
    folder = Path(sys.argv[-1] if sys.argv[1] == "finish" else sys.argv[sys.argv.index("--run-dir") + 1])
    with Signals() as signals, held(folder):
        plan, epoch = read_plan(folder), epochs_done(folder)
        if sys.argv[1] == "finish":
            events.append(folder, "stopped", epoch=epoch, test={})
            return
        try:
            with signals.heard():
                events.append(folder, "started", epoch=epoch, epochs=plan.training.epochs)
                for number in range(epoch + 1, plan.training.epochs + 1):
                    time.sleep(EPOCH_SECONDS)
                    if plan.training.seed and number > 2:
                        sys.exit(plan.training.seed)
                    with signals.deferred():
                        history = json.dumps({"history": [{"epoch": 1 + each} for each in range(number)]})
                        own_files.replace_one(folder, own_files.TRAINING, history.encode())
                        events.append(folder, "epoch", epoch=number, **REST)
            events.append(folder, "done", epoch=plan.training.epochs, test={})
        except Interrupted:
            epoch = epochs_done(folder)
            events.append(folder, "stopped" if signals.came == STOP and epoch else "paused", epoch=epoch)


if __name__ == "__main__":
    main()
