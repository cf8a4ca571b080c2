"""A net from weights alone, which name no kind of layer and no function: shapes must fit, and trying decides."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from operator import itemgetter
from pathlib import Path

from vae_core.config import CHANNELS, SIDES, Shape
from vae_core.imports.by_shape.order import KINDS, Reading, Search, Step, is_picture
from vae_core.imports.by_shape.pieces import Piece, Pieces, ordered
from vae_core.imports.by_shape.sides import Framework, Layout
from vae_core.imports.net import Chain, FoundNet, Link, NetFileError
from vae_core.nets.layers import Flatten, Reshape, Size

USUAL_SIDES = {1: (28, 32, 64), 3: (32, 64, 28)}
# Sides beyond those that are taken, and by how much more usual they must be.
LARGER_SIDES, LARGER_COST = (96, 128, 256), 1.0
# Encoders of one order of layers for one shape, decoders for each size of the code, and nets of them; and all together.
MOST_CHAINS, MOST_NETS = (8, 8, 64), 48
# Where the code is a picture, its size follows from strides and says nothing of them: so more are tried.
MOST_OF_PICTURE_CODES, MOST_NETS_OF_PICTURE_CODES = (300, 64, 3000), 6000
# Beyond the likeliest.
MOST_COST = 9.0
# Layers that are named before the others are counted.
MOST_NAMED = 3


def laid(path: Path, found: Pieces, shape: Shape | None, framework: Framework) -> FoundNet:
    """The likeliest net; `others` has what fits as well.

    Args:
        path: to name the file by.
        found: its layers, all of which a net here has.
        shape: channels, height and width of a picture, where it is known.
        framework: whose layers they are.

    Raises:
        NetFileError: its layers make no autoencoder; each that is in the way is named.
    """
    net = net_of(path, found, shape, framework)
    if net is None:
        raise NetFileError(path, why_none(found, shape))
    return net


def net_of(
    path: Path, found: Pieces, shape: Shape | None, framework: Framework, is_whole: bool = False
) -> FoundNet | None:
    """As `laid`; None where its layers make no autoencoder.

    Args:
        is_whole: half a net is none.

    Raises:
        NetFileError: its pictures are larger than those that a net here has.
    """
    if _strange(found) or _row(found, shape):
        return None
    for search in _searches(found, shape):
        readings = [reading for kind in KINDS[:3] for reading in search.readings(kind)]
        nets = _nets(readings, shape, framework)
        if shape is None and (side := _larger_side(readings, nets[0].unusual if nets else math.inf, framework)):
            raise NetFileError(
                path,
                f"its layers are as usual for pictures of {side} x {side} pixels; {SIDES[1]} x {SIDES[1]} are the most",
            )
        if nets:
            return replace(nets[0], others=tuple(nets[1:]))
    for search in () if is_whole else _searches(found, shape):
        if nets := _nets(search.decoders() or search.encoders(), shape, framework):
            return nets[0]
    return None


def why_none(found: Pieces, shape: Shape | None) -> str:
    """What stands in the way of a net, without a full stop."""
    return _strange(found) or _row(found, shape) or _reason(found, shape)


def _strange(found: Pieces) -> str | None:
    """What no layer here is."""
    if not found.strange:
        return None
    named = [f"'{name}' is {reason}" for name, reason in found.strange[:MOST_NAMED]]
    more = len(found.strange) - len(named)
    return f"not every layer of it can be taken: {'; '.join(named)}{f'; and {more} more' if more else ''}"


def _row(found: Pieces, shape: Shape | None) -> str | None:
    """Why the rows that it begins and ends with are no pictures; they are the widest of it, or they may be codes."""
    if shape or len(found.layers) <= 1 or not all(piece.is_dense for piece in found.layers):
        return None
    pixels, drawn = found.layers[0].shape[1], found.layers[-1].shape[0]
    widest = max(max(piece.shape) for piece in found.layers)
    if not pixels == drawn == widest or any(is_picture(pixels, channels) for channels in CHANNELS):
        return None
    return f"it takes and draws rows of {pixels:,} numbers, no square picture of {SIDES[0]} to {SIDES[1]} pixels a side"


def _searches(found: Pieces, shape: Shape | None) -> Iterator[Search]:
    """In the file's order, and by name, where it has lost its order; what names say is believed first."""
    by_name = tuple(ordered(found.layers))
    is_by_name = all(one is two for one, two in zip(found.layers, by_name, strict=True))
    for trusts_names in (True, False):
        for layers in (found.layers, by_name)[: 1 if is_by_name else 2]:
            yield Search(layers, shape, trusts_names)


