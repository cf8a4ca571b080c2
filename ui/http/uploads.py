"""A visitor's picture, brought into MNIST's format. Nothing of it stays on the server."""

from __future__ import annotations

import base64
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from PIL import Image
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ui.choices import drawn
from ui.errors import sentence
from ui.http.answers import NOT_KEPT, answer_to_body
from vae_core.errors import ImageError
from vae_core.pictures import picture
from vae_core.pictures.picture_header import MAX_BYTES

TOO_LARGE = "The file is larger than 10 MB."
# A large picture takes memory while it is read: two at once, the others wait.
_READERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="picture")


async def upload(request: Request) -> Response:
    """The digit in a picture file, which is the body of the request.

    Returns:
        200 with JSON, see `judge`; for a file that is no picture too: a browser writes every other status into the
        visitor's console.
    """
    return await answer_to_body(request, MAX_BYTES, _READERS, _answer)


def judge(file: bytes) -> dict[str, Any]:
    """The answer to a picture file.

    Returns:
        `levels`, the digit as `ui.choices.drawn` writes it; `before`, the picture as it was read, and `ink`,
        the strokes found on it, grey, as `data:` URLs of PNGs; `boxes`, around each shape, left, top, right,
        bottom in pixels of the ink, that of the digit first; `threshold`, from which share of 255 on ink is a
        stroke; `notes` on what was left out and `doubts` about the digit, sentences. With these the browser
        makes another digit of the picture, see `picture.digit_in`. Or `problem`, one sentence.
    """
    try:
        found = picture.read_picture(file)
        digit = picture.to_digit(found)
    except ImageError as error:
        return {"problem": sentence(error)}
    return {
        "levels": drawn.pack(np.rint(digit * (drawn.LEVELS - 1)).astype(np.uint8)),
        "before": _address(found.preview),
        "ink": _address(Image.fromarray(found.ink)),
        "boxes": [[box.left, box.top, box.right, box.bottom] for box in found.boxes],
        "threshold": found.threshold,
        "notes": found.notes,
        "doubts": found.doubts,
    }


def _answer(body: bytes | None) -> Response:
    return JSONResponse({"problem": TOO_LARGE} if body is None else judge(body), headers=NOT_KEPT)


def _address(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
