"""What flows through the graph of a file: numbers, and which number of a chain of layers each of them is.

Files arrange numbers as they like: channels last, transposed, sliced, in rows. A `Signal` notes the arrangement instead
of carrying it out, and the next layer's weights are put in order once, so that the chain is one of `vae_core.nets`,
which has channels first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from vae_core.imports.graph.crops import cropped, window
from vae_core.imports.net import Chain, Link
from vae_core.nets.fields import require
from vae_core.nets.layers import (
    MOST_NUMBERS,
    NO_BORDER,
    Activation,
    Affine,
    Border,
    Convolution,
    Dense,
    Flatten,
    Function,
    Label,
    Layer,
    Reshape,
    Size,
    TransposedConvolution,
)

Array = NDArray[Any]
Convolutional = Convolution | TransposedConvolution

# Of one net, 128 MB.
MOST_WEIGHTS = 1 << 25
# Numbers; a label or a code given beside it has fewer.
LEAST_PICTURE = 64
# Of a SELU, what it tends to below zero, and its factor.
SELU = (1.6732632423543772, 1.0507009873554805)
# A row that is put in order by a layer of its own.
MOST_IN_ORDER = 784
# What a layer is called whose weights the next dense one takes into its own, see `vae_core.imports.graph.classes`.
JOINED = "the joined class"


@dataclass(frozen=True, eq=False)
class Root:
    """Where numbers come from: an input of the graph, or the sampling of a code.

    Attributes:
        name: as the file says.
        size: without the batch, channels first.
        heads: of a sampled code, what mu and the spread are made of.
        is_aside: whether it is an input beside the picture or the code: a label, or noise.
    """

    name: str
    size: Size
    heads: tuple[Signal, ...] = ()
    is_aside: bool = False


@dataclass(frozen=True, eq=False)
class Signal:
    """Numbers that a chain of layers makes of a root.

    Attributes:
        root: where the chain starts.
        chain: the layers.
        size: what comes out of the chain.
        where: int32, in the file's arrangement: which number of what comes out, in one row, stands there. Leading axes
            of length 1 are the file's batch, if it has one.
        border: zeros around the picture that the next layer has to add.
        notes: what of the file is left out, a sentence each without a full stop.
    """

    root: Root
    chain: Chain
    size: Size
    where: Array
    border: Border = NO_BORDER
    notes: tuple[str, ...] = ()

    def view(self, where: Array) -> Signal:
        """The same numbers, or some of them, arranged otherwise."""
        require(self.border == NO_BORDER, "zeros around a picture are taken where a convolution follows")
        require(where.size > 0, "nothing is left of what goes in")
        if len(self.size) == 3 and where.size < math.prod(self.size) and (part := window(where, self.size)):
            return self._cropped(*part)
        return replace(self, where=where)

    def dense(self, weight: Array, bias: Array | None, source: str) -> Signal:
        """W x + b over the last axis, W [units, inputs] in the file's arrangement."""
        (units, inputs), where = weight.shape, self.view(self.where).where
        require(where.shape[-1:] == (inputs,), f"it has weights for {inputs} numbers and gets {_text(where.shape)}")
        require(where.size == inputs, f"it is applied to each row of {_text(where.shape)}")
        row = self._row()
        require(units * row.size[0] <= MOST_WEIGHTS, f"it has more than {MOST_WEIGHTS:,} weights")
        ordered = weight
        if not _is_in_order(where, row.size[0]):
            ordered = np.zeros((row.size[0], units), np.float32)
            # A number may stand there twice.
            np.add.at(ordered, where.reshape(-1), weight.T)
            ordered = ordered.T
        if row.chain and row.chain[-1].source == JOINED:
            joint = row.chain[-1].tensors["weight"].numpy()
            row, ordered = replace(row, chain=row.chain[:-1], **_arranged(joint.shape[1:])), ordered @ joint
        out = row._then(Dense(units=units), source, weight=ordered, bias=_bias(bias, units))
        return out.view(out.where.reshape(*where.shape[:-1], units))

    def convolution(self, layer: Convolutional, weight: Array, bias: Array | None, source: str) -> Signal:
        """Of [.., channels, height, width], weights as `layer.weights` says; what `pad` added goes with it."""
        border = self.border
        picture = replace(self, border=NO_BORDER).picture()
        if border != NO_BORDER:
            require(isinstance(layer, Convolution), "zeros around a picture are taken where a convolution follows")
            layer = replace(layer, padding=tuple(map(sum, zip(layer.padding, border, strict=True))))  # type: ignore[arg-type]
        expected = layer.weights(picture.size)["weight"]
        require(weight.shape == expected, f"it has weights {_text(weight.shape)} and needs {_text(expected)}")
        out = picture._then(layer, source, weight=weight, bias=_bias(bias, layer.channels))
        return self._as_batched(out)

    def pictured(self, layer: Layer, source: str) -> Signal:
        """A layer without weights on [.., channels, height, width]."""
        return self._as_batched(self.view(self.where).picture()._then(layer, source))

    def pad(self, border: Border) -> Signal:
        """Zeros around [.., channels, height, width], which the next layer has to add."""
        require(min(border) >= 0, "a picture is cropped, which no layer here does")
        border = tuple(map(sum, zip(self.border, border, strict=True)))  # type: ignore[assignment]
        return replace(self, border=border)

    def activation(self, function: Function, source: str, slope: float = 1.0) -> Signal:
        """A function that zero stays zero under, where zeros wait around the picture."""
        require(math.isfinite(slope), "the slope of its function is no finite number")
        keeps_zero = function not in ("sigmoid", "softplus")
        require(self.border == NO_BORDER or keeps_zero, "zeros are added before a function that changes them")
        if function == "identity":
            return self
        return self._then(Activation(function=function, slope=slope), source, where=self.where)

    def selu(self, source: str, alpha: float, scale: float) -> Signal:
        """An ELU, and then a factor (Klambauer et al., 2017)."""
        return self.activation("elu", source, alpha).affine(scale, 0.0, source)

    def affine(self, scale: ArrayLike, shift: ArrayLike, source: str) -> Signal:
        """Each number times another, plus another: both broadcast to the file's arrangement.

        It becomes a part of the layer before, where that has weights.
        """
        where = self.view(self.where).where
        total, channels = math.prod(self.size), self.size[0]
        filled = []
        for value, usual in ((scale, 1.0), (shift, 0.0)):
            array = np.asarray(value, np.float64)
            shape = np.broadcast_shapes(array.shape, where.shape)
            require(math.prod(shape) == where.size, "it changes the shape of what goes in")
            where_there = where.reshape(shape)
            if len(self.size) == 1 or array.size > 1:
                full = np.full(total, usual)
                full[where_there] = array
                require(bool((full[where_there] == array).all()), "it treats copies of a number differently")
                parts = full.reshape(channels, -1)
                require(bool((parts == parts[:, :1]).all()), "it treats the pixels of a channel differently")
                filled.append(parts[:, 0])
            else:
                filled.append(np.full(channels, array.reshape(-1)[0]))
        out = self._affine(filled[0], filled[1], source)
        return replace(out, where=where.reshape(shape))

    def label(self, classes: int, before: bool) -> Signal:
        """With the class of the picture joined to it: after its numbers, or before them in the file's arrangement."""
        where = self.view(self.where).where
        require(where.shape[-1:] == (where.size,), "a label is joined to a picture, which is not known here")
        row = self._row()
        out = row._then(Label(classes=classes), "label")
        joined = _numbers(row.size[0] + classes)[row.size[0] :].reshape(*where.shape[:-1], classes)
        return out.view(np.concatenate([joined, where] if before else [where, joined], axis=-1))

    def picture(self) -> Signal:
        """[channels, height, width], arranged so; of whatever has these as its last axes and one of all others."""
        shape = self.where.shape[-3:]
        require(len(shape) == 3 and self.where.size == math.prod(shape), f"it gets {_text(self.where.shape)}")
        ordered = self if _is_in_order(self.where, math.prod(self.size)) else self._in_order()
        if ordered.size == shape:
            return ordered.view(ordered.where.reshape(shape))
        return ordered._row()._then(Reshape(shape=shape), "")

    def row(self) -> Signal:
        """All its numbers as one row, arranged so."""
        given = self.view(self.where)
        return (given if _is_in_order(self.where, math.prod(self.size)) else given._in_order())._row()

    def _row(self) -> Signal:
        if len(self.size) == 1:
            return self
        return self._then(Flatten(), "")

    def _in_order(self) -> Signal:
        """The last dense layer and what follows it put in the file's order."""
        where = self.where.reshape(-1)
        links: list[Link] = []
        for i in range(len(self.chain) - 1, -1, -1):
            link = self.chain[i]
            match link.layer:
                case Dense() | Affine():
                    layer = replace(link.layer, units=where.size) if isinstance(link.layer, Dense) else link.layer
                    tensors = {key: value[torch.from_numpy(where.copy()).long()] for key, value in link.tensors.items()}
                    links.insert(0, Link(layer, tensors, link.source))
                    if isinstance(layer, Dense):
                        return replace(self, chain=(*self.chain[:i], *links), **_arranged((where.size,)))
                case Activation():
                    links.insert(0, link)
                case _:
                    break
        require(where.size <= MOST_IN_ORDER, "numbers are put in another order, which no layer here does")
        order = np.eye(where.size, dtype=np.float32)
        # Not a view: `dense` arranges its weights by what stands here.
        return replace(self, where=where).dense(order, None, "")

    def _cropped(self, border: Border, where: Array) -> Signal:
        """Without so much of the picture's border."""
        (channels, height, width), (top, bottom, left, right) = self.size, border
        size = (channels, height - top - bottom, width - left - right)
        return replace(self, chain=cropped(self.chain, self.size, border), size=size, where=where)

    def _affine(self, scale: Array, shift: Array, source: str) -> Signal:
        last = self.chain[-1] if self.chain else None
        if last is None or not last.tensors:
            return self._then(Affine(), source, weight=scale, bias=shift)
        weight, bias = (last.tensors[key].numpy().astype(np.float64) for key in ("weight", "bias"))
        if isinstance(last.layer, TransposedConvolution):
            # [inputs, channels / groups, ..]: the channels of a group lie along the second axis.
            parts = scale.reshape(last.layer.groups, 1, -1, 1, 1)
            new = (weight.reshape(last.layer.groups, -1, *weight.shape[1:]) * parts).reshape(weight.shape)
        else:
            new = weight * scale.reshape(-1, *[1] * (weight.ndim - 1))
        before = replace(self, chain=self.chain[:-1])
        if isinstance(last.layer, Affine) and np.allclose(new, 1, atol=1e-6) and not (bias * scale + shift).any():
            return before
        return before._then(last.layer, last.source or source, size=self.size, weight=new, bias=bias * scale + shift)

    def _then(
        self, layer: Layer, source: str, *, where: Array | None = None, size: Size | None = None, **tensors: Array
    ) -> Signal:
        size = size or layer.output(self.size)
        require(math.prod(size) <= MOST_NUMBERS, f"what comes out, {_text(size)}, is more than fits")
        made = {}
        for name, array in tensors.items():
            with np.errstate(over="ignore"):
                values = np.ascontiguousarray(array, np.float32)
            require(bool(np.isfinite(values).all()), "it has weights that are no finite numbers")
            made[name] = torch.from_numpy(values if values.flags.writeable else values.copy())
        link = Link(layer, made, source)
        arranged = _arranged(size)
        if where is not None:
            arranged["where"] = where
        return replace(self, chain=(*self.chain, link), **arranged)

    def _as_batched(self, out: Signal) -> Signal:
        return out.view(out.where.reshape(*self.where.shape[:-3], *out.size))


