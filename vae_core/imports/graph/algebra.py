"""Sums and products in the graph of a file: a net's own, and those that draw a code, z = mu + sigma * eps."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from vae_core.errors import ConfigError
from vae_core.imports.graph.classes import ClassNumber
from vae_core.imports.graph.signal import LEAST_PICTURE, Array, Root, Signal, start
from vae_core.nets.fields import require

# More numbers than any constant of a net's arithmetic has.
MOST_CONSTANT = 1 << 22
# Between which pixels lie.
PIXELS = ((0, 1), (-1, 1), (0, 255))
CUT_OFF = "it gets numbers that are cut off, which no layer here does"


@dataclass(frozen=True)
class Noise:
    """Random numbers."""


@dataclass(frozen=True)
class Exponential:
    """e to the power of a signal."""

    log: Signal


@dataclass(frozen=True)
class Spread:
    """Noise times sigma: what is added to mu. `head` is ln sigma^2, or what is multiplied by the noise itself."""

    head: Signal


@dataclass(frozen=True)
class Gate:
    """factor * (shift + erf(of / sqrt 2)): a part of a GELU."""

    of: Signal
    shift: float = 0.0
    factor: float = 1.0


@dataclass(frozen=True)
class Clipped:
    """A signal cut off below and above: a picture that is, or ln sigma^2, whose other values seldom occur."""

    of: Signal
    low: float
    high: float
    source: str

    def uncut(self) -> Signal:
        """The signal, with a note unless it is a picture, whose pixels are cut off here too."""
        is_picture = self.of.where.size >= LEAST_PICTURE and (self.low, self.high) in PIXELS
        said = f"{self.source!r} cuts numbers off at {self.low:g} and {self.high:g}, which is left out"
        return self.of if is_picture else replace(self.of, notes=(*self.of.notes, said))


@dataclass(frozen=True)
class Unknown:
    """What cannot be taken, and why: a whole sentence but for the full stop."""

    reason: str


Value = Signal | Array | ClassNumber | Noise | Exponential | Spread | Gate | Clipped | Unknown


def add(a: Value, b: Value, source: str) -> Value:
    """a + b.

    Raises:
        ConfigError: it is neither a constant added to numbers nor noise to mu.
    """
    match a, b:
        case np.ndarray(), np.ndarray():
            bounded(a, b)
            return np.asarray(a + b)
        case Signal(), np.ndarray():
            return a.affine(1.0, b, source)
        case Signal(), Spread():
            return sampled(a, b.head, source)
        case Gate(), np.ndarray() if b.size == 1:
            return replace(a, shift=a.shift + float(b.reshape(-1)[0]) / a.factor)
        case Noise(), np.ndarray():
            return a
        case (np.ndarray(), _) | (Spread(), Signal()):
            return add(b, a, source)
    require(not isinstance(a, Clipped) and not isinstance(b, Clipped), CUT_OFF)
    raise ConfigError("it adds what two ways through the net give, and a net here is one chain of layers")


def multiply(a: Value, b: Value, source: str) -> Value:
    """a * b.

    Raises:
        ConfigError: it is no product of a constant and numbers, of noise and sigma, or of a number and its sigmoid.
    """
    match a, b:
        case np.ndarray(), np.ndarray():
            bounded(a, b)
            return np.asarray(a * b)
        case Signal(), np.ndarray():
            return a.affine(b, 0.0, source)
        case Exponential(), Noise() | np.ndarray():
            # Some files hold the noise of one run as a constant.
            return Spread(scaled(a.log, 2.0, source))
        case Signal(), Noise():
            return Spread(a)
        case Noise(), np.ndarray():
            return a
        case Gate(), np.ndarray() if b.size == 1 and float(b.reshape(-1)[0]):
            return replace(a, factor=a.factor * float(b.reshape(-1)[0]))
        case Signal(), Gate():
            require(abs(b.shift - 1) < 1e-5, "its error function is no part of a GELU")
            times = _ratio(a, b.of)
            if times is not None:
                same = abs(times - 1) < 1e-5
                out = (a if same else b.of).activation("gelu", source)
                factor = 2 * b.factor * (1 if same else times)
                return out if abs(factor - 1) < 1e-5 else scaled(out, factor, source)
        case Signal(), Signal():
            for one, other in ((a, b), (b, a)):
                if _is_sigmoid_of(one, other):
                    return other.activation("silu", source)
                if one.root.is_aside and not one.chain:
                    return Spread(other)
        case Exponential(), Signal() if b.root.is_aside and not b.chain:
            return multiply(a, Noise(), source)
        case Clipped(), np.ndarray() if b.size == 1:
            by = float(b.reshape(-1)[0])
            low, high = sorted((a.low * by, a.high * by))
            return Clipped(scaled(a.of, by, source), low, high, a.source)
        case Clipped(), Noise():
            return Spread(a.uncut())
        case (np.ndarray() | Noise(), _) | (Gate(), Signal()) | (Signal(), Exponential()):
            return multiply(b, a, source)
    require(not isinstance(a, Clipped) and not isinstance(b, Clipped), CUT_OFF)
    raise ConfigError("it multiplies what two ways through the net give")


def negative(a: Value, source: str) -> Value:
    """-a."""
    return np.asarray(-a) if isinstance(a, np.ndarray) else multiply(a, np.asarray(-1.0), source)


def clipped(a: Value, low: float, high: float, source: str) -> Value:
    """a, but at least `low` and at most `high`."""
    if isinstance(a, np.ndarray):
        return np.asarray(np.clip(a, low, high))
    require(isinstance(a, Signal), "it cuts off something else than a layer's output")
    return Clipped(a, low, high, source)  # type: ignore[arg-type]


def exponential(a: Value) -> Value:
    """e to the power of a."""
    if isinstance(a, Clipped):
        return Exponential(a.uncut())
    if isinstance(a, np.ndarray):
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(a))
    require(isinstance(a, Signal), "it takes e to the power of something else than a layer's output")
    return Exponential(a)  # type: ignore[arg-type]


def root_of(a: Value, source: str) -> Value:
    """The square root of sigma^2, or of a constant."""
    if isinstance(a, np.ndarray):
        require(bool((a >= 0).all()), "it takes the root of a negative number")
        return np.asarray(np.sqrt(a))
    if isinstance(a, Exponential):
        return Exponential(scaled(a.log, 0.5, source))
    raise ConfigError("it takes a root of something else than a variance")


def error_function(a: Value) -> Gate:
    """erf(a), of x / sqrt 2 with x a layer's output."""
    require(isinstance(a, Signal), "its error function is no part of a GELU")
    return Gate(scaled(a, math.sqrt(2), ""))  # type: ignore[arg-type]


