"""ln p(x) of one picture by importance sampling (Burda et al., 2015), beside the ELBO, in nats.

All is as the product's losses are: of a Gaussian likelihood, of variance 1/2, ln p(x) + `losses.gaussian_constant`
(392 ln pi for digits). Of a Bernoulli likelihood on grey pixels e^-(cross-entropy) is no distribution over pictures,
and what this estimates is ln E_p(z)[e^-(cross-entropy)]; on black and white ones it is ln p(x).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import logsumexp
from torch import Tensor

from vae_core import losses
from vae_core.arrays import Frozen
from vae_core.errors import ObjectiveError
from vae_core.models import VariationalAutoencoder

# How many draws are decoded together.
CHUNK = 500
COUNTS = (1, 5, 10, 50, 100, 500, 1000, 5000)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Running(Frozen):
    """The estimate of ln p(x) from the first draws alone, after each; arrays read-only.

    Attributes:
        estimate: float64 [N], nats; its expectation climbs with every draw, and never above ln p(x).
        standard_error: float64 [N], nats, by the delta method; not a number after the first draw.
        effective: float64 [N], effective sample size, 1 to the count of draws (Kong, 1992): where it stays near 1, one
            draw outweighs all others, and neither estimate nor error can be trusted.
    """

    estimate: Array
    standard_error: Array
    effective: Array


@dataclass(frozen=True)
class Bounds(Frozen):
    """The importance-weighted bound L_k of several k, from all draws; arrays read-only.

    Attributes:
        counts: int64 [C], ascending; L_1 is the ELBO, L_k tends to ln p(x).
        bound: float64 [C], nats. Where each count divides the next and their last all draws, it never falls.
        standard_error: float64 [C], nats, over the blocks; not a number where there is one block.
    """

    counts: NDArray[np.int64]
    bound: Array
    standard_error: Array


@dataclass(frozen=True)
class Evidence(Frozen):
    """What a VAE says of one picture; arrays read-only.

    Attributes:
        log_weights: float64 [N], ln p(x|z) + ln p(z) - ln q(z|x) of each draw.
        reconstruction: -ln p(x|z), nats, mean over the draws.
        kl: KL(q(z|x) || N(0, I)), nats, in closed form.
        elbo_error: standard error of `reconstruction`, and so of `elbo`; not a number for one draw.
        constant: what is to be subtracted from `elbo` and `log_evidence` for densities of pixels, nats: 392 ln pi for
            digits and a Gaussian likelihood, 0 for a Bernoulli one.
    """

    log_weights: Array
    reconstruction: float
    kl: float
    elbo_error: float
    constant: float

    @property
    def elbo(self) -> float:
        """-(reconstruction + kl), as `losses.elbo`."""
        return -(self.reconstruction + self.kl)

    @property
    def log_evidence(self) -> float:
        """The estimate of ln p(x) from all draws."""
        return float(running(self.log_weights).estimate[-1])

    @property
    def gap(self) -> float:
        """`log_evidence` - `elbo`, an estimate of KL(q(z|x) || p(z|x)), so at times a little below 0."""
        return self.log_evidence - self.elbo


@torch.inference_mode()
def evidence(model: VariationalAutoencoder, x: Tensor, eps: Array, chunk: int = CHUNK) -> Evidence:
    """Decodes z = mu + sigma eps of every draw once.

    Args:
        model: in eval mode.
        x: float32 [1, C, H, W] in [0, 1].
        eps: float64 [N, D], draws of N(0, I): `vae_core.noise.seeded_noise.normals` has those of the browser.
        chunk: how many are decoded together.

    Raises:
        ObjectiveError: there are no draws, or they are not of so many codes.
    """
    mu, logvar = model.posterior(x)
    if not len(eps) or eps.shape[1:] != mu.shape[1:]:
        raise ObjectiveError(f"there are draws of shape {list(eps.shape)}; it must be [N, {mu.shape[1]}], N above 0")
    mu, logvar = mu.double(), logvar.double()
    weights, errors = [], []
    for some in torch.split(torch.from_numpy(eps), chunk):
        z = mu + (0.5 * logvar).exp() * some
        output = model.decoder_output(z.float()).double()
        same = x.double().expand_as(output)
        weights.append(losses.log_weight_of_draw(output, same, z, some, logvar, model.config.likelihood))
        errors.append(losses.reconstruction(output, same, model.config.likelihood))
    error = torch.cat(errors).numpy()
    return Evidence(
        log_weights=torch.cat(weights).numpy(),
        reconstruction=float(error.mean()),
        kl=losses.kl_divergence(mu, logvar).item(),
        elbo_error=float(error.std(ddof=1) / math.sqrt(len(error))) if len(error) > 1 else math.nan,
        constant=losses.gaussian_constant(model.config.pixels) if model.config.likelihood == "gaussian" else 0.0,
    )


def running(log_weights: Array) -> Running:
    """ln of the mean weight of the first k draws, for every k, in one pass (Burda et al., 2015, equation 8).

    >>> running(np.log([1.0, 3.0])).estimate.round(3)
    array([0.   , 0.693])

    Args:
        log_weights: float64 [N], at least one.
    """
    count = np.arange(1, len(log_weights) + 1)
    total = np.logaddexp.accumulate(log_weights)
    squares = np.logaddexp.accumulate(2 * log_weights)
    effective = np.exp(2 * total - squares).clip(1, count)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative_variance = np.where(count > 1, (count / effective - 1) / (count - 1), np.nan)
    return Running(total - np.log(count), np.sqrt(relative_variance), effective)


def bounds(log_weights: Array, counts: Iterable[int] = COUNTS) -> Bounds:
    """L_k = E[ln (1/k) sum of k weights] of each k, a mean over as many separate blocks of draws as there are.

    Burda et al. (2015), equation 8 and theorem 1. Counts beyond the number of draws are left out.

    >>> bounds(np.log([1.0, 3.0, 2.0, 2.0]), [1, 2, 4]).bound.round(3)
    array([0.621, 0.693, 0.693])

    Args:
        log_weights: float64 [N], at least one.
        counts: each at least 1.
    """
    kept = sorted({k for k in counts if k <= len(log_weights)})
    blocks = [logsumexp(log_weights[: len(log_weights) // k * k].reshape(-1, k), axis=1) - math.log(k) for k in kept]
    errors = [block.std(ddof=1) / math.sqrt(len(block)) if len(block) > 1 else math.nan for block in blocks]
    return Bounds(np.array(kept, np.int64), np.array([block.mean() for block in blocks]), np.array(errors))
