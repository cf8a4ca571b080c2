"""What a half of a model leaves open.

A decoder alone is tried on what it can draw: for each picture the code is sought whose picture is nearest. An encoder
alone gives codes, and nothing says which codes are right: what is usual is taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from vae_core import losses
from vae_core.models import Autoencoder
from vae_core.nets.readings import OUTPUTS

PICTURES, DRAWS, STEPS, RATE = 64, 256, 40, 0.3
OUTPUTS_FITTED = 2
GUESSES = {
    "decoder": (
        "it is a decoder alone: its error is that of the nearest picture that was found to each, and nothing says how "
        "its codes lie, so draws from N(0, I) are taken"
    ),
    "encoder": (
        "it is an encoder alone: without a decoder nothing that its file leaves open can be tried, and the usual is "
        "taken"
    ),
}


def fitted_errors(decoder: Autoencoder, outputs: Sequence[str], x: Tensor) -> list[float]:
    """Squared error of `nearest_pictures`, summed over a picture, a mean over pictures.

    Args:
        decoder: a decoder alone, or a whole model.
        outputs: keys of `OUTPUTS`, an error for each; infinite where draws are further off than those of
            `OUTPUTS_FITTED` others.
        x: pictures [B, C, H, W] in [0, 1]; the first `PICTURES` are looked at.
    """
    x, (starts, given) = x[:PICTURES], _draws(decoder)
    drawn = given.raw(starts)
    apart = {key: float(_distances(x, OUTPUTS[key](drawn)).amin(1).square().mean()) for key in outputs}
    best = sorted(outputs, key=apart.__getitem__)[:OUTPUTS_FITTED]
    return [
        losses.squared_error(nearest_pictures(decoder, x, key), x).mean().item() if key in best else math.inf
        for key in outputs
    ]


def nearest_pictures(decoder: Autoencoder, x: Tensor, output: str | None = None) -> Tensor:
    """To each picture [B, C, H, W] the nearest that it was found to draw.

    Each code sets out from the nearest of `DRAWS` draws from N(0, I), and goes `STEPS` steps of Adam downhill.

    Args:
        decoder: a decoder alone, or a whole model; class-conditional, it is given each label in turn.
        x: in [0, 1].
        output: a key of `OUTPUTS`, in place of the model's own.
    """

    def pictures(model: Autoencoder, z: Tensor) -> Tensor:
        return model.decode(z) if output is None else OUTPUTS[output](model.raw(z))

    starts, given = _draws(decoder)
    with torch.no_grad():
        rows = _distances(x, pictures(given, starts)).argmin(1)
    return _sought(partial(pictures, given.rows(rows)), x, starts[rows])


def _draws(decoder: Autoencoder) -> tuple[Tensor, Autoencoder]:
    config = decoder.config
    starts = torch.randn(DRAWS, config.latent_dim, generator=torch.Generator().manual_seed(0))
    return starts, decoder.given(torch.arange(DRAWS) % max(1, config.classes))


def _distances(x: Tensor, others: Tensor) -> Tensor:
    return torch.cdist(x.flatten(1), others.flatten(1))


@torch.enable_grad()
def _sought(draw: Callable[[Tensor], Tensor], x: Tensor, start: Tensor) -> Tensor:
    z = start.clone().requires_grad_()
    optimizer = torch.optim.Adam([z], RATE)
    best, least = torch.zeros_like(x), torch.full((len(x),), torch.inf)
    for _ in range(STEPS):
        drawn = draw(z)
        errors = losses.squared_error(drawn, x)
        (z.grad,) = torch.autograd.grad(errors.sum(), z)
        is_nearer = errors.detach() < least
        best[is_nearer], least[is_nearer] = drawn.detach()[is_nearer], errors.detach()[is_nearer]
        optimizer.step()
    return best
