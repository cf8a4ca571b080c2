"""Candidates as JSON: for the eye, and as what they can be built of again by another process."""

from __future__ import annotations

import base64
import io
import math
import sys
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vae_core.config import Shape
from vae_core.data import Digits
from vae_core.imports.choice import Choice, Rule
from vae_core.imports.half import nearest_pictures
from vae_core.imports.importing import warnings
from vae_core.imports.net import FoundNet
from vae_core.imports.settled import Settled, Tried, Wishes
from vae_core.imports.trial import model_of
from vae_core.imports.trial_pictures import Pictures
from vae_core.imports.wishes import questions
from vae_core.imports.words import guesses
from vae_core.models import parameter_count

SHOWN = 10


def to_json(settled: Settled, digits: Digits, known: Wishes, shape: Shape | None) -> dict[str, Any]:
    """What was found.

    Args:
        settled: what was tried.
        digits: on which.
        known: what was not tried.
        shape: of a picture, where it was known.

    Returns:
        `shown`, for the page; and for `settled` all else but the weights.
    """
    tried = (settled.best, *settled.runners_up)
    few = _one_of_each_class(digits)
    originals, _ = Pictures(few).of(settled.net, settled.best.choice.fit, SHOWN)
    config = settled.model.config
    return {
        "shown": {
            "digits": digits.name,
            "pictures": settled.pictures,
            "shape": list(config.shape),
            "layers": config.layers,
            "parameters": parameter_count(config),
            "guesses": list(settled.guesses),
            "warnings": list(warnings(settled, digits)),
            "mean_picture_error": settled.mean_picture_error,
            "originals": _row(originals),
            "questions": questions(settled.layouts, settled.best.choice, known, shape),
            "candidates": [
                {
                    "words": each.words,
                    "loss": _finite(each.loss),
                    "squared_error": _finite(each.error),
                    "picture": _row(_drawn(settled, each, few)),
                }
                for each in tried
            ],
        },
        "model": config.to_json(),
        "digits": digits.name,
        "shape": shape,
        "pictures": settled.pictures,
        "mean_picture_error": settled.mean_picture_error,
        "tried": [{**asdict(each), "choice": _choice_to_json(each.choice)} for each in tried],
    }


def settled(found: dict[str, Any], number: int, net: FoundNet) -> Settled:
    """One candidate of `to_json` as if it had won; the others are its runners-up.

    Args:
        found: what `to_json` gave.
        number: of the candidate.
        net: as the files hold it.
    """
    tried = [Tried(**{**each, "choice": _choice(each["choice"])}) for each in found["tried"]]
    best = tried.pop(number)
    layouts = (net, *net.others)
    return Settled(
        model=model_of(net, best),
        net=layouts[best.choice.net],
        best=best,
        runners_up=tuple(tried),
        guesses=guesses(layouts[best.choice.net], best.choice),
        mean_picture_error=found["mean_picture_error"],
        pictures=found["pictures"],
        layouts=layouts,
    )


def _choice_to_json(choice: Choice) -> dict[str, Any]:
    return {**asdict(choice), "plain": sorted(choice.plain)}


def _choice(values: dict[str, Any]) -> Choice:
    rules: dict[str, Rule] = {key: (values[key][0], values[key][1]) for key in ("encoder", "decoder", "code")}
    return Choice(**{**values, **rules, "plain": frozenset(values["plain"])})


@torch.inference_mode(False)
@torch.no_grad()
def _drawn(settled: Settled, tried: Tried, digits: Digits) -> Tensor | None:
    """The same pictures again; of a decoder alone the nearest to each, of an encoder alone none."""
    net = settled.layouts[tried.choice.net]
    x, y = Pictures(digits).of(net, tried.choice.fit, SHOWN)
    model = model_of(settled.layouts[0], tried)
    if model.config.half == "encoder":
        return None
    if model.config.half == "decoder":
        return nearest_pictures(model, x)
    given = model.given(y)
    return given.decode(given.encode(x))


def _one_of_each_class(digits: Digits) -> Digits:
    """And then the first that are left."""
    first = np.unique(digits.labels, return_index=True)[1]
    rows = [*first, *np.setdiff1d(np.arange(min(len(digits), 2 * SHOWN)), first)][:SHOWN]
    return replace(digits, images=digits.images[rows], labels=digits.labels[rows])


def _row(pictures: Tensor | None) -> str | None:
    """Pictures [B, C, H, W] in [0, 1] side by side, as the `data:` URL of a PNG."""
    if pictures is None:
        return None
    levels = (pictures.nan_to_num() * 255).round().byte().numpy()
    strip = np.concatenate(list(levels.transpose(0, 2, 3, 1)), axis=1)
    buffer = io.BytesIO()
    Image.fromarray(strip.squeeze(-1) if strip.shape[-1] == 1 else strip).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _finite(number: float | None) -> float | None:
    """JSON, as browsers read it, has no infinity."""
    return number if number is None or math.isfinite(number) else sys.float_info.max
