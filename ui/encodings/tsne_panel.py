"""The t-SNE of two models as a visitor sees it: how far it is, a way to stop it, and a way to start it again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial
from typing import Literal

import streamlit as st

from ui.choices import link
from ui.encodings import projections
from ui.encodings.projections import Plot
from ui.jobs.job import Job
from ui.jobs.pending import WATCH_SECONDS
from vae_core.spaces.projection import Projection

_ASKED, _STOPPED, _VISITOR = "tsne.asked", "tsne.stopped", "tsne.visitor"

Stage = Literal["under way", "stopped", "over"]


def run(plots: Sequence[Plot]) -> Stage:
    """Begins what has not begun, and shows where it is called how far it is.

    Args:
        plots: of t-SNE.

    Returns:
        "over" where each plot has its points or its problem, see `ui.encodings.projections.projected`; "stopped"
        where the visitor has stopped them. Where they are under way, the page runs again as soon as they are not.
    """
    session = st.session_state
    wanted = tuple(plot for plot in dict.fromkeys(plots) if not projections.is_shipped(plot))
    # What nobody looks at any more would hold up what is looked at.
    projections.tsne_jobs.leave(set(session.get(_ASKED, ())) - set(wanted), _visitor())
    session[_ASKED] = wanted
    if not wanted:
        return "over"
    if session.get(_STOPPED) == wanted:
        with st.container(horizontal=True, vertical_alignment="center", key="tsne-stopped"):
            st.caption("t-SNE was cancelled; this is PCA.", width="content")
            st.button("Start again", on_click=_start_again, key="tsne-start-again")
        return "stopped"
    found = [projections.tsne_jobs.find(plot, _visitor()) or _ask(plot) for plot in wanted]
    if any(not job.is_over for job in found):
        _watch(wanted)
        return "under way"
    if any(job.state == "failed" for job in found):
        st.button("Start again", on_click=_ask_again, args=(wanted,), key="tsne-start-again")
    return "over"


def _visitor() -> str:
    """Tells this session from the others."""
    return str(st.session_state.setdefault(_VISITOR, secrets.token_hex(8)))


def _ask(plot: Plot) -> Job[Projection]:
    return projections.tsne_jobs.ask(plot, partial(projections.compute_tsne, plot), _visitor())


@st.fragment(run_every=WATCH_SECONDS)
def _watch(plots: tuple[Plot, ...]) -> None:
    if st.session_state.get(_STOPPED) == plots:
        # To look at them now would be to look again.
        st.rerun()
    found = [projections.tsne_jobs.find(plot, _visitor()) for plot in plots]
    if all(job is None or job.is_over for job in found):
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom", key="tsne-progress"):
        for plot, job in zip(plots, found, strict=True):
            share = job.progress if job else 0.0
            waits = job is not None and job.state == "waiting"
            st.progress(share, f"{link.plain(plot.model)} · {'waits' if waits else f'{100 * share:.0f} %'}", width=130)
        st.button("Cancel", on_click=_stop, args=(plots,), key="tsne-cancel")


def _stop(plots: tuple[Plot, ...]) -> None:
    st.session_state[_STOPPED] = plots
    projections.tsne_jobs.leave(plots, _visitor())


def _start_again() -> None:
    del st.session_state[_STOPPED]


def _ask_again(plots: tuple[Plot, ...]) -> None:
    for plot in plots:
        _ask(plot)
