"""The browser's address, kept in step with the session, a button that copies it, and one that presents the page.
Browser side: ui/web/frame/copy_link.js.

Data:
    query: {key: text}, what the address is to say.
    keys: every key that Python reads; one that is in the address and not in `query` is removed, foreign keys stay.
    run: another number in every run. Streamlit drops the query at a page change, also where the run of that page ends
        before it comes to this component and the page before is back, with the data that it had.
    codes: how many numbers a code of the left and of the right model has.

Trigger `again`: what the page shows of a checkpoint is no longer here; that the script runs is all it takes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import streamlit as st

from ui import store
from ui.choices import comparison, link, view
from ui.choices.link import Choice
from ui.components.stub import stub

_mount = st.components.v2.component(
    "copy_link",
    # A place of the final height: nothing moves when the module arrives.
    css="""
    :host { display: block; min-height: 2.5rem; }
    """,
    js=stub("frame/copy_link.js", is_waited_for=False),
)


def copy_link(query: Mapping[str, str], choice: Choice) -> None:
    """Mounts it; one in every run, on every page.

    Args:
        query: see `ui.choices.state.query`.
        choice: the pair that `query` names.
    """
    keys = [*link.KEYS, *view.KEYS, *comparison.KEYS]
    models = store.models()
    codes = [models[name].latent_dim for name in (choice.left, choice.right)]
    data = {"query": dict(query), "keys": keys, "run": time.monotonic_ns(), "codes": codes}
    _mount(key="copy_link", data=data, on_again_change=lambda: None)
