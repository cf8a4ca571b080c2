"""What is seen to go wrong while a model trains, and what to try: one sentence each, with the numbers that show it.

Each rule waits until it can know. The one-cycle schedule (`vae_core.training.fit`) makes early epochs slow, a model
first learns the mean image and stays there for a while, and codes that are not yet used may still come to be: what has
not happened when most of the schedule's steps are done is what will not happen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from vae_core.training.plan import Plan

Fault = Literal["collapse", "kl-explodes", "no-progress", "rate-too-high", "mean-image"]

# Shares of all epochs.
HALF, LATE, END, WINDOW = 0.5, 0.8, 0.9, 0.15
FEWEST_EPOCHS = 4
# Of what the mean image costs: a reconstruction between these is no better, and one above them far from a fit.
AT, FAR = 0.99, 1.3
# Of the loss at the start; less is no fall, more is no loss of a training that goes well.
FALL, RISE = 0.05, 1.1
# Over the best loss so far, and of what the mean image costs.
JUMP, HEIGHT = 1.25, 0.2
STILL, FLAT = 0.02, 0.015
HIGH_RATE = 1e-2
NO_KL = 0.1
# In so many epochs a jump is news.
NEWS = 3


@dataclass(frozen=True)
class Finding:
    """A fault, what shows it, and what may help; both sentences have their full stop."""

    fault: Fault
    words: str
    advice: str


@dataclass(frozen=True)
class _Seen:
    plan: Plan
    mean_image: float
    epochs: Sequence[Mapping[str, Any]]
    start: float

    @property
    def progress(self) -> float:
        return float(self.epochs[-1]["epoch"]) / self.plan.training.epochs

    def last(self, key: str) -> list[Any]:
        """Of the last epochs, as many as show that something stays as it is; fewer where there are not so many."""
        return [epoch[key] for epoch in self.epochs[-self.window :]]

    @property
    def window(self) -> int:
        return max(FEWEST_EPOCHS, math.ceil(WINDOW * self.plan.training.epochs))


def findings(
    plan: Plan, mean_image: float, epochs: Sequence[Mapping[str, Any]], steps: Sequence[Mapping[str, Any]]
) -> list[Finding]:
    """The fault that shows after the last of these epochs, the gravest where there are several; empty where none does.

    Args:
        plan: of the run. On the KL alone everything collapses, as it is meant to: nothing is said.
        mean_image: nats per image, see `vae_core.training.events`.
        epochs: the events of all epochs so far.
        steps: those of the steps of the first.
    """
    if not epochs or plan.training.reconstruction_weight == 0:
        return []
    start = (steps or epochs)[0]["loss"]
    seen = _Seen(plan, mean_image, epochs, start)
    rules = (_kl_explodes, _rate_too_high, _collapse, _no_progress, _mean_image)
    return next(([found] for rule in rules if (found := rule(seen))), [])


def _kl_explodes(seen: _Seen) -> Finding | None:
    """The KL alone is more than knowing nothing costs, which is the mean image at a KL of 0, and the loss feels it."""
    training, kl = seen.plan.training, seen.epochs[-1]["kl"]
    felt = min(1, training.beta / training.reconstruction_weight) * kl
    if len(seen.epochs) < 2 or felt <= seen.mean_image:
        return None
    return Finding(
        "kl-explodes",
        f"The KL is {_nats(kl)} for each image: giving the mean image without any code would cost no more than "
        f"{_nats(seen.mean_image)} in all.",
        _slower(
            training.learning_rate, " Let the encoder learn ln sigma^2." if seen.plan.model.scale == "sigma" else ""
        ),
    )


def _rate_too_high(seen: _Seen) -> Finding | None:
    training, losses = seen.plan.training, [epoch["loss"] for epoch in seen.epochs]
    advice = _slower(training.learning_rate)
    if losses[-1] > RISE * seen.start:
        words = f"The loss is {_nats(losses[-1])}, more than the {_nats(seen.start)} it began with."
        return Finding("rate-too-high", words, advice)
    for i in range(max(1, len(losses) - NEWS), len(losses)):
        best = min(losses[:i])
        if losses[i] > JUMP * best and losses[i] - best > HEIGHT * training.reconstruction_weight * seen.mean_image:
            words = (
                f"The loss jumped to {_nats(losses[i])} in epoch {seen.epochs[i]['epoch']}; it had been {_nats(best)}."
            )
            return Finding("rate-too-high", words, advice)
    return None


def _collapse(seen: _Seen) -> Finding | None:
    if seen.plan.model.kind == "ae" or seen.progress < HALF or len(seen.epochs) < FEWEST_EPOCHS:
        return None
    used = [
        kl >= NO_KL if active is None else active > 0
        for active, kl in zip(seen.last("active"), seen.last("kl"), strict=True)
    ]
    if any(used) or seen.epochs[-1]["reconstruction"] > FAR * seen.mean_image:
        return None
    beta, rate = seen.plan.training.beta, seen.plan.training.learning_rate
    steps = "in more steps: for more epochs, or in smaller batches."
    gentler = f"Lower beta, which is {beta:g}, or train {steps}" if beta else f"Train {steps}"
    return Finding(
        "collapse",
        f"For {len(used)} epochs no code has told digits apart: their KL is {_nats(seen.epochs[-1]['kl'])}, and every "
        "digit is reconstructed as the same picture.",
        f"Lower beta, which is {beta:g}." if beta > 1 else _slower(rate) if rate > HIGH_RATE else gentler,
    )


def _no_progress(seen: _Seen) -> Finding | None:
    training, epoch = seen.plan.training, seen.epochs[-1]
    if seen.progress < HALF or len(seen.epochs) < FEWEST_EPOCHS or epoch["reconstruction"] < FAR * seen.mean_image:
        return None
    first, *_, last = seen.last("reconstruction")
    mean_image = f"where the mean image alone would cost {_nats(seen.mean_image)}."
    if seen.start - epoch["loss"] < FALL * seen.start:
        words = f"After {epoch['epoch']} of {training.epochs} epochs the loss is {_nats(epoch['loss'])}; it began with "
        words += f"{_nats(seen.start)}."
    elif abs(first - last) < STILL * last:
        words = f"The reconstruction has stayed at {_nats(last)} for {len(seen.last('loss'))} epochs, {mean_image}"
    elif seen.progress >= END:
        words = (
            f"After {epoch['epoch']} of {training.epochs} epochs the reconstruction costs {_nats(last)}, {mean_image}"
        )
    else:
        return None
    rate = training.learning_rate
    steps = "train in more steps: for more epochs, or in smaller batches."
    return Finding(
        "no-progress",
        words,
        _slower(rate, " A large step switches ReLUs off for good.")
        if rate > HIGH_RATE
        else f"Try a learning rate of {min(10 * rate, HIGH_RATE):g} instead of {rate:g}, or {steps}",
    )


def _mean_image(seen: _Seen) -> Finding | None:
    rate, last = seen.plan.training.learning_rate, seen.last("reconstruction")
    shares = [reconstruction / seen.mean_image for reconstruction in last]
    if seen.progress < LATE or len(seen.epochs) < seen.window or not AT <= min(shares) <= max(shares) <= FAR:
        return None
    if shares[0] - shares[-1] > FLAT:
        return None
    return Finding(
        "mean-image",
        f"For {len(last)} epochs the reconstruction has cost {_nats(last[-1])}, where giving the mean image each time "
        f"would cost {_nats(seen.mean_image)}.",
        _slower(rate)
        if rate > HIGH_RATE
        else "Train in more steps (more epochs, smaller batches), at a higher learning rate, or with wider layers.",
    )


def _slower(rate: float, more: str = "") -> str:
    return f"Start anew with a lower learning rate: {rate / 3:.1g} instead of {rate:g}.{more}"


def _nats(value: float) -> str:
    return f"{value:,.0f} nats" if value >= 100 else f"{value:.3g} nats"
