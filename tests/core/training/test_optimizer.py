import math
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.tiny import CONFIGS, generator
from vae_core.data import Digits, as_input
from vae_core.errors import TrainingError
from vae_core.losses import squared_error
from vae_core.models import Autoencoder
from vae_core.training.fit import new_model
from vae_core.training.optimizer import Adam

RATES = [1e-3, 1e-2, 3e-3, 1e-4] * 5


def gradients(model: Autoencoder, x: Tensor) -> None:
    squared_error(model.decoder_output(model.encode(x)), x).mean().backward()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("how", [{"foreach": False}, {"fused": True}], ids=["loop", "fused"])
def test_it_steps_as_torch_does(how: dict[str, Any], uci: Digits) -> None:
    ours, theirs = new_model(CONFIGS["ae"], 0), new_model(CONFIGS["ae"], 0)
    x = as_input(uci.images[:50])
    adam, oracle = Adam(dict(ours.named_parameters())), torch.optim.Adam(theirs.parameters(), **how)
    for rate in RATES:
        gradients(ours, x)
        adam.step(rate)
        assert all(weights.grad is None for weights in ours.parameters())
        oracle.param_groups[0]["lr"] = rate
        oracle.zero_grad()
        gradients(theirs, x)
        oracle.step()
    state = adam.state()
    for name, weights in theirs.named_parameters():
        torch.testing.assert_close(ours.get_parameter(name), weights, rtol=0, atol=0 if "fused" in how else 1e-6)
        for key, value in oracle.state[weights].items():
            torch.testing.assert_close(state[f"{name}.{key}"], value, rtol=1e-5, atol=1e-8)


def test_it_goes_on_from_the_state_that_torchs_left(uci: Digits) -> None:
    """As the optimizer files of trainings say it that an earlier version of this program began."""
    ours, theirs = new_model(CONFIGS["ae"], 0), new_model(CONFIGS["ae"], 0)
    x = as_input(uci.images[:50])
    oracle = torch.optim.Adam(theirs.parameters(), lr=1e-2, fused=True)
    for _ in range(3):
        oracle.zero_grad()
        gradients(theirs, x)
        oracle.step()
    left = {f"{name}.{key}": v for name, w in theirs.named_parameters() for key, v in oracle.state[w].items()}
    ours.load_state_dict(theirs.state_dict())
    adam = Adam(dict(ours.named_parameters()), left)
    for _ in range(3):
        gradients(ours, x)
        adam.step(1e-2)
        oracle.zero_grad()
        gradients(theirs, x)
        oracle.step()
    for mine, one in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(mine, one)


NAME = "decoder.out.bias.exp_avg"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "lacks 'decoder.out.bias.exp_avg'"),
        (torch.zeros(3), "'decoder.out.bias.exp_avg' in its optimizer state is not finite float32"),
        (torch.zeros(784, dtype=torch.float64), "is not finite float32"),
        (torch.full((784,), math.nan), "is not finite float32"),
    ],
)
def test_a_state_of_other_weights_is_refused(value: Tensor | None, words: str) -> None:
    parameters = dict(new_model(CONFIGS["ae"], 0).named_parameters())
    state = Adam(parameters).state()
    if value is None:
        del state[NAME]
    else:
        state[NAME] = value
    with pytest.raises(TrainingError) as raised:
        Adam(parameters, state)
    assert words in str(raised.value)
    with pytest.raises(TrainingError, match="holds 'odd', which no weight calls for"):
        Adam(parameters, {**Adam(parameters).state(), "odd": torch.randn(1, generator=generator())})
