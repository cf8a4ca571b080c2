"""What of a picture is ink: the light, the sheet's edge and the paper's rules are taken from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.filters import rank, threshold_otsu
from skimage.morphology import convex_hull_image

from vae_core.errors import ImageError

# Thinner than this the border says too little of the light to fit a surface to it.
SMALLEST_WITH_UNEVEN_LIGHT = 64
LEAST_CONTRAST = 0.04
NOTHING = "nothing is drawn on the picture that stands out from its background"
# Of the picture's shorter side: wider than any stroke, smaller than any sheet.
WINDOW = 0.55
COARSE_SIDE = 120
# Rules are longer than strokes, both in shares of the paper.
RULE_OPENING, RULE_LENGTH, RULE_THICKNESS = 0.3, 0.7, 0.03
RULE_TURNS = np.arange(-5, 5.1, 0.5)

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Reading:
    """A picture read as ink of one kind on paper.

    Attributes:
        strength: float32 [H, W], how far each pixel is from the paper, 0 where it is no ink; grey levels of 0 to 1.
        floor: what noise may reach.
        has_rules: rules of the paper were taken out.
        has_sheet: what lies beside the sheet was taken out.
    """

    strength: Grey
    floor: float
    has_rules: bool
    has_sheet: bool

    @property
    def full(self) -> float:
        """The strength of a stroke's middle."""
        strong = self.strength[self.strength > self.strength.max() / 2]
        return float(np.percentile(strong, 75)) if len(strong) else 0.0


def readings(grey: Grey) -> list[Reading]:
    """A picture as dark ink on light paper, and the other way round, as far as it can be either.

    Args:
        grey: [H, W] in [0, 1].

    Raises:
        ImageError: nothing stands out from the background.
    """
    smooth = ndimage.gaussian_filter(grey, max(grey.shape) / 400) if min(grey.shape) >= 100 else grey
    found = []
    for inside, is_light in _sheets(smooth):
        rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
        cut = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        paper = np.where(inside, smooth, np.float32(np.median(smooth[inside])))[cut]
        for reading in _read(paper, inside[cut], darker=is_light, lighter=not is_light):
            whole = np.zeros_like(smooth)
            whole[cut] = reading.strength
            found.append(Reading(whole, reading.floor, reading.has_rules, True))
    found = found or _read(smooth, np.ones(smooth.shape, np.bool_))
    if not found:
        raise ImageError(NOTHING)
    return found


def _read(grey: Grey, inside: Mask, darker: bool = True, lighter: bool = True) -> list[Reading]:
    found = []
    for low, high in _papers(grey):
        between = np.maximum(np.minimum(grey, high), low)
        noise = 1.4826 * float(np.median(np.abs(grey - (low + high) / 2)[inside]))
        floor = max(LEAST_CONTRAST, 4 * noise)
        for distance, is_asked in ((between - grey, darker), (grey - between, lighter)):
            distance = np.where(inside, distance, np.float32(0))
            if is_asked and distance.max() >= 1.6 * floor:
                found.append(_without_rules(distance, floor))
    return found


