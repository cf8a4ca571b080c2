"""What a page has asked for and does not know yet: one way to wait for all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import streamlit as st

from ui.jobs.job import Job

WATCH_SECONDS = 0.5

# A look at a job that is under way.
Look = Callable[[], Job[Any] | None]

_looks: ContextVar[list[Look] | None] = ContextVar("looks", default=None)


def note(look: Look) -> None:
    """The page that is being run shows the result as soon as there is one."""
    if (looks := _looks.get()) is not None:
        looks.append(look)


@contextmanager
def watched() -> Iterator[None]:
    """Around a page: runs it anew whenever more of what it has asked for is known, until all is.

    It shows nothing itself: a figure that is made and sent at every look holds up both the server and the browser.
    """
    looks: list[Look] = []
    token = _looks.set(looks)
    try:
        yield
    finally:
        _looks.reset(token)
    if looks:
        _watch(looks)


@st.fragment(run_every=WATCH_SECONDS)
def _watch(looks: Sequence[Look]) -> None:
    found = [look() for look in looks]
    if any(job is None or job.is_over for job in found):
        st.rerun()
