"""The checkpoints as rows of a table, and published numbers beside ours. Data only; `pages/models.py` shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ui import store
from ui.palette import LABELS
from vae_core.config import PIXELS, ModelConfig


@dataclass(frozen=True)
class Peer:
    """A published or measured number, and which of our numbers stands beside it.

    Attributes:
        what: the model and where the number comes from.
        protocol: how it was measured; ours is measured in the same way.
        unit: of both numbers.
        value: theirs.
        checkpoint, metric: ours, a key of `test` in that checkpoint's training.json.
        scale: ours is multiplied by this to have their unit.
        more_is_better: which way the comparison goes.
    """

    what: str
    protocol: str
    unit: str
    value: float
    checkpoint: str
    metric: str
    scale: float = 1.0
    more_is_better: bool = False


PEERS = (
    Peer(
        "the article's VAE (mathybit/ml-tutorials), 784-250-30, learns sigma",
        "squared error + KL, one sample of z",
        "nats per image",
        29.16,
        "vae-30-sigma",
        "squared_error_plus_kl",
    ),
    Peer(
        "the same, decoded at mu",
        "squared error",
        "per image",
        11.82,
        "vae-30-sigma",
        "squared_error_at_mu",
    ),
    Peer("the article's AE, 16 codes, tanh", "squared error", "per image", 9.19, "ae-16", "squared_error"),
    Peer(
        "pytorch/examples, VAE 784-400-20, 10 epochs",
        "grey BCE + KL, one sample of z",
        "nats per image",
        105.59,
        "vae-16",
        "bce_plus_kl",
    ),
    Peer(
        "VAE 784-600-100, 15 epochs",
        "grey BCE + KL, one sample of z",
        "nats per image",
        103.90,
        "vae-16",
        "bce_plus_kl",
    ),
    Peer(
        "DAE 784-512-64, 15 epochs",
        "PSNR at Gaussian noise of sigma 0.5, mean per image",
        "dB",
        18.8,
        "dae-gaussian-30",
        "denoised_psnr",
        more_is_better=True,
    ),
    Peer("PCA, 2 components", "mean squared error", "per pixel", 0.0557, "ae-2", "squared_error", 1 / PIXELS),
    Peer("PCA, 16 components", "mean squared error", "per pixel", 0.0269, "ae-16", "squared_error", 1 / PIXELS),
)


def model_rows() -> list[dict[str, Any]]:
    """One row a checkpoint in the order of `store.models`; a metric it has not got is None."""
    rows = []
    for name, config in store.models().items():
        about = store.training(name)
        row = {
            "name": name,
            "kind": LABELS[store.role(name)],
            "codes": config.latent_dim,
            "digits": store.DIGIT_SETS.get(about.get("digits", "")),
        }
        for metric in ("squared_error", "bce", "kl", "squared_error_plus_kl", "bce_plus_kl", "psnr", "denoised_psnr"):
            row[metric] = _test_value(about, metric)
        row |= {
            "active": _test_value(about, "active_units"),
            "likelihood": config.likelihood,
            "layers": layers(config),
            "parameters": sum(parameter.numel() for parameter in store.model(name).parameters()),
            "epochs": len(about.get("history", [])) or None,
            "seconds": about.get("seconds"),
        }
        rows.append(row)
    return rows


def peer_rows() -> list[dict[str, Any]]:
    """One row for each of `PEERS` whose checkpoint is here, was trained on MNIST, and has that metric."""
    rows = []
    for peer in PEERS:
        about = store.training(peer.checkpoint) if peer.checkpoint in store.models() else {}
        ours = _test_value(about, peer.metric)
        if ours is not None and about.get("digits") == "mnist":
            scaled = ours * peer.scale
            better = scaled > peer.value if peer.more_is_better else scaled < peer.value
            rows.append(
                {
                    "what": peer.what,
                    "theirs": _significant(peer.value),
                    "ours": _significant(scaled),
                    "protocol": peer.protocol,
                    "unit": peer.unit,
                    "checkpoint": peer.checkpoint,
                    "closer": "ours" if better else "theirs",
                }
            )
    return rows


def layers(config: ModelConfig) -> str:
    """784-250-30-320-784: the widths from image to image."""
    return "-".join(str(width) for width in (PIXELS, *config.encoder, config.latent_dim, *config.decoder, PIXELS))


def headline(name: str) -> str:
    """The test metrics of a checkpoint in one line, each with its unit; says so where there are none."""
    test = store.training(name).get("test") or {}
    labels = {
        "squared_error": "Squared error",
        "bce": "Grey BCE",
        "kl": "KL",
        "psnr": "PSNR",
        "denoised_psnr": "denoised PSNR",
    }
    parts = [f"{label} {test[key]['value']:.2f} {test[key]['unit']}" for key, label in labels.items() if key in test]
    return " · ".join(parts) if parts else "No test metrics yet: its training has not ended"


def _test_value(about: dict[str, Any], metric: str) -> float | None:
    found = (about.get("test") or {}).get(metric)
    return found["value"] if found else None


def _significant(value: float) -> str:
    return f"{value:.4f}" if abs(value) < 1 else f"{value:.2f}"
