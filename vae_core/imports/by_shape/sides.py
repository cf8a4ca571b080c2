"""Strides, paddings, pooling and upsampling, which no state dict names: those that fit the sides of pictures.

Of all that fit, the usual come first: convolutions that halve or keep a picture, transposed ones that double it, and
every layer of a kind in the same way.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import count

from vae_core.config import SIDES, Shape
from vae_core.errors import ConfigError
from vae_core.imports.by_shape.order import Step, Way
from vae_core.imports.net import Chain, FoundNet, Link
from vae_core.nets.layers import (
    Activation,
    Affine,
    AveragePooling,
    Convolution,
    Dense,
    Flatten,
    Label,
    Layer,
    MaxPooling,
    Reshape,
    Size,
    TransposedConvolution,
    Upsampling,
)

# A change of manner between two layers with windows of the same size.
CHANGE_COST = 2.0
MOST_STATES = 20_000
# Of pooling over a whole picture, as a layer here has it.
MOST_WINDOW = 64
HALF = (2, 2)


@dataclass(frozen=True)
class Manner:
    """How a layer with a window moves it.

    Attributes:
        way: convolution or transposed.
        stride, padding, more: on all sides alike; `more` is the output padding of a transposed one.
        before: upsampling of what goes in.
        after: pooling of what comes out.
        cost: 0 is the usual.
    """

    way: Way
    stride: int
    padding: int
    more: int = 0
    before: Layer | None = None
    after: Layer | None = None
    cost: float = 0.0

    def layers(self, channels: int, kernel: tuple[int, int], size: Size) -> list[Layer]:
        """The layer itself, of what goes in, and what stands before and after it."""
        border = (self.padding,) * 4
        stride = (self.stride, self.stride)
        layer: Layer
        if self.way == "convolution":
            layer = Convolution(channels=channels, kernel=kernel, stride=stride, padding=border)
        else:
            more = (self.more, self.more)
            layer = TransposedConvolution(
                channels=channels, kernel=kernel, stride=stride, padding=border, output_padding=more
            )
        return [each for each in (self.before, layer, self.after) if each]


@dataclass(frozen=True)
class Framework:
    """How a library lays its layers.

    Attributes:
        encoding: how a convolution of an encoder may go, of its kernel; the usual first.
        decoding: how a layer of a decoder may go, of its kernel and what it can be.
        arranged: the net whose weights were in the library's order.
    """

    encoding: Callable[[int], list[Manner]]
    decoding: Callable[[int, tuple[Way, ...]], list[Manner]]
    arranged: Callable[[FoundNet], FoundNet]


@cache
def encoding(kernel: int) -> list[Manner]:
    """How a convolution of an encoder may go, the usual first."""
    same = (kernel - 1) // 2
    pool, mean = MaxPooling(kernel=HALF, stride=HALF), AveragePooling(kernel=HALF, stride=HALF)
    found = [
        Manner("convolution", 2, same, cost=0),
        Manner("convolution", 1, same, cost=0.5),
        Manner("convolution", 1, same, after=pool, cost=0.5),
        Manner("convolution", 1, same, after=mean, cost=2),
        Manner("convolution", 2, 0, cost=1),
        Manner("convolution", 1, 0, cost=1),
        Manner("convolution", 1, 0, after=pool, cost=1.5),
        *(Manner("convolution", stride, padding, cost=3) for padding in (1, 2, 3) for stride in (1, 2)),
        Manner("convolution", 3, same, cost=4),
        Manner("convolution", 3, same, after=pool, cost=4),
        Manner("convolution", 2, same, after=MaxPooling(kernel=HALF, stride=(1, 1)), cost=4),
    ]
    return _distinct(kernel, found)


@cache
def decoding(kernel: int, ways: tuple[Way, ...]) -> list[Manner]:
    """How a layer of a decoder may go, the usual first."""
    same = (kernel - 1) // 2
    found = []
    if "transposed_convolution" in ways:
        for padding in range(min(kernel, 4)):
            for more in (0, 1):
                for stride in (2, 3):
                    is_exact = kernel - 2 * padding + more == stride
                    cost = (0 if is_exact else 1 if padding == more == 0 else 3) + 0.5 * more + (stride - 2)
                    found.append(Manner("transposed_convolution", stride, padding, more, cost=cost))
            cost = 0.5 if kernel - 2 * padding == 1 else 1
            found.append(Manner("transposed_convolution", 1, padding, cost=cost))
    if "convolution" in ways:
        twice = Upsampling(factor=HALF)
        found += [
            Manner("convolution", 1, same, before=twice, cost=0.2),
            Manner("convolution", 1, same, cost=0.5),
            Manner("convolution", 1, 0, cost=2),
            Manner("convolution", 1, 0, before=twice, cost=2.5),
        ]
    return sorted(_distinct(kernel, found), key=lambda manner: manner.cost)


def _distinct(kernel: int, found: list[Manner]) -> list[Manner]:
    kept: dict[object, Manner] = {}
    for manner in found:
        if manner.padding <= kernel // 2 or manner.way != "convolution":
            key = (manner.way, manner.stride, manner.padding, manner.more, manner.before, manner.after)
            kept.setdefault(key, manner)
    return list(kept.values())


def _as_it_is(net: FoundNet) -> FoundNet:
    return net


TORCH = Framework(encoding, decoding, _as_it_is)


@dataclass(frozen=True)
class _State:
    """Laid so far: what comes out, and how each layer with a window goes."""

    done: int
    size: Size
    manners: tuple[Manner, ...]


class Layout:
    """All ways to lay steps from one shape to another.

    A normalisation becomes an `affine` layer; after each layer with weights stands an activation that is open, but not
    after the last where `ends_open` is False.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        start: Size,
        goals: Sequence[Size],
        framework: Framework,
        is_decoder: bool,
        ends_open: bool = True,
    ) -> None:
        """
        Args:
            steps: the layers, in order.
            start: the shape of what goes in.
            goals: what may come out; a row or a picture; none where anything may.
            framework: whose layers they are.
            is_decoder: whether pictures grow.
            ends_open: whether the last layer has an activation, too.
        """
        self.steps, self.start, self.goals = steps, start, goals
        self.framework, self.is_decoder, self.ends_open = framework, is_decoder, ends_open
        self.most = max(SIDES[1], *start[1:], *(side for goal in goals for side in goal[1:]))
        self._reached: dict[tuple[int, Size], bool] = {}
        self._fitting: dict[tuple[int, Size], list[tuple[Manner, Size]]] = {}

    def chains(self) -> Iterator[tuple[float, Chain, Size]]:
        """The chains, the usual first: how unusual each is, the layers, and the shape of what comes out."""
        order = count()
        waiting: list[tuple[float, int, _State]] = [(0.0, next(order), _State(0, self.start, ()))]
        for _ in range(MOST_STATES):
            if not waiting:
                return
            cost, _, state = heapq.heappop(waiting)
            if state.done == len(self.steps):
                yield cost, self._chain(state.manners), state.size
                continue
            for more, manner, size in self._next(state.done, state.size, state.manners[-1:]):
                if self._reaches(state.done + 1, size):
                    after = _State(state.done + 1, size, state.manners + ((manner,) if manner else ()))
                    heapq.heappush(waiting, (cost + more, next(order), after))

    def _reaches(self, done: int, size: Size) -> bool:
        if done == len(self.steps):
            return not self.goals or any(_is_as_large(size, goal) for goal in self.goals)
        key = (done, size)
        if key not in self._reached:
            self._reached[key] = any(self._reaches(done + 1, after) for _, _, after in self._next(done, size, ()))
        return self._reached[key]

    def _next(self, done: int, size: Size, last: tuple[Manner, ...]) -> Iterator[tuple[float, Manner | None, Size]]:
        step = self.steps[done]
        takes = step.piece.shape[1]
        if step.piece.is_dense:
            if math.prod(size) + step.classes == takes:
                yield 0.0, None, (step.piece.shape[0],)
            elif len(size) == 3 and size[0] + step.classes == takes and max(size[1:]) <= MOST_WINDOW:
                yield 1.0, POOL_ALL, (step.piece.shape[0],)
            return
        for manner, after in self._manners(done, size):
            changes = last and last[0] is not POOL_ALL and _is_other(last[0], manner)
            yield manner.cost + (CHANGE_COST if changes else 0.0), manner, after

    def _manners(self, done: int, size: Size) -> list[tuple[Manner, Size]]:
        """How a layer with a window may go, and what then comes out."""
        if (done, size) not in self._fitting:
            step = self.steps[done]
            kernel = max(step.piece.shape[2:])
            found = []
            for manner in self._usual(kernel, step.ways):
                # One that does not fit is none of those that are looked for.
                with suppress(ConfigError):
                    after = self._after(step, manner, size)
                    if max(after[1:]) <= self.most:
                        found.append((manner, after))
            self._fitting[done, size] = found
        return self._fitting[done, size]

    def _usual(self, kernel: int, ways: tuple[Way, ...]) -> list[Manner]:
        return self.framework.decoding(kernel, ways) if self.is_decoder else self.framework.encoding(kernel)

    def _after(self, step: Step, manner: Manner, size: Size) -> Size:
        for layer in _laid(step, manner, size):
            size = layer.output(size)
        return size

    def _chain(self, manners: tuple[Manner, ...]) -> Chain:
        found: list[Link] = []
        size = self.start
        waiting = list(manners)
        for i, step in enumerate(self.steps):
            pools = bool(waiting) and waiting[0] is POOL_ALL
            manner = waiting.pop(0) if not step.piece.is_dense or pools else None
            for layer in _laid(step, manner, size):
                found.append(_link(step, layer))
                size = layer.output(size)
                if not layer.weights(size) or isinstance(layer, Affine):
                    continue
                if step.piece.norm:
                    norm = step.piece.norm
                    tensors = {"weight": norm.weight, "bias": norm.bias}
                    found.append(Link(Affine(), tensors, norm.name))
                if i < len(self.steps) - 1 or self.ends_open:
                    found.append(_function(step))
        return tuple(found)