def _nets(readings: Sequence[Reading], shape: Shape | None, framework: Framework) -> list[FoundNet]:
    """What fits of all readings, the likeliest first."""
    least = min((reading.cost for reading in readings), default=0.0)
    readings = [reading for reading in readings if reading.cost <= least + MOST_COST and not _ends_in_slope(reading)]
    found = sorted(
        _once([net for reading in readings for net in _laid(reading, shape, framework)]), key=lambda net: net.unusual
    )
    if not all(map(_has_heads, readings)):
        return found[:MOST_NETS_OF_PICTURE_CODES]
    return [net for net in found[:MOST_NETS] if net.unusual <= found[0].unusual + MOST_COST]


def _once(nets: Sequence[FoundNet]) -> list[FoundNet]:
    """Of the same layers for pictures of several sizes the first: nothing but the pictures tells them apart."""
    found: dict[object, FoundNet] = {}
    for net in nets:
        links = (*(net.encoder or ()), *(link for head in net.heads for link in head), *(net.decoder or ()))
        key = tuple((link.source, link.layer) for link in links if not isinstance(link.layer, Reshape))
        found.setdefault(key, net)
    return list(found.values())


def _ends_in_slope(reading: Reading) -> bool:
    """Whether a learned activation comes after the code, or after the picture."""
    return any(step.piece.slope is not None for step in (*reading.heads, *(reading.decoder or ())[-1:]))


def _laid(reading: Reading, shape: Shape | None, framework: Framework) -> list[FoundNet]:
    """The nets of a reading, for each shape that fits: of the usual ones where any does."""
    return next((nets for some in _shapes(reading, shape) if (nets := _laid_for(reading, some, framework))), [])


def _shapes(reading: Reading, shape: Shape | None) -> tuple[list[Shape], list[Shape]]:
    """The usual, and the others."""
    if shape is not None:
        return [shape], []
    sides = range(SIDES[0], SIDES[1] + 1)
    if reading.pixels:
        return [(reading.channels, n, n) for n in sides if reading.channels * n * n == reading.pixels], []
    return (
        [(reading.channels, n, n) for n in USUAL_SIDES[reading.channels]],
        [(reading.channels, n, n) for n in sides if n not in USUAL_SIDES[reading.channels]],
    )


def _laid_for(reading: Reading, shapes: Sequence[Shape], framework: Framework) -> list[FoundNet]:
    found = []
    names_heads = any(step.piece.head for step in reading.heads)
    most_encoders, most_decoders, most = MOST_CHAINS if _has_heads(reading) else MOST_OF_PICTURE_CODES
    for shape in shapes:
        guesses = _guesses(reading, shape)
        decoders: dict[Size, list[tuple[float, Chain | None]]] = {}
        pairs = []
        for cost, encoder, heads, code in islice(_encoders(reading, shape, framework), most_encoders):
            if code not in decoders:
                decoders[code] = list(islice(_decoders(reading.decoder, code, shape, framework), most_decoders))
            pairs += [(reading.cost + cost + more, encoder, heads, decoder) for more, decoder in decoders[code]]
        found += [
            framework.arranged(FoundNet(shape, encoder, heads, decoder, guesses, names_heads, unusual))
            for unusual, encoder, heads, decoder in sorted(pairs, key=itemgetter(0))[:most]
        ]
    return found


def _has_heads(reading: Reading) -> bool:
    """Whether something says how large the code is: a dense layer makes it, or it is half a net."""
    return bool(reading.heads) or reading.encoder is None or reading.decoder is None