def scaled(a: Signal, factor: float, source: str) -> Signal:
    return a.affine(factor, 0.0, source)


def sampled(mu: Signal, head: Signal, source: str) -> Signal:
    """A code drawn from N(mu, sigma^2)."""
    require(
        mu.where.size == head.where.size and mu.root is head.root,
        f"it draws a code of mu {list(mu.where.shape)} and sigma {list(head.where.shape)}, which do not fit",
    )
    code = start(Root(source, (mu.where.size,), (mu, head)))
    return code.view(code.where.reshape(mu.where.shape))


def bounded(*arrays: Array) -> None:
    """Refuses constants that together would be too large."""
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    require(math.prod(shape) <= MOST_CONSTANT, "its constant is larger than any of a net's arithmetic")


def _is_sigmoid_of(a: Signal, b: Signal) -> bool:
    last = a.chain[-1].layer.to_json() if a.chain else None
    return last == {"type": "activation", "function": "sigmoid"} and _is_same(a.chain[:-1], b.chain)


def _is_same(a: tuple[object, ...], b: tuple[object, ...]) -> bool:
    return len(a) == len(b) and all(one is other for one, other in zip(a, b, strict=True))


def _ratio(a: Signal, b: Signal) -> float | None:
    """a / b, where both are the same layer's output but for a factor."""
    if len(a.chain) != len(b.chain) or not a.chain or not _is_same(a.chain[:-1], b.chain[:-1]):
        return None
    one, other = (each.chain[-1].tensors for each in (a, b))
    if not one or not other:
        return 1.0 if a.chain[-1] is b.chain[-1] else None
    pairs = [(one[key].double().flatten(), other[key].double().flatten()) for key in one]
    if any(left.shape != right.shape for left, right in pairs):
        return None
    product, square = (sum(float(x @ y) for x, y in each) for each in (pairs, [(y, y) for _, y in pairs]))
    times = product / square if square else 1.0
    off = max(float((x - times * y).abs().max()) for x, y in pairs)
    return times if off <= 1e-5 * math.sqrt(square) else None
