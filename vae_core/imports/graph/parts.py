"""Encoder, heads and decoder, found in what a file's graph gives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from vae_core.config import CHANNELS, MOST_CODES, SIDES, Shape, is_shape, shape_text
from vae_core.imports.graph.algebra import Clipped, Unknown, Value
from vae_core.imports.graph.signal import Root, Signal, start
from vae_core.imports.net import Chain, FoundNet, Link, NetFileError
from vae_core.nets.fields import require
from vae_core.nets.layers import Activation, Dense, Flatten, Reshape, sizes


def found_net(outputs: Sequence[Value], inner: Sequence[Value] = ()) -> FoundNet:
    """The net whose outputs these are; half a net where the file holds half.

    Args:
        outputs: of the file.
        inner: what the nets in it give, where it is made of some.

    Raises:
        ConfigError: there is none that can be taken.
    """
    uncut = [each.uncut() if isinstance(each, Clipped) else each for each in outputs]
    signals = [each for each in uncut if isinstance(each, Signal)]
    unknown = next((each.reason for each in outputs if isinstance(each, Unknown)), None)
    require(bool(signals), unknown or "it has no output")
    net = _found(signals, inner)
    # It may be the second head.
    require(unknown is None or net.decoder is not None or len(net.heads) == 2, unknown or "")
    notes = [note for each in signals for part in (each, *each.root.heads) for note in part.notes]
    left_out = (f"one of its outputs is left out: {unknown}",) if unknown else ()
    return replace(net, guesses=(*net.guesses, *dict.fromkeys(notes), *left_out))


def _found(signals: Sequence[Signal], inner: Sequence[Value]) -> FoundNet:
    drawn = [each for each in signals if each.root.heads]
    if drawn:
        decoded = next((each for each in drawn if each.chain), None)
        return _vae(drawn[0].root.heads, decoded)
    first, codes = signals[0], [*signals[1:], *(each for each in inner if isinstance(each, Signal))]
    before, after = math.prod(first.root.size), first.where.size
    inside = [code for code in codes if code.where.size < before and _begins(code, first)]
    if inside:
        code = min(inside, key=lambda each: each.where.size)
        others = [each for each in codes if each.where.size == code.where.size and each not in inside]
        return _whole(first, code, others[:1])
    if after < before:
        heads = [each for each in signals if each.where.size == after]
        return _net(heads[:2])
    if before < after and len(first.root.size) == 1 and before <= MOST_CODES:
        decoder, shape = _decoder(first)
        return FoundNet(shape, None, (), decoder)
    return _narrowest(first)


def joined(paths: Sequence[Path], nets: Sequence[FoundNet]) -> FoundNet:
    """One net of one file, or of the two that hold its encoder and its decoder, in either order.

    Raises:
        NetFileError: they are not these, or do not fit.
    """
    if len(nets) == 1:
        return nets[0]
    if len(nets) != 2:
        raise NetFileError(paths[0], f"a net lies in one file or in two, not in {len(nets)}")
    encoder = next((net for net in nets if net.decoder is None), None)
    decoder = next((net for net in nets if net.encoder is None), None)
    both = f"with {paths[1].name}"
    if encoder is None or decoder is None or decoder.decoder is None:
        raise NetFileError(paths[0], f"{both}, it should be an encoder and a decoder, one in each file")
    heads, guesses = encoder.heads, encoder.guesses + decoder.guesses
    codes, taken = len(heads[0][0].tensors["bias"]), _inputs(decoder.decoder)
    if taken and codes == 2 * taken and len(heads) == 1:
        heads = tuple((_rows(heads[0][0], part), *heads[0][1:]) for part in (slice(0, taken), slice(taken, codes)))
        guesses += (f"the encoder's {codes} outputs are taken as {taken} of mu, then {taken} of the second head",)
    elif taken and taken != codes:
        raise NetFileError(paths[0], f"{both}, the encoder gives {codes} codes and the decoder takes {taken}")
    shape = encoder.shape or decoder.shape
    if decoder.shape and shape != decoder.shape:
        raise NetFileError(paths[0], f"{both}, pictures are {shape_text(shape or ())} and {shape_text(decoder.shape)}")
    return FoundNet(shape, encoder.encoder, heads, decoder.decoder, guesses)


def _vae(heads: Sequence[Signal], decoded: Signal | None) -> FoundNet:
    net = _net(heads)
    if decoded is None:
        return net
    decoder, shape = _decoder(decoded)
    return replace(net, decoder=decoder, shape=net.shape or shape)


def _net(heads: Sequence[Signal], guesses: tuple[str, ...] = ()) -> FoundNet:
    """An encoder and what makes the code of it."""
    rows = [_with_head(head) for head in heads]
    trunk = min(_last_dense(row) for row in rows)
    for row in rows[1:]:
        trunk = min(trunk, _common(row.chain, rows[0].chain))
    for row in rows:
        require(
            trunk == _last_dense(row),
            f"one head of the code has layers of its own before the last, {row.chain[trunk].source}; "
            "a net here has heads of one dense layer",
        )
    encoder, shape = _from_picture(rows[0].root, rows[0].chain[:trunk])
    return FoundNet(shape, encoder, tuple(row.chain[trunk:] for row in rows), None, guesses)


def _whole(whole: Signal, code: Signal, second: Sequence[Signal], guesses: tuple[str, ...] = ()) -> FoundNet:
    """A net whose decoder takes `code`, which may be a part of what its layer gives."""
    rest, where = whole.chain[len(code.chain) :], torch.from_numpy(code.where.reshape(-1).astype(np.int64))
    begin: Chain = ()
    if len(code.size) == 3:
        begin = (Link(Reshape(shape=code.size), {}),)
        if rest and isinstance(rest[0].layer, Flatten):
            begin, rest = (), rest[1:]
        require(len(where) == math.prod(code.size), "a part of a picture is decoded, which no net here does")
        code = code.view(start(Root("", code.size)).where)
    elif rest and isinstance(rest[0].layer, Dense):
        weight = rest[0].tensors["weight"][:, where].contiguous()
        rest = (replace(rest[0], tensors={**rest[0].tensors, "weight": weight}), *rest[1:])
    else:
        require(torch.equal(where, torch.arange(code.size[0])), "a part of a layer's output is decoded")
    root = Root("code", (len(where),))
    decoder, shape = _decoder(replace(whole, root=root, chain=(*begin, *rest)))
    net = _net([code, *second], guesses)
    return replace(net, decoder=decoder, shape=net.shape or shape)


def _narrowest(whole: Signal) -> FoundNet:
    """An autoencoder, with its code where fewest numbers are passed on."""
    found = [math.prod(size) for size in sizes([link.layer for link in whole.chain], whole.root.size)]
    least = min(found)
    at = found.index(least)
    require(0 < at < len(whole.chain), "it is nowhere narrower than a picture, so it has no code")
    while isinstance(whole.chain[at].layer, Activation) and at < len(whole.chain) - 1:
        at += 1
    source = next((link.source for link in reversed(whole.chain[:at]) if link.source), "its first layer")
    size = sizes([link.layer for link in whole.chain[:at]], whole.root.size)[-1]
    code = replace(whole, chain=whole.chain[:at], size=size, where=start(Root("", size)).where)
    return _whole(whole, code, (), (f"the code is taken where the net is narrowest, {least} numbers after {source}",))


def _with_head(signal: Signal) -> Signal:
    """With a dense layer at the end, of which functions may follow."""
    row = signal.row()
    require(row.size[0] <= MOST_CODES, f"its code has {row.size[0]:,} numbers; here it has at most {MOST_CODES}")
    if _last_dense(row) < 0:
        return row.dense(np.eye(row.size[0], dtype=np.float32), None, "code")
    return row


def _last_dense(row: Signal) -> int:
    """Where the dense layer stands that only functions follow; -1 where there is none."""
    at = len(row.chain) - 1
    while at >= 0 and isinstance(row.chain[at].layer, Activation):
        at -= 1
    return at if at >= 0 and isinstance(row.chain[at].layer, Dense) else -1


def _from_picture(root: Root, chain: Chain) -> tuple[Chain, Shape | None]:
    if len(root.size) == 3:
        return chain, _checked(root.size)
    if chain and isinstance(chain[0].layer, Reshape):
        return chain[1:], _checked(chain[0].layer.shape)
    return (Link(Flatten(), {}), *chain), None


def _decoder(signal: Signal) -> tuple[Chain, Shape | None]:
    """From the code to the picture, channels first."""
    where = signal.where
    if where.ndim < 3 or where.size != math.prod(where.shape[-3:]):
        shape = _checked(signal.size) if len(signal.size) == 3 else None
        return signal.row().chain if shape is None else signal.chain, shape
    if where.shape[-3] not in CHANNELS and where.shape[-1] in CHANNELS:
        where = np.moveaxis(where, -1, -3)
    shape = _checked(where.shape[-3:])
    return signal.view(where).picture().chain, shape


def _checked(size: Sequence[int]) -> Shape:
    low, high = SIDES
    require(
        is_shape(size),
        f"its pictures are {shape_text(size)}; here they have 1 or 3 channels and two sides of {low} to {high}",
    )
    return size[0], size[1], size[2]


def _inputs(decoder: Chain) -> int | None:
    """How many codes it takes, where its first layer says so."""
    first = decoder[0] if decoder else None
    if first and isinstance(first.layer, Dense):
        return first.tensors["weight"].shape[1]
    return math.prod(first.layer.shape) if first and isinstance(first.layer, Reshape) else None


def _rows(link: Link, rows: slice) -> Link:
    tensors = {name: tensor[rows].contiguous() for name, tensor in link.tensors.items()}
    return Link(Dense(units=len(tensors["bias"])), tensors, link.source)


def _begins(a: Signal, b: Signal) -> bool:
    """Whether b is made of a, and of nothing else that a's last layer gives."""
    if a.root is not b.root or not 0 < len(a.chain) < len(b.chain) or _common(a.chain, b.chain) < len(a.chain):
        return False
    following, unused = b.chain[len(a.chain)], np.delete(np.arange(math.prod(a.size)), a.where)
    if isinstance(following.layer, Dense) and len(a.size) == 1:
        return not following.tensors["weight"][:, unused].any()
    return not len(unused)


def _common(a: Chain, b: Chain) -> int:
    """How many layers both begin with."""
    for i, (one, other) in enumerate(zip(a, b, strict=False)):
        if one is not other and (one.tensors or other.tensors or one.layer != other.layer):
            return i
    return min(len(a), len(b))
