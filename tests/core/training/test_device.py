import pytest
import torch

from tests.core.training.test_fit import NOISY, same_weights, trained
from tests.tiny import CONFIGS, generator
from vae_core.data import Digits
from vae_core.errors import TrainingError
from vae_core.noise.corruption import corrupt
from vae_core.noise.draws import normal_like
from vae_core.training import device as devices
from vae_core.training import fit as training_module
from vae_core.training.fit import fit, new_model


def machine(monkeypatch: pytest.MonkeyPatch, gpus: int, mps: bool, rank: int = 0, processes: int = 1) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpus > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    monkeypatch.setenv("LOCAL_RANK", str(rank))
    monkeypatch.setenv("LOCAL_WORLD_SIZE", str(processes))


@pytest.mark.parametrize(
    ("gpus", "mps", "rank", "processes", "found"),
    [
        (0, False, 0, 1, "cpu"),
        (1, False, 0, 1, "cuda:0"),
        (0, True, 0, 1, "mps"),
        (2, False, 1, 2, "cuda:1"),
        (1, False, 1, 2, "cpu"),
        (0, True, 1, 2, "cpu"),
    ],
)
def test_auto_is_the_fastest_that_every_process_can_have(
    gpus: int, mps: bool, rank: int, processes: int, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(monkeypatch, gpus, mps, rank, processes)
    assert devices.find("auto") == torch.device(found)
    assert devices.find("cpu") == torch.device("cpu")


def test_a_device_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch, uci: Digits) -> None:
    machine(monkeypatch, 1, False, 1, 2)
    with pytest.raises(TrainingError, match="'cuda' is not to be had on this machine for each of the 2 processes"):
        devices.find("cuda")
    machine(monkeypatch, 0, False)
    with pytest.raises(TrainingError, match="'mps' is not to be had on this machine: 'cpu' always is"):
        next(fit(new_model(CONFIGS["ae"], 0), uci.images[:9], NOISY, device="mps"))
    with pytest.raises(TrainingError, match="no device 'gpu': there are auto, cpu, cuda, mps"):
        devices.find("gpu")


@pytest.mark.parametrize("kind", ["ae", "vae-sigma"])
def test_the_weights_of_another_device_come_back_with_every_report(
    kind: str, uci: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """cpu:0 stands for that device: torch's CPU, which has no number, is not equal to it."""
    few = uci.images[:150]
    expected = trained(CONFIGS[kind], few, NOISY)
    monkeypatch.setattr(training_module, "find", lambda name: torch.device("cpu", 0))
    model = new_model(CONFIGS[kind], NOISY.seed)
    before = new_model(CONFIGS[kind], NOISY.seed)
    for report in fit(model, few, NOISY):
        assert not same_weights(before, model)
        assert not model.training
        assert all(tensor.device.type == "cpu" for tensor in report.optimizer_state.values())
        before.load_state_dict(model.state_dict())
    assert same_weights(expected, model)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
@pytest.mark.parametrize("kind", ["ae", "vae-logvar", "bernoulli"])
def test_a_gpu_trains_the_same_model(kind: str, uci: Digits) -> None:
    few = uci.images[:150]
    ours, theirs = (new_model(CONFIGS[kind], NOISY.seed) for _ in range(2))
    for mine, other in zip(fit(ours, few, NOISY), fit(theirs, few, NOISY, device="cuda"), strict=True):
        assert other.loss == pytest.approx(mine.loss, rel=1e-4)
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("kind", ["gaussian", "masking", "salt_and_pepper", "box"])
def test_noise_is_drawn_where_the_generator_is(kind: str) -> None:
    """A meta tensor has no numbers: a draw on it would leave the generator as it was."""
    one, other = generator(), generator()
    corrupt(torch.zeros(3, 1, 28, 28), kind, 0.5, one)  # type: ignore[arg-type]
    assert corrupt(torch.zeros(3, 1, 28, 28, device="meta"), kind, 0.5, other).device.type == "meta"  # type: ignore[arg-type]
    assert torch.equal(normal_like(torch.zeros(4), one), normal_like(torch.zeros(4), other))
