"""The text of a link: choices to query parameters and back. Pure; knows no session."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vae_core.config import PARTS, Part

LEFT, RIGHT, DIGITS, SEED = KEYS = ("left", "right", "digits", "seed")
# What the browser reads of z: it is of models that the visitor has seen.
CODES = ("z", "z2")

DEFAULT_LEFT, DEFAULT_RIGHT, DEFAULT_DIGITS = "ae-30", "vae-30", "uci"
# A plane is the whole code of two coordinates, and a tenth of the variance of thirty.
PAIRS_OF_PAGES = {"latent_map": ("ae-2", "vae-2")}
# Of a model; any other page takes both.
PARTS_OF_PAGES: dict[str, tuple[Part, ...]] = {
    "desk": ("decoder",),
    "latent_map": ("decoder",),
    "encodings": ("encoder",),
    "models": (),
    "train": (),
}
# Opens on a z that the VAE decodes to a digit anyone can read, and the AE to none.
DEFAULT_SEED = 69
SEEDS = 2**32
SEED_RULE = f"a whole number from 0 to {SEEDS - 1}"
# Of a code of any scale: a picture does not show the seventh.
SIGNIFICANT = 6
SEPARATOR = "_"
# Between the parts of one emoji.
JOINER = "\u200d"
SYMBOLS = ("<->", "->", "<-", "--", ">=", "<=", "~=")
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,12})?(e-\d{1,2})?", re.ASCII)
LONGEST_NUMBER = 20
# Wide enough for every code a model gives, narrow enough that a float32 decoder stays finite.
LARGEST, SMALLEST = 1e14, 1e-30


@dataclass(frozen=True)
class Choice:
    """What the sidebar holds: two checkpoints by name, a set of digits by name, and a seed of 0 to 2^32 - 1."""

    left: str
    right: str
    digits: str
    seed: int


@dataclass(frozen=True)
class Link:
    """What a link asks for, as far as it can be had, and one sentence for each part that was ignored."""

    choice: Choice
    ignored: list[str]


def default_pair(models: Iterable[str], page: str | None = None) -> tuple[str, str]:
    """The pair a first visitor sees: `ae-30` and `vae-30`, or where they are not here, the first and the last.

    Args:
        models: the checkpoints that can be used here, an AE first and a VAE last where there are both.
        page: the `url_path` of one that may have a pair of its own.

    Raises:
        ValueError: there are no models.
    """
    names = list(models)
    if not names:
        raise ValueError("there is no model to choose")
    own = PAIRS_OF_PAGES.get(page or "")
    if own and set(own) <= set(names):
        return own
    left = DEFAULT_LEFT if DEFAULT_LEFT in names else names[0]
    right = DEFAULT_RIGHT if DEFAULT_RIGHT in names else next((name for name in reversed(names) if name != left), left)
    return left, right


def parts(page: str) -> tuple[Part, ...]:
    """Of a model, those that a page needs.

    Args:
        page: its `url_path`.
    """
    return PARTS_OF_PAGES.get(page, PARTS)


def parse(parameters: Mapping[str, str], models: Mapping[str, Collection[str]]) -> Link:
    """Reads each part on its own; what makes no sense falls back to its default and is named in `ignored`.

    Args:
        parameters: the query parameters; others than `KEYS` are not looked at.
        models: of each set of pictures that can be used here, at least one, the checkpoints that take them.
    """
    ignored: list[str] = []
    digits, seed = _default_digits(parameters, models), DEFAULT_SEED
    if DIGITS in parameters:
        digits = _digits(parameters[DIGITS], digits, list(models), ignored)
    left, right = default_pair(models[digits])
    if LEFT in parameters:
        left = _model(parameters[LEFT], left, "left", models, digits, ignored)
    if RIGHT in parameters:
        right = _model(parameters[RIGHT], right, "right", models, digits, ignored)
    if SEED in parameters:
        seed = _seed(parameters[SEED], ignored)
    return Link(Choice(left, right, digits, seed), ignored)


def compose(choice: Choice) -> dict[str, str]:
    """The inverse of `parse`: the query parameters that restore this."""
    return {LEFT: choice.left, RIGHT: choice.right, DIGITS: choice.digits, SEED: str(choice.seed)}


def clean_z(z: Iterable[float]) -> list[float]:
    """Numbers as a link keeps them: six significant digits, within what a link can say; not finite becomes 0."""
    return [_clean(float(value)) for value in z]


def format_z(z: Iterable[float]) -> str:
    """[0.5, -1.2341, 1e-7] -> "0.5_-1.2341_1e-7". No browser need escape it; JavaScript writes it so."""
    return SEPARATOR.join(map(_number_text, clean_z(z)))


def _clean(value: float) -> float:
    if not math.isfinite(value) or abs(value) < SMALLEST:
        return 0.0
    return float(f"{min(max(value, -LARGEST), LARGEST):.{SIGNIFICANT}g}")


def _number_text(value: float) -> str:
    if value and abs(value) < 1e-6:
        return np.format_float_scientific(value, trim="-", exp_digits=1)
    return np.format_float_positional(value, trim="-")


def _default_digits(parameters: Mapping[str, str], models: Mapping[str, Collection[str]]) -> str:
    """UCI's, or where the link names a model of other pictures, the first set of those."""
    sets = sorted(models, key=lambda name: name != DEFAULT_DIGITS)
    asked = [parameters[side] for side in (LEFT, RIGHT) if side in parameters]
    return next((name for name in sets for model in asked if model in models[name]), sets[0])


