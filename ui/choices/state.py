"""What the visitor chose: the one place that reads and writes it in the session and in the link.

The first run of a session reads the link. From then on the session is the truth, and the browser's address follows it:
`ui.components.copy_link` replaces the address (`history.replaceState`), since Streamlit's own `st.query_params` adds an
entry to the browser's history at every change and drops every parameter when the page changes. Where the connection
breaks, the address is the truth again, see `ui.components.address`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import streamlit as st

from ui import store
from ui.choices import comparison as compared
from ui.choices import digit_sets, link, view
from ui.choices.comparison import Comparison
from ui.choices.link import DEFAULT_DIGITS, DEFAULT_SEED, DIGITS, LEFT, RIGHT, SEED, Choice, default_pair
from ui.choices.view import FIELDS, Cloud
from ui.components.address import Returned
from ui.components.notices import Notice
from ui.jobs import downloads
from vae_core.config import CorruptionKind, ModelConfig
from vae_core.models import ALONE

__all__ = [
    "Choice",
    "Cloud",
    "Comparison",
    "await_mnist",
    "awaits_mnist",
    "choice",
    "cloud",
    "comparison",
    "default_pair",
    "has_usual_pair",
    "keep_pair",
    "models",
    "notices",
    "query",
    "show_new",
    "show_vae",
    "start",
    "swap",
    "vaes",
    "write_corruption",
]

_NOTICES, _AWAITS_MNIST = "choice.notices", "choice.awaits_mnist"
_CORRUPTION, _LAST_SEED, _USUAL_PAIR = "choice.corruption", "choice.last_seed", "choice.usual_pair"
# The shape of the pictures on screen; and of each shape, the pair and those beside it that were shown last.
_SHAPE, _LAST_SHOWN = "choice.shape", "choice.last_shown"
# The parts of a model that the page needs; and of each side, a half that it has no use for, and what is shown instead.
_PARTS, _SET_ASIDE = "choice.parts", "choice.set_aside"
_RETURNS = "choice.returns"


def start(returned: Returned | None, page: str) -> None:
    """Puts a valid choice into the session; call it first in every run, before any widget of the sidebar.

    Args:
        returned: where the browser is connected again, what the session has chosen is older than what it says.
        page: the `url_path` of the page on screen, which may open with a pair of its own.

    Raises:
        ValueError: there is no checkpoint that can be used.
    """
    session = st.session_state
    # A run may be broken off at any look into the session: what is to be done once is done until it is marked as done.
    returns, parameters = returned or (0, st.query_params.to_dict())
    if session.get(_RETURNS, -1) < returns:
        _open_link(parameters)
        session[_RETURNS] = returns
    if awaits_mnist():
        # Asked before the look at the disk: what ends in between is awaited for one run more, and not missed.
        running = downloads.is_running()
        if "mnist" in digit_sets.names():
            session[DIGITS] = "mnist"
        session[_AWAITS_MNIST] = running and session[DIGITS] != "mnist"
    session[_PARTS] = link.parts(page)
    _repair_digits()
    _take_back_halves()
    _open_usual_pair(page)
    _repair()


def _open_link(parameters: Mapping[str, str]) -> None:
    """Chooses all that a link says, and the usual where it says nothing."""
    session = st.session_state
    asked = link.parse(parameters, {name: store.models(name) for name in store.sets()})
    size = len(digit_sets.load(asked.choice.digits))
    asked_cloud, ignored_cloud = view.parse(parameters, size)
    asked_comparison, ignored_comparison = compared.parse(
        parameters, list(store.whole_models(asked.choice.digits)), _usual_also(asked.choice.digits)
    )
    ignored = asked.ignored + ignored_cloud + ignored_comparison
    session.setdefault(_NOTICES, [])
    for sentence in ignored:
        _tell(f"This link's {sentence}.")
    session[LEFT], session[RIGHT] = asked.choice.left, asked.choice.right
    session[DIGITS], session[SEED] = asked.choice.digits, asked.choice.seed
    session[_USUAL_PAIR] = None if {LEFT, RIGHT, *link.CODES} & parameters.keys() else (session[LEFT], session[RIGHT])
    for key, name in FIELDS.items():
        session[key] = view.get(asked_cloud, name)
    session[compared.ALSO], session[_CORRUPTION] = list(asked_comparison.also), asked_comparison.corruption
    session[compared.MEASURE] = asked_comparison.measure


def choice() -> Choice:
    """What is chosen now; valid after `start`."""
    session = st.session_state
    return Choice(session[LEFT], session[RIGHT], session[DIGITS], session[SEED])


def models() -> Mapping[str, ModelConfig]:
    """Those that the page on screen can show; valid after `start`."""
    return store.models(st.session_state[DIGITS], st.session_state[_PARTS])


def cloud() -> Cloud:
    """What the Encodings page projects; valid after `start`."""
    chosen = Cloud()
    for key, name in FIELDS.items():
        chosen = view.with_value(chosen, name, view.tidy(name, st.session_state[key], _size()))
    return chosen


def comparison() -> Comparison:
    """Which models stand beside the pair, and on what corruption; valid after `start`."""
    session = st.session_state
    return Comparison(tuple(session[compared.ALSO]), session[_CORRUPTION], session[compared.MEASURE])


def write_corruption(kind: object) -> None:
    """Keeps the corruption over page changes and in the link; what is none, as anyone may send, is not kept."""
    known: CorruptionKind | None = compared.tidy(kind, compared.CORRUPTIONS)
    if known is not None:
        st.session_state[_CORRUPTION] = known


def notices() -> list[Notice]:
    """All that the visitor is told in this session, the oldest first; valid after `start`."""
    return list(st.session_state[_NOTICES])


def swap() -> None:
    """Left becomes right and right becomes left. For a callback: it writes widgets' keys."""
    session = st.session_state
    session[LEFT], session[RIGHT] = session[RIGHT], session[LEFT]


