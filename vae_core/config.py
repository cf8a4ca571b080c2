"""What a model is and how it is trained: frozen dataclasses that go to JSON and back unchanged."""

from __future__ import annotations

import dataclasses
import math
import sys
import types
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from vae_core.errors import ConfigError

Shape = tuple[int, int, int]
# Channels, height and width of a digit in MNIST's format.
DIGIT: Shape = (1, 28, 28)
CHANNELS = (1, 3)
SIDES = (8, 64)
MOST_CODES = 784
# Version 1 is of digits and says nothing of their shape.
FORMAT_VERSION, DIGIT_VERSION = 2, 1

Kind = Literal["ae", "vae"]
Scale = Literal["logvar", "sigma"]
Likelihood = Literal["bernoulli", "gaussian"]
Activation = Literal["relu", "tanh", "elu", "softplus"]
OutputActivation = Literal["sigmoid", "linear"]
CorruptionKind = Literal["gaussian", "masking", "salt_and_pepper", "box"]


class _Json:
    """JSON both ways, with every complaint naming the field."""

    def to_json(self) -> dict[str, Any]:
        """The fields as plain JSON values, in order; tuples become lists."""
        values = dataclasses.asdict(self)  # type: ignore[call-overload]
        return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The inverse of `to_json`.

        Raises:
            ConfigError: `values` is no object, or a field is unknown, missing, of the wrong type or out of range.
        """
        name = cls.__name__
        if not isinstance(values, dict):
            raise ConfigError(f"{name} must be a JSON object, not {type(values).__name__}")
        hints = typing.get_type_hints(cls)
        fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
        if unknown := sorted(set(values) - set(fields)):
            raise ConfigError(f"{name} has an unknown field '{unknown[0]}'")
        arguments = {}
        for key, field in fields.items():
            if key in values:
                arguments[key] = _convert(f"{name}.{key}", values[key], hints[key])
            elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                raise ConfigError(f"{name} lacks the field '{key}'")
        return cls(**arguments)


def _convert(name: str, value: Any, hint: Any) -> Any:
    origin, options = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        if value is None and type(None) in options:
            return None
        return _convert(name, value, next(option for option in options if option is not type(None)))
    if origin is Literal:
        if value not in options or isinstance(value, bool):
            raise ConfigError(f"{name} is {value!r}; it must be one of {', '.join(map(str, options))}")
        return value
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ConfigError(f"{name} must be a list, not {value!r}")
        if Ellipsis not in options and len(value) != len(options):
            raise ConfigError(f"{name} must be a list of {len(options)}, not of {len(value)}")
        return tuple(_convert(f"{name}[{i}]", item, options[0]) for i, item in enumerate(value))
    if dataclasses.is_dataclass(hint):
        return hint.from_json(value)  # type: ignore[union-attr]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if hint is float and number and abs(value) <= sys.float_info.max:
        return float(value)
    if hint is int and number and isinstance(value, int):
        return value
    if hint is str and isinstance(value, str):
        return value
    raise ConfigError(f"{name} must be a {hint.__name__}, not {value!r}")


def shape_text(shape: Sequence[int]) -> str:
    """Channels, height and width for a reader.

    >>> shape_text((3, 32, 32))
    '3 x 32 x 32'
    """
    return " x ".join(map(str, shape))


def is_shape(shape: Sequence[object]) -> bool:
    """Whether models take pictures of that many channels (1 or 3), rows and columns (8 to 64 each).

    >>> is_shape((3, 32, 32)), is_shape([1, 28, 4])
    (True, False)
    """
    if not all(type(number) is int for number in shape) or len(shape) != 3:
        return False
    low, high = SIDES
    return shape[0] in CHANNELS and all(low <= side <= high for side in shape[1:])  # type: ignore[operator]


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ConfigError(message)


@dataclass(frozen=True, kw_only=True)
class ModelConfig(_Json):
    """The architecture of a dense autoencoder.

    >>> ModelConfig(kind="ae", latent_dim=2, encoder=(64,), decoder=(64,)).pixels
    784

    Attributes:
        kind: "ae" or "vae".
        latent_dim: number of latent coordinates, 1 to 784.
        encoder: hidden widths from the image to the code; empty for a single affine map.
        decoder: hidden widths from the code to the image; empty for a single affine map.
        scale: what a VAE's second head learns, ln sigma^2 ("logvar") or sigma itself ("sigma"); None for an AE.
        likelihood: p(x|z), "bernoulli" (cross-entropy on logits) or "gaussian" (sum of squared errors).
        activation: after every hidden layer.
        output: what turns the decoder's last layer into pixels; "linear" makes a decoder without hidden layers affine.
        shape: channels (1 or 3), height and width (8 to 64 each) of a picture.
    """

    kind: Kind
    latent_dim: int
    encoder: tuple[int, ...] = ()
    decoder: tuple[int, ...] = ()
    scale: Scale | None = None
    likelihood: Likelihood = "gaussian"
    activation: Activation = "relu"
    output: OutputActivation = "sigmoid"
    shape: Shape = DIGIT

    def __post_init__(self) -> None:
        low, high = SIDES
        _require(
            is_shape(self.shape),
            f"ModelConfig.shape is {list(self.shape)}; it must be 1 or 3 channels and two sides of {low} to {high}",
        )
        _require(
            1 <= self.latent_dim <= MOST_CODES,
            f"ModelConfig.latent_dim is {self.latent_dim}; it must be 1 to {MOST_CODES}",
        )
        for name in ("encoder", "decoder"):
            widths = getattr(self, name)
            _require(
                len(widths) <= 16 and all(1 <= width <= 8192 for width in widths),
                f"ModelConfig.{name} is {list(widths)}; it takes at most 16 widths of 1 to 8192",
            )
        if self.kind == "vae":
            _require(self.scale is not None, "ModelConfig.scale must be logvar or sigma for a VAE")
        else:
            _require(self.scale is None, "ModelConfig.scale must be null for an AE")
        _require(
            not (self.likelihood == "bernoulli" and self.output == "linear"),
            "ModelConfig.output must be sigmoid with the bernoulli likelihood",
        )

    @property
    def pixels(self) -> int:
        """How many numbers a picture is."""
        return math.prod(self.shape)

    @property
    def layers(self) -> str:
        """The widths from picture to picture.

        >>> ModelConfig(kind="ae", latent_dim=30, encoder=(250,), decoder=(320,)).layers
        '784-250-30-320-784'
        """
        return "-".join(map(str, (self.pixels, *self.encoder, self.latent_dim, *self.decoder, self.pixels)))

    def to_json(self) -> dict[str, Any]:
        """As `config.json` says it: version 1 where it is of digits, and without a shape then; else version 2."""
        values = super().to_json()
        if self.shape == DIGIT:
            del values["shape"]
        return {**values, "format_version": DIGIT_VERSION if self.shape == DIGIT else FORMAT_VERSION}

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The inverse of `to_json`; a version may be left out.

        Raises:
            ConfigError: as `_Json.from_json`, or no such version is known, or version 1 is of other pictures.
        """
        if not isinstance(values, dict) or "format_version" not in values:
            return super().from_json(values)
        config = super().from_json({key: value for key, value in values.items() if key != "format_version"})
        version = values["format_version"]
        known = (DIGIT_VERSION, FORMAT_VERSION) if config.shape == DIGIT else (FORMAT_VERSION,)
        _require(
            type(version) is int and version in known,
            f"ModelConfig.format_version is {version!r}; this program reads version {DIGIT_VERSION}, of "
            f"{shape_text(DIGIT)} pictures, and version {FORMAT_VERSION}",
        )
        return config


