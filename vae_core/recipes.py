"""The shipped checkpoints by name: what each is, and how it is trained."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from vae_core.config import CorruptionConfig, ModelConfig, TrainingConfig
from vae_core.errors import VaeCoreError
from vae_core.nets.layers import Activation, Convolution, Dense, Flatten, Reshape, TransposedConvolution


class UnknownNameError(VaeCoreError):
    """A recipe or checkpoint of that name, or path, does not exist; the message suggests the nearest."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        known = sorted(known)
        near = difflib.get_close_matches(PurePath(name).name, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known) or 'none'}"
        super().__init__(f"there is no {what} '{name}': {hint}")


@dataclass(frozen=True)
class Recipe:
    """A shipped model: its name, what it is for in one line, its architecture and its training."""

    name: str
    summary: str
    model: ModelConfig
    training: TrainingConfig


ARTICLE_AE = ModelConfig(kind="ae", latent_dim=30, encoder=(250,), decoder=(320,))
ARTICLE_VAE = replace(ARTICLE_AE, kind="vae", scale="logvar")
FLAT_AE = ModelConfig(kind="ae", latent_dim=2, encoder=(256, 128), decoder=(128, 256))
FLAT_VAE = replace(FLAT_AE, kind="vae", scale="logvar")
SHARP_AE = ModelConfig(kind="ae", latent_dim=16, encoder=(512, 256), decoder=(256, 512), likelihood="bernoulli")
SHARP_VAE = replace(SHARP_AE, kind="vae", scale="logvar")
DEEP_AE = ModelConfig(kind="ae", latent_dim=30, encoder=(700, 350, 150), decoder=(150, 350, 700), activation="tanh")

PLAIN = TrainingConfig(epochs=50, batch_size=250, learning_rate=3e-3)
LONG = replace(PLAIN, epochs=100)
LADDER_OF_BETA = (0.001, 0.01, 0.03, 0.1, 0.3, 3.0, 5.0, 7.0, 10.0)


def _convolutional() -> ModelConfig:
    halved: dict[str, Any] = {"kernel": (4, 4), "stride": (2, 2), "padding": (1, 1, 1, 1)}
    relu, channels, picture = Activation(function="relu"), 32, (32, 7, 7)
    encoder = (*(Convolution(channels=channels, **halved), relu) * 2, Flatten(), Dense(units=64), relu)
    pictures = (Dense(units=math.prod(picture)), relu, Reshape(shape=picture))
    doubled = (TransposedConvolution(channels=channels, **halved), relu, TransposedConvolution(channels=1, **halved))
    return replace(SHARP_VAE, encoder=encoder, decoder=pictures + doubled)


def _denoising(kind: str, level: float, share: str) -> Recipe:
    return Recipe(
        f"dae-{kind}-30",
        f"ae-30 trained to remove {share}",
        ARTICLE_AE,
        replace(LONG, corruption=CorruptionConfig.from_json({"kind": kind, "level": level})),
    )


def _rung(beta: float) -> Recipe:
    return Recipe(
        f"vae-2-beta-{beta:g}", f"vae-2 with the KL term weighted by {beta:g}", FLAT_VAE, replace(PLAIN, beta=beta)
    )


RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe("ae-30", "the article's autoencoder, with 30 codes", ARTICLE_AE, LONG),
        Recipe(
            "ae-deep-30",
            "an autoencoder as deep as that of Hinton & Salakhutdinov (2006), with 30 codes",
            DEEP_AE,
            # A higher peak fits the training digits better, and the test digits worse.
            replace(LONG, learning_rate=1e-3),
        ),
        Recipe("vae-30", "the article's variational autoencoder, learning ln sigma^2", ARTICLE_VAE, LONG),
        Recipe(
            "vae-30-sigma",
            "the article's variational autoencoder, learning sigma",
            replace(ARTICLE_VAE, scale="sigma"),
            # The gradient of -ln sigma^2 has a pole where sigma changes its sign: a peak of 3e-3 is thrown back there.
            replace(LONG, learning_rate=1e-3),
        ),
        Recipe(
            "ae-linear-30",
            "linear encoder and decoder: the span of PCA",
            ModelConfig(kind="ae", latent_dim=30, output="linear"),
            replace(PLAIN, epochs=20),
        ),
        _denoising("gaussian", 0.5, "Gaussian noise of sigma 0.5"),
        _denoising("masking", 0.5, "the loss of half the pixels"),
        Recipe("ae-2", "an autoencoder with two codes: all of it on one screen", FLAT_AE, PLAIN),
        Recipe("vae-2", "a variational autoencoder with two codes", FLAT_VAE, PLAIN),
        Recipe(
            "vae-2-reconstruction-only",
            "vae-2 without the KL term: clusters with holes between",
            FLAT_VAE,
            replace(PLAIN, beta=0.0),
        ),
        Recipe(
            "vae-2-kl-only",
            "vae-2 without the reconstruction term: every digit on the same N(0, I)",
            FLAT_VAE,
            replace(PLAIN, reconstruction_weight=0.0, epochs=5),
        ),
        *(_rung(beta) for beta in LADDER_OF_BETA),
        Recipe("ae-16", "the sharpest autoencoder", SHARP_AE, PLAIN),
        Recipe("vae-16", "the sharpest variational autoencoder", SHARP_VAE, PLAIN),
        Recipe(
            "vae-conv-16",
            "a small convolutional VAE, of less than a sixth of vae-16's weights",
            _convolutional(),
            PLAIN,
        ),
        Recipe(
            "cvae-16",
            "a variational autoencoder that is told the digit: its codes keep the style",
            replace(SHARP_VAE, encoder=(256, 128), decoder=(128, 256), classes=10),
            PLAIN,
        ),
    )
}


def ladder() -> dict[str, float | None]:
    """vae-2 at every weight of its KL term, by name, ascending: 0 first, None of the KL term alone last."""
    weights = {
        name: recipe.training.beta if recipe.training.reconstruction_weight else None
        for name, recipe in RECIPES.items()
        if recipe.model == FLAT_VAE
    }
    return dict(sorted(weights.items(), key=lambda item: math.inf if item[1] is None else item[1]))


def find_recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        UnknownNameError: there is none; the message suggests the nearest name.
    """
    if name not in RECIPES:
        raise UnknownNameError("recipe", name, RECIPES)
    return RECIPES[name]


def with_settings(
    recipe: Recipe, epochs: int | None = None, seed: int | None = None, corruption: CorruptionConfig | None = None
) -> Recipe:
    """The recipe with other epochs, another seed or corruption, where they are given.

    Raises:
        ConfigError: out of range.
    """
    settings = (("epochs", epochs), ("seed", seed), ("corruption", corruption))
    given: dict[str, Any] = {key: value for key, value in settings if value is not None}
    return replace(recipe, training=replace(recipe.training, **given))
