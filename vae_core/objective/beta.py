"""Which beta a VAE's loss has, however it is written (Higgins et al., 2017).

The measure is this product's loss: -ln p(x|z) summed over pixels, plus beta times KL(q(z|x) || N(0, I)) summed over
codes, mean over the batch. Losses that differ by a factor alone have the same beta: they have the same minimum, and
under Adam, which divides the size of a gradient out, nearly the same way to it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from vae_core.config import DIGIT, Shape
from vae_core.errors import ObjectiveError

Over = Literal["sum", "mean"]
Error = Literal["squared_error", "cross_entropy"]

CALLS: dict[Error, tuple[str, str]] = {
    "squared_error": ("mse_loss", "x_hat"),
    "cross_entropy": ("binary_cross_entropy_with_logits", "logits"),
}
# Over pixels and over the batch: what follows the arguments, and what follows the call.
REDUCTIONS: dict[tuple[Over, Over], tuple[str, str]] = {
    ("sum", "sum"): (', reduction="sum"', ""),
    ("sum", "mean"): (', reduction="sum"', " / len(x)"),
    ("mean", "mean"): ("", ""),
    ("mean", "sum"): (', reduction="none"', ".flatten(1).mean(1).sum()"),
}

_DECIMAL = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*", re.IGNORECASE | re.ASCII)


def exact(number: str | float | Fraction) -> Fraction:
    """A number as it is written: of 0.00025, or "2.5e-4", one in 4,000.

    >>> exact(0.00025), exact("1/784")
    (Fraction(1, 4000), Fraction(1, 784))

    Raises:
        ObjectiveError: it is not a finite number.
    """
    if isinstance(number, Fraction):
        return number
    text = str(number)
    parts = text.split("/")
    if len(parts) > 2 or not all(_DECIMAL.fullmatch(part) for part in parts):
        raise ObjectiveError(f"'{text}' is not a number")
    over = [Fraction(part.strip()) for part in parts]
    if over[-1] == 0 and len(over) == 2:
        raise ObjectiveError(f"'{text}' divides by 0")
    return over[0] / over[1] if len(over) == 2 else over[0]


@dataclass(frozen=True, kw_only=True)
class WrittenLoss:
    """reconstruction_weight x reconstruction + kl_weight x KL, each summed or averaged in its way.

    Attributes:
        error: "squared_error", of pixels, or "cross_entropy", of logits.
        over_pixels: how the error of one picture is taken from that of its pixels.
        over_batch: how the reconstruction term is taken from the errors of the pictures.
        kl_over_codes: how the KL divergence of one picture is taken from that of its codes.
        kl_over_batch: how the KL term is taken from those of the pictures.
        shape: channels, height and width of a picture.
        batch_size: pictures a step.
        latent_dim: codes.
        reconstruction_weight, kl_weight: exact, at least 0, at least one above it; see `exact`.

    Raises:
        ObjectiveError: a size is below 1 or a weight below 0, or both weights are 0.
    """

    error: Error = "squared_error"
    over_pixels: Over = "sum"
    over_batch: Over = "mean"
    kl_over_codes: Over = "sum"
    kl_over_batch: Over = "mean"
    shape: Shape = DIGIT
    batch_size: int = 250
    latent_dim: int = 30
    reconstruction_weight: Fraction = Fraction(1)
    kl_weight: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        channels, height, width = self.shape
        sizes = {"number of channels": channels, "height": height, "width": width}
        sizes |= {"batch size": self.batch_size, "number of codes": self.latent_dim}
        for name, size in sizes.items():
            if size < 1:
                raise ObjectiveError(f"the {name} is {size}; it must be at least 1")
        weights = {"reconstruction term": self.reconstruction_weight, "KL term": self.kl_weight}
        for name, weight in weights.items():
            if weight < 0:
                raise ObjectiveError(f"the weight of the {name} is {float(weight):g}; it must be at least 0")
        if not any(weights.values()):
            raise ObjectiveError("both weights are 0; such a loss has nothing to learn")

    @property
    def pixels(self) -> int:
        """How many numbers a picture is."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Translation:
    """What a written loss is in this product's terms.

    Attributes:
        beta: the weight of the KL term.
        factor: how many times this product's loss at that beta the written one is.
        normalised: beta x codes / pixels, with which Higgins et al. (2017) compare nets of different sizes: the weight
            of a KL term averaged over codes beside an error averaged over pixels.
        variance: of squared error, the variance of Gaussian pixels for which the loss, up to a factor and a constant,
            is minus the ELBO: beta / 2, and 1/2 at beta 1. 0 at beta 0. None of cross-entropy.
    """

    beta: Fraction
    factor: Fraction
    normalised: Fraction
    variance: Fraction | None


