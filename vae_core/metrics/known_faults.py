"""What is known to go wrong with a trained model, and with how its file was read: each with the numbers that show it.

A net that is given other pixels than it takes seems collapsed, or trained on other pictures, and one that has collapsed
says nothing of its sigma: what explains the rest is looked for first, and then stands alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from vae_core import losses
from vae_core.metrics.kl_weight import kl_weight, kl_weight_of_mu
from vae_core.models import SIGMA_SQUARED_FLOOR, Autoencoder, reparameterize
from vae_core.nets.readings import INPUTS, MEANINGS, OUTPUTS, Meaning

Fault = Literal["pixels", "collapsed", "sigma", "range", "other-pictures"]

# On so many pictures other readings of the same weights are tried.
TRIED = 256
# Of the error, what another reading of the pixels leaves at most; and of the mean picture's.
GREATLY, FAR_BELOW = 0.5, 0.75
# Of the variance of the pictures, what is drawn has less where nothing but one picture is.
ONE_PICTURE = 0.001
# Times the error at mu: a beta of 1 brings 16 codes to twice as much.
FAR_ABOVE = 1.3
# In the logarithm of weights of the KL: softplus is hardly another function than exp where sigma is small.
MARGIN, SOFTPLUS_MARGIN = 0.2, 0.05
# Beyond [0, 1]; PCA, which ends in no function, has up to 0.3 % of its pixels there, and twice its pictures 11 to 13 %.
A_LITTLE, SHARE_OUTSIDE = 0.25, 0.02


@dataclass(frozen=True)
class Finding:
    """A fault, the numbers that show it, and what may help; both sentences have their full stop."""

    fault: Fault
    words: str
    advice: str

    @property
    def sentence(self) -> str:
        """Both."""
        return f"{self.words} {self.advice}"


@dataclass(frozen=True, eq=False)
class Seen:
    """A model on pictures.

    Attributes:
        model: given their labels, where it takes them.
        x: float32 [B, C, H, W] in [0, 1].
        mu: of q(z|x), or the codes of an AE, [B, D].
        logvar: ln sigma^2, [B, D]; None for an AE.
        drawn: at mu, [B, C, H, W].
        active: bool [D], see `vae_core.spaces.latent.active_coordinates`.
        error: squared error at mu, per image.
        sampled_error: at one sample of q(z|x); None for an AE.
        mean_picture_error: of the mean of the pictures.
    """

    model: Autoencoder
    x: Tensor
    mu: Tensor
    logvar: Tensor | None
    drawn: Tensor
    active: Tensor
    error: float
    sampled_error: float | None
    mean_picture_error: float


def findings(seen: Seen) -> tuple[Finding, ...]:
    """The faults that show, the gravest first; empty where none does."""
    for explains_the_rest in (_pixels, _collapsed):
        if found := explains_the_rest(seen):
            return (found,)
    return tuple(found for rule in (_sigma, _range, _other_pictures) if (found := rule(seen)))


def _pixels(seen: Seen) -> Finding | None:
    """Other pixels, into it or out of it, for which the same weights draw far better, and well."""
    model, x = _few(seen)
    own = model.config.output
    known: dict[tuple[str, str], float] = {}
    for taken, line in INPUTS.items():
        raw = model.raw(model.encode(line(x)))
        known |= {(taken, given): _error(output(raw), x) for given, output in OUTPUTS.items()}
    taken, given = min(known, key=known.__getitem__)
    usual, best = known["unit", own], known[taken, given]
    if best >= GREATLY * usual or best >= FAR_BELOW * seen.mean_picture_error:
        return None
    said = [f"it takes {INPUTS[taken].words}"] if taken != "unit" else []
    said += [f"its decoder ends in {OUTPUTS[given].line.words}"] if given != own else []
    return Finding(
        "pixels",
        f"It draws these pictures with a squared error of {usual:.1f}; if {' and '.join(said)}, that is {best:.1f}.",
        "Import its file again, and say so of its pixels.",
    )


def _collapsed(seen: Seen) -> Finding | None:
    """No code is used, or what is drawn does not depend on the picture."""
    share = _variance(seen.drawn) / max(_variance(seen.x), torch.finfo().tiny)
    count = seen.mu.shape[1]
    if seen.active.any() and share >= ONE_PICTURE:
        return None
    words = (
        f"It draws nearly one picture whatever it is given: what it draws varies by {100 * share:.1f} % of what these "
        f"pictures do, and {int(seen.active.sum())} of its {count} codes are active."
    )
    if seen.logvar is None:
        return Finding("collapsed", words, "Train it again, at a lower learning rate or with wider layers.")
    kl = losses.kl_divergence(seen.mu, seen.logvar).mean().item()
    return Finding(
        "collapsed",
        f"{words} Its KL is {kl:.2f} nats.",
        "Train it again with a smaller beta; an error that is averaged over pixels beside a KL that is summed makes "
        "beta hundreds of times larger.",
    )


def _sigma(seen: Seen) -> Finding | None:
    """A sigma that is too large, and another meaning of the second head that explains it.

    Of a trained net one weight of the KL fits all that its encoder gives, see `kl_weight`: small sigma, large ones and
    mu. Where sigma is another function of the head than the one that was trained, each needs a weight of its own.
    """
    if seen.logvar is None or seen.sampled_error is None or seen.sampled_error < FAR_ABOVE * seen.error:
        return None
    words = f"The squared error is {seen.sampled_error:.1f} at a sample of q(z|x), and {seen.error:.1f} at mu"
    model, x = _few(seen)
    mu, given = seen.mu[: len(x)], seen.logvar[: len(x)]
    others = _meanings(given, model.config.scale)
    uneven = {
        meaning: _unevenness(seen, model, x, mu, logvar) + SOFTPLUS_MARGIN * (meaning == "softplus")
        for meaning, logvar in others.items()
    }
    best = min(uneven, key=uneven.__getitem__)
    sampled = _error(model.decode(reparameterize(mu, others[best], _noise())), x)
    if uneven[best] + MARGIN < _unevenness(seen, model, x, mu, given) and sampled < seen.sampled_error:
        return Finding(
            "sigma",
            f"{words}; if its second head is {MEANINGS[best]}, it is {sampled:.1f} at a sample.",
            "Import its file again, and say so of its second head.",
        )
    if seen.sampled_error < seen.mean_picture_error or seen.error > FAR_BELOW * seen.mean_picture_error:
        return None
    return Finding(
        "sigma",
        f"{words}; the mean picture alone has {seen.mean_picture_error:.1f}.",
        "Its second head is read as something else than was trained, or it was trained without samples.",
    )


def _range(seen: Seen) -> Finding | None:
    """Of a decoder that ends in no function."""
    if seen.model.config.output != "linear":
        return None
    raw = seen.model.raw(seen.mu)
    share = ((raw < -A_LITTLE) | (raw > 1 + A_LITTLE)).double().mean().item()
    if share < SHARE_OUTSIDE:
        return None
    return Finding(
        "range",
        f"{100 * share:.0f} % of the pixels that it draws lie outside [0, 1] by more than {A_LITTLE}: from "
        f"{raw.min().item():.3g} to {raw.max().item():.3g}.",
        "They are clipped. It was trained on other pixels, or its last layer is followed by a function.",
    )


def _other_pictures(seen: Seen) -> Finding | None:
    """What is no better than knowing nothing but the mean was not learnt from such pictures."""
    if seen.error < seen.mean_picture_error:
        return None
    return Finding(
        "other-pictures",
        f"It draws these pictures with a squared error of {seen.error:.1f}, and their mean alone has "
        f"{seen.mean_picture_error:.1f}.",
        "It was trained on other pictures, or its layers do not simply follow each other.",
    )


def _few(seen: Seen) -> tuple[Autoencoder, Tensor]:
    rows = torch.arange(min(TRIED, len(seen.x)))
    return seen.model.rows(rows), seen.x[: len(rows)]


def _meanings(logvar: Tensor, scale: Meaning | None) -> dict[Meaning, Tensor]:
    """ln sigma^2 as it would follow from the second head, were it something else than `scale`."""
    sigma = (logvar / 2).exp()
    # Of a head that is read as sigma its sign is lost; what else it may be is below 0 where a code says much.
    head = {"logvar": logvar, "sigma": -sigma, "softplus": sigma.expm1().log()}[scale or "logvar"]
    found: dict[Meaning, Tensor] = {
        "logvar": head,
        "log_sigma": 2 * head,
        "sigma": (head.square() + SIGMA_SQUARED_FLOOR).log(),
        "softplus": (functional.softplus(head).square() + SIGMA_SQUARED_FLOOR).log(),
    }
    return {meaning: value for meaning, value in found.items() if meaning != scale}


def _unevenness(seen: Seen, model: Autoencoder, x: Tensor, mu: Tensor, logvar: Tensor) -> float:
    """How far apart the weights of the KL are that fit small sigma, large ones and mu: the logarithm of their ratio."""
    if not seen.active.any():
        return math.inf
    small = logvar < logvar[:, seen.active].median()

    def error(z: Tensor) -> Tensor:
        return losses.reconstruction(model.decoder_output(z), x, model.config.likelihood)

    weights = [kl_weight(error, mu, logvar, part & seen.active) for part in (small, ~small)]
    weights.append(kl_weight_of_mu(error, mu, logvar))
    known = [weight for weight in weights if weight]
    return math.log(max(known) / min(known)) if len(known) == len(weights) else math.inf


def _error(x_hat: Tensor, x: Tensor) -> float:
    return losses.squared_error(x_hat, x).mean().item()


def _variance(pictures: Tensor) -> float:
    """Summed over pixels."""
    return pictures.flatten(1).var(0, correction=0).sum().item()


def _noise() -> torch.Generator:
    return torch.Generator().manual_seed(0)
