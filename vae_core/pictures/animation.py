"""Pictures in a row as files to take away: GIF, animated WebP, and a strip as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from vae_core.errors import ConfigError

Format = Literal["gif", "webp"]
FORMATS: tuple[Format, ...] = get_args(Format)
LIMITS = {"size": (28, 840), "frames_a_second": (1, 50), "frames": (1, 240)}

CAPTION_SHARE = 12
CAPTION_HEIGHT = 14
CAPTION_GREY = 200
GAP_SHARE = 40

# Lossless WebP; higher methods take longer and save nothing on enlarged pixels.
WEBP_METHOD = 1

Frames = NDArray[np.uint8]


def as_frames(pictures: NDArray[np.floating]) -> Frames:
    """Decoded pictures [N, ...] in [0, 1] -> uint8 of the same shape."""
    return np.asarray(np.rint(np.clip(pictures, 0, 1) * 255), np.uint8)


def enlarge(frames: Frames, size: int) -> Frames:
    """Each frame at the width `size`, every pixel a block: uint8 [N, H, W] or [N, H, W, 3].

    Raises:
        ConfigError: the size is not 28 to 840.
    """
    _require("size", size)
    height, width = frames.shape[1:3]
    rows = np.arange(round(size * height / width)) * width // size
    columns = np.arange(size) * width // size
    return frames[:, np.minimum(rows, height - 1)][:, :, columns]


def caption_height(size: int) -> int:
    """Of the band above a film of that width, in pixels."""
    return max(CAPTION_HEIGHT, size // CAPTION_SHARE)


def side_by_side(panels: Sequence[tuple[str | Frames, Frames]], size: int) -> Frames:
    """Films next to each other, each under its caption: uint8 [N, size + caption, about size * panels].

    Args:
        panels: caption and frames, uint8 [N, H, W] of one shape all, in grey or [N, H, W, 3] in colour. The caption
            is a text in Latin letters, or drawn already: uint8 [caption_height(size), size].
        size: width of each enlarged film, 28 to 840 pixels.

    Raises:
        ConfigError: the size is out of range.
        ValueError: no panels, or of unequal shapes.
    """
    if len({frames.shape for _, frames in panels}) != 1:
        raise ValueError("films side by side must be of one shape")
    columns = []
    for caption, frames in panels:
        large = enlarge(frames, size)
        heading = _write(caption, size) if isinstance(caption, str) else caption
        if large.ndim == 4:
            heading = np.repeat(heading[..., None], large.shape[3], axis=2)
        columns.append(np.concatenate([np.broadcast_to(heading, (len(large), *heading.shape)), large], axis=1))
    gap = np.zeros((*columns[0].shape[:2], max(1, size // GAP_SHARE), *columns[0].shape[3:]), np.uint8)
    parts = [part for column in columns for part in (gap, column)][1:]
    return np.concatenate(parts, axis=2)


def animate(frames: Frames, kind: Format, frames_a_second: float = 25.0, loop: bool = True) -> bytes:
    """A GIF or an animated WebP; both show grey frames exactly, a GIF colours as the nearest of 256.

    Frames that do not change are one in the file, which is shown for as long. A GIF counts time in hundredths of a
    second: its frames are shown for unequal times where the rate asks for it, and for as long as asked together.

    Args:
        frames: uint8 [N, H, W] in grey or [N, H, W, 3] in colour, 1 to 240 of them.
        kind: "gif" or "webp".
        frames_a_second: 1 to 50.
        loop: for ever, or once.

    Raises:
        ConfigError: the kind is unknown, or the rate or the number of frames out of range.
    """
    if kind not in FORMATS:
        raise ConfigError(f"the format is '{kind}'; it must be one of {', '.join(FORMATS)}")
    _require("frames_a_second", frames_a_second)
    _require("frames", len(frames))
    first, *others = [_image(frame) for frame in frames]
    durations = _durations(len(frames), frames_a_second, tick=10 if kind == "gif" else 1)
    options = {"save_all": True, "append_images": others, "duration": durations}
    stream = io.BytesIO()
    if kind == "gif":
        # Without the word a GIF plays once.
        first.save(stream, "GIF", **options, **({"loop": 0} if loop else {}))
    else:
        first.save(stream, "WEBP", **options, loop=0 if loop else 1, lossless=True, method=WEBP_METHOD)
    return stream.getvalue()


def strip(frames: Frames, size: int = 112) -> bytes:
    """A PNG of all frames from left to right, each at the width `size`, with a line of black between them.

    Args:
        frames: uint8 [N, H, W] or [N, H, W, 3], 1 to 240 of them.
        size: 28 to 840 pixels.

    Raises:
        ConfigError: the size or the number of frames is out of range.
    """
    _require("frames", len(frames))
    large = enlarge(frames, size)
    line = np.zeros((large.shape[1], 1, *large.shape[3:]), np.uint8)
    row = np.concatenate([part for frame in large for part in (line, frame)][1:], axis=1)
    stream = io.BytesIO()
    Image.fromarray(row).save(stream, "PNG")
    return stream.getvalue()


def _image(frame: Frames) -> Image.Image:
    if frame.ndim == 3:
        return Image.fromarray(frame)
    # With a palette of its own, Pillow need not look for one in every frame.
    image = Image.frombytes("P", (frame.shape[1], frame.shape[0]), frame.tobytes())
    image.putpalette([grey for grey in range(256) for _ in range(3)])
    return image


def _write(text: str, width: int) -> Frames:
    """A line of text on a black band, in the largest type that fits: uint8 [height, width]."""
    height = caption_height(width)
    band = Image.new("L", (width, height))
    draw = ImageDraw.Draw(band)
    size = height * 0.7
    while size > 4 and draw.textlength(text, ImageFont.load_default(size)) > width:
        size *= 0.9
    draw.text((width / 2, height / 2), text, CAPTION_GREY, ImageFont.load_default(size), anchor="mm")
    return np.asarray(band)


def _durations(count: int, frames_a_second: float, tick: int) -> list[int]:
    """Milliseconds of each frame, multiples of `tick`; together they are off by less than one tick."""
    ends = np.rint(np.arange(count + 1) * 1000 / frames_a_second / tick).astype(int) * tick
    return [int(duration) for duration in np.diff(ends)]


def _require(name: str, value: float) -> None:
    low, high = LIMITS[name]
    if not low <= value <= high:
        raise ConfigError(f"{name.replace('_', ' ')} is {value:g}; it must be {low} to {high}")
