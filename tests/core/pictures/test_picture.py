"""Pictures as visitors have them, and files that are none or that mean harm: each a digit, or one sentence."""

import contextlib
import io
import random
import struct
import time
import zlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from vae_core.data import Digits
from vae_core.errors import ImageError
from vae_core.pictures.mnist_format import mnist_format, quantise
from vae_core.pictures.picture import Picture, read_picture, to_digit
from vae_core.pictures.picture_header import MAX_BYTES

SEVEN = ((0.4, 0.35), (0.6, 0.35), (0.48, 0.7))
ORIENTATION = 0x0112


def seven(size: tuple[int, int], ink: Any = 255, paper: Any = 0, mode: str = "L") -> Image.Image:
    """A seven with a broad pen: its width, its height, the colours of stroke and background."""
    image = Image.new(mode, size, paper)
    points = [(x * size[0], y * size[1]) for x, y in SEVEN]
    ImageDraw.Draw(image).line(points, fill=ink, width=min(size) // 12, joint="curve")
    return image


def encoded(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, file_format, **options)
    return stream.getvalue()


def expected(image: Image.Image) -> NDArray[np.float32]:
    return quantise(mnist_format(np.asarray(image, np.float32) / 255))


def likeness(data: bytes | Picture, clean: Image.Image) -> float:
    """Correlation of the digit that is found with that of the clean drawing, pixel by pixel."""
    found = to_digit(read_picture(data) if isinstance(data, bytes) else data)
    return float(np.corrcoef(found.ravel(), expected(clean).ravel())[0, 1])


def photo(clean: Image.Image, contrast: float = 0.45) -> Image.Image:
    """Pencil on paper: blurred, yellowish, light that falls off to the sides and the far corner, noise."""
    ink = ndimage.gaussian_filter(np.asarray(clean, np.float32) / 255, 2)
    y, x = (np.linspace(-1, 1, side) for side in ink.shape)
    light = 0.6 + 0.25 * x + 0.08 * y[:, None] - 0.1 * (x**2 + y[:, None] ** 2)
    grey = light * (1 - contrast * ink) + np.random.default_rng(0).normal(0, 0.03, ink.shape)
    colours = np.clip(grey[..., None] * np.array([1, 0.97, 0.88]), 0, 1)
    return Image.fromarray((colours * 255).astype(np.uint8))


@pytest.mark.parametrize(
    ("ink", "paper", "mode", "file_format"),
    [
        (255, 0, "L", "PNG"),
        (0, 255, "1", "PNG"),
        ((0, 0, 0), (255, 255, 255), "RGB", "JPEG"),
        ((255, 255, 255), (20, 40, 160), "RGB", "WEBP"),
        ((255, 255, 0), (255, 255, 255), "RGB", "PNG"),
        ((0, 0, 0, 255), (0, 0, 0, 0), "RGBA", "PNG"),
        ((255, 255, 255, 255), (255, 255, 255, 0), "RGBA", "WEBP"),
        ((0, 0, 0, 255), (255, 255, 255, 160), "RGBA", "PNG"),
        ((0, 255), (255, 0), "LA", "PNG"),
        (3, 9, "P", "PNG"),
    ],
)
def test_any_ink_on_any_background(ink: Any, paper: Any, mode: str, file_format: str) -> None:
    image = seven((300, 240), ink, paper, mode)
    if mode == "P":
        image.putpalette([c for i in range(256) for c in (i * 20 % 256, 90, 90)])
    assert likeness(encoded(image, file_format), seven((300, 240))) > 0.97


def test_a_photo_of_pencil_on_paper_in_uneven_light_and_the_same_paper_blank() -> None:
    clean = seven((900, 700))
    assert likeness(encoded(photo(clean), "JPEG", quality=80), clean) > 0.95
    with pytest.raises(ImageError, match="nothing is drawn"):
        read_picture(encoded(photo(clean, contrast=0), "JPEG", quality=80))


def test_a_hairline_on_a_screenshot_becomes_a_stroke_and_a_speck_does_not_count() -> None:
    image = Image.new("RGB", (1280, 800), (250, 250, 250))
    draw = ImageDraw.Draw(image)
    draw.line([(x * 1280, y * 800) for x, y in SEVEN], fill=(0, 0, 200), width=1)
    without = to_digit(read_picture(encoded(image)))
    draw.ellipse((20, 700, 25, 705), fill=(0, 0, 0))
    assert np.abs(to_digit(read_picture(encoded(image))) - without).mean() < 0.02
    assert (without > 0.8).sum() > 20


def test_a_digit_in_mnists_format_stays_as_it_is(uci: Digits) -> None:
    for image in uci.images[:5]:
        digit = mnist_format(image / np.float32(255))
        found = to_digit(read_picture(encoded(Image.fromarray(np.rint(digit * 255).astype(np.uint8)))))
        assert np.corrcoef(found.ravel(), digit.ravel())[0, 1] > 0.95
        np.testing.assert_array_equal(quantise(found), found)


def test_every_orientation_is_turned_upright() -> None:
    clean = seven((120, 90))
    back = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    for orientation, undo in back.items():
        stored = clean if undo is None else clean.transpose(Image.Transpose(undo))
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        for file_format in ("PNG", "JPEG", "WEBP"):
            found = read_picture(encoded(stored.convert("RGB"), file_format, exif=exif))
            assert likeness(found, clean) > 0.97, (orientation, file_format)
            assert found.preview.size == (120, 90)


def test_the_preview_is_the_picture_made_small_and_of_a_jpeg_with_two_pictures_the_first_counts() -> None:
    preview = read_picture(encoded(seven((1000, 500), (255, 255, 255), (20, 40, 160), "RGB"))).preview
    assert (preview.mode, preview.size) == ("RGB", (280, 140))
    assert preview.getpixel((3, 3)) == (20, 40, 160)
    clean = seven((120, 90))
    two = encoded(clean, "MPO", save_all=True, append_images=[Image.new("L", (120, 90))])
    assert likeness(two, clean) > 0.97
    plain = encoded(clean, "JPEG")
    remarks = b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(30)
    assert likeness(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(remarks) + 2) + remarks + plain[2:], clean) > 0.97


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, depth: int = 8, pixels: bytes = b"", between: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + between + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


