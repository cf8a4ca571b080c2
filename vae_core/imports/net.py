"""What an importer has found in a file, before it is a model: layers with their weights, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from vae_core.errors import VaeCoreError
from vae_core.nets.layers import Layer


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
    """

    layer: Layer
    tensors: dict[str, Tensor]
    source: str = ""


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
    """

    shape: tuple[int, int, int] | None
    encoder: Chain | None
    heads: tuple[Chain, ...]
    decoder: Chain | None
    guesses: tuple[str, ...] = ()
