"""Surprise, entropy, cross-entropy and KL divergence of distributions over a few outcomes, such as the ten digits.

All in nats; `bits` converts. Where P has mass and Q has none, cross-entropy and D(P || Q) are infinite.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import entr, rel_entr, xlogy

from vae_core.arrays import Frozen
from vae_core.errors import ObjectiveError

Array = NDArray[np.float64]


def bits(nats: float) -> float:
    """The same amount of information in bits.

    >>> bits(math.log(8))
    3.0
    """
    return nats / math.log(2)


def normalised(weights: ArrayLike) -> Array:
    """Weights as shares of their sum: [K] -> float64 [K].

    >>> normalised([1, 3])
    array([0.25, 0.75])

    Raises:
        ObjectiveError: a weight is below 0 or not finite, or all are 0.
    """
    w = np.asarray(weights, np.float64)
    wrong = np.flatnonzero(~((w >= 0) & np.isfinite(w)))
    if len(wrong):
        raise ObjectiveError(f"the weight of {wrong[0]} is {w[wrong[0]]:g}; it must be a number of at least 0")
    largest = w.max(initial=0.0)
    if largest == 0:
        raise ObjectiveError("all weights are 0; at least one must be above 0")
    # Divided first, many large weights have a finite sum and tiny ones keep their digits.
    w = w / largest
    return np.asarray(w / w.sum())


def one_hot(outcome: int, count: int = 10) -> Array:
    """All mass on one outcome, 0 to count - 1: float64 [count].

    >>> one_hot(1, 3)
    array([0., 1., 0.])

    Raises:
        ObjectiveError: there is no such outcome.
    """
    if not 0 <= outcome < count:
        raise ObjectiveError(f"there is no outcome {outcome}; there are 0 to {count - 1}")
    return np.asarray(np.eye(count)[outcome])


def surprise(p: Array) -> Array:
    """I(p) = -ln p of each probability, nats, of the same shape; infinite at 0 (Shannon, 1948).

    >>> surprise(np.array([1.0, 0.5, 0.0])).round(3)
    array([0.   , 0.693,   inf])
    """
    with np.errstate(divide="ignore"):
        return np.asarray(np.abs(np.log(p)))


def entropy(p: Array) -> float:
    """H(P) = sum of p I(p), nats, 0 to ln K: [K] -> a number (Shannon, 1948).

    >>> bits(entropy(np.full(8, 1 / 8)))
    3.0
    """
    return float(entr(p).sum())


def cross_entropy(p: Array, q: Array) -> float:
    """H(P, Q) = sum of p I(q) = H(P) + D(P || Q), nats; infinite where P has mass and Q has none: [K], [K] -> a number.

    Of a one-hot P it is the surprise at the true outcome, -ln q: what a classifier is trained on.

    >>> cross_entropy(one_hot(1, 2), np.array([0.5, 0.5])) == math.log(2)
    True

    Raises:
        ObjectiveError: the two are over different numbers of outcomes.
    """
    _check(p, q)
    return float(-xlogy(p, q).sum()) + 0.0


def kl(p: Array, q: Array) -> float:
    """D(P || Q) = sum of p ln(p / q), nats; infinite where P has mass and Q has none: [K], [K] -> a number.

    Kullback & Leibler (1951).

    >>> kl(np.array([0.5, 0.5]), one_hot(1, 2)), kl(one_hot(1, 2), np.array([0.5, 0.5])) == math.log(2)
    (inf, True)

    Raises:
        ObjectiveError: the two are over different numbers of outcomes.
    """
    _check(p, q)
    return max(0.0, float(rel_entr(p, q).sum()))


def _check(p: Array, q: Array) -> None:
    if p.shape != q.shape:
        raise ObjectiveError(f"P is over {len(p)} outcomes and Q over {len(q)}; they must be over the same")


@dataclass(frozen=True)
class Comparison(Frozen):
    """Two distributions over the same outcomes, all in nats; arrays read-only.

    Attributes:
        p, q: float64 [K], each of sum 1.
        entropy_p, entropy_q: H(P), H(Q).
        cross_entropy_pq, cross_entropy_qp: H(P, Q), H(Q, P).
        kl_pq, kl_qp: D(P || Q), D(Q || P).
        without_q: outcomes to which P gives mass and Q none: why D(P || Q) is infinite.
        without_p: the other way round.
    """

    p: Array
    q: Array
    entropy_p: float
    entropy_q: float
    cross_entropy_pq: float
    cross_entropy_qp: float
    kl_pq: float
    kl_qp: float
    without_q: tuple[int, ...]
    without_p: tuple[int, ...]

    @property
    def reason(self) -> str | None:
        """Why a value is infinite, without a full stop; None where none is.

        >>> compare([1, 1, 2], [1, 0, 0]).reason
        'D(P || Q) is infinite, for P gives mass to 1 and 2 and Q gives none'
        """
        reasons = [
            f"D({first} || {second}) is infinite, for {first} gives mass to {_listed(outcomes)} and {second} gives none"
            for first, second, outcomes in (("P", "Q", self.without_q), ("Q", "P", self.without_p))
            if outcomes
        ]
        return "; ".join(reasons) or None


def compare(p_weights: ArrayLike, q_weights: ArrayLike) -> Comparison:
    """Two distributions from weights of any sum, [K] each.

    Raises:
        ObjectiveError: as `normalised`, with the name of the distribution, or they differ in number.
    """
    p, q = _named("P", p_weights), _named("Q", q_weights)
    return Comparison(
        p=p,
        q=q,
        entropy_p=entropy(p),
        entropy_q=entropy(q),
        cross_entropy_pq=cross_entropy(p, q),
        cross_entropy_qp=cross_entropy(q, p),
        kl_pq=kl(p, q),
        kl_qp=kl(q, p),
        without_q=tuple(np.flatnonzero((p > 0) & (q == 0)).tolist()),
        without_p=tuple(np.flatnonzero((q > 0) & (p == 0)).tolist()),
    )


def _named(name: str, weights: ArrayLike) -> Array:
    try:
        return normalised(weights)
    except ObjectiveError as error:
        raise ObjectiveError(f"{name}: {error}") from error


def _listed(outcomes: tuple[int, ...]) -> str:
    *most, last = map(str, outcomes)
    return f"{', '.join(most)} and {last}" if most else last
