"""Films of what the browser shows, to take away. Nothing of them stays on the server."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import Response

from ui.choices import link
from ui.errors import NoAnswerError
from ui.http.answers import NOT_KEPT, answer_to_body, refusal
from vae_core.config import DIGIT, Shape, is_shape
from vae_core.pictures import animation
from vae_core.pictures.animation import FORMATS, LIMITS, Format

MOST_PANELS = 4
LONGEST_CAPTION = 60
MOST_FRAMES = LIMITS["frames"][1]
# Of the largest pictures two panels of 240 frames, as base64.
MOST_BYTES = 8_000_000
# Of a whole film, in numbers: they take memory, a byte each and more than once.
MOST_PIXELS = 80_000_000
_MAKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="film")


@dataclass(frozen=True)
class Look:
    """How a film is made of its frames; the fields as in `vae_core.pictures.animation`."""

    kind: Format
    size: int
    frames_a_second: float
    loop: bool


async def film(request: Request) -> Response:
    """A film of the frames in the body.

    The body is JSON: `shape`, channels, height and width of a picture; and `panels`, 1 to 4, each with its `caption`,
    `frames`, base64 of uint8 [N, *shape], and `heading`, the caption as the browser writes it, in every script it
    knows, base64 of uint8 [`animation.caption_height(size)`, size]: without it the caption is written in Latin
    letters. Without a shape they are digits. The query says `format`, gif or webp; `size` of a panel in pixels; `fps`;
    `loop`, 0 or 1.

    Returns:
        200 with the file; or with JSON: `problem`, one sentence.
    """
    return await answer_to_body(request, MOST_BYTES, _MAKERS, partial(_answer, request.query_params))


def make(query: Mapping[str, str], body: bytes) -> bytes:
    """The file, see `film`.

    Raises:
        NoAnswerError: the sentence says what cannot be made a film of.
    """
    look = _look(query)
    panels = _panels(body, look.size)
    count, height, width, *colours = panels[0][1].shape
    most = MOST_PIXELS // (len(panels) * look.size**2 * math.prod(colours) * max(1, height // width))
    if count > most:
        raise NoAnswerError(f"Films of this size have at most {most} frames.")
    frames = animation.side_by_side(panels, look.size)
    return animation.animate(frames, look.kind, look.frames_a_second, look.loop)


def _answer(query: Mapping[str, str], body: bytes | None) -> Response:
    try:
        if body is None:
            raise NoAnswerError(f"A film has at most {MOST_PANELS} panels of {MOST_FRAMES} frames each.")
        content = make(query, body)
    except NoAnswerError as error:
        return refusal(error)
    return Response(content, media_type=f"image/{query['format']}", headers=NOT_KEPT)


def _look(query: Mapping[str, str]) -> Look:
    kind = next((known for known in FORMATS if known == query.get("format")), None)
    if kind is None:
        raise NoAnswerError(f"The format must be one of {', '.join(FORMATS)}.")
    size = _number(query, "size", "size")
    if size != int(size):
        raise NoAnswerError("The size must be a whole number of pixels.")
    loop = query.get("loop", "1")
    if loop not in ("0", "1"):
        raise NoAnswerError("The parameter loop must be 0 or 1.")
    return Look(kind, int(size), _number(query, "fps", "frames_a_second"), loop == "1")


def _number(query: Mapping[str, str], name: str, limit: str) -> float:
    low, high = LIMITS[limit]
    text = query.get(name, "")
    if not (link.NUMBER.fullmatch(text) and low <= float(text) <= high):
        raise NoAnswerError(f"The parameter {name} must be a number from {low} to {high}.")
    return float(text)


def _panels(body: bytes, size: int) -> list[tuple[str | NDArray[np.uint8], NDArray[np.uint8]]]:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise NoAnswerError("The film is not JSON.") from None
    panels = asked.get("panels") if isinstance(asked, dict) else None
    if not isinstance(panels, list) or not 1 <= len(panels) <= MOST_PANELS:
        raise NoAnswerError(f"A film has 1 to {MOST_PANELS} panels.")
    shape = _shape(asked.get("shape", list(DIGIT)))
    found = [_panel(panel, size, shape) for panel in panels]
    if len({len(frames) for _, frames in found}) > 1:
        raise NoAnswerError("The panels of a film have as many frames each.")
    return found


def _shape(asked: Any) -> Shape:
    if not isinstance(asked, list) or not is_shape(asked):
        raise NoAnswerError("The shape of a film is channels, 1 or 3, and two sides of 8 to 64.")
    channels, height, width = asked
    return channels, height, width


def _panel(panel: Any, size: int, shape: Shape) -> tuple[str | NDArray[np.uint8], NDArray[np.uint8]]:
    caption, text = (panel.get("caption"), panel.get("frames")) if isinstance(panel, dict) else (None, None)
    if not isinstance(caption, str) or len(caption) > LONGEST_CAPTION or not caption.isprintable():
        raise NoAnswerError(f"A caption is one line of at most {LONGEST_CAPTION} characters.")
    content = _bytes(text)
    size_of_one = math.prod(shape)
    if len(content) % size_of_one or not 1 <= len(content) // size_of_one <= MOST_FRAMES:
        raise NoAnswerError(f"A panel has 1 to {MOST_FRAMES} frames of {size_of_one} bytes.")
    planes = np.frombuffer(content, np.uint8).reshape(-1, *shape)
    frames = planes[:, 0] if shape[0] == 1 else np.moveaxis(planes, 1, -1)
    if "heading" not in panel:
        return caption, frames
    heading, height = _bytes(panel["heading"]), animation.caption_height(size)
    if len(heading) != height * size:
        raise NoAnswerError(f"The heading of a film of this size has {size} x {height} pixels.")
    return np.frombuffer(heading, np.uint8).reshape(height, size), frames


def _bytes(text: Any) -> bytes:
    """Of base64; empty where it is none."""
    try:
        return base64.b64decode(text if isinstance(text, str) else "", validate=True)
    except ValueError:
        return b""
