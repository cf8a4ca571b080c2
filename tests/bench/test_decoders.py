"""The decoders of `bench.decoders` take as many multiply-adds as the table says."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from bench import decoders
from vae_core.models import build


@pytest.mark.parametrize("millions", decoders.MILLIONS)
def test_multiply_adds_are_those_that_pytorch_counts(millions: float) -> None:
    config = decoders.nearest(millions, "relu")
    counter = FlopCounterMode(display=False)
    with counter, torch.inference_mode():
        build(config).raw(torch.zeros(1, config.latent_dim))
    # It counts multiplications and additions.
    assert config.products("decoder") == counter.get_total_flops() // 2
    assert config.products("decoder") == pytest.approx(1e6 * millions, rel=0.1)
