"""Things to see on a page, the welcome of a first visit, and what terms mean. Browser side: ui/web/frame/guide.js.

Data:
    scenes: a list of {"key": in the address, "title": of the link, "look": what to look at, "address": below the app's
        root}.
    desk: the address of the latent desk below the app's root, where the welcome leads.

The browser keeps that the welcome was closed. Nothing is sent back.
"""

from __future__ import annotations

import streamlit as st

from ui.components.stub import stub
from ui.frame.scenes import scenes
from ui.store import models

_mount = st.components.v2.component(
    "guide",
    # A place of the final height: nothing moves when the module arrives.
    css="""
    :host { display: block; min-height: 30px; }
    """,
    js=stub("frame/guide.js", is_waited_for=False),
)


def guide(page: str) -> None:
    """Mounts it; one on every page.

    Args:
        page: the `url_path` of the page on screen.
    """
    shown = [
        {"key": scene.key, "title": scene.title, "look": scene.look, "address": scene.address}
        for scene in scenes(page, models())
    ]
    _mount(key="guide", data={"scenes": shown, "desk": "desk"})
