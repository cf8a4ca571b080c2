"""A visitor's picture, brought into MNIST's format. Nothing of it stays on the server."""

from __future__ import annotations

import asyncio
import base64
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from PIL import Image
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from ui.choices import drawn
from vae_core.errors import ImageError
from vae_core.pictures import picture
from vae_core.pictures.picture_header import MAX_BYTES

TOO_LARGE = "The file is larger than 10 MB."
NOT_KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
# A large picture takes memory while it is read: two at once, the others wait.
_READERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="picture")


async def upload(request: Request) -> Response:
    """The digit in a picture file, which is the body of the request.

    It changes nothing on the server, so that another site could gain nothing by sending a picture: no token is needed.

    Returns:
        200 with JSON, see `judge`; for a file that is no picture too: a browser writes every other status into the
        visitor's console.
    """
    try:
        body = await read_body(request, MAX_BYTES)
    except ClientDisconnect:
        return Response(status_code=400)
    if body is None:
        answer: dict[str, Any] = {"problem": TOO_LARGE}
    else:
        answer = await asyncio.get_running_loop().run_in_executor(_READERS, judge, body)
    return JSONResponse(answer, headers=NOT_KEPT)


async def read_body(request: Request, most: int) -> bytes | None:
    """The body of a request; None where it has more than `most` bytes, whatever Content-Length says.

    Raises:
        ClientDisconnect: it broke off.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)


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
        sentence = str(error)
        return {"problem": f"{sentence[:1].upper()}{sentence[1:]}."}
    return {
        "levels": drawn.pack(np.rint(digit * (drawn.LEVELS - 1)).astype(np.uint8)),
        "before": _address(found.preview),
        "ink": _address(Image.fromarray(found.ink)),
        "boxes": [[box.left, box.top, box.right, box.bottom] for box in found.boxes],
        "threshold": found.threshold,
        "notes": found.notes,
        "doubts": found.doubts,
    }


def _address(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
