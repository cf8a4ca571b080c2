"""What the browser says of its address. Browser side: ui/web/address.js.

Trigger `query`, sent when the server is connected again after a break: the query of the address, which the browser has
kept in step with all that was chosen, also while nobody heard it.

Trigger `ignored`, sent once where the link that opened the app has parameters that only the browser reads, see
ui/web/parameters.js, and they make no sense: a list of [key, text, rule].
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
    js=stub("address.js", says_loading=False),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Address:
    """What has come with this run, as anyone may send it.

    Attributes:
        returned: the query parameters of a browser that is connected again; None where it has not been away.
        ignored: parameters of the link that make no sense: key, text, and what it must be.
    """

    returned: dict[str, str] | None
    ignored: list[tuple[str, str, str]]


def address() -> Address:
    """Mounts it, first in every run: a session that begins with the browser's return must know before it chooses."""
    sent = _mount(key="address", on_query_change=lambda: None, on_ignored_change=lambda: None)
    query, ignored = sent.query, sent.ignored
    return Address(
        dict(parse_qsl(query, keep_blank_values=True)) if isinstance(query, str) else None,
        [(row[0], row[1], row[2]) for row in ignored[:MOST_IGNORED] if _is_row(row)]
        if isinstance(ignored, list)
        else [],
    )


def _is_row(row: Any) -> bool:
    return isinstance(row, list) and len(row) == 3 and all(isinstance(text, str) for text in row)