def _model(
    asked: str, default: str, side: str, models: Mapping[str, Collection[str]], digits: str, ignored: list[str]
) -> str:
    if asked in models[digits]:
        return asked
    takes_others = any(asked in of_a_set for of_a_set in models.values())
    reason = "it takes pictures of another size" if takes_others else "there is no such model here"
    ignored.append(f"{side} model {quoted(asked)}: {reason}, so {default} is shown")
    return default


def _digits(asked: str, default: str, digit_sets: Sequence[str], ignored: list[str]) -> str:
    if asked in digit_sets:
        return asked
    reason = "MNIST is not on this machine" if asked == "mnist" else "there is no such set"
    shown = "UCI" if default == DEFAULT_DIGITS else default
    ignored.append(f"digits {quoted(asked)}: {reason}, so {shown} is shown")
    return default


def read_seed(text: str) -> int | None:
    """A seed; None where the text is no whole number from 0 to 2^32 - 1."""
    return int(text) if re.fullmatch(r"\d{1,10}", text, re.ASCII) and int(text) < SEEDS else None


def _seed(asked: str, ignored: list[str]) -> int:
    seed = read_seed(asked)
    if seed is not None:
        return seed
    ignored.append(f"seed {quoted(asked)}: a seed is {SEED_RULE}, so it is {DEFAULT_SEED}")
    return DEFAULT_SEED


def plain(text: str) -> str:
    """A name, or a sentence with a file's or a server's words in it, as Markdown that shows it as it is.

    Also at the beginning of a line; what cannot be seen, or would turn the words after it round, is left out.
    """
    seen = "".join(each for each in text if each.isprintable() or each.isspace() or each == JOINER)
    # Streamlit makes arrows and dashes of these where they stand alone.
    words = (f"\u2060{word}" if word in SYMBOLS else word for word in seen.split())
    escaped = re.sub(r"([\\`*_{}\[\]()#+!|<>~$:&@])", r"\\\1", " ".join(words))
    return re.sub(r"^(\d*)([-=.)])", r"\1\\\2", escaped)


def in_figure(text: str) -> str:
    """A name as Plotly shows it as it is: it takes `<b>` and entities for HTML."""
    return html.escape(text, quote=False)


def quoted(text: str) -> str:
    """A stranger's text in a sentence that is no Markdown: short, and in quotation marks."""
    seen = "".join(character for character in text if character.isprintable()).strip()
    return f"“{seen[:39]}…”" if len(seen) > 40 else f"“{seen}”" if seen else "(empty)"


def quote(text: str) -> str:
    """The same as Markdown, which it has no way to break out of: as inline code."""
    words = quoted(text.replace("`", ""))
    return f"`{words[1:-1]}`" if words[0] == "“" else words
