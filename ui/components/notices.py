"""Sentences that are told above every page, and go by themselves. Browser side: ui/web/kit/notices.js.

Data:
    notices: [[id, sentence], ...], all of the session, the oldest first. The browser tells each once, however often
        and late it comes: a toast of Streamlit is lost where the page runs again before the browser has fetched its
        script.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from ui.components.stub import stub

_mount = st.components.v2.component(
    "notices",
    css=".st-key-notices { position: absolute; }",
    js=stub("kit/notices.js", is_waited_for=False),
    isolate_styles=False,
)


class Notice(NamedTuple):
    """A sentence, and an id that no other has, also where a browser's tab comes to a new session."""

    id: str
    sentence: str


def notices(told: Sequence[Notice]) -> None:
    """Mounts it, in every run of a session that has any to tell."""
    if told:
        _mount(key="notices", data={"notices": [list(notice) for notice in told]})
