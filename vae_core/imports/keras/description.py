"""A net that Keras describes, carried out on signals: Sequential and functional nets, and nets in nets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from vae_core.config import CHANNELS
from vae_core.errors import ConfigError
from vae_core.imports.graph import algebra, classes
from vae_core.imports.graph.algebra import Unknown, Value
from vae_core.imports.graph.budget import Budget
from vae_core.imports.graph.signal import Root, Signal, start
from vae_core.imports.keras.layers import apply, is_known
from vae_core.imports.keras.settings import KerasLayer
from vae_core.imports.keras.weights import Weights
from vae_core.nets.fields import require

NETS = ("Functional", "Model", "Sequential")
MOST_INNER, MOST_LAYERS, MOST_ALL_LAYERS = 4, 500, 2000
# What NumPy says of shapes that do not fit.
UNFIT = (ValueError, IndexError, TypeError, OverflowError)
NO_SUCH_LAYER = "there is no such layer here"
CODE = "what it computes stands in it as a program, which is never run"
# What they make of two ways through the net; of what Keras calls its operations, too.
SUMS, PRODUCTS, JOINTS = ("Add",), ("Multiply",), ("Concatenate",)

Json = dict[str, Any]
# Layer, how often it was applied before, and which of its outputs.
Reference = tuple[str, int, int]


class Interpreter:
    """What a net gives for its inputs.

    Attributes:
        inner: what the nets in it give.
        guesses: what was guessed, a sentence each.
    """

    def __init__(self) -> None:
        self.inner: list[Value] = []
        self.guesses: list[str] = []
        self._layers, self._budget = MOST_ALL_LAYERS, Budget()

    def net(self, given: Json, weights: Weights, inputs: Sequence[Value] | None = None, depth: int = 0) -> list[Value]:
        """The outputs.

        Args:
            given: class and configuration of the net.
            weights: of its layers.
            inputs: of a net in a net.
            depth: in how many nets it is.

        Raises:
            ConfigError: the description cannot be understood.
        """
        require(depth <= MOST_INNER, f"its nets lie deeper than {MOST_INNER} in each other")
        config = given.get("config")
        layers = config.get("layers") if isinstance(config, dict) else config
        if not isinstance(layers, list) or not 0 < len(layers) <= MOST_LAYERS:
            raise ConfigError(f"its description lists no layers, or more than {MOST_LAYERS}")
        self._layers -= len(layers)
        require(self._layers >= 0, f"its nets have more than {MOST_ALL_LAYERS} layers together")
        require(all(isinstance(each, dict) for each in layers), "its description lists something else than layers")
        names = [_name(each) for each in layers]
        # An input is no layer to some versions, but it has no weights either.
        numbered = weights.numbered([(_kind(each), name) for each, name in zip(layers, names, strict=True)])
        found = dict(zip(names, numbered, strict=True))
        require(len(found) == len(layers), "two of its layers have one name")
        if _kind(given) == "Sequential":
            return self._sequence(given, layers, found, inputs, depth)
        assert isinstance(config, dict)
        return self._graph(config, layers, found, inputs, depth)

    def _sequence(
        self, given: Json, layers: list[Json], weights: dict[str, Weights], inputs: Sequence[Value] | None, depth: int
    ) -> list[Value]:
        if inputs is None:
            size = _first_size(given) or _first_kernel(layers[0], weights)
            require(size is not None, "it does not say what size its input has")
            inputs = [_start("input", size or ())]
        values = list(inputs)
        for layer in layers:
            values = self._apply(layer, values, weights[_name(layer)], depth)
        return values

    def _graph(
        self, config: Json, layers: list[Json], weights: dict[str, Weights], inputs: Sequence[Value] | None, depth: int
    ) -> list[Value]:
        known: dict[tuple[str, int], list[Value]] = {}
        entries = [reference[0] for reference in _references(config.get("input_layers"))]
        if inputs is not None:
            require(len(inputs) == len(entries), f"it takes {len(entries)} inputs and gets {len(inputs)}")
            known = {(name, 0): [value] for name, value in zip(entries, inputs, strict=True)}
        else:
            own = {_name(layer): _size(layer) for layer in layers if _kind(layer) == "InputLayer"}
            # In the order in which the net takes them.
            ordered = [name for name in entries if name in own] + [name for name in own if name not in entries]
            signals = classes.inputs([_start(name, own[name]) for name in ordered])
            known = {(name, 0): [signal] for name, signal in zip(ordered, signals, strict=True)}
        waiting = []
        used: dict[str, int] = {}
        for layer in layers:
            name = _name(layer)
            nodes = layer.get("inbound_nodes") or []
            require(isinstance(nodes, list), f"layer {name!r} does not say what it gets")
            if _kind(layer) == "InputLayer":
                continue
            waiting += [(layer, i, list(_references(node))) for i, node in enumerate(nodes)]
        require(len(waiting) <= MOST_LAYERS, f"its layers are applied more than {MOST_LAYERS} times")
        taken = [each for _, _, takes in waiting for each in takes]
        for name, _, output in (*taken, *_references(config.get("output_layers"))):
            used[name] = max(used.get(name, 0), output + 1)
        often = {_name(layer): sum(other is layer for other, _, _ in waiting) for layer, _, _ in waiting}
        while waiting:
            later = []
            for layer, i, takes in waiting:
                try:
                    values = [_output(known, reference, often) for reference in takes]
                except KeyError:
                    later.append((layer, i, takes))
                    continue
                name = _name(layer)
                known[name, i] = self._apply(layer, values, weights[name], depth, used.get(name, 1))
            if len(later) == len(waiting):
                raise ConfigError(f"layer {_name(later[0][0])!r} gets what no layer gives")
            waiting = later
        try:
            return [_output(known, reference, often) for reference in _references(config.get("output_layers"))]
        except KeyError as error:
            raise ConfigError(f"its output is of a layer that it has not, {error}") from error

    def _apply(self, layer: Json, values: list[Value], weights: Weights, depth: int, used: int = 1) -> list[Value]:
        """What a layer gives, of whose outputs so many are used."""
        kind, name = _kind(layer), _name(layer)
        unknown = next((value for value in values if isinstance(value, Unknown)), None)
        if unknown:
            return [unknown]
        if kind in NETS:
            outputs = self.net(layer, weights, values, depth + 1)
            self.inner += outputs
            return outputs
        config = layer.get("config")
        try:
            require(isinstance(config, dict), "it has no configuration")
            # What is no finite number is found when it becomes a weight.
            with np.errstate(all="ignore"):
                described = KerasLayer(kind, name, config, weights.arrays())  # type: ignore[arg-type]
                if used > 1:
                    return self._passed_on(described, values, used)
                made = self._value(described, values)
        except ConfigError as error:
            return [Unknown(f"layer {name!r}, {kind}: {error}")]
        except UNFIT:
            return [Unknown(f"layer {name!r}, {kind}: what it gets does not fit it")]
        self._budget.spend(made)
        return [made]

    def _value(self, layer: KerasLayer, values: list[Value]) -> Value:
        if len(values) == 1 and is_known(layer.kind):
            require(isinstance(values[0], Signal), "it is applied to something else than a layer's output")
            return apply(layer, values[0])  # type: ignore[arg-type]
        if layer.kind in JOINTS:
            return classes.joined(values)
        if layer.kind in SUMS and len(values) == 2:
            return algebra.add(values[0], values[1], layer.name)
        if layer.kind in PRODUCTS and len(values) == 2:
            return algebra.multiply(values[0], values[1], layer.name)
        signals = [value for value in values if isinstance(value, Signal)]
        require(len(signals) == len(values) and not is_known(layer.kind) and not layer.weights, NO_SUCH_LAYER)
        require(len(signals) >= 2, CODE if layer.kind == "Lambda" else NO_SUCH_LAYER)
        if drawn := _compared_with_input(signals):
            self._passes_on(layer, drawn)
            return drawn
        mu, head = signals[:2]
        heads = f"mu is {_last(mu)!r}, the second head {_last(head)!r}"
        self.guesses.append(f"layer {layer.name!r}, {layer.kind}, draws the code: {heads}")
        return algebra.sampled(mu, head, layer.name)

    def _passed_on(self, layer: KerasLayer, values: list[Value], used: int) -> list[Value]:
        """Of a layer of somebody's own that adds to the loss and gives what it takes."""
        is_own = not is_known(layer.kind) and not layer.weights
        require(is_own and used <= len(values), f"{NO_SUCH_LAYER}, of {used} outputs")
        for value in values:
            if isinstance(value, Signal):
                self._passes_on(layer, value)
        return values

    def _passes_on(self, layer: KerasLayer, value: Signal) -> None:
        self.guesses.append(f"layer {layer.name!r}, {layer.kind}, passes on what {_last(value)!r} gives")


