"""What the browser says of its address, and the style sheet of the frame. Browser side: ui/web/frame/address.js.

Two states, kept by the browser and sent with every run, so that a run that is broken off loses nothing of them:

returned: {"count": how often the server was connected again after a break, "query": of the address then, which the
    browser has kept in step with all that was chosen, also while nobody heard it}.
refused: parameters of the link that only the browser reads, see ui/web/state/parameters.js, and that make no sense or
    cannot be had: a list of [key, text, rule], all since the app was opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

from ui.components.stub import stub

MOST_REFUSED = 100
FRAME_STYLE = Path(__file__).resolve().parents[1] / "web" / "frame" / "frame.css"

_mount = st.components.v2.component(
    "address",
    # Out of the way: an element without height still takes the gap to the next one. The frame's style sheet comes with
    # what is on every page: for `st.html` a browser fetches a parser of HTML first.
    css=f"{FRAME_STYLE.read_text('utf-8')}\n.st-key-address {{ position: absolute; }}",
    js=stub("frame/address.js", is_waited_for=False),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Address:
    """What the browser says, as anyone may send it.

    Attributes:
        returned: how often it has been connected again, and the query parameters at the last time; None where it has
            not been away.
        refused: parameters of the link that are not had: key, text, and what it must be.
    """

    returned: tuple[int, dict[str, str]] | None = None
    refused: tuple[tuple[str, str, str], ...] = ()


def address() -> Address:
    """Mounts it, first in every run: a session that begins with the browser's return must know before it chooses."""
    said = _mount(key="address", on_returned_change=lambda: None, on_refused_change=lambda: None)
    rows = said.refused if isinstance(said.refused, list) else []
    return Address(
        _return(said.returned), tuple((row[0], row[1], row[2]) for row in rows[:MOST_REFUSED] if _is_row(row))
    )


def _return(said: Any) -> tuple[int, dict[str, str]] | None:
    if not isinstance(said, dict):
        return None
    count, query = said.get("count"), said.get("query")
    if type(count) is not int or count < 1 or not isinstance(query, str):
        return None
    return count, dict(parse_qsl(query, keep_blank_values=True))


def _is_row(row: Any) -> bool:
    return isinstance(row, list) and len(row) == 3 and all(isinstance(text, str) for text in row)
