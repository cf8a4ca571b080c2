"""Which of very many layouts are worth trying: those that draw best with the usual functions, no model made of them."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vae_core import losses
from vae_core.imports.net import Chain, FoundNet
from vae_core.imports.trial_pictures import Pictures
from vae_core.nets.modules import module
from vae_core.nets.readings import INPUTS, OUTPUTS

PICTURES, KEPT = 16, 48
TAKEN, DRAWN = ("unit", "signed"), ("sigmoid", "linear", "tanh", "signed")
# A part of the error for each unit of `FoundNet.unusual`.
MARGIN = 0.005


@torch.no_grad()
def likeliest(
    layouts: Sequence[FoundNet], pictures: Pictures, inputs: Sequence[str] = TAKEN, deadline: float = math.inf
) -> list[tuple[int, str]]:
    """Number of a layout and key of `INPUTS`, of those that draw with the least errors.

    Args:
        layouts: whole nets without labels and with one head at most.
        pictures: to draw.
        inputs: keys of `INPUTS`.
        deadline: by `time.process_time`; half of the time until then is for this, and the likeliest come first.
    """
    enough = (time.process_time() + deadline) / 2
    encoded: dict[tuple[int, str], Tensor] = {}
    found: dict[tuple[int, str], float] = {}
    for number, net in enumerate(layouts):
        if number and time.process_time() > enough:
            break
        fit = pictures.fits(net)[0]
        x, _ = pictures.of(net, fit, PICTURES)
        for key in inputs:
            place = (id(net.encoder), key)
            if place not in encoded:
                encoded[place] = _through(net.encoder or (), INPUTS[key](x))
            code = _through(net.heads[0] if net.heads else (), encoded[place])
            raw = _through(net.decoder or (), code.flatten(1))
            error = min(losses.squared_error(OUTPUTS[each](raw.reshape(x.shape)), x).mean().item() for each in DRAWN)
            found[number, key] = error / pictures.mean_error(net, fit, PICTURES) * (1 + MARGIN * net.unusual)
    return sorted(found, key=found.__getitem__)[:KEPT]


def _through(chain: Chain, x: Tensor) -> Tensor:
    for link in chain:
        with torch.device("meta"):
            carried = module(link.layer, x.shape[1:])
        if isinstance(carried, nn.Module) and link.tensors:
            carried.load_state_dict(link.tensors, assign=True)
        x = carried(x)
    return x
