"""A trained net of a visitor's own, from its file to a model on every page. Browser side: ui/web/imports/imports.js.

Data:
    why: nothing can be imported, a sentence; empty where it can.
    endings: of the files that are taken; "weights" and "config": names in a pythae folder.
    bytes: of all files of a net together, at most.
    sets: of each set that a net can be tried on, {"name", "label", "shape": channels, height and width}.
    names: those of the checkpoints that are here.
    halves: {"encoder": the pages that show an encoder alone, "decoder": those that show a decoder alone}.
    left, right, digits: what the page shows.

Trigger `kept`: the name of the checkpoint that a net has become. Files, and what is found in them, go by HTTP, see
ui/http/imports.py.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ui import store
from ui.choices import digit_sets
from ui.choices.link import PARTS_OF_PAGES
from ui.choices.state import Choice
from ui.components.reported import reported
from ui.components.stub import stub
from ui.errors import sentence
from ui.training import admission, settings
from vae_core.config import PARTS
from vae_core.errors import ConfigError
from vae_core.imports import files, tensors

KEY = "imports"

_mount = st.components.v2.component(
    "imports",
    # The height that it has before it is used: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 58px; }
    @media (max-width: 640px) { :host { min-height: 160px; } }
    """,
    js=stub("imports/imports.js"),
)


def imports(choice: Choice, on_kept: Callable[[object], None]) -> None:
    """Mounts it.

    Args:
        choice: what the page shows.
        on_kept: called with the name of the checkpoint, as it was sent, before the script runs again.
    """
    sets = [
        {"name": name, "label": digit_sets.LABELS.get(name, name), "shape": list(shape)}
        for name, shape in digit_sets.shapes().items()
    ]
    try:
        why, megabytes = settings.why_off(), settings.import_limits().megabytes
    except ConfigError as error:
        why, megabytes = sentence(error), 0
    data = {
        "why": why,
        "endings": list(files.READERS),
        "weights": list(tensors.PYTHAE_WEIGHTS),
        "config": tensors.PYTHAE_CONFIG,
        "bytes": megabytes * admission.MEGABYTE,
        "sets": sets,
        "names": list(store.models()),
        "halves": {part: [page for page, needed in PARTS_OF_PAGES.items() if needed == (part,)] for part in PARTS},
        "left": choice.left,
        "right": choice.right,
        "digits": choice.digits,
    }
    _mount(key=KEY, data=data, on_kept_change=lambda: on_kept(reported(KEY, "kept")))