def _sheets(grey: Grey) -> list[tuple[Mask, bool]]:
    """A sheet on a table, if there is one, without its edge, and whether it is the lighter of the two.

    It is of one piece without a dent, rectangular unless the picture cuts it, and what is drawn on it stays on it:
    where a stroke goes on, the edge is that of a shadow.
    """
    if min(grey.shape) < SMALLEST_WITH_UNEVEN_LIGHT:
        return []
    step = -(-max(grey.shape) // 200)
    small = ndimage.uniform_filter(grey, step)[::step, ::step]
    middle = threshold_otsu(small)  # type: ignore[no-untyped-call]
    contrast = small[small > middle].mean() - small[small <= middle].mean()
    if contrast < 0.12:
        return []
    border = _border(grey.shape)
    off = np.abs(grey - _surface(grey, border))[border]
    is_one_piece = (off > max(0.03, 4 * float(np.median(off)))).mean() < 0.03
    low, _ = _around(grey, 0.3)
    _, high = _around(grey, 0.3)
    found = []
    for is_light in (True, False):
        parts, count = ndimage.label((small > middle) == is_light)
        if not count:
            continue
        largest = parts == 1 + np.argmax(np.bincount(parts.ravel())[1:])
        filled = ndimage.binary_fill_holes(largest)
        if not _is_sheet(filled, largest):
            continue
        depth = ndimage.distance_transform_edt(np.pad(filled, 1, mode="edge"))[1:-1, 1:-1]
        height = ndimage.distance_transform_edt(~filled)
        rim = max(2, 0.015 * min(small.shape))
        within, beside = (np.median(small[(d > 1) & (d <= 2 * rim)]) for d in (depth, height))
        edge = np.concatenate([filled[0], filled[-1], filled[:, 0], filled[:, -1]])
        if abs(within - beside) < 0.6 * contrast or (edge.mean() > 0.1 and is_one_piece):
            # Light that fades has no edge.
            continue
        distance = (low - grey if is_light else grey - high)[::step, ::step]
        strokes, _ = ndimage.label(distance > max(LEAST_CONTRAST, 0.3 * float(distance.max())))
        crossing = [
            part
            for part in range(1, strokes.max() + 1)
            if min((strokes[depth > 2 * rim] == part).sum(), (strokes[~filled] == part).sum())
            > 0.1 * (strokes == part).sum()
        ]
        if np.isin(strokes, crossing)[depth > rim].sum() > 0.25 * (strokes > 0)[depth > rim].sum():
            continue
        inside = np.kron(depth > rim, np.ones((step, step), np.bool_))[: grey.shape[0], : grey.shape[1]]
        found.append((inside, is_light))
    return found


def _is_sheet(filled: Mask, largest: Mask) -> bool:
    share = filled.mean()
    if not 0.08 < share < 0.985:
        return False
    hull = convex_hull_image(filled)  # type: ignore[no-untyped-call]
    if filled.sum() < 0.92 * hull.sum():
        return False
    ink = filled & ~largest
    if ink.any() and ndimage.distance_transform_edt(ink).max() > 0.5 * ndimage.distance_transform_edt(largest).max():
        return False
    edge = np.concatenate([filled[0], filled[-1], filled[:, 0], filled[:, -1]])
    if edge.mean() > 0.1:
        return bool(share > 0.3)
    # Of the smallest rectangle around it, at whatever turn: an ellipse fills 79 % of its own.
    rows, columns = np.nonzero(hull)
    turns = np.deg2rad(np.arange(0, 90, 3))
    across = np.outer(np.cos(turns), columns) + np.outer(np.sin(turns), rows)
    down = np.outer(np.cos(turns), rows) - np.outer(np.sin(turns), columns)
    return bool(filled.sum() > 0.84 * ((np.ptp(across, 1) + 1) * (np.ptp(down, 1) + 1)).min())


def _papers(grey: Grey) -> list[tuple[Grey, Grey]]:
    """The darkest and the lightest that the paper may be at each pixel, once or twice.

    Where the border is of one piece, a surface through it; and the median around each pixel, which edges of sheets and
    shadows do not blur.
    """
    border = _border(grey.shape)
    surface = _surface(grey, border)
    if min(grey.shape) < SMALLEST_WITH_UNEVEN_LIGHT:
        return [(surface, surface)]
    far = np.abs(grey - surface)
    noise = max(0.02, 4 * float(np.median(far[border])))
    if (far[border] > noise).mean() > 0.3 or (far > max(2 * noise, 0.3 * float(far.max()))).mean() > 0.3:
        return [_around(grey, WINDOW)]
    low, high = _around(grey - surface, WINDOW)
    return [(surface, surface), (surface + low, surface + high)]


def _border(shape: tuple[int, ...]) -> Mask:
    """[H, W]: a frame a twentieth of the picture thick."""
    thickness = max(1, round(min(shape) / 20))
    border = np.ones(shape, np.bool_)
    border[thickness:-thickness, thickness:-thickness] = False
    return border


def _surface(grey: Grey, border: Mask) -> Grey:
    """[H, W]: the median of the border, or where the light may be uneven, a quadratic surface through it.

    Least squares in three rounds, each without what is far from the round before: ink may touch the border.
    """
    level = np.full(grey.shape, np.median(grey[border]), np.float32)
    if min(grey.shape) < SMALLEST_WITH_UNEVEN_LIGHT:
        return level
    y, x = np.meshgrid(*(np.linspace(-1, 1, side, dtype=np.float32) for side in grey.shape), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    for _ in range(3):
        far = np.abs(grey - level)[border]
        near = far <= max(0.02, 2.5 * 1.4826 * float(np.median(far)))
        level = terms @ np.linalg.lstsq(terms[border][near], grey[border][near], rcond=None)[0]
    return level


def _around(grey: Grey, window: float) -> tuple[Grey, Grey]:
    """The median in a window around each pixel, coarse; at an edge of light or paper it is either side's."""
    step = -(-max(grey.shape) // COARSE_SIDE)
    coarse = grey[step // 2 :: step, step // 2 :: step]
    side = int(window * min(coarse.shape)) | 1
    least, span = float(coarse.min()), max(float(np.ptp(coarse)), 1e-6)
    levels = np.rint(255 * (coarse - least) / span).astype(np.uint8)
    ranked = rank.median(levels, np.ones((side, side), np.uint8))  # type: ignore[no-untyped-call]
    median = ranked.astype(np.float32) * np.float32(span / 255) + np.float32(least)
    places = [(np.arange(n) - step // 2) / step for n in grey.shape]
    fine = [
        ndimage.map_coordinates(bound(median, 3), np.meshgrid(*places, indexing="ij"), order=1, mode="nearest")
        for bound in (ndimage.minimum_filter, ndimage.maximum_filter)
    ]
    return fine[0], fine[1]


def _without_rules(distance: Grey, floor: float) -> Reading:
    """Lines across the whole paper are its rules: what is no darker than they are goes, what crosses them stays."""
    strength = np.where(distance > floor, distance, np.float32(0))
    found = False
    if min(strength.shape) >= SMALLEST_WITH_UNEVEN_LIGHT:
        for axis in (0, 1):
            rules = _rules(distance, axis, floor)
            if rules is None:
                continue
            found = True
            wide = ndimage.maximum_filter1d(rules, 5, axis=axis)
            gone = (wide > 0.3 * floor) & (distance < 1.5 * wide + floor)
            kept = np.where(gone, np.float32(0), strength)
            # A stroke as dark as the rule that it crosses has no gap there.
            bridged = ndimage.grey_closing(kept, size=(11, 1) if axis == 0 else (1, 11))
            strength = np.where(gone, np.minimum(bridged, strength), strength)
    return Reading(np.asarray(strength, np.float32), floor, found, False)


def _rules(distance: Grey, axis: int, floor: float) -> Grey | None:
    """[H, W]: how far rules lie from the paper, along the rows (axis 0) or the columns; None where there are none."""
    field = distance if axis == 0 else distance.T
    step = -(-max(field.shape) // 200)
    small = ndimage.uniform_filter(field, step)[::step, ::step]
    turn = max(RULE_TURNS, key=lambda degrees: float(_opened(small, degrees)[0].sum()))
    response, width = _opened(field, turn)
    mask = response > 0.5 * floor
    lines = mask.sum(1) > RULE_LENGTH * np.maximum(width, 0.3 * field.shape[1])
    bands, count = ndimage.label(lines)
    sizes = np.bincount(bands)[1:]
    thin = np.concatenate([[False], sizes <= max(3, RULE_THICKNESS * min(field.shape))])
    if not thin[bands].any() or (count > 0 and not thin[1:].all() and thin[1:].sum() < 2):
        return None
    rules = np.where(thin[bands][:, None], response, np.float32(0))
    back = ndimage.rotate(rules, -turn, reshape=False, order=1) if turn else rules
    return back if axis == 0 else back.T


def _opened(field: Grey, turn: float) -> tuple[Grey, NDArray[np.int64]]:
    """What is left of lines along the rows after turning, and how wide the paper is in each row."""
    turned = ndimage.rotate(field, turn, reshape=False, order=1) if turn else field
    covered = np.ones_like(field)
    if turn:
        covered = ndimage.rotate(covered, turn, reshape=False, order=0)
    length = max(9, int(RULE_OPENING * field.shape[1]))
    smooth = ndimage.uniform_filter1d(turned, max(3, length // 12), axis=1)
    # Beyond the picture a rule goes on.
    open_ended = np.where(covered > 0, smooth, np.float32(1))
    least = ndimage.minimum_filter1d(open_ended, length, axis=1, mode="constant", cval=1)
    opened = ndimage.maximum_filter1d(least, length, axis=1, mode="constant", cval=0)
    return np.asarray(np.where(covered > 0, np.maximum(opened, 0), 0), np.float32), (covered > 0).sum(1)
