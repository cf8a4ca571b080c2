"""How a net may read its pixels, what it may draw, and what its second head may mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from vae_core.nets.layers import OutputActivation

Meaning = Literal["logvar", "log_sigma", "sigma", "softplus"]
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
