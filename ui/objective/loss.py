"""Which beta a loss has, however it is written, and which codes survive at it.
Browser side: ui/web/objective/loss/loss.js.

Data:
    digits: the set whose principal components are shown.
    subject: what the set is called, and how many pictures it has.
    shape: channels, height and width of its pictures.
    colour: {"light": "#..", "dark": "#.."} of a VAE.
    rungs: of the ladder, each {"name", "beta"}; null of the KL term alone.
    survivors: of every VAE that takes the pictures and says how it was trained, those with most codes first: {"name",
        "error": as `vae_core.objective.beta.Error`, "beta": null of the KL term alone, "latent_dim", "active": how many
        codes tell pictures apart, null as long as that is not known}.
    errors: of one net on the set, {"name": of it, "grey": {"squared_error", "cross_entropy", "floor"}, "binary": the
        same of black and white pixels}, means per picture; both null as long as they are not known. Null where no net
        has them.

Nothing is sent back.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import streamlit as st

from ui import store
from ui.choices import digit_sets
from ui.components.stub import stub
from ui.figures import palette
from ui.reports import objective_report
from ui.reports.ladder import rungs

_mount = st.components.v2.component(
    "loss",
    # A place of about the final height: what follows does not jump when the modules arrive.
    css="""
    :host { display: block; min-height: 39rem; }
    @media (max-width: 860px) { :host { min-height: 86rem; } }
    """,
    js=stub("objective/loss/loss.js"),
)


def loss(digits: str) -> None:
    """Mounts it."""
    data = {
        "digits": digits,
        "subject": f"{len(digit_sets.load(digits)):,} {digit_sets.label(digits)}",
        "shape": list(digit_sets.shape(digits)),
        "colour": palette.for_browser()["vae"],
        "rungs": [asdict(rung) for rung in rungs(digits)],
        "survivors": _survivors(digits),
        "errors": _errors(digits),
    }
    _mount(key="loss", data=data)


def _survivors(digits: str) -> list[dict[str, Any]]:
    found = []
    for name, config in store.whole_models(digits).items():
        beta, weight = (store.training(name).get(key) for key in ("beta", "reconstruction_weight"))
        if config.kind == "vae" and isinstance(beta, int | float) and isinstance(weight, int | float):
            one = {
                "name": name,
                "error": "squared_error" if config.likelihood == "gaussian" else "cross_entropy",
                "beta": beta / weight if weight else None,
                "latent_dim": config.latent_dim,
                "active": objective_report.active.ask(name, digits),
            }
            found.append(one)
    return sorted(found, key=lambda one: (-one["latent_dim"], math.inf if one["beta"] is None else one["beta"]))


def _errors(digits: str) -> dict[str, Any] | None:
    name = objective_report.model_of_errors(digits)
    if name is None:
        return None
    found = objective_report.errors.ask(name, digits)
    return {"name": name, **(asdict(found) if found else {"grey": None, "binary": None})}
