"""A net from PyTorch's files, which name no kind of layer and no function: shapes must fit, and trying decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from torch import Tensor

from vae_core.config import SIDES, Shape
from vae_core.imports import tensors
from vae_core.imports.net import Chain, FoundNet, Link, NetFileError
from vae_core.imports.order import KINDS, Reading, Search, Step
from vae_core.imports.pieces import Piece, Pieces, ordered, pieces
from vae_core.imports.sides import Layout
from vae_core.nets.layers import Flatten, Reshape, Size

USUAL_SIDES = (28, 32, 64)
# Of one order of layers for one shape, and of all together.
MOST_CHAINS, MOST_NETS = 8, 48
# Beyond the likeliest.
MOST_COST = 9.0


def read(paths: Sequence[Path], shape: Shape | None = None) -> FoundNet:
    """The likeliest net of one state dict, or of several that are parts of one; `others` has what fits as well.

    Args:
        paths: files, or a pythae folder.
        shape: channels, height and width of a picture, where it is known.

    Raises:
        NetFileError: a file cannot be read, or its layers make no autoencoder; each that is in the way is named.
    """
    path = paths[0]
    found = pieces(_merged(paths))
    if found.strange:
        named = "; ".join(f"'{name}' is {reason}" for name, reason in found.strange)
        raise NetFileError(path, f"not every layer of it can be taken: {named}")
    shape = shape or tensors.shape_said(path)
    for search in _searches(found, shape):
        if nets := _nets([reading for kind in KINDS[:3] for reading in search.readings(kind)], shape):
            return replace(nets[0], others=tuple(nets[1:]))
    for search in _searches(found, shape):
        if nets := _nets(search.decoders() or search.encoders(), shape):
            return nets[0]
    raise NetFileError(path, _reason(found, shape))


def _merged(paths: Sequence[Path]) -> dict[str, Tensor]:
    """Of several files, each one's names begin with its own."""
    if len(paths) == 1:
        return tensors.read(paths[0])
    merged = {}
    for path in paths:
        merged.update({f"{path.stem}.{name}": tensor for name, tensor in tensors.read(path).items()})
    return merged


def _searches(found: Pieces, shape: Shape | None) -> Iterator[Search]:
    """In the file's order, and by name, where it has lost its order; what names say is believed first."""
    by_name = tuple(ordered(found.layers))
    is_by_name = all(one is two for one, two in zip(found.layers, by_name, strict=True))
    for trusts_names in (True, False):
        for layers in (found.layers, by_name)[: 1 if is_by_name else 2]:
            yield Search(layers, shape, trusts_names)


def _nets(readings: Sequence[Reading], shape: Shape | None) -> list[FoundNet]:
    """What fits of all readings, the likeliest first."""
    least = min((reading.cost for reading in readings), default=0.0)
    readings = [reading for reading in readings if reading.cost <= least + MOST_COST]
    found = sorted((net for reading in readings for net in _laid(reading, shape)), key=lambda net: net.unusual)
    return [net for net in found[:MOST_NETS] if net.unusual <= found[0].unusual + MOST_COST]


def _laid(reading: Reading, shape: Shape | None) -> list[FoundNet]:
    """The nets of a reading, for each shape that fits: of the usual ones where any does."""
    return next((nets for some in _shapes(reading, shape) if (nets := _laid_for(reading, some))), [])


def _shapes(reading: Reading, shape: Shape | None) -> tuple[list[Shape], list[Shape]]:
    """The usual, and the others."""
    if shape is not None:
        return [shape], []
    sides = range(SIDES[0], SIDES[1] + 1)
    if reading.pixels:
        return [(reading.channels, n, n) for n in sides if reading.channels * n * n == reading.pixels], []
    return (
        [(reading.channels, n, n) for n in USUAL_SIDES],
        [(reading.channels, n, n) for n in sides if n not in USUAL_SIDES],
    )


def _laid_for(reading: Reading, shapes: Sequence[Shape]) -> list[FoundNet]:
    found = []
    names_heads = any(step.piece.head for step in reading.heads)
    for shape in shapes:
        guesses = _guesses(reading, shape)
        decoders: dict[Size, list[tuple[float, Chain | None]]] = {}
        for cost, encoder, heads, code in islice(_encoders(reading, shape), MOST_CHAINS):
            if code not in decoders:
                decoders[code] = list(islice(_decoders(reading.decoder, code, shape), MOST_CHAINS))
            for more, decoder in decoders[code]:
                unusual = reading.cost + cost + more
                found.append(FoundNet(shape, encoder, heads, decoder, guesses, names_heads, unusual))
    return found


def _encoders(reading: Reading, shape: Shape) -> Iterator[tuple[float, Chain | None, tuple[Chain, ...], Size]]:
    """How unusual, encoder, heads, and the shape of the code; of a decoder alone, only that."""
    steps, heads = reading.encoder or (), reading.heads
    if not steps and not heads and reading.decoder:
        yield 0.0, None, (), (reading.decoder[0].piece.shape[1],)
        return
    if not heads:
        for cost, chain, size in Layout(steps, shape, (), is_decoder=False).chains():
            yield cost, chain, (), size
        return
    for cost, chain, size in Layout((*steps, heads[0]), shape, (), is_decoder=False, ends_open=False).chains():
        last = max(i for i, link in enumerate(chain) if link.source == heads[0].piece.name)
        first, end = chain[last], chain[last + 1 :]
        if len(size) == 3:
            end = (*end, Link(Flatten(), {}))
        made = tuple((_with(first, step), *_norms(step, end)) for step in heads)
        yield cost, chain[:last], made, (size[0] // 2,) if reading.kind == "one double head" else size


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
    )


def _decoders(steps: Sequence[Step] | None, code: Size, shape: Shape) -> Iterator[tuple[float, Chain | None]]:
    """How unusual, and the decoder; None, once, where there is none."""
    if steps is None:
        yield 0.0, None
        return
    start: Chain = (Link(Reshape(shape=(code[0], code[1], code[2])), {}),) if len(code) == 3 else ()
    for cost, chain, _ in Layout(steps, code, [shape], is_decoder=True, ends_open=False).chains():
        yield cost, start + chain


def _guesses(reading: Reading, shape: Shape) -> tuple[str, ...]:
    heads = " and ".join(f"'{step.piece.name}'" for step in reading.heads)
    said = f"the code comes from {heads}: {reading.kind}" if heads else "the code is what the encoder ends in"
    return (f"pictures are {' x '.join(map(str, shape))}", said)


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