def start(root: Root, batched: bool = False) -> Signal:
    """What a root gives, in its own arrangement, after an axis of length 1 if `batched`."""
    signal = Signal(root, (), **_arranged(root.size))
    return signal.view(signal.where[None]) if batched else signal


def _arranged(size: Size) -> dict[str, Any]:
    require(1 <= math.prod(size) <= MOST_NUMBERS, f"{_text(size)} is more than fits")
    return {"size": size, "where": _numbers(math.prod(size)).reshape(size)}


@cache
def _all_numbers() -> Array:
    numbers = np.arange(MOST_NUMBERS, dtype=np.int32)
    numbers.setflags(write=False)
    return numbers


def is_shared(array: Array) -> bool:
    """Whether it is memory that all signals share."""
    return array.base is _all_numbers()


def _numbers(count: int) -> Array:
    """0, 1, .. in memory that all share."""
    return _all_numbers()[:count]


def _is_in_order(where: Array, count: int) -> bool:
    return where.size == count and bool((where.reshape(-1) == _numbers(count)).all())


def _bias(bias: Array | None, units: int) -> Array:
    if bias is None:
        return np.zeros(units, np.float32)
    require(bias.size == units, f"it has {bias.size} biases and needs {units}")
    return bias.reshape(units)


def _text(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape)) or "a single number"
