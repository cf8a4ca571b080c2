"""What a model is and how it is trained."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from vae_core.errors import ConfigError
from vae_core.nets import layers as nets
from vae_core.nets import summary
from vae_core.nets.fields import Json, require
from vae_core.nets.layer import shape_text as shape_text
from vae_core.nets.layers import (
    MOST_CLASSES,
    MOST_LAYERS,
    Activation,
    Dense,
    Flatten,
    Function,
    Label,
    Layer,
    OutputActivation,
)

Shape = tuple[int, int, int]
# Channels, height and width of a digit in MNIST's format.
DIGIT: Shape = (1, 28, 28)
CHANNELS = (1, 3)
SIDES = (8, 64)
MOST_CODES = 784
MOST_WIDTHS, MOST_WIDTH = 16, 8192
# Of a part, for one picture: a second on one core.
MOST_PRODUCTS = 1 << 32
# Version 1 is of dense nets for digits and says nothing of their shape.
FORMAT_VERSION, DIGIT_VERSION = 2, 1

Part = Literal["encoder", "decoder"]
PARTS: tuple[Part, ...] = ("encoder", "decoder")
Kind = Literal["ae", "vae"]
Scale = Literal["logvar", "sigma", "softplus"]
Likelihood = Literal["bernoulli", "gaussian"]
HiddenActivation = Literal["relu", "tanh", "elu", "softplus"]
Widths = tuple[int, ...]
Layers = tuple[Layer, ...]
CorruptionKind = Literal["gaussian", "masking", "salt_and_pepper", "box"]


def is_shape(shape: Sequence[object]) -> bool:
    """Whether models take pictures of that many channels (1 or 3), rows and columns (8 to 64 each).

    >>> is_shape((3, 32, 32)), is_shape([1, 28, 4])
    (True, False)
    """
    if not all(type(number) is int for number in shape) or len(shape) != 3:
        return False
    low, high = SIDES
    return shape[0] in CHANNELS and all(low <= side <= high for side in shape[1:])  # type: ignore[operator]


@dataclass(frozen=True, kw_only=True)
class ModelConfig(Json):
    """The architecture of an autoencoder.

    >>> ModelConfig(kind="ae", latent_dim=2, encoder=(64,), decoder=(64,)).pixels
    784

    Attributes:
        kind: "ae" or "vae".
        latent_dim: number of latent coordinates, 1 to 784.
        encoder: from the picture to what the heads of the code take: hidden widths of a dense net, none for a single
            affine map; or layers, the last of which gives a row of numbers.
        decoder: from the code to the picture: hidden widths, none for a single affine map; or layers, the last of which
            gives as many numbers as the picture has.
        scale: what a VAE's second head learns: ln sigma^2 ("logvar"), sigma, or what softplus makes sigma of; None for
            an AE, and for a decoder alone.
        likelihood: p(x|z), "bernoulli" (cross-entropy on logits) or "gaussian" (sum of squared errors).
        activation: after every hidden width.
        output: what turns the decoder's last layer into pixels; "linear" makes a decoder without hidden layers affine.
        shape: channels (1 or 3), height and width (8 to 64 each) of a picture.
        code: a function of the code, or of mu, as some nets have it.
        classes: of a label that the net is given with the picture and with the code; 0 where it is given none.
        half: the only part that there is; None of a whole model.
    """

    kind: Kind
    latent_dim: int
    encoder: Widths | Layers = ()
    decoder: Widths | Layers = ()
    scale: Scale | None = None
    likelihood: Likelihood = "gaussian"
    activation: HiddenActivation = "relu"
    output: OutputActivation = "sigmoid"
    shape: Shape = DIGIT
    code: Function = "identity"
    classes: int = 0
    half: Part | None = None

    def __post_init__(self) -> None:
        low, high = SIDES
        require(
            is_shape(self.shape),
            f"ModelConfig.shape is {list(self.shape)}; it must be 1 or 3 channels and two sides of {low} to {high}",
        )
        require(
            1 <= self.latent_dim <= MOST_CODES,
            f"ModelConfig.latent_dim is {self.latent_dim}; it must be 1 to {MOST_CODES}",
        )
        if self.kind == "vae" and "encoder" in self.parts:
            require(self.scale is not None, "ModelConfig.scale must be logvar, sigma or softplus for a VAE")
        else:
            require(self.scale is None, "ModelConfig.scale must be null for an AE, and for a decoder alone")
        require(
            not (self.likelihood == "bernoulli" and self.output == "linear"),
            "ModelConfig.output must be sigmoid with the bernoulli likelihood",
        )
        require(
            0 <= self.classes <= MOST_CLASSES, f"ModelConfig.classes is {self.classes}; it must be 0 to {MOST_CLASSES}"
        )
        for part in self.parts:
            self._check_part(part, getattr(self, part))
        missing = [part for part in PARTS if part not in self.parts]
        require(
            not any(getattr(self, part) for part in missing),
            f"ModelConfig.{'/'.join(missing)} must be empty where ModelConfig.half is {self.half}",
        )
        require(
            not self.classes or any(isinstance(each, Label) for part in self.parts for each in self.chain(part)),
            f"ModelConfig.classes is {self.classes}, and no layer takes a label",
        )

    def _check_part(self, part: str, given: Widths | Layers) -> None:
        field = f"ModelConfig.{part}"
        widths, layers = _widths(given), _layers(given)
        if not layers:
            require(
                len(widths) <= MOST_WIDTHS and all(1 <= width <= MOST_WIDTH for width in widths),
                f"{field} is {list(widths)}; it takes at most {MOST_WIDTHS} widths of 1 to {MOST_WIDTH}",
            )
            return
        require(not widths, f"{field} has both widths and layers")
        require(len(layers) <= MOST_LAYERS, f"{field} has {len(layers)} layers; it takes at most {MOST_LAYERS}")
        labels = {layer.classes for layer in layers if isinstance(layer, Label)}
        require(labels <= {self.classes}, f"{field} takes another label than ModelConfig.classes, {self.classes}, says")
        try:
            found, products = self.sizes(part)[-1], self.products(part)
        except ConfigError as error:
            raise ConfigError(f"{field}: {error}") from error
        require(
            products <= MOST_PRODUCTS,
            f"{field} takes {products:,} multiplications for a picture; it may take {MOST_PRODUCTS:,}",
        )
        if part == "encoder":
            require(len(found) == 1, f"{field} must end in a row of numbers, as flatten gives it")
        else:
            require(
                math.prod(found) == self.pixels,
                f"{field} gives {shape_text(found)}; it must be {shape_text(self.shape)}",
            )

    @property
    def pixels(self) -> int:
        """How many numbers a picture is."""
        return math.prod(self.shape)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Those that there are.

        >>> ModelConfig(kind="ae", latent_dim=2, half="decoder").parts
        ('decoder',)
        """
        return (self.half,) if self.half else PARTS

    @property
    def is_widths(self) -> bool:
        """Whether widths say it all: a whole dense net without a label and without a function of the code."""
        return self.is_dense and not self.classes and self.code == "identity" and not self.half

    @property
    def is_dense(self) -> bool:
        """Whether both parts are given as widths."""
        return not (_layers(self.encoder) or _layers(self.decoder))

    def chain(self, part: str) -> Layers:
        """All layers of the encoder, up to the heads of the code, or of the decoder, up to its output.

        >>> ModelConfig(kind="ae", latent_dim=2, decoder=(64,)).chain("decoder")
        (Dense(units=64), Activation(function='relu', slope=1.0), Dense(units=784))
        """
        given = self.encoder if part == "encoder" else self.decoder
        if layers := _layers(given):
            return layers
        start: Layers = (Flatten(),) if part == "encoder" else ()
        if self.classes:
            start = (*start, Label(classes=self.classes))
        function = Activation(function=self.activation)
        hidden = tuple(each for width in _widths(given) for each in (Dense(units=width), function))
        return start + hidden + (() if part == "encoder" else (Dense(units=self.pixels),))

    def sizes(self, part: str) -> list[tuple[int, ...]]:
        """The shape before each layer of `chain`, and after the last."""
        return nets.sizes(self.chain(part), self._start(part))

    def products(self, part: str) -> int:
        """How many multiplications it takes for a picture, without the heads: the measure of how long it takes."""
        return nets.products(self.chain(part), self._start(part))

    def held(self, part: str) -> int:
        """How many numbers a picture is at most within it: the measure of the memory it takes."""
        return nets.held(self.chain(part), self._start(part))

    def _start(self, part: str) -> tuple[int, ...]:
        return self.shape if part == "encoder" else (self.latent_dim,)

    @property
    def layers(self) -> str:
        """From picture to picture in a short line, see `vae_core.nets.summary`.

        >>> ModelConfig(kind="ae", latent_dim=30, encoder=(250,), decoder=(320,)).layers
        '784-250-30-320-784'
        """
        chains = [self.chain(part) if part in self.parts else None for part in PARTS]
        if self.is_dense:
            return summary.widths(chains[0], self.latent_dim, chains[1], self.pixels)
        picture = self.shape[self.shape[0] == 1 :]
        return summary.words(chains[0], self.latent_dim, chains[1], shape_text(picture))

    def to_json(self) -> dict[str, Any]:
        """As `config.json` says it: version 1 where that can say it; version 2, without what is as usual, else."""
        values = super().to_json()
        new = {key: values.pop(key) for key, usual in _NEW_FIELDS.items() if getattr(self, key) == usual}
        is_old = len(new) == len(_NEW_FIELDS) and self.is_dense and self.scale != "softplus"
        return {**values, "format_version": DIGIT_VERSION if is_old else FORMAT_VERSION}

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The inverse of `to_json`; a version may be left out.

        Raises:
            ConfigError: as `Json.from_json`, or no such version is known, or version 1 cannot say such a thing.
        """
        if not isinstance(values, dict) or "format_version" not in values:
            return super().from_json(values)
        config = super().from_json({key: value for key, value in values.items() if key != "format_version"})
        version = values["format_version"]
        least = config.to_json()["format_version"]
        require(
            type(version) is int and least <= version <= FORMAT_VERSION,
            f"ModelConfig.format_version is {version!r}; this program reads version {DIGIT_VERSION}, of dense nets for "
            f"{shape_text(DIGIT)} pictures, and version {FORMAT_VERSION}",
        )
        return config


_NEW_FIELDS = {"shape": DIGIT, "code": "identity", "classes": 0, "half": None}


def _widths(part: Widths | Layers) -> Widths:
    return tuple(each for each in part if isinstance(each, int))


def _layers(part: Widths | Layers) -> Layers:
    return tuple(each for each in part if isinstance(each, Layer))


@dataclass(frozen=True, kw_only=True)
class CorruptionConfig(Json):
    """C(x_tilde | x) during training: see `vae_core.noise.corruption`.

    Attributes:
        kind: which corruption.
        level: sigma for "gaussian", the share of pixels for "masking" and "salt_and_pepper", the side of the box in
            units of the image's shorter side for "box".
    """

    kind: CorruptionKind
    level: float

    def __post_init__(self) -> None:
        require(0 < self.level <= 1, f"CorruptionConfig.level is {self.level}; it must lie in (0, 1]")


@dataclass(frozen=True, kw_only=True)
class TrainingConfig(Json):
    """How a model is fitted.

    Attributes:
        epochs: passes over the training digits.
        batch_size: images a step.
        learning_rate: the peak of the one-cycle schedule (Smith & Topin, 2019).
        beta: weight of the KL term (Higgins et al., 2017); ignored by an AE.
        reconstruction_weight: weight of the reconstruction term; 0 trains on the KL alone.
        corruption: corrupt the input, compare with the clean image (Vincent et al., 2008).
        seed: of the weights, the order, the noise and the samples of z.
    """

    epochs: int = 50
    batch_size: int = 250
    learning_rate: float = 3e-3
    beta: float = 1.0
    reconstruction_weight: float = 1.0
    corruption: CorruptionConfig | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        require(1 <= self.epochs <= 10_000, f"TrainingConfig.epochs is {self.epochs}; it must be 1 to 10000")
        require(self.batch_size >= 1, f"TrainingConfig.batch_size is {self.batch_size}; it must be at least 1")
        require(
            0 < self.learning_rate <= 1, f"TrainingConfig.learning_rate is {self.learning_rate}; it must lie in (0, 1]"
        )
        require(self.beta >= 0, f"TrainingConfig.beta is {self.beta}; it must not be negative")
        require(
            self.reconstruction_weight >= 0,
            f"TrainingConfig.reconstruction_weight is {self.reconstruction_weight}; it must not be negative",
        )
        require(0 <= self.seed < 2**32, f"TrainingConfig.seed is {self.seed}; it must be 0 to {2**32 - 1}")
