"""The sidebar: what every page shares. It keeps nothing itself: choices live in `ui.choices.state`.

Every widget is told its value as its default, too: a page may run again before the browser has the widget's own script,
and the value that the session holds is sent in the first run alone.
"""

from __future__ import annotations

import streamlit as st

from ui import store
from ui.choices import digit_sets, link, state
from ui.components.copy_link import copy_link
from ui.errors import NotHereError
from ui.jobs import downloads
from ui.jobs.pending import WATCH_SECONDS
from vae_core.pictures import set_file


def show() -> None:
    """The choices; call after `state.start`."""
    choice = state.choice()
    with st.sidebar:
        _model("Left model", link.LEFT, choice.left)
        _model("Right model", link.RIGHT, choice.right)
        st.button(
            "Swap left and right",
            icon=":material/swap_vert:",
            on_click=state.swap,
            disabled=choice.left == choice.right,
            width="stretch",
            key="swap",
        )
        _digits(choice.digits)
        st.number_input(
            "Seed",
            value=choice.seed,
            step=1,
            key=link.SEED,
            # Without bounds: beyond them the widget would go back without a word.
            help=f"Of everything random: the same seed gives the same picture. A seed is {link.SEED_RULE}.",
        )
        show_problems()


def show_link() -> None:
    """The address and the button that copies it; call after the page has run, so that what it chose is in it."""
    with st.sidebar:
        copy_link(state.query(), state.choice())


def show_problems() -> None:
    """The checkpoints and sets that cannot be used, folded, each with what is wrong."""
    problems = store.problems()
    if not problems:
        return
    sets = sum(name.endswith(set_file.SUFFIX) for name in problems)
    counts = ((len(problems) - sets, "checkpoint"), (sets, "set"))
    count = " and ".join(f"{number} {what}{'s' * (number > 1)}" for number, what in counts if number)
    with st.expander(f"{count} cannot be used", icon=":material/warning:"):
        for name, problem in problems.items():
            st.caption(f"{link.quote(name)}: {link.plain(problem)}")


def _model(label: str, key: str, chosen: str) -> None:
    options = {name: f"{name} · {store.entry(name).description}" for name in state.models()}
    names = list(options)
    if chosen not in names:
        raise NotHereError(f"{chosen} has left.")
    st.selectbox(label, names, index=names.index(chosen), key=key, format_func=options.__getitem__)


def _digits(chosen: str) -> None:
    # Before the look at the disk: a download that ends in between is shown as running once more, and not missed.
    job = downloads.find()
    # The earlier of two looks: what arrives in between is offered as a set, and not for download.
    here, sets = digit_sets.names(), store.sets()
    st.radio(
        "Digits",
        sets,
        index=sets.index(chosen),
        key=link.DIGITS,
        format_func=lambda name: digit_sets.LABELS.get(name, name),
        horizontal=True,
    )
    if (job and not job.is_over) or state.awaits_mnist():
        _watch_download()
    elif "mnist" not in (*here, *sets):
        _offer_download(job.error if job else None)


def _offer_download(error: str | None) -> None:
    if error:
        st.error(f"{link.plain(error)}. The app stays on UCI digits.")
    elif damage := digit_sets.mnist_damage():
        st.caption(f"MNIST cannot be used: {link.plain(damage)}. A download mends it.")
    st.button(
        "Download MNIST",
        icon=":material/download:",
        width="stretch",
        key="download",
        help="11.6 MB, once.",
        on_click=_start_download,
    )


def _start_download() -> None:
    state.await_mnist()
    downloads.start()


@st.fragment(run_every=WATCH_SECONDS)
def _watch_download() -> None:
    job = downloads.find()
    if job is None or job.is_over:
        st.rerun()
    st.progress(job.progress, job.words or "Downloading MNIST")
