"""Which layer follows which: a way through all weights from the picture to the code and back, found by their shapes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, pairwise
from typing import Literal

from vae_core.config import CHANNELS, MOST_CODES, SIDES, Shape
from vae_core.imports.by_shape.pieces import Piece
from vae_core.nets.layers import MOST_CLASSES

Way = Literal["dense", "convolution", "transposed_convolution"]
# How the code is made: by two layers, by one of double width, by one, or by two and a category beside them.
Kind = Literal["two heads", "one double head", "one code", "codes and a category"]
KINDS: tuple[Kind, ...] = ("two heads", "one double head", "one code", "codes and a category")

Role = Literal["encoder", "head", "decoder"]
ROLES: tuple[Role, ...] = ("encoder", "head", "decoder")

MOST_LOOKS, MOST_TRAILS, MOST_READINGS = 40_000, 8, 3
JUMP_COST, UNUSUAL_COST = 3.0, 4.0
USUAL_PIXELS = (None, 28 * 28, 32 * 32, 3 * 32 * 32, 64 * 64, 3 * 64 * 64)
DIGIT_CLASSES = 10


@dataclass(frozen=True, eq=False)
class Step:
    """A layer in its place.

    Attributes:
        piece: its weights.
        ways: what it can be.
        classes: of a label that is joined to what goes in.
    """

    piece: Piece
    ways: tuple[Way, ...]
    classes: int = 0


@dataclass(frozen=True, eq=False)
class Reading:
    """One order of all layers; of half a model the other part is None.

    Attributes:
        kind: how the code is made.
        encoder: up to the heads.
        heads: of the code; empty where the code is the encoder's last picture.
        decoder: from the code on.
        channels: of the picture.
        pixels: how many numbers the picture is, where the layers say it.
        cost: how unlikely it is; 0 where the file has this order.
    """

    kind: Kind
    encoder: tuple[Step, ...] | None
    heads: tuple[Step, ...]
    decoder: tuple[Step, ...] | None
    channels: int
    pixels: int | None
    cost: float


@dataclass(frozen=True)
class _Place:
    """What comes out so far: a row of `units`, or a picture of `units` channels."""

    units: int
    is_row: bool


@dataclass(frozen=True)
class _Goal:
    channels: int
    pixels: int | None

    def is_reached(self, place: _Place) -> bool:
        if not place.is_row:
            return place.units == self.channels
        return place.units == self.pixels if self.pixels else is_picture(place.units, self.channels)


@dataclass(frozen=True, eq=False)
class _Taken:
    """The layer of that number in its place, and what comes out of it."""

    number: int
    step: Step
    role: Role
    place: _Place


_Trail = tuple[_Taken, ...]


class Search:
    """All readings of some layers, the likeliest first.

    Attributes:
        furthest: the longest way that was found without an end, for a sentence.
    """

    def __init__(self, layers: Sequence[Piece], shape: Shape | None = None, trusts_names: bool = True) -> None:
        """
        Args:
            layers: in the order that is likeliest.
            shape: of a picture, where it is known.
            trusts_names: whether a name that speaks for a part is believed.
        """
        self.layers, self.shape, self.trusts_names = layers, shape, trusts_names
        self.furthest: tuple[Piece, ...] = ()
        self._looks = 0
        self._kind: Kind = "one code"
        self._labelled = False

    def readings(self, kind: Kind) -> list[Reading]:
        """At most `MOST_READINGS` of a whole net whose code is made so."""
        self._kind = kind
        found: list[Reading] = []
        for self._labelled in (False, True):
            if found:
                break
            for start, goal in self._starts():
                self._looks = 0
                trails = islice(self._walk(goal, start, (), "encoder"), MOST_TRAILS)
                found += [reading for trail in trails for reading in self._whole(trail, goal)]
        return sorted(found, key=lambda reading: reading.cost)[:MOST_READINGS]

    def decoders(self) -> list[Reading]:
        """Of layers that are a decoder alone."""
        found = []
        self._kind, self._labelled = "one code", False
        codes = {piece.shape[1 if piece.is_dense else 0] for piece in self.layers}
        for code in sorted(code for code in codes if code <= MOST_CODES):
            for goal in {goal for _, goal in self._starts()}:
                self._looks = 0
                trails = islice(self._walk(goal, _Place(code, True), (), "decoder"), 1)
                found += [_reading("one code", trail, goal) for trail in trails if not _jumps(trail)]
        return found

    def encoders(self) -> list[Reading]:
        """Of layers that are an encoder alone."""
        found = []
        for self._kind in KINDS[:3]:
            for start, goal in self._starts():
                self._looks = 0
                ends = islice(self._walk(goal, start, (), "encoder", is_half=True), 1)
                found += [_reading(self._kind, trail, goal) for trail in ends if _jumps(trail) <= 1]
        return found

    def _starts(self) -> list[tuple[_Place, _Goal]]:
        channels = CHANNELS if self.shape is None else self.shape[:1]
        pictures = [(_Place(each, False), _Goal(each, self.shape and math.prod(self.shape))) for each in channels]
        if self.shape is not None:
            pixels = [math.prod(self.shape)]
        else:
            pixels = list(dict.fromkeys(side for each in self.layers if each.is_dense for side in each.shape))
            pixels += [each.shape[1] - DIGIT_CLASSES for each in self.layers if each.is_dense] * self._labelled
        rows = [
            (_Place(count, True), _Goal(each, count))
            for count in dict.fromkeys(pixels)
            for each in channels
            if self.shape is not None or is_picture(count, each)
        ]
        return rows + pictures

    def _walk(self, goal: _Goal, place: _Place, trail: _Trail, role: Role, is_half: bool = False) -> Iterator[_Trail]:
        self._looks += 1
        if self._looks > MOST_LOOKS:
            return
        if len(trail) > len(self.furthest):
            self.furthest = tuple(each.step.piece for each in trail)
        if len(trail) == len(self.layers):
            is_whole = role == "decoder" or self._kind == "one code"
            if is_half or (is_whole and goal.is_reached(place)):
                yield trail
            return
        fits = list(self._fits(place, trail, role))
        if role == "encoder" and self._kind != "one code":
            for heads, code in self._heads(fits):
                if is_half and len(trail) + len(heads) == len(self.layers):
                    yield trail + heads
                else:
                    yield from self._walk(goal, code, trail + heads, "decoder", is_half)
        for taken in fits:
            yield from self._walk(goal, taken.place, (*trail, taken), role, is_half)

    def _heads(self, fits: list[_Taken]) -> Iterator[tuple[_Trail, _Place]]:
        as_heads = [replace(taken, role="head") for taken in fits]
        if self._kind == "one double head":
            for head in as_heads:
                if head.place.is_row and head.place.units % 2 == 0:
                    yield (head,), _Place(head.place.units // 2, True)
            return
        for first, second in combinations(as_heads, 2):
            if first.step.piece.shape != second.step.piece.shape:
                continue
            pair = (second, first) if _is_swapped(first, second) else (first, second)
            if self._kind == "two heads":
                yield pair, first.place
                continue
            for third in as_heads:
                if third not in pair and third.place.is_row:
                    yield (*pair, third), _Place(first.place.units + third.place.units, True)

    def _fits(self, place: _Place, trail: _Trail, role: Role) -> Iterator[_Taken]:
        """Those that take what comes out so far: first those that come after the last one in the file."""
        used = {taken.number for taken in trail}
        last = trail[-1].number if trail else -1
        for i in sorted(range(len(self.layers)), key=lambda i: (i < last, i)):
            piece = self.layers[i]
            if i in used or not self._may_be(piece, role, trail):
                continue
            for step, after in self._steps(piece, place, trail, role):
                norm = piece.norm.weight if piece.norm else None
                if {len(each) for each in (piece.bias, norm) if each is not None} <= {after.units}:
                    yield _Taken(i, step, role, after)

    def _may_be(self, piece: Piece, role: Role, trail: _Trail) -> bool:
        if not self.trusts_names or piece.part is None:
            return True
        if self._kind == "one code" and role == "encoder":
            return piece.part == "decoder" or all(taken.step.piece.part != "decoder" for taken in trail)
        return piece.part == role

    def _steps(self, piece: Piece, place: _Place, trail: _Trail, role: Role) -> Iterator[tuple[Step, _Place]]:
        a, b = piece.shape[:2]
        if role == "encoder" and not trail and piece.is_dense != place.is_row:
            return
        if role == "decoder" and piece.is_dense and not place.is_row and len(trail) + 1 < len(self.layers):
            # A decoder's picture becomes a row only where that is the picture that it draws.
            return
        if piece.is_dense:
            for classes in (0, *self._labels(b, place, trail, role)):
                rest = b - classes
                if rest == place.units if place.is_row else self._is_area(rest, place.units):
                    yield Step(piece, ("dense",), classes), _Place(a, True)
            return
        takes = self._is_area if place.is_row else int.__eq__
        from_b, from_a = takes(place.units, b), takes(place.units, a)
        is_encoder = role == "encoder" and self._kind != "one code"
        if from_b and from_a and a == b and not is_encoder:
            yield Step(piece, ("transposed_convolution", "convolution")), _Place(a, False)
            return
        if from_a and not is_encoder:
            yield Step(piece, ("transposed_convolution",)), _Place(b, False)
        if from_b:
            yield Step(piece, ("convolution",)), _Place(a, False)

    def _labels(self, inputs: int, place: _Place, trail: _Trail, role: Role) -> tuple[int, ...]:
        """How many classes a label may have that is joined here."""
        if not self._labelled or not (not trail or not place.is_row or trail[-1].role == "head"):
            return ()
        known = max((taken.step.classes for taken in trail), default=0)
        if role == "decoder":
            return (known or DIGIT_CLASSES,)
        more = inputs - place.units
        if not trail:
            return (more,) if 1 <= more <= MOST_CLASSES else ()
        return () if known else (DIGIT_CLASSES,)

    def _is_area(self, units: int, channels: int) -> bool:
        """Whether a row of so many units is a picture of so many channels; a square one, unless another is known."""
        area, rest = divmod(units, channels)
        is_free = self.shape is not None and self.shape[1] != self.shape[2]
        return rest == 0 and 1 <= area <= SIDES[1] ** 2 and (is_free or math.isqrt(area) ** 2 == area)

    def _whole(self, trail: _Trail, goal: _Goal) -> list[Reading]:
        if self._kind != "one code":
            return [_reading(self._kind, trail, goal)]
        return [_reading(self._kind, split, goal) for split in _split(trail)]


def _reading(kind: Kind, trail: _Trail, goal: _Goal) -> Reading:
    parts = {role: tuple(taken.step for taken in trail if taken.role == role) for role in ROLES}
    has_label = any(taken.step.classes for taken in trail)
    cost = JUMP_COST * _jumps(trail) + UNUSUAL_COST * ((goal.pixels not in USUAL_PIXELS) + has_label)
    return Reading(
        kind, parts["encoder"] or None, parts["head"], parts["decoder"] or None, goal.channels, goal.pixels, cost
    )


def _jumps(trail: _Trail) -> int:
    """How often the way goes back in the file: once where the decoder was defined first."""
    return sum(after.number < before.number for before, after in pairwise(trail))


def _split(trail: _Trail) -> list[_Trail]:
    """The way of an AE with the parts named: its code is the narrowest row, or else the picture of least channels."""
    inside = range(len(trail) - 1)
    is_said = all(taken.step.piece.part for taken in trail)
    said = [i for i in inside if trail[i].step.piece.part == "encoder" and trail[i + 1].step.piece.part == "decoder"]
    rows = [i for i in inside if trail[i].place.is_row]
    if not inside:
        return []
    last = said[0] if is_said and said else min(rows or inside, key=lambda i: trail[i].place.units)
    found = []
    for i, taken in enumerate(trail):
        if i <= last and "transposed_convolution" in taken.step.ways and "convolution" not in taken.step.ways:
            return []
        role: Role = "encoder" if i < last or (i == last and not taken.place.is_row) else "decoder"
        ways = taken.step.ways[-1:] if i <= last else taken.step.ways
        is_head = i == last and role == "decoder"
        step = replace(taken.step, ways=ways)
        found.append(replace(taken, role="head" if is_head else role, step=step))
    return [tuple(found)]


def _is_swapped(first: _Taken, second: _Taken) -> bool:
    """Whether the names say that the first is the second head."""
    return first.step.piece.head == "scale" and second.step.piece.head != "scale"


def is_picture(count: int, channels: int) -> bool:
    """Whether a square picture of so many channels has so many numbers."""
    side = math.isqrt(max(count, 0) // channels)
    return channels * side * side == count and SIDES[0] <= side <= SIDES[1]
