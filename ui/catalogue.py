"""The checkpoints, and the numbers of others beside ours, as rows of tables that `pages/models.py` shows."""

from __future__ import annotations

from typing import Any

from ui import store
from ui.palette import LABELS
from vae_core.config import PIXELS, ModelConfig
from vae_core.peers import PEERS


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
            rows.append(
                {
                    "what": peer.what,
                    "theirs": peer.shown(peer.value),
                    "ours": peer.shown(ours * peer.scale),
                    "protocol": f"{peer.protocol}, {peer.unit}",
                    "checkpoint": peer.checkpoint,
                    "closer": "ours" if peer.is_behind(ours) else "theirs",
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
