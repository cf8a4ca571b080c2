"""What a file leaves open is settled by trying: the answers whose model draws pictures with the least error win.

First every layout is tried with few functions, on few pictures; then, of the best, one thing at a time is changed as
long as that draws better at the code, or at mu. A VAE may draw better at mu with a function that it was not trained
with and that drives the codes apart; so the last round compares its loss: the error at a sample and the KL, weighted as
its sigma speaks for. What the second head means is found by its evidence lower bound, see `vae_core.imports.meaning`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from vae_core import losses
from vae_core.data import Digits
from vae_core.errors import ConfigError
from vae_core.imports.assembly import assemble, head_function, is_double, without_output
from vae_core.imports.choice import COARSE, IDENTITY, RULES, Choice, Rule, Split
from vae_core.imports.half import fitted_errors
from vae_core.imports.meaning import meaning_of, sampled, squared_error_kl_weight
from vae_core.imports.net import FoundNet
from vae_core.imports.screening import TAKEN, likeliest
from vae_core.imports.sensitivity import sensitivity
from vae_core.imports.settled import Settled, Tried, Wishes
from vae_core.imports.trial_pictures import Pictures
from vae_core.imports.words import differences, guesses
from vae_core.models import Autoencoder, VariationalAutoencoder
from vae_core.nets.layers import Affine
from vae_core.nets.readings import INPUTS, OUTPUTS, Meaning

# Of the processor's time.
SECONDS = 60.0
# Pictures of the first round, of the second, and of the numbers that are told.
COARSE_PICTURES, PICTURES, FINAL_PICTURES = 16, 64, 256
MANY_LAYOUTS = 100
SCALED, STARTS, MOST_SWEEPS, FINALISTS, RUNNERS_UP = 8, 4, 4, 16, 5
# What is unusual must draw better, by these parts of the error: a layout in the measure of `FoundNet.unusual`, for the
# border of a picture says little; other functions in the decoder than in the encoder, which other pictures than those
# that it was trained on may prefer; a layer without a function; normalisation after the function. A decoder alone may
# draw a little better with a function that it was not trained with, where its codes are sought.
HALF_MARGIN = 0.05
LAYOUT_MARGIN, MIXED_MARGIN, PLAIN_MARGIN, NORM_MARGIN = 0.005, 0.02, 0.005, 0.005
# Where layouts differ in the size of the code, whose error says little by itself: of the least `sensitivity` of each.
SENSITIVITY_MARGIN, MOST_SENSITIVITY = 10.0, 2.0
AS_TAKEN = {
    "unit": ("sigmoid", "linear"),
    "signed": ("tanh", "signed"),
    "standardised": ("standardised",),
    "inverted": ("inverted", "inverted linear"),
    "bytes": ("bytes",),
}
CODES: tuple[Rule, ...] = (IDENTITY, ("relu", 1.0), ("sigmoid", 1.0), ("tanh", 1.0))


def settle(net: FoundNet, digits: Digits, wishes: Wishes | None = None, seconds: float = SECONDS) -> Settled:
    """The likeliest model of a net.

    Args:
        net: as a reader found it; of a half, see `vae_core.imports.half`.
        digits: to try it on.
        wishes: what is known.
        seconds: of the processor's time; after these, the best so far is taken.

    Raises:
        ConfigError: no layout makes a model; the sentence says why the likeliest does not.
    """
    wishes = wishes or Wishes()
    return _as_usual(net, digits, wishes) if net.decoder is None else _Trial(net, digits, wishes, seconds).settled()


def model_of(net: FoundNet, tried: Tried) -> Autoencoder:
    """The model of a choice, as the best or a runner-up has it."""
    return assemble(_layouts(net)[tried.choice.net], tried.choice)


class _Trial:
    def __init__(self, net: FoundNet, digits: Digits, wishes: Wishes, seconds: float) -> None:
        self.layouts, self.pictures, self.wishes = _layouts(net), Pictures(digits), wishes
        self.deadline = time.process_time() + seconds
        self.errors: dict[int, dict[Choice, float]] = {COARSE_PICTURES: {}, PICTURES: {}, FINAL_PICTURES: {}}
        self.sensitivity: dict[int, float] = {}
        self.has_sizes = len({layout.latent_dim for layout in self.layouts}) > 1
        self.usual = min(layout.unusual for layout in self.layouts)
        self.at_code: dict[Choice, float] = {}
        self.meaning: Meaning = "logvar"
        self.kl_weight = 0.0
        self.problem: ConfigError | None = None

    @torch.inference_mode(False)
    def settled(self) -> Settled:
        for choice in self._starts():
            self._try(choice, COARSE_PICTURES)
        for choice in self._ranked(COARSE_PICTURES)[:SCALED]:
            for scaled in self._scaled(choice):
                self._try(scaled, COARSE_PICTURES)
        for choice in self._ranked(COARSE_PICTURES)[:STARTS]:
            self._improved(choice, PICTURES)
        best = self._compared(self._ranked(PICTURES)[:FINALISTS])
        layout = self.layouts[best.net]
        meaning = self._meaning(best)
        found = self.errors[FINAL_PICTURES]

        def told(choice: Choice, words: str = "") -> Tried:
            return Tried(replace(choice, meaning=meaning), self.at_code[choice], found[choice], words)

        others = [choice for choice in self._ranked(FINAL_PICTURES) if choice != best][:RUNNERS_UP]
        return Settled(
            model=assemble(layout, replace(best, meaning=meaning)),
            net=layout,
            best=told(best),
            runners_up=tuple(told(choice, differences(self.layouts, best, choice)) for choice in others),
            guesses=guesses(layout, replace(best, meaning=meaning)),
            mean_picture_error=self.pictures.mean_error(layout, best.fit, FINAL_PICTURES),
            pictures=min(FINAL_PICTURES, self.pictures.count),
            layouts=self.layouts,
        )

    def _compared(self, finalists: list[Choice]) -> Choice:
        """The best by the loss, and what a single change makes better still."""
        first = finalists[0]
        x, y = self.pictures.of(self.layouts[first.net], first.fit, FINAL_PICTURES)
        self.meaning = self._meaning(first)
        chosen = replace(first, meaning=self.meaning)
        self.kl_weight = squared_error_kl_weight(self.layouts[first.net], chosen, x, y)
        for choice in finalists:
            self._try(choice, FINAL_PICTURES)
        self._improved(self._ranked(FINAL_PICTURES)[0], FINAL_PICTURES)
        return self._ranked(FINAL_PICTURES)[0]

    def _meaning(self, choice: Choice) -> Meaning:
        layout = self.layouts[choice.net]
        x, y = self.pictures.of(layout, choice.fit, FINAL_PICTURES)
        return meaning_of(layout, choice, x, y, self.wishes.meaning)

    def _starts(self) -> Iterator[Choice]:
        """Every layout with one function of each family."""
        for number, taken in self._openings():
            layout = self.layouts[number]
            for split in _splits(layout):
                for rule in self._rules(layout, COARSE):
                    fit = self.pictures.fits(layout)[0]
                    code = head_function(layout) or IDENTITY
                    first = Choice(number, rule, rule, code=code, input=taken, split=split, fit=fit)
                    yield from (first, replace(first, norm_last=True)) if _has_norms(layout) else (first,)

    def _scaled(self, choice: Choice) -> Iterator[Choice]:
        """With pictures as other nets take them: one function more or less does not lead from the one to the other."""
        if self.wishes.input is None and self.layouts[choice.net].encoder is not None:
            yield from (replace(choice, input=key) for key in INPUTS)

    def _openings(self) -> list[tuple[int, str]]:
        """A layout's number, and what it takes; of very many layouts the likeliest."""
        known = self.wishes.input
        if len(self.layouts) > MANY_LAYOUTS:
            return likeliest(self.layouts, self.pictures, [known] if known else TAKEN, self.deadline)
        return [(number, known or "unit") for number in range(len(self.layouts))]

    def _improved(self, start: Choice, count: int) -> None:
        """Tries all that lies between there and where no single change draws better."""
        best = self._try(start, count)
        for _ in range(MOST_SWEEPS):
            before = best
            for change in self._changes(best):
                found = self._try(replace(best, **change), count)
                if self._score(found, count) < self._score(best, count):
                    best = found
            if best == before or self._is_late():
                break

    def _score(self, choice: Choice, count: int) -> float:
        """The error, in parts of that of the mean picture, and more where the choice is unusual."""
        more = LAYOUT_MARGIN * (self.layouts[choice.net].unusual - self.usual)
        more += MIXED_MARGIN * (choice.encoder != choice.decoder) + PLAIN_MARGIN * len(choice.plain)
        more += NORM_MARGIN * choice.norm_last
        more += self.has_sizes * min(SENSITIVITY_MARGIN * self.sensitivity.get(choice.net, math.inf), MOST_SENSITIVITY)
        more += HALF_MARGIN * (self.layouts[choice.net].encoder is None and choice.decoder != RULES[0])
        least = self.pictures.mean_error(self.layouts[choice.net], choice.fit, count)
        return self.errors[count].get(choice, math.inf) / least * (1 + more)

    def _changes(self, choice: Choice) -> Iterator[dict[str, Any]]:
        """One thing at a time; those that depend on what was found meanwhile are made anew in the next sweep."""
        layout = self.layouts[choice.net]
        links = (*(layout.encoder or ()), *(layout.decoder or ()))
        rules = self._rules(layout, RULES)
        yield from ({"encoder": rule, "decoder": rule} for rule in rules)
        if layout.encoder is not None:
            yield from ({"input": scaled.input} for scaled in self._scaled(choice))
        yield from ({"split": split} for split in _splits(layout))
        yield from ({"fit": fit} for fit in self.pictures.fits(layout))
        if self.wishes.rule is None and layout.encoder is not None:
            yield from ({"encoder": rule} for rule in rules)
            yield from ({"decoder": rule} for rule in rules)
        for number in range(sum(link.is_open for link in links)):
            yield {"plain": choice.plain ^ {number}}
        if _has_norms(layout):
            yield {"norm_last": not choice.norm_last}
        has_code = layout.encoder is not None and len(layout.heads) < 2 and not is_double(layout)
        if has_code and head_function(layout) is None:
            yield from ({"code": code} for code in CODES)

    def _try(self, choice: Choice, count: int) -> Choice:
        """With the best output for it; without an error where there is no such model, or no time."""
        known = self.errors[count]
        layout = self.layouts[choice.net]
        outputs = self._outputs(layout, choice.input, count)
        choices = [replace(choice, output=key) for key in outputs]
        if choices[0] not in known and not (known and self._is_late()):
            try:
                known.update(zip(choices, self._errors(layout, choice, outputs, count), strict=True))
            except ConfigError as error:
                self.problem = self.problem or error
        return min(choices, key=lambda each: self._score(each, count))

    @torch.no_grad()
    def _errors(self, layout: FoundNet, choice: Choice, outputs: list[str], count: int) -> list[float]:
        x, y = self.pictures.of(layout, choice.fit, count)
        model = assemble(layout, replace(choice, output="linear", meaning=self.meaning)).given(y)
        if model.config.half:
            errors = at_code = fitted_errors(model, outputs, x)
        elif count < FINAL_PICTURES or not isinstance(model, VariationalAutoencoder):
            raw = model.raw(model.encode(x))
            errors = at_code = [_error(key, raw, x) for key in outputs]
            if self.has_sizes and min(errors) < self.pictures.mean_error(layout, choice.fit, count):
                found = sensitivity(model, outputs[errors.index(min(errors))], x)
                self.sensitivity[choice.net] = min(found, self.sensitivity.get(choice.net, math.inf))
        else:
            mu, z, kl = sampled(model, x)
            raw, raw_of_sample = model.raw(mu), model.raw(z)
            more = self.kl_weight * kl.mean().item()
            errors = [_error(key, raw_of_sample, x) + more for key in outputs]
            at_code = [_error(key, raw, x) for key in outputs]
        if count == FINAL_PICTURES:
            self.at_code |= {replace(choice, output=key): error for key, error in zip(outputs, at_code, strict=True)}
        return [error if math.isfinite(error) else math.inf for error in errors]

    def _ranked(self, count: int) -> list[Choice]:
        """All that were tried on so many pictures, the best first; among equals the one tried first.

        Raises:
            ConfigError: none makes a model.
        """
        found = [each for each, error in self.errors[count].items() if error < math.inf]
        if not found:
            raise self.problem or ConfigError("what it draws is not finite")
        return sorted(found, key=lambda each: self._score(each, count))

    def _is_late(self) -> bool:
        return time.process_time() > self.deadline

    def _rules(self, layout: FoundNet, some: tuple[Rule, ...]) -> tuple[Rule, ...]:
        if self.wishes.rule is not None:
            return (self.wishes.rule,)
        links = (*(layout.encoder or ()), *(layout.decoder or ()))
        return some if any(link.is_open for link in links) else some[:1]

    def _outputs(self, layout: FoundNet, taken: str, count: int) -> list[str]:
        """An autoencoder gives pixels as it takes them, or in [0, 1]; the first round asks for less."""
        said = without_output(layout.decoder or ())[1]
        if self.wishes.output is not None:
            return [self.wishes.output]
        if said == "sigmoid":
            return ["sigmoid", "inverted"]
        if said == "tanh":
            return ["tanh"]
        return list(OUTPUTS) if count == COARSE_PICTURES else list(dict.fromkeys(AS_TAKEN["unit"] + AS_TAKEN[taken]))


