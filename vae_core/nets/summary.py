"""A net in one short line."""

from __future__ import annotations

from collections.abc import Sequence

from vae_core.nets.layers import (
    AveragePooling,
    Convolution,
    Dense,
    Label,
    Layer,
    MaxPooling,
    Pair,
    TransposedConvolution,
    Upsampling,
)


def widths(encoder: Sequence[Layer] | None, code: int, decoder: Sequence[Layer] | None, pixels: int) -> str:
    """Of a dense net, or of its half where the other is None, "+10" where a label of ten classes joins.

    >>> widths([Label(classes=10), Dense(units=64)], 2, [Label(classes=10), Dense(units=784)], 784)
    '784+10-64-2+10-784'
    """
    found: list[str] = []
    start = () if encoder is None else (pixels, *encoder)
    for layer in (*start, code, *(decoder or ())):
        if isinstance(layer, Dense):
            found.append(str(layer.units))
        elif isinstance(layer, Label):
            found[-1] += f"+{layer.classes}"
        elif isinstance(layer, int):
            found.append(str(layer))
    return "-".join(found)


def words(encoder: Sequence[Layer] | None, code: int, decoder: Sequence[Layer] | None, picture: str) -> str:
    """Of any net, or of its half where the other is None, the layers that have weights or change the picture's size.

    Not the last, which makes the picture.

    >>> up = TransposedConvolution(channels=8, kernel=(4, 4), stride=(2, 2))
    >>> words([Convolution(channels=16, kernel=(3, 3), stride=(2, 2))], 4, [Dense(units=96), up, up], "28 x 28")
    '28 x 28 - conv 16 /2 - 4 - dense 96 - convT 8 x2 - 28 x 28'
    """
    before, after = ([] if part is None else _said(part) for part in (encoder, decoder))
    if after and after[-1].startswith(("dense", "conv")):
        after.pop()
    first, last = ([] if part is None else [picture] for part in (encoder, decoder))
    return " - ".join([*first, *before, str(code), *after, *last]).replace(" - + label", " + label")


def _said(layers: Sequence[Layer]) -> list[str]:
    return [said for layer in layers if (said := _word(layer))]


def _word(layer: Layer) -> str:
    match layer:
        case Dense():
            return f"dense {layer.units}"
        case Convolution():
            return f"conv {layer.channels}{_by(' /', layer.stride)}"
        case TransposedConvolution():
            return f"convT {layer.channels}{_by(' x', layer.stride)}"
        case MaxPooling() | AveragePooling():
            return f"pool{_by(' /', layer.stride)}"
        case Upsampling():
            return f"up{_by(' x', layer.factor)}"
        case Label():
            return "+ label"
    return ""


def _by(sign: str, factor: Pair) -> str:
    """How the size changes, down and right; empty where it does not."""
    if factor == (1, 1):
        return ""
    return f"{sign}{factor[0]}" if factor[0] == factor[1] else f"{sign}{factor[0]},{factor[1]}"
