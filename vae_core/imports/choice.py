"""What a file leaves open of a net, and what is tried for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from vae_core.nets.layers import Function
from vae_core.nets.readings import Meaning

Rule = tuple[Function, float]
Split = Literal["as found", "swapped", "halves", "swapped halves", "alternating"]
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