def vaes() -> list[str]:
    """The VAEs among the pair, none to two."""
    pair = dict.fromkeys([st.session_state[LEFT], st.session_state[RIGHT]])
    return [name for name in pair if store.entry(name).config.kind == "vae"]


def show_vae(name: str) -> None:
    """Takes it as the model on the right. For a callback: it writes a widget's key."""
    st.session_state[RIGHT] = name


def show_new(name: object) -> None:
    """Takes a checkpoint that has just come as the model on the left, on a set of its pictures.

    For a callback: it writes widgets' keys. What is no checkpoint, as anyone may send, or fits no set here, changes
    nothing.
    """
    session = st.session_state
    fitting = [digits for digits in (session[DIGITS], *store.sets()) if name in list(store.models(digits))]
    if fitting:
        session[LEFT], session[DIGITS] = name, fitting[0]


def has_usual_pair() -> bool:
    """Whether nobody has chosen models, or a z for those on screen: another page may open with a pair of its own."""
    return st.session_state[_USUAL_PAIR] is not None


def keep_pair() -> None:
    """Somebody has chosen a z: from now on every page shows the pair that is on screen."""
    st.session_state[_USUAL_PAIR] = None


def await_mnist() -> None:
    """This session goes over to MNIST as soon as its download is done, and stays where it is if that fails."""
    st.session_state[_AWAITS_MNIST] = True


def awaits_mnist() -> bool:
    """Whether `await_mnist` was called and the download has not come to its end."""
    return bool(st.session_state.get(_AWAITS_MNIST))


def query() -> dict[str, str]:
    """The query parameters of a link that restores this session, in the order they are shown."""
    return (
        link.compose(choice())
        | view.compose(cloud(), _size())
        | compared.compose(comparison(), _usual_also(choice().digits))
    )


