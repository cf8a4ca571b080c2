"""What an importer has found in a file, before it is a model: layers with their weights, part by part."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from vae_core.errors import VaeCoreError
from vae_core.nets.layers import Affine, Dense, Label, Layer, Reshape


class NetFileError(VaeCoreError):
    """A file cannot be taken; the sentence names the file, and the layer where it is one."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path.name}: {problem}")


@dataclass(frozen=True)
class Link:
    """One layer with its weights.

    Attributes:
        layer: as the model will have it.
        tensors: float32, names and shapes as `layer.weights` says; empty where it has none.
        source: what the file calls it.
        is_open: whether it is an activation whose function the file does not say; it is tried.
    """

    layer: Layer
    tensors: dict[str, Tensor]
    source: str = ""
    is_open: bool = False


Chain = tuple[Link, ...]


@dataclass(frozen=True)
class FoundNet:
    """A net as read; what a format does not say is None, and is settled by trying, see `vae_core.imports.trial`.

    Attributes:
        shape: channels, height, width of a picture.
        encoder: from the picture to what the heads take; None where the file has no encoder.
        heads: of the code of an AE, or of mu and the second head of a VAE; each ends in [latent_dim].
        decoder: from the code to the picture, its last function included; None where the file has no decoder.
        guesses: what was guessed, a sentence each.
        names_heads: whether names say which head is mu.
        unusual: how seldom layers are laid so, 0 or more; of layouts that draw about as well the usual one is taken.
        others: the same weights laid otherwise, which fit as well, the likeliest first.
    """

    shape: tuple[int, int, int] | None
    encoder: Chain | None
    heads: tuple[Chain, ...]
    decoder: Chain | None
    guesses: tuple[str, ...] = ()
    names_heads: bool = False
    unusual: float = 0.0
    others: tuple[FoundNet, ...] = ()

    @property
    def latent_dim(self) -> int | None:
        """How many codes the decoder takes; None where there is no decoder, or nothing in it says so."""
        classes = 0
        for link in self.decoder or ():
            if isinstance(link.layer, Label):
                classes += link.layer.classes
            elif isinstance(link.layer, Reshape):
                return math.prod(link.layer.shape)
            elif isinstance(link.layer, Dense):
                return link.tensors["weight"].shape[1] - classes
            elif isinstance(link.layer, Affine):
                return len(link.tensors["weight"]) - classes
        return None
