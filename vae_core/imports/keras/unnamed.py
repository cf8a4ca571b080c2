"""Weights that Keras saved without the net's description: the order of the layers and their shapes say the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from vae_core.imports.graph import algebra
from vae_core.imports.graph.algebra import Value
from vae_core.imports.graph.parts import found_net
from vae_core.imports.graph.signal import Array, Root, Signal, start
from vae_core.imports.keras.hdf5 import Stored
from vae_core.imports.keras.layers import apply
from vae_core.imports.keras.settings import KerasLayer
from vae_core.imports.keras.weights import ByClass, ByName
from vae_core.imports.net import FoundNet
from vae_core.nets.fields import require

FUNCTIONS_GUESSED = (
    "weights alone do not say which functions follow the layers: ReLU inside and, at the picture, sigmoid are guesses"
)
Named = tuple[str, Sequence[Array]]


def weights_only(stored: Stored) -> FoundNet:
    """A dense net, in the order in which the file lists its layers; functions are guessed.

    Two layers of one shape that follow each other are the heads of a VAE.

    Raises:
        ConfigError: it has layers whose shapes do not say how they work, or that do not follow each other.
    """
    layers = [each for each in _layers(stored) if each[1]]
    require(bool(layers), "it holds no weights of a net")
    for name, arrays in layers:
        require(
            arrays[0].ndim == 2 and len(arrays) <= 2,
            f"layer {name!r} has weights {list(arrays[0].shape)}, and weights alone say of dense layers only how they "
            "work; the whole net can be saved with its description by model.save",
        )
    kernels = [arrays[0].shape for _, arrays in layers]
    alike = [i for i in range(1, len(layers)) if kernels[i] == kernels[i - 1] and kernels[i][0] != kernels[i][1]]
    twins = alike[0] if alike else 0
    before = layers[: twins - 1] if twins else layers
    x = _chain(before, start(Root("picture", kernels[0][:1])), ends=not twins)
    outputs: list[Value] = [x]
    if twins:
        mu, head = (_dense(layer, x) for layer in layers[twins - 1 : twins + 1])
        after = layers[twins + 1 :]
        code = algebra.sampled(mu, head, "code")
        outputs = [_chain(after, code, ends=True) if after else code]
    found = found_net(outputs)
    return replace(found, guesses=(FUNCTIONS_GUESSED, *found.guesses))


def _chain(layers: Sequence[Named], x: Signal, ends: bool) -> Signal:
    """Of layers with ReLU, the last one with the function of its output: sigmoid of a picture, none of a code."""
    for i, layer in enumerate(layers):
        x = _dense(layer, x)
        if i < len(layers) - 1 or not ends:
            x = x.activation("relu", layer[0])
        elif x.where.size >= layers[0][1][0].shape[0]:
            x = x.activation("sigmoid", layer[0])
    return x


def _dense(layer: Named, x: Signal) -> Signal:
    name, arrays = layer
    require(
        arrays[0].shape[0] == x.where.size,
        f"layer {name!r} takes {arrays[0].shape[0]} numbers and the one before it gives {x.where.size}",
    )
    return apply(KerasLayer("Dense", name, {"use_bias": len(arrays) == 2}, arrays), x)


def _layers(stored: Stored) -> list[Named]:
    if "" not in stored.lists:
        return _by_class(stored)
    named: list[Named] = []
    for name in stored.lists[""]:
        # A net in a net lists the weights of all its layers.
        inner = list(dict.fromkeys(path.split("/")[-2] for path in stored.lists.get(name, ()) if "/" in path))
        each_of = inner if len(inner) > 1 else [""]
        named += [(each or name, ByName(stored, "", name, each).arrays()) for each in each_of]
    return named


def _by_class(stored: Stored) -> list[Named]:
    groups = dict.fromkeys(path.partition("/vars/")[0] for path in stored.weights if "/vars/" in path)
    # The encoder of a net with an encoder and a decoder comes first.
    ordered = sorted(groups, key=lambda group: ("decoder" in group, *_natural(group)))
    return [(group, ByClass(stored, f"{group}/").arrays()) for group in ordered]


def _natural(group: str) -> tuple[str, int]:
    plain, _, number = group.rpartition("_")
    return (plain, int(number)) if re.fullmatch(r"[0-9]{1,6}", number) and plain else (group, 0)
