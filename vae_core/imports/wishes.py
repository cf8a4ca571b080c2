"""What a file leaves open, as questions whose answers are texts: those that are given, and those that trying found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vae_core.config import Shape, is_shape, shape_text
from vae_core.errors import ConfigError
from vae_core.imports.assembly import is_double, without_output
from vae_core.imports.choice import RULES, Choice, Rule, rule_text
from vae_core.imports.net import FoundNet
from vae_core.imports.settled import Wishes
from vae_core.nets.layers import Activation
from vae_core.nets.readings import INPUTS, MEANINGS, OUTPUTS

KEYS = ("activation", "input", "output", "scale")
LABELS = {
    "activation": "after hidden layers",
    "input": "takes",
    "output": "the decoder ends in",
    "scale": "the second number is",
    "shape": "pictures",
}


def wishes(known: Mapping[str, object]) -> Wishes:
    """Of answers by key, see `KEYS`; None where nothing is known.

    >>> wishes({"activation": "leaky_relu:0.2", "scale": None}).rule
    ('leaky_relu', 0.2)

    Raises:
        ConfigError: there is no such question, or no such answer.
    """
    if unknown := sorted(set(known) - set(KEYS)):
        raise ConfigError(f"there is nothing to know of the name {unknown[0]!r}")
    activation, pixels, output, scale = map(known.get, KEYS)
    meaning: Any = _one_of("scale", scale, MEANINGS)
    return Wishes(_rule(activation), _one_of("input", pixels, INPUTS), _one_of("output", output, OUTPUTS), meaning)


def shape(known: object) -> Shape | None:
    """Of "1x28x28", or [1, 28, 28].

    Raises:
        ConfigError: it is none that a model here takes.
    """
    if known is None:
        return None
    sides = re.fullmatch(r"(\d{1,3})x(\d{1,3})x(\d{1,3})", known.strip()) if isinstance(known, str) else None
    found = [int(side) for side in sides.groups()] if sides else known
    if not isinstance(found, list) or not is_shape(found):
        raise ConfigError(f"shape is {known!r}; it must be channels, height and width, as in 1x28x28")
    return found[0], found[1], found[2]


def questions(
    layouts: Sequence[FoundNet], choice: Choice, known: Wishes, known_shape: Shape | None
) -> list[dict[str, Any]]:
    """What was open.

    Args:
        layouts: all that were tried.
        choice: the one that was found.
        known: what was not tried.
        known_shape: of a picture.

    Returns:
        of each its `key` in `KEYS`, or "shape"; a `label`; `value`, an answer as `wishes` and `shape` take it, None
        where it is none of the options; `known`, whether it was given; and `options`, each `value` with its `label`.
    """
    net = layouts[choice.net]
    encoder, decoder = net.encoder or (), net.decoder or ()
    found = []
    if any(link.is_open for link in (*encoder, *decoder)):
        is_one = known.rule is not None or (choice.encoder == choice.decoder and not choice.plain)
        rules = {rule_key(rule): rule_text(rule) for rule in dict.fromkeys((*RULES, choice.encoder))}
        value = rule_key(choice.encoder) if is_one else None
        found.append(_question("activation", value, known.rule, rules.items()))
    pixels = {key: line.words for key, line in INPUTS.items()}
    if encoder:
        found.append(_question("input", choice.input, known.input, pixels.items()))
    ends: dict[str | None, list[str]] = {
        None: list(OUTPUTS),
        "identity": list(OUTPUTS),
        "sigmoid": ["sigmoid", "inverted"],
    }
    if drawn := ends.get(without_output(decoder)[1]) if decoder else None:
        words = {key: OUTPUTS[key].line.words for key in (*drawn, choice.output)}
        found.append(_question("output", choice.output, known.output, words.items()))
    if is_double(net) or (len(net.heads) == 2 and not isinstance(net.heads[1][-1].layer, Activation)):
        found.append(_question("scale", choice.meaning, known.meaning, MEANINGS.items()))
    shapes = list(dict.fromkeys(layout.shape for layout in layouts if layout.shape))
    if net.shape and (len(shapes) > 1 or known_shape):
        options = [(list(each), shape_text(each)) for each in shapes]
        found.append(_question("shape", list(net.shape), known_shape, options))
    return found


def rule_key(rule: Rule) -> str:
    """As `wishes` takes it.

    >>> rule_key(("leaky_relu", 0.2)), rule_key(("relu", 1.0))
    ('leaky_relu:0.2', 'relu')
    """
    name, slope = rule
    return f"{name}:{slope:g}" if name == "leaky_relu" else name


def _question(key: str, value: object, known: object, options: Iterable[tuple[object, str]]) -> dict[str, Any]:
    named = [{"value": value, "label": label} for value, label in options]
    return {"key": key, "label": LABELS[key], "value": value, "known": known is not None, "options": named}


def _rule(known: object) -> Rule | None:
    if known is None:
        return None
    name, _, slope = known.partition(":") if isinstance(known, str) else (known, "", "")
    function: Any = _one_of("activation", name, dict(RULES))
    usual = next(slope for known, slope in RULES if known == name)
    if not slope:
        return function, usual
    if not re.fullmatch(r"\d{1,3}(\.\d{1,6})?", slope):
        raise ConfigError(f"activation is {known!r}; after the colon stands a slope, as in 0.2")
    return function, float(slope)


def _one_of(key: str, value: object, known: Iterable[str]) -> str | None:
    names = list(known)
    if value is None:
        return None
    if not isinstance(value, str) or value not in names:
        raise ConfigError(f"{key} is {value!r}; it must be one of {', '.join(names)}")
    return value
