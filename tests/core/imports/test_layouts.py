"""Where the code is a picture, nothing says how large it is: many layouts are tried, and weights at rest believed."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from vae_core.imports import files
from vae_core.imports.net import FoundNet
from vae_core.imports.sensitivity import sensitivity
from vae_core.models import build
from vae_core.nets.layers import Convolution, MaxPooling, TransposedConvolution
from vae_core.recipes import RECIPES

# As a convolutional autoencoder that many have copied lays them: strides of three and two, pooling by two and by one.
WEIGHTS = {"e0": (16, 1, 3, 3), "e3": (8, 16, 3, 3), "d0": (8, 16, 3, 3), "d2": (16, 8, 5, 5), "d4": (8, 1, 2, 2)}
OUTPUTS = {"e0": 16, "e3": 8, "d0": 16, "d2": 8, "d4": 1}
MANNERS = [(3, 1), (2, 0), (2, 1), (1, 0), (2, 0), (3, 1), (2, 1)]


def manners(net: FoundNet) -> list[tuple[int, int]]:
    links = (*(net.encoder or ()), *(link for head in net.heads for link in head), *(net.decoder or ()))
    windows = (Convolution, MaxPooling, TransposedConvolution)
    return [(link.layer.stride[0], link.layer.padding[0]) for link in links if isinstance(link.layer, windows)]


def test_seldom_strides_are_tried_and_for_one_size_of_pictures(tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    state = {f"{name}.weight": torch.ones(shape) for name, shape in WEIGHTS.items()}
    torch.save(state | {f"{name}.bias": torch.ones(count) for name, count in OUTPUTS.items()}, path)
    found = files.read([path])
    nets = [net for net in (found, *found.others) if manners(net) == MANNERS]
    assert [(net.shape, net.latent_dim) for net in nets if net.latent_dim == 32] == [((1, 28, 28), 32)]


def test_sensitivity_is_what_finite_differences_say() -> None:
    """Of the logarithm of the error, over a factor of each layer's weights."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = build(RECIPES["ae-2"].model).requires_grad_(False).double()
        x = torch.rand(20, *model.config.shape).double()

    def log_error(weight: Tensor, factor: float) -> float:
        kept = weight.clone()
        weight *= factor
        error = (model.raw(model.encode(x)).sigmoid() - x).square().sum((1, 2, 3)).mean().log().item()
        weight.copy_(kept)
        return error

    weights = [each for name, each in model.named_parameters() if each.ndim > 1 and ".code." not in name]
    slopes = [(log_error(weight, 1.0001) - log_error(weight, 0.9999)) / 0.0002 for weight in weights]
    assert sensitivity(model, "sigmoid", x) == pytest.approx(sum(slope**2 for slope in slopes), rel=1e-4)