def _as_usual(net: FoundNet, digits: Digits, wishes: Wishes) -> Settled:
    """Of an encoder alone."""
    pictures = Pictures(digits)
    fit = pictures.fits(net)[0]
    x, y = pictures.of(net, fit, 1)
    choice = Choice(code=head_function(net) or IDENTITY, input=wishes.input or "unit", fit=fit)
    rule = wishes.rule or choice.encoder
    # A code without heads of its own comes straight from its layer.
    opened = [link.is_open for link in net.encoder or ()]
    ends_open = bool(opened) and opened[-1] and not net.heads
    plain = frozenset({sum(opened) - 1} if ends_open else ())
    choice = replace(choice, encoder=rule, decoder=rule, plain=plain)
    choice = replace(choice, meaning=meaning_of(net, choice, x, y, wishes.meaning))
    mean_error = pictures.mean_error(net, fit, FINAL_PICTURES)
    return Settled(
        assemble(net, choice), net, Tried(choice, None, None), (), guesses(net, choice), mean_error, 0, _layouts(net)
    )


def _error(output: str, raw: Tensor, x: Tensor) -> float:
    return losses.squared_error(OUTPUTS[output](raw), x).mean().item()


def _has_norms(layout: FoundNet) -> bool:
    return any(isinstance(link.layer, Affine) for link in (*(layout.encoder or ()), *(layout.decoder or ())))


def _layouts(net: FoundNet) -> tuple[FoundNet, ...]:
    return (net, *net.others)


def _splits(layout: FoundNet) -> tuple[Split, ...]:
    """Which of the heads is mu: as their names say, where they do."""
    if is_double(layout):
        return ("halves", "alternating", "swapped halves")
    return ("as found", "swapped") if len(layout.heads) == 2 and not layout.names_heads else ("as found",)
