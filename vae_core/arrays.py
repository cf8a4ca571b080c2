"""Arrays that several may hold: none of them can change what the others see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Frozen:
    """A dataclass whose arrays are read-only, from when it is made.

    >>> @dataclass(frozen=True)
    ... class Cloud(Frozen):
    ...     codes: np.ndarray
    >>> Cloud(np.zeros(3)).codes[0] = 1
    Traceback (most recent call last):
    ValueError: assignment destination is read-only
    """

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