def translate(loss: WrittenLoss) -> Translation:
    """Which beta a loss has.

    A squared error summed over pixels, over 2 v, is -ln p(x|z) of Gaussian pixels of variance v up to a constant; and
    error + beta KL is beta times (error / 2 v + KL) where 2 v is beta. So beta 1 stands for a variance of 1/2, and
    another beta for another variance (Lucas et al., 2019).

    >>> float(translate(WrittenLoss(over_pixels="mean")).beta)
    784.0
    >>> float(translate(WrittenLoss(over_pixels="mean", kl_over_codes="mean", kl_weight=exact(0.15))).beta)
    3.92
    >>> translate(WrittenLoss(over_batch="sum")).beta
    Fraction(1, 250)

    Raises:
        ObjectiveError: the reconstruction term has weight 0.
    """
    if loss.reconstruction_weight == 0:
        raise ObjectiveError("the reconstruction term has weight 0; the KL term alone is the loss of no beta")
    factor = loss.reconstruction_weight * _times(loss.over_pixels, loss.pixels, loss.over_batch, loss.batch_size)
    kl = loss.kl_weight * _times(loss.kl_over_codes, loss.latent_dim, loss.kl_over_batch, loss.batch_size)
    beta = kl / factor
    return Translation(
        beta=beta,
        factor=factor,
        normalised=beta * Fraction(loss.latent_dim, loss.pixels),
        variance=beta / 2 if loss.error == "squared_error" else None,
    )


def _times(over_parts: Over, parts: int, over_batch: Over, batch_size: int) -> Fraction:
    """How many times the sum over parts, mean over the batch, a term is."""
    return Fraction(batch_size if over_batch == "sum" else 1, parts if over_parts == "mean" else 1)


def translated(loss: WrittenLoss) -> WrittenLoss:
    """The same loss as this product writes it, less the factor that `translate` gives: `kl_weight` is beta.

    Raises:
        ObjectiveError: as `translate`.
    """
    return WrittenLoss(
        error=loss.error,
        shape=loss.shape,
        batch_size=loss.batch_size,
        latent_dim=loss.latent_dim,
        kl_weight=translate(loss).beta,
    )


def pytorch(loss: WrittenLoss) -> str:
    """Three lines of PyTorch that compute it, of `F` (torch.nn.functional), x, mu, logvar, and x_hat or logits.

    >>> print(pytorch(WrittenLoss(over_pixels="mean", over_batch="sum", kl_weight=exact(0.5))))
    reconstruction = F.mse_loss(x_hat, x, reduction="none").flatten(1).mean(1).sum()
    kl = (0.5 * (mu**2 + logvar.exp() - 1 - logvar)).sum(1).mean()
    loss = reconstruction + 0.5 * kl
    """
    function, output = CALLS[loss.error]
    arguments, after = REDUCTIONS[loss.over_pixels, loss.over_batch]
    over_codes = {("sum", "sum"): ".sum()", ("mean", "mean"): ".mean()"}.get(
        (loss.kl_over_codes, loss.kl_over_batch), f".{loss.kl_over_codes}(1).{loss.kl_over_batch}()"
    )
    terms = f"{_weighted(loss.reconstruction_weight, 'reconstruction')} + {_weighted(loss.kl_weight, 'kl')}"
    return (
        f"reconstruction = F.{function}({output}, x{arguments}){after}\n"
        f"kl = (0.5 * (mu**2 + logvar.exp() - 1 - logvar)){over_codes}\n"
        f"loss = {terms}"
    )


def _weighted(weight: Fraction, name: str) -> str:
    if weight == 1:
        return name
    short = f"{float(weight):.12g}"
    return f"{short} * {name}" if Fraction(short) == weight else f"{weight.numerator} / {weight.denominator} * {name}"
