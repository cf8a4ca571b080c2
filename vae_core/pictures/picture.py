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

from vae_core.config import DIGIT
from vae_core.errors import ImageError
from vae_core.pictures.mnist_format import CENTRE_OF_MASS, LONGER_SIDE, mnist_format, quantise
from vae_core.pictures.picture_header import DAMAGED, Header, read_header
from vae_core.pictures.picture_paper import NOTHING, readings
from vae_core.pictures.picture_shapes import Box, find_shapes

PREVIEW_SIDE = 280
WORKING_SIDE = 640
# Of the strongest ink: what is fainter is no stroke until the visitor says so.
FAINTEST = 0.2
# Width of strokes in pixels of the digit: of MNIST's test digits, one in five has thinner ones, one in thirty broader.
PENS = (2.2, 4.2)
SHEET = "What lies beside the sheet was left out."
RULES = "The paper's lines were taken out."

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
        ink: uint8 [H, W], how strong the strokes are, of paper, rules and frames nothing.
        boxes: around each shape that may be a digit, in pixels of `ink`; the first is the one to take.
        threshold: from which share of 255 on ink is a stroke.
        notes: what was taken out, each a sentence.
        doubts: what speaks against the first shape, each a sentence.
        preview: the picture as it came, upright, RGB, at most 280 pixels a side.
    """

    ink: NDArray[np.uint8]
    boxes: list[Box]
    threshold: float
    notes: list[str]
    doubts: list[str]
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
    found = [
        (reading, shapes)
        for reading in readings(_clearest_channel(pixels))
        if (shapes := find_shapes(reading.strength, max(reading.floor, FAINTEST * reading.full))) is not None
    ]
    if not found:
        raise ImageError(NOTHING)
    best = max(shapes.score for _, shapes in found)
    reading, shapes = next(pair for pair in found if pair[1].score > best / 1.15)
    ink = np.where(shapes.ink, reading.strength, np.float32(0))
    first = shapes.boxes[0]
    strokes = ink[first.top : first.bottom, first.left : first.right]
    full = float(np.percentile(strokes[strokes > strokes.max() / 2], 75))
    notes = [SHEET] * reading.has_sheet + [RULES] * reading.has_rules + shapes.notes
    threshold = round(min(0.7, max(reading.floor / full, FAINTEST)), 2)
    levels = np.rint(255 * np.clip(ink / full, 0, 1)).astype(np.uint8)
    return Picture(levels, shapes.boxes, threshold, notes, shapes.doubts, preview)


def to_digit(picture: Picture) -> Grey:
    """The first shape in MNIST's format: float32 [28, 28], multiples of 1/15."""
    ink = picture.ink
    if ink.shape == DIGIT[1:]:
        place = ndimage.center_of_mass(ink)
        # One of MNIST's, at whole pixels: it is in its format already.
        if (
            picture.boxes[0].longer in (LONGER_SIDE - 1, LONGER_SIDE)
            and max(abs(np.subtract(place, CENTRE_OF_MASS))) <= 0.5
        ):
            return quantise(ink / np.float32(255))
    return digit_in(ink, picture.boxes[0], picture.threshold)


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


def digit_in(ink: NDArray[np.uint8], box: Box, threshold: float) -> Grey:
    """What lies in a box as a digit in MNIST's format; `ui/web/hand/upload_digit.js` does the same under the hand.

    Args:
        ink: [H, W], the strokes' strength, 0 to 255.
        box: inside it.
        threshold: in (0, 1), the share of 255 from which on it is a stroke.

    Returns:
        float32 [28, 28], multiples of 1/15; blank where there is no stroke.
    """
    part = ink[box.top : box.bottom, box.left : box.right] / np.float32(255)
    rise = min(1, threshold + 0.5) - threshold
    return quantise(mnist_format(_as_by_a_usual_pen(np.clip((part - np.float32(threshold)) / np.float32(rise), 0, 1))))


def _as_by_a_usual_pen(ink: Grey) -> Grey:
    """[H, W] -> perhaps a few pixels more on each side: strokes broader or thinner than MNIST's come to its limits."""
    strokes = np.pad(ink > 0.5, 1)
    rows, columns = np.flatnonzero(strokes.any(1)), np.flatnonzero(strokes.any(0))
    if not len(rows):
        return ink
    depth = ndimage.distance_transform_edt(strokes)[1:-1, 1:-1]
    # Across a stroke the distance to its edge is a quarter of its width on average.
    width = 4 * float(depth.sum() / strokes.sum()) - 1
    longer = max(np.ptp(rows), np.ptp(columns)) + 1
    wanted = float(np.clip(LONGER_SIDE * width / longer, *PENS))
    # The digit grows with its strokes.
    more = (wanted * longer / LONGER_SIDE - width) / (2 - 2 * wanted / LONGER_SIDE)
    if more < -0.01:
        less = min(-more, 0.25 * width)
        return np.asarray(np.minimum(ink, np.clip(depth - less, 0, 1)), np.float32)
    if more <= 0.01:
        return ink
    room = int(np.ceil(more)) + 1
    ink = np.pad(ink, room)
    distance = ndimage.distance_transform_edt(ink <= 0.5)
    return np.asarray(np.maximum(ink, np.clip(more + 1 - distance, 0, 1)), np.float32)
