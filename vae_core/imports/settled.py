"""What is known of a net before it is tried, and what trying has settled."""

from __future__ import annotations

from dataclasses import dataclass

from vae_core.imports.choice import Choice, Rule
from vae_core.imports.net import FoundNet
from vae_core.models import Autoencoder
from vae_core.nets.readings import Meaning


@dataclass(frozen=True)
class Wishes:
    """What is known, and not to be tried; None where nothing is.

    Attributes:
        rule: the function of all open activations.
        input, output: keys of `INPUTS` and `OUTPUTS`.
        meaning: of the second head.
    """

    rule: Rule | None = None
    input: str | None = None
    output: str | None = None
    meaning: Meaning | None = None


@dataclass(frozen=True)
class Tried:
    """A choice, and what it reaches.

    Attributes:
        choice: of a layout of the net, and of all else.
        error: squared error at the code, or at mu, summed over a picture, a mean over pictures; of a decoder alone see
            `half.fitted_errors`; of an encoder alone there is none.
        loss: by which it was compared: of a VAE the squared error at a sample and the weighted KL, else the error.
        words: in what it differs from the best; empty for the best.
    """

    choice: Choice
    error: float | None
    loss: float | None
    words: str = ""


@dataclass(frozen=True, eq=False)
class Settled:
    """What won.

    Attributes:
        model: in eval mode, gradients off.
        net: the layout that won.
        best: its choice.
        runners_up: the next best, the best of them first; `model_of` makes models of them.
        guesses: what was guessed, a sentence each.
        mean_picture_error: squared error of the mean of all pictures, which a model reaches that has learnt nothing.
        pictures: on how many it was tried.
        layouts: all that were tried; `Choice.net` counts them.
    """

    model: Autoencoder
    net: FoundNet
    best: Tried
    runners_up: tuple[Tried, ...]
    guesses: tuple[str, ...]
    mean_picture_error: float
    pictures: int
    layouts: tuple[FoundNet, ...]