SMALL = seven((40, 30))
TWO = {"save_all": True, "append_images": [seven((40, 30), 99)]}
DEEP = Image.fromarray(np.arange(1200, dtype=np.uint16).reshape(30, 40) * 50)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the file is empty"),
        (b"a letter", "the file is no picture; PNG, JPEG or WebP can be read"),
        *((encoded(SMALL, kind), f"it is a {kind}; PNG, JPEG or WebP can be read") for kind in ("GIF", "BMP", "TIFF")),
        (b'<?xml version="1.0"?>\n<!-- a seven -->\n<svg/>', "it is an SVG; PNG, JPEG or WebP can be read"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "it is a HEIC; PNG, JPEG or WebP can be read"),
        (bytes(MAX_BYTES + 100_000), "the file has 10.1 MB: at most 10 MB can be read"),
        *((encoded(SMALL, kind)[:-40], "the picture is cut off or damaged") for kind in ("PNG", "JPEG", "WEBP")),
        *((encoded(SMALL, kind, **TWO), "the picture is animated: save one frame of it") for kind in ("PNG", "WEBP")),
        (encoded(SMALL.convert("CMYK"), "JPEG"), "the picture is in CMYK, for print: save it as RGB or grey"),
        (encoded(DEEP), "the picture has more than 8 bits a channel: save it with 8"),
        (encoded(Image.new("L", (40, 30), 7)), "nothing is drawn on the picture that stands out from its background"),
        (encoded(Image.new("RGBA", (40, 30))), "the picture is wholly transparent"),
        (png(0, 7), "the picture is cut off or damaged"),
        (png(5000, 5000), "the picture is cut off or damaged"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ImageError) as caught:
        read_picture(data)
    assert str(caught.value) == sentence


