"""What a short training tells, as `events.jsonl` would have it; and a browser that hears it as a server would say it."""

from __future__ import annotations

import base64
import io
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from vae_core.config import ModelConfig, TrainingConfig
from vae_core.data import as_input, uci_digits
from vae_core.models import VariationalAutoencoder
from vae_core.training.fit import StepReport, fit, new_model

Event = dict[str, Any]


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def record(
    model: ModelConfig, *, epochs: int = 4, images: int = 300, seed: int = 1, batch_size: int = 50
) -> list[Event]:
    """The events of a training on UCI digits, from "asked" to "done"; 100 digits' codes where there are two."""
    digits = uci_digits()
    chosen, labels = digits.images[:images], digits.labels[:100].astype(np.uint8)
    config = TrainingConfig(epochs=epochs, batch_size=batch_size, learning_rate=2e-3, seed=seed)
    net = new_model(model, seed)
    has_two = model.latent_dim == 2
    mean = chosen.mean(0) / 255
    grey = np.clip(mean, 1e-6, 1 - 1e-6)
    unlike = -(chosen / 255 * np.log(grey) + (1 - chosen / 255) * np.log(1 - grey)).reshape(images, -1).sum(1).mean()
    clock = 1_700_000_000.0
    found: list[Event] = [
        {"event": "asked", "time": clock},
        {
            "event": "started",
            "time": clock,
            "device": "cpu",
            "threads": 1,
            "epoch": 0,
            "epochs": epochs,
            "steps": math.ceil(images / batch_size),
            "images": images,
            "parameters": sum(weights.numel() for weights in net.parameters()),
            "mean_image": float(unlike),
            "labels": _text(labels.tobytes()) if has_two else None,
        },
    ]

    def on_step(step: StepReport) -> None:
        numbers = {"loss": step.loss, "reconstruction": step.reconstruction, "kl": step.kl}
        found.append({"event": "step", "time": clock + 0.1 * step.step, "epoch": 1, "step": step.step, **numbers})

    for report in fit(net, chosen, config, on_step=on_step):
        clock += 1
        frame = io.BytesIO()
        Image.fromarray(report.frame).save(frame, "PNG")
        codes = net.encode(as_input(digits.images[:100])).detach().numpy() if has_two else None
        found.append(
            {
                "event": "epoch",
                "time": clock,
                **report.to_json(),
                "kl_codes": list(report.kl_codes),
                "active": sum(nats > 0.05 for nats in report.kl_codes) if isinstance(net, VariationalAutoencoder) else None,
                "frame": _text(frame.getvalue()),
                "codes": None if codes is None else _text(codes.astype("<f4").tobytes()),
                "findings": [],
            }
        )
    return [*found, {"event": "done", "time": clock, "epoch": epochs, "test": {}}]


VAE_2 = ModelConfig(kind="vae", latent_dim=2, encoder=(64,), decoder=(64,), scale="logvar", likelihood="bernoulli")
VAE_30 = replace(VAE_2, latent_dim=30)
AE_2 = replace(VAE_2, kind="ae", scale=None)
AE_30 = replace(AE_2, latent_dim=30)


def lines(events: list[Event]) -> Iterator[str]:
    """As the file has them."""
    return (json.dumps(event, separators=(",", ":")) + "\n" for event in events)
