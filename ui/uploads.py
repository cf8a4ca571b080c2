"""A visitor's picture, brought into MNIST's format. Nothing of it stays on the server."""

from __future__ import annotations

import asyncio
import base64
import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from ui import drawn
from vae_core import picture
from vae_core.errors import ImageError
from vae_core.picture_header import MAX_BYTES

TOO_LARGE = "The file is larger than 10 MB."
NOT_KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
# A large picture takes memory while it is read: two at once, the others wait.
_READERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="picture")


async def upload(request: Request) -> Response:
    """The digit in a picture file, which is the body of the request.

    It changes nothing on the server, so that another site could gain nothing by sending a picture: no token is needed.

    Returns:
        200 with JSON: `levels`, the digit as `ui.drawn` writes it, and `before`, the picture as it was read, as the
        `data:` URL of a PNG; or `problem`, one sentence. 200 for that too: a browser writes every other status into the
        visitor's console.
    """
    try:
        body = await read_body(request, MAX_BYTES)
    except ClientDisconnect:
        return Response(status_code=400)
    if body is None:
        answer = {"problem": TOO_LARGE}
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


def judge(file: bytes) -> dict[str, str]:
    """The answer to a picture file, see `upload`."""
    try:
        found = picture.read_picture(file)
        digit = picture.to_digit(found)
    except ImageError as error:
        sentence = str(error)
        return {"problem": f"{sentence[:1].upper()}{sentence[1:]}."}
    levels = np.rint(digit * (drawn.LEVELS - 1)).astype(np.uint8)
    buffer = io.BytesIO()
    found.preview.save(buffer, "PNG")
    before = f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    return {"levels": drawn.pack(levels), "before": before}
