"""What a file leaves open of a net, and what is tried for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from vae_core.config import OutputActivation
from vae_core.nets.layers import Function

Rule = tuple[Function, float]
Split = Literal["as found", "swapped", "halves", "swapped halves", "alternating"]
Meaning = Literal["logvar", "log_sigma", "sigma", "softplus"]
Fit = Literal["as they are", "scaled", "padded"]

RULES: tuple[Rule, ...] = (
    ("relu", 1.0),
    ("leaky_relu", 0.01),
    ("leaky_relu", 0.2),
    ("leaky_relu", 0.1),
    ("leaky_relu", 0.3),
    ("elu", 1.0),
    ("silu", 1.0),
    ("gelu", 1.0),
    ("tanh", 1.0),
    ("sigmoid", 1.0),
    ("softplus", 1.0),
    ("identity", 1.0),
)
# One of each family: among the first are those in use most.
COARSE: tuple[Rule, ...] = (("relu", 1.0), ("tanh", 1.0))
IDENTITY: Rule = ("identity", 1.0)
MEANINGS: dict[Meaning, str] = {
    "logvar": "ln sigma^2",
    "log_sigma": "ln sigma",
    "sigma": "sigma, of either sign",
    "softplus": "what softplus makes sigma of",
}
MNIST_MEAN, MNIST_DEVIATION = 0.1307, 0.3081


@dataclass(frozen=True)
class Line:
    """weight * x + bias."""

    weight: float
    bias: float
    words: str

    def __call__(self, x: Tensor) -> Tensor:
        """Of each number."""
        return x * self.weight + self.bias


# From a pixel in [0, 1] to what the net takes.
INPUTS: dict[str, Line] = {
    "unit": Line(1.0, 0.0, "pixels in [0, 1]"),
    "signed": Line(2.0, -1.0, "pixels in [-1, 1]"),
    "standardised": Line(1 / MNIST_DEVIATION, -MNIST_MEAN / MNIST_DEVIATION, "pixels standardised as MNIST's"),
    "inverted": Line(-1.0, 1.0, "black on white"),
    "bytes": Line(255.0, 0.0, "pixels of 0 to 255"),
}


@dataclass(frozen=True)
class Output:
    """From what the decoder's last layer gives to a pixel: `function` of a line of it.

    tanh brought to [0, 1] is the sigmoid of twice as much, and 1 - sigmoid that of its negative.
    """

    function: OutputActivation
    line: Line

    def __call__(self, raw: Tensor) -> Tensor:
        """Pixels, in [0, 1]."""
        values = self.line(raw)
        return values.sigmoid() if self.function == "sigmoid" else values.clamp(0, 1)


OUTPUTS: dict[str, Output] = {
    "sigmoid": Output("sigmoid", Line(1.0, 0.0, "a sigmoid")),
    "linear": Output("linear", Line(1.0, 0.0, "no function")),
    "tanh": Output("sigmoid", Line(2.0, 0.0, "tanh, pixels in [-1, 1]")),
    "signed": Output("linear", Line(0.5, 0.5, "no function, pixels in [-1, 1]")),
    "standardised": Output("linear", Line(MNIST_DEVIATION, MNIST_MEAN, "no function, pixels standardised as MNIST's")),
    "inverted": Output("sigmoid", Line(-1.0, 0.0, "a sigmoid, black on white")),
    "inverted linear": Output("linear", Line(-1.0, 1.0, "no function, black on white")),
    "bytes": Output("linear", Line(1 / 255, 0.0, "no function, pixels of 0 to 255")),
}


@dataclass(frozen=True)
class Choice:
    """One answer to all that is open.

    Attributes:
        net: which of the layouts that fit, by number.
        encoder, decoder: the function of each part's open activations.
        plain: open activations, numbered from picture to picture, that are none.
        norm_last: whether normalisation comes after the function.
        code: a function of the code.
        input, output: keys of `INPUTS` and `OUTPUTS`.
        split: which is mu, and which the second head.
        meaning: of the second head.
        fit: how pictures of another size are brought to the model's for trying.
    """

    net: int = 0
    encoder: Rule = RULES[0]
    decoder: Rule = RULES[0]
    plain: frozenset[int] = frozenset()
    norm_last: bool = False
    code: Rule = IDENTITY
    input: str = "unit"
    output: str = "sigmoid"
    split: Split = "as found"
    meaning: Meaning = "logvar"
    fit: Fit = "as they are"


def rule_text(rule: Rule) -> str:
    """For a reader.

    >>> rule_text(("leaky_relu", 0.2)), rule_text(("relu", 1.0))
    ('leaky ReLU of slope 0.2', 'ReLU')
    """
    names = {"relu": "ReLU", "elu": "ELU", "silu": "SiLU", "gelu": "GELU", "identity": "no function"}
    name, slope = rule
    return f"leaky ReLU of slope {slope:g}" if name == "leaky_relu" else names.get(name, name)


def split_rows(split: Split, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Those of mu, and those of the second head, of a head of double width."""
    if split == "alternating":
        return rows[0::2], rows[1::2]
    first, second = torch.tensor_split(rows, 2)
    return (second, first) if split == "swapped halves" else (first, second)
