"""Stands for `python -m vae_core`: the same limits, folder and words, and a step that does what the first file says.

The file is JSON. `do`: "find", "refuse" with `words`, or something to be ended by. With `until`, it first waits for a
file of that path.
"""

import json
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

from vae_core import __main__ as program
from vae_core.config import ModelConfig
from vae_core.errors import VaeCoreError
from vae_core.imports.steps import folder as steps

MODEL = ModelConfig(kind="vae", latent_dim=2, encoder=(16,), decoder=(16,), scale="logvar")


def carry_out(folder: Path) -> None:
    asked = steps.read(folder / steps.ASKED)
    told = json.loads((folder / steps.FILES / asked["files"][0]).read_text())
    steps.say(folder, "reading the file")
    while "until" in told and not Path(told["until"]).exists():
        time.sleep(0.02)
    if asked["wishes"].get("activation") == "tanh" if asked["step"] == "try" else False:
        raise VaeCoreError("tanh is not what it has")
    match told["do"]:
        case "refuse":
            raise VaeCoreError(told["words"])
        case "hang":
            threading.Event().wait()
        case "grow":
            bytearray(3 * 10**9)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "die whole":
            os.killpg(0, signal.SIGKILL)
        case "crash":
            raise RuntimeError("a fault of this program")
    if asked["step"] == "keep":
        shutil.copytree(told["checkpoint"], folder / steps.CHECKPOINT, dirs_exist_ok=True)
        return
    shown = {
        "parameters": 1000,
        "guesses": [f"it was tried on {asked['digits']}"],
        "warnings": [],
        "candidates": [{}, {}],
    }
    steps.put(folder / steps.FOUND, {"shown": shown, "model": MODEL.to_json()})


if __name__ == "__main__":
    sys.modules["vae_core.imports.steps.work"] = SimpleNamespace(carry_out=carry_out)  # type: ignore[assignment]
    program.main()
