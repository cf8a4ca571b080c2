"""Borders that are not given in numbers, as TensorFlow has them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vae_core.nets.fields import require
from vae_core.nets.layers import Border, Pair


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


def transposed(
    sides: Sequence[int], window: Sequence[int], stride: Sequence[int], is_same: bool, more: Pair | None = None
) -> tuple[Border, Pair]:
    """Of a transposed convolution: what is left out of all that it makes, and what is added at the end.

    As many rows come out as Keras says, of which the convolution that it is the gradient of would have made these.

    Args:
        sides: of what goes in.
        window: with its gaps.
        stride: down and right.
        is_same: whether padding is "same".
        more: the output padding; None where Keras decides.

    >>> transposed((7, 7), (3, 3), (2, 2), is_same=True)
    ((0, 1, 0, 1), (0, 0))
    """
    border, added = [], []
    for axis in (0, 1):
        side, reach, step = sides[axis], window[axis], stride[axis]
        whole = (side - 1) * step + reach
        if more is not None:
            out = whole - (2 * (reach // 2) if is_same else 0) + more[axis]
        else:
            out = side * step if is_same else side * step + max(reach - step, 0)
        before = max((math.ceil(out / step) - 1) * step + reach - out, 0) // 2 if is_same else 0
        border += [before, max(whole - before - out, 0)]
        added.append(max(out + before - whole, 0))
    return (border[0], border[1], border[2], border[3]), (added[0], added[1])
