"""The time-lapse of a training: the same noise, or the same digits, decoded after every epoch."""

from __future__ import annotations

import io

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageSequence
from torch import Tensor

from vae_core.models import Autoencoder, VariationalAutoencoder

ROWS, COLUMNS = 4, 8
GREYS = 16
FRAME_MILLISECONDS = 120
LAST_FRAME_MILLISECONDS = 1500

Frame = NDArray[np.uint8]


def subject(model: Autoencoder, x: Tensor, generator: torch.Generator) -> Tensor:
    """What the film decodes: noise [32, latent_dim] for a VAE, else the first images of `x`, [32, 1, 28, 28]."""
    if isinstance(model, VariationalAutoencoder):
        return torch.empty(ROWS * COLUMNS, model.config.latent_dim).normal_(generator=generator)
    return x[: ROWS * COLUMNS].clone()


@torch.inference_mode()
def frame(model: Autoencoder, subject: Tensor) -> Frame:
    """One mosaic of 4 x 8 decoded digits, uint8 [112, 224]."""
    z = subject if subject.ndim == 2 else model.encode(subject)
    images = model.decode(z).squeeze(1)
    blank = images.new_zeros(ROWS * COLUMNS - len(images), *images.shape[1:])
    height, width = images.shape[1:]
    tiles = torch.cat([images, blank]).reshape(ROWS, COLUMNS, height, width)
    mosaic = tiles.permute(0, 2, 1, 3).reshape(ROWS * height, COLUMNS * width)
    return np.asarray((mosaic * 255).round().to(torch.uint8))


def to_gif(frames: list[Frame]) -> bytes:
    """An endless GIF of 16 greys; the last frame stays for a while."""
    images = [_quantize(each) for each in frames]
    durations = [FRAME_MILLISECONDS] * (len(images) - 1) + [LAST_FRAME_MILLISECONDS]
    stream = io.BytesIO()
    images[0].save(stream, "GIF", save_all=True, append_images=images[1:], duration=durations, loop=0, optimize=False)
    return stream.getvalue()


def from_gif(content: bytes) -> list[Frame]:
    """The frames of a film, for a training that goes on; exact up to the 16 greys.

    Frames that do not change are one in the file, by Pillow's doing; the time it lasts tells how many they were.
    """
    frames: list[Frame] = []
    with Image.open(io.BytesIO(content)) as film:
        last = getattr(film, "n_frames", 1) - 1
        for index, image in enumerate(ImageSequence.Iterator(film)):
            one = LAST_FRAME_MILLISECONDS if index == last else FRAME_MILLISECONDS
            repeats = max(0, image.info.get("duration", one) - one) // FRAME_MILLISECONDS
            frames += [np.asarray(image.convert("L"))] * (1 + repeats)
    return frames


def _quantize(mosaic: Frame) -> Image.Image:
    step = 255 // (GREYS - 1)
    indices = ((mosaic.astype(np.uint16) + step // 2) // step).astype(np.uint8)
    image = Image.frombytes("P", (mosaic.shape[1], mosaic.shape[0]), indices.tobytes())
    image.putpalette([grey * step for grey in range(GREYS) for _ in range(3)])
    return image
