"""What a checkpoint tells of its training that has no events of its own: composed from its record and its film."""

from __future__ import annotations

import base64
import io
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image

from ui import store
from ui.errors import NoAnswerError, NotHereError
from ui.jobs.cache import cached
from vae_core.models import parameter_count
from vae_core.pictures.film import Frame
from vae_core.training.folder import State

NUMBERS = ("epoch", "loss", "reconstruction", "kl", "seconds", "images_per_second")


@cached(megabytes=64)
def lines(model: str) -> bytes:
    """As `vae_core.training.events` describes them, the time in seconds from the start; what no record keeps is null,
    and codes, KL of each code and findings are empty.

    Raises:
        NotHereError: there is no such checkpoint.
        NoAnswerError: it does not say how it was trained.
    """
    return b"".join(json.dumps(event, separators=(",", ":")).encode() + b"\n" for event in _events(model))


def state(model: str) -> State:
    """Whether the training of that checkpoint came to its end.

    Raises:
        NotHereError: there is no such checkpoint.
    """
    return "paused" if store.entry(model).is_unfinished else "done"


def _events(model: str) -> Iterator[dict[str, Any]]:
    shelved = store.entry(model)
    about, history = shelved.training, shelved.training.get("history", [])
    if not history:
        raise NoAnswerError(f"{model} does not say how it was trained.")
    yield {
        "event": "started",
        "time": 0.0,
        **_start(about, len(history)),
        "parameters": parameter_count(shelved.config),
        "likelihood": shelved.config.likelihood,
    }
    try:
        frames = store.frames(model)
    except NotHereError:  # a page of curves without a film
        frames = []
    time = 0.0
    for number, entry in enumerate(history):
        time += entry["seconds"]
        yield {
            "event": "epoch",
            "time": round(time, 3),
            **{key: entry[key] for key in NUMBERS},
            "kl_codes": [],
            "active": None,
            "frame": _png(frames[number]) if number < len(frames) else None,
            "codes": None,
            "findings": [],
        }
    yield {"event": state(model), "time": round(time, 3), "epoch": len(history), "test": about.get("test", {})}


def _start(about: Mapping[str, Any], epochs_done: int) -> dict[str, Any]:
    images, batch = about.get("training_digits"), about.get("batch_size")
    steps = math.ceil(images / batch) if isinstance(images, int) and isinstance(batch, int) and batch > 0 else None
    return {
        "device": "cpu",
        "threads": about.get("threads"),
        "epoch": 0,
        "epochs": max(epochs_done, int(about.get("epochs", 0))),
        "steps": steps,
        "images": images,
        "mean_image": None,
        "labels": None,
    }


def _png(frame: Frame) -> str:
    stream = io.BytesIO()
    Image.fromarray(frame).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()