def _compared_with_input(signals: Sequence[Signal]) -> Signal | None:
    """The picture beside the one that went in: what a layer of a loss gets."""
    given = next((each for each in signals if not each.chain and not each.root.heads and not each.root.is_aside), None)
    drawn = [each for each in signals if each.chain and given and each.where.size == given.where.size]
    return drawn[0] if len(drawn) == 1 else None


def _start(name: str, size: tuple[int, ...] | None) -> Signal:
    """An input, channels last unless only the first side can be theirs; a single number is that of a class."""
    if size is None or len(size) > 3:
        raise ConfigError(f"its input {name!r} has the size {list(size or ())}; it must be a row or a picture")
    if not size:
        return start(Root(name, (1,))).view(np.zeros((), np.int32))
    if len(size) == 1:
        return start(Root(name, size))
    if len(size) == 3 and size[0] in CHANNELS and size[2] not in CHANNELS:
        return start(Root(name, size))
    height, width, channels = (*size, 1)[:3]
    signal = start(Root(name, (channels, height, width)))
    return signal.view(np.moveaxis(signal.where, 0, -1).reshape(size))


def _size(layer: Json) -> tuple[int, ...] | None:
    """Of what goes in, without the batch."""
    places = [layer.get("config"), layer]
    places += [place.get("build_config") for place in places if isinstance(place, dict)]
    for place in places:
        for key in ("batch_shape", "batch_input_shape", "build_input_shape", "input_shape"):
            size = place.get(key) if isinstance(place, dict) else None
            if isinstance(size, list) and all(type(each) is int and 0 < each < 1 << 24 for each in size[1:]):
                require(math.prod(size[1:]) < 1 << 24, f"its input {size} is more than fits")
                return tuple(size[1:])
    return None


