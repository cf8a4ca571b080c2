"""Things to see: for each page a few links that set the stage, and one sentence on what to look at there.

What a sentence says is measured in tests/core/metrics/test_claims.py, on the models that ship.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Scene:
    """One thing to see.

    Attributes:
        page: the `url_path` of the page it is on.
        key: names it in the address.
        title: a few words for the link.
        look: one or two sentences on what to look at, shown when the stage is set.
        query: the parameters of a link; "left", "right" and "also" name the models it takes.
    """

    page: str
    key: str
    title: str
    look: str
    query: dict[str, str]

    @property
    def address(self) -> str:
        """Below the app's root, such as "desk?left=ae-2&right=vae-2"."""
        return f"{self.page}?{urlencode(self.query)}"

    @property
    def models(self) -> list[str]:
        """The checkpoints it takes."""
        names = [self.query[side] for side in ("left", "right") if side in self.query]
        return names + [name for name in self.query.get("also", "").split(",") if name]


def scenes(page: str, models: Container[str]) -> list[Scene]:
    """Those of a page whose models are all there."""
    return [scene for scene in SCENES if scene.page == page and all(name in models for name in scene.models)]


SCENES = (
    Scene(
        "desk",
        "hole",
        "A hole in the AE's space",
        "The same z, drawn from N(0, I), in both models. Only the VAE was trained to draw digits from there; press R "
        "for the next draw.",
        {"left": "ae-30", "right": "vae-30", "seed": "69"},
    ),
    Scene(
        "desk",
        "unused",
        "Coordinates that do nothing",
        "16 of the VAE's 30 coordinates are inactive: drag one from the end of the list, and only the AE's picture "
        "changes.",
        {"left": "ae-30", "right": "vae-30", "row": "7"},
    ),
    Scene(
        "desk",
        "collapse",
        "Collapse",
        "With ten times the weight on the KL term, the model on the right gave up its codes: whatever z is, it draws "
        "the mean of all digits.",
        {"left": "vae-2", "right": "vae-2-beta-10"},
    ),
    Scene(
        "latent_map",
        "whole",
        "The whole space of a VAE",
        "Two coordinates are the whole code, so the map shows all of it. The VAE's codes lie in and around the circle "
        "of N(0, I), the AE's far beyond it.",
        {"left": "ae-2", "right": "vae-2", "behind": "lattice"},
    ),
    Scene(
        "latent_map",
        "beta",
        "Beta too large",
        "With three times the weight on the KL term codes say less about a digit, 3.6 nats in place of 5.5, and the "
        "pictures blur.",
        {"left": "vae-2", "right": "vae-2-beta-3", "behind": "lattice"},
    ),
    Scene(
        "latent_map",
        "no-kl",
        "No KL term",
        "The same VAE, trained without the KL term and with it: without it the codes spread far beyond N(0, I).",
        {"left": "vae-2-reconstruction-only", "right": "vae-2"},
    ),
    Scene(
        "encodings",
        "bell",
        "Bell curves or not",
        "Below the plots: the VAE's coordinates follow the bell curve of N(0, 1), the AE's are wider and have shapes "
        "of their own.",
        {"left": "ae-30", "right": "vae-30"},
    ),
    Scene(
        "encodings",
        "classes",
        "Ten digits, ten islands",
        "t-SNE keeps neighbours together: each digit gets an island or two, though neither model was told which digit "
        "it saw.",
        {"left": "ae-30", "right": "vae-30", "method": "t-sne"},
    ),
    Scene(
        "reconstruct",
        "few-codes",
        "Two numbers against thirty",
        "Two numbers keep roughly which digit it is, and not always that; thirty keep the handwriting, too.",
        {"left": "ae-2", "right": "ae-30", "also": ""},
    ),
    Scene(
        "reconstruct",
        "uncertain",
        "What a VAE is unsure of",
        "A VAE gives each picture a cloud of codes. The samples below are decoded from it: where they differ, the "
        "code does not say.",
        {"left": "vae-2", "right": "vae-30", "also": ""},
    ),
    Scene(
        "reconstruct",
        "told",
        "The same hand, another digit",
        "The model on the right is told which digit it draws, so its code need not say it: turn the digit above the "
        "pictures, and the slant of the handwriting stays.",
        {"left": "vae-16", "right": "cvae-16", "row": "325", "also": ""},
    ),
    Scene(
        "denoise",
        "trained",
        "Noise it was trained on",
        "The denoising AE has met this noise and takes it away; the plain AE mistakes it for strokes.",
        {"left": "ae-30", "right": "dae-gaussian-30", "level": "0.5", "also": ""},
    ),
    Scene(
        "denoise",
        "untrained",
        "Noise it has never met",
        "The model on the right learnt to fill in dropped pixels. Of Gaussian noise it makes blots.",
        {"left": "dae-gaussian-30", "right": "dae-masking-30", "level": "0.5", "also": ""},
    ),
    Scene(
        "denoise",
        "passes",
        "Twenty passes",
        "Twenty times the model is given its own answer. One model's digits fade, the other's swell: neither was "
        "trained to stop at a digit.",
        {"left": "dae-gaussian-30", "right": "dae-masking-30", "level": "0.3", "times": "20", "also": ""},
    ),
    Scene(
        "interpolate",
        "cross-fade",
        "A cross-fade",
        "Half of one digit over half of another is seldom a digit. Press 1 for the straight line between their codes, "
        "4 for a path along codes of real digits.",
        {"left": "ae-30", "right": "vae-30", "path": "pixels", "t": "0.5"},
    ),
    Scene(
        "interpolate",
        "digits",
        "A path through digits",
        "This path goes from neighbour to neighbour, over codes of real digits: press Space.",
        {"left": "ae-30", "right": "vae-30", "path": "graph", "t": "0"},
    ),
    Scene(
        "interpolate",
        "walk",
        "An endless walk",
        "Both models follow the same random walk. The VAE's more often passes through digits.",
        {"left": "ae-30", "right": "vae-30", "mode": "walk"},
    ),
    Scene(
        "objective",
        "collapse",
        "One code gives up",
        "At beta 7 one of the two codes has collapsed, and the digits lie on a line. Drag beta to 5, and both work; to "
        "10, and neither does.",
        {"left": "vae-2", "right": "vae-2-beta-7", "rung": "7"},
    ),
    Scene(
        "objective",
        "asymmetry",
        "No distance",
        "P is a quarter as wide as Q: D(P || Q) is 0.92 nats, D(Q || P) is 6.11. Below, the two Gaussians are yours to "
        "drag.",
        {"left": "vae-2", "right": "vae-30", "gaussian": "0_0.25"},
    ),
    Scene(
        "train",
        "again",
        "First a blur, then a digit",
        "After two epochs the KL has fallen from 2.8 to 1.1 nats, and every draw is close to the mean digit. Play on: "
        "the codes come back, 5.5 nats in the end, and the digits with them.",
        {"left": "ae-2", "right": "vae-2", "run": "vae-2", "epoch": "2"},
    ),
    Scene(
        "train",
        "given-up",
        "Codes given up at once",
        "With ten times the weight on the KL term it is 0.1 nats after the first epoch, and 0 in the end: this model "
        "has never used its codes.",
        {"left": "vae-2", "right": "vae-2-beta-10", "run": "vae-2-beta-10", "against": "vae-2", "curve": "kl"},
    ),
    Scene(
        "manifold",
        "noise",
        "Noise is not a shape",
        "Drag the change: the denoising AE hardly answers to noise off the manifold, the plain AE does.",
        {"left": "ae-30", "right": "dae-gaussian-30", "also": ""},
    ),
    Scene(
        "manifold",
        "stretch",
        "Where space is stretched",
        "On the maps below, bright places change the picture most for a small step. A geodesic bends to change it "
        "less than a straight line does.",
        {"left": "ae-2", "right": "vae-2", "also": ""},
    ),
    Scene(
        "models",
        "learning",
        "Two models learn",
        "Their films show every epoch of training: first a blot, then strokes, then digits.",
        {"left": "ae-2", "right": "vae-2"},
    ),
    Scene(
        "models",
        "depth",
        "What depth buys",
        "The same 30 numbers for a digit: the linear autoencoder's error is four times that of the deep one.",
        {"left": "ae-linear-30", "right": "ae-30"},
    ),
)
