"""Borders that are not given in numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vae_core.nets.fields import require
from vae_core.nets.layers import Border


def same(sides: Sequence[int], window: Sequence[int], stride: Sequence[int]) -> Border:
    """TensorFlow's border for padding "same": half of what is lacking, the odd one at the bottom or the right.

    >>> same((28, 28), (3, 3), (2, 2))
    (0, 1, 0, 1)
    """
    border = []
    for side, reach, step in zip(sides, window, stride, strict=True):
        require(step >= 1, "its stride is 0")
        lacking = max((math.ceil(side / step) - 1) * step + reach - side, 0)
        border += [lacking // 2, lacking - lacking // 2]
    return border[0], border[1], border[2], border[3]
