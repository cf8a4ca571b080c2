"""What the browser says of its address, and the style sheet of the frame. Browser side: ui/web/frame/address.js.

A state, kept by the browser and sent with every run, so that a run that is broken off loses nothing of it:

returned: {"count": how often the server was connected again after a break, "query": of the address then, which the
    browser has kept in step with all that was chosen, also while nobody heard it}.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

import streamlit as st

from ui.components.stub import stub

FRAME_STYLE = Path(__file__).resolve().parents[1] / "web" / "frame" / "frame.css"

_mount = st.components.v2.component(
    "address",
    # Out of the way: an element without height still takes the gap to the next one. The frame's style sheet comes with
    # what is on every page: for `st.html` a browser fetches a parser of HTML first.
    css=f"{FRAME_STYLE.read_text('utf-8')}\n.st-key-address {{ position: absolute; }}",
    js=stub("frame/address.js", is_waited_for=False),
    isolate_styles=False,
)


class Returned(NamedTuple):
    """That the browser has been connected again, as anyone may send it.

    Attributes:
        times: how often.
        parameters: of the query of the address at the last time.
    """

    times: int
    parameters: dict[str, str]


def address() -> Returned | None:
    """Mounts it, first in every run: a session that begins with the browser's return must know before it chooses.

    Returns:
        What the browser says; None where it has not been away.
    """
    said = _mount(key="address", on_returned_change=lambda: None).returned
    if not isinstance(said, dict):
        return None
    count, query = said.get("count"), said.get("query")
    if type(count) is not int or count < 1 or not isinstance(query, str):
        return None
    return Returned(count, dict(parse_qsl(query, keep_blank_values=True)))
