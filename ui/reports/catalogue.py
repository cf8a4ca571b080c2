"""The checkpoints, and the numbers of others beside ours, as rows of tables that `pages/models.py` shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ui import store
from ui.choices import digit_sets
from ui.choices.link import plain
from vae_core import losses
from vae_core.models import parameter_count
from vae_core.peers import PEERS


def model_rows() -> list[dict[str, Any]]:
    """One row a checkpoint in the order of `store.models`; a metric it has not got is None."""
    rows = []
    for name, config in store.models().items():
        about = store.training(name)
        row = {
            "name": name,
            "kind": store.entry(name).kind,
            "codes": config.latent_dim,
            "digits": _digits(about),
        }
        for metric in ("squared_error", "bce", "kl", "squared_error_plus_kl", "bce_plus_kl", "psnr", "denoised_psnr"):
            row[metric] = _test_value(about, metric)
        row |= {
            "active": _test_value(about, "active_units"),
            "likelihood": config.likelihood,
            "layers": config.layers,
            "parameters": parameter_count(config),
            "epochs": len(about.get("history", ())) or None,
            "seconds": _number(about.get("seconds")),
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


def what_the_sum_takes(names: Sequence[str]) -> str:
    """What squared error + KL says of pixels, and of each of `names` that has that sum what its own errors say."""
    tests = {name: store.training(name) for name in dict.fromkeys(names)}
    errors = {
        name: _test_value(about, "squared_error")
        for name, about in tests.items()
        if _test_value(about, "squared_error_plus_kl") is not None
    }
    pixels = {name: config.pixels for name, config in store.models().items()}
    own = [
        f"{losses.pixel_variance(error, pixels[name]):.3f} of {plain(name)}"
        for name, error in errors.items()
        if error is not None
    ]
    constants = {f"{losses.gaussian_constant(pixels[name]):.1f}" for name in errors or names}
    words = (
        "Squared error + KL is minus the ELBO of Gaussian pixels with variance 1/2, less the constant "
        f"{' or '.join(sorted(constants))} nats."
    )
    return f"{words} The variance of the errors themselves is {' and '.join(own)}." if own else words


def history(name: str) -> list[dict[str, float]]:
    """What `ui.figures.latent.learning_curves` draws of a checkpoint, an entry an epoch; empty where there is none."""
    # As float: a table or a figure takes no whole number of more than 64 bits, and JSON has those.
    parts = ("epoch", "loss", "reconstruction", "kl")
    return [{part: float(entry[part]) for part in parts} for entry in store.training(name).get("history", [])]


def headline(name: str) -> str:
    """The test metrics of a checkpoint in one line of Markdown, each with its unit; says so where there are none."""
    about = store.training(name)
    labels = {
        "squared_error": "Squared error",
        "bce": "Grey BCE",
        "kl": "KL",
        "psnr": "PSNR",
        "denoised_psnr": "denoised PSNR",
    }
    parts = [
        f"{label} {value:.2f} {plain(about['test'][metric]['unit'])}"
        for metric, label in labels.items()
        if (value := _test_value(about, metric)) is not None
    ]
    if parts:
        return " · ".join(parts)
    return "Its training is not finished" if store.entry(name).is_unfinished else "No test metrics recorded"


def recorded(name: str, metric: str) -> float | None:
    """What the training of the checkpoint reports of its test digits, such as "kl"; None where it says nothing."""
    return _test_value(store.training(name), metric)


def _test_value(about: Mapping[str, Any], metric: str) -> float | None:
    return _number(about.get("test", {}).get(metric, {}).get("value"))


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _digits(about: Mapping[str, Any]) -> str | None:
    name = about.get("digits")
    return digit_sets.LABELS.get(name, name) if name else None
