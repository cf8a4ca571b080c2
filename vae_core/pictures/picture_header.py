"""What a PNG, JPEG or WebP says of itself, read without decoding: a hostile file is refused before it costs much."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Literal

from vae_core.errors import ImageError

Format = Literal["PNG", "JPEG", "WEBP"]

MAX_BYTES = 10_000_000
MAX_PIXELS = 25_000_000
# A progressive JPEG has about ten; each costs the time of a whole picture, however short it is.
MAX_SCANS = 32

DAMAGED = "the picture is cut off or damaged"
ANIMATED = "the picture is animated: save one frame of it"
DEEP = "the picture has more than 8 bits a channel: save it with 8"
READABLE = "PNG, JPEG or WebP can be read"

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_JPEG_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}
# JFIF and Adobe say what the colours mean; the others hold thumbnails, profiles and remarks.
_JPEG_LEFT_OUT = {*range(0xE1, 0xF0), 0xFE} - {0xEE}
_JPEG_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_ORIENTATION_TAG = 0x0112

_OTHER_FORMATS = (
    (re.compile(rb"GIF8"), "a GIF"),
    (re.compile(rb"BM.{4}\0\0\0\0", re.DOTALL), "a BMP"),
    (re.compile(rb"II[*+]\0|MM\0[*+]"), "a TIFF"),
    (re.compile(rb".{4}ftypavi", re.DOTALL), "an AVIF"),
    (re.compile(rb".{4}ftyp(hei|hev|mif|msf)", re.DOTALL), "a HEIC"),
    (re.compile(rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51"), "a JPEG 2000"),
    (re.compile(rb"\0\0\0\x0cJXL |\xff\x0a"), "a JPEG XL"),
    (re.compile(rb"\0\0[\x01\x02]\0"), "an icon"),
    (re.compile(rb"8BPS"), "a Photoshop file"),
    (re.compile(rb"%PDF"), "a PDF"),
    (re.compile(rb"\s*(\xef\xbb\xbf)?(<\?xml.*?|<!--.*?)?<(!DOCTYPE )?svg", re.DOTALL | re.IGNORECASE), "an SVG"),
)


@dataclass(frozen=True)
class Header:
    """A picture that may be decoded.

    Attributes:
        format: as Pillow calls it.
        width, height: in pixels, as stored, at most `MAX_PIXELS` together.
        orientation: of the stored picture, 1 to 8 as in EXIF; 1 where nothing is said.
        data: the file with the pixels alone: no remarks, profiles or second pictures for a decoder to stumble over.
    """

    format: Format
    width: int
    height: int
    orientation: int
    data: bytes


def read_header(data: bytes) -> Header:
    """Looks through the structure of a file.

    Raises:
        ImageError: it is empty, too large, of another format, damaged, animated, in CMYK, or has more than 8 bits a
            channel.
    """
    if not data:
        raise ImageError("the file is empty")
    if len(data) > MAX_BYTES:
        raise ImageError(f"the file has {len(data) / 1e6:.1f} MB: at most {MAX_BYTES // 10**6} MB can be read")
    try:
        header = _read(data)
    except (struct.error, IndexError) as error:
        raise ImageError(DAMAGED) from error
    if not (header.width and header.height):
        raise ImageError(DAMAGED)
    if header.width * header.height > MAX_PIXELS:
        size = f"{header.width:,} x {header.height:,}"
        raise ImageError(f"the picture has {size} pixels: at most {MAX_PIXELS // 10**6} million can be read")
    return header


def _read(data: bytes) -> Header:
    if data.startswith(_PNG_SIGNATURE):
        return _png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp(data)
    other = next((name for pattern, name in _OTHER_FORMATS if pattern.match(data[:1000])), None)
    raise ImageError(f"it is {other}; {READABLE}" if other else f"the file is no picture; {READABLE}")


def _png(data: bytes) -> Header:
    """W3C, PNG specification, third edition, section 5."""
    if data[12:16] != b"IHDR":
        raise ImageError(DAMAGED)
    width, height, depth = struct.unpack_from(">IIB", data, 16)
    if depth > 8:
        raise ImageError(DEEP)
    kept, exif, place, name = [_PNG_SIGNATURE], b"", len(_PNG_SIGNATURE), b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if end > len(data) or (name == b"IHDR" and place > len(_PNG_SIGNATURE)):
            raise ImageError(DAMAGED)
        if name == b"acTL":
            raise ImageError(ANIMATED)
        if name == b"eXIf":
            exif = data[place + 8 : end - 4]
        if name in _PNG_PIXELS:
            kept.append(data[place:end])
        place = end
    return Header("PNG", width, height, _orientation(exif), b"".join(kept))


def _jpeg(data: bytes) -> Header:
    """ITU-T T.81, annex B; EXIF 2.3, section 4.5.5."""
    kept, exif, place, scans, size = [data[:2]], b"", 2, 0, (0, 0)
    while place < len(data):
        while data[place] == 0xFF and data[place + 1] == 0xFF:
            place += 1
        if data[place] != 0xFF:
            raise ImageError(DAMAGED)
        marker = data[place + 1]
        if marker == 0xD9:
            kept.append(data[place : place + 2])
            break
        if marker in _JPEG_WITHOUT_LENGTH:
            place += 2
            continue
        end = place + 2 + int(struct.unpack_from(">H", data, place + 2)[0])
        if marker in _JPEG_FRAMES:
            precision, height, width, channels = struct.unpack_from(">BHHB", data, place + 4)
            if size != (0, 0):
                raise ImageError(DAMAGED)
            if precision > 8:
                raise ImageError(DEEP)
            if channels == 4:
                raise ImageError("the picture is in CMYK, for print: save it as RGB or grey")
            size = (width, height)
        if marker == 0xE1 and data[place + 4 : place + 10] == b"Exif\0\0":
            exif = exif or data[place + 10 : end]
        if marker == 0xDA:
            scans += 1
            if scans > MAX_SCANS:
                raise ImageError(f"the picture is stored in more than {MAX_SCANS} passes: save it again")
            found = _JPEG_MARKER_IN_SCAN.search(data, end)
            end = found.start() if found else len(data)
        if marker not in _JPEG_LEFT_OUT:
            kept.append(data[place:end])
        place = end
    return Header("JPEG", *size, _orientation(exif), b"".join(kept))


def _webp(data: bytes) -> Header:
    """RFC 9649, section 2."""
    kind = data[12:16]
    if kind == b"VP8X":
        if data[20] & 2:
            raise ImageError(ANIMATED)
        width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
    elif kind == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    else:
        raise ImageError(DAMAGED)
    return Header("WEBP", width, height, _orientation(_webp_exif(data)), data)


def _webp_exif(data: bytes) -> bytes:
    place = 12
    while place + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, place)
        if name == b"EXIF":
            return data[place + 8 : place + 8 + length].removeprefix(b"Exif\0\0")
        place += 8 + length + length % 2
    return b""


def _orientation(exif: bytes) -> int:
    """The tag of the first directory; 1 where there is none or it is unreadable: the picture is none the worse."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    try:
        if order is None:
            return 1
        place = struct.unpack_from(f"{order}I", exif, 4)[0]
        for entry in range(struct.unpack_from(f"{order}H", exif, place)[0]):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", exif, place + 2 + 12 * entry)
            if tag == _ORIENTATION_TAG:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1