POOL_ALL = Manner("convolution", 1, 0)


def _function(step: Step) -> Link:
    """That follows a layer; open, unless it was learnt."""
    slope = step.piece.slope
    if slope is None:
        return Link(Activation(function="relu"), {}, step.piece.name, is_open=True)
    return Link(Activation(function="leaky_relu", slope=slope), {}, step.piece.name)


def _is_other(one: Manner, two: Manner) -> bool:
    keys = [(each.way, each.stride, each.padding == 0, each.before, each.after) for each in (one, two)]
    return keys[0] != keys[1]


def _is_as_large(size: Size, goal: Size) -> bool:
    return size == goal if len(size) == len(goal) else math.prod(size) == math.prod(goal)


def _laid(step: Step, manner: Manner | None, size: Size) -> list[Layer]:
    """The layer, and what must come before and after it."""
    piece = step.piece
    before: list[Layer] = []
    if piece.is_dense:
        if manner is POOL_ALL:
            before.append(AveragePooling(kernel=(size[1], size[2]), stride=(size[1], size[2])))
        if len(size) == 3:
            before.append(Flatten())
    elif len(size) == 1:
        before.append(Reshape(shape=_picture(step, size[0])))
    if step.classes:
        before.append(Label(classes=step.classes))
    if piece.is_dense or manner is None:
        return [*before, Dense(units=piece.shape[0])]
    channels = piece.shape[0 if manner.way == "convolution" else 1]
    kernel = (piece.shape[2], piece.shape[3])
    for layer in before:
        size = layer.output(size)
    return [*before, *manner.layers(channels, kernel, size)]


def _picture(step: Step, units: int) -> Shape:
    channels = step.piece.shape[0 if step.ways[0] == "transposed_convolution" else 1]
    side = math.isqrt(units // channels)
    return channels, side, units // channels // max(side, 1)


def _link(step: Step, layer: Layer) -> Link:
    if not isinstance(layer, Dense | Convolution | TransposedConvolution):
        return Link(layer, {})
    piece = step.piece
    outputs = layer.units if isinstance(layer, Dense) else layer.channels
    bias = piece.weight.new_zeros(outputs) if piece.bias is None else piece.bias
    return Link(layer, {"weight": piece.weight, "bias": bias}, piece.name)
