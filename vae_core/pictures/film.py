"""The time-lapse of a training: the same noise, or the same digits, decoded after every epoch."""

from __future__ import annotations

import io

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageSequence
from torch import Tensor

from vae_core.models import Autoencoder, VariationalAutoencoder
from vae_core.pictures.picture import DECODING_ERRORS

ROWS, COLUMNS = 4, 8
GREYS = 16
FRAME_MILLISECONDS = 120
LAST_FRAME_MILLISECONDS = 1500

# Of a film that is read: as many epochs as a training may have, at the size of `frame`.
MOST_FRAMES = 10_000
MOST_PIXELS = MOST_FRAMES * 112 * 224
Frame = NDArray[np.uint8]


def subject(model: Autoencoder, x: Tensor, generator: torch.Generator) -> Tensor:
    """What the film decodes: noise [32, latent_dim] for a VAE, else the first images of `x`, [32, C, H, W]."""
    if isinstance(model, VariationalAutoencoder):
        return torch.empty(ROWS * COLUMNS, model.config.latent_dim).normal_(generator=generator)
    return x[: ROWS * COLUMNS].clone()


@torch.inference_mode()
def frame(model: Autoencoder, subject: Tensor) -> Frame:
    """One mosaic of 4 x 8 decoded pictures, uint8 [4 H, 8 W], of three channels [4 H, 8 W, 3]."""
    z = subject if subject.ndim == 2 else model.encode(subject)
    images = model.decode(z)
    blank = images.new_zeros(ROWS * COLUMNS - len(images), *images.shape[1:])
    channels, height, width = images.shape[1:]
    tiles = torch.cat([images, blank]).reshape(ROWS, COLUMNS, channels, height, width)
    mosaic = tiles.permute(0, 3, 1, 4, 2).reshape(ROWS * height, COLUMNS * width, channels)
    found = np.asarray((mosaic * 255).round().to(torch.uint8))
    return found[..., 0] if channels == 1 else found


def to_gif(frames: list[Frame]) -> bytes:
    """An endless GIF, of 16 greys or of the nearest 256 colours a frame; the last frame stays for a while."""
    images = [_quantize(each) for each in frames]
    durations = [FRAME_MILLISECONDS] * (len(images) - 1) + [LAST_FRAME_MILLISECONDS]
    stream = io.BytesIO()
    images[0].save(stream, "GIF", save_all=True, append_images=images[1:], duration=durations, loop=0, optimize=False)
    return stream.getvalue()


def from_gif(content: bytes) -> list[Frame]:
    """The frames of a film, for a training that goes on; exact up to the 16 greys, or the colours of the file.

    Frames that do not change are one in the file, by Pillow's doing; the time it lasts tells how many they were.

    Raises:
        ValueError: it is no GIF, damaged, or larger than a film of ours can be.
    """
    frames: list[Frame] = []
    taken = 0
    durations: list[int] = []
    try:
        with Image.open(io.BytesIO(content), formats=("GIF",)) as film:
            for image in ImageSequence.Iterator(film):
                if taken + image.width * image.height > MOST_PIXELS or len(frames) == MOST_FRAMES:
                    raise ValueError("it is too large for a film of a training")
                frames.append(_grey_or_coloured(image))
                taken += frames[-1].size
                if frames[-1].shape[:2] != frames[0].shape[:2]:
                    raise ValueError("its frames differ in size")
                durations.append(image.info.get("duration", FRAME_MILLISECONDS))
    except DECODING_ERRORS as error:
        raise ValueError(f"it is no GIF, or damaged: {error}") from error
    if any(frame.ndim == 3 for frame in frames):
        frames = [frame if frame.ndim == 3 else np.repeat(frame[..., None], 3, axis=2) for frame in frames]
    lasting = [FRAME_MILLISECONDS] * (len(frames) - 1) + [LAST_FRAME_MILLISECONDS]
    repeats = [1 + max(0, lasts - one) // FRAME_MILLISECONDS for lasts, one in zip(durations, lasting, strict=True)]
    return [frame for frame, count in zip(frames, repeats, strict=True) for _ in range(count)][:MOST_FRAMES]


def _grey_or_coloured(image: Image.Image) -> Frame:
    coloured = np.asarray(image.convert("RGB"))
    return coloured if (coloured != coloured[..., :1]).any() else coloured[..., 0].copy()


def _quantize(mosaic: Frame) -> Image.Image:
    if mosaic.ndim == 3:
        return Image.fromarray(mosaic).quantize()
    step = 255 // (GREYS - 1)
    indices = ((mosaic.astype(np.uint16) + step // 2) // step).astype(np.uint8)
    image = Image.frombytes("P", (mosaic.shape[1], mosaic.shape[0]), indices.tobytes())
    image.putpalette([grey * step for grey in range(GREYS) for _ in range(3)])
    return image