@dataclass(frozen=True, kw_only=True)
class CorruptionConfig(_Json):
    """C(x_tilde | x) during training: see `vae_core.noise.corruption`.

    Attributes:
        kind: which corruption.
        level: sigma for "gaussian", the share of pixels for "masking" and "salt_and_pepper", the side of the box in
            units of the image's shorter side for "box".
    """

    kind: CorruptionKind
    level: float

    def __post_init__(self) -> None:
        _require(0 < self.level <= 1, f"CorruptionConfig.level is {self.level}; it must lie in (0, 1]")


@dataclass(frozen=True, kw_only=True)
class TrainingConfig(_Json):
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
        _require(1 <= self.epochs <= 10_000, f"TrainingConfig.epochs is {self.epochs}; it must be 1 to 10000")
        _require(self.batch_size >= 1, f"TrainingConfig.batch_size is {self.batch_size}; it must be at least 1")
        _require(
            0 < self.learning_rate <= 1, f"TrainingConfig.learning_rate is {self.learning_rate}; it must lie in (0, 1]"
        )
        _require(self.beta >= 0, f"TrainingConfig.beta is {self.beta}; it must not be negative")
        _require(
            self.reconstruction_weight >= 0,
            f"TrainingConfig.reconstruction_weight is {self.reconstruction_weight}; it must not be negative",
        )
        _require(0 <= self.seed < 2**32, f"TrainingConfig.seed is {self.seed}; it must be 0 to {2**32 - 1}")
