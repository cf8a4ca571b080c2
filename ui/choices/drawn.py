"""The visitor's own digit as the text of a link. The browser writes it, see ui/web/maths/digit_text.js."""

from __future__ import annotations

import base64
import math
import re
import zlib

import numpy as np
from numpy.typing import NDArray

from vae_core.config import DIGIT

LEVELS = 16
BYTES = math.prod(DIGIT) // 2
# DEFLATE stores what it cannot shrink in blocks of 5 bytes more.
LONGEST = 4 * (BYTES + 64) // 3
_TEXT = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def pack(levels: NDArray[np.uint8]) -> str:
    """The text of a digit: two levels a byte, the first in the high half, raw DEFLATE, base64url without padding.

    Args:
        levels: uint8 [28, 28], 0 to 15; a pixel is level / 15.
    """
    pairs = levels.reshape(BYTES, 2)
    deflate = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    packed = deflate.compress((pairs[:, 0] << 4 | pairs[:, 1]).tobytes()) + deflate.flush()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def unpack(text: str) -> NDArray[np.uint8] | None:
    """The inverse of `pack`: uint8 [28, 28], 0 to 15; None where the text is no digit."""
    if len(text) > LONGEST or not _TEXT.fullmatch(text):
        return None
    inflate = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    try:
        # base64 itself would take a wrong number of characters for a defect of the padding, an error of another kind.
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        content = inflate.decompress(packed, BYTES + 1)
    except (ValueError, zlib.error):
        return None
    if len(content) != BYTES or not inflate.eof or inflate.unused_data:
        return None
    found = np.frombuffer(content, np.uint8)
    return np.stack([found >> 4, found & 15], axis=1).reshape(DIGIT[1:])