def _open_usual_pair(page: str) -> None:
    """As long as nobody has chosen models or z, each page opens with its own pair."""
    session = st.session_state
    usual = session[_USUAL_PAIR]
    if usual is None:
        return
    if (session.get(LEFT), session.get(RIGHT)) != usual:
        session[_USUAL_PAIR] = None
    elif (own := default_pair(store.whole_models(session[DIGITS]), page)) != usual:
        session[LEFT], session[RIGHT] = session[_USUAL_PAIR] = own


def _size() -> int:
    return len(digit_sets.load(st.session_state[DIGITS]))


def _usual_also(digits: str) -> tuple[str, ...]:
    """The first denoising ones."""
    return tuple(name for name in store.whole_models(digits) if store.role(name) == "dae")[: compared.MOST]


def _tell(sentence: str) -> None:
    st.session_state[_NOTICES] += [Notice(str(time.time_ns()), sentence)]


def _repair_digits() -> None:
    """A set of pictures may leave while the session lasts."""
    session, sets = st.session_state, store.sets()
    gone = session.get(DIGITS)
    if gone in sets:
        return
    session[DIGITS] = DEFAULT_DIGITS if DEFAULT_DIGITS in sets else sets[0]
    if gone is not None:
        words = digit_sets.LABELS.get(gone, link.quoted(str(gone)))
        _tell(f"{words} is no longer here: {digit_sets.label(session[DIGITS])} take its place.")


def _take_back_halves() -> None:
    """A half comes back on a page that can show it, where nothing else has been chosen meanwhile."""
    session = st.session_state
    for key, (half, shown) in dict(session.get(_SET_ASIDE, {})).items():
        if session.get(key) != shown:
            del session[_SET_ASIDE][key]
        elif half in models():
            session[key] = half
            del session[_SET_ASIDE][key]


def _repair() -> None:
    """A checkpoint may leave while the session lasts; models of other pictures leave with those, and come back."""
    session = st.session_state
    known, whole, shape = models(), store.whole_models(session[DIGITS]), digit_sets.shape(session[DIGITS])
    last_shown = session.setdefault(_LAST_SHOWN, {})
    *pair, also = last_shown.get(shape, (None, None, _usual_also(session[DIGITS])))
    if session.get(_SHAPE, shape) != shape:
        session[compared.ALSO] = list(also)
    session[_SHAPE] = shape
    for key, last, default in zip((LEFT, RIGHT), pair, default_pair(whole), strict=True):
        if (gone := session.get(key)) in known:
            continue
        session[key] = last if last in known else default
        config = store.models().get(str(gone))
        if config is None or config.half:
            why = f"is {ALONE[config.half]} alone" if config and config.half else "is no longer here"
            _tell(f"{link.quoted(str(gone))} {why}: {session[key]} takes its place.")
        if config and config.half:
            session.setdefault(_SET_ASIDE, {})[key] = gone, session[key]
    seed = session.get(SEED)
    if link.read_seed(str(seed)) is None:
        session[SEED] = session.get(_LAST_SEED, DEFAULT_SEED)
        if seed is not None:
            _tell(f"Seed {link.quoted(str(seed))}: a seed is {link.SEED_RULE}, so it stays {session[SEED]}.")
    session[_LAST_SEED] = session[SEED]
    for key, name in FIELDS.items():
        tidied = view.tidy(name, session.get(key), _size())
        # Written only where it differs: what is written is sent to the widget, over what a hand does there meanwhile.
        if session.get(key) != tidied:
            session[key] = tidied
    # A page that broke off takes its widgets' values with it.
    also = list(compared.tidy_also(session.get(compared.ALSO, _usual_also(session[DIGITS])), list(whole)))
    if session.get(compared.ALSO) != also:
        session[compared.ALSO] = also
    last_shown[shape] = session[LEFT], session[RIGHT], also
    if compared.tidy(session.get(compared.MEASURE), compared.MEASURES) is None:
        session[compared.MEASURE] = compared.DEFAULT_MEASURE
