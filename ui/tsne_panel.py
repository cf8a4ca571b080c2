"""The t-SNE of two models as a visitor sees it: how far it is, a way to stop it, and a way to start it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from ui import link, projections, tsne_jobs
from ui.projections import Plot
from ui.tsne_jobs import Job

WATCH_SECONDS = 0.5
_ASKED, _STOPPED = "tsne.asked", "tsne.stopped"

Stage = Literal["under way", "stopped", "over"]


def run(plots: Sequence[Plot]) -> Stage:
    """Begins what has not begun, and shows where it is called how far it is.

    Args:
        plots: of t-SNE.

    Returns:
        "over" where each plot has its points or its problem, see `ui.projections.projected`; "stopped" where the
        visitor has stopped them. Where they are under way, the page runs again as soon as they are not.
    """
    session = st.session_state
    wanted = tuple(dict.fromkeys(plots))
    for plot in set(session.get(_ASKED, ())) - set(wanted):
        # What is no longer looked at would hold up what is.
        tsne_jobs.jobs.cancel(plot)
    session[_ASKED] = wanted
    if session.get(_STOPPED) == wanted:
        with st.container(horizontal=True, vertical_alignment="center", key="tsne-stopped"):
            st.caption("t-SNE was cancelled; this is PCA.", width="content")
            st.button("Start again", on_click=_start_again, key="tsne-start-again")
        return "stopped"
    found = [_find(plot) for plot in wanted]
    if any(job.state in ("waiting", "running") for job in found):
        _watch(wanted)
        return "under way"
    if any(job.state == "failed" for job in found):
        st.button("Start again", on_click=_ask_again, args=(wanted,), key="tsne-start-again")
    return "over"


def _find(plot: Plot) -> Job:
    """The job; a new one where there is none, or where another visitor has cancelled it."""
    job = tsne_jobs.jobs.peek(plot)
    return _ask(plot) if job is None or job.state == "cancelled" else job


def _ask(plot: Plot) -> Job:
    return tsne_jobs.jobs.ask(plot, projections.chosen_codes(plot), plot.cloud.config, plot.seed)


@st.fragment(run_every=WATCH_SECONDS)
def _watch(plots: tuple[Plot, ...]) -> None:
    found = [tsne_jobs.jobs.peek(plot) for plot in plots]
    if not any(job and job.state in ("waiting", "running") for job in found):
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom", key="tsne-progress"):
        for plot, job in zip(plots, found, strict=True):
            share = job.progress if job else 0.0
            waits = job is not None and job.state == "waiting"
            st.progress(share, f"{link.plain(plot.model)} · {'waits' if waits else f'{100 * share:.0f} %'}", width=130)
        st.button("Cancel", on_click=_stop, args=(plots,), key="tsne-cancel")


def _stop(plots: tuple[Plot, ...]) -> None:
    st.session_state[_STOPPED] = plots
    for plot in plots:
        tsne_jobs.jobs.cancel(plot)


def _start_again() -> None:
    del st.session_state[_STOPPED]


def _ask_again(plots: tuple[Plot, ...]) -> None:
    for plot in plots:
        _ask(plot)
