"""What the browser says of its address. Browser side: ui/web/frame/address.js.

State `said`, kept by the browser and sent with every run, so that a run that is broken off loses nothing of it:
    count: 0 when the app was opened, and one more each time that the server is connected again after a break.
    query: of the address then, which the browser has kept in step with all that was chosen, also while nobody heard
        it; null when the app was opened.
    ignored: parameters of the link that only the browser reads, see ui/web/state/parameters.js, and that make no
        sense: a list of [key, text, rule].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

from ui.components.stub import stub

MOST_IGNORED = 50

_mount = st.components.v2.component(
    "address",
    # Out of the way: an element without height still takes the gap to the next one.
    css=".st-key-address { position: absolute; }",
    js=stub("frame/address.js", says_loading=False),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Address:
    """What the browser says, as anyone may send it.

    Attributes:
        count: which time it speaks; None where it has said nothing.
        returned: the query parameters of a browser that is connected again; None where it has not been away.
        ignored: parameters of the link that make no sense: key, text, and what it must be.
    """

    count: int | None = None
    returned: dict[str, str] | None = None
    ignored: tuple[tuple[str, str, str], ...] = ()


def address() -> Address:
    """Mounts it, first in every run: a session that begins with the browser's return must know before it chooses."""
    said = _mount(key="address", on_said_change=lambda: None).said
    if not isinstance(said, dict) or type(said.get("count")) is not int:
        return Address()
    query, ignored = said.get("query"), said.get("ignored")
    return Address(
        said["count"],
        dict(parse_qsl(query, keep_blank_values=True)) if isinstance(query, str) else None,
        tuple((row[0], row[1], row[2]) for row in ignored[:MOST_IGNORED] if _is_row(row))
        if isinstance(ignored, list)
        else (),
    )


def _is_row(row: Any) -> bool:
    return isinstance(row, list) and len(row) == 3 and all(isinstance(text, str) for text in row)
