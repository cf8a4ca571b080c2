"""Which of the ink on a picture is the digit: not the frame, not the circle around it, one of two shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage.measure import label, regionprops

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Pixels.
SMALLEST = 3
# In shares of the largest shape's longer side.
SPECK = 0.06
SECOND = 0.35
NEAR = 0.08
# An 8 has two, one drawn carelessly a few more.
HOLES = 5
# Parts of a picture that are looked at: of noise there are thousands.
MOST = 40
# Of the picture's sides.
EDGE = 0.06

TWO = "Two shapes: the larger one was taken."
MANY = "Many shapes: the largest one was taken."
AROUND = "What stands around the digit was left out."
FRAME = "What lies along the picture's edge was left out."
WIDE = "It is wider than a digit: are these two?"
CUT = "It reaches the edge of the picture."
NET = "It is more of a net than of a stroke."
SOLID = "It is more of a blot than of a stroke."


@dataclass(frozen=True)
class Box:
    """Rows `top` to `bottom` and columns `left` to `right`, the ends not among them."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def longer(self) -> int:
        return max(self.right - self.left, self.bottom - self.top)


@dataclass(frozen=True)
class Shapes:
    """What was found among the ink.

    Attributes:
        ink: bool [H, W], what may be part of a digit.
        boxes: around each shape, the largest first; one at least.
        notes: what was left out, each a sentence.
        doubts: what speaks against the first shape, each a sentence.
        score: by which the better of two readings is told.
    """

    ink: Mask
    boxes: list[Box]
    notes: list[str]
    doubts: list[str]
    score: float


def find_shapes(strength: Grey, threshold: float) -> Shapes | None:
    """The shapes of a picture's ink, as many as there are; None where there is none.

    Args:
        strength: [H, W], 0 where there is no ink.
        threshold: what counts as ink, in the same unit.
    """
    parts = label(strength > threshold, connectivity=2)  # type: ignore[no-untyped-call]
    regions = [region for region in regionprops(parts) if _longer(region) >= SMALLEST]  # type: ignore[no-untyped-call]
    if not regions:
        return None
    height, width = strength.shape
    longest = max(_longer(region) for region in regions)
    large = [region for region in regions if _longer(region) >= SPECK * longest]
    large = sorted(large, key=_longer, reverse=True)[:MOST]
    notes: list[str] = []
    kept = [region for region in large if not _is_along_the_edge(region, (height, width))]
    if kept and len(kept) < len(large) and max(map(_longer, kept)) > 0.08 * max(height, width):
        if any(_longer(region) > 0.5 * min(height, width) for region in large if region not in kept):
            notes.append(FRAME)
    else:
        kept = large
    while len(rest := [one for one in kept if not any(_surrounds(one, other) for other in kept)]) < len(kept):
        kept = rest
        if AROUND not in notes:
            notes.append(AROUND)
    groups = _groups(kept)
    groups.sort(key=lambda group: -_weight(group, strength))
    main = groups[0]
    longer = _box(main).longer
    others = [group for group in groups[1:] if _box(group).longer >= SECOND * longer]
    ink = np.isin(parts, [region.label for group in (main, *others) for region in group])
    boxes = [_box(group) for group in (main, *others)]
    return Shapes(ink, boxes, notes, _doubts(main, boxes, (height, width)), _weight(main, strength))


def _longer(region: Any) -> int:
    top, left, bottom, right = region.bbox
    return int(max(bottom - top, right - left))


def _box(group: list[Any]) -> Box:
    tops, lefts, bottoms, rights = zip(*(region.bbox for region in group), strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def _weight(group: list[Any], strength: Grey) -> float:
    """How far a group reaches, times how dark it is: a long faint line weighs less than a short dark stroke."""
    values = np.concatenate([strength[tuple(region.coords.T)] for region in group])
    return float(_box(group).longer * np.percentile(values, 75))


def _is_along_the_edge(region: Any, shape: tuple[int, int]) -> bool:
    """A frame, a table, a finger, a shadow: it touches the picture's edge and keeps to it, or goes around."""
    top, left, bottom, right = region.bbox
    height, width = shape
    room = EDGE * min(shape)
    rows, columns = region.coords.T
    distance = np.minimum(np.minimum(rows, height - 1 - rows), np.minimum(columns, width - 1 - columns))
    if distance.min() > room / 2:
        return False
    touched = sum((top < room, left < room, bottom > height - room, right > width - room))
    return bool((distance <= room).mean() > 0.7 or touched >= 3)


def _surrounds(outer: Any, inner: Any) -> bool:
    """A circle or a box, closed or nearly, with another shape inside: no digit has one but as a speck."""
    top, left, bottom, right = outer.bbox
    t, le, b, r = inner.bbox
    if not (top < t and left < le and b < bottom and r < right) or _longer(inner) < 0.2 * _longer(outer):
        return False
    around = np.zeros((bottom - top, right - left), np.bool_)
    around[tuple((outer.coords - (top, left)).T)] = True
    # Seen from the inner shape the outer one stands on all sides.
    y, x = (t + b) // 2 - top, (le + r) // 2 - left
    rows, columns = np.nonzero(around)
    angles = np.unique(np.floor(np.arctan2(rows - y, columns - x) / np.pi * 18).astype(int))
    return bool(len(angles) >= 31)


def _groups(regions: list[Any]) -> list[list[Any]]:
    """Parts that belong to one digit: a bar above its stroke is near it, two digits stand side by side."""
    longest = max(map(_longer, regions))
    groups = [[region] for region in regions]
    joined = True
    while joined:
        joined = False
        for i in range(len(groups)):
            for k in range(i):
                if _belong(_box(groups[i]), _box(groups[k]), longest):
                    groups[k] += groups.pop(i)
                    joined = True
                    break
            if joined:
                break
    return groups


def _belong(one: Box, other: Box, longest: int) -> bool:
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    narrower = min(one.right - one.left, other.right - other.left)
    smaller = min(one.longer, other.longer) < SECOND * longest
    if across < -0.3 * narrower:
        return down < (0.25 if smaller else 0.15) * longest
    return max(across, down) < (0.15 if smaller else NEAR) * longest


def _doubts(main: list[Any], boxes: list[Box], shape: tuple[int, int]) -> list[str]:
    box = boxes[0]
    doubts = []
    if len(boxes) > 1:
        doubts.append(TWO if len(boxes) == 2 else MANY)
    if box.right - box.left > 1.5 * (box.bottom - box.top):
        doubts.append(WIDE)
    if box.left <= 0 or box.top <= 0 or box.right >= shape[1] or box.bottom >= shape[0]:
        doubts.append(CUT)
    if sum(1 - region.euler_number for region in main) > HOLES:
        doubts.append(NET)
    area = sum(region.area for region in main)
    if area > 0.7 * (box.right - box.left) * (box.bottom - box.top) and box.bottom - box.top < 2 * (
        box.right - box.left
    ):
        doubts.append(SOLID)
    return doubts
