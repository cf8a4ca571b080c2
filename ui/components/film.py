"""A model's film: the same noise, or the same digits, decoded after every epoch. Browser side: ui/web/film.js.

Data:
    src: the film, relative to the app's base address.
    still: the last frame as a `data:` URL, shown instead where the visitor wants no motion.
    width, height: of a frame, in pixels; the film is enlarged to the width of its place, unblurred.
    alt: what is seen, in words.
"""

from __future__ import annotations

import base64
import io

import streamlit as st
from PIL import Image

from ui.components.stub import stub
from vae_core.film import Frame

_mount = st.components.v2.component(
    "film",
    # A place of the final size: nothing moves when the module arrives.
    css="""
    :host { display: block; width: 100%; max-width: 448px; aspect-ratio: 2; }
    """,
    js=stub("film.js"),
)


def film(checkpoint: str, last_frame: Frame, alt: str, key: str) -> None:
    """Mounts it.

    Args:
        checkpoint: the name of a checkpoint that has a film.gif.
        last_frame: uint8 [height, width].
        alt: what is seen, in words.
        key: unlike every other on the page.
    """
    buffer = io.BytesIO()
    Image.fromarray(last_frame).save(buffer, "PNG", optimize=True)
    height, width = last_frame.shape
    data = {
        "src": f"checkpoints/{checkpoint}/film.gif",
        "still": f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}",
        "width": width,
        "height": height,
        "alt": alt,
    }
    _mount(key=key, data=data)
