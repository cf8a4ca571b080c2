"""A visitor's picture of a digit: a photo of pencil on paper, a screenshot, a drawing; any size and background."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from vae_core.errors import ImageError
from vae_core.mnist_format import LONGER_SIDE, mnist_format, quantise
from vae_core.picture_header import DAMAGED, Header, read_header

PREVIEW_SIDE = 280
WORKING_SIDE = 800
# Thinner than this the border says too little of the light to fit a surface to it.
SMALLEST_WITH_UNEVEN_LIGHT = 64
LEAST_CONTRAST = 0.05
# Of the largest stroke's extent.
SPECK = 0.06
# In pixels of the digit: MNIST's writers had broader pens than most, and models know no hairlines.
THINNEST_STROKE = 2.2

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises on damaged data, as its own fuzzers expect it.
DECODING_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)

Grey = NDArray[np.float32]


@dataclass(frozen=True)
class Picture:
    """What was found on a picture.

    Attributes:
        ink: float32 [H, W] in [0, 1], the strokes white on black.
        preview: the picture as it came, upright, RGB, at most 280 pixels a side.
    """

    ink: Grey
    preview: Image.Image


def read_picture(data: bytes) -> Picture:
    """Reads a PNG, JPEG or WebP of any size up to 25 million pixels and finds the ink on it.

    Args:
        data: the file's bytes.

    Raises:
        ImageError: it cannot be read, see `read_header`, or nothing is drawn on it.
    """
    header = read_header(data)
    try:
        pixels = _on_paper(_decode(header))
    except DECODING_ERRORS as error:
        raise ImageError(DAMAGED) from error
    except MemoryError as error:
        raise ImageError("there is not enough memory for this picture") from error
    preview = Image.fromarray(np.rint(pixels * 255).astype(np.uint8))
    preview.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return Picture(_find_ink(_clearest_channel(pixels)), preview)


def to_digit(picture: Picture) -> Grey:
    """The picture's ink in MNIST's format: float32 [28, 28], multiples of 1/15; strokes that are thin are broadened."""
    return quantise(mnist_format(_broadened(picture.ink)))


def _decode(header: Header) -> Image.Image:
    """Upright, "RGB" or premultiplied "RGBa", hardly larger than the ink needs.

    Raises:
        ImageError: the header does not say what is in the file.
    """
    with Image.open(io.BytesIO(header.data), formats=[header.format]) as image:
        if image.size != (header.width, header.height) or getattr(image, "n_frames", 1) > 1:
            raise ImageError(DAMAGED)
        image.draft(None, (WORKING_SIDE, WORKING_SIDE))
        see_through = image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info
        plain = image.convert("RGBA").convert("RGBa") if see_through else image.convert("RGB")
    smaller = plain.reduce(-(-max(plain.size) // WORKING_SIDE))
    turn = _TURNS.get(header.orientation)
    return smaller if turn is None else smaller.transpose(turn)


def _on_paper(image: Image.Image) -> Grey:
    """float32 [H, W, 3] in [0, 1]: where the picture is transparent, what lets its ink be seen.

    Light ink comes over black and dark ink over white; a picture that is mostly opaque is its own paper.

    Raises:
        ImageError: all of it is transparent.
    """
    pixels = np.asarray(np.asarray(image) / np.float32(255), np.float32)
    if pixels.shape[2] == 3:
        return pixels
    colours, alpha = pixels[..., :3], pixels[..., 3:]
    if not alpha.any():
        raise ImageError("the picture is wholly transparent")
    ink_is_dark = colours.sum() < 0.5 * 3 * alpha.sum()
    paper = np.median(colours[alpha[..., 0] > 0.5], axis=0) if alpha.mean() > 0.5 else float(ink_is_dark)
    return np.asarray(colours + (1 - alpha) * paper, np.float32)


def _clearest_channel(pixels: Grey) -> Grey:
    """[H, W, 3] -> [H, W]: the luminance, or a single channel where it shows much more: yellow on white is blue's."""
    luminance = pixels @ np.array([0.299, 0.587, 0.114], np.float32)
    candidates = [luminance, *np.moveaxis(pixels, 2, 0)]
    spreads = [float(np.ptp(candidate)) for candidate in candidates]
    best = int(np.argmax(spreads))
    return candidates[best] if spreads[best] > 1.5 * spreads[0] else luminance


def _find_ink(grey: Grey) -> Grey:
    """[H, W] -> [H, W] in [0, 1]: the distance from the background, stretched, without noise and specks.

    Raises:
        ImageError: nothing stands out from the background.
    """
    smooth = ndimage.gaussian_filter(grey, max(grey.shape) / 400) if min(grey.shape) >= 100 else grey
    border = _border(smooth.shape)
    distance = smooth - _background(smooth, border)
    noise = 1.4826 * float(np.median(np.abs(distance[border])))
    if -distance.min() > distance.max():
        distance = -distance
    floor = max(LEAST_CONTRAST, 4 * noise)
    if distance.max() < 1.6 * floor:
        raise ImageError("nothing is drawn on the picture that stands out from its background")
    strokes = _without_specks(np.maximum(distance - floor, 0))
    full = np.percentile(strokes[strokes > strokes.max() / 2], 75)
    return np.asarray(np.clip(strokes / full, 0, 1), np.float32)


def _border(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """[H, W]: a frame a twentieth of the picture thick."""
    thickness = max(1, round(min(shape) / 20))
    border = np.ones(shape, np.bool_)
    border[thickness:-thickness, thickness:-thickness] = False
    return border


def _background(grey: Grey, border: NDArray[np.bool_]) -> Grey:
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


def _without_specks(strokes: Grey) -> Grey:
    """[H, W], 0 where there is nothing: a speck of dust in a corner would shrink the digit to make room for it."""
    parts, _ = ndimage.label(strokes, np.ones((3, 3)))
    sides = np.array([max(extent.stop - extent.start for extent in box) for box in ndimage.find_objects(parts)])
    kept = np.concatenate([[False], sides >= SPECK * sides.max()])
    return np.where(kept[parts], strokes, np.float32(0))


def _broadened(ink: Grey) -> Grey:
    """[H, W] -> a few pixels more on each side: strokes at least as wide as `THINNEST_STROKE` makes them."""
    strokes = ink > 0.5
    rows, columns = np.flatnonzero(strokes.any(1)), np.flatnonzero(strokes.any(0))
    wanted = THINNEST_STROKE * max(np.ptp(rows) + 1, np.ptp(columns) + 1) / LONGER_SIDE
    # Across a stroke the distance to its edge is a quarter of its width on average.
    width = 4 * float(ndimage.distance_transform_edt(np.pad(strokes, 1))[1:-1, 1:-1][strokes].mean()) - 1
    more = (wanted - width) / 2
    if more <= 0:
        return ink
    room = int(np.ceil(more)) + 1
    ink = np.pad(ink, room)
    distance = ndimage.distance_transform_edt(ink <= 0.5)
    return np.asarray(np.maximum(ink, np.clip(more + 1 - distance, 0, 1)), np.float32)