def _first_size(given: Json, depth: int = 0) -> tuple[int, ...] | None:
    """Of a net of layers in order, whose first may be such a net."""
    config = given.get("config")
    layers = config.get("layers") if isinstance(config, dict) else config
    first = layers[0] if isinstance(layers, list) and layers and depth <= MOST_INNER else None
    return _size(given) or (_first_size(first, depth + 1) if isinstance(first, dict) else None)


def _first_kernel(layer: Json, weights: dict[str, Weights]) -> tuple[int, ...] | None:
    """Of a dense layer, which a row goes into."""
    arrays = weights[_name(layer)].arrays() if _kind(layer) == "Dense" else []
    return arrays[0].shape[:1] if arrays else None


def _output(known: dict[tuple[str, int], list[Value]], reference: Reference, often: dict[str, int]) -> Value:
    name, node, output = reference
    # To some versions a net in a net has been applied once before.
    last = max(often.get(name, 1) - 1, 0)
    values = known[name, min(node, last)] if last == 0 else known[name, node]
    return values[0] if isinstance(values[0], Unknown) else values[output] if output < len(values) else values[-1]


def _references(given: Any) -> Iterator[Reference]:
    """All outputs of layers named in a part of a description, in order, whichever version wrote it."""
    stack = [given]
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            history = each["config"].get("keras_history") if isinstance(each.get("config"), dict) else None
            stack += [history] if history else list(reversed(each.values()))
        elif isinstance(each, list):
            if len(each) >= 3 and isinstance(each[0], str) and all(type(number) is int for number in each[1:3]):
                yield each[0], max(each[1], 0), max(each[2], 0)
                # What else the layer is given, by name.
                stack += list(reversed(each[3:]))
            else:
                stack += list(reversed(each))


def _kind(layer: Json) -> str:
    kind = layer.get("class_name")
    require(isinstance(kind, str), "one of its layers has no class")
    return str(kind)


def _name(layer: Json) -> str:
    config = layer.get("config")
    name = layer.get("name") or (config.get("name") if isinstance(config, dict) else None)
    require(isinstance(name, str), "one of its layers has no name")
    return str(name)


def _last(signal: Signal) -> str:
    return signal.chain[-1].source if signal.chain else signal.root.name