def _encoders(
    reading: Reading, shape: Shape, framework: Framework
) -> Iterator[tuple[float, Chain | None, tuple[Chain, ...], Size]]:
    """How unusual, encoder, heads, and the shape of the code; of a decoder alone, only that."""
    steps, heads = reading.encoder or (), reading.heads
    if not steps and not heads and reading.decoder:
        yield 0.0, None, (), (_taken(reading.decoder[0]),)
        return
    if not heads:
        for cost, chain, size in Layout(steps, shape, (), framework, is_decoder=False).chains():
            yield cost, chain, (), size
        return
    for cost, chain, size in Layout(
        (*steps, heads[0]), shape, (), framework, is_decoder=False, ends_open=False
    ).chains():
        last = max(i for i, link in enumerate(chain) if link.source == heads[0].piece.name)
        first, end = chain[last], chain[last + 1 :]
        if len(size) == 3:
            end = (*end, Link(Flatten(), {}))
        made = tuple((_with(first, step), *_norms(step, end)) for step in heads)
        yield cost, chain[:last], made, (size[0] // 2,) if reading.kind == "one double head" else size


def _taken(step: Step) -> int:
    """How many numbers, or channels, a layer takes."""
    return step.piece.shape[0 if step.ways[0] == "transposed_convolution" else 1]


def _with(link: Link, step: Step) -> Link:
    """The same layer with the weights of another."""
    bias = step.piece.bias
    weight = step.piece.weight
    return Link(
        link.layer,
        {"weight": weight, "bias": link.tensors["bias"] * 0 if bias is None else bias},
        step.piece.name,
    )


def _norms(step: Step, end: Chain) -> Chain:
    norm = step.piece.norm
    return tuple(
        Link(link.layer, {"weight": norm.weight, "bias": norm.bias}, norm.name) if link.tensors and norm else link
        for link in end
        if norm or not link.tensors
    )


def _decoders(
    steps: Sequence[Step] | None, code: Size, shape: Shape, framework: Framework
) -> Iterator[tuple[float, Chain | None]]:
    """How unusual, and the decoder; None, once, where there is none."""
    if steps is None:
        yield 0.0, None
        return
    start: Chain = (Link(Reshape(shape=(code[0], code[1], code[2])), {}),) if len(code) == 3 else ()
    for cost, chain, _ in Layout(steps, code, [shape], framework, is_decoder=True, ends_open=False).chains():
        yield cost, start + chain


def _guesses(reading: Reading, shape: Shape) -> tuple[str, ...]:
    heads = " and ".join(f"'{step.piece.name}'" for step in reading.heads)
    said = f"the code comes from {heads}: {reading.kind}" if heads else "the code is what the encoder ends in"
    return (f"pictures are {' x '.join(map(str, shape))}", said)


def _larger_side(readings: Sequence[Reading], unusual: float, framework: Framework) -> int | None:
    """Of pictures beyond those that are taken, where the layers are laid far more usually for them."""
    costs = {
        side: laid.unusual
        for reading in readings
        if reading.pixels is None and reading.heads
        for side in LARGER_SIDES
        for laid in _laid_for(reading, [(reading.channels, side, side)], framework)[:1]
    }
    side = min(costs, key=costs.__getitem__, default=None)
    return side if side and costs[side] < unusual - LARGER_COST else None


def _reason(found: Pieces, shape: Shape | None) -> str:
    if not found.layers:
        return "it holds no layer that a net of this program has"
    search = Search(found.layers, shape, trusts_names=False)
    if joint := search.readings("codes and a category"):
        *codes, category = (f"'{step.piece.name}'" for step in joint[0].heads)
        return (
            f"it is no VAE as this program knows it: beside the codes of {' and '.join(codes)} it has a third head, "
            f"{category}, as one for a category has it"
        )
    for kind in KINDS[:3]:
        search.readings(kind)
    taken = search.furthest
    left = [piece for piece in found.layers if all(piece is not other for other in taken)]
    if not left:
        return f"its layers fit each other, but no strides and paddings make them fit a picture: {_texts(found.layers)}"
    after = f"after {_texts(taken[-1:])} nothing fits" if taken else "no layer takes a picture of 1 or 3 channels"
    return f"its layers make no way from a picture to a code and back: {after}, with {_texts(left)} left over"


def _texts(some: Sequence[Piece]) -> str:
    return ", ".join(f"'{piece.name}' {list(piece.shape)}" for piece in some)