def vp8x(side: int) -> bytes:
    body = b"WEBPVP8X" + struct.pack("<II", 10, 0) + (side - 1).to_bytes(3, "little") * 2
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg(width: int, height: int, scans: int = 1) -> bytes:
    frame = struct.pack(">BBHBHHB", 0xFF, 0xC0, 11, 8, height, width, 1) + b"\x01\x11\0"
    return b"\xff\xd8" + frame + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\x12" * scans + b"\xff\xd9"


HUGE = "the picture has 10,000 x 10,000 pixels: at most 25 million can be read"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (png(10_000, 10_000), HUGE),
        (jpeg(10_000, 10_000), HUGE),
        (vp8x(10_000), HUGE),
        (png(40, 30, between=chunk(b"IHDR", struct.pack(">IIBBBBB", 9999, 9999, 8, 0, 0, 0, 0))), "damaged"),
        (jpeg(400, 300, scans=33), "stored in more than 32 passes"),
    ],
)
def test_a_bomb_is_refused_before_it_is_decoded(data: bytes, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("it was opened"))
    with pytest.raises(ImageError, match=sentence):
        read_picture(data)


def specimens() -> list[bytes]:
    """A small file of every format, with remarks, palettes and several passes."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    image = seven((48, 40), (40, 20, 90), (250, 240, 200), "RGB")
    return [
        encoded(image, "PNG", exif=exif),
        encoded(image.convert("L"), "PNG"),
        encoded(image.convert("P"), "PNG", transparency=3),
        encoded(seven((48, 40), (0, 0, 0, 255), (0, 0, 0, 0), "RGBA"), "PNG"),
        encoded(image, "JPEG", exif=exif),
        encoded(image, "JPEG", progressive=True),
        encoded(image, "WEBP", exif=exif),
        encoded(image, "WEBP", lossless=True),
        encoded(seven((48, 40), (0, 0, 0, 255), (0, 0, 0, 0), "RGBA"), "WEBP"),
        *(encoded(image, file_format) for file_format in ("GIF", "BMP", "TIFF", "MPO")),
    ]


def with_right_sums(data: bytes) -> bytes:
    """A PNG as its author would write it, whatever it says; what is no PNG as it is."""
    parts, place = [data[:8]], 8
    while data.startswith(b"\x89PNG") and place + 12 <= len(data):
        length = struct.unpack_from(">I", data, place)[0]
        parts.append(chunk(data[place + 4 : place + 8], data[place + 8 : place + 8 + length]))
        place += 12 + length
    return b"".join(parts) if place > 8 else data


def flipped(data: bytes, _: bytes, rng: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(rng.choice((1, 2, 3, 12))):
        # Headers are short, and it is there that a wrong byte does most.
        place = rng.randrange(min(len(broken), rng.choice((64, 10_000))))
        broken[place] = rng.choice((0, 1, 127, 255, rng.randrange(256)))
    return with_right_sums(bytes(broken))


def cut(data: bytes, rest: bytes, rng: random.Random) -> bytes:
    """Cut off, grown together with another, or stuffed."""
    place = rng.randrange(len(data))
    noise = rng.randbytes(rng.randint(1, 40)) * rng.choice((1, 50))
    return data[:place] + rng.choice((b"", rest[rng.randrange(len(rest)) :], noise + data[place:]))


def test_four_hundred_malformed_files_are_a_digit_or_a_sentence() -> None:
    rng = random.Random(4)
    files = specimens()
    read = 0
    for i in range(400):
        data = (cut if i % 4 else flipped)(rng.choice(files), rng.choice(files), rng)
        started = time.thread_time()
        with contextlib.suppress(ImageError):
            digit = to_digit(read_picture(data))
            assert digit.shape == (28, 28)
            assert 0 <= digit.min() < digit.max() <= 1
            read += 1
        assert time.thread_time() - started < 1
    assert 20 < read < 380, "damage should break many files, but not all"
